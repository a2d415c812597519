"""That somebody else did something with a keeper's customer: to whom it is told, and whether she has read it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer

TOLD = ("touch", "file", "stage", "consent", "reveal", "call", "visit", "arrange", "review")
"""What is told, in the trail's words."""


class Notice(Scoped):
    """提醒: what somebody else did with a customer or said to a review, told to whom it concerns; unread only once."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.THIRTY_DAYS, what=MaskKind.OPEN, at=MaskKind.OPEN
    )
    IMPERSONAL = ("id", "public_id", "customer", "to", "by", "read_at")

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, blank=True, related_name="+")
    to = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    what = models.CharField("做了什么", max_length=12, choices=[(one, one) for one in TOLD])
    at = models.DateTimeField("时刻")
    read_at = models.DateTimeField("看过的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("to", "customer", "by", "what"), condition=Q(read_at=None), name="notice_once_unread"
            ),
            models.UniqueConstraint(
                fields=("to", "by", "what"),
                condition=Q(read_at=None, customer=None),
                name="notice_of_no_customer_once_unread",
            ),
            models.CheckConstraint(condition=~Q(to=F("by")), name="notice_never_to_oneself"),
            models.CheckConstraint(
                condition=Q(what="review", customer=None) | ~Q(what="review") & Q(customer__isnull=False),
                name="notice_of_a_customer_or_a_review",
            ),
        ]
        indexes = [models.Index(fields=("to", "-at"), name="notice_of_keeper")]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """What was told to her, whoever keeps the customer today."""
        return Q(to_id=viewer.staff_id)
