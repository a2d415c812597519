import pytest

from guanhu.rules.cadence import TOUCHES, frequency_days, may_stand_in, routine_due_day
from guanhu.rules.days import LONG_AGO
from guanhu.rules.policy import SHIPPED


@pytest.mark.practice("P56")
@pytest.mark.parametrize(
    ("tier", "rhythm"), [("A", (7, 30, 91)), ("B", (30, 91, None)), ("C", (91, None, None)), (None, (None, None, None))]
)
def test_each_tier_has_its_rhythm(tier: str | None, rhythm: tuple[int | None, ...]) -> None:
    assert tuple(frequency_days(tier, channel, SHIPPED) for channel in ("message", "call", "meeting")) == rhythm


@pytest.mark.practice("P56")
def test_a_touch_is_due_so_many_days_after_the_last_and_one_that_never_was_long_ago() -> None:
    assert routine_due_day("B", "call", None, 100, None, SHIPPED) == 191
    assert routine_due_day("B", "call", None, None, None, SHIPPED) < 0
    assert routine_due_day("C", "call", None, None, None, SHIPPED) is None, "nobody of tier C is called as a routine"


@pytest.mark.practice("P56")
@pytest.mark.parametrize(
    ("touch", "last", "due"),
    [("message", (10, 40, 20), 47), ("call", (50, 10, 40), 70), ("call", (50, None, None), None),
     ("meeting", (90, 90, 20), 111), ("message", (None, None, 20), 27)],
)  # fmt: skip
def test_a_closer_contact_satisfies_the_lighter_rhythm(
    touch: str, last: tuple[int | None, int | None, int | None], due: int | None
) -> None:
    assert routine_due_day("A", touch, *last, SHIPPED) == (LONG_AGO + 30 if due is None else due)


@pytest.mark.practice("P56")
def test_a_closer_touch_stands_in_for_a_lighter_one_where_the_tier_foresees_it() -> None:
    may = {
        tier: {
            (channel, touch) for channel in TOUCHES for touch in TOUCHES if may_stand_in(tier, channel, touch, SHIPPED)
        }
        for tier in ("A", "B", "C")
    }
    message, call, meeting = TOUCHES
    assert may["A"] == {
        (message, message), (call, message), (call, call), (meeting, message), (meeting, call), (meeting, meeting),
    }  # fmt: skip
    assert may["B"] == {(message, message), (call, message), (call, call)}
    assert may["C"] == {(message, message)}
