"""Reading: the book of a keeper, the parts of a customer's file, and what the night takes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, FilteredRelation, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from guanhu.apps.customers.models import (
    Account,
    Complaint,
    Consent,
    ContactPoint,
    Customer,
    Holding,
    Merge,
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

DAYS = 92
"""Days on which the assets of a customer are told one by one: three months."""


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
    joined = Customer.objects.seen_by(viewer).filter(merged_into=OuterRef("pk")).order_by("pk").values("pk")
    rows = Customer.objects.seen_by(viewer).filter(public_id=public_id)
    rows = rows.annotate(others=ArraySubquery(joined), file=F("merged_into__public_id"))
    if not whole:
        return rows.defer(*SEALED)
    return rows.select_related("keeper", "branch").only(*_WHOLE, "keeper__name", "branch__name")


_WHOLE = tuple(field.name for field in Customer._meta.concrete_fields)


def keys_of(customer: Customer) -> list[int]:
    """All customers of the bank whose file this is: herself, and those merged into her. Of a row of ``customer_of``."""
    return [customer.key, *customer.others]  # type: ignore[attr-defined]


def files_of(viewer: Viewer, keys: Any) -> Any:
    """The files these customers stand in, as a part of a question: their own, or the one they were merged into."""
    rows = Customer.objects.seen_by(viewer).filter(AnyOf("key", keys))
    return rows.values(file=Coalesce("merged_into_id", "key"))


def faces(viewer: Viewer, night_id: int, keys: Iterable[int]) -> list[tuple[Any, ...]]:
    """The viewer's own customers among these keys: the columns of ``FACE`` and the night's tier. For the apps alone."""
    return _faces(viewer, night_id, sorted(set(keys)))


@compiled(tuple)
def _faces(viewer: Viewer, night_id: int, keys: list[int]) -> Any:
    measured = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    rows = Customer.objects.seen_by(viewer).filter(AnyOf("key", keys)).annotate(last=measured)
    return rows.values_list(*FACE, "last__tier")


def standing_of(viewer: Viewer, night_id: int, *keys: int) -> Standing | None:
    """How the night measured this customer of the viewer; null where it did not. For the apps alone.

    Of several numbers of one person the sums; tier and entitlement of the one with most: each is measured by itself.
    """
    found = _standings(viewer, night_id, list(keys))
    return _together(found) if len(found) > 1 else next(iter(found), None)


def _together(found: list[Standing]) -> Standing:
    """Several standings of one person as one; how far the next line is nobody measured. Not to be saved."""
    most = max(found, key=lambda one: (one.average_fen, -one.customer_id))
    summed = {name: sum(getattr(one, name) for one in found)
              for name in ("balance_fen", "average_fen", "in30_fen", "out30_fen", "value_fen")}  # fmt: skip
    last = {name: max((day for one in found if (day := getattr(one, name))), default=None)
            for name in ("last_move_on", "last_contact_on")}  # fmt: skip
    names = ("night_id", "customer_id", "branch_id", "tier", "entitlement", "policy")
    same = {name: getattr(most, name) for name in names}
    return Standing(**same, **summed, **last, gap_fen=None)


@compiled(Standing)
def _standings(viewer: Viewer, night_id: int, keys: list[int]) -> Any:
    rows = Standing.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), night_id=night_id)
    return rows.defer(*Standing.BY_DAY, *Standing.BOND)


def day_changes(viewer: Viewer, night_id: int, *keys: int) -> dict[date, int] | None:
    """What a person has changed by in three months, by day, in fen; null where no night told it. For the apps alone."""
    told, changes = _day_changes(viewer, night_id, list(keys)), Counter[date]()
    for changed_on, changes_fen in told:
        for day, fen in zip(changed_on or (), changes_fen or (), strict=True):
            changes[day] += fen
    return None if any(changed_on is None for changed_on, _fen in told) else dict(changes)


@compiled(tuple)
def _day_changes(viewer: Viewer, night_id: int, keys: list[int]) -> Any:
    rows = Standing.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), night_id=night_id)
    return rows.values_list(*Standing.BY_DAY)


def customers_kept(viewer: Viewer) -> int:
    """管户数: how many customers the viewer keeps."""
    return _kept.first(viewer) or 0


@compiled(int)
def _kept(viewer: Viewer) -> Any:
    return Customer.objects.seen_by(viewer).filter(merged_into=None).values_list(Rows(), flat=True)


def morning(viewer: Viewer) -> tuple[Shown | None, int, int]:
    """What every page begins with, in one question: what her branch shows, how many she keeps, her unread notices."""
    *told, kept, unread = _morning(viewer.at_own_desk(), viewer.branch_id)[0]
    return shown_of(told), kept, unread


@compiled(tuple)
def _morning(viewer: Viewer, branch_id: int) -> Any:
    kept = Customer.objects.seen_by(viewer).filter(merged_into=None).values_list(Rows())
    return night_of.question(branch_id).annotate(kept=Subquery(kept), unread=Subquery(unread(viewer)))


@dataclass(frozen=True)
class Assets:
    """The rows that say what one customer has: as measured last night, held, and at each month's end. For the apps."""

    standing: Standing | None
    holdings: list[Holding]
    months: list[MonthEnd]


