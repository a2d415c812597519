"""Reading: the book of a keeper, the parts of a customer's file, and what the night takes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, FilteredRelation, Q, Subquery, Sum

from guanhu.apps.customers.models import (
    Account,
    Complaint,
    Consent,
    ContactPoint,
    Customer,
    Holding,
    MonthEnd,
    Source,
    StageRecord,
    Standing,
)
from guanhu.apps.customers.notices.queries import unread
from guanhu.apps.customers.shapes import Book as Book
from guanhu.apps.customers.shapes import BookRow as BookRow
from guanhu.apps.customers.shapes import ConsentRow as ConsentRow
from guanhu.apps.people import vault
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.compiled import Count as Rows
from guanhu.apps.people.personal import shown as shown_as
from guanhu.apps.people.queries import Shown, night_of, shown_of
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import ConsentPurpose, Stage
from guanhu.rules.privacy import Form


def age_on(birth_on: str, day: date) -> int | None:
    """How old she is on this day by the date the bank wrote; null where none is known."""
    if len(birth_on) < 10:
        return None
    year, month, of_month = (int(part) for part in birth_on.split("-"))
    return day.year - year - ((day.month, day.day) < (month, of_month))


SEALED = ("id_no", "id_no_hash", "address", "email", "email_hash")
"""What lies sealed, and what it is found by; only the customer page reads it."""
FACE = ("key", "public_id", "name", "kind", "birth_on", "stage")
"""What a line of a list shows of a customer, with the tier behind it."""


def customer_of(viewer: Viewer, public_id: UUID, *, whole: bool = False) -> Customer | None:
    """The viewer's own customer with this public id; null as if absent for anybody else's. For the apps alone.

    ``whole``: with keeper, branch and what lies sealed.
    """
    return _customer.first(viewer, public_id, whole=whole)


@compiled(Customer)
def _customer(viewer: Viewer, public_id: UUID, *, whole: bool) -> Any:
    rows = Customer.objects.seen_by(viewer).filter(public_id=public_id)
    return rows.select_related("keeper", "branch") if whole else rows.defer(*SEALED)


def faces(viewer: Viewer, night_id: int, keys: Iterable[int]) -> list[tuple[Any, ...]]:
    """The viewer's own customers among these keys: the columns of ``FACE`` and the night's tier. For the apps alone."""
    return _faces(viewer, night_id, sorted(set(keys)))


@compiled(tuple)
def _faces(viewer: Viewer, night_id: int, keys: list[int]) -> Any:
    measured = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    rows = Customer.objects.seen_by(viewer).filter(AnyOf("key", keys)).annotate(last=measured)
    return rows.values_list(*FACE, "last__tier")


def standing_of(viewer: Viewer, night_id: int, key: int) -> Standing | None:
    """How the night measured this customer of the viewer; null where it did not. For the apps alone."""
    return _standing.first(viewer, night_id, key)


@compiled(Standing)
def _standing(viewer: Viewer, night_id: int, key: int) -> Any:
    return Standing.objects.seen_by(viewer).filter(night_id=night_id, customer_id=key)


def customers_kept(viewer: Viewer) -> int:
    """管户数: how many customers the viewer keeps."""
    return _kept.first(viewer) or 0


@compiled(int)
def _kept(viewer: Viewer) -> Any:
    return Customer.objects.seen_by(viewer).values_list(Rows(), flat=True)


def morning(viewer: Viewer) -> tuple[Shown | None, int, int]:
    """What every page begins with, in one question: what her branch shows, how many she keeps, her unread notices."""
    *told, kept, unread = _morning(viewer.at_own_desk(), viewer.branch_id)[0]
    return shown_of(told), kept, unread


@compiled(tuple)
def _morning(viewer: Viewer, branch_id: int) -> Any:
    kept = Customer.objects.seen_by(viewer).values_list(Rows())
    return night_of.question(branch_id).annotate(kept=Subquery(kept), unread=Subquery(unread(viewer)))


@dataclass(frozen=True)
class Assets:
    """The rows that say what one customer has: as measured last night, held, and at each month's end. For the apps."""

    standing: Standing | None
    holdings: list[Holding]
    months: list[MonthEnd]


def assets_of(viewer: Viewer, customer_key: int, now: Shown) -> Assets:
    """What the customer has, in three queries."""
    standing = standing_of(viewer, now.night_id, customer_key)
    return Assets(standing, holdings_of(viewer, customer_key, now), _months(viewer, customer_key))


@compiled(MonthEnd)
def _months(viewer: Viewer, customer_key: int) -> Any:
    return MonthEnd.objects.seen_by(viewer).filter(customer_id=customer_key).order_by("day_on")


def holdings_of(viewer: Viewer, customer_key: int, now: Shown) -> list[Holding]:
    """What the customer holds, the next to mature first. For the apps alone."""
    return _holdings(viewer, customer_key, now.night_id)


@compiled(Holding)
def _holdings(viewer: Viewer, customer_key: int, night_id: int) -> Any:
    rows = Holding.objects.seen_by(viewer).filter(customer_id=customer_key, night_id=night_id)
    return rows.order_by("matures_on", "holding_key")


def accounts_of(viewer: Viewer, customer_key: int) -> list[Account]:
    """The customer's accounts, the oldest first. For the apps alone."""
    return _accounts(viewer, customer_key)


