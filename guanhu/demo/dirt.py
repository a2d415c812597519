"""A dozen rows that a real bank would send by mistake: ghosts that touch nobody, for the door to set aside."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Dirt:
    """One wrong row: in which file, what it says, which column is wrong and why."""

    file: str
    row: tuple[str, ...]
    column: str
    why: str

    def told(self) -> dict[str, object]:
        """For the truth."""
        return asdict(self) | {"row": list(self.row), "delivery": "history"}


def rows(account: str) -> tuple[Dirt, ...]:
    """The wrong rows of the history; ``account`` is one that exists."""
    day = "2026-11-19"
    return (
        Dirt("customers", _customer("89999991", branch="0199"), "branch_no", "网点不存在"),
        Dirt("customers", _customer("89999992", birth="1962-13-45"), "birth_on", "没有这样的日期"),
        Dirt("customers", _customer("89999993", name=""), "name", "姓名为空"),
        Dirt("holdings", ("H9999991", "9900000000000000000", "D012", "50000.00", "2026-01-05", "2027-01-05", "1.45", "N"), "account_no", "账号不存在"),
        Dirt("holdings", ("H9999992", account, "D999", "80000.00", "2026-01-05", "2027-01-05", "1.45", "N"), "product_no", "产品不存在"),
        Dirt("holdings", ("H9999993", account, "D012", "30000.00", "2026-01-05", "2206-02-30", "1.45", "N"), "matures_on", "没有这样的日期"),
        Dirt("holdings", ("H9999994", account, "D012", "-5000.00", "2026-01-05", "2027-01-05", "1.45", "N"), "amount", "金额为负"),
        Dirt("transactions", ("T999999991", account, day, "120.00", "sideways", "transfer", "", ""), "direction", "方向不在名单里"),
        Dirt("transactions", ("T999999992", account, day, "88.00", "in", "gift", "", ""), "kind", "种类不在名单里"),
        Dirt("transactions", ("T999999993", account, day, "0.00", "out", "transfer", "", ""), "amount", "金额为零"),
        Dirt("transactions", ("T999999994", account, "2026-11-31", "66.00", "in", "cash", "", ""), "day_on", "没有这样的日期"),
        Dirt("transactions", ("T999999995", "9900000000000000000", day, "500.00", "in", "cash", "柜面", ""), "account_no", "账号不存在"),
    )  # fmt: skip


def _customer(no: str, *, branch: str = "0101", birth: str = "1962-03-05", name: str = "测试户") -> tuple[str, ...]:
    return (no, "personal", name, branch, "1101", "女", birth, "solar", "", "", "", "", "", "", "", "", "", "2020-01-06")


def money(dirt: Dirt) -> int:
    """The amount in fen, which counts in the sum the manifest declares."""
    return int(Decimal(dirt.row[3]) * 100)
