"""Reading: how many customers fall into each group, and what they hold together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Sum

from guanhu.apps.audit import trail
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.books.asking import queries as asking
from guanhu.apps.customers.books.asking.queries import ON_CUSTOMERS, ON_STANDINGS
from guanhu.apps.customers.models import Standing
from guanhu.apps.customers.shapes import BookGroup as BookGroup
from guanhu.apps.customers.shapes import BookGroups as BookGroups
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Reach
from guanhu.rules.kinds import TrailAction
from guanhu.rules.lists import CHOICES, Condition, Trait
from guanhu.rules.privacy import Form, form_of

GROUPED = 50_000
"""So many customers of a wide list are put into groups; of more none, for sums of a part would mislead."""
BY = {Trait.TIER: "tier", Trait.ENTITLEMENT: "entitlement", Trait.STAGE: "stage", Trait.KIND: "kind",
      Trait.KEEPER: "keeper__staff_no"}  # fmt: skip
"""By what a list may be put into groups, and the field that says so."""


def groupable(viewer: Viewer) -> tuple[Trait, ...]:
    """By what this viewer may put the list into groups: what she may make a condition of."""
    return tuple(trait for trait in BY if trait in asking.askable(viewer))


def groups(viewer: Viewer, by: Trait, which: Sequence[Condition], now: Shown) -> BookGroups:
    """The customers of whom these conditions hold, in groups: how many each has, and their assets together.

    Whom the night did not measure is counted where her group needs no measure, and stands in a group of its own where
    it does; she adds nothing to a sum. A coach is told no sums: of a group of one it would be an amount. P10.
    """
    asked = books.asked_of(viewer, now, which)
    rows = Standing.objects.seen_by(viewer).filter(night_id=now.night_id, customer__merged_into=None)
    others = None if asked.measured_alone else books.without_night(viewer, now.night_id)
    if asked.which:
        rows = rows.filter(asked.held(ON_STANDINGS))
        others = others and others.filter(asked.held(ON_CUSTOMERS))
    if asked.tier:
        rows = rows.filter(tier=asked.tier)
    wide = viewer.reach is not Reach.OWN
    if wide and rows[: GROUPED + 1].count() > GROUPED:
        return BookGroups((), None, beyond=GROUPED)
    told = _counted(rows, ON_STANDINGS, by)
    found = {value: [n, fen] for value, n, fen in told}
    for value, n, _fen in _counted(others, ON_CUSTOMERS, by) if others is not None else ():
        found.setdefault(value, [0, 0])[0] += n
    sums = form_of(viewer) is Form.FULL
    lines = [BookGroup(value, n, fen if sums else None) for value, (n, fen) in found.items()]
    fields = [by.value, *(one.trait.value for one in which)]
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "groups"), fields=fields, count=len(lines))
    return BookGroups(tuple(sorted(lines, key=lambda line: _place(by, line))), sums, beyond=None)


def _counted(rows: Any, at: asking.Place, by: Trait) -> list[tuple[str, int, int]]:
    """Each group's value, its customers, its assets; the unmeasured have neither tier nor assets."""
    if by in asking.MEASURED and at is ON_CUSTOMERS:
        count = rows.count()
        return [("", count, 0)] if count else []
    field = BY[by] if by in asking.MEASURED else at.customer + BY[by]
    total = Sum("balance_fen") if at is ON_STANDINGS else Count("pk") * 0
    told = rows.order_by().values_list(field).annotate(n=Count("pk"), fen=total)
    return [(value or "", n, int(fen or 0)) for value, n, fen in told]


def _place(by: Trait, line: BookGroup) -> tuple[bool, int, str]:
    """Groups stand in the order of their closed list, keepers by number; what belongs to none comes last."""
    known = [str(each) for each in CHOICES.get(by, ())]
    return not line.value, known.index(line.value) if line.value in known else len(known), line.value
