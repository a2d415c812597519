"""我的客户 as it is drawn: what is asked stands in the address; chips, columns and the form of conditions out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanhu.apps.customers.books.asking import queries as asking
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.scope import Viewer
from guanhu.rules import lists
from guanhu.rules.kinds import Tier
from guanhu.rules.lists import AMOUNTS, BANDS, CHOICES, COUNTS, MAY_LACK, NAMED, Condition, Order, Trait
from guanhu.rules.masks import amount_band
from guanhu.web.drawing import url_of
from guanhu.web.words import english, label, money, word

COLUMNS = (
    Trait.ENTITLEMENT, Trait.STAGE, Trait.BALANCE, Trait.AVERAGE, Trait.NET, Trait.SILENT, Trait.IN30, Trait.OUT30,
    Trait.GAP, Trait.WORTH, Trait.MATURES, Trait.MARKETING, Trait.OPENED,
)  # fmt: skip
"""What a line may tell beside the name, in this order."""
USUAL = COLUMNS[:6]
FALLING_FIRST = frozenset((*AMOUNTS, Trait.SILENT, Trait.AGE, Trait.STAGE, Trait.ENTITLEMENT)) - {Trait.GAP}
"""Orders whose upper end is what one looks for first."""
QUICK = tuple(Condition(Trait.TIER, (each.value,)) for each in Tier)
"""The quickest conditions, with a place of their own above the list."""
KINDS = {Trait.TIER: "Tier", Trait.ENTITLEMENT: "Entitlement", Trait.STAGE: "Stage", Trait.KIND: "CustomerKind"}


@dataclass(frozen=True)
class Wanted:
    """What an address asks of the list: conditions, order, columns; and what of it nobody understood or may ask."""

    which: tuple[Condition, ...] = ()
    order: Order | None = None
    columns: tuple[Trait, ...] = ()
    strange: tuple[str, ...] = ()
    denied: tuple[Trait, ...] = ()

    @property
    def where(self) -> str:
        """The conditions as an address holds them."""
        return lists.write_question(self.which)

    def without(self, trait: Trait) -> Wanted:
        """The same without the condition on this trait."""
        return replace(self, which=tuple(one for one in self.which if one.trait is not trait))

    def with_one(self, condition: Condition) -> Wanted:
        """The same with this condition, in the place of the one on its trait."""
        kept = (*self.without(condition.trait).which, condition)
        return replace(self, which=lists.read_question(lists.write_question(kept))[0])

    def of(self, trait: Trait) -> Condition | None:
        """Its condition on this trait."""
        return next((one for one in self.which if one.trait is trait), None)


@dataclass(frozen=True)
class Chip:
    """One condition that holds, and the address without it."""

    word: str
    href: str


@dataclass(frozen=True)
class Head:
    """The head of one column: its word, and where it leads to put the list in its order."""

    trait: Trait
    word: str
    href: str
    sort: str
    """``ascending`` or ``descending`` as the list is in its order, else empty."""
    figure: bool


@dataclass(frozen=True)
class Choice:
    """One value to tick."""

    value: str
    word: str
    on: bool


@dataclass(frozen=True)
class Field:
    """One trait in the form of conditions: values to tick, or two bounds."""

    trait: Trait
    word: str
    unit: str
    choices: tuple[Choice, ...] = ()
    low: str = ""
    high: str = ""


def wanted(viewer: Viewer, get: QueryDict) -> Wanted:
    """What an address asks; a condition this viewer may not ask is left out and told."""
    which, strange = lists.read_question(get.get("where", ""))
    tier = get.get("tier", "")
    if tier in list(Tier):
        which = Wanted(which).with_one(Condition(Trait.TIER, (tier,))).which
    denied = tuple(one.trait for one in which if not asking.may_ask(viewer, one.trait))
    order = lists.read_order(get.get("sort", ""))
    columns = lists.read_traits(",".join((get.get("cols", ""), *get.getlist("col"))), COLUMNS)
    return Wanted(
        tuple(one for one in which if one.trait not in denied),
        order if order and order.trait in asking.orders(viewer) and order != asking.first_order(viewer) else None,
        columns if columns != USUAL else (),
        strange,
        denied,
    )


def address(it: Wanted, after: UUID | None = None) -> str:
    """The address of the list as it is wanted, from a line on."""
    asked = [f"where={quote(it.where, safe=':,!~.-')}"] if it.which else []
    asked += [f"sort={it.order}"] if it.order else []
    asked += [f"cols={','.join(trait.value for trait in it.columns)}"] if it.columns else []
    asked += [f"after={after}"] if after else []
    return url_of("book") + ("?" + "&".join(asked) if asked else "")


def from_form(
    viewer: Viewer, it: Wanted, picked: Sequence[str], low: Sequence[str], high: Sequence[str]
) -> tuple[Wanted, tuple[str, ...]]:
    """What the form of conditions asks: values ticked as ``trait:value``, bounds in the order of the form's fields.

    Bounds that say nothing are told by the word of their trait, so that nobody believes they held.
    """
    ticked: dict[str, list[str]] = {}
    for trait, _colon, value in (each.partition(":") for each in picked):
        ticked.setdefault(trait, []).append(value)
    made, wrong = [], []
    for trait in asking.askable(viewer):
        if trait in CHOICES or trait in NAMED or ticked.get(trait.value) == [lists.NONE]:
            made.append(lists.among(trait, ticked.get(trait.value, ())))
            wrong += [word(trait)] if trait.value in ticked and made[-1] is None else []
    for trait, first, last in zip_longest(bounded(viewer), low, high, fillvalue=""):
        if isinstance(trait, Trait) and (first.strip() or last.strip()):
            condition = lists.between(trait, first, last)
            made.append(condition)
            wrong += [word(trait)] if condition is None else []
    return replace(it, which=_sorted(one for one in made if one)), tuple(wrong)


def _sorted(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    return lists.read_question(lists.write_question(conditions))[0]


def bounded(viewer: Viewer) -> tuple[Trait, ...]:
    """The traits the form asks between two bounds, in its order."""
    return tuple(trait for trait in asking.askable(viewer) if trait in AMOUNTS or trait in COUNTS)


# ---------------------------------------------------------------- drawn


def chips(it: Wanted, names: Mapping[str, str], currency: str) -> tuple[Chip, ...]:
    """The conditions that hold, each with the address without it."""
    told = (one for one in it.which if one not in QUICK)
    return tuple(Chip(said(one, names, currency), address(it.without(one.trait))) for one in told)


def said(one: Condition, names: Mapping[str, str], currency: str) -> str:
    """A condition in words: 分层：A 类、B 类 · 管理资产 ≥ 50万."""
    if one.lacks:
        return LACKING[one.trait]()
    if one.values:
        listed = pgettext("between values", "、").join(
            value_word(one.trait, each, names, currency) for each in one.values
        )
        return (_("%(what)s不是：%(values)s") if one.other else _("%(what)s：%(values)s")) % {
            "what": word(one.trait), "values": listed,
        }  # fmt: skip
    low, high = (_bound(one.trait, each, currency) for each in (one.low, one.high))
    if one.low == one.high:
        return f"{word(one.trait)} = {low}"
    if not low or not high:
        return f"{word(one.trait)} {'≤' if high else '≥'} {high or low}"
    return f"{word(one.trait)} {low}–{high}"


LACKING: dict[Trait, Any] = {
    Trait.KEEPER: lambda: _("没有管户人"),
    Trait.SILENT: lambda: _("从没联系过"),
    Trait.GAP: lambda: _("已在最高一档"),
}


def value_word(trait: Trait, value: str, names: Mapping[str, str], currency: str) -> str:
    """The word of one value of a trait."""
    if trait in KINDS:
        return label(KINDS[trait], value)
    if trait is Trait.MARKETING:
        return word(lists.ConsentWord(value))
    if trait is Trait.BIRTHDAY:
        return _("%(n)s月") % {"n": value}
    if trait is Trait.BAND:
        lines = in_force().amount_bands
        floor = (0, *lines)[int(value)] if int(value) <= len(lines) else lines[-1]
        return amount_band(floor, lines, "en" if english() else "zh", currency=currency)
    return names.get(value, value)


def _bound(trait: Trait, bound: int | None, currency: str) -> str:
    if bound is None:
        return ""
    if trait in AMOUNTS:
        return money(bound, currency)
    return f"{bound} {_unit(trait)}".strip()


def _unit(trait: Trait) -> str:
    if trait in AMOUNTS:
        return _("万")
    return _("岁") if trait is Trait.AGE else pgettext("unit", "天")


def heads(viewer: Viewer, it: Wanted) -> tuple[Head, ...]:
    """The heads of the columns that are shown; those one may put the list in order by lead there, and back again."""
    known, now = asking.orders(viewer), it.order or asking.first_order(viewer)
    return tuple(_head(trait, it, now, trait in known) for trait in it.columns or USUAL)


def _head(trait: Trait, it: Wanted, now: Order, orders: bool) -> Head:
    falling = not now.falling if now.trait is trait else trait in FALLING_FIRST
    sort = ("descending" if now.falling else "ascending") if now.trait is trait else ""
    href = address(replace(it, order=Order(trait, falling))) if orders else ""
    return Head(trait, head_word(trait), href, sort, trait not in (Trait.ENTITLEMENT, Trait.STAGE, Trait.MARKETING))


def head_word(trait: Trait) -> str:
    """How a column is headed, where that is shorter than the trait's own word."""
    short = {
        Trait.ENTITLEMENT: _("权益"),
        Trait.STAGE: _("关系阶段"),
        Trait.NET: _("近30天"),
        Trait.SILENT: _("上次联系"),
        Trait.MATURES: _("最近到期"),
    }
    return short.get(trait) or word(trait)


