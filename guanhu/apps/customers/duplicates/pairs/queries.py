"""Reading: two files side by side before somebody decides, and what was merged into the file on the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from guanhu.apps.audit import trail
from guanhu.apps.customers.duplicates.queries import pair_of, sides_of, traits_of, why_not, why_not_split
from guanhu.apps.customers.duplicates.shapes import Field, Joined, SideBySide, Written
from guanhu.apps.customers.models import (
    Account,
    Complaint,
    Consent,
    ContactPoint,
    Customer,
    Fact,
    ImportantDay,
    Merge,
    StageRecord,
)
from guanhu.apps.customers.queries import consents_of, customer_of, phone_of
from guanhu.apps.people import policy, vault
from guanhu.apps.people.personal import shown
from guanhu.apps.people.scope import Scoped, Viewer
from guanhu.rules.duplicates import likeness
from guanhu.rules.kinds import ConsentPurpose, TrailAction
from guanhu.rules.privacy import Form

COUNTED: dict[str, type[Scoped]] = {
    "accounts": Account, "points": ContactPoint, "facts": Fact, "dates": ImportantDay, "stages": StageRecord,
    "consents": Consent, "complaints": Complaint,
}  # fmt: skip
"""What stands in a file, row by row; contacts and promises are counted by whoever knows them."""


def side_by_side(viewer: Viewer, public_id: UUID, other_id: UUID) -> SideBySide | None:
    """Both files masked, what is written in each, and whether they may be merged; null for files out of reach."""
    one, other = customer_of(viewer, public_id, whole=True), customer_of(viewer, other_id, whole=True)
    if one is None or other is None or one.key == other.key:
        return None
    keys = [one.key, other.key]
    trail.note(viewer, TrailAction.CUSTOMER_VIEW, person=one.key, people=keys, object=("pair", str(public_id)))
    sides, traits = sides_of(viewer, keys), traits_of(viewer, keys)
    pair = pair_of(sides[one.key], sides[other.key], likeness(traits[one.key], traits[other.key]))
    return SideBySide(
        pair=pair,
        fields=tuple(_fields(viewer, one, other)),
        written=tuple(_written(viewer, one, other)),
        refused=why_not(viewer, one, other) and why_not(viewer, other, one),
        closes_marketing=_refuses(viewer, one) != _refuses(viewer, other),
    )


def _fields(viewer: Viewer, one: Customer, other: Customer) -> Iterable[Field]:
    """The fields of which one may be chosen; where the first has none, the other's."""
    values = [_values(viewer, each) for each in (one, other)]
    for name in values[0]:
        first, second = (told[name] for told in values)
        yield Field(name, first, second, first != second, from_other=not first and bool(second))


def _values(viewer: Viewer, row: Customer) -> dict[str, str]:
    masked = {name: str(shown(Customer, name, vault.open(row, name), Form.MASKED))
              for name in ("id_no", "address", "email")}  # fmt: skip
    birth = str(shown(Customer, "birth_on", row.birth_on, Form.MASKED)) if row.birth_on else ""
    return {"phone": phone_of(viewer, row.key), "id_no": masked["id_no"], "birth": birth,
            "occupation": row.occupation, "address": masked["address"], "email": masked["email"]}  # fmt: skip


def _written(viewer: Viewer, one: Customer, other: Customer) -> Iterable[Written]:
    for name, model in COUNTED.items():
        first, second = (_standing(viewer, model, row).count() for row in (one, other))
        yield Written(name, first, second)


def _standing(viewer: Viewer, model: type[Scoped], row: Customer) -> Any:
    """The rows of one kind in a file; of what is written in wordings the last one, unless it took the thing off."""
    rows: Any = model.objects.seen_by(viewer).filter(customer=row)
    if model not in (Fact, ImportantDay):
        return rows
    later = model.objects.seen_by(viewer).filter(customer=row, item=OuterRef("item"), version__gt=OuterRef("version"))
    return rows.filter(~Exists(later), removed=False)


def _refuses(viewer: Viewer, row: Customer) -> bool:
    words = consents_of(viewer, row.key)
    return any(word.purpose == ConsentPurpose.MARKETING and word.granted is False for word in words)


def joined_into(viewer: Viewer, public_id: UUID, today: date) -> tuple[Joined, ...]:
    """What was merged into this file, the latest first, and until when it may be taken apart again."""
    days = timedelta(days=policy.in_force().split_days)
    rows: Any = Merge.objects.seen_by(viewer).filter(customer__public_id=public_id, split_at=None)
    return tuple(
        Joined(row.public_id, row.joined.customer_no, row.by.name, row.merged_at, row.merged_on + days,
               not why_not_split(viewer, row, today))
        for row in rows.select_related("joined", "by").order_by("-merged_at", "-pk")
    )  # fmt: skip
