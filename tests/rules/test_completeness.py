"""How complete a file is: what counts for whom, what is old, and what to ask next."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guanhu.rules.completeness import LEARNT, is_enough, meter_of, weights_of
from guanhu.rules.kinds import CustomerKind, FileItem, Tier
from guanhu.rules.living import MARKS, FactKind
from guanhu.rules.policy import SHIPPED

TODAY = date(2026, 11, 24)
I = FileItem  # noqa: E741
EVERYTHING = dict.fromkeys(FileItem, TODAY)


def meter(known, *, kind="personal", tier="A", policy=SHIPPED):
    return meter_of(known, kind=kind, tier=tier, today=TODAY, policy=policy)


@pytest.mark.practice("P5")
@pytest.mark.parametrize("kind", list(CustomerKind))
@pytest.mark.parametrize("tier", ["", *Tier])
def test_a_file_with_everything_is_full_and_an_empty_one_lacks_all_that_counts(kind: str, tier: str) -> None:
    full, empty = meter(EVERYTHING, kind=kind, tier=tier), meter({}, kind=kind, tier=tier)
    assert (full.share_bp, full.missing, full.stale, full.ask) == (10_000, (), (), None)
    assert (empty.share_bp, set(empty.missing)) == (0, set(weights_of(kind, tier, SHIPPED)))
    assert empty.ask is I.PHONE


@pytest.mark.practice("P5")
def test_the_share_is_what_the_weights_say() -> None:
    """Personal, C: phone 4, need 3, consent, risk and birthday 2 each, occupation 1: 14 in all."""
    known = {I.PHONE: None, I.BIRTH: None}
    told = meter(known, tier="C")
    assert told.share_bp == 6 * 10_000 // 14
    assert told.missing == (I.NEED, I.CONSENT, I.RISK, I.OCCUPATION)
    assert told.ask is I.NEED


@pytest.mark.practice("P5")
@pytest.mark.parametrize(("days", "old"), [(364, False), (365, False), (366, True)])
def test_what_was_said_more_than_a_year_ago_counts_half_and_is_to_be_confirmed(days: int, old: bool) -> None:
    told = meter(EVERYTHING | {I.NEED: TODAY - timedelta(days)}, tier="C")
    assert told.stale == ((I.NEED,) if old else ())
    assert told.share_bp == (10_000 * 25 // 28 if old else 10_000)
    assert told.ask is (I.NEED if old else None)


def test_what_is_missing_is_asked_before_what_is_old() -> None:
    known = EVERYTHING | {I.NEED: date(2020, 1, 1)}
    del known[I.SCHOOL]
    assert meter(known).ask is I.SCHOOL


@pytest.mark.parametrize("item", [I.SCHOOL, I.NATIVE_PLACE, I.PERSONALITY])
def test_where_somebody_comes_from_does_not_grow_old(item: FileItem) -> None:
    assert meter(EVERYTHING | {item: date(1990, 1, 1)}).stale == ()


def test_what_does_not_count_for_the_tier_changes_nothing() -> None:
    known = {I.PHONE: None}
    assert meter(known | {I.SCHOOL: TODAY}, tier="C") == meter(known, tier="C")
    assert meter(known | {I.SCHOOL: TODAY}).share_bp > meter(known).share_bp


def test_the_line_is_policy() -> None:
    assert [is_enough(share, SHIPPED) for share in (7_999, 8_000)] == [False, True]
    assert is_enough(7_999, replace(SHIPPED, file_enough_bp=7_000))


def test_every_item_counts_for_somebody_and_everything_learnt_but_tastes_and_marks_fills_one() -> None:
    counted = {item for of in SHIPPED.file_weights.values() for one in of.values() for item in one}
    assert counted == set(FileItem)
    assert set(FactKind) - LEARNT.keys() == {FactKind.LIKE, *MARKS}
