"""The pipeline: the steps of a night's measuring as a list, run and explained from the same list.

An incremental night starts from the newest state that still holds and walks to the night's day; a rebuild starts
from nothing and walks the same way month by month, each day read once. Both write the same answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import narwhals as nw

from guanhu.engine import backend, balances, flows, opportunities, rates, tiers, trials, value
from guanhu.engine.lake import Lake, engine_columns
from guanhu.engine.night import Night, Stride
from guanhu.engine.signals import SIGNALS as MODULES
from guanhu.engine.state import NAMES, is_ours, meet, nothing, settle
from guanhu.engine.tables import CUT_OFFS, MONTH_ENDS, OPPORTUNITIES, RATES, SIGNALS, STANDINGS, STATE, TRIALS
from guanhu.rules.days import WorkCalendar
from guanhu.rules.kinds import SignalKind
from guanhu.rules.policy import Policy

Mode = Literal["auto", "rebuild", "incremental"]
Sums = Callable[[Night, Stride], nw.LazyFrame[Any]]
Carry = Callable[[Stride], dict[str, nw.Expr]]
OnStep = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Step:
    """One step: its name, what it does in the branch's words, what it reads and what it writes."""

    name: str
    zh: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    sums: Sums | None = None
    """What a stride's days bring, by customer; for the steps that carry the state forward."""
    carry: Carry | None = None
    """The state's columns after a stride, from those before it and the sums."""


ALSO_READ = {
    SignalKind.MATURITY: ("bank/holdings", "bank/products"),
    SignalKind.LARGE_MOVE: ("bank/moves",),
    SignalKind.OTHER_BANK: ("bank/moves",),
}
"""What a signal reads beside the standings."""

STEPS: tuple[Step, ...] = (
    Step("balances", "余额：日终资产与 30 天日均", ("bank/balances",), ("answers/state",),
         balances.sums, balances.carry),
    Step("flows", "流水：转入转出与主动交易", ("bank/moves",), ("answers/state",), flows.sums, flows.carry),
    Step("contacts", "联系：最近一次触达", ("bank/contacts", "notes/contacts"), ("answers/state",),
         flows.contact_sums, flows.contact_carry),
    Step("tiers", "分层：月末时点与季末分层线", ("bank/customers",),
         ("answers/state", "answers/month_ends", "answers/cut_offs")),
    Step("value", "面貌：分层、权益与价值贡献", ("bank/customers", "bank/holdings"), ("answers/standings",)),
    *(Step(f"signals/{kind.value}", f"信号：{kind.zh}", ("answers/standings", *ALSO_READ.get(kind, ())),
           ("answers/signals",)) for kind in MODULES),
    Step("trials", "评判：到日子的各例成了没有",
         ("answers/signals", "answers/standings", "bank/contacts", "notes/contacts", "bank/balances"),
         ("answers/trials",)),
    Step("rates", "成效：从各例学到的成功率", ("answers/trials",), ("answers/rates",)),
    Step("opportunities", "商机：今天值得联系的理由",
         ("answers/signals", "answers/rates", "notes/promises", "bank/complaints"), ("answers/opportunities",)),
)  # fmt: skip
"""The steps in order. Those with ``sums`` and the month's close (``tiers``) carry the state forward by strides."""

WALKED = ("balances", "flows", "contacts", "tiers")


@dataclass(frozen=True)
class Way:
    """From which day's state a night starts, and why."""

    start: date | None
    why: str


def run(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, *, mode: Mode = "auto",
        on_step: OnStep | None = None) -> Way:  # fmt: skip
    """Measure every customer as of this day and write the day's answers; the same answers whichever way.

    Writes state, standings, signals, trials, rates and opportunities of the day, and the month-ends on the way.
    ``on_step`` is told (step, done, total). Returns the way taken.
    """
    night = Night(lake, day, policy, calendar)
    way = way_to(lake, day, policy, mode)
    strides = night.strides(way.start)
    total = len(strides) * len(WALKED) + len(STEPS) - len(WALKED)
    tell = _teller(on_step, total)
    state = _walk(night, way, strides, tell)
    _keep(lake, day, state)
    people = backend.ordered(value.people(night, state), "customer")
    del state
    _answer(night, people, tell)
    return way


def _walk(night: Night, way: Way, strides: list[Stride], tell: Callable[[str], None]) -> nw.LazyFrame[Any]:
    """Carry the state to the night's day, stride by stride."""
    state = nothing() if way.start is None else night.lake.read(STATE, way.start)
    for stride in strides:
        state = tiers.close(night, _carried(night, state, stride, tell), stride)
        state = backend.ordered(settle(state, night.policy.version), "customer").lazy()
        tell("tiers")
    return state


