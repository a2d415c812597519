"""Every record that belongs to a person, found from the program: which way leads from each table to its customer.

A model with a way is searched by it. A model of personal data without one is about colleagues, or is named in ``APART``
with how it is searched instead; anything else fails the build.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from django.apps import apps
from django.db import models

CUSTOMER, NUMBER = "customers.Customer", "customer_no"
STAFF = "people.Staff"
APART = {
    "customers.Quarantined": "rows that belong to nobody yet: opened one by one and searched for her numbers",
    "audit.Entry": "by the trail's own number of her",
    "people.Looked": "by the trail's own number of her",
}
"""Tables that speak of persons and lead to no customer, each with how she is found there."""
OF_COLLEAGUES = ("people.Alarm", "people.Leaving")
"""What is kept about colleagues beside what leads to one."""


def ours() -> list[type[models.Model]]:
    """Every record of the product."""
    mine = (model for model in apps.get_models() if model.__module__.startswith("guanhu."))
    return sorted(mine, key=lambda model: model._meta.label)


def ways() -> dict[type[models.Model], str]:
    """Each model with the shortest way to the customer's key (or number) in Django's words; the file itself first."""
    found: dict[type[models.Model], str] = {}
    waiting = deque(ours())
    idle = 0
    while waiting and idle <= len(waiting):
        model = waiting.popleft()
        way = _way(model, found)
        if way is None:
            waiting.append(model)
            idle += 1
        else:
            found[model], idle = way, 0
    return dict(sorted(found.items(), key=lambda pair: pair[1] != "key"))


def _way(model: type[models.Model], known: dict[type[models.Model], str]) -> str | None:
    if model._meta.label == CUSTOMER:
        return "key"
    names = {field.name for field in model._meta.concrete_fields}
    relations = _relations(model)
    direct = [field.attname for field in relations if _label(field) == CUSTOMER]
    if direct:
        return direct[0]
    if NUMBER in names:
        return NUMBER
    through = [f"{field.name}__{known[field.related_model]}" for field in relations if field.related_model in known]
    return through[0] if through else None


def others(model: type[models.Model]) -> list[str]:
    """The further ways from a row to customers whom it names beside the one it belongs to."""
    return [field.attname for field in _relations(model) if _label(field) == CUSTOMER][1:]


def forgotten(found: dict[type[models.Model], str]) -> list[str]:
    """Models of personal data that lead to no customer, are about no colleague and are not named apart."""
    return [
        model._meta.label
        for model in ours()
        if getattr(model, "PERSONAL", {}) and model not in found and not _apart(model)
    ]


def _apart(model: type[models.Model]) -> bool:
    of_staff = any(_label(field) == STAFF for field in _relations(model))
    return model._meta.label in (STAFF, *APART, *OF_COLLEAGUES) or of_staff


def _relations(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def _label(field: Any) -> str:
    return str(field.related_model._meta.label)
