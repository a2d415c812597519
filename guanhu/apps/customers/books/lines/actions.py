"""Writing: a customer is changed where she stands in a list. P6."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.actions import set_stage
from guanhu.apps.customers.living.actions import keep_fact
from guanhu.apps.customers.living.shapes import FactWords
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.scope import Viewer


@recorded
def mend_line(
    *, by: Viewer, customer: UUID, today: date, now: datetime, stage: str = "", current: str = "", note: str = "",
    said: FactWords | None = None,
) -> None:  # fmt: skip
    """Change a customer from the list: the relation by a stage, one thing learnt; both, or neither.

    ``stage``: where it moves to, empty where it stays; ``current``: where the person saw it · ``said``: what was
    learnt, null where nothing was. Raises what ``set_stage`` and ``keep_fact`` raise, ``Refused`` for nothing at all.
    """
    if not stage and said is None:
        raise Refused({"fact": _("没有要存的：移动一级阶段，或写一条了解到的情况")})
    if stage:
        set_stage(by=by, customer=customer, stage=stage, current=current, note=note, day=today, now=now)
    if said is not None:
        keep_fact(by=by, customer=customer, said=said, today=today, now=now)
