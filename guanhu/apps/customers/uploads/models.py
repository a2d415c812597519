"""A ledger brought in a browser, how far it has come, what is kept of it meanwhile, and which rows were refused."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from guanhu.apps.customers.ledgers.models import LedgerImport
from guanhu.apps.customers.uploads.shapes import UploadState
from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer
from guanhu.apps.people.vault import SealedField
from guanhu.rules.access import WIDE, Reach


class LedgerUpload(Scoped):
    """台账上传: one ledger somebody brought, seen by herself alone, and the step it is at.

    ``told``, sealed, is all that comes from the file or was said about it; ``shapes.UploadTold`` reads it.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(DataPurpose.CARE, Keep.FOURTEEN_DAYS, told=MaskKind.HIDDEN)
    IMPERSONAL = (
        "key", "public_id", "by", "role", "state", "size", "digest", "brought_at", "asked_at", "touched_at",
        "rows", "done", "added", "changed", "unchanged", "left_to_core", "refused", "took_ms", "is_kept", "fault",
        "batch",
    )  # fmt: skip

    key = models.BigIntegerField("键", primary_key=True)
    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    role = models.CharField("以什么角色", max_length=12)
    state = models.CharField("到哪一步", max_length=12, choices=[(one.value, one.zh) for one in UploadState])
    size = models.IntegerField("文件字节数")
    digest = models.CharField("文件摘要", max_length=64)
    told = SealedField("文件里有什么、怎么对应", row=("key",))
    brought_at = models.DateTimeField("上传时刻")
    asked_at = models.DateTimeField("要求这一步的时刻")
    touched_at = models.DateTimeField("最近一步的时刻")
    rows = models.IntegerField("行数", default=0)
    done = models.IntegerField("已处理行数", default=0)
    added = models.IntegerField("新增", default=0)
    changed = models.IntegerField("更新", default=0)
    unchanged = models.IntegerField("无变化", default=0)
    left_to_core = models.IntegerField("以核心系统为准的行数", default=0)
    refused = models.IntegerField("拒收行数", default=0)
    took_ms = models.IntegerField("试运行毫秒数", default=0)
    is_kept = models.BooleanField("文件还在", default=True)
    fault = models.CharField("故障", max_length=80, blank=True, default="")
    batch = models.ForeignKey(LedgerImport, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=("state", "asked_at"), name="ledger_upload_waiting")]

    def __str__(self) -> str:
        return f"{self.state} {self.done}/{self.rows}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """By whoever brought it, and by nobody else."""
        return Q(by_id=viewer.staff_id) if viewer.reach in {Reach.OWN, *WIDE} else Q(pk__in=[])


class LedgerPart(Scoped):
    """台账片段: a piece of the file as it came, until it is opened; then a stretch of its lines, until it is written.

    Pages put pieces in and can read none of them.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(DataPurpose.CARE, Keep.FOURTEEN_DAYS, content=MaskKind.HIDDEN)
    IMPERSONAL = ("key", "upload", "number")

    key = models.BigIntegerField("键", primary_key=True)
    upload = models.ForeignKey(LedgerUpload, models.CASCADE, related_name="parts")
    number = models.IntegerField("第几片")
    content = SealedField("内容", row=("key",))

    class Meta:
        constraints = [models.UniqueConstraint(fields=("upload", "number"), name="ledger_part_once")]

    def __str__(self) -> str:
        return str(self.key)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """By nobody."""
        return Q(pk__in=[])


class LedgerRefusal(Scoped):
    """拒收行: a row the dry run refused: where, by which rule, and sealed what stands there, why and what helps.

    ``place`` is the number of its column from one, nought where the whole row is meant.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(DataPurpose.CARE, Keep.FOURTEEN_DAYS, told=MaskKind.HIDDEN)
    IMPERSONAL = ("id", "upload", "row", "place", "rule")

    upload = models.ForeignKey(LedgerUpload, models.CASCADE, related_name="refusals")
    row = models.IntegerField("行")
    place = models.PositiveSmallIntegerField("第几列")
    rule = models.CharField("规则", max_length=20)
    told = SealedField("列、原值、原因、建议", row=("upload_id", "row"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=("upload", "row"), name="ledger_refusal_once")]

    def __str__(self) -> str:
        return f"{self.row} {self.rule}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """With the upload."""
        return Q(upload__by_id=viewer.staff_id) if viewer.reach in {Reach.OWN, *WIDE} else Q(pk__in=[])
