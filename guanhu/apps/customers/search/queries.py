"""Searching: the viewer's own customers by what somebody typed of them, the nearest first.

One question asks the search keys and the keyed hashes of numbers, a second one tells who was found: two, whatever was
typed and however many customers there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from django.db.models import Func, TextField, Value
from django.db.models.functions import Coalesce

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import Account, ContactPoint, Customer, SearchKey
from guanhu.apps.customers.search.shapes import Found, Hit
from guanhu.apps.people import policy, vault
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.personal import shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Reach
from guanhu.rules.identifiers import SHORTEST_PHONE, TAIL, account_form, identity_form, phone_form
from guanhu.rules.kinds import TrailAction
from guanhu.rules.privacy import Form
from guanhu.rules.search import FoundBy, Nearness, slips_of, span, written

MOST = 20
"""Customers one search shows; who does not stand among them is found by another letter."""
KEYS_EACH = 3
"""Keys read for each customer shown: one may be found by her name's sound in two readings and by its initials."""
SHORTEST_IDENTITY = 6
SHORTEST_ACCOUNT = 8
_IN_FULL = (FoundBy.PHONE, FoundBy.TAIL, FoundBy.IDENTITY, FoundBy.ACCOUNT)
"""Found by equality alone: a part of such a number, or one slip away from it, finds nobody."""


@dataclass(frozen=True)
class Nearest:
    """One customer found: by what, and how near it comes."""

    nearness: Nearness
    key: str
    customer: int
    by: FoundBy


def search(viewer: Viewer, words: str) -> Found:
    """查找: whom the words typed may mean, among those the viewer may see; at most ``MOST``, the nearest first."""
    near = nearest(viewer, words)
    rows = {row[0]: row for row in _told(viewer, [one.customer for one in near])}
    hits = tuple(_hit(viewer, rows[one.customer], one) for one in _each_file(near, rows))
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "search"), people=rows)
    note_search(viewer, "search", words, len(hits))
    return Found(hits, len(near) >= MOST)


def _each_file(near: list[Nearest], rows: dict[int, tuple[Any, ...]]) -> Iterator[Nearest]:
    """Each file where it is nearest; one person may be found by several numbers of hers."""
    told = set()
    for one in near:
        if one.customer in rows and rows[one.customer][1] not in told:
            told.add(rows[one.customer][1])
            yield one


def note_search(viewer: Viewer, where: str, words: str, count: int) -> None:
    """Put on the trail that somebody searched: the words as a keyed hash, for they may be somebody's number."""
    trail.note(viewer, TrailAction.SEARCH, object=("list", where), after={"words": words}, count=count)


def nearest(viewer: Viewer, words: str, *, most: int = MOST) -> list[Nearest]:
    """The viewer's customers these words find, the nearest first, each once. For the apps alone.

    What may be a slip of the finger counts only where nothing is found exactly.
    """
    typed = written(words)
    if not typed:
        return []
    line = policy.in_force()
    letters, digits, longest = line.search_slip_letters, line.search_slip_digits, line.search_slip_longest
    slips = slips_of(typed, letters=letters, digits=digits, longest=longest)
    low, high = span(typed)
    by = [FoundBy.NUMBER.value] if any(sign.isdigit() for sign in typed) else [FoundBy.SOUND.value, FoundBy.NAME.value]
    rows = _keys(viewer, low, high, ",".join(slips) or None, by, *_hashes(words), most=most * KEYS_EACH)
    found = sorted(_nearest(rows, typed, set(slips)), key=lambda one: (one.nearness, one.key, one.customer))
    return list(_once(found))[:most]


def _nearest(rows: Iterable[tuple[int, str, bool, str]], typed: str, slips: set[str]) -> Iterator[Nearest]:
    for customer, by, whole, key in rows:
        if by in _IN_FULL or (whole and key == typed):
            nearness = Nearness.EXACT
        elif not key.startswith(typed) and key in slips:
            nearness = Nearness.TYPO
        else:
            nearness = Nearness.PREFIX if whole else Nearness.PART
        yield Nearest(nearness, key, customer, FoundBy(by))


def _once(found: list[Nearest]) -> Iterator[Nearest]:
    """Each customer where she is nearest; slips only where nothing is exact."""
    exact, told = bool(found) and found[0].nearness is Nearness.EXACT, set()
    for one in found:
        if one.customer not in told and not (exact and one.nearness is Nearness.TYPO):
            told.add(one.customer)
            yield one


