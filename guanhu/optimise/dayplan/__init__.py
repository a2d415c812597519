"""今日名单: whom one keeper reaches today and by which channel, exactly optimal, checked and explained."""

from guanhu.optimise.dayplan.check import check
from guanhu.optimise.dayplan.explain import Explanation, explain
from guanhu.optimise.dayplan.problem import Beat, Customer, Line, Option, Plan, Problem, Quota, Worth
from guanhu.optimise.dayplan.solve import solve

__all__ = [
    "Beat", "Customer", "Explanation", "Line", "Option", "Plan", "Problem", "Quota", "Worth",
    "check", "explain", "solve",
]  # fmt: skip
