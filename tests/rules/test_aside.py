"""When so much of a file was kept aside that a person has to look first."""

from dataclasses import replace

import pytest

from guanhu.rules.aside import is_too_much_aside
from guanhu.rules.policy import SHIPPED


@pytest.mark.parametrize(
    ("rows_in", "quarantined", "stops"),
    [
        (1000, 19, False), (1000, 20, False), (1000, 21, True),
        (499, 10, True), (500, 10, False), (501, 10, False),
        (10, 9, False), (10, 10, True), (3, 1, False), (3, 3, False), (0, 0, False),
        (5_000_000, 100_000, False), (5_000_000, 100_001, True),
    ],
)  # fmt: skip
def test_more_than_two_in_a_hundred_and_ten_rows_at_least(rows_in: int, quarantined: int, stops: bool) -> None:
    assert is_too_much_aside(rows_in, quarantined, SHIPPED) is stops


def test_a_bank_draws_its_own_line() -> None:
    strict = replace(SHIPPED, quarantine_stop_bp=0, quarantine_stop_rows=1)
    assert is_too_much_aside(1000, 1, strict)
    assert not is_too_much_aside(1000, 0, strict)


def test_what_is_not_known_stops_nothing() -> None:
    assert is_too_much_aside(1000, None, SHIPPED) is False