def _hit(viewer: Viewer, row: tuple[Any, ...], one: Nearest) -> Hit:
    _key, public_id, name, kind, number, keeper = row
    masked = str(shown(Customer, "name", name, Form.MASKED, kind=kind))
    own = viewer.reach is Reach.OWN
    return Hit(public_id, masked, kind, number, "" if own else keeper or "", one.by, one.nearness is Nearness.TYPO)


@compiled(tuple)
def _told(viewer: Viewer, keys: list[int]) -> Any:
    rows = Customer.objects.seen_by(viewer).filter(AnyOf("key", keys))
    file = (Coalesce(f"merged_into__{name}", name) for name in ("public_id", "name", "kind", "customer_no"))
    return rows.values_list("key", *file, "keeper__name")


# ---------------------------------------------------------------- the one question


Hash = bytes | None


def _hashes(words: str) -> tuple[Hash, Hash, Hash, Hash, Hash]:
    """The keyed hashes of what was typed: as a phone in full, as its last four, as identity, as account and as card.

    Null for what is no such number: then it is not asked for.
    """
    phone, other, account = phone_form(words), identity_form(words), account_form(words)
    is_tail = len(other) == TAIL and other.isdigit()
    return (
        vault.look_for(ContactPoint, "value_hash", words) if len(phone) >= SHORTEST_PHONE else None,
        vault.look_for(ContactPoint, "tail_hash", other) if is_tail else None,
        vault.look_for(Customer, "id_no_hash", words) if len(other) >= SHORTEST_IDENTITY else None,
        vault.look_for(Account, "account_no_hash", words) if len(account) >= SHORTEST_ACCOUNT else None,
        vault.look_for(Account, "card_no_hash", words) if len(account) >= SHORTEST_ACCOUNT else None,
    )


@compiled(tuple)
def _keys(
    viewer: Viewer, low: str, high: str, slips: str | None, by: list[str], phone: Hash, tail: Hash,
    identity: Hash, account: Hash, card: Hash, *, most: int,
) -> Any:  # fmt: skip
    """Each arm on its own walks an index in order and stops after so many: a branch's customers are never all read."""
    asked = []
    for shelf in _shelves(viewer):
        for whole in (True, False):
            keys = shelf.filter(whole=whole)
            asked.append(keys.filter(key__gte=low, key__lt=high))
            if slips is not None:  # hundreds of texts travel faster as one
                several = Func(Value(slips), Value(","), function="string_to_array", output_field=TextField())
                asked.append(keys.filter(AnyOf("key", several), AnyOf("kind", by)))
    columns = "customer_id", "kind", "whole", "key"
    arms = [one.order_by("key", "customer_id").values_list(*columns)[:most] for one in asked]
    for rows, customer, found in _numbered(viewer, phone, tail, identity, account, card):
        told = rows.annotate(found_by=Value(found.value), exactly=Value(value=True), typed=Value(""))
        arms.append(told.order_by(customer).values_list(customer, "found_by", "exactly", "typed")[:most])
    return reduce(lambda first, more: first.union(more, all=True), arms)


def _numbered(
    viewer: Viewer, phone: Hash, tail: Hash, identity: Hash, account: Hash, card: Hash
) -> Iterator[tuple[Any, str, FoundBy]]:
    """Whose number it is, for each kind of number it may be: the rows, the column of their customer, by what."""
    points, accounts = ContactPoint.objects.seen_by(viewer), Account.objects.seen_by(viewer)
    if phone is not None:
        yield points.filter(value_hash=phone), "customer_id", FoundBy.PHONE
    if tail is not None:
        yield points.filter(tail_hash=tail), "customer_id", FoundBy.TAIL
    if identity is not None:
        yield Customer.objects.seen_by(viewer).filter(id_no_hash=identity), "key", FoundBy.IDENTITY
    if account is not None:
        yield accounts.filter(account_no_hash=account), "customer_id", FoundBy.ACCOUNT
    if card is not None:
        yield accounts.filter(card_no_hash=card), "customer_id", FoundBy.ACCOUNT


def _shelves(viewer: Viewer) -> list[Any]:
    """Where to look, each by itself: the keys of every branch in her reach, and of every keeper she stands for."""
    branches = [SearchKey.objects.seen_by(viewer).filter(branch_id=branch) for branch in viewer.branches]
    hers = [replace(viewer, reach=Reach.OWN, staff_id=keeper, covered=()) for keeper in viewer.keepers]
    return branches + [SearchKey.objects.seen_by(keeper) for keeper in hers]
