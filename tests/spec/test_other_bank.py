"""他行: money that goes to one other bank."""

import pytest

from guanhu.engine.signals import other_bank

pytestmark = pytest.mark.practice("P140")

MOVES = """
    customer | day_on     | amount   | kind     | other_bank
    王       | 2026-03-02 | -0.6万   | transfer | 招商
    王       | 2026-02-01 | -0.6万   | transfer | 招商
    王       | 2026-03-01 | -1.5万   | transfer | 建设
    李       | 2026-03-02 | -0.6万   | transfer | 招商
    李       | 2026-01-31 | -0.6万   | transfer | 招商
    赵       | 2026-03-02 | 9万      | transfer | 招商
"""


def test_nobody_is_looked_at_before_the_bank_has_recorded_its_legal_basis(signal):
    signal(other_bank, day="2026-03-02", moves=MOVES, gives={})


def test_one_wan_to_one_bank_in_thirty_days_and_the_bank_that_got_most_is_named(signal):
    signal(
        other_bank, day="2026-03-02", moves=MOVES, other_bank_legal_basis="董事会决议",
        gives={"王": "1.5万"}, because={"other_bank": "建设", "banks": 2, "legal_basis": "董事会决议"},
    )  # fmt: skip
