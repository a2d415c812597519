"""Who came in and is no customer of the bank: few things, for a year, and thrown away or put back by somebody."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer, rows_of
from guanhu.apps.people.vault import LookupField, SealedField
from guanhu.rules.access import WIDE, Reach


class Prospect(Scoped):
    """潜在客户: somebody who came in and whom the bank does not know; of the branch until a keeper takes her."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CONTACT, Keep.TWELVE_MONTHS, name=MaskKind.NAME, id_no=MaskKind.IDENTITY,
        id_no_hash=MaskKind.HIDDEN, phone=MaskKind.PHONE, phone_hash=MaskKind.HIDDEN, wish=MaskKind.OPEN,
    )  # fmt: skip
    IMPERSONAL = ("public_id", "branch", "keeper", "opened_by", "opened_at", "opened_on", "removed_by", "removed_at",
                  "removed_why")  # fmt: skip

    public_id = models.UUIDField(primary_key=True, editable=False)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    keeper = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("姓名", max_length=120)
    id_no = SealedField("证件号码", row=("public_id",), null=True, blank=True)
    id_no_hash = LookupField(of="id_no", form="identity")
    phone = SealedField("手机", row=("public_id",), null=True, blank=True)
    phone_hash = LookupField(of="phone", form="phone")
    wish = models.CharField("想办什么", max_length=120, blank=True, db_default="")
    opened_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("登记的时刻")
    opened_on = models.DateField("登记之日")
    removed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField("移入回收站的时刻", null=True, blank=True)
    removed_why = models.CharField("移入回收站的原因", max_length=60, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_why="")),
                name="prospect_removed_says_why",
            ),
        ]
        indexes = [models.Index(fields=("branch", "opened_on"), name="prospect_of_branch")]

    def __str__(self) -> str:
        return str(self.public_id)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """Her own and, where she sees a branch, the branch's; a counter registers one and reads none."""
        return rows_of(viewer) if viewer.reach in {Reach.OWN, *WIDE} else Q(pk__in=[])
