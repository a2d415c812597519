"""How many files hold what, as one night counted them: figures, and nobody in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from guanhu.apps.people.models import Branch, Night, Staff
from guanhu.apps.people.personal import Personal

DOUBLES = ("same_phone", "same_id")
"""Beside the items of a file: files whose phone or identity number stands in another file, too."""


class FileCount(models.Model):
    """资料计数: of one keeper's files of one kind and tier, in how many an item counts, is known, and is old."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("id", "night", "branch", "keeper", "kind", "tier", "item", "files", "known", "stale")

    night = models.ForeignKey(Night, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    branch = models.ForeignKey(Branch, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    keeper = models.ForeignKey(
        Staff, models.DO_NOTHING, db_constraint=False, null=True, related_name="+", db_index=False
    )
    kind = models.CharField("个人或对公", max_length=12, db_default="")
    tier = models.CharField("分层", max_length=1, db_default="")
    item = models.CharField("哪一项", max_length=12)
    files = models.PositiveIntegerField("户数")
    known = models.PositiveIntegerField("已知")
    stale = models.PositiveIntegerField("该核对")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("night", "branch", "keeper", "kind", "tier", "item"),
                nulls_distinct=False,
                name="file_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.known} / {self.files}"
