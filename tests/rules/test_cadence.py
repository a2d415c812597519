import pytest

from guanhu.rules.cadence import frequency_days, is_due, nearer, routine_channel
from guanhu.rules.policy import SHIPPED


@pytest.mark.practice("P56")
@pytest.mark.parametrize(
    ("tier", "rhythm"), [("A", (7, 30, 91)), ("B", (30, 91, None)), ("C", (91, None, None)), (None, (None, None, None))]
)
def test_each_tier_has_its_rhythm(tier: str | None, rhythm: tuple[int | None, ...]) -> None:
    assert tuple(frequency_days(tier, channel, SHIPPED) for channel in ("message", "call", "meeting")) == rhythm


@pytest.mark.practice("P56")
def test_a_contact_is_due_on_its_day_and_one_that_never_was_at_once() -> None:
    assert [is_due("B", "call", days, SHIPPED) for days in (90, 91, None)] == [False, True, True]
    assert not is_due("C", "call", None, SHIPPED)


@pytest.mark.practice("P56")
@pytest.mark.parametrize(
    ("tier", "message", "call", "meeting", "due"),
    [
        ("A", 7, 29, 90, "message"),
        ("A", 6, 29, 90, None),
        ("A", 6, 30, 90, "call"),
        ("A", 6, 29, 91, "meeting"),
        ("A", None, None, None, "meeting"),
        ("A", 30, 6, 90, None),
        ("A", 40, 40, 3, None),
        ("B", None, 20, None, None),
        ("B", 40, 95, None, "call"),
        ("B", 40, 60, None, "message"),
        ("C", 91, None, None, "message"),
        ("C", 200, 30, None, None),
        (None, None, None, None, None),
    ],
)
def test_a_higher_touch_satisfies_the_lower_ones(
    tier: str | None, message: int | None, call: int | None, meeting: int | None, due: str | None
) -> None:
    assert routine_channel(tier, message, call, meeting, SHIPPED) == due


def test_the_nearer_of_two_contacts() -> None:
    assert [nearer(*pair) for pair in ((3, 5), (5, 3), (None, 3), (3, None), (None, None))] == [3, 3, 3, 3, None]
