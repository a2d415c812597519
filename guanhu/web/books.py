"""我的客户 as it is drawn: chips, heads, groups, named views and the forms to ask otherwise, out of what is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanhu.apps.customers.books.asking import queries as asking
from guanhu.apps.customers.shapes import Book, ListView
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.scope import Viewer
from guanhu.rules import lists
from guanhu.rules.access import Permission, Reach, may, shares_lists_with
from guanhu.rules.kinds import Entitlement, Tier
from guanhu.rules.lists import AMOUNTS, BANDS, CHOICES, MAY_LACK, NAMED, Condition, Order, Trait
from guanhu.rules.masks import amount_band
from guanhu.web.lists import Filter
from guanhu.web.wanted import COLUMNS, USUAL, Wanted, address, link_of
from guanhu.web.words import english, label, money, word

FALLING_FIRST = frozenset((*AMOUNTS, Trait.SILENT, Trait.AGE, Trait.STAGE, Trait.ENTITLEMENT)) - {Trait.GAP}
"""Orders whose upper end is what one looks for first."""
PLAIN = (Trait.ENTITLEMENT, Trait.STAGE, Trait.MARKETING)
"""Columns that hold words and no figures."""
QUICK = tuple(Condition(Trait.TIER, (each.value,)) for each in Tier)
"""The quickest conditions, with a place of their own above the list."""
KINDS = {Trait.TIER: "Tier", Trait.ENTITLEMENT: "Entitlement", Trait.STAGE: "Stage", Trait.KIND: "CustomerKind"}


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
    return Head(trait, head_word(trait), href, sort, trait not in PLAIN)


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


def cells(columns: Sequence[Trait]) -> tuple[tuple[str, str], ...]:
    """The columns with how a cell of each begins, made once for all lines."""
    told = {Trait.AVERAGE: _("日均"), Trait.IN30: _("转入"), Trait.OUT30: _("转出"), Trait.WORTH: _("年贡献"),
            Trait.MARKETING: _("营销"), Trait.OPENED: _("建户"), Trait.ENTITLEMENT: "", Trait.STAGE: ""}  # fmt: skip
    made = []
    for n, trait in enumerate(columns):
        side = ("l2", "c3")[n % 2] + ("" if trait in PLAIN else " num")
        said = told.get(trait, head_word(trait))
        opening = (
            format_html('<td class="{}" data-l="{}">', side, said) if said else format_html('<td class="{}">', side)
        )
        made.append((trait.value, opening))
    return tuple(made)


def drawn(columns: Sequence[Trait], *, mends: bool = False) -> dict[str, Any]:
    """What lines are drawn with, looked up once for all; ``mends``: with a way to change each where it stands."""
    return {"cells": cells(columns), "entitlements": entitlement_words(), "mends": mends}


def may_mend(viewer: Viewer) -> bool:
    """Whether she may change a line where it stands: in a list of those she keeps."""
    return viewer.reach is Reach.OWN and all(
        may(viewer, each) for each in (Permission.FILE_WRITE, Permission.STAGE_WRITE)
    )


def entitlement_words() -> dict[str, str]:
    """The word of each entitlement, and of none, looked up once for all lines."""
    return {code: label("Entitlement", code) for code in ("", *Entitlement)}


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


def around(viewer: Viewer, it: Wanted, found: Book, ask: str) -> dict[str, Any]:
    """What stands around the lines: conditions that hold and ways to ask, with the form that is open."""
    order = it.order or asking.first_order(viewer)
    who = names(viewer) if it.of(Trait.KEEPER) or ask == "which" else {}
    open_form: dict[str, Any] = {}
    if ask == "which":
        open_form = {"fields": fields(viewer, it, who, found.currency)}
    if ask == "columns":
        shown = [(trait, head_word(trait), trait in (it.columns or USUAL)) for trait in COLUMNS]
        open_form = {"shown": shown, "orders": [(trait, word(trait)) for trait in asking.orders(viewer)]}
    return {
        "filters": quick(it), "chips": chips(it, who, found.currency), "heads": heads(viewer, it),
        "asks": asks(viewer, it, ask), "order": order, "order_says": order_word(order),
        "here_again": address(it), "group_word": word(it.group) if it.group else "",
        "everybody": address(Wanted()), "denied": [word(trait) for trait in it.denied],
        **open_form,
    }  # fmt: skip


def names(viewer: Viewer) -> dict[str, str]:
    """The names of those whose customers the list may hold, where one may ask by them."""
    return dict(asking.keepers(viewer)) if Trait.KEEPER in asking.askable(viewer) else {}


def quick(it: Wanted) -> list[Filter]:
    """The quickest condition: one tier, or all."""
    now = it.of(Trait.TIER)
    made = [Filter(_("全部"), -1, address(it.without(Trait.TIER)), now is None)]
    for each in QUICK:
        made.append(Filter(label("Tier", each.values[0]), -1, address(it.with_one(each)), now == each))
    return made


@dataclass(frozen=True)
class Ask:
    """A way to ask otherwise: a link that opens its form, and closes it again."""

    code: str
    word: str
    icon: str
    href: str
    on: bool


def may_defer(viewer: Viewer) -> bool:
    """May she set lines of today aside, and does the list hold her own customers alone?"""
    return viewer.reach is Reach.OWN and may(viewer, Permission.TODAY_WRITE) is not None


def asks(viewer: Viewer, it: Wanted, now: str) -> tuple[Ask, ...]:
    """The forms above the list: of conditions, of named views, of columns and order, of what is done for all."""
    here = address(it)
    told = [("which", _("加条件"), "filter"), ("view", _("存为视图"), "plus"), ("columns", _("列与顺序"), "sort")]
    told += [("defer", _("批量顺延"), "clock")] if may_defer(viewer) else []
    return tuple(
        Ask(code, said, icon, here if code == now else f"{here}&ask={code}", code == now) for code, said, icon in told
    )


# ---------------------------------------------------------------- named views


@dataclass(frozen=True)
class ViewLink:
    """One named view above the list."""

    id: UUID
    word: str
    href: str
    on: bool
    mine: bool
    says: str = ""


def view_links(kept: Sequence[ListView], now: ListView | None) -> tuple[ViewLink, ...]:
    """The views that are pinned, and the one that is shown."""
    return tuple(
        ViewLink(view.public_id, view.title, link_of(view.public_id), view is now, view.mine)
        for view in kept if view.pinned or view is now
    )  # fmt: skip


def of_views(viewer: Viewer, kept: Sequence[ListView]) -> dict[str, Any]:
    """The form of named views: with whom one may share, and all there are, with what is one's own to remove."""
    told = [
        ViewLink(view.public_id, view.title, link_of(view.public_id), False, view.mine, _view_says(view))
        for view in kept
    ]
    return {"kept_views": told, "scopes": [(each.value, word(each)) for each in shares_lists_with(viewer)]}


def _view_says(view: ListView) -> str:
    said = [word(lists.ViewScope(view.shared))]
    said += [_("打开名单时先用它")] if view.opens_first and view.mine else []
    return " · ".join(said)
