"""Reading: who stands on each of the system's own lists and on each list that was brought. P17."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, IntegerField, OuterRef, Q

from guanhu.apps.audit import trail
from guanhu.apps.customers.books.lines.queries import FIGURES, WHO, lines_of
from guanhu.apps.customers.books.queries import COUNTED, PAGE, place_of
from guanhu.apps.customers.ledgers.models import LedgerEntry, LedgerImport
from guanhu.apps.customers.models import Consent, Holding, Standing
from guanhu.apps.customers.quality.queries import standing_facts
from guanhu.apps.customers.shapes import Book
from guanhu.apps.people import policy
from guanhu.apps.people.compiled import compiled
from guanhu.apps.people.models import Branch
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.models import Opportunity
from guanhu.rules.kinds import ConsentPurpose, Roster, SignalKind, TrailAction
from guanhu.rules.lists import Trait
from guanhu.rules.living import MARKS
from guanhu.rules.privacy import Form, form_of

OF_SERVICE = (Roster.NEW, Roster.SILENT)
"""Lists that tell how customers are served and nothing of what they have."""
BROUGHT = 20
"""So many brought lists a page shows, the latest first."""
FOUND_BY_NIGHT = {
    Roster.BIRTHDAY: SignalKind.DATES, Roster.NEAR_LINE: SignalKind.NEAR_LINE, Roster.OUTFLOW: SignalKind.OUTFLOW,
}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """One list and how many are on it; ``beyond``: more, nobody counted them."""

    roster: Roster
    customers: int
    beyond: bool


@dataclass(frozen=True)
class BroughtList:
    """带入的名单: one list brought as a file, from another system or kept by hand, and how many of it are in reach."""

    public_id: UUID
    begun_at: datetime
    who: str
    """Who brought it; empty where it came by the command line."""
    rows: int
    """So many rows the file had."""
    customers: int
    beyond: bool


def rosters_for(viewer: Viewer) -> tuple[Roster, ...]:
    """The lists this viewer may read: all of them, or those that tell only how customers are served."""
    return tuple(Roster) if form_of(viewer) is Form.FULL else OF_SERVICE


def may_read(viewer: Viewer, which: Roster | UUID) -> bool:
    """May this viewer read this list? One that was brought tells whatever the file told."""
    return which in rosters_for(viewer) if isinstance(which, Roster) else form_of(viewer) is Form.FULL


def sizes(viewer: Viewer, now: Shown) -> tuple[Size, ...]:
    """Every list with how many of the viewer's customers are on it, in one question."""
    wanted = rosters_for(viewer)
    (counted,) = _sizes(viewer, viewer.branch_id, now.night_id, *_days(now), rosters=wanted)
    return tuple(Size(each, min(n, COUNTED), n > COUNTED) for each, n in zip(wanted, counted, strict=True))


def brought(viewer: Viewer) -> tuple[BroughtList, ...]:
    """The lists that were brought to one's branch, or to the bank as a whole, and tell of customers in reach. P17."""
    if form_of(viewer) is not Form.FULL:
        return ()
    return tuple(
        BroughtList(public_id, begun_at, who or "", rows, min(told, COUNTED), told > COUNTED)
        for public_id, begun_at, who, rows, told in _brought(viewer, viewer.branch_id)
        if told
    )


def roster(
    viewer: Viewer, now: Shown, which: Roster | UUID, after: UUID | None = None, columns: Sequence[Trait] = ()
) -> Book | None:
    """One list, by assets, fifty lines from a place on; null where the viewer may not read it. On the trail.

    ``which``: one of the system's own, or the id of one that was brought · ``columns``: what else the lines tell.
    """
    if not may_read(viewer, which):
        return None
    number, average = place_of(viewer, now.night_id, after) if after else (None, None)
    if isinstance(which, Roster):
        found = _members(viewer, now.night_id, *_days(now), average, number, which=which)
    else:
        found = _on_brought(viewer, now.night_id, which, average, number)
    rows = found[:PAGE]
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", f"{which}"), people=(row[0] for row in rows))
    lines = lines_of(viewer, now, rows, columns)
    return Book(
        data_day=now.data_day, currency=now.currency, rows=lines, total=0, beyond=False,
        after=lines[-1].public_id if len(found) > PAGE else None,
    )  # fmt: skip


def _days(now: Shown) -> tuple[date, date, date, date]:
    """Today, the first of its month, since when nobody was in touch, and until when a sum matures soon."""
    numbers, today = policy.in_force(), now.today
    return (
        today, today.replace(day=1), today - timedelta(numbers.roster_silent_days),
        today + timedelta(numbers.maturity_week_days),
    )  # fmt: skip


