"""A thousand bendings of the trail with all rights on the database: each is found and what was bent first is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from urllib.parse import quote

import psycopg
import pytest

from guanhu.apps.audit import verify
from guanhu.cli import postgres
from tests.audit import tampering
from tests.audit.tampering import BENDINGS, Bending, Town

pytestmark = [pytest.mark.slow, pytest.mark.long]
TRIES = 1000
HIDDEN = {bending.name for bending in BENDINGS if bending.hidden}
"""What a chain does not show by itself."""


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker, postgres_server, tmp_path_factory) -> Iterator[Town]:
    """A trail that lies committed in this worker's database until the module is done."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    address = f"postgresql://postgres@/{name}?host={quote(str(postgres_server.socket))}&port={postgres.PORT}"
    made = Town(address, tmp_path_factory.mktemp("outside") / "seals.jsonl")
    with django_db_blocker.unblock():
        tampering.write_town(made)
        connection.close()
    yield made
    with made.connect() as db:
        db.execute("truncate audit_entry, audit_chain, audit_seal")
        db.execute("drop schema kept cascade")
        db.execute("drop schema noon cascade")


@pytest.fixture
def db(town: Town) -> Iterator[psycopg.Connection]:
    with town.connect() as connection:
        yield connection
        tampering.restore(town, connection)


def bend(town: Town, db: psycopg.Connection, bending: Bending, seed: int) -> tuple[verify.Report, tuple[str, int]]:
    """Bend the trail once, ask the checker, and put everything back."""
    expected = bending.act(town, db, Random(seed))
    report = town.check(db)
    tampering.restore(town, db)
    return report, expected


def test_a_trail_nobody_touched_is_whole(town, db):
    report = town.check(db)
    assert report.bad == []
    assert (report.records, report.chains, report.seals) == (sum(town.last.values()), 4, tampering.ROUNDS)


def test_every_way_of_bending_is_found_and_what_was_bent_first_is_named(town, db, gate_share):
    tried: Counter[str] = Counter()
    missed = []
    for number in range(round(TRIES * gate_share)):
        bending = BENDINGS[number % len(BENDINGS)]
        report, expected = bend(town, db, bending, number)
        told = [bad for bad in report.bad if bool(bad.chain) == bool(expected[0])]
        if not told or not tampering.names(told[0], expected, town, bending):
            missed.append((bending.name, number, expected, [str(bad) for bad in report.bad[:3]]))
        tried[bending.name] += 1
    assert missed == []
    assert set(tried) == {bending.name for bending in BENDINGS}
    assert town.check(db).bad == []


def blind_to_seals(monkeypatch) -> None:
    """A checker that goes by the chains alone, as the first design did."""
    monkeypatch.setattr(verify, "check_seals", lambda *_: (verify.Marks(), verify.Marks(), {}))
    monkeypatch.setattr(verify, "compare_seals", lambda *_: None)


def blind_to_columns(monkeypatch) -> None:
    monkeypatch.setattr(verify, "_column_fault", lambda row: "")


def blind_to_the_table_of_seals(monkeypatch) -> None:
    monkeypatch.setattr(verify, "compare_seals", lambda *_: None)


def blind_to_heads(monkeypatch) -> None:
    monkeypatch.setattr(
        verify, "_HEADS", "select distinct on (chain) chain, seq, hash from audit_entry order by chain, seq desc"
    )


def blind_to_gaps(monkeypatch) -> None:
    monkeypatch.setattr(verify, "_say_broken_link", lambda *_: None)


@pytest.mark.parametrize(
    ("blindness", "overlooked"),
    [
        (blind_to_seals, HIDDEN | {"edit_seal", "delete_seal", "cut_anchors", "take_out_an_anchor", "sign_anew"}),
        (blind_to_columns, {"edit_column", "hide_person"}),
        (blind_to_the_table_of_seals, {"edit_seal", "delete_seal", "cut_anchors"}),
        (blind_to_heads, {"edit_head"}),
        (blind_to_gaps, {"delete", "edit_and_rehash_one"}),
    ],
)
def test_a_checker_that_leaves_something_out_overlooks_it(town, db, monkeypatch, blindness, overlooked):
    blindness(monkeypatch)
    missed = {bending.name for bending in BENDINGS if not bend(town, db, bending, 7)[0].bad}
    assert missed == overlooked


def test_what_was_written_since_the_last_seal_can_be_cut_off_unseen(town, db):
    record = '{"action":"reveal","at":"2026-11-26T01:00:00.000000Z","v":1}'
    db.execute("select audit_append('B1', %s)", [record])
    assert town.check(db).bad == []
    db.execute("delete from audit_entry where chain = 'B1' and seq > %s", [town.last["B1"]])
    tampering.set_head(db, "B1", town.last["B1"])
    assert town.check(db).bad == []