@compiled(Account)
def _accounts(viewer: Viewer, customer_key: int) -> Any:
    return Account.objects.seen_by(viewer).filter(customer_id=customer_key).order_by("opened_on", "key")


def stages_of(viewer: Viewer, customer_key: int) -> list[StageRecord]:
    """Every stage the relation was moved to, in order, with who moved it. For the apps alone."""
    return _stages(viewer, customer_key)


@compiled(StageRecord)
def _stages(viewer: Viewer, customer_key: int) -> Any:
    rows = StageRecord.objects.seen_by(viewer).filter(customer_id=customer_key)
    return rows.select_related("by").order_by("stage_on", "pk")


def phone_of(viewer: Viewer, customer_key: int) -> str:
    """The customer's phone as pages show it, masked; empty where none is known. For the apps alone."""
    point = phone_point(viewer, customer_key)
    return str(shown_as(ContactPoint, "value", vault.open(point, "value"), Form.MASKED)) if point else ""


def phone_point(viewer: Viewer, customer_key: int) -> ContactPoint | None:
    """By which number the customer is called; null where none is known. For the apps alone."""
    return _phones.first(viewer, customer_key)


@compiled(ContactPoint)
def _phones(viewer: Viewer, customer_key: int) -> Any:
    points = ContactPoint.objects.seen_by(viewer).filter(customer_id=customer_key, kind=ContactPoint.Way.PHONE)
    return points.order_by("pk")[:1]


def complaints_of(viewer: Viewer, customer_key: int) -> list[tuple[date, date | None]]:
    """When the customer's complaints were opened and closed. For the apps alone."""
    return _complaints(viewer, customer_key)


@compiled(tuple)
def _complaints(viewer: Viewer, customer_key: int) -> Any:
    rows = Complaint.objects.seen_by(viewer).filter(customer_id=customer_key)
    return rows.order_by("opened_on").values_list("opened_on", "closed_on")


def consents_of(viewer: Viewer, customer_key: int) -> tuple[ConsentRow, ...]:
    """The word in force for each purpose: the latest of the bank's and ours; of the same day the refusal."""
    rows = _consents(viewer, customer_key)
    of = {purpose.value: [row for row in rows if row.purpose == purpose] for purpose in ConsentPurpose}
    return tuple(_consent_row(purpose, Consent.in_force(said)) for purpose, said in of.items())


@compiled(Consent)
def _consents(viewer: Viewer, customer_key: int) -> Any:
    return Consent.objects.seen_by(viewer).filter(customer_id=customer_key)


def _consent_row(purpose: str, row: Consent | None) -> ConsentRow:
    if row is None:
        return ConsentRow(purpose, None, None, "", "")
    return ConsentRow(purpose, row.granted, row.changed_on, row.source, row.evidence, row.pk)


WEIGHTS = 9973
"""A prime small enough for a bank's fen times it to stay a whole number of 64 bits."""


@dataclass(frozen=True)
class MonthEndSums:
    """One month's end over all customers: how many rows, and the sums of their three figures.

    Each figure is weighted by its customer's key modulo ``WEIGHTS``, so that what moved from one to another shows.
    """

    rows: int
    balance_fen: int
    average_fen: int
    net_fen: int


def month_ends_known() -> dict[date, MonthEndSums]:
    """Which month-ends are here, by day; the night sends only days whose sums differ."""
    weight = F("customer_id") % WEIGHTS
    figures = MonthEnd.objects.for_system("publishing month-ends").values("day_on").order_by("day_on").annotate(
        rows=Count("pk"), balance=Sum(F("balance_fen") * weight), average=Sum(F("average_fen") * weight),
        net=Sum(F("net_fen") * weight),
    )  # fmt: skip
    return {
        row["day_on"]: MonthEndSums(row["rows"], int(row["balance"]), int(row["average"]), int(row["net"]))
        for row in figures
    }


def consents_as_of(day: date) -> list[dict[str, Any]]:
    """Our own word on consent as of a day, in the columns of ``OWN_CONSENTS``: one row a customer and purpose."""
    rows = (
        Consent.objects.for_system("notes of the day")
        .filter(source=Source.OWN, changed_on__lte=day)
        .order_by("customer_id", "purpose", "-changed_on", "granted", "-pk")
        .distinct("customer_id", "purpose")
    )
    return [
        {"customer": row.customer_id, "purpose": row.purpose, "granted": row.granted, "changed_on": row.changed_on}
        for row in rows
    ]


def keepers_as_of(day: date) -> list[dict[str, Any]]:
    """Who keeps whom, with the stage as of a day, in the columns of ``KEEPERS``."""
    stages = _stages_as_of(day)
    rows = (
        Customer.objects.for_system("notes of the day")
        .exclude(keeper=None)
        .order_by("key")
        .values_list("key", "keeper__staff_no")
    )
    return [
        {"customer": key, "keeper_no": keeper_no, "stage": stages.get(key, Stage.KNOWN.value)}
        for key, keeper_no in rows
    ]


def _stages_as_of(day: date) -> Mapping[int, str]:
    rows = (
        StageRecord.objects.for_system("notes of the day")
        .filter(stage_on__lte=day)
        .order_by("customer_id", F("source").desc(), "-stage_on", "-pk")
        .distinct("customer_id")
        .values_list("customer_id", "stage")
    )
    return dict(rows)
