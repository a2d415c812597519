"""The written contract holds together: keys, references, the lake's columns, and room for every text it lets in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from guanhu.engine import tables
from guanhu.feeds import reference, split
from guanhu.feeds.layouts import LAYOUTS, Layout
from guanhu.feeds.links import GUANHU

TABLES = {layout.table: layout for layout in LAYOUTS}
each = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.table)


@each
def test_keys_and_sums_are_columns_of_the_file(layout: Layout) -> None:
    names = {field.name for field in layout.fields}
    assert set(layout.key) <= names
    assert set(layout.sums) <= names
    assert all(layout.field(name).required for name in (*layout.key, *layout.sums))
    assert all(layout.field(name).type == "money" for name in layout.sums)
    assert all({first, second} <= names for first, second in layout.in_order)


@each
def test_a_file_refers_to_files_read_before_it(layout: Layout) -> None:
    before = [one.table for one in LAYOUTS[: LAYOUTS.index(layout)]]
    for column, table, target in layout.refers:
        assert table in before
        assert TABLES[table].key == (target,)
        assert column in {field.name for field in layout.fields}
        assert table in GUANHU.leaves


@each
def test_words_come_with_their_list(layout: Layout) -> None:
    for field in layout.fields:
        assert (field.type == "word") == (field.words is not None), field.name


@each
def test_personal_columns_have_no_place_in_the_lake(layout: Layout) -> None:
    lake = {column.name for column in split.LAKE[layout.table].columns}
    for field in layout.fields:
        if field.goes == "database":
            assert field.name not in lake, field.name


@each
def test_every_file_has_its_table_in_the_lake(layout: Layout) -> None:
    assert split.LAKE[layout.table] in tables.TABLES
    assert split.LAKE[layout.table].mode == layout.mode


def room(layout: Layout) -> Iterator[tuple[str, int, int]]:
    """Text column, the longest the door lets in, the longest the record holds."""
    from django.apps import apps

    models = {"branches": "people.Branch", "staff": "people.Staff", "customers": "customers.Customer",
              "accounts": "customers.Account", "products": "catalog.Product"}  # fmt: skip
    if layout.table not in models:
        return
    record = apps.get_model(models[layout.table])
    columns = {field.name: getattr(field, "max_length", None) for field in record._meta.get_fields()}
    for field in layout.fields:
        if field.type == "text" and columns.get(field.name):
            yield field.name, field.longest, columns[field.name]


@each
def test_what_the_door_lets_in_has_room_in_the_database(layout: Layout) -> None:
    for name, longest, held in room(layout):
        assert longest <= held, name


def test_the_room_is_really_measured() -> None:
    assert {"customer_no", "name", "gender", "occupation"} <= {name for name, _, _ in room(TABLES["customers"])}


# ---------------------------------------------------------------- the page on the files


def test_the_page_tells_every_file_and_column() -> None:
    page = reference.reference()
    for layout in LAYOUTS:
        assert f"## `{layout.table}` {layout.zh}" in page
        for field in layout.fields:
            assert f"| `{field.name}` | {field.zh} |" in page
        for word in (word for field in layout.fields for word in (field.words or ())):
            assert f"`{word.value}` {word.zh}" in page


def test_the_page_tells_every_rule_that_keeps_a_row_aside() -> None:
    from guanhu.feeds import faults

    told = {rule.split("/")[1] for rule, _, _ in reference._RULES}
    given = {*faults.RULES.values(), "row", "order", "window", "birth", "refers", "copy", "key", "loan", "first"}
    assert told == given - {"c3"} | {"column", "value"}


def test_the_page_tells_every_refusal() -> None:
    import re

    folder = Path(reference.__file__).parent
    raised = {rule for path in folder.rglob("*.py") for rule in re.findall(r'refused\(\s*[\w.\[\]]+, "([a-z0-9/]+)"',
                                                                           path.read_text("utf-8"))}  # fmt: skip
    told = {rule for rules, _, _ in reference._REFUSALS for rule in rules.split(" · ")}
    lost = {rule for rule in raised if rule not in told and f"{rule.split('/')[0]}/*" not in told}
    assert not lost
    assert len(raised) > 15
