"""What the bank sells."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models

from guanhu.apps.people.personal import Personal


class Product(models.Model):
    """产品: with what must be told about it before anything else."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("id", "public_id", "product_no", "name", "kind", "risk_level", "term_days", "drawbacks")

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    product_no = models.CharField("产品号", max_length=40, unique=True)
    name = models.CharField("产品名称", max_length=100)
    kind = models.CharField("产品类别", max_length=20)
    risk_level = models.CharField("风险等级", max_length=2, blank=True, db_default="")
    term_days = models.PositiveIntegerField("期限（天）", null=True, blank=True)
    drawbacks = models.TextField("须告知的不足", blank=True, db_default="")

    def __str__(self) -> str:
        return self.name
