"""Everything about one person is found wherever it lies, and her copy holds hers and nobody else's. Goal C10."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from guanhu.apps.customers.cases import actions, queries
from guanhu.apps.customers.cases.contents import queries as contents
from guanhu.apps.customers.cases.models import Case
from guanhu.apps.customers.cases.shapes import Copy
from guanhu.apps.people.models import RoleGrant, Staff
from guanhu.apps.people.queries import viewer_of
from guanhu.apps.people.scope import ScopedQuerySet
from guanhu.engine import finding as in_lake
from guanhu.night import finding
from guanhu.rules.access import Permission, Role, Viewer, require
from guanhu.rules.cases import Whereabouts
from guanhu.rules.policy import SHIPPED
from tests.databases import copy_of, working_in
from tests.night.conftest import worker_database as worker_database
from tests.night.town import NOW, Town
from tests.rights import persons

pytestmark = [pytest.mark.slow, pytest.mark.long]
TODAY = NOW.date()
Inhabited = tuple[Town, list[persons.Person]]


@pytest.fixture(scope="module")
def inhabited(worker_database, django_db_blocker, postgres_server, tmp_path_factory, gate_share) -> Iterator[Inhabited]:
    """The town with its persons, their nights and their mornings."""
    town, everybody = Town(tmp_path_factory.mktemp("persons")), persons.hundred(max(10, round(100 * gate_share)))
    with copy_of(postgres_server, worker_database) as name, django_db_blocker.unblock(), working_in(name):
        persons.move_in(town, everybody)
        RoleGrant.objects.create(
            staff=Staff.objects.get(staff_no="S2"), role=Role.PRIVACY, reason="岗位", from_on=TODAY, proposed_at=NOW,
            approved_by=Staff.objects.get(staff_no="S3"), approved_at=NOW,
        )  # fmt: skip
        yield town, everybody


def officer() -> Viewer:
    """周予安, who works on persons' requests."""
    viewer = viewer_of(Staff.objects.get(staff_no="S2"), Role.PRIVACY, TODAY)
    assert viewer is not None
    return viewer


def searched(town: Town, one: persons.Person, kind: str = "copy") -> tuple[Case, finding.Found]:
    """A case opened for this person and searched."""
    case, number = actions.open_case(by=officer(), customer_no=one.number, kind=kind, proof="document", asks="",
                                     today=TODAY, now=NOW)  # fmt: skip
    row = Case.objects.for_system("test").get(public_id=case)
    return row, finding.search(row.pk, number, town.lake, SHIPPED, now=lambda: NOW)


def missed(town: Town, one: persons.Person) -> dict[str, tuple[int, int]]:
    """Tables and parts in which the search found another number of rows than lie there: what was found, what lies."""
    _case, found = searched(town, one)
    lie = persons.in_the_database(one)
    told = Counter(
        {hit.table: hit.rows for hit in found.hits if hit.place in (Whereabouts.DATABASE, Whereabouts.TRAIL)}
    )
    told -= Counter({"customers_casecopy": told["customers_casecopy"], "customers_finding": told["customers_finding"]})
    for table in ("customers_finding", "audit_entry"):
        lie.pop(table, None)
    told.pop("audit_entry", None)
    parts = Counter({(hit.table, day): rows for hit in found.hits if hit.place is Whereabouts.LAKE
                     and hit.table != "receipts" for day, rows in hit.where})  # fmt: skip
    files = persons.in_the_lake(one, town.lake)
    aside = sum(hit.rows for hit in found.hits if hit.place is Whereabouts.QUARANTINE)
    differ = {str(name): (told[name], lie[name]) for name in {*told, *lie} if told[name] != lie[name]}
    differ |= {str(part): (parts[part], files[part]) for part in {*parts, *files} if parts[part] != files[part]}
    return differ | ({"aside": (aside, int(one.aside))} if aside != one.aside else {})


def test_everything_about_everybody_is_found(inhabited):
    town, everybody = inhabited
    assert {one.number: differ for one in everybody if (differ := missed(town, one))} == {}


