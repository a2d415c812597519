"""What lies aside: rows of the bank's files that broke a rule."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from guanhu.apps.people.personal import DataPurpose, Keep, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer
from guanhu.apps.people.vault import SealedField
from guanhu.rules.access import Reach
from guanhu.rules.privacy import MaskKind as M


class Quarantined(Scoped):
    """隔离区: a row of the bank's files that broke a rule, with its address; the row itself is sealed."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.REPAIR, Keep.THIRTY_DAYS, value=M.HIDDEN, raw=M.HIDDEN
    )
    IMPERSONAL = ("id", "public_id", "day", "file", "row", "column", "rule", "says")
    ADDRESS = ("day", "file", "row", "column", "rule")

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    day = models.DateField("业务日")
    file = models.CharField("文件", max_length=200)
    row = models.PositiveBigIntegerField("行")
    column = models.CharField("列", max_length=60, blank=True, db_default="")
    rule = models.CharField("规则", max_length=60)
    says = models.TextField("原因")
    value = SealedField("原值", row=ADDRESS, null=True, blank=True)
    raw = SealedField("原行", row=ADDRESS, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=("day", "file", "row"), name="quarantined_address")]

    def __str__(self) -> str:
        return f"{self.file}:{self.row}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """Rows that belong to nobody yet are for those who look after the bank's files alone."""
        return Q() if viewer.reach is Reach.FEEDS else Q(pk__in=[])
