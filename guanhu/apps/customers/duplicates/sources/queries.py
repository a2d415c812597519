"""From which of two files of one person a value is shown: chosen when they were merged, changed in neither of them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from guanhu.apps.customers.models import Customer, Merge
from guanhu.apps.customers.queries import keys_of
from guanhu.apps.people.scope import Viewer

PHONE = "phone"
COLUMNS = {
    "phone": (), "id_no": ("id_no",), "birth": ("birth_on", "birth_calendar"), "occupation": ("occupation",),
    "address": ("address",), "email": ("email",),
}  # fmt: skip
"""What may be taken from the file that is merged into another, with its columns; the phone lies elsewhere."""


def sources_of(viewer: Viewer, customer: Customer) -> dict[str, Customer]:
    """Which values of this file are shown from another file of the person, by field; the last merge decides."""
    if len(keys_of(customer)) == 1:
        return {}
    rows = Customer.objects.seen_by(viewer).in_bulk(keys_of(customer)[1:])
    merges = Merge.objects.seen_by(viewer).filter(customer=customer, split_at=None).order_by("merged_at", "pk")
    told = merges.values_list("joined_id", "chosen")
    return {name: rows[joined] for joined, chosen in told for name in chosen if joined in rows}


def called_by(customer: Customer, sources: Mapping[str, Customer]) -> list[int]:
    """Under which customers to look for the phone, the chosen one first."""
    first = sources[PHONE].key if PHONE in sources else customer.key
    return [first, *(key for key in keys_of(customer) if key != first)]


def with_chosen(customer: Customer, sources: Mapping[str, Customer]) -> Customer:
    """The customer as the file shows her: plain values from where they were chosen. Not to be saved."""
    if not sources:
        return customer
    shown = copy(customer)
    for name in ("birth", "occupation"):
        for column in COLUMNS[name] if name in sources else ():
            setattr(shown, column, getattr(sources[name], column))
    return shown
