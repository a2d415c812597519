"""What could be done for the customers of one desk on the coming days, in columns, as the solver wants it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake
from guanhu.night.facts import Lazy
from guanhu.rules.cadence import TOUCHES
from guanhu.rules.days import day_number
from guanhu.rules.kinds import Reason
from guanhu.rules.policy import Policy
from guanhu.rules.value import waiting_fen

TASK: dict[str, Any] = {"kind": "", "step": "", "touch": "", "account": -1, "due_day": -1, "turn": 0}
"""What tells one thing to do for a customer from another, and what stands for its absence."""
PLACE = {channel.value: at for at, channel in enumerate(TOUCHES)}
"""Each channel's place as the solver knows it: of two that bring the same it takes the lighter touch."""

NO_STEP = -1

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Offers:
    """One desk's ways to do something, a row each, by customer and task, then by day and channel.

    ``rows``: the columns of ``options_of``. Customers and tasks count from nothing in the order of the rows.
    """

    rows: nw.DataFrame[Any]

    def column(self, name: str) -> Any:
        """One column as an array."""
        return self.rows[name].to_numpy()

    @cached_property
    def who(self) -> Whole:
        """The place of each row's customer."""
        return _counted(self.column("who"))

    @cached_property
    def task(self) -> Whole:
        """The place of each row's task."""
        return _counted(self.column("task"))

    @cached_property
    def at(self) -> Whole:
        """The day of each row, counted from today."""
        return _whole(self.column("at"))

    @cached_property
    def channel(self) -> Whole:
        """The place of each row's channel in ``TOUCHES``."""
        return _whole(np.array([PLACE[channel] for channel in self.rows["channel"].to_list()], np.int64))

    @cached_property
    def value_fen(self) -> Whole:
        """What each row is worth."""
        return _whole(self.column("value_fen"))

    @cached_property
    def duty(self) -> Flags:
        """Whether each row does a duty."""
        found: Flags = self.column("duty").astype(bool)
        return found

    @cached_property
    def promised(self) -> Flags:
        """Whether each row keeps a promise."""
        return np.array([kind == Reason.PROMISE.value for kind in self.rows["kind"].to_list()], bool)

    @cached_property
    def step(self) -> Whole:
        """For each row how manieth step of becoming known it makes, ``NO_STEP`` where it makes none."""
        kinds, ways = self.rows["kind"].to_list(), self.channel.tolist()
        return _whole(np.array([way if kind == Reason.INTRODUCTION.value else NO_STEP
                                for kind, way in zip(kinds, ways, strict=True)], np.int64))  # fmt: skip

    @cached_property
    def kept(self) -> Flags:
        """Whether each row stands where the night before had it."""
        return np.asarray(self.rows["kept"].fill_null(value=False).to_numpy(), dtype=bool)

    @cached_property
    def first(self) -> Whole:
        """Each customer's first row."""
        return _whole(np.unique(self.who, return_index=True)[1])

    @cached_property
    def numbers(self) -> list[str]:
        """Each customer's number."""
        every = self.rows["customer_no"].to_list()
        return [every[row] for row in self.first.tolist()]

    @cached_property
    def keys(self) -> list[int]:
        """Each customer's key in the lake."""
        found: list[int] = self.column("customer")[self.first].tolist()
        return found

    @cached_property
    def owners(self) -> list[str]:
        """On whose list each customer stands."""
        every = self.rows["owner"].to_list()
        return [every[row] for row in self.first.tolist()]

    @cached_property
    def past(self) -> Whole:
        """On which of the working days before today each customer was contacted, as bits."""
        return _whole(self.rows["past"].fill_null(0).to_numpy()[self.first])

    def of(self, who: int) -> slice:
        """Where the rows of one customer stand."""
        after = int(self.first[who + 1]) if who + 1 < len(self.first) else len(self.rows)
        return slice(int(self.first[who]), after)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)


def _counted(numbers: Any) -> Whole:
    """Rising numbers, counted from nothing on."""
    return _whole(numbers - numbers[0]) if len(numbers) else _whole(numbers)


def _whole(array: Any) -> Whole:
    return np.ascontiguousarray(array, dtype=np.int64)


def in_hands(offered: Lazy, covers: Iterable[tuple[str, str, int]]) -> Lazy:
    """Each row with who looks after it on its day as ``keeper_no``, and whose customer it is as ``owner``.

    ``covers``: giver, taker and for how many days from today on the one stands in for the other.
    """
    owner = nw.col("keeper_no")
    hands = owner
    for giver_no, taker_no, many in covers:
        hands = nw.when((owner == giver_no) & (nw.col("at") < many)).then(nw.lit(taker_no)).otherwise(hands)
    return offered.with_columns(keeper_no=hands, owner=owner)


