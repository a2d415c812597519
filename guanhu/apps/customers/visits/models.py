"""That a customer came to the branch: when, what for, and who received her."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models

from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped
from guanhu.rules.kinds import VisitPurpose


class Visit(Scoped):
    """来访: one customer at the counter; written once, never changed. The same words of the same day are one visit."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.FIVE_YEARS, purpose=MaskKind.OPEN, note=MaskKind.OPEN
    )
    IMPERSONAL = ("id", "public_id", "customer", "staff", "day_on", "at")

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="visits")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    day_on = models.DateField("哪一天")
    at = models.DateTimeField("时刻")
    purpose = models.CharField("来办什么", max_length=12, choices=[(one.value, one.zh) for one in VisitPurpose])
    note = models.CharField("补一句", max_length=120, blank=True, db_default="", default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("customer", "day_on", "staff", "purpose", "note"), name="visit_once")
        ]

    def __str__(self) -> str:
        return f"{self.day_on} {self.purpose}"
