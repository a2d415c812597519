"""Between the files: a row that names a customer, account or branch must find it, and takes over its surrogate key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from guanhu.feeds.faults import Fault
from guanhu.feeds.intake import Quarantined
from guanhu.feeds.keys import Keys
from guanhu.feeds.layouts import LAYOUTS, Layout
from guanhu.feeds.records import ROW
from guanhu.rules.kinds import ProductKind

Frame = nw.DataFrame[Any]


@dataclass(frozen=True)
class Ties:
    """How the files of one bank hang together."""

    layouts: tuple[Layout, ...]
    leaves: Mapping[str, Mapping[str, str]]
    """What a file leaves behind for those read after it: column → under which name the later file finds it."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Files whose rows get a surrogate key of their own: made from the column ``<key>_no``."""
    forgets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Numbers of the bank that nobody needs once the keys stand."""

    def zh(self, table: str) -> str:
        """What the branch calls a file."""
        return next(layout.zh for layout in self.layouts if layout.table == table)

    def key_columns(self, layout: Layout) -> tuple[str, ...]:
        """The columns of a linked file that may not repeat: the surrogate where the number is forgotten."""
        gone = self.forgets.get(layout.table, ())
        return tuple(name.removesuffix("_no") if name in gone else name for name in layout.key)


GUANHU = Ties(
    LAYOUTS,
    leaves={
        "branches": {"branch_no": "branch_no"},
        "staff": {"staff_no": "staff_no"},
        "customers": {"customer_no": "customer_no", "customer": "customer"},
        "accounts": {"account_no": "account_no", "account": "account", "customer": "customer", "kind": "account_kind"},
        "products": {"product_no": "product_no", "kind": "product_kind"},
    },
    own={
        "customers": "customer", "accounts": "account", "holdings": "holding", "transactions": "move",
        "contacts": "contact", "complaints": "complaint",
    },
    forgets={
        "holdings": ("holding_no", "account_no"),
        "balances": ("account_no",),
        "transactions": ("move_no", "account_no"),
    },
)  # fmt: skip


@dataclass
class Books:
    """What has been read so far: the accepted rows others refer to, and the numbers of those kept aside."""

    keys: Keys
    ties: Ties = GUANHU
    known: dict[str, Frame] = field(default_factory=dict)
    aside: dict[str, set[str | None]] = field(default_factory=dict)

    def link(self, layout: Layout, frame: Frame) -> tuple[Frame, list[Fault]]:
        """The rows whose references hold, with their keys, and the faults of the others."""
        faults: list[Fault] = []
        for column, table, target in layout.refers:
            frame, lost = self._refer(layout, frame, column, table, target)
            faults += lost
        if layout.table == "balances":
            frame, lost = _no_loans(frame)
            faults += lost
        if layout.table in self.ties.own:
            frame = self.keys.add(frame, f"{self.ties.own[layout.table]}_no", self.ties.own[layout.table])
        return frame.drop(*self.ties.forgets.get(layout.table, ())), faults

    def _refer(self, layout: Layout, frame: Frame, column: str, table: str, target: str) -> tuple[Frame, list[Fault]]:
        """Follow one reference."""
        known = self.known[table].rename({target: column}).with_columns(_found=nw.lit(True))
        joined = frame.join(known, on=column, how="left")
        lost = nw.col("_found").is_null() & ~nw.col(column).is_null()
        zh, rule = self.ties.zh(table), f"{layout.table}/refers"
        faults = []
        for row, number in joined.filter(lost).select(ROW, column).iter_rows():
            said = f"所指{zh}未被接收" if number in self.aside[table] else f"所指{zh}不在本次交付里"
            faults.append(Fault(row, column, rule, said, f"先处理{zh}文件里的那一行"))
        return joined.filter(~lost).drop("_found"), faults

    def remember(self, layout: Layout, frame: Frame, problems: tuple[Quarantined, ...]) -> None:
        """Keep what later files refer to."""
        leaves = self.ties.leaves.get(layout.table)
        if leaves:
            self.known[layout.table] = frame.select(*(nw.col(name).alias(alias) for name, alias in leaves.items()))
            self.aside[layout.table] = {kept.raw.get(layout.key[0]) for kept in problems}


def _no_loans(frame: Frame) -> tuple[Frame, list[Fault]]:
    """A loan is owed, not held: it sends no end-of-day balance."""
    loan = nw.col("account_kind") == str(ProductKind.LOAN)
    said, hint = "贷款账户不报日终余额", "贷款只在持有文件里"
    rows = frame.filter(loan).get_column(ROW).to_list()
    faults = [Fault(row, "account_no", "balances/loan", said, hint) for row in rows]
    return frame.filter(~loan), faults
