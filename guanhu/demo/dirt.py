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
    no_account = "9900000000000000000"
    return (
        Dirt("customers", _customer("89999991", branch="0199"), "branch_no", "网点不存在"),
        Dirt("customers", _customer("89999992", birth="1962-13-45"), "birth_on", "没有这样的日期"),
        Dirt("customers", _customer("89999993", name=""), "name", "姓名为空"),
        Dirt("holdings", _holding("H9999991", no_account), "account_no", "账号不存在"),
        Dirt("holdings", _holding("H9999992", account, product="D999"), "product_no", "产品不存在"),
        Dirt("holdings", _holding("H9999993", account, due="2206-02-30"), "matures_on", "没有这样的日期"),
        Dirt("holdings", _holding("H9999994", account, amount="-5000.00"), "amount", "金额为负"),
        Dirt("transactions", _move("T999999991", account, way="sideways"), "direction", "方向不在名单里"),
        Dirt("transactions", _move("T999999992", account, kind="gift"), "kind", "种类不在名单里"),
        Dirt("transactions", _move("T999999993", account, amount="0.00"), "amount", "金额为零"),
        Dirt("transactions", _move("T999999994", account, day="2026-11-31"), "day_on", "没有这样的日期"),
        Dirt("transactions", _move("T999999995", no_account), "account_no", "账号不存在"),
    )


def _customer(no: str, *, branch: str = "0101", birth: str = "1962-03-05", name: str = "测试户") -> tuple[str, ...]:
    blank = ("",) * 9
    return (no, "personal", name, branch, "1101", "女", birth, "solar", *blank, "2020-01-06")


def _holding(
    no: str, account: str, *, product: str = "D012", amount: str = "50000.00", due: str = "2027-01-05"
) -> tuple[str, ...]:
    return (no, account, product, amount, "2026-01-05", due, "1.45", "N")


def _move(
    no: str, account: str, *, day: str = "2026-11-19", amount: str = "120.00", way: str = "in", kind: str = "cash"
) -> tuple[str, ...]:
    return (no, account, day, amount, way, kind, "柜面", "")


def money(dirt: Dirt) -> int:
    """The amount in fen, which counts in the sum the manifest declares."""
    return int(Decimal(dirt.row[3]) * 100)
