"""Seals: when they are due, what they name, what a crash leaves, and what nobody may seal over."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from guanhu.apps.audit import actions, sealing, trail, verify
from guanhu.apps.audit.queries import last_verified
from guanhu.rules.kinds import TrailAction
from guanhu.rules.policy import SHIPPED
from tests.audit.conftest import SHEN, YAN, entries

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
SECRET = bytes(range(32))


@pytest.fixture
def anchors(tmp_path) -> Path:
    return tmp_path / "outside" / "seals.jsonl"


def seal(anchors: Path, minutes: int = 0, **given) -> sealing.Sealed | None:
    settled = {"secret": SECRET, "anchors": anchors, "policy": SHIPPED, **given}
    return sealing.seal(NOW + timedelta(minutes=minutes), **settled)


def told(anchors: Path) -> list[dict]:
    return [json.loads(json.loads(line)["text"]) for line in anchors.read_text("utf-8").splitlines()]


def checked(anchors: Path, **given) -> verify.Report:
    return actions.check(None, anchors=anchors, **given)


def test_a_seal_names_what_moved_and_every_so_often_everything(anchors):
    policy = replace(SHIPPED, trail_full_seals=3)
    for minutes, by in enumerate([SHEN, YAN, SHEN, SHEN, YAN]):
        trail.note(by, TrailAction.SIGN_IN)
        seal(anchors, minutes, policy=policy)
    assert [sorted(one["heads"]) for one in told(anchors)] == [["B1"], ["B2"], ["B1"], ["B1", "B2"], ["B2"]]
    assert [one["full"] for one in told(anchors)] == [True, False, False, True, False]
    assert told(anchors)[-1]["heads"] == {"B2": [2, entries("B2")[1]["hash"].hex()]}
    assert checked(anchors).bad == []


def test_a_seal_is_made_when_due_and_not_before(anchors):
    assert seal(anchors, if_due=True).number == 1
    assert seal(anchors, SHIPPED.trail_seal_minutes - 1, if_due=True) is None
    assert seal(anchors, SHIPPED.trail_seal_minutes, if_due=True).number == 2
    assert told(anchors)[-1]["at"] == "2026-11-24T02:20:00.000000Z"


def test_a_clock_that_was_put_back_stops_no_seal_and_is_noted(anchors):
    seal(anchors, 600)
    assert seal(anchors, if_due=True).number == 2
    (jump,) = entries("bank")
    assert (jump["action"], jump["told"]["count"]) == ("clock_jump", 36_000)


def test_two_sealers_at_once_make_one_chain_of_seals(anchors):
    def one(number: int) -> None:
        try:
            seal(anchors, number)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(12)))
    assert [one["number"] for one in told(anchors)] == list(range(1, 13))
    assert checked(anchors).bad == []


def test_a_crash_between_the_file_and_the_database_is_made_good_by_the_next_seal(anchors, monkeypatch):
    trail.note(SHEN, TrailAction.SIGN_IN)
    seal(anchors)
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_write", torn_after(sealing._write))
        with pytest.raises(KeyboardInterrupt):
            seal(anchors, 10)
    assert (len(told(anchors)), seals_in_the_database()) == (2, 1)
    assert seal(anchors, 20).number == 3
    assert seals_in_the_database() == 3
    assert checked(anchors).bad == []


def torn_after(write):
    """The machine stops right after the line is on disk."""

    def stopped(file, line):
        write(file, line)
        raise KeyboardInterrupt

    return stopped


def seals_in_the_database() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from audit_seal")
        return cursor.fetchone()[0]


def test_a_line_torn_by_a_crash_is_passed_over(anchors):
    seal(anchors)
    with anchors.open("ab") as file:
        file.write(b'{"key": "torn')
    assert seal(anchors, 10).number == 2
    assert checked(anchors).bad == []
    assert anchors.read_bytes().count(b"\n") == 3


def test_a_trail_that_lost_records_is_not_sealed_over(anchors, login):
    for _ in range(3):
        trail.note(SHEN, TrailAction.SIGN_IN)
    seal(anchors)
    login("postgres").execute("update audit_chain set seq = 2 where chain = 'B1'")
    with pytest.raises(sealing.SealBroken, match="B1"):
        seal(anchors, 10)
    assert len(told(anchors)) == seals_in_the_database() == 1


@pytest.mark.parametrize(
    "bent",
    [
        "update audit_chain set hash = sha256(hash)",
        "delete from audit_chain",
        "update audit_seal set text = text || ' '",
        "truncate audit_entry, audit_chain, audit_seal",
    ],
)
def test_a_trail_that_was_bent_is_not_sealed_over(anchors, login, bent):
    trail.note(SHEN, TrailAction.SIGN_IN)
    seal(anchors)
    login("postgres").execute(bent)
    with pytest.raises(sealing.SealBroken):
        seal(anchors, 10)
    assert checked(anchors).bad


def test_after_a_backup_was_restored_somebody_says_why_and_the_loss_is_told_for_good(anchors, login):
    for number in range(4):
        trail.note(SHEN, TrailAction.SIGN_IN)
        trail.note(YAN, TrailAction.SIGN_IN)
        seal(anchors, number)
    admin = login("postgres")
    for bent in ("delete from audit_entry where seq > 2", "delete from audit_seal where number > 2",
                 "update audit_chain c set seq = 2, hash = (select hash from audit_entry e where e.chain = c.chain"
                 " and e.seq = 2)"):  # fmt: skip
        admin.execute(bent)
    with pytest.raises(sealing.SealBroken):
        seal(anchors, 10)
    assert seal(anchors, 11, restored="磁盘损坏").number == 5
    for number in range(3):
        trail.note(SHEN, TrailAction.SIGN_OUT)
        seal(anchors, 20 + number)
    for since_last in (False, True):
        report = checked(anchors, whole=not since_last)
        assert report.bad == []
        assert ["磁盘损坏" in loss for loss in report.losses] == [True]
    assert entries("bank")[0]["action"] == "restore"
    admin.execute("update audit_entry set actor = 'S99' where chain = 'B1' and seq = 2")
    bad = checked(anchors, whole=True).first
    assert (bad.chain, bad.seq) == ("B1", 2)


def test_a_check_that_began_before_a_restore_goes_on_after_it(anchors, login):
    for number in range(3):
        trail.note(SHEN, TrailAction.SIGN_IN)
        seal(anchors, number)
    admin = login("postgres")
    admin.execute("delete from audit_entry where seq > 1")
    admin.execute("update audit_chain set seq = 1, hash = (select hash from audit_entry where chain = 'B1')")
    seal(anchors, 10, restored="磁盘损坏")
    trail.note(SHEN, TrailAction.SIGN_OUT)
    seal(anchors, 11)
    keys = verify.read_keys(anchors.with_suffix(".pub").read_text("ascii"))
    for since in range(6):
        assert verify.check_database(admin, anchors, keys, since).bad == []


def test_a_file_cut_short_is_not_sealed_over(anchors):
    for minutes in range(3):
        seal(anchors, minutes)
    anchors.write_bytes(b"".join(anchors.read_bytes().splitlines(keepends=True)[:2]))
    with pytest.raises(sealing.SealBroken, match="截短"):
        seal(anchors, 10)


def test_a_new_key_is_laid_beside_the_old_and_both_hold(anchors):
    seal(anchors)
    seal(anchors, 10, secret=bytes(32))
    assert len(anchors.with_suffix(".pub").read_text("ascii").splitlines()) == 2
    assert checked(anchors).bad == []
    assert entries("bank")[0]["action"] == "key_change"
    anchors.with_suffix(".pub").write_text(f"ed25519 {sealing.public_key(SECRET).hex()}\n", "ascii")
    report = checked(anchors, whole=True)
    assert (report.first.chain, report.first.seq) == ("", 2)


def test_the_state_is_found_by_reading_back_over_many_blocks(anchors, monkeypatch):
    monkeypatch.setattr(sealing, "BLOCK", 200)
    policy = replace(SHIPPED, trail_full_seals=5)
    for minutes in range(12):
        trail.note(SHEN if minutes % 2 else YAN, TrailAction.SIGN_IN)
        seal(anchors, minutes, policy=policy)
    assert [one["number"] for one in told(anchors)] == list(range(1, 13))
    assert checked(anchors).bad == []


# ---------------------------------------------------------------- checking through the product


def test_a_check_is_noted_and_the_next_goes_on_from_there(anchors):
    for _ in range(5):
        trail.note(SHEN, TrailAction.SIGN_IN)
    seal(anchors)
    assert checked(anchors).records == 5
    trail.note(SHEN, TrailAction.SIGN_IN)
    seal(anchors, 10)
    report = checked(anchors)
    assert (report.bad, report.records) == ([], 2)
    assert checked(anchors, whole=True).records == 8
    found = last_verified()
    assert (found.whole, found.records, found.seal, found.says) == (True, 8, 2, "")


def test_a_check_that_finds_something_says_so_and_the_next_starts_anew(anchors, login):
    for _ in range(3):
        trail.note(SHEN, TrailAction.SIGN_IN)
    seal(anchors)
    checked(anchors)
    login("postgres").execute("update audit_entry set actor = 'S99' where chain = 'B1' and seq = 2")
    assert checked(anchors).bad == []
    report = checked(anchors, whole=True)
    assert (report.first.chain, report.first.seq) == ("B1", 2)
    assert not last_verified().whole
    assert "B1" in last_verified().says
    assert checked(anchors).bad


def test_a_check_from_a_page_gives_up_beyond_its_measure(anchors):
    for _ in range(6):
        trail.note(SHEN, TrailAction.SIGN_IN)
    seal(anchors)
    with pytest.raises(verify.TooMuch):
        checked(anchors, most=5)
    assert last_verified() is None
    assert checked(anchors, most=6).records == 6