def options_of(offered: Lazy, kept: nw.DataFrame[Any], policy: Policy) -> nw.DataFrame[Any]:
    """Every allowed way to do something for a customer, with what it is worth, desk after desk in a fixed order.

    ``offered``: rows of ``in_hands`` · ``kept``: the slots of yesterday's plan. Out: the columns of ``offered`` and
    ``value_fen``, the gain less what it loses so soon after the last contact, on a day or by a way the customer does
    not like, and, of the rhythm and of becoming known, by waiting since the first day it may be done; ``keep_fen``:
    what a day counts besides, for who was told it, less a fen for each day of waiting; ``who`` and ``task``, which
    count through. What brings nothing is left out, unless it is a duty.
    """
    off = nw.when(nw.col("soon")).then(nw.lit(policy.recent_contact_fen)).otherwise(nw.lit(0))
    worth = offered.filter(nw.col("withheld").is_null()).with_columns(
        value_fen=nw.col("fen") - off - nw.col("unliked_fen")
    )
    rows = backend.collect(worth.filter(nw.col("duty") | (nw.col("value_fen") > 0)))
    stays = rows.join(kept, on=["customer", "channel", "at"], how="left").with_columns(
        keep_fen=nw.when(nw.col("kept")).then(nw.lit(policy.keep_slot_fen)).otherwise(nw.lit(0)) - nw.col("at")
    )
    names = {name: f"task_{name}" for name in TASK}
    by = ["keeper_no", "customer_no", *names.values()]
    ordered = stays.with_columns(**{names[name]: nw.col(name).fill_null(TASK[name]) for name in TASK}).sort(
        *by, "at", "channel"
    )
    other, another = (_differs(columns) for columns in (by[:2], by))
    numbered = ordered.with_columns(who=other, task=another).drop(*names.values())
    return numbered.with_columns(value_fen=nw.col("value_fen") - _waiting(policy))


def _waiting(policy: Policy) -> nw.Expr:
    """What each row loses by waiting, in the order of tasks and days; what is known of money says itself when."""
    begins = nw.when(nw.col("task").diff().fill_null(1) != 0).then(nw.col("at"))
    waited = nw.col("at") - begins.otherwise(nw.lit(None)).fill_null(strategy="forward")
    loses = nw.col("kind").is_in([Reason.ROUTINE.value, Reason.INTRODUCTION.value])
    return nw.when(loses).then(waiting_fen(nw.col("fen"), waited, policy)).otherwise(nw.lit(0))


def _differs(columns: list[str]) -> nw.Expr:
    """A number that rises wherever one of these columns differs from the row before."""
    changed = nw.any_horizontal(*(nw.col(name) != nw.col(name).shift(1) for name in columns), ignore_nulls=True)
    return changed.cast(nw.Int64).cum_sum()


def by_desk(options: nw.DataFrame[Any]) -> Iterator[tuple[str, Offers]]:
    """The rows of each desk that has any, in the order of staff numbers."""
    counted = options.group_by("keeper_no").agg(nw.len().alias("rows")).sort("keeper_no")
    keepers, sizes = counted["keeper_no"].to_list(), counted["rows"].to_list()
    for keeper_no, size, end in zip(keepers, sizes, accumulate(sizes), strict=True):
        yield keeper_no, Offers(options[end - size : end])


def slots_before(lake: Lake, day: date, days: list[date]) -> nw.DataFrame[Any]:
    """The slots that the plan of the night before had for these days: customer, channel, ``at``, ``kept``."""
    earlier = [known for known in lake.days(tables.AHEAD) if known < day]
    shape = {"customer": "key", "channel": "text", "at": "number", "kept": "flag"}
    if not earlier:
        return backend.frame([], shape)
    at = backend.frame([{"day": day_number(one), "at": n} for n, one in enumerate(days)], {"day": "day", "at": "key"})
    known = lake.read(tables.AHEAD, earlier[-1]).select("customer", "channel", "day").join(at.lazy(), on="day")
    return backend.collect(known.select("customer", "channel", "at", kept=nw.lit(True)).unique())


def prices_before(lake: Lake, day: date, days: list[date]) -> dict[str, Whole]:
    """By keeper the prices of the night before for these days, in fen, a row a channel; later days cost as the last."""
    earlier = [known for known in lake.days(tables.PRICES) if known < day]
    told: dict[str, dict[tuple[int, date], int]] = {}
    for row in lake.rows(tables.PRICES, earlier[-1]) if earlier else ():
        told.setdefault(row["keeper_no"], {})[PLACE[row["channel"]], row["day_on"]] = row["price_fen"]
    return {keeper_no: _table(known, days) for keeper_no, known in told.items()}


def _table(known: dict[tuple[int, date], int], days: list[date]) -> Whole:
    found = np.zeros((len(TOUCHES), len(days)), np.int64)
    for channel in range(len(TOUCHES)):
        last = 0
        for at, day in enumerate(days):
            last = found[channel, at] = known.get((channel, day), last)
    return found
