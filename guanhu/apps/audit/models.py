"""The trail: chains of records, the head of each chain, and the signed seals over all heads.

The tables belong to a role nobody signs in as; rows come in through ``audit_append`` and ``audit_seal`` alone
(migration 0001, ``cli/sql/rows.sql``). No foreign key leads out of here: a record outlives what it speaks of.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from guanhu.rules.privacy import DataPurpose, Keep, MaskKind, Personal, personal


class Chain(models.Model):
    """留痕链: the end of one chain; a branch has its own, whoever has no branch writes on that of the bank."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("chain", "seq", "hash")

    chain = models.CharField("链", max_length=40, primary_key=True)
    seq = models.BigIntegerField("最后一号")
    hash = models.BinaryField("最后一条的摘要")

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"


class Entry(models.Model):
    """留痕: one record of who did what to whom; the columns beside ``record`` are read out of it for searching."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.SECURITY, Keep.THIRTY_SIX_MONTHS, actor=MaskKind.OPEN, person=MaskKind.HIDDEN,
        people=MaskKind.HIDDEN, object_id=MaskKind.OPEN, case_no=MaskKind.OPEN, record=MaskKind.OPEN,
    )  # fmt: skip
    IMPERSONAL = ("chain", "seq", "at", "role", "unit", "action", "object_kind", "result", "prev", "hash")

    pk = models.CompositePrimaryKey("chain", "seq")
    chain = models.CharField("链", max_length=40)
    seq = models.BigIntegerField("号")
    at = models.DateTimeField("时刻")
    actor = models.CharField("操作人工号", max_length=40)
    role = models.CharField("角色", max_length=20)
    unit = models.CharField("机构", max_length=40)
    action = models.CharField("动作", max_length=40)
    person = models.BigIntegerField("客户，加密摘要", null=True)
    people = ArrayField(models.BigIntegerField(), verbose_name="名单上的客户，加密摘要")
    object_kind = models.CharField("对象种类", max_length=40)
    object_id = models.CharField("对象编号", max_length=100)
    case_no = models.CharField("个案号", max_length=60)
    result = models.CharField("结果", max_length=20)
    record = models.TextField("原文")
    prev = models.BinaryField("前一条的摘要")
    hash = models.BinaryField("本条的摘要")

    class Meta:
        indexes = [
            models.Index(fields=("actor", "at"), name="audit_entry_actor"),
            models.Index(fields=("person", "at"), name="audit_entry_person", condition=Q(person__isnull=False)),
            GinIndex(fields=("people",), name="audit_entry_people"),
            models.Index(fields=("action", "at"), name="audit_entry_action"),
            models.Index(fields=("at",), name="audit_entry_at"),
        ]
        constraints = [models.CheckConstraint(condition=Q(seq__gt=0), name="audit_entry_seq_positive")]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"


class Seal(models.Model):
    """封签: all heads at one moment, signed; each holds the digest of the one before and lies outside as well."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("number", "at", "text", "signature", "key_id")

    number = models.BigIntegerField("封签号", primary_key=True)
    at = models.DateTimeField("时刻")
    text = models.TextField("原文")
    signature = models.BinaryField("签名")
    key_id = models.CharField("公钥编号", max_length=64)

    def __str__(self) -> str:
        return str(self.number)