def _carried(night: Night, state: nw.LazyFrame[Any], stride: Stride, tell: Callable[[str], None]) -> nw.LazyFrame[Any]:
    """The state after a stride: the sums of all steps meet, and meet the state once."""
    brought: nw.LazyFrame[Any] | None = None
    columns: dict[str, nw.Expr] = {}
    for step in STEPS:
        if step.sums is not None and step.carry is not None:
            sums = backend.ordered(step.sums(night, stride), "customer").lazy()
            brought = sums if brought is None else backend.ordered(meet(brought, sums), "customer").lazy()
            columns |= step.carry(stride)
            tell(step.name)
    assert brought is not None
    return meet(state, brought).with_columns(**columns).select(*NAMES)


def _answer(night: Night, standings: nw.DataFrame[Any], tell: Callable[[str], None]) -> None:
    """The day's answers about the people there are: standings, signals, what was learnt, opportunities."""
    people = standings.lazy()
    night.lake.write(STANDINGS, night.day, standings)
    tell("value")
    found = []
    for kind, build in MODULES.items():
        made = backend.shaped(build(night, people), engine_columns(SIGNALS))
        found.append(backend.collect(made).lazy())
        tell(f"signals/{kind.value}")
    signals = backend.concat(found)
    night.lake.write(SIGNALS, night.day, signals)
    night.lake.write(TRIALS, night.day, trials.tally(night, people))
    tell("trials")
    learnt = rates.learnt(night)
    stamp = {"policy": night.policy.version}
    night.lake.write_rows(RATES, night.day, [rate.as_row() | stamp for rate in learnt])
    tell("rates")
    night.lake.write(OPPORTUNITIES, night.day, opportunities.build(night, people, signals, learnt))
    tell("opportunities")


def way_to(lake: Lake, day: date, policy: Policy, mode: Mode = "auto") -> Way:
    """From which state to start: the newest before the day that nothing delivered since has changed.

    A delivery that covers days already counted, or another policy, sends the night back before them.
    """
    if mode == "rebuild":
        return Way(None, "重算：从第一天起")
    known = [state for state in lake.days(STATE) if state < day and is_ours(lake, state)]
    restated = _first_restated(lake, day)
    whole = [state for state in known if all(state < first for came, first in restated if came > state)]
    if not whole:
        why = "没有可用的前一日状态" if not known else "交来的文件改动了已计入的日子"
        return _refuse(mode, Way(None, f"重算：{why}"))
    if _policy_of(lake, whole[-1]) != policy.version:
        return _refuse(mode, Way(None, "重算：规则版本已变"))
    return Way(whole[-1], f"增量：从 {whole[-1].isoformat()} 的状态起")


def _refuse(mode: Mode, way: Way) -> Way:
    """A night that was told to be incremental says why it cannot be."""
    if mode == "incremental":
        raise ValueError(f"不能增量：{way.why}")
    return way


def _first_restated(lake: Lake, day: date) -> list[tuple[date, date]]:
    """For each delivery up to the day: when it came and the first day it covers."""
    made = []
    for came in lake.receipts():
        covers = (lake.receipt(came) or {}).get("covers_from")
        if came <= day and covers:
            made.append((came, date.fromisoformat(covers)))
    return made


def _policy_of(lake: Lake, day: date) -> str | None:
    """Under which policy a state was made; an empty state fits any."""
    found = backend.rows(lake.read(STATE, day).select("policy").head(1))
    return str(found[0]["policy"]) if found else None


def _keep(lake: Lake, day: date, state: nw.LazyFrame[Any]) -> None:
    """Write the day's state. Later ones stand on it: when it has changed they go, and are made again when needed."""
    later = [known for known in lake.days(STATE) if known > day]
    before = lake.digest(STATE, day) if later and lake.has(STATE, day) else None
    lake.write(STATE, day, backend.ordered(state, "customer"))
    if later and lake.digest(STATE, day) != before:
        for known in later:
            lake.drop(STATE, known)


def _teller(on_step: OnStep | None, total: int) -> Callable[[str], None]:
    """Counts the steps and tells whoever watches."""
    done = 0

    def tell(name: str) -> None:
        nonlocal done
        done += 1
        if on_step is not None:
            on_step(name, done, total)

    return tell


def explain(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, *, mode: Mode = "auto") -> list[str]:
    """What a night of this day would do, in order, without doing it."""
    night = Night(lake, day, policy, calendar)
    way = way_to(lake, day, policy, mode)
    strides = night.strides(way.start)
    days = len({read for stride in strides for read in stride.days()})
    lines = [way.why, f"读取 {days} 天，分 {len(strides)} 段"]
    for step in STEPS:
        lines.append(f"{step.name}：{step.zh}；读 {'、'.join(step.reads)}；写 {'、'.join(step.writes)}")
    return lines


WRITTEN = (STATE, CUT_OFFS, STANDINGS, MONTH_ENDS, SIGNALS, OPPORTUNITIES)
"""Every table the pipeline writes."""


def counts(lake: Lake, day: date) -> dict[str, int]:
    """How many rows the day's answers have: 客户, 信号, 商机."""
    named = (("客户", STANDINGS), ("信号", SIGNALS), ("商机", OPPORTUNITIES))
    return {name: backend.count([lake.path(table, day)]) for name, table in named if lake.has(table, day)}
