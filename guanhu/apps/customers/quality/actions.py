"""Writing: the night counts how complete the files of a branch are, after it has measured their customers. P13."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from guanhu.apps.customers.models import ContactPoint, Customer
from guanhu.apps.customers.quality.models import DOUBLES, FileCount
from guanhu.apps.customers.quality.queries import standing_facts, with_items
from guanhu.apps.people import policy
from guanhu.apps.people.copying import replace_in
from guanhu.apps.people.models import Night
from guanhu.rules.completeness import AGEING, LEARNT, fresh_since, weights_of
from guanhu.rules.kinds import FileItem
from guanhu.rules.living import FactKind

Row = dict[str, Any]
Group = tuple[int | None, str, str]
"""Keeper, kind and tier."""
COLUMNS = ("night_id", "branch_id", "keeper_id", "kind", "tier", "item", "files", "known", "stale")
HELD = {
    FileItem.PHONE: "phone_there", FileItem.BIRTH: "birth_there", FileItem.OCCUPATION: "occupation_there",
    FileItem.RISK: "risk_there", FileItem.CONSENT: "consent_there",
}  # fmt: skip


def count_files(night_id: int, branch_id: int) -> None:
    """Count the files of one branch under this night; repeating it changes nothing."""
    day = Night.objects.values_list("today_on", flat=True).get(pk=night_id)
    told = {"night_id": night_id, "branch_id": branch_id}
    rows = [*_items(night_id, branch_id, day), *_doubles(branch_id)]
    replace_in(FileCount, COLUMNS, ({**told, **row} for row in rows), where="night_id = %s AND branch_id = %s",
               values=(night_id, branch_id))  # fmt: skip


def _items(night_id: int, branch_id: int, day: date) -> Iterator[Row]:
    """Each item that counts, for each keeper, kind and tier."""
    since = fresh_since(day, policy.in_force())
    learnt = _learnt(night_id, branch_id, since)
    for held in _held(night_id, branch_id, since):
        group: Group = (held["keeper_id"], held["kind"], held["tier_now"])
        for item in weights_of(held["kind"], held["tier_now"], policy.in_force()):
            known, fresh = learnt.get((*group, item), (0, 0))
            if item in HELD:
                known = held[item.value]
                fresh = known - (held["risk_old"] if item is FileItem.RISK else 0)
            yield {"keeper_id": group[0], "kind": group[1], "tier": group[2], "item": item.value,
                   "files": held["files"], "known": known, "stale": known - fresh}  # fmt: skip


def _held(night_id: int, branch_id: int, since: date) -> Any:
    rows = with_items(None, night_id).filter(branch_id=branch_id, merged_into=None)
    rows = rows.values("keeper_id", "kind", "tier_now")
    counts = {item.value: Count("pk", filter=Q(**{column: True})) for item, column in HELD.items()}
    old = Count("pk", filter=Q(risk_there=True, risk_on__lt=since))
    return rows.annotate(files=Count("pk"), risk_old=old, **counts).order_by()


def _learnt(night_id: int, branch_id: int, since: date) -> dict[tuple[Any, ...], tuple[int, int]]:
    """In how many files each item was learnt, and in how many of these lately, by keeper, kind, tier and item."""
    measured = FilteredRelation("customer__standings", condition=Q(customer__standings__night_id=night_id))
    rows = standing_facts(None).filter(customer__branch_id=branch_id, customer__merged_into=None)
    rows = rows.filter(kind__in=[kind.value for kind in LEARNT])
    rows = rows.annotate(now=measured).annotate(tier_now=Coalesce(F("now__tier"), Value("")))
    told = rows.values_list("customer__keeper_id", "customer__kind", "tier_now", "kind").annotate(
        known=Count("customer_id", distinct=True),
        fresh=Count("customer_id", distinct=True, filter=Q(heard_on__gte=since)),
    )
    found = {}
    for keeper, kind, tier, what, known, fresh in told.order_by():
        item = LEARNT[FactKind(what)]
        found[keeper, kind, tier, item] = (known, fresh if item in AGEING else known)
    return found


def _doubles(branch_id: int) -> Iterator[Row]:
    """Files whose phone or identity number stands in another file, wherever that one is kept; a merged one is none."""
    there = {"left_on": None, "merged_into": None}
    reason = "counting numbers that stand twice"
    points = ContactPoint.objects.for_system(reason)
    phones = points.filter(
        customer__branch_id=branch_id, value_hash__isnull=False, **{f"customer__{k}": v for k, v in there.items()}
    )
    same = points.filter(value_hash=OuterRef("value_hash"), **{f"customer__{k}": v for k, v in there.items()}).exclude(
        customer_id=OuterRef("customer_id")
    )
    people = Customer.objects.for_system(reason)
    known = people.filter(branch_id=branch_id, id_no_hash__isnull=False, **there)
    twin = people.filter(id_no_hash=OuterRef("id_no_hash"), **there).exclude(pk=OuterRef("pk"))
    counted = (
        phones.filter(Exists(same)).values_list("customer__keeper_id").annotate(n=Count("customer_id", distinct=True)),
        known.filter(Exists(twin)).values_list("keeper_id").annotate(n=Count("pk")),
    )
    for item, rows in zip(DOUBLES, counted, strict=True):
        for keeper, n in rows.order_by():
            yield {"keeper_id": keeper, "kind": "", "tier": "", "item": item, "files": n, "known": 0, "stale": 0}
