"""Writing: the customer at the counter is noted: her number, what for, and a few words where there are any. P16."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.models import Customer, Visit
from guanhu.apps.customers.notices.actions import tell_keeper
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Reach
from guanhu.rules.kinds import TrailAction, VisitPurpose
from guanhu.rules.notes import note_fault

NOTE_LENGTH = 120


@recorded
def note_visit(*, by: Viewer, purpose: str, note: str, day: date, now: datetime) -> None:
    """Write down that the customer whose number this request is bound to came in today; her keeper is told.

    The same words sent twice are one visit. Raises ``Invisible`` for a number nobody here has, ``Refused`` with what
    is wrong.
    """
    _require_sound(purpose, note.strip())
    if by.reach is not Reach.ONE or not by.number:
        raise Invisible("no number")
    row: Customer | None = Customer.objects.seen_by(by).first()
    if row is None:
        raise Invisible("no such customer")
    told = {"customer": row, "staff_id": by.staff_id, "day_on": day, "purpose": purpose, "note": note.strip()}
    if Visit.objects.seen_by(by).filter(**told).exists():
        return
    made = Visit.objects.create(**told, at=now)
    trail.note(by, TrailAction.VISIT, person=row.key, object=("visit", str(made.public_id)), fields=("purpose",),
               after={"purpose": purpose, "note": note.strip()})  # fmt: skip
    tell_keeper(by, row, TrailAction.VISIT, now)


def _require_sound(purpose: str, note: str) -> None:
    """Refuse what is on no list, too long, or a number that has a place of its own."""
    wrong: dict[str, str] = {}
    if purpose not in set(VisitPurpose):
        wrong["visit"] = _("选一下客户来办什么")
    if len(note) > NOTE_LENGTH:
        wrong["note"] = _("补一句请不超过 %(n)s 个字") % {"n": NOTE_LENGTH}
    fault = note_fault(note)
    if fault:
        what = fault.label(get_language() or "zh")
        wrong["note"] = _("这里不写%(what)s：号码记在联系方式里，密码和验证码任何地方都不记") % {"what": what}
    if wrong:
        raise Refused(wrong)
