"""Reading: the list of cases, the page of one, and to whom a request is bound."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef

from guanhu.apps.audit import trail
from guanhu.apps.customers.cases.models import Case, CaseCopy, Finding, Hold
from guanhu.apps.customers.cases.shapes import Cases, CaseView, Copy, Held, Hit, Line, Search, copy_from
from guanhu.apps.customers.models import Consent, Customer, StageRecord
from guanhu.apps.people import vault
from guanhu.apps.people.scope import Viewer
from guanhu.feeds.keys import Keys
from guanhu.rules.cases import OPEN, CaseKind, CaseState, Proof, Whereabouts, urgency
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import TrailAction
from guanhu.rules.masks import mask_name

PAGE = 50
_OPEN = [state.value for state in OPEN]


def number_of(case: UUID) -> str:
    """The customer number a request about this case is bound to; empty where there is no such case.

    Asked before anybody is let in: by the login of the pages, which may read these two columns and nothing else.
    """
    rows = Case.objects.for_system("binding a request to its person").filter(public_id=case)
    return next(iter(rows.values_list("customer_no", flat=True)[:1]), "")


def key_of(customer_no: str) -> int:
    """The key of a customer number, whether there is a file of her or not."""
    return Keys(settings.GUANHU_LAKE_KEY).key("customer", customer_no)


def cases(viewer: Viewer, today: date, *, page: int = 1) -> Cases:
    """The cases a viewer sees, those that wait first by their day; whoever works on them sees all, others their own."""
    rows = Case.objects.seen_by(viewer).select_related("opened_by", "handled_by")
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    ordered = rows.order_by(F("closed_on").desc(nulls_first=True), "due_on", "pk")
    lines = tuple(_line(row, today) for row in ordered[(page - 1) * PAGE : page * PAGE])
    listed = [key_of(line.customer_no) for line in lines]
    trail.note(viewer, TrailAction.CASE, object=("case", "list"), people=listed, count=len(lines), result="listed")
    return Cases(lines, page, pages, total, rows.filter(state__in=_OPEN).count())


def _line(row: Case, today: date) -> Line:
    state = CaseState(row.state)
    return Line(
        public_id=row.public_id, number=row.number, customer_no=row.customer_no, kind=CaseKind(row.kind), state=state,
        opened_on=row.opened_on, due_on=row.due_on, opened_by=row.opened_by.name,
        handled_by=row.handled_by.name if row.handled_by else "",
        urgency=urgency(row.due_on, state, today, SHIPPED_CALENDAR, settings.GUANHU_POLICY),
    )  # fmt: skip


def case_of(viewer: Viewer, case: UUID) -> Case | None:
    """The case a request is bound to; null as if absent for any other. For the apps alone."""
    row: Case | None = (
        Case.objects.seen_by(viewer).filter(public_id=case).select_related("opened_by", "handled_by").first()
    )
    return row


def case(viewer: Viewer, public_id: UUID, today: date) -> CaseView | None:
    """One case with what was found about its person; noted on the trail under its number."""
    row = case_of(viewer, public_id)
    if row is None:
        return None
    person = Customer.objects.seen_by(viewer).filter(customer_no=row.customer_no).first()
    copy = CaseCopy.objects.seen_by(viewer).filter(case=row).values("made_at", "handed_at").first()
    trail.note(viewer, TrailAction.CASE, person=key_of(row.customer_no), object=("case", str(row.public_id)),
               case=row.number, result="viewed")  # fmt: skip
    return CaseView(
        line=_line(row, today), proof=Proof(row.proof), asks=row.asks, result=row.result, closed_on=row.closed_on,
        known=person is not None, name=mask_name(person.name, person.kind) if person else "",
        search=search_of(row),
        hits=tuple(_hit(one) for one in Finding.objects.seen_by(viewer).filter(case=row).order_by("position")),
        copied_at=copy["made_at"] if copy else None, handed_at=copy["handed_at"] if copy else None,
        hold=_hold(viewer, person.key) if person else None,
    )  # fmt: skip


def search_of(row: Case) -> Search:
    """Where the search of a case stands."""
    return Search(
        row.search_asked_at, row.search_begun_at, row.search_done_at, row.search_step, row.search_done, row.search_of,
        row.search_fault,
    )  # fmt: skip


def _hit(row: Finding) -> Hit:
    return Hit(
        Whereabouts(row.place), row.table, row.title, row.rows, row.first_on, row.last_on, tuple(row.where), row.sure
    )


def _hold(viewer: Viewer, customer: int) -> Held | None:
    rows = Hold.objects.seen_by(viewer).select_related("by").filter(customer_id=customer, lifted_on=None)
    row = rows.first()
    return Held(row.public_id, row.reason, row.since_on, row.by.name if row.by else "") if row else None


def copy_of(viewer: Viewer, public_id: UUID) -> Copy | None:
    """The copy made in a case, opened; null where none was made. For the apps alone: handing it over is an action."""
    row = CaseCopy.objects.seen_by(viewer).filter(case__public_id=public_id).first()
    return copy_from(json.loads(vault.open(row, "content") or "{}")) if row else None


# ---------------------------------------------------------------- who may be cleared, for the clearing alone


def held() -> frozenset[int]:
    """The customers of whom nothing may be cleared, by key."""
    rows = Hold.objects.for_system("legal holds").filter(lifted_on=None)
    return frozenset(rows.values_list("customer_id", flat=True))


def gone(line: date) -> frozenset[int]:
    """Customers who left before a day and whom no hold keeps, by key: for the lake."""
    rows = Customer.objects.for_system("customers who left").filter(left_on__lt=line)
    return frozenset(rows.exclude(pk__in=held()).values_list("pk", flat=True))


def taken_back() -> Exists:
    """Of a consent: was it taken back later?"""
    later = Consent.objects.for_system("consents taken back").filter(
        customer=OuterRef("customer"), purpose=OuterRef("purpose"), granted=False, changed_on__gt=OuterRef("changed_on")
    )
    return Exists(later)


def superseded() -> Exists:
    """Of a record of the stage: is there a later one? The stage in force stays as long as she is a customer."""
    later = StageRecord.objects.for_system("stages superseded").filter(
        customer=OuterRef("customer"), stage_on__gt=OuterRef("stage_on")
    )
    return Exists(later)


@dataclass(frozen=True)
class Asked:
    """What a search is about."""

    number: str
    customer_no: str
    kind: CaseKind


def asked(key: int) -> Asked:
    """The request behind a search. For the system."""
    row = Case.objects.for_system("a search").get(pk=key)
    return Asked(row.number, row.customer_no, CaseKind(row.kind))


def key_of_case(number: str) -> int | None:
    """The key of the case with this number. For the system."""
    rows = Case.objects.for_system("a case named on the command line").filter(number=number)
    found: int | None = rows.values_list("pk", flat=True).first()
    return found


def waiting() -> list[tuple[int, str]]:
    """Cases whose search was asked for and not begun, or begun and broken off, by key and number. For the system."""
    rows = Case.objects.for_system("searches that wait").filter(
        search_asked_at__isnull=False, search_done_at=None, search_fault=""
    )
    return list(rows.order_by("search_asked_at").values_list("pk", "number"))
