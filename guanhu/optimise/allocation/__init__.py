"""分户: who is to keep whom, fair in number, tier and assets, with as little trust lost as can be."""

from guanhu.optimise.allocation.check import check
from guanhu.optimise.allocation.problem import (
    NOBODY,
    Bounds,
    Claims,
    Limits,
    Problem,
    Shortfall,
    Split,
    Why,
)
from guanhu.optimise.allocation.solve import deviation, solve
from guanhu.optimise.asked import NotMeant

__all__ = [
    "NOBODY", "Bounds", "Claims", "Limits", "NotMeant", "Problem", "Shortfall", "Split", "Why",
    "check", "deviation", "solve",
]  # fmt: skip
