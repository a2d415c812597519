"""Writing: the keeper adds, changes and removes what she knows; every wording before it stays where it is."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.actions import locked
from guanhu.apps.customers.living.models import Fact, ImportantDay
from guanhu.apps.customers.living.shapes import DayWords, FactWords
from guanhu.apps.customers.living.wordings import actions as wordings
from guanhu.apps.customers.models import Customer
from guanhu.apps.people import policy
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.living import (
    DateKind,
    FactKind,
    NeedDepth,
    Whose,
    has_no_birthday_yet,
    may_be_a_child,
)
from guanhu.rules.lunar import FIRST_YEAR, is_day_of_year
from guanhu.rules.notes import NoteFault, note_faults, without_consent

ADULTS_KNOWN_BY = dict.fromkeys((Whose.CHILD, Whose.GRANDCHILD), (DateKind.BIRTHDAY, DateKind.WEDDING))
"""Of whom only these dates are kept: by them it is known that she is a child no more."""


@recorded
def keep_day(
    *, by: Viewer, customer: UUID, said: DayWords, today: date, now: datetime, item: UUID | None = None,
    version: int = 0,
) -> None:  # fmt: skip
    """Write down an important date, or the next wording of one; ``version`` is the wording the writer saw.

    Raises ``Refused`` with what is wrong, ``Conflict`` when somebody wrote a later wording, ``Invisible`` for a
    customer or a date of somebody else. The same form twice is once.
    """
    row = locked(by, customer, in_force=True)
    _require_sound_day(row, said, today)
    most = policy.in_force().file_dates
    wordings.keep(ImportantDay, by, row, said, now, item=item, version=version, most=most)


@recorded
def remove_day(*, by: Viewer, customer: UUID, item: UUID, version: int, now: datetime) -> None:
    """Take an important date off the file; what it said stays in its history. Twice is once.

    Raises ``Conflict`` when somebody wrote a later wording, ``Invisible`` for what is somebody else's.
    """
    wordings.remove(ImportantDay, by, locked(by, customer, in_force=True), now, item=item, version=version)


@recorded
def keep_fact(
    *, by: Viewer, customer: UUID, said: FactWords, today: date, now: datetime, item: UUID | None = None,
    version: int = 0,
) -> None:  # fmt: skip
    """Write down what was learnt about a customer, or its next wording; otherwise as for a date. P1, P11."""
    row = locked(by, customer, in_force=True)
    _require_sound_fact(said, today)
    most = policy.in_force().file_facts
    wordings.keep(Fact, by, row, said, now, item=item, version=version, most=most)


@recorded
def remove_fact(*, by: Viewer, customer: UUID, item: UUID, version: int, now: datetime) -> None:
    """Take what was learnt off the file; what it said stays in its history. Twice is once."""
    wordings.remove(Fact, by, locked(by, customer, in_force=True), now, item=item, version=version)


@recorded
def restore_day(*, by: Viewer, customer: UUID, item: UUID, version: int, now: datetime) -> None:
    """Put back an important date that was taken off the file; ``version`` is its removal. Twice is once. Asks 20.

    Raises ``Refused`` when it went too long ago or the file is full, ``Conflict`` when it was put back and removed
    again, ``Invisible`` for what is somebody else's.
    """
    numbers = policy.in_force()
    row = locked(by, customer, in_force=True)
    wordings.restore(ImportantDay, by, row, now, item=item, version=version, most=numbers.file_dates,
                     days=numbers.bin_days)  # fmt: skip


@recorded
def restore_fact(*, by: Viewer, customer: UUID, item: UUID, version: int, now: datetime) -> None:
    """Put back what was learnt and taken off the file; otherwise as for a date."""
    numbers = policy.in_force()
    row = locked(by, customer, in_force=True)
    wordings.restore(Fact, by, row, now, item=item, version=version, most=numbers.file_facts, days=numbers.bin_days)


def _require_sound_day(row: Customer, said: DayWords, today: date) -> None:
    """Refuse a day no calendar has, a child's birthday, and what the bank's own system says already."""
    wrong: dict[str, str] = {}
    years = policy.in_force().child_years
    if not is_day_of_year(said.calendar, said.month, said.day, said.leap):
        wrong["day"] = _("没有这一天，请核对历法、月和日")
    if said.year is not None and not FIRST_YEAR <= said.year <= today.year:
        wrong["year"] = _("年份请填 %(from)s 到今年") % {"from": FIRST_YEAR}
    if said.kind is DateKind.OTHER and not said.about:
        wrong["about"] = _("写一句这是什么日子")
    if said.kind is DateKind.BIRTHDAY and said.whose is Whose.SELF and row.birth_on:
        wrong["kind"] = _("客户本人的生日由核心系统登记，这里只读；有误请走资料更正")
    if said.whose in ADULTS_KNOWN_BY and said.kind not in ADULTS_KNOWN_BY[said.whose]:
        wrong["kind"] = _("孩子的日子只记已满 %(n)s 岁的生日和结婚纪念日") % {"n": years}
    if not wrong and said.kind is DateKind.BIRTHDAY and _is_a_childs(said, today):
        wrong["year"] = _("不满 %(n)s 岁的孩子不记姓名和生日；已满的请填出生年份") % {"n": years}
    wrong |= not_to_be_written(person=said.person, about=said.about)
    if wrong:
        raise Refused(wrong)


def not_to_be_written(*, consented: bool = False, **texts: str) -> dict[str, str]:
    """What was found in free text that may not stand there, each with what to do instead. C12.

    ``consented``: she agreed separately that health and belief are kept for a purpose.
    """
    faults = {name: without_consent(note_faults(text), consented=consented) for name, text in texts.items()}
    return {name: _instead(fault) for name, fault in faults.items() if fault}


def _instead(fault: NoteFault) -> str:
    """What was found, and where it goes or that it goes nowhere."""
    ways = {
        NoteFault.NUMBER: _("号码记在联系方式里，这里请删去"),
        NoteFault.SECRET: _("密码和验证码任何地方都不记，请删去"),
        NoteFault.CHILD: _("不满十四岁的孩子只记有孩子和年龄段，请删去"),
    }
    sensitive = _("要有用途和客户的单独同意：请删去，或记在「了解到的情况」里写明用途并勾选同意")
    what = fault.label(get_language() or "zh")
    return _("没有存，写到了%(what)s。%(way)s") % {"what": what, "way": ways.get(fault, sensitive)}


def _is_a_childs(said: DayWords, today: date) -> bool:
    day = (said.calendar, said.month, said.day, said.leap)
    return has_no_birthday_yet(said.whose, said.year, *day, today, policy.in_force())


def _require_sound_fact(said: FactWords, today: date) -> None:
    """Refuse what says nothing, a child's name or school, a need without its type, and a day to come."""
    wrong: dict[str, str] = {}
    years = policy.in_force().child_years
    child = may_be_a_child(said.whose, said.band)
    if said.kind is FactKind.FAMILY and said.whose is Whose.SELF:
        wrong["whose"] = _("选是哪一位家人")
    if said.kind is not FactKind.FAMILY and said.whose is not Whose.SELF:
        wrong["whose"] = _("家人的事记在「家人」里")
    if child and (said.person or said.text):
        wrong["person"] = _("不满 %(n)s 岁的孩子只记有孩子和年龄段，不记姓名和学校") % {"n": years}
    if child and said.band is None:
        wrong["band"] = _("选孩子的年龄段")
    if not said.text and not (said.kind is FactKind.FAMILY and (said.person or said.band)):
        wrong["text"] = _("写一句了解到了什么")
    if said.kind is FactKind.NEED and None in (said.need_type, said.need_depth, said.need_facet):
        wrong["need_type"] = _("需求要选类型、说没说出口、哪一方面")
    if said.need_depth is NeedDepth.LATENT and not said.found_how:
        wrong["found_how"] = _("没说出口的需求，写一句怎么发现的")
    if said.heard_on > today:
        wrong["heard_on"] = _("了解到的日期不能在今天之后")
    wrong |= not_to_be_written(text=said.text, person=said.person, found_how=said.found_how,
                               consented=bool(said.purpose))  # fmt: skip
    wrong |= not_to_be_written(consented=True, purpose=said.purpose)
    if wrong:
        raise Refused(wrong)
