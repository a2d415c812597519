"""What is said to a need, and the lines of the plan for a customer: wordings, as all her keeper writes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from guanhu.apps.customers.living.models import ROW, WRITING, Wording, words_of
from guanhu.apps.customers.serving.shapes import CourseWords, IntentionWords, OfferWords
from guanhu.apps.people import vault
from guanhu.apps.people.personal import DataPurpose, Keep, Personal, personal
from guanhu.apps.people.vault import SealedField
from guanhu.rules.privacy import MaskKind as M
from guanhu.rules.serving import CanOffer, CourseKind, CourseState, Intent


class Offer(Wording):
    """对需求的回应: what we can offer for a need of the customer; ``item`` is the need's own."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.WHILE_CUSTOMER, can=M.OPEN, bought=M.KEEPER, what=M.KEEPER, instead=M.KEEPER
    )
    IMPERSONAL = WRITING
    NAME = "offer"

    can = models.CharField("能不能提供", max_length=12, choices=words_of(CanOffer))
    bought = SealedField("已购买", row=ROW, null=True, blank=True)
    what = SealedField("可提供", row=ROW, null=True, blank=True)
    instead = SealedField("替代", row=ROW, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("customer", "item", "version"), name="offer_version")]

    def __str__(self) -> str:
        return f"{self.can} {self.version}"

    def said(self) -> Any:
        """What this wording says, opened."""
        return OfferWords(
            CanOffer(self.can), vault.open(self, "bought") or "", vault.open(self, "what") or "",
            vault.open(self, "instead") or "",
        )  # fmt: skip


class Intention(Wording):
    """到期意向: what a customer will do when a holding of hers matures; ``item`` is the holding's own."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.WHILE_CUSTOMER, intent=M.OPEN, business=M.KEEPER, come_on=M.OPEN, come_at=M.OPEN
    )
    IMPERSONAL = WRITING
    NAME = "intention"

    intent = models.CharField("意向", max_length=12, choices=words_of(Intent))
    business = SealedField("办什么业务", row=ROW, null=True, blank=True)
    come_on = models.DateField("哪天来办", null=True, blank=True)
    come_at = models.TimeField("几点来办", null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("customer", "item", "version"), name="intention_version")]

    def __str__(self) -> str:
        return f"{self.intent} {self.version}"

    def said(self) -> Any:
        """What this wording says, opened."""
        return IntentionWords(Intent(self.intent), vault.open(self, "business") or "", self.come_on, self.come_at)


class Course(Wording):
    """一户一策: a goal or a step of the one plan made for a customer."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.WHILE_CUSTOMER, kind=M.OPEN, text=M.KEEPER, owner=M.KEEPER, due_on=M.OPEN,
        state=M.OPEN, result=M.KEEPER,
    )  # fmt: skip
    IMPERSONAL = WRITING
    NAME = "course"

    kind = models.CharField("条目", max_length=12, choices=words_of(CourseKind))
    text = SealedField("内容", row=ROW, null=True, blank=True)
    owner = SealedField("谁来做", row=ROW, null=True, blank=True)
    due_on = models.DateField("哪天之前", null=True, blank=True)
    state = models.CharField("做到哪一步", max_length=12, choices=words_of(CourseState))
    result = SealedField("结果", row=ROW, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("customer", "item", "version"), name="course_version"),
            models.CheckConstraint(
                condition=~Q(kind="step", state="open") | Q(due_on__isnull=False), name="course_step_has_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    def said(self) -> Any:
        """What this wording says, opened."""
        return CourseWords(
            CourseKind(self.kind), vault.open(self, "text") or "", vault.open(self, "owner") or "", self.due_on,
            CourseState(self.state), vault.open(self, "result") or "",
        )  # fmt: skip
