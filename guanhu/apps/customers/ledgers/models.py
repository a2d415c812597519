"""What a ledger kept by hand told: each import, and what it says of each person."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer, rows_of
from guanhu.apps.people.vault import LookupField, SealedField
from guanhu.rules.access import WIDE, Reach


class LedgerImport(models.Model):
    """台账导入: one ledger taken in, how far it has come, and what became of its rows."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(DataPurpose.CARE, Keep.TWELVE_MONTHS, columns=MaskKind.HIDDEN)
    IMPERSONAL = ("id", "public_id", "by", "keeper", "branch", "digest", "mapping", "shape", "rows", "done", "added",
                  "changed", "unchanged", "left_to_core", "refused", "begun_at", "touched_at", "ended_at",
                  "undone_at")  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    keeper = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    digest = models.CharField("文件摘要", max_length=64)
    mapping = models.CharField("列对应摘要", max_length=64)
    shape = models.CharField("表头摘要", max_length=64)
    columns = SealedField("列对应", row=("digest", "mapping"))
    rows = models.IntegerField("行数")
    done = models.IntegerField("已处理行数", db_default=0)
    added = models.IntegerField("新增", db_default=0)
    changed = models.IntegerField("更新", db_default=0)
    unchanged = models.IntegerField("无变化", db_default=0)
    left_to_core = models.IntegerField("以核心系统为准的行数", db_default=0)
    refused = models.JSONField("拒收原因与行数", default=dict)
    begun_at = models.DateTimeField("开始时刻")
    touched_at = models.DateTimeField("最近写入时刻")
    ended_at = models.DateTimeField("完成时刻", null=True)
    undone_at = models.DateTimeField("撤回时刻", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("keeper", "branch", "digest", "mapping"), condition=Q(undone_at=None), nulls_distinct=False,
                name="ledger_import_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=("shape", "begun_at"), name="ledger_import_shape")]

    def __str__(self) -> str:
        return f"{self.done}/{self.rows}"


class LedgerEntry(Scoped):
    """台账条目: what hand-kept ledgers say of one person; each change is a row of its own, the last one in force.

    A customer the bank knows is pointed at, and of what the bank delivers nothing is repeated here. Anybody else is a
    prospect of whoever brought the ledger. Reliability C13.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.TWELVE_MONTHS, number=MaskKind.ACCOUNT, number_hash=MaskKind.HIDDEN,
        id_no=MaskKind.IDENTITY, id_no_hash=MaskKind.HIDDEN, phone=MaskKind.PHONE, phone_hash=MaskKind.HIDDEN,
        told=MaskKind.SEALED, told_on=MaskKind.OPEN,
    )  # fmt: skip
    IMPERSONAL = ("key", "batch", "replaced_in", "customer", "keeper", "branch", "line")

    key = models.BigIntegerField("代理键", primary_key=True)
    batch = models.ForeignKey(LedgerImport, models.PROTECT, related_name="entries")
    replaced_in = models.ForeignKey(LedgerImport, models.PROTECT, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, related_name="+")
    keeper = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    line = models.CharField("以行号为键：表头摘要与行号", max_length=80, blank=True, db_default="")
    number = SealedField("台账上的客户号", row=("key",), null=True)
    number_hash = LookupField(of="number", form="account")
    id_no = SealedField("证件号码", row=("key",), null=True)
    id_no_hash = LookupField(of="id_no", form="identity")
    phone = SealedField("手机", row=("key",), null=True)
    phone_hash = LookupField(of="phone", form="phone")
    told = SealedField("台账所记", row=("key",))
    told_on = models.DateField("记下之日")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(key__gt=0), name="ledger_entry_key_positive"),
            models.UniqueConstraint(
                fields=("customer",), condition=Q(replaced_in=None, customer__isnull=False),
                name="ledger_entry_one_in_force",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=("number_hash",), condition=Q(replaced_in=None), name="ledger_entry_number"),
            models.Index(fields=("id_no_hash",), condition=Q(replaced_in=None), name="ledger_entry_id_no"),
            models.Index(fields=("phone_hash",), condition=Q(replaced_in=None), name="ledger_entry_phone"),
            models.Index(fields=("replaced_in",), condition=~Q(replaced_in=None), name="ledger_entry_replaced"),
            models.Index(fields=("line",), condition=Q(replaced_in=None) & ~Q(line=""), name="ledger_entry_line"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """What is told of a customer is seen with her; a prospect by whoever keeps the ledger, and her branch."""
        prospects = Q(customer=None) & rows_of(viewer) if viewer.reach in {Reach.OWN, *WIDE} else Q(pk__in=[])
        return (Q(customer__isnull=False) & rows_of(viewer, "customer__")) | prospects
