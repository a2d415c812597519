"""A request to take a list out of the product, and the file that is made of it: sealed, short-lived, apart."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer, one_of
from guanhu.apps.people.vault import SealedField
from guanhu.rules.access import WIDE, Reach
from guanhu.rules.exports import ExportPurpose, ExportState, FileKind

OPENED_BY_APPROVAL = (ExportState.APPROVED.value, ExportState.READY.value, ExportState.TAKEN.value)


class Export(Scoped):
    """导出申请: what somebody wants to take out and why, who approved it, and what became of it.

    ``digest`` binds what was asked and of whom; ``approved`` is what the second person approved. Reliability A9.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.SECURITY, Keep.THIRTY_SIX_MONTHS, selection=MaskKind.HIDDEN, reason=MaskKind.OPEN,
        because=MaskKind.OPEN,
    )  # fmt: skip
    IMPERSONAL = (
        "id", "public_id", "number", "asked_by", "asked_role", "asked_in", "asked_at", "branch", "columns", "kind",
        "purpose", "rows", "digest", "approver", "state", "until", "decided_by", "decided_role", "decided_in",
        "decided_at", "approved", "made_at", "ended_at",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    number = models.CharField("申请号", max_length=20, unique=True)
    asked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    asked_role = models.CharField("申请时的角色", max_length=20)
    asked_in = models.BigIntegerField("申请时的登录")
    asked_at = models.DateTimeField("申请的时刻")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    selection = SealedField("名单的范围", row=("number",))
    columns = ArrayField(models.CharField(max_length=20), verbose_name="导出列")
    kind = models.CharField("文件格式", max_length=8, choices=[(one.value, one.zh) for one in FileKind])
    purpose = models.CharField("用途", max_length=12, choices=[(one.value, one.zh) for one in ExportPurpose])
    reason = models.CharField("理由", max_length=200)
    rows = models.PositiveIntegerField("户数")
    digest = models.CharField("内容摘要", max_length=32)
    approver = models.CharField("由哪个角色批准", max_length=20, blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=[(state.value, state.zh) for state in ExportState],
        default=ExportState.ASKED.value,
    )  # fmt: skip
    until = models.DateTimeField("有效至")
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_role = models.CharField("批准时的角色", max_length=20, blank=True, default="")
    decided_in = models.BigIntegerField("批准时的登录", null=True)
    decided_at = models.DateTimeField("批准的时刻", null=True)
    approved = models.CharField("获准的内容摘要", max_length=32, blank=True, default="")
    because = models.CharField("退回或失效的原因", max_length=200, blank=True, default="")
    made_at = models.DateTimeField("生成文件的时刻", null=True)
    ended_at = models.DateTimeField("文件销毁的时刻", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | ~(Q(decided_by=F("asked_by")) | Q(decided_in=F("asked_in")) | Q(decided_role=F("asked_role"))),
                name="export_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=OPENED_BY_APPROVAL)
                | Q(approver="", approved=F("digest"))
                | Q(
                    decided_by__isnull=False, decided_at__isnull=False, decided_role=F("approver"), approved=F("digest")
                ),
                name="export_only_as_approved",
            ),
        ]
        indexes = [
            models.Index(fields=("asked_by", "-asked_at"), name="export_asked_by"),
            models.Index(fields=("approver", "branch"), condition=Q(state="asked"), name="export_waiting"),
            models.Index(fields=("until",), condition=Q(ended_at=None), name="export_until"),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """One's own; those one's role approves, of the branches in reach or of the bank; all of them to the auditor."""
        mine = Q(asked_by_id=viewer.staff_id)
        if viewer.reach is Reach.TRAIL:
            return Q()
        if viewer.reach is Reach.EXPORTS:
            return mine | Q(approver=viewer.role.value)
        if viewer.reach in WIDE:
            return mine | (Q(approver=viewer.role.value) & one_of("branch_id", viewer.branches))
        return mine if viewer.reach is Reach.OWN else Q(pk__in=[])


class ExportFile(Scoped):
    """导出文件: of whom it is, and the file once it is made; sealed, for whoever asked alone, until it is destroyed."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.SECURITY, Keep.EXPORT, keys=MaskKind.HIDDEN, content=MaskKind.HIDDEN
    )
    IMPERSONAL = ("id", "export", "number", "digest")

    export = models.OneToOneField(Export, models.CASCADE, related_name="file")
    number = models.CharField("申请号", max_length=20)
    keys = SealedField("名单上的客户", row=("number",), null=True)
    content = SealedField("文件", row=("number",), null=True)
    digest = models.CharField("文件的摘要", max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return self.number

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """Whoever asked for it, and nobody else."""
        asking = viewer.reach in (Reach.OWN, *WIDE)
        return Q(export__asked_by_id=viewer.staff_id) if asking else Q(pk__in=[])