def assets_of(viewer: Viewer, now: Shown, *keys: int) -> Assets:
    """What the customer has, in three queries."""
    standing = standing_of(viewer, now.night_id, *keys)
    months = _months(viewer, list(keys))
    return Assets(standing, holdings_of(viewer, now, *keys), months if len(keys) == 1 else _by_month(months))


def _by_month(rows: list[MonthEnd]) -> list[MonthEnd]:
    """The months of several numbers of one person, each month once with its sums. Not to be saved."""
    whole: dict[date, MonthEnd] = {}
    for row in rows:
        one = whole.setdefault(row.day_on, MonthEnd(day_on=row.day_on, balance_fen=0, average_fen=0, net_fen=0))
        one.balance_fen += row.balance_fen
        one.average_fen += row.average_fen
        one.net_fen += row.net_fen
    return list(whole.values())


@compiled(MonthEnd)
def _months(viewer: Viewer, keys: list[int]) -> Any:
    return MonthEnd.objects.seen_by(viewer).filter(AnyOf("customer_id", keys)).order_by("day_on")


def holdings_of(viewer: Viewer, now: Shown, *keys: int) -> list[Holding]:
    """What the customer holds, the next to mature first. For the apps alone."""
    return _holdings(viewer, list(keys), now.night_id)


@compiled(Holding)
def _holdings(viewer: Viewer, keys: list[int], night_id: int) -> Any:
    rows = Holding.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), night_id=night_id)
    return rows.order_by("matures_on", "holding_key")


def accounts_of(viewer: Viewer, *keys: int) -> list[Account]:
    """The customer's accounts, the oldest first. For the apps alone."""
    return _accounts(viewer, list(keys))


@compiled(Account)
def _accounts(viewer: Viewer, keys: list[int]) -> Any:
    return Account.objects.seen_by(viewer).filter(AnyOf("customer_id", keys)).order_by("opened_on", "key")


def stages_of(viewer: Viewer, *keys: int) -> list[StageRecord]:
    """Every stage the relation was moved to, in order, with who moved it. For the apps alone."""
    return _stages(viewer, list(keys))


@compiled(StageRecord)
def _stages(viewer: Viewer, keys: list[int]) -> Any:
    rows = StageRecord.objects.seen_by(viewer).filter(AnyOf("customer_id", keys))
    return rows.select_related("by").order_by("stage_on", "pk")


def phone_of(viewer: Viewer, *keys: int) -> str:
    """The customer's phone as pages show it, masked; empty where none is known. For the apps alone."""
    point = phone_point(viewer, *keys)
    return str(shown_as(ContactPoint, "value", vault.open(point, "value"), Form.MASKED)) if point else ""


def phone_point(viewer: Viewer, *keys: int) -> ContactPoint | None:
    """By which number the customer is called; null where none is known. Of several keys the first that has one."""
    points = _phones(viewer, list(keys))
    return min(points, key=lambda point: (keys.index(point.customer_id), point.pk), default=None)


@compiled(ContactPoint)
def _phones(viewer: Viewer, keys: list[int]) -> Any:
    return ContactPoint.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), kind=ContactPoint.Way.PHONE)


def complaints_of(viewer: Viewer, *keys: int) -> list[tuple[date, date | None]]:
    """When the customer's complaints were opened and closed. For the apps alone."""
    return _complaints(viewer, list(keys))


@compiled(tuple)
def _complaints(viewer: Viewer, keys: list[int]) -> Any:
    rows = Complaint.objects.seen_by(viewer).filter(AnyOf("customer_id", keys))
    return rows.order_by("opened_on").values_list("opened_on", "closed_on")