def order_word(order: Order) -> str:
    """By what the list is in order: 按 30 天日均，从高到低."""
    end = _("从高到低") if order.falling else _("从低到高")
    return _("按%(what)s，%(end)s") % {"what": word(order.trait), "end": end}


def fields(viewer: Viewer, it: Wanted, names: Mapping[str, str], currency: str) -> tuple[Field, ...]:
    """The form of conditions as it stands: what may be ticked, what may be bounded."""
    return tuple(_field(trait, it.of(trait), names, currency) for trait in asking.askable(viewer))


def _field(trait: Trait, one: Condition | None, names: Mapping[str, str], currency: str) -> Field:
    values = tuple(names) if trait in NAMED else CHOICES.get(trait, ())
    if trait is Trait.BAND:
        values = BANDS[: len(in_force().amount_bands) + 1]
    ticked = () if one is None else tuple(each for each in values if (each in one.values) is not one.other)
    choices = [
        Choice(f"{trait.value}:{each}", value_word(trait, each, names, currency), each in ticked) for each in values
    ]
    if trait in MAY_LACK:
        choices.append(Choice(f"{trait.value}:{lists.NONE}", LACKING[trait](), bool(one and one.lacks)))
    low, high = (lists.bound_text(trait, each) for each in ((one.low, one.high) if one else (None, None)))
    return Field(trait, word(trait), "" if values else _unit(trait), tuple(choices), low, high)
