"""What a keeper writes about a customer: each wording is a row of its own, never changed, followed by the next."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guanhu.apps.customers.living.shapes import DayWords
from guanhu.apps.people import vault
from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import DataPurpose, Keep, Personal, personal
from guanhu.apps.people.scope import Scoped
from guanhu.apps.people.vault import SealedField
from guanhu.rules.kinds import Calendar, Kind
from guanhu.rules.living import DateKind, Whose
from guanhu.rules.privacy import MaskKind as M

ROW = ("customer_id", "item", "version")
"""What tells one wording from all others, and binds what lies sealed in it."""
WRITING = ("id", "customer", "item", "version", "removed", "by", "recorded_at")
"""What every wording says of itself."""


def _words(kind: type[Kind]) -> list[tuple[str, str]]:
    return [(word.value, word.zh) for word in kind]


class Wording(Scoped):
    """One wording of one thing: ``item`` names the thing, ``version`` counts its wordings; the last one holds.

    Pages may add a row and do nothing else to one: what was written once stays as it was (P1).
    """

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    item = models.UUIDField("哪一条")
    version = models.PositiveIntegerField("第几次写")
    removed = models.BooleanField("已移除", db_default=False, default=False)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("记下的时刻")

    class Meta:
        abstract = True


class ImportantDay(Wording):
    """重要日子: a day that comes round every year, the customer's own or a close person's, by its own calendar."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.WHILE_CUSTOMER, kind=M.OPEN, whose=M.OPEN, person=M.KEEPER, calendar=M.OPEN,
        month=M.OPEN, day=M.OPEN, leap=M.OPEN, year=M.OPEN, about=M.KEEPER,
    )  # fmt: skip
    IMPERSONAL = WRITING

    kind = models.CharField("种类", max_length=12, choices=_words(DateKind))
    whose = models.CharField("谁的", max_length=12, choices=_words(Whose))
    person = SealedField("称呼", row=ROW, null=True, blank=True)
    calendar = models.CharField("历法", max_length=8, choices=_words(Calendar))
    month = models.PositiveSmallIntegerField("月")
    day = models.PositiveSmallIntegerField("日")
    leap = models.BooleanField("农历闰月", db_default=False, default=False)
    year = models.PositiveSmallIntegerField("哪一年起", null=True, blank=True)
    about = SealedField("说明", row=ROW, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("customer", "item", "version"), name="important_day_version"),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, day__gte=1, day__lte=31), name="important_day_in_a_year"
            ),
            models.CheckConstraint(condition=Q(leap=False) | Q(calendar="lunar"), name="important_day_leap_is_lunar"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    def said(self) -> DayWords:
        """What this wording says, opened."""
        return DayWords(
            DateKind(self.kind), Whose(self.whose), Calendar(self.calendar), self.month, self.day, self.leap,
            self.year, vault.open(self, "person") or "", vault.open(self, "about") or "",
        )  # fmt: skip
