"""When somebody else wrote first about a line: who, when, and field by field what each of them says. Reliability D6."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanhu.apps.people.errors import Conflict
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.checks import Told
from guanhu.apps.work.desk import Desk, Slot
from guanhu.apps.work.models import Deferral, Touch
from guanhu.rules.kinds import Outcome

FIELDS = (
    "outcome", "channel", "seconds", "said", "refusal", "product", "amount_fen", "meeting_on", "meeting_at",
    "meeting_place",
)  # fmt: skip
"""What two records of one contact may differ in."""


def require_unchanged(by: Viewer, customer: int, desk: Desk[Slot], told: Told, version: int | None) -> None:
    """Refuse to write beside what someone else wrote since the person looked; ``customer`` is her key."""
    if version is None or version == desk.version(customer):
        return
    yours = {name: value for name, value in asdict(told).items() if name in FIELDS}
    aside = desk.deferrals.get(customer)
    last = next(iter(reversed(desk.touches.get(customer, ()))), None)
    if last is not None and (last.undone_at is not None or last.staff is None):
        last = None
    written = last.recorded_at if last else None
    if aside is not None and (written is None or aside.recorded_at > written):
        raise _set_aside(by, aside, yours)
    if last is None:
        raise Conflict(_("这一行刚刚变了，请看过再记"), yours=yours, theirs=dict.fromkeys(("outcome",), None))
    raise _recorded_first(by, last, yours)


def _recorded_first(by: Viewer, last: Touch, yours: dict[str, Any]) -> Conflict:
    who = last.staff.name if last.staff else ""
    words = {"who": who, "at": f"{last.at_time:%H:%M}", "outcome": Outcome(last.outcome).label(get_language() or "zh")}
    mine = last.staff_id == by.staff_id
    says = _("你在另一个窗口 %(at)s 已先记下「%(outcome)s」") if mine else _("%(who)s %(at)s 已先记下「%(outcome)s」")
    theirs = {name: getattr(last, name) for name in FIELDS}
    return Conflict(says % words, yours=yours, theirs=theirs, who=who, at=last.recorded_at)


def _set_aside(by: Viewer, aside: Deferral, yours: dict[str, Any]) -> Conflict:
    who = aside.staff.name
    mine = aside.staff_id == by.staff_id
    says = _("你在另一个窗口已把这位客户顺延") if mine else _("%(who)s 已先把这位客户顺延") % {"who": who}
    return Conflict(says, yours=yours, theirs={"reason": aside.reason}, who=who, at=aside.recorded_at)


def require_own_reason(by: Viewer, aside: Deferral | None, reason: str) -> None:
    """Setting aside twice is once, but not over another's reason."""
    if aside is not None and (aside.staff_id, aside.reason) != (by.staff_id, reason):
        raise _set_aside(by, aside, {"reason": reason})
