"""What an address asks of the list: conditions, an order, columns, groups; and the address that asks it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from urllib.parse import quote
from uuid import UUID

from django.http import QueryDict

from guanhu.apps.customers.books.asking import queries as asking
from guanhu.apps.customers.books.groups import queries as grouping
from guanhu.apps.customers.shapes import ListView
from guanhu.apps.people.scope import Viewer
from guanhu.rules import lists
from guanhu.rules.kinds import Tier
from guanhu.rules.lists import AMOUNTS, CHOICES, COUNTS, NAMED, Condition, Order, Trait
from guanhu.web.drawing import url_of
from guanhu.web.words import word

COLUMNS = (
    Trait.ENTITLEMENT, Trait.STAGE, Trait.BALANCE, Trait.AVERAGE, Trait.NET, Trait.SILENT, Trait.IN30, Trait.OUT30,
    Trait.GAP, Trait.WORTH, Trait.MATURES, Trait.MARKETING, Trait.OPENED, Trait.COMPLETE,
)  # fmt: skip
"""What a line may tell beside the name, in this order."""
USUAL = COLUMNS[:6]
BOARDS = (Trait.STAGE, Trait.TIER)
"""By what the list may stand in columns side by side."""


@dataclass(frozen=True)
class Wanted:
    """What an address asks of the list: conditions, order, columns; and what of it nobody understood or may ask."""

    which: tuple[Condition, ...] = ()
    order: Order | None = None
    columns: tuple[Trait, ...] = ()
    group: Trait | None = None
    board: Trait | None = None
    """By which trait the list stands in columns side by side."""
    strange: tuple[str, ...] = ()
    denied: tuple[Trait, ...] = ()

    @property
    def where(self) -> str:
        """The conditions as an address holds them."""
        return lists.write_question(self.which)

    @property
    def layout(self) -> str:
        """How it is seen, as a named view keeps it: in groups, side by side, or line by line."""
        return f"group:{self.group}" if self.group else f"board:{self.board}" if self.board else ""

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
        next(iter(lists.read_traits(get.get("group", ""), grouping.groupable(viewer))), None),
        next(iter(lists.read_traits(get.get("board", ""), BOARDS)), None),
        strange,
        denied,
    )


def address(it: Wanted, after: UUID | None = None) -> str:
    """The address of the list as it is wanted, from a line on."""
    asked = [f"where={quote(it.where, safe=':,!~.-')}"] if it.which else []
    asked += [f"sort={it.order}"] if it.order else []
    asked += [f"cols={','.join(trait.value for trait in it.columns)}"] if it.columns else []
    asked += [f"group={it.group.value}"] if it.group else []
    asked += [f"board={it.board.value}"] if it.board else []
    asked += [f"after={after}"] if after else []
    return url_of("book") + "?" + ("&".join(asked) or "where=")


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


def link_of(view: UUID) -> str:
    """The address of a named view, which stays the same whatever it asks."""
    return f"{url_of('book')}?view={view}"


def query_of(view: ListView) -> QueryDict:
    """What a named view asks, as an address would."""
    asked = QueryDict(mutable=True)
    asked.update({"where": view.asks, "sort": view.order, "cols": view.columns})
    way, colon, trait = view.layout.partition(":")
    if colon:
        asked[way] = trait
    return asked
