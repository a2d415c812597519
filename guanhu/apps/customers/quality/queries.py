"""Reading: how complete files are. Worked out when asked for, from what stands there now. Decision 0030."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, CharField, Exists, F, FilteredRelation, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from guanhu.apps.customers.models import Consent, ContactPoint, Customer, Fact, ImportantDay
from guanhu.apps.people import policy
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.completeness import LEARNT, Meter, meter_of
from guanhu.rules.kinds import ConsentPurpose, FileItem
from guanhu.rules.living import FactKind

Row = tuple[Any, ...]
"""Key, the file it was merged into, kind, tier, and what is ``HELD``."""
FILE, SUMMED = 1, 4
Learnt = Mapping[str, date]
"""Kinds of what was learnt, each with the last day it was said."""


def meter(
    viewer: Viewer, now: Shown, key: int, learnt: Iterable[tuple[str, date]], others: Sequence[int] = ()
) -> Meter | None:
    """档案完整度 of one customer in reach; ``learnt``: what of her was learnt, where the page has asked already. P5.

    ``others``: her further numbers; what stands under any of them is known.
    """
    row = _together(_held(viewer, now.night_id, [key, *others])).get(key)
    return _meter(row, _latest(learnt), now.today) if row else None


def meters(viewer: Viewer, now: Shown, keys: Iterable[int]) -> dict[int, Meter]:
    """The same of some customers in reach, in one question."""
    chosen = sorted(set(keys))
    return _meters(viewer, now, chosen, None) if chosen else {}


def meters_of_keeper(viewer: Viewer, now: Shown, keeper: int) -> dict[int, Meter]:
    """The same of all customers in reach that this colleague keeps."""
    return _meters(viewer, now, None, keeper)


def meters_of_mine(viewer: Viewer, now: Shown) -> dict[int, Meter]:
    """The same of all customers the viewer keeps or covers."""
    return _meters(viewer.at_own_desk(), now, None, None)


def _meters(viewer: Viewer, now: Shown, keys: list[int] | None, keeper: int | None) -> dict[int, Meter]:
    rows = _files(viewer, now.night_id, keys, keeper)
    learnt: dict[int, list[str]] = {}
    for key, file, *_held_there, told in rows:
        learnt.setdefault(file or key, []).extend(told)
    files = _together(row[:-1] for row in rows)
    return {key: _meter(row, _latest(map(_said, learnt[key])), now.today) for key, row in files.items()}


def _together(rows: Iterable[Row]) -> dict[int, Row]:
    """What stands in each file: of several numbers of one person whatever stands under any, the file's own first."""
    of: dict[int, Row] = {}
    for row in sorted(rows, key=lambda row: (row[FILE] is not None, row[0])):
        key = row[FILE] or row[0]
        first = of.get(key)
        of[key] = row if first is None else (*first[:SUMMED], *map(_known, first[SUMMED:], row[SUMMED:]))
    return of


def _known(one: Any, other: Any) -> Any:
    """Of two answers the one that says more: is there, or the later day."""
    return max((each for each in (one, other) if each is not None), default=None)


def _said(told: str) -> tuple[str, date]:
    kind, on = told.split(" ")
    return kind, date.fromisoformat(on)


def _latest(learnt: Iterable[tuple[str, date]]) -> dict[str, date]:
    latest: dict[str, date] = {}
    for kind, on in learnt:
        latest[kind] = max(on, latest.get(kind, on))
    return latest


def _meter(row: Row, learnt: Learnt, today: date) -> Meter:
    _key, _file, kind, tier, phone, birth, occupation, risk, risk_on, consent = row
    there = {
        FileItem.PHONE: phone, FileItem.BIRTH: birth, FileItem.OCCUPATION: occupation, FileItem.RISK: risk,
        FileItem.CONSENT: consent,
    }  # fmt: skip
    known: dict[FileItem, date | None] = {item: None for item, is_there in there.items() if is_there}
    if risk:
        known[FileItem.RISK] = risk_on
    known |= {LEARNT[FactKind(what)]: on for what, on in learnt.items() if what in LEARNT}
    return meter_of(known, kind=kind, tier=tier, today=today, policy=policy.in_force())


# ---------------------------------------------------------------- what stands in the files

WHOSE = ("key", "merged_into_id", "kind", "tier_now")
HELD = ("phone_there", "birth_there", "occupation_there", "risk_there", "risk_on", "consent_there")


@compiled(tuple)
def _held(viewer: Viewer, night_id: int | None, keys: list[int]) -> Any:
    return with_items(viewer, night_id).filter(AnyOf("key", keys)).values_list(*WHOSE, *HELD)


@compiled(tuple)
def _files(viewer: Viewer, night_id: int | None, keys: list[int] | None, keeper: int | None) -> Any:
    rows = with_items(viewer, night_id)
    rows = rows if keys is None else rows.filter(Q(AnyOf("key", keys)) | Q(AnyOf("merged_into_id", keys)))
    rows = rows if keeper is None else rows.filter(keeper_id=keeper)
    learnt = standing_facts(viewer).filter(customer_id=OuterRef("pk"))
    told = learnt.annotate(told=Concat("kind", Value(" "), Cast("heard_on", CharField()))).values("told")
    return rows.values_list(*WHOSE, *HELD, ArraySubquery(told))


def _of(model: Any, viewer: Viewer | None) -> Any:
    """The rows in reach; of nobody in particular all of them, for the night that counts."""
    return model.objects.seen_by(viewer) if viewer else model.objects.for_system("counting how complete files are")


def with_items(viewer: Viewer | None, night_id: int | None) -> Any:
    """The customers in reach who are still ours, each with her tier and which items stand in her file."""
    rows = _of(Customer, viewer).filter(left_on=None)
    measured = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    phones = _of(ContactPoint, viewer).filter(customer_id=OuterRef("pk"), kind=ContactPoint.Way.PHONE)
    said = _of(Consent, viewer).filter(customer_id=OuterRef("pk"), purpose=ConsentPurpose.MARKETING.value)
    return rows.annotate(now=measured).annotate(
        tier_now=Coalesce(F("now__tier"), Value("")),
        phone_there=Exists(phones),
        birth_there=_holds(~Q(birth_on="") | Q(Exists(_own_birthdays(viewer)))),
        occupation_there=_holds(~Q(occupation="")),
        risk_there=_holds(~Q(risk_grade="")),
        consent_there=Exists(said),
    )


def _holds(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _own_birthdays(viewer: Viewer | None) -> Any:
    """Her own birthday as a keeper wrote it down, where it still stands."""
    days = _of(ImportantDay, viewer)
    later = days.filter(customer_id=OuterRef("customer_id"), item=OuterRef("item"), version__gt=OuterRef("version"))
    mine = days.filter(customer_id=OuterRef("pk"), kind="birthday", whose="self", removed=False)
    return mine.filter(~Exists(later))


def standing_facts(viewer: Viewer | None) -> Any:
    """What was learnt of customers in reach and still stands: of each thing the last wording, unless it was removed."""
    facts = _of(Fact, viewer)
    later = facts.filter(
        Q(customer_id=OuterRef("customer_id")) | Q(customer_id=OuterRef("customer__merged_into_id")),
        item=OuterRef("item"), version__gt=OuterRef("version"),
    )  # fmt: skip
    return facts.filter(~Exists(later), removed=False, customer__left_on=None)
