"""That a sealed value was read in full: one row each time, for the day's limit."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer
from guanhu.rules.privacy import RevealField


class Reveal(Scoped):
    """查看完整: that a colleague read a sealed value in full; counted against the day's limit. The trail tells why."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.SECURITY, Keep.THIRTY_DAYS, staff_no=MaskKind.OPEN, field=MaskKind.OPEN, at=MaskKind.OPEN
    )
    IMPERSONAL = ("id", "customer")

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    staff_no = models.CharField("工号", max_length=40)
    field = models.CharField("哪一项", max_length=12, choices=[(one.value, one.zh) for one in RevealField])
    at = models.DateTimeField("时刻")

    class Meta:
        indexes = [models.Index(fields=("staff_no", "at"), name="reveal_of_staff")]

    def __str__(self) -> str:
        return f"{self.field} {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """Her own, whosever the customer is today."""
        return Q(staff_no=viewer.staff_no)
