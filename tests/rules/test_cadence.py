import pytest

from guanhu.rules.cadence import frequency_days, is_due, nearer
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


def test_the_nearer_of_two_contacts() -> None:
    assert [nearer(*pair) for pair in ((3, 5), (5, 3), (None, 3), (3, None), (None, None))] == [3, 3, 3, 3, None]