def consents_of(viewer: Viewer, *keys: int) -> tuple[ConsentRow, ...]:
    """The word in force for each purpose: the latest of the bank's and ours; of the same day the refusal.

    Of several numbers of one person, the first of them the file's own, a refusal under any of them holds (C4).
    """
    rows = _consents(viewer, list(keys))
    since = _merged_since(viewer, keys[0]) if len(keys) > 1 else {}
    of = {purpose.value: [row for row in rows if row.purpose == purpose] for purpose in ConsentPurpose}
    return tuple(_consent_row(purpose, _word_of(said, keys, since)) for purpose, said in of.items())


def _word_of(said: list[Consent], keys: Sequence[int], since: Mapping[int, datetime]) -> Consent | None:
    """The word in force over all numbers of one person for one purpose: a refusal where any of them has one.

    What she said in the one file after they were merged (``since``) counts for each number.
    """
    words = [Consent.in_force([*_under(key, said), *_after(keys[0], since.get(key), said)]) for key in keys]
    known = [word for word in words if word is not None]
    return next((word for word in known if not word.granted), None) or Consent.in_force(known)


def _under(key: int, said: list[Consent]) -> list[Consent]:
    return [row for row in said if row.customer_id == key]


def _after(key: int, since: datetime | None, said: list[Consent]) -> list[Consent]:
    """What was written down under this number after that moment."""
    return [row for row in _under(key, said) if since and row.recorded_at and row.recorded_at > since]


def _merged_since(viewer: Viewer, key: int) -> dict[int, datetime]:
    """Which customers are merged into this one, and since when."""
    rows = Merge.objects.seen_by(viewer).filter(customer_id=key, split_at=None)
    return dict(rows.values_list("joined_id", "merged_at"))


@compiled(Consent)
def _consents(viewer: Viewer, keys: list[int]) -> Any:
    return Consent.objects.seen_by(viewer).filter(AnyOf("customer_id", keys))


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
    told = {(row.customer_id, row.purpose): row for row in rows}
    told |= _said_for_all(told, day)
    return [
        {"customer": customer, "purpose": purpose, "granted": row.granted, "changed_on": row.changed_on}
        for (customer, purpose), row in sorted(told.items(), key=lambda one: one[0])
    ]


def _said_for_all(told: Mapping[tuple[int, str], Consent], day: date) -> dict[tuple[int, str], Consent]:
    """What was said in a file after others were merged into it, as said for their numbers, too, as pages read it."""
    found = {}
    for merge in Merge.objects.for_system("notes of the day").filter(split_at=None):
        later = Consent.objects.for_system("notes of the day").filter(
            customer_id=merge.customer_id, source=Source.OWN, changed_on__lte=day, recorded_at__gt=merge.merged_at
        )
        for purpose in ConsentPurpose:
            place = (merge.joined_id, purpose.value)
            said = [row for row in later if row.purpose == purpose]
            word = Consent.in_force([*said, *([told[place]] if place in told else [])])
            if word is not None:
                found[place] = word
    return found


def keepers_as_of(day: date) -> list[dict[str, Any]]:
    """Who keeps whom, with the stage as of a day, in the columns of ``KEEPERS``."""
    stages = _stages_as_of(day)
    rows = (
        Customer.objects.for_system("notes of the day")
        .filter(merged_into=None)
        .exclude(keeper=None)
        .order_by("key")
        .values_list("key", "keeper__staff_no")
    )
    return [
        {"customer": key, "keeper_no": keeper_no, "stage": stages.get(key, Stage.KNOWN.value)}
        for key, keeper_no in rows
    ]


def files_merged() -> list[dict[str, Any]]:
    """Which customers' files were merged into another one's, in the columns of ``FILES``."""
    rows = Customer.objects.for_system("notes of the day").exclude(merged_into=None).order_by("key")
    return [{"customer": key, "file": file} for key, file in rows.values_list("key", "merged_into_id")]


def _stages_as_of(day: date) -> Mapping[int, str]:
    rows = (
        StageRecord.objects.for_system("notes of the day")
        .filter(stage_on__lte=day)
        .order_by("customer_id", F("source").desc(), "-stage_on", "-pk")
        .distinct("customer_id")
        .values_list("customer_id", "stage")
    )
    return dict(rows)