@pytest.mark.parametrize("table", ["work_touch", "customers_consent", "work_planline"])
def test_a_search_that_forgets_a_table_of_the_database_is_found(inhabited, monkeypatch, table):
    town, everybody = inhabited
    whole = contents.ways()
    less = {model: way for model, way in whole.items() if model._meta.db_table != table}
    monkeypatch.setattr(contents, "tables", lambda: less)
    assert any(table in missed(town, one) for one in everybody[:5])


@pytest.mark.parametrize("table", ["bank/moves", "answers/plans", "notes/keepers"])
def test_a_search_that_forgets_a_table_of_the_lake_is_found(inhabited, monkeypatch, table):
    town, everybody = inhabited
    whole = in_lake.searched()
    monkeypatch.setattr(in_lake, "searched", lambda: tuple(one for one in whole if one.path != table))
    assert any(missed(town, one) for one in everybody[:5])


def test_a_search_that_looks_past_the_rows_kept_aside_is_found(inhabited, monkeypatch):
    town, everybody = inhabited
    monkeypatch.setattr(contents, "kept_aside", lambda person: iter(()))
    assert missed(town, everybody[0]) == {"aside": (0, 1)}


def text_of(copy: Copy | None) -> str:
    """A copy as it would be printed."""
    return json.dumps(copy.plain(), ensure_ascii=False) if copy else ""


def leaks(everybody: list[persons.Person], one: persons.Person, text: str) -> set[str]:
    """Signs of others that can be read in a copy."""
    others = [other for other in everybody if other is not one]
    signs = {sign for other in others for sign in other.signs}
    return {sign for sign in signs | {key for other in others for key in persons.keys_of(other)} if sign in text}


def test_a_copy_holds_all_her_signs_and_nobody_elses(inhabited):
    town, everybody = inhabited
    for one in everybody:
        case, _found = searched(town, one)
        bound = require(officer(), Permission.CASE_WRITE, number=one.number)
        text = text_of(actions.hand_over(by=bound, case=case.public_id, form="json", now=NOW))
        assert {sign for sign in one.signs if sign not in text} == set()
        assert leaks(everybody, one, text) == set()


def test_with_the_filter_forgotten_the_database_still_tells_of_nobody_else(inhabited, sql_anew, monkeypatch):
    _town, everybody = inhabited
    monkeypatch.setattr(contents, "_mine", lambda way, person: contents.Q())
    monkeypatch.setattr(ScopedQuerySet, "seen_by", lambda self, viewer: self.for_system("forgotten"))
    one = everybody[1]
    told = contents.sections(finding._bound_to(one.number), contents.person_of(one.number, 0))
    text = json.dumps([section.rows for section in told], ensure_ascii=False)
    assert one.word in text
    assert leaks(everybody, one, text) == set()
    monkeypatch.setattr(contents, "look_as", lambda viewer: None)
    told = contents.sections(finding._bound_to(one.number), contents.person_of(one.number, 0))
    assert leaks(everybody, one, json.dumps([section.rows for section in told], ensure_ascii=False))


def test_a_search_leaves_its_records_and_its_report(inhabited):
    town, everybody = inhabited
    case, found = searched(town, everybody[0], "look_up")
    bound = require(officer(), Permission.CASE_READ, number=everybody[0].number)
    view = queries.case(bound, case.public_id, TODAY)
    assert view.search.seconds == 0
    assert sum(hit.rows for hit in view.hits) == sum(hit.rows for hit in found.hits) > 50
    assert view.name.startswith("赵*")
    assert (
        queries.case(require(officer(), Permission.CASE_READ, number=everybody[1].number), case.public_id, TODAY)
        is None
    )


def test_no_copy_is_made_where_none_was_asked_for(inhabited):
    town, everybody = inhabited
    _case, found = searched(town, everybody[0], "correct")
    assert found.copy is None


def test_of_who_is_no_customer_nothing_is_found_and_that_is_said(inhabited):
    town, _everybody = inhabited
    nobody = persons.Person("Z99999", "无", "1", "1", "1", "1", aside=False)
    _case, found = searched(town, nobody)
    assert {(hit.table, hit.rows) for hit in found.hits if hit.table != "audit_entry"} == {("customers_case", 1)}
    assert found.copy.sections[-1:] == () or found.copy.sections[-1].title == "谁看过、动过"
