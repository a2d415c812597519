"""排期: what one keeper does for whom on the next working days, near the best and proved so."""

from guanhu.optimise.asked import NotMeant
from guanhu.optimise.horizon.check import check, contacts_of
from guanhu.optimise.horizon.explain import Explanation, explain
from guanhu.optimise.horizon.problem import NOTHING, Plan, Problem
from guanhu.optimise.horizon.solve import bounded, solve

__all__ = [
    "NOTHING", "Explanation", "NotMeant", "Plan", "Problem",
    "bounded", "check", "contacts_of", "explain", "solve",
]  # fmt: skip
