"""A branch with three wealth managers and sixty of their customers, unevenly kept; each with a meaning in the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Customer
from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.people.rows import look_as, look_as_nobody
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Permission, require
from guanhu.rules.kinds import Post
from guanhu.rules.portfolio import BIT
from guanhu.rules.rounds import Protection
from tests.cast import BRANCHES, STAFF, viewer
from tests.factories import WAN, customer_row, publish, standing_row

SHEN, HE, LU = "S01", "S11", "S12"
"""沈知微, 何若溪 and 陆景行: the wealth managers of the branch; 秦岚 leads it."""
FIRST = 201
KEYS = range(FIRST, FIRST + 60)
NUMERALS = "一二三四五六七八九十"
NEW: list[dict[str, Any]] = [
    {"staff_no": HE, "name": "何若溪", "branch_no": "B1", "post": "wealth", "capability": 102},
    {"staff_no": LU, "name": "陆景行", "branch_no": "B1", "post": "wealth", "capability": 95},
]
TEAM = [*STAFF, *NEW]
UNEVEN = {SHEN: 30, HE: 20, LU: 10}
"""How many of the sixty each keeps at first."""


def keeper_of(key: int) -> str:
    """Who keeps this one at first."""
    place = key - FIRST
    return SHEN if place < UNEVEN[SHEN] else HE if place < UNEVEN[SHEN] + UNEVEN[HE] else LU


def tier_of(key: int) -> str:
    """Every fifth is of tier A, three of ten of B."""
    return "A" if key % 5 == 0 else "B" if key % 10 in (1, 3, 7) else "C"


def standing(key: int, **given: Any) -> dict[str, Any]:
    """How the night measured one of them: assets grow with the key, trust is small."""
    asset = (10 + key * 37 % 91) * WAN * (4 if tier_of(key) == "A" else 1)
    return standing_row(
        key, tier=tier_of(key), average_fen=asset, balance_fen=asset, trust_bp=500 + key % 7 * 100, maturing_fen=0,
        difficulty=1, last_contact_on=date(2026, 9, 1), **given,
    )  # fmt: skip


def enter(
    *, keepers: bool = True, protected: Iterable[int] = (), staff: Sequence[dict[str, Any]] = TEAM, **more: Any
) -> None:
    """The branch comes in with its sixty customers, and a night is published for it."""
    held = set(protected)
    rows = [
        customer_row(key, keeper_no=keeper_of(key) if keepers else None, name=f"罗{NUMERALS[key % 10]}萍")
        for key in KEYS
    ]
    customers.take_in({"branches": BRANCHES, "staff": list(staff), "customers": rows, **more})
    publish(
        standings=[
            {**standing(key), "protection": BIT[Protection.STAGE], "trust_bp": 8000} if key in held else standing(key)
            for key in KEYS
        ]
    )


def branch() -> Branch:
    """Where they work."""
    return Branch.objects.get(branch_no="B1")


def staff(number: str) -> Staff:
    """One of them."""
    return Staff.objects.get(staff_no=number)


def kept() -> dict[int, str]:
    """Who keeps whom now."""
    rows = Customer.objects.for_system("a test").filter(key__in=KEYS).exclude(keeper=None)
    return dict(rows.values_list("key", "keeper__staff_no"))


WEALTH = Post.WEALTH


@contextmanager
def page_of(number: str) -> Iterator[Viewer]:
    """Somebody at her own page: the database shows what hers is, and nothing else."""
    seen = require(viewer(number), Permission.CLAIM_WRITE)
    look_as(seen)
    try:
        yield seen
    finally:
        look_as_nobody()
