"""A large bank for the pages' benchmark: branches of ten keepers, six hundred customers each, with invented names.

Names are drawn from common signs with one seed; nobody is meant.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

KEPT, KEEPERS = 600, 10
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋单仇查翟覃解"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国志文玉红梅春海林云龙波飞鹏宇浩然子轩梓涵欣怡乐行长"
FIRST = 1_000_000
HEAD = "H1"
"""The head of the first branch, who sees the customers of ten keepers."""

Row = dict[str, Any]


def let_in(customers: int, here: Row) -> None:
    """So many customers beside those of the first keeper; the first nine of the other keepers sit in her branch.

    ``here``: the first keeper, who stays on the list of colleagues.
    """
    from guanhu.apps.customers import actions

    dice, keepers = random.Random(20261124), max(1, customers // KEPT)
    staff = [here, {"staff_no": HEAD, "name": "负责人", "branch_no": "B1", "post": "head"}]
    staff += [{"staff_no": f"S{n + 2}", "name": f"同事{n}", "branch_no": _branch(n), "post": "wealth"}
              for n in range(keepers)]  # fmt: skip
    branches = [{"branch_no": f"B{n + 1}", "name": f"测试支行{n}"} for n in range((keepers + 1) // KEEPERS + 1)]
    rows = [_customer(FIRST + n, n % keepers, dice) for n in range(customers)]
    actions.take_in({"branches": branches, "staff": staff, "customers": rows})


def standings(standing: Callable[[int], Row], customers: int) -> dict[str, list[Row]]:
    """How the night measured them, by branch."""
    keepers, told = max(1, customers // KEPT), defaultdict(list)
    for n in range(customers):
        told[_branch(n % keepers)].append(standing(FIRST + n))
    return told


def _branch(keeper: int) -> str:
    return f"B{(keeper + 1) // KEEPERS + 1}"


def _customer(key: int, keeper: int, dice: random.Random) -> Row:
    name = dice.choice(FAMILY) + "".join(dice.choice(GIVEN) for _ in range(dice.choice((1, 2, 2, 2))))
    return {
        "customer": key, "customer_no": f"D{key:08}", "name": name, "kind": "personal", "opened_on": date(2018, 1, 1),
        "birth_on": "1970-05-17", "phone": f"139{key:08}", "id_no": f"360102197{key:09}", "branch_no": _branch(keeper),
        "keeper_no": f"S{keeper + 2}",
    }  # fmt: skip
