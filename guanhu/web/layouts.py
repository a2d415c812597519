"""Other ways to see the list of customers: in groups that are counted and added up, or side by side on a board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from guanhu.apps.customers.books.groups import queries as grouping
from guanhu.apps.customers.shapes import Book, BookGroup, BookGroups, BookRow
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Permission, Reach, may
from guanhu.rules.kinds import Stage
from guanhu.rules.lists import CHOICES, MAY_LACK, Condition, Trait
from guanhu.rules.stages import allowed_moves
from guanhu.web.books import KINDS, LACKING, Choice, value_word
from guanhu.web.wanted import BOARDS, Wanted, address
from guanhu.web.words import label, word

# ---------------------------------------------------------------- in groups


@dataclass(frozen=True)
class Layout:
    """One way to see the list: line by line, or in groups."""

    word: str
    href: str
    on: bool


@dataclass(frozen=True)
class GroupRow:
    """One group as it is drawn: its word, its share of all, and the address of its customers."""

    word: str
    customers: int
    balance_fen: int | None
    share: str
    href: str


def layouts(viewer: Viewer, it: Wanted) -> tuple[Layout, ...]:
    """The ways to see the list."""
    plain = replace(it, group=None, board=None)
    plainly = Layout(_("名单"), address(plain), plain == it)
    boards = [Layout(_("看板"), address(replace(plain, board=Trait.STAGE)), False)]
    if it.board:  # which columns the board has is asked where there is one
        boards = [
            Layout(_("看板：%(what)s") % {"what": word(each)}, address(replace(plain, board=each)), it.board is each)
            for each in BOARDS
        ]
    groups = [
        Layout(_("按%(what)s") % {"what": word(each)}, address(replace(plain, group=each)), it.group is each)
        for each in grouping.groupable(viewer)
    ]
    return (plainly, *boards, *groups)


def group_rows(it: Wanted, found: BookGroups, names: Mapping[str, str], currency: str) -> tuple[GroupRow, ...]:
    """The groups as they are drawn."""
    return tuple(_group_row(it, line, found.customers, names, currency) for line in found.lines)


def _group_row(it: Wanted, line: BookGroup, of: int, names: Mapping[str, str], currency: str) -> GroupRow:
    by = it.group
    assert by is not None
    told, href = _("今晚测算后才有"), ""
    if line.value:
        told = value_word(by, line.value, names, currency)
        href = address(replace(it.with_one(Condition(by, (line.value,))), group=None))
    elif by in MAY_LACK:
        told = LACKING[by]()
        href = address(replace(it.with_one(Condition(by, lacks=True)), group=None))
    return GroupRow(told, line.customers, line.balance_fen, _share(line.customers, of), href)


def _share(part: int, whole: int) -> str:
    """A part of all in full percent; somebody is never nobody."""
    found = round(100 * part / whole) if whole else 0
    return "<1%" if part and not found else f"{found}%"


# ---------------------------------------------------------------- side by side


CARDS = 20
"""Cards in one column of the board; the list has the others."""


@dataclass(frozen=True)
class Column:
    """One column of the board: its customers in the list's order, and where a card may go from here."""

    value: str
    word: str
    total: int
    beyond: bool
    rows: tuple[BookRow, ...]
    href: str
    """The list of all of them."""
    moves: tuple[Choice, ...]
    """Where one may move a card; a tier is measured and moved by nobody."""


def board_values(it: Wanted) -> tuple[str, ...]:
    """The columns of the board: all values of its trait, or those its condition leaves."""
    trait = it.board or Trait.STAGE
    one = it.of(trait)
    return tuple(str(each) for each in CHOICES[trait] if one is None or (each in one.values) is not one.other)


def column(viewer: Viewer, it: Wanted, value: str, found: Book) -> Column:
    """One column as it is drawn; cards move by hand where whoever looks keeps everybody she sees."""
    trait = it.board or Trait.STAGE
    movable = trait is Trait.STAGE and viewer.reach is Reach.OWN and may(viewer, Permission.STAGE_WRITE) is not None
    moves = [Choice(to.value, label("Stage", to), False) for to in allowed_moves(Stage(value))] if movable else []
    href = address(replace(it.with_one(Condition(trait, (value,))), board=None))
    return Column(value, label(KINDS[trait], value), found.total, found.beyond, found.rows[:CARDS], href, tuple(moves))
