"""What each field of a record says about a person: its class, its purpose, how long it is kept, how it is masked.

Every model declares ``PERSONAL = {field: Personal}`` and names all its other fields in ``IMPERSONAL``; a field that
stands in neither fails the build. Pages give values through ``shown``, which masks by what the field declares.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import get_language

from guanhu.apps.people import policy
from guanhu.rules.kinds import CustomerKind
from guanhu.rules.masks import in_form
from guanhu.rules.privacy import DataClass, DataPurpose, Form, Keep, MaskKind, Personal, personal

__all__ = ["DataClass", "DataPurpose", "Form", "Keep", "MaskKind", "Personal", "declared", "personal", "shown"]


def declared(model: type[models.Model], field: str) -> Personal:
    """What a model declares of one of its fields; KeyError where it declares nothing."""
    found: Personal = model.PERSONAL[field]  # type: ignore[attr-defined]
    return found


def shown(
    model: type[models.Model], field: str, value: Any, form: Form, *, kind: str = CustomerKind.PERSONAL,
    on: date | None = None,
) -> Any:  # fmt: skip
    """A value of this field as clearly as its class, its mask and the form allow. Reliability A5.

    ``kind`` of the customer, for names · ``on``: the day at which an age is told. In the language of the page.
    """
    told = declared(model, field)
    lines = policy.in_force().amount_bands
    return in_form(value, told.klass, told.mask, form, kind=kind, on=on, lines=lines, language=get_language() or "zh")
