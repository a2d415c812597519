"""Reading: which files of those in reach may be of one person, without comparing each with each.

Only files that share a number, a name with its birthday, or a name's sound with the last four of a phone are compared
(the rule gives no others enough points); what more files share than a block holds is nobody's in particular.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from django.db.models import Count, F, Q, Window
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.customers.duplicates.shapes import Found, Pair, Side
from guanhu.apps.customers.models import ContactPoint, Customer, Merge, NotSame
from guanhu.apps.people import policy
from guanhu.apps.people.personal import shown
from guanhu.apps.people.scope import Scoped, Viewer
from guanhu.rules.access import Reach
from guanhu.rules.duplicates import Likeness, Traits, is_duplicate, likeness, score, weighed
from guanhu.rules.kinds import TrailAction
from guanhu.rules.privacy import Form

MOST = 50
"""Pairs on one page; the next come when these are decided."""
COMPARED = ("key", "kind", "name", "name_pinyin", "birth_on", "birth_calendar", "gender", "id_no_hash", "email_hash")
TOLD = ("key", "public_id", "customer_no", "name", "kind", "keeper_id", "keeper__name", "opened_on")


def duplicates(viewer: Viewer) -> Found:
    """疑似重复: the pairs of files in reach that may be of one person, the likeliest first; dismissed ones left out."""
    scored = scored_pairs(viewer)
    shown_pairs = scored[:MOST]
    sides = sides_of(viewer, {key for one, other, _signs in shown_pairs for key in (one, other)})
    pairs = tuple(pair_of(sides[one], sides[other], signs) for one, other, signs in shown_pairs)
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "duplicates"), people=sides)
    return Found(pairs, len(scored) > MOST, Customer.objects.seen_by(viewer).filter(merged_into=None).count())


def scored_pairs(viewer: Viewer) -> list[tuple[int, int, tuple[Likeness, ...]]]:
    """Every pair in reach above the line with its signs, by points; the lower key first. For the apps alone."""
    blocks = list(_blocks(viewer))
    traits = traits_of(viewer, {key for block in blocks for key in block})
    apart = _dismissed(viewer)
    numbers = policy.in_force()
    found: dict[tuple[int, int], tuple[Likeness, ...]] = {}
    for block in blocks:
        for pair in combinations(sorted(block), 2):
            if pair not in found and pair not in apart:
                found[pair] = likeness(traits[pair[0]], traits[pair[1]])
    worth = [(*pair, signs) for pair, signs in found.items() if is_duplicate(score(signs, numbers), numbers)]
    return sorted(worth, key=lambda one: (-score(one[2], numbers), one[:2]))


def pair_of(one: Side, other: Side, signs: Iterable[Likeness]) -> Pair:
    """Two sides with what speaks for and against one person."""
    numbers = policy.in_force()
    reasons = weighed(signs, numbers)
    return Pair(one, other, sum(each.points for each in reasons), reasons)


# ---------------------------------------------------------------- who is compared with whom


ALIKE: tuple[tuple[str, dict[str, object], tuple[str, ...]], ...] = (
    ("", {"id_no_hash": None}, ("id_no_hash",)),
    ("", {"email_hash": None}, ("email_hash",)),
    ("", {"birth_on": ""}, ("name", "birth_on", "birth_calendar")),
    ("customer__", {"value_hash": None}, ("value_hash",)),
    ("customer__", {"tail_hash": None, "customer__name_pinyin": ""}, ("customer__name_pinyin", "tail_hash")),
)
"""What files share that are compared: the way to the customer, what stands where nothing is known, the columns."""


def _blocks(viewer: Viewer) -> Iterator[set[int]]:
    """Files that share enough to be compared: each set at least two and at most so many of them."""
    most = policy.in_force().duplicate_block
    for customer, unknown, shared in ALIKE:
        model: type[Scoped] = ContactPoint if customer else Customer
        rows = model.objects.seen_by(viewer).filter(**{f"{customer}merged_into": None})
        for column, nothing in unknown.items():
            rows = rows.exclude(**{column: nothing})
        alike = rows.annotate(alike=Window(Count("*"), partition_by=[F(name) for name in shared]))
        together: dict[tuple[Any, ...], set[int]] = defaultdict(set)
        for key, *values in alike.filter(alike__gt=1, alike__lte=most).values_list(f"{customer}key", *shared):
            together[tuple(bytes(each) if isinstance(each, memoryview) else each for each in values)].add(key)
        yield from (block for block in together.values() if len(block) > 1)


def traits_of(viewer: Viewer, keys: Iterable[int]) -> dict[int, Traits]:
    """What of these files is compared, by key. For the apps alone."""
    wanted = list(keys)
    phones: dict[int, tuple[set[bytes], set[bytes]]] = defaultdict(lambda: (set(), set()))
    points = ContactPoint.objects.seen_by(viewer).filter(customer_id__in=wanted, kind=ContactPoint.Way.PHONE)
    for customer, phone, tail in points.values_list("customer_id", "value_hash", "tail_hash"):
        for known, value in zip(phones[customer], (phone, tail), strict=True):
            if value is not None:
                known.add(bytes(value))
    rows = Customer.objects.seen_by(viewer).filter(key__in=wanted).values_list(*COMPARED)
    return {row[0]: _traits(row, *phones[row[0]]) for row in rows}


def _traits(row: tuple[Any, ...], phones: set[bytes], tails: set[bytes]) -> Traits:
    _key, kind, name, sound, birth_on, calendar, gender, identity, email = row
    birth = (birth_on, calendar) if birth_on else None
    number, mail = (bytes(each) if each is not None else None for each in (identity, email))
    return Traits(kind, name, sound, birth, gender, number, mail, frozenset(phones), frozenset(tails))


def _dismissed(viewer: Viewer) -> set[tuple[int, int]]:
    """The pairs somebody found to be two persons."""
    return set(NotSame.objects.seen_by(viewer).values_list("customer_id", "other_id"))


# ---------------------------------------------------------------- who they are


def sides_of(viewer: Viewer, keys: Iterable[int]) -> dict[int, Side]:
    """These files as the viewer may read them, by key. For the apps alone."""
    rows = Customer.objects.seen_by(viewer).filter(Q(key__in=list(keys))).values_list(*TOLD)
    return {row[0]: _side(viewer, row) for row in rows}


def _side(viewer: Viewer, row: tuple[Any, ...]) -> Side:
    _key, public_id, number, name, kind, keeper_id, keeper, opened_on = row
    masked = str(shown(Customer, "name", name, Form.MASKED, kind=kind))
    return Side(public_id, number, masked, kind, keeper or "", opened_on, keeper_id in viewer.keepers)


# ---------------------------------------------------------------- what cannot be


def why_not(by: Viewer, into: Customer, gone: Customer) -> str:
    """Why these two files cannot be made one; empty when they can."""
    if into.kind != gone.kind:
        return _("一份是个人，一份是对公，不能合并")
    if into.branch_id != gone.branch_id:
        return _("两份档案不在同一网点，不能合并；先由银行把客户调到同一网点")
    if None not in (into.merged_into_id, gone.merged_into_id) or gone.merged_into_id is not None:
        return _("其中一份已经并入别的档案，请打开合并后的档案再看")
    if into.merged_into_id is not None:
        return _("要保留的这份已经并入别的档案，请打开合并后的档案再看")
    if Customer.objects.seen_by(by).filter(merged_into=gone).exists():
        return _("要并入的这份自己合并过别的档案；请反过来保留它，或先拆回")
    return ""


def why_not_split(by: Viewer, row: Merge, today: date) -> str:
    """Why two files cannot be taken apart by this viewer today; empty when they can."""
    days = policy.in_force().split_days
    if today > row.merged_on + timedelta(days=days):
        return _("合并已过 %(n)s 天，不能再拆回") % {"n": days}
    if by.reach is Reach.OWN and row.keeper_before_id not in by.keepers:
        return _("并入的档案原来由别的同事管户，请网点负责人拆回")
    return ""