@compiled(tuple)
def _sizes(
    viewer: Viewer, branch_id: int, night_id: int, today: Any, month: Any, silent: Any, week: Any, *,
    rosters: tuple[Roster, ...],
) -> Any:  # fmt: skip
    """One number a list; each stops counting a little beyond what a page says."""
    told = {}
    for each in rosters:
        rows = _on(viewer, night_id, today, month, silent, week, each).order_by().values("pk")
        told[each.value] = _how_many(rows[: COUNTED + 1])
    return Branch.objects.filter(pk=branch_id).annotate(**told).values_list(*told)


def _how_many(rows: Any) -> Func:
    """How many rows a question within a question has; asked for each row by itself, where "not exists" is not.

    For a "not exists" over a wide reach the database works the policy out for all rows of the bank, row by row.
    """
    return Func(ArraySubquery(rows), function="cardinality", output_field=IntegerField())


@compiled(tuple)
def _members(
    viewer: Viewer, night_id: int, today: Any, month: Any, silent: Any, week: Any, average: int | None,
    number: str | None, *, which: Roster,
) -> Any:  # fmt: skip
    return _page(_on(viewer, night_id, today, month, silent, week, which), average, number)


@compiled(tuple)
def _on_brought(viewer: Viewer, night_id: int, batch: UUID, average: int | None, number: str | None) -> Any:
    told = _told(viewer).filter(batch__public_id=batch, customer_id=OuterRef("customer_id"))
    return _page(_measured(viewer, night_id).filter(Exists(told)), average, number)


@compiled(tuple)
def _brought(viewer: Viewer, branch_id: int) -> Any:
    """The last lists, each with how many of it are in reach; it stops counting a little beyond what a page says."""
    of_her = Q(branch_id=branch_id) | Q(branch_id=None)
    rows = LedgerImport.objects.filter(of_her, undone_at=None)
    told = _told(viewer).filter(batch_id=OuterRef("pk"), customer__left_on=None, customer__merged_into=None)
    rows = rows.annotate(told=_how_many(told.values("pk")[: COUNTED + 1])).order_by("-begun_at", "-pk")
    return rows.values_list("public_id", "begun_at", "by__name", "rows", "told")[:BROUGHT]


def _told(viewer: Viewer) -> Any:
    """What brought lists tell of customers in reach, also where a later one told more of the same customer."""
    return LedgerEntry.objects.seen_by(viewer).filter(customer__isnull=False)


def _page(rows: Any, average: Any, number: Any) -> Any:
    """Some customers by their assets, fifty and one from a place on."""
    if average is not None:
        rows = rows.filter(Q(average_fen__lt=average) | Q(average_fen=average, customer__customer_no__gt=number))
    ordered = rows.order_by("-average_fen", "customer__customer_no")
    return ordered.values_list(*(f"customer__{name}" for name in WHO), *FIGURES)[: PAGE + 1]


def _measured(viewer: Viewer, night_id: Any) -> Any:
    return Standing.objects.seen_by(viewer).filter(
        night_id=night_id, customer__left_on=None, customer__merged_into=None
    )


def _on(viewer: Viewer, night_id: Any, today: Any, month: Any, silent: Any, week: Any, which: Roster) -> Any:
    """The customers in reach who were measured and stand on this list."""
    rows = _measured(viewer, night_id)
    of_her = {"night_id": night_id, "customer_id": OuterRef("customer_id")}
    if which is Roster.NEW:
        return rows.filter(customer__opened_on__gte=month, customer__opened_on__lte=today)
    if which is Roster.SILENT:
        return rows.filter(Q(last_contact_on=None) | Q(last_contact_on__lt=silent))
    if which is Roster.MATURING:
        held = Holding.objects.seen_by(viewer).filter(**of_her, matures_on__gte=today, matures_on__lte=week)
        return rows.filter(Exists(held))
    if which is Roster.UNASKED:
        said = Consent.objects.seen_by(viewer).filter(
            customer_id=OuterRef("customer_id"), purpose=ConsentPurpose.MARKETING.value
        )
        return rows.annotate(said=_how_many(said.values("pk")[:1])).filter(said=0)
    if which is Roster.MARKED:
        marks = standing_facts(viewer).filter(
            customer_id=OuterRef("customer_id"), kind__in=[kind.value for kind in MARKS]
        )
        return rows.filter(Exists(marks))
    seen = Opportunity.objects.seen_by(viewer).filter(**of_her, kind=FOUND_BY_NIGHT[which].value)
    return rows.filter(Exists(seen.filter(Q(expires_on=None) | Q(expires_on__gte=today))))
