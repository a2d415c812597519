"""What a keeper writes about a customer: each wording is a row of its own, never changed, followed by the next."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q

from guanhu.apps.customers.living.shapes import DayWords, FactWords, Words
from guanhu.apps.people import vault
from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import DataPurpose, Keep, Personal, personal
from guanhu.apps.people.scope import Scoped
from guanhu.apps.people.vault import SealedField
from guanhu.rules.kinds import Calendar, Kind
from guanhu.rules.living import (
    AgeBand,
    DateKind,
    FactKind,
    HeardFrom,
    NeedDepth,
    NeedFacet,
    NeedType,
    Whose,
)
from guanhu.rules.preferences import way_in, weekdays_in
from guanhu.rules.privacy import MaskKind as M

ROW = ("customer_id", "item", "version")
"""What tells one wording from all others, and binds what lies sealed in it."""
WRITING = ("id", "customer", "item", "version", "removed", "by", "recorded_at")
"""What every wording says of itself."""


def words_of(kind: type[Kind]) -> list[tuple[str, str]]:
    """A closed list of words as the choices of a field."""
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

    NAME: ClassVar[str]
    """What the trail calls it."""

    if TYPE_CHECKING:

        def said(self) -> Words:
            """What this wording says, opened."""

    @classmethod
    def columns(cls, said: Words) -> dict[str, Any]:
        """The columns of a wording: what is left out stands as its column says nothing."""
        return {name: _nothing(cls, name) if value in ("", None) else value
                for name, value in asdict(said).items()}  # fmt: skip


def _nothing(model: type[models.Model], name: str) -> str | None:
    return None if model._meta.get_field(name).null else ""


class ImportantDay(Wording):
    """重要日子: a day that comes round every year, the customer's own or a close person's, by its own calendar."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.WHILE_CUSTOMER, kind=M.OPEN, whose=M.OPEN, person=M.KEEPER, calendar=M.OPEN,
        month=M.OPEN, day=M.OPEN, leap=M.OPEN, year=M.OPEN, about=M.KEEPER,
    )  # fmt: skip
    IMPERSONAL = WRITING
    NAME = "important_day"

    kind = models.CharField("种类", max_length=12, choices=words_of(DateKind))
    whose = models.CharField("谁的", max_length=12, choices=words_of(Whose))
    person = SealedField("称呼", row=ROW, null=True, blank=True)
    calendar = models.CharField("历法", max_length=8, choices=words_of(Calendar))
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


class Fact(Wording):
    """了解到的事: an interest, a need, a close person's work: what was learnt, from whom, when and in which contact."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.WHILE_CUSTOMER, kind=M.OPEN, text=M.KEEPER, heard_from=M.OPEN, heard_on=M.OPEN,
        whose=M.OPEN, person=M.KEEPER, band=M.OPEN, need_type=M.OPEN, need_depth=M.OPEN, need_facet=M.OPEN,
        found_how=M.KEEPER, contact=M.HIDDEN, purpose=M.KEEPER, weekdays=M.OPEN, way=M.OPEN,
    )  # fmt: skip
    IMPERSONAL = WRITING
    NAME = "fact"

    kind = models.CharField("种类", max_length=12, choices=words_of(FactKind))
    text = SealedField("内容", row=ROW, null=True, blank=True)
    heard_from = models.CharField("来源", max_length=12, choices=words_of(HeardFrom))
    heard_on = models.DateField("了解到的日期")
    contact = models.UUIDField("哪次接触", null=True, blank=True)
    whose = models.CharField("谁的", max_length=12, choices=words_of(Whose))
    person = SealedField("称呼", row=ROW, null=True, blank=True)
    band = models.CharField("年龄段", max_length=12, choices=words_of(AgeBand), blank=True, db_default="", default="")
    need_type = models.CharField(
        "需求类型", max_length=12, choices=words_of(NeedType), blank=True, db_default="", default=""
    )
    need_depth = models.CharField(
        "需求深浅", max_length=12, choices=words_of(NeedDepth), blank=True, db_default="", default=""
    )
    need_facet = models.CharField(
        "需求方面", max_length=12, choices=words_of(NeedFacet), blank=True, db_default="", default=""
    )
    found_how = SealedField("怎么发现的", row=ROW, null=True, blank=True)
    purpose = SealedField("健康或信仰的用途，客户已单独同意", row=ROW, null=True, blank=True)
    weekdays = models.PositiveSmallIntegerField("方便的星期几，读自内容", db_default=0, default=0)
    way = models.CharField("更愿意的渠道，读自内容", max_length=12, blank=True, db_default="", default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("customer", "item", "version"), name="fact_version"),
            models.CheckConstraint(
                condition=~Q(whose__in=["child", "grandchild"]) | Q(band="grown") | Q(person=None, text=None),
                name="fact_of_a_child_has_no_words",
            ),
            models.CheckConstraint(
                condition=Q(kind="need") | Q(need_type="", need_depth="", need_facet=""), name="fact_need_is_a_need"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @classmethod
    def columns(cls, said: Words) -> dict[str, Any]:
        """The columns of a wording, and what one about the best time says of days and ways, which the plan reads."""
        told = super().columns(said)
        if isinstance(said, FactWords) and said.kind is FactKind.BEST_TIME:
            told |= {"weekdays": weekdays_in(said.text), "way": way_in(said.text) or ""}
        return told

    def said(self) -> FactWords:
        """What this wording says, opened."""
        return FactWords(
            FactKind(self.kind), vault.open(self, "text") or "", HeardFrom(self.heard_from), self.heard_on,
            self.contact, Whose(self.whose), vault.open(self, "person") or "",
            AgeBand(self.band) if self.band else None, NeedType(self.need_type) if self.need_type else None,
            NeedDepth(self.need_depth) if self.need_depth else None,
            NeedFacet(self.need_facet) if self.need_facet else None, vault.open(self, "found_how") or "",
            vault.open(self, "purpose") or "",
        )  # fmt: skip
