"""From which hour on a plan of tomorrow that nobody confirmed stands as the system's."""

from dataclasses import replace
from datetime import time

import pytest

from guanhu.rules.evening import is_final
from guanhu.rules.policy import SHIPPED


@pytest.mark.practice("P62")
@pytest.mark.parametrize(("clock", "late"), [(time(20, 59), False), (time(21), True), (time(23, 30), True)])
def test_a_plan_nobody_confirmed_is_final_from_nine_in_the_evening(clock: time, late: bool) -> None:
    assert is_final(clock, SHIPPED) is late


def test_a_bank_sets_an_hour_of_its_own() -> None:
    assert is_final(time(19), replace(SHIPPED, plan_final_hour=19))
