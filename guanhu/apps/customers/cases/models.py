"""A person's request, what was found about her, the copy made for her, and what may not be deleted meanwhile.

A case names its person by the bank's number, as she gave it: whoever asks need not be a customer, and the case outlives
the file. Row security binds each row to the number of the request.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer
from guanhu.apps.people.vault import SealedField
from guanhu.rules.access import Reach
from guanhu.rules.cases import CaseKind, CaseState, Proof, Whereabouts
from guanhu.rules.kinds import Kind


def _words(kind: type[Kind]) -> list[tuple[str, str]]:
    return [(word.value, word.zh) for word in kind]


class Case(Scoped):
    """个案: what a person asked about herself, how it was made sure who asks, and what she was told."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.RIGHTS, Keep.FIVE_YEARS, customer_no=MaskKind.OPEN, asks=MaskKind.OPEN, result=MaskKind.OPEN
    )
    IMPERSONAL = (
        "id", "public_id", "number", "kind", "proof", "state", "opened_by", "opened_at", "opened_on", "due_on",
        "handled_by", "closed_at", "closed_on", "search_asked_at", "search_begun_at", "search_done_at",
        "search_step", "search_done", "search_of", "search_fault",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    number = models.CharField("个案号", max_length=20, unique=True)
    customer_no = models.CharField("客户号", max_length=40, db_index=True)
    kind = models.CharField("请求种类", max_length=12, choices=_words(CaseKind))
    proof = models.CharField("身份核实", max_length=12, choices=_words(Proof))
    asks = models.TextField("请求的内容", blank=True, db_default="")
    state = models.CharField(
        "状态", max_length=12, choices=_words(CaseState), db_default=CaseState.OPENED.value,
        default=CaseState.OPENED.value,
    )  # fmt: skip
    opened_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("受理的时刻")
    opened_on = models.DateField("受理日")
    due_on = models.DateField("答复期限")
    handled_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    result = models.TextField("答复", blank=True, db_default="", default="")
    closed_at = models.DateTimeField("办结的时刻", null=True, blank=True)
    closed_on = models.DateField("办结日", null=True, blank=True)
    search_asked_at = models.DateTimeField("要求查找的时刻", null=True, blank=True)
    search_begun_at = models.DateTimeField("查找开始", null=True, blank=True)
    search_done_at = models.DateTimeField("查找完成", null=True, blank=True)
    search_step = models.CharField("正在查找", max_length=80, blank=True, db_default="", default="")
    search_done = models.PositiveIntegerField("查完几处", db_default=0, default=0)
    search_of = models.PositiveIntegerField("共几处", db_default=0, default=0)
    search_fault = models.CharField("查找的故障", max_length=200, blank=True, db_default="", default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["opened", "working"], closed_on=None)
                | (Q(state__in=["done", "refused"], closed_on__isnull=False) & ~Q(result="")),
                name="case_closed_with_an_answer",
            ),
        ]
        indexes = [models.Index(fields=("state", "due_on"), name="case_state_due")]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """All of them to whoever works on cases, the one a request is bound to, else those one opened oneself."""
        if viewer.reach is Reach.CASES:
            return Q()
        return Q(customer_no=viewer.number) if viewer.reach is Reach.CASE else Q(opened_by_id=viewer.staff_id)


class OfCase(Scoped):
    """A row that belongs to one case and is seen with it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """While a request is bound to the person of the case."""
        return Q(case__customer_no=viewer.number) if viewer.reach is Reach.CASE else Q(pk__in=[])


class Finding(OfCase):
    """查找结果: how many rows of one table speak of the person, of which days, and where; no value of hers."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.RIGHTS, Keep.FIVE_YEARS, rows=MaskKind.OPEN, where=MaskKind.OPEN
    )
    IMPERSONAL = ("id", "case", "place", "table", "title", "sure", "first_on", "last_on", "position")

    place = models.CharField("所在", max_length=12, choices=_words(Whereabouts))
    table = models.CharField("表", max_length=80)
    title = models.CharField("名称", max_length=80)
    rows = models.PositiveIntegerField("行数")
    sure = models.BooleanField("按号码确认", db_default=True, default=True)
    first_on = models.DateField("最早", null=True, blank=True)
    last_on = models.DateField("最晚", null=True, blank=True)
    where: Any = models.JSONField("位置", default=list)
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("case", "place", "table", "sure"), name="finding_once_a_table")]

    def __str__(self) -> str:
        return f"{self.table} {self.rows}"


class CaseCopy(OfCase):
    """个人信息副本: everything held about the person, in words she can read, sealed until it is handed to her."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(DataPurpose.RIGHTS, Keep.THIRTY_DAYS, content=MaskKind.HIDDEN)
    IMPERSONAL = ("id", "case", "made_at", "made_on", "digest", "handed_at")

    case = models.OneToOneField(Case, models.CASCADE, related_name="copy")
    made_at = models.DateTimeField("制作的时刻")
    made_on = models.DateField("制作日")
    content = SealedField("副本", row=("case_id",))
    digest = models.CharField("副本的摘要", max_length=64)
    handed_at = models.DateTimeField("交出的时刻", null=True, blank=True)

    def __str__(self) -> str:
        return self.digest[:12]


class Hold(Scoped):
    """冻结: what is kept about this person although it has fallen due, and on what ground."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(DataPurpose.RIGHTS, Keep.FIVE_YEARS, reason=MaskKind.OPEN)
    IMPERSONAL = ("id", "public_id", "customer", "case", "since_on", "by", "set_at", "lifted_by", "lifted_at",
                  "lifted_on")  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField("法律依据", max_length=200)
    since_on = models.DateField("从哪天起")
    by = models.ForeignKey("people.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField("设定的时刻")
    lifted_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField("解除的时刻", null=True, blank=True)
    lifted_on = models.DateField("解除日", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("customer",), condition=Q(lifted_on=None), name="hold_one_at_a_time"),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.since_on}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """While a request is bound to the person of a case."""
        return Q(customer__customer_no=viewer.number) if viewer.reach is Reach.CASE else Q(pk__in=[])
