"""Writing: a step of a handover is done, with what the customer said. P8."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.handovers.queries import done_by
from guanhu.apps.portfolio.models import Handover
from guanhu.rules.access import Permission, require
from guanhu.rules.kinds import TrailAction
from guanhu.rules.rounds import HandoverStep

LONGEST = 200


@trail.recorded
def done(*, by: Viewer, handover: UUID, step: HandoverStep, note: str, now: datetime) -> Handover:
    """这一步做了: by whose step it is, with a note; done again it says the last.

    Raises ``Invisible`` for a step that is not hers, ``Refused`` without a note or before its day.
    """
    seen = require(by, Permission.HANDOVER_WRITE)
    rows = Handover.objects.seen_by(seen).filter(public_id=handover, ended_at=None).select_related("giver")
    row: Handover | None = rows.select_for_update(of=("self",)).first()
    if row is None or done_by(row, step) not in seen.keepers:
        raise Invisible(str(handover))
    if not 0 < len(note.strip()) <= LONGEST:
        raise Refused({"note": _("写下客户怎么说，不超过 %(n)s 个字") % {"n": LONGEST}})
    if done_by(row, step) == row.taker_id and row.handed_at is None:
        raise Refused({"note": _("还没到换手的日子：先由原管户人告知")})
    setattr(row, step.value, note.strip())
    setattr(row, f"{step.value}_at", now)
    row.save(update_fields=[step.value, f"{step.value}_at"])
    trail.note(by, TrailAction.HANDOVER, object=("handover", str(row.public_id)), person=row.customer_id,
               fields=(step.value,))  # fmt: skip
    return row
