"""Every account's balances as a chain: a change is counted from the last balance accepted, whatever was kept aside.

A balance row kept aside opens the chain: the bank's next ``balance_before`` bridges over a change nobody accepted. The
next accepted row is then counted from the last balance we hold, which closes the chain. An account's first row ever
counts whole and must say that nothing was before it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import narwhals as nw

from guanhu.engine import backend
from guanhu.feeds.faults import Fault
from guanhu.feeds.intake import Quarantined
from guanhu.feeds.keys import Keys
from guanhu.feeds.links import Books
from guanhu.feeds.records import ROW
from guanhu.rules.columns import pick

Frame = nw.DataFrame[Any]
Held = Callable[[Collection[int]], Mapping[int, int]]

FIRST, COPY = "balances/first", "balances/copy"


def _nobody(accounts: Collection[int]) -> Mapping[int, int]:
    """Nothing is known of what was held."""
    return {}


@dataclass(frozen=True)
class Earlier:
    """What the deliveries before this one left of the balances; without anything said, nothing is known of them."""

    first: bool = False
    """There was none: every account's first row counts whole."""
    open_chains: Mapping[int, int] = field(default_factory=dict)
    """Accounts a row of which was kept aside and none accepted since → the last balance accepted, fen."""
    strays: int = 0
    """Rows kept aside that named no account we know, and whose account has not shown itself since."""
    held: Held = _nobody
    """The last balances accepted of these accounts, fen; 0 for one never seen."""


class Gaps(NamedTuple):
    """Rows of a delivery kept aside: account → first and last day of them; how many named no account we know."""

    since: Mapping[int, date]
    until: Mapping[int, date]
    strays: int


class Closed(NamedTuple):
    """A delivery's balances with every open chain closed as far as they go."""

    frame: Frame
    open_chains: Mapping[int, date]
    """Accounts whose chain this delivery opened and did not close → the last day kept aside."""
    strays: int
    """Rows that named no account, less those whose account has shown itself."""
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Chains:
    """The balances of one delivery beside what came before it."""

    earlier: Earlier
    keys: Keys
    books: Books
    young: frozenset[int]
    """Accounts opened on a day of this delivery."""
    day: date
    """The business date, for rows that do not tell their day."""

    def judge(self, frame: Frame, problems: Sequence[Quarantined]) -> list[Fault]:
        """Faults of first rows ever that say something was before them."""
        first = _first_rows(frame).filter(nw.col("balance_before_fen") != 0)
        if not self.earlier.first:
            first = _of(first, self.young)
        since = self.gaps(problems).since
        said, hint = "账户第一次出现，上日余额应为 0", "第一行按余额全数计入；若此前已有余额，请补交开户以来的余额"
        return [
            Fault(row, "balance_before", FIRST, said, hint)
            for row, account, day in first.select(ROW, "account", "day_on").iter_rows()
            if account not in self.earlier.open_chains and not since.get(account, day) < day
        ]

    def gaps(self, problems: Sequence[Quarantined]) -> Gaps:
        """Where rows kept aside break a chain; a copy of an accepted row breaks none."""
        since: dict[int, date] = {}
        until: dict[int, date] = {}
        told = [kept.raw for kept in problems if kept.problem.rule != COPY]
        named = [raw for raw in told if raw.get("account_no")]
        numbers = [str(raw["account_no"]) for raw in named]
        for account, raw in zip(self.keys.keys("account", numbers), named, strict=True):
            day = _day(raw.get("day_on"))
            since[account] = min(since.get(account, date.max), day or date.min)
            until[account] = max(until.get(account, date.min), min(day or self.day, self.day))
        return Gaps(since, until, len(told) - len(named) + self._unknown(numbers))

    def _unknown(self, numbers: Sequence[str]) -> int:
        """How many of these account numbers nobody ever sent."""
        accounts = self.books.known["accounts"].get_column("account_no")
        found = set(accounts.filter(accounts.is_in(list(numbers))).to_list()) if numbers else set()
        strange = [number for number in numbers if number not in found | self.books.aside["accounts"]]
        held = self.earlier.held(self.keys.keys("account", strange)) if strange else {}
        return len(strange) - sum(1 for fen in held.values() if fen)

    def close(self, frame: Frame, problems: Sequence[Quarantined]) -> Closed:
        """Count the first row after a gap from the last balance accepted, and say which chains stay open."""
        gaps = self.gaps(problems)
        if not (gaps.since or gaps.strays or self.earlier.open_chains or self.earlier.strays > 0):
            return Closed(frame, {}, 0, ())
        based = self._bases(frame, gaps)
        found = self._strangers(frame, gaps, set(based))
        last = _of(frame, gaps.until).group_by("account").agg(nw.col("day_on").max())
        accepted = dict(last.iter_rows())
        still = {account: day for account, day in gaps.until.items() if accepted.get(account, date.min) < day}
        notices = (f"{len(found)} 个账户的上日余额与上次收下的不符，按未认出账号的隔离行补上",) if found else ()
        return Closed(_rebased(frame, based | found), still, gaps.strays - len(found), notices)

    def _bases(self, frame: Frame, gaps: Gaps) -> dict[int, int]:
        """The first row after a gap → the last balance accepted before it."""
        open_chains = self.earlier.open_chains
        rows = _first_rows(_of(frame, {*gaps.since, *open_chains})).select(ROW, "account", "day_on").rows()
        after = [(row, account) for row, account, day in rows
                 if account in open_chains or gaps.since.get(account, day) < day]  # fmt: skip
        held = self.earlier.held([account for _, account in after if account not in open_chains])
        new = {account: 0 for _, account in after if self.earlier.first or account in self.young}
        known = {**new, **held, **open_chains}
        return {row: known[account] for row, account in after if account in known}

    def _strangers(self, frame: Frame, gaps: Gaps, based: Collection[int]) -> dict[int, int]:
        """Rows that do not go on where their account stood, if rows that named no account can explain them all."""
        outstanding = self.earlier.strays + gaps.strays
        if outstanding <= 0:
            return {}
        first = _first_rows(frame).filter(~nw.col(ROW).is_in(list(based)))
        held = self.earlier.held(first.get_column("account").to_list())
        off = {
            row: held[account]
            for row, account, before in first.select(ROW, "account", "balance_before_fen").iter_rows()
            if held.get(account, before) != before
        }
        return off if len(off) <= outstanding else {}


def young(accounts: Frame, since: date) -> frozenset[int]:
    """The accounts opened on this day or later."""
    return frozenset(accounts.filter(nw.col("opened_on") >= nw.lit(since)).get_column("account").to_list())


def _of(frame: Frame, accounts: Collection[int]) -> Frame:
    """The rows of these accounts."""
    wanted = nw.new_series("account", list(accounts), nw.Int64, backend=frame.implementation)
    return frame.filter(nw.col("account").is_in(wanted))


def _first_rows(frame: Frame) -> Frame:
    """Each account's first accepted row of the delivery."""
    return frame.filter(nw.col("day_on") == nw.col("day_on").min().over("account"))


def _rebased(frame: Frame, based: Mapping[int, int]) -> Frame:
    """The rows with these balances before."""
    if not based:
        return frame
    bases = backend.series({ROW: list(based), "_base": list(based.values())}, {ROW: "key", "_base": "money"})
    joined = frame.join(bases, on=ROW, how="left")
    base = nw.col("_base")
    before = pick(base.is_null(), nw.col("balance_before_fen"), base).alias("balance_before_fen")
    return joined.with_columns(before).drop("_base")


def _day(text: str | None) -> date | None:
    """The day a row kept aside tells, if it tells one."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
