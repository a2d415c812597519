"""个人信息请求: what a person may ask about herself, and by when she has her answer. PIPL 44–50, reliability C10."""

from __future__ import annotations

from datetime import date

from guanhu.rules import kinds
from guanhu.rules.days import WorkCalendar
from guanhu.rules.kinds import Kind
from guanhu.rules.policy import Policy


class CaseKind(Kind):
    """请求种类: what the person asks for."""

    LOOK_UP = "look_up", "查阅", "Look-up"
    COPY = "copy", "复制", "Copy"
    CORRECT = "correct", "更正、补充", "Correction"
    DELETE = "delete", "删除", "Deletion"
    EXPLAIN = "explain", "解释说明", "Explanation"


class CaseState(Kind):
    """个案状态: how far a case has come."""

    OPENED = "opened", "待办理", "Opened"
    WORKING = "working", "办理中", "Being worked on"
    DONE = "done", "已办结", "Settled"
    REFUSED = "refused", "不予办理", "Refused with reasons"


class Proof(Kind):
    """身份核实: how it was made sure that the person asks herself, or somebody she sent."""

    DOCUMENT = "document", "核对证件原件", "Identity document seen"
    CALL_BACK = "call_back", "回拨预留号码", "Called back on the known number"
    DELEGATE = "delegate", "委托书与受托人证件", "Power of attorney and its holder's document"


class Whereabouts(Kind):
    """数据所在: where something about a person may lie."""

    DATABASE = "database", "业务库", "Database"
    LAKE = "lake", "数据湖", "Lake"
    QUARANTINE = "quarantine", "隔离区", "Quarantine"
    TRAIL = "trail", "留痕", "Trail"


SPOKEN: dict[str, tuple[type[Kind], ...]] = {
    "tier": (kinds.Tier,), "entitlement": (kinds.Entitlement,), "channel": (kinds.Channel,),
    "outcome": (kinds.Outcome,), "refusal": (kinds.Refusal,), "task_group": (kinds.Group,),
    "step": (kinds.MaturityStep,), "product": (kinds.ProductKind,), "purpose": (kinds.ConsentPurpose,),
    "stage": (kinds.Stage,), "birth_calendar": (kinds.Calendar,),
    "kind": (kinds.CustomerKind, kinds.ProductKind, kinds.MoveKind, kinds.SignalKind, kinds.Reason),
}  # fmt: skip
"""Columns whose codes are told to a person in words, and the lists they come from."""

OPEN = (CaseState.OPENED, CaseState.WORKING)
"""Cases that still wait for an answer."""


def spoken(column: str, value: object) -> object:
    """A code as a person reads it: gold → 金卡; what is no code of this column stays as it is."""
    lists = SPOKEN.get(column, ())
    return next((each(value).zh for each in lists if isinstance(value, str) and value in set(each)), value)


def due_on(opened_on: date, calendar: WorkCalendar, policy: Policy) -> date:
    """The working day by which the person has her answer."""
    return calendar.add(opened_on, policy.case_working_days)


def urgency(due: date, state: CaseState, today: date, calendar: WorkCalendar, policy: Policy) -> str:
    """``late`` past its day, ``soon`` a few working days before, else empty; a settled case presses no more."""
    if state not in OPEN:
        return ""
    if due < today:
        return "late"
    return "soon" if due <= calendar.add(today, policy.case_soon_days) else ""


def may_move(state: CaseState, to: CaseState, *, result: str) -> bool:
    """A case is worked on and then settled or refused, either with what is told to the person; it never goes back."""
    if state not in OPEN or to is CaseState.OPENED:
        return False
    return to is CaseState.WORKING or bool(result.strip())
