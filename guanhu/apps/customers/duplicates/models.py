"""That two files are of one person, or are not: each said by somebody, on a day, and taken back by somebody."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped


class Merge(Scoped):
    """合并: from then on the file of ``joined`` is read as a part of the file of ``customer``.

    No row of either is moved or changed, so taking them apart gives both back as they are. In force until it is split.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.IDENTIFY, Keep.WHILE_CUSTOMER, chosen=MaskKind.OPEN, signs=MaskKind.OPEN
    )
    IMPERSONAL = ("id", "public_id", "customer", "joined", "keeper_before", "by", "merged_at", "merged_on", "split_by",
                  "split_at")  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    joined = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    keeper_before = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    chosen = models.JSONField("取自并入档案的项", default=list)
    signs = models.JSONField("当时的依据", default=list)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField("合并的时刻")
    merged_on = models.DateField("合并之日")
    split_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    split_at = models.DateTimeField("拆回的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("joined",), condition=Q(split_at=None), name="merge_joined_once"),
            models.CheckConstraint(condition=~Q(customer=F("joined")), name="merge_of_two"),
            models.CheckConstraint(
                condition=Q(split_at=None, split_by=None) | Q(split_at__isnull=False, split_by__isnull=False),
                name="merge_split_by_somebody",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.merged_on}"


class NotSame(Scoped):
    """不是同一人: somebody looked at two files and found two persons; they are not proposed again."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("id", "customer", "other", "by", "found_at")

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    other = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    found_at = models.DateTimeField("判定的时刻")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("customer", "other"), name="not_same_once"),
            models.CheckConstraint(condition=Q(customer__lt=F("other")), name="not_same_lower_first"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.other_id}"
