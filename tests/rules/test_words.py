"""The words rules are written in, the lists they choose from and the numbers they take."""

from dataclasses import FrozenInstanceError

import pytest

from guanhu.rules import kinds
from guanhu.rules.columns import days_between, fill, ladder, missing, no, pick, whole
from guanhu.rules.kinds import Channel, Kind, Outcome, Post, ProductKind, Reason, SignalKind, Tier
from guanhu.rules.policy import SHIPPED, Policy

KINDS = [
    kind for kind in vars(kinds).values() if isinstance(kind, type) and issubclass(kind, Kind) and kind is not Kind
]


def test_each_word_answers_at_once_for_a_value() -> None:
    assert pick(True, 1, 2) == 1
    assert pick(None, 1, 2) == 2
    assert no(False) is True
    assert (missing(None), missing(0)) == (True, False)
    assert (fill(None, 7), fill(0, 7)) == (7, 0)
    assert whole(3) == 3
    assert days_between(10, 7) == -3


def test_a_ladder_gives_the_highest_step_reached() -> None:
    steps = ((5, "five"), (9, "nine"))
    assert [ladder(value, steps, "none") for value in (4, 5, 8, 9)] == ["none", "five", "five", "nine"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_has_both_labels_and_no_two_members_share_one(kind: type[Kind]) -> None:
    for language in ("zh", "en"):
        labels = [member.label(language) for member in kind]
        assert all(labels)
        assert len(set(labels)) == len(labels)
    assert all(str(member) == member.value for member in kind)


def test_signals_and_reasons_share_one_column_and_no_code() -> None:
    assert not {str(kind) for kind in SignalKind} & {str(reason) for reason in Reason}


def test_the_shipped_policy_has_a_number_for_every_word_that_needs_one() -> None:
    assert set(SHIPPED.lifts) == set(SignalKind)
    assert set(SHIPPED.margin_bp) == set(ProductKind)
    assert set(SHIPPED.post_factor_bp) == set(Post)
    assert set(SHIPPED.quota) == set(SHIPPED.channel_factor_bp) == set(Channel)
    assert set(SHIPPED.dormant_days) == set(SHIPPED.routine_fen) == set(SHIPPED.frequencies) == set(Tier)
    assert set(SHIPPED.duty_fen) == {Reason.PROMISE, Reason.COMPLAINT}
    assert set(SHIPPED.cool_down_days) <= set(Outcome)


def test_the_lines_of_the_policy_rise() -> None:
    lines = [line for line, _ in SHIPPED.entitlement_lines]
    assert lines == sorted(set(lines))


def test_a_policy_is_dated_and_cannot_be_changed_in_place() -> None:
    assert SHIPPED.version == SHIPPED.valid_from.isoformat()
    with pytest.raises(FrozenInstanceError):
        SHIPPED.cap_contacts = 9  # type: ignore[misc]
    assert Policy(cap_contacts=3).cap_contacts == 3
