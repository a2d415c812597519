"""What to say: the script of the first reason, filled with the customer's own figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from guanhu.apps.catalog.scripts import script_for
from guanhu.apps.customers.models import Customer
from guanhu.apps.customers.shapes import Chip
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.shapes import ScriptView
from guanhu.rules.kinds import Channel, CustomerKind, MaturityStep, ProductKind, Reason, SignalKind
from guanhu.rules.masks import COMPOUND_SURNAMES
from guanhu.rules.money import wan

FIRST = "first"
"""What tells the first contact with a customer from routine service."""
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


def scripts_of(
    viewer: Viewer, customer: Customer, now: Shown, chips: Sequence[Chip], channel: str, language: str, *, met: bool
) -> tuple[ScriptView, ...]:
    """What to say: for the first reason by the planned channel, then by the others.

    Who was never contacted and has no reason of her own is introduced to her keeper first. P18.
    """
    chip = chips[0] if chips else None
    kind, detail = (chip.kind, _detail(chip)) if chip else (Reason.ROUTINE.value, "" if met else FIRST)
    values = _slots(viewer, customer, now, chip, language)
    order = [channel, *(way.value for way in Channel if way != channel)]
    found = (script_for(kind, detail, way, language) for way in order)
    return tuple(ScriptView(one.code, one.channel, one.language, one.filled(values)) for one in found)


def _detail(chip: Chip) -> str:
    """What tells two scripts of a reason apart: the step of a maturity, the direction of a movement."""
    if chip.kind == SignalKind.LARGE_MOVE:
        signed = chip.evidence.get("amount_fen", chip.amount_fen) or 0
        return "out" if signed < 0 or chip.evidence.get("direction") == "out" else "in"
    if chip.kind == SignalKind.MATURITY:
        return chip.step or MaturityStep.MONTH.value
    return ""


def _slots(viewer: Viewer, customer: Customer, now: Shown, chip: Chip | None, language: str) -> dict[str, str]:
    english = language.startswith("en")
    amount = abs(chip.amount_fen) if chip and chip.amount_fen is not None else None
    other = "the sum" if english else "资金"
    return {
        "name": salutation(customer, english=english),
        "sender": viewer.name,
        "branch": now.branch,
        "product": ProductKind(chip.product).label(language).lower() if chip and chip.product else other,
        "amount": wan(amount, language, currency=now.currency, short=True) if amount is not None else "",
        "due": day_said(chip.due_on, now.today, english=english) if chip and chip.due_on else "",
    }


def salutation(customer: Customer, *, english: bool) -> str:
    """How the customer is addressed: surname and title, the full name where the title is not known."""
    title = {"女": ("女士", "Ms "), "男": ("先生", "Mr ")}.get(customer.gender)
    if customer.kind == CustomerKind.CORPORATE or title is None:
        return str(customer.name)
    surname = customer.name[: 2 if customer.name[:2] in COMPOUND_SURNAMES and len(customer.name) > 2 else 1]
    if not _is_chinese(customer.name):
        surname = customer.name.split()[-1]
    return title[1] + surname if english else surname + title[0]


def _is_chinese(name: str) -> bool:
    return "\u3400" <= name[:1] <= "\u9fff"


def day_said(day: date, today: date, *, english: bool) -> str:
    """A day as people say it: 今天, 明天, 12月1日（周二）."""
    near = {0: ("今天", "today"), 1: ("明天", "tomorrow"), -1: ("昨天", "yesterday")}.get((day - today).days)
    if near:
        return near[english]
    if english:
        return f"on {day:%A} {day.day} {day:%B}"
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"
