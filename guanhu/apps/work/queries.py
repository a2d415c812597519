"""Reading: today's workbench, the brief before a contact, and what the night takes out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, When

from guanhu.apps.audit import trail
from guanhu.apps.customers import queries as customers
from guanhu.apps.customers.duplicates.sources.queries import called_by, sources_of
from guanhu.apps.customers.living.queries import facts_of
from guanhu.apps.customers.models import Customer
from guanhu.apps.customers.quality.queries import meter
from guanhu.apps.customers.shapes import Chip
from guanhu.apps.people import policy
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer, one_of
from guanhu.apps.work.briefs import BriefRows, brief_of
from guanhu.apps.work.chips import FOUND, Found, chips_by_customer
from guanhu.apps.work.desk import Desk, LineT, Planned, Reasoned, Slot, face_of, in_order
from guanhu.apps.work.desk import Morning as Morning
from guanhu.apps.work.desk import Workday as Workday
from guanhu.apps.work.lines import (
    ANSWERED,
    People,
    deferred_lines,
    done_lines,
    minutes_left,
    open_groups,
    quotas_done,
)
from guanhu.apps.work.models import Ahead, Deferral, Opportunity, PlanLine, Promise, Quota, Touch
from guanhu.apps.work.shapes import Brief as Brief
from guanhu.apps.work.shapes import Named as Named
from guanhu.apps.work.shapes import NextStep, QuotaDone, Recorded
from guanhu.apps.work.shapes import Today as Today
from guanhu.apps.work.silence import Known, PastContact, remembered_from
from guanhu.rules.kinds import Channel, TrailAction

SLOT = ("customer_id", "customer__public_id", "place", "task_group", "channel")
"""The columns of a ``Slot``."""
LEARNT = 50
"""Calls from which the best hours are learnt."""


def morning(viewer: Viewer) -> Morning | None:
    """What a customer's page and its shell begin with; null when no night was ever published for her branch."""
    now, kept, unread = customers.morning(viewer)
    return Morning(now, kept, unread) if now else None


def workday(viewer: Viewer) -> Workday | None:
    """What the workbench, the brief and the shell begin with; null when no night was ever published for her branch."""
    (now, kept, unread), own = customers.morning(viewer), viewer.at_own_desk()
    return Workday(now, kept, unread, _desk(own, now, _plan(own, now))) if now else None


def today(viewer: Viewer, at: Workday | None = None) -> Today | None:
    """今日工作台: the viewer's day; null when no night was ever published for her branch. ``at``: already asked for."""
    at = at or workday(viewer)
    if at is None:
        return None
    people = _people(viewer, at.now, at.desk)
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "today"), people=people.customers)
    return _today(viewer, at.now, at.desk, at.desk, people, at.customers)


def today_after(viewer: Viewer, done: Recorded) -> Today:
    """The viewer's day after a contact: its counts, and of its lines the one of this contact's customer alone.

    That she was seen is on the trail with the contact itself.
    """
    now, key = done.now, done.customer.key
    plan = tuple(_planned(_whole_line(viewer, now.night_id, key)))
    lines = Desk(plan, done.desk.touches, done.desk.retries, done.desk.deferrals, done.desk.changes)
    known = {line.customer_id: line.customer for line in lines.plan}
    if not known:
        known = {row[0]: face_of(row) for row in customers.faces(viewer, now.night_id, [key])}
    people = People(customers=known, chips=chips_of(viewer, now, known), today=now.today)
    return _today(viewer, now, done.desk, lines, people, None)


def _today(
    viewer: Viewer, now: Shown, desk: Desk[Slot], lines: Desk[Planned], people: People, kept: int | None
) -> Today:
    """The counts of the day, and of these lines those whose people are known."""
    open_in = desk.open_in()
    return Today(
        day=now.today,
        data_day=now.data_day,
        branch=now.branch,
        currency=now.currency,
        customers=kept,
        quotas=quotas_of(viewer, now, desk),
        groups=open_groups(lines, people),
        done=done_lines(lines, people),
        deferred=deferred_lines(lines, people),
        open_in=open_in,
        open_lines=open_in.total(),
        planned=len(desk.plan),
        done_lines=desk.done(),
        done_planned=sum(desk.is_done(line.customer_id) for line in desk.plan),
        minutes_left=minutes_left(desk),
        written=desk.written,
    )


def desk_of(viewer: Viewer, now: Shown) -> Desk[Slot]:
    """The order of the viewer's day and what happened to it, in at most four queries. For the apps alone."""
    return _desk(viewer, now, (Slot(*row) for row in _order(viewer, now.night_id)))


@compiled(tuple)
def _order(viewer: Viewer, night_id: int) -> Any:
    return _lines(viewer, night_id).values_list(*SLOT)


def _around(viewer: Viewer, now: Shown, key: int, at: Workday | None) -> tuple[Desk[Slot], Reasoned | None]:
    """The viewer's day and, where she is planned, a customer's line with its reasons: the others' are not read."""
    if at:
        return at.desk, next((line for line in at.desk.plan if line.customer_id == key), None)
    rows = _order_and_one(viewer, now.night_id, key)
    desk = _desk(viewer, now, (Slot(*row[: len(SLOT)]) for row in rows))
    return desk, next((Reasoned(*row) for row in rows if row[0] == key), None)


@compiled(tuple)
def _order_and_one(viewer: Viewer, night_id: int, key: int) -> Any:
    whole = (Case(When(customer_id=key, then=F(name))) for name in ("value_fen", "price_fen", "reasons", "beat"))
    return _lines(viewer, night_id).values_list(*SLOT, *whole)


def _desk(viewer: Viewer, now: Shown, plan: Iterable[LineT]) -> Desk[LineT]:
    touches: dict[int, list[Touch]] = defaultdict(list)
    here = _touches(viewer, now.today)
    for touch in here:
        touches[touch.customer_id].append(touch)
    deferrals = _deferrals(viewer, now.today)
    written: tuple[Touch | Deferral, ...] = (*here, *deferrals)
    return Desk(
        plan=in_order(plan),
        touches={key: tuple(those) for key, those in touches.items()},
        retries=_retries(viewer, now) if touches else {},
        deferrals={one.customer_id: one for one in deferrals if one.undone_at is None},
        changes=Counter(
            row.customer_id for row in written for change in (row.recorded_at, row.undone_at) if change is not None
        ),
    )


@compiled(Touch)
def _touches(viewer: Viewer, today: date) -> Any:
    return Touch.objects.seen_by(viewer).filter(Touch.HERE, day_on=today).order_by("pk")


@compiled(Deferral)
def _deferrals(viewer: Viewer, today: date) -> Any:
    return Deferral.objects.seen_by(viewer).filter(day_on=today).order_by("pk")


def _lines(viewer: Viewer, night_id: int) -> Any:
    """Her lines of last night, of those who are still hers."""
    return PlanLine.objects.seen_by(viewer).filter(one_of("keeper_id", viewer.keepers), night_id=night_id)


def _plan(viewer: Viewer, now: Shown) -> Iterator[Planned]:
    """Her lines whole, with the faces; nothing sealed is read."""
    return _planned(_whole_lines(viewer, now.night_id))


def _planned(rows: Iterable[tuple[Any, ...]]) -> Iterator[Planned]:
    seen = len(customers.FACE) + 1
    for row in rows:
        face = face_of(row[:seen])
        place, group, channel, value_fen, price_fen, reasons, beat = row[seen:]
        yield Planned(face.key, face.public_id, place, group, channel, value_fen, price_fen, reasons, beat, face)


@compiled(tuple)
def _whole_line(viewer: Viewer, night_id: int, key: int) -> Any:
    return _whole_lines.question(viewer, night_id).filter(customer_id=key)


@compiled(tuple)
def _whole_lines(viewer: Viewer, night_id: int) -> Any:
    measured = FilteredRelation("customer__standings", condition=Q(customer__standings__night_id=night_id))
    return _lines(viewer, night_id).annotate(last=measured).values_list(
        *(f"customer__{name}" for name in customers.FACE), "last__tier",
        "place", "task_group", "channel", "value_fen", "price_fen", "reasons", "beat",
    )  # fmt: skip


def _retries(viewer: Viewer, now: Shown) -> dict[int, tuple[Promise, ...]]:
    """Promises of today for today; each was made in one of today's contacts."""
    found: dict[int, tuple[Promise, ...]] = {}
    for promise in _made_for(viewer, now.today):
        found[promise.customer_id] = (*found.get(promise.customer_id, ()), promise)
    return found


@compiled(Promise)
def _made_for(viewer: Viewer, today: date) -> Any:
    waiting = Promise.objects.seen_by(viewer).filter(due_on=today, made_on=today, kept_by=None, withdrawn_at=None)
    return waiting.order_by("pk")


def _people(viewer: Viewer, now: Shown, desk: Desk[Planned]) -> People:
    """The faces and chips of everybody planned or contacted today."""
    known = {line.customer_id: line.customer for line in desk.plan}
    others = desk.touches.keys() - known.keys()
    if others:
        known |= {row[0]: face_of(row) for row in customers.faces(viewer, now.night_id, others)}
    return People(customers=known, chips=chips_of(viewer, now, known), today=now.today)


def chips_of(viewer: Viewer, now: Shown, keys: Iterable[int]) -> dict[int, tuple[Chip, ...]]:
    """The reasons last night found for these customers and that have not passed by today. For the apps alone."""
    rows = _found(viewer, now.night_id, now.today, sorted(set(keys)))
    return chips_by_customer((Found(*row) for row in rows), now.today)


@compiled(tuple)
def _found(viewer: Viewer, night_id: int, today: date, keys: list[int]) -> Any:
    rows = Opportunity.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), night_id=night_id)
    return rows.filter(Q(expires_on=None) | Q(expires_on__gte=today)).values_list(*FOUND)


def quotas_of(viewer: Viewer, now: Shown, desk: Desk[Slot]) -> tuple[QuotaDone, ...]:
    """What the day asks of her by each way, and what of it is done. For the apps alone."""
    touches = (touch for those in desk.touches.values() for touch in those)
    return quotas_done(_due(viewer, now.night_id), touches, viewer.staff_id)


@compiled(Quota)
def _due(viewer: Viewer, night_id: int) -> Any:
    return Quota.objects.seen_by(viewer).filter(one_of("keeper_id", viewer.keepers), night_id=night_id)


def brief(viewer: Viewer, public_id: UUID, language: str = "zh", at: Workday | None = None) -> Brief | None:
    """客户简报: what to know before one contact with an own customer; null for anybody else's, or before any night.

    ``at``: asked for already; else of the day's plan this customer's line alone is read whole.
    """
    now = at.now if at else shown(viewer.branch_id)
    customer = customers.customer_of(viewer, public_id)
    if now is None or customer is None:
        return None
    key = customer.key
    desk, line = _around(viewer.at_own_desk(), now, key, at)
    keys = _numbers(viewer, customer)
    trail.note(viewer, TrailAction.CUSTOMER_VIEW, person=key, object=("brief", str(public_id)))
    known, answered = _known(viewer, keys, now.today)
    chips = chips_of(viewer, now, keys)
    facts = facts_of(viewer, *keys)
    rows = BriefRows(
        now=now,
        customer=customer,
        desk=desk,
        line=line,
        standing=customers.standing_of(viewer, now.night_id, *keys),
        chips=tuple(chip for one in keys for chip in chips.get(one, ())),
        phone=customers.phone_of(viewer, *called_by(customer, sources_of(viewer, customer))),
        answered=answered,
        known=known,
        promises=_promises(viewer, keys),
        meter=meter(viewer, now, keys[0], [(each.now.said.kind, each.now.said.heard_on) for each in facts], keys[1:]),
        facts=facts,
    )
    return brief_of(viewer, rows, language)


def _numbers(viewer: Viewer, customer: Customer) -> list[int]:
    """All numbers of the person; of a line that was planned before her file was merged into another, too."""
    file = customers.customer_of(viewer, customer.file) if customer.file else None  # type: ignore[attr-defined]
    keys = customers.keys_of(file) if file else customers.keys_of(customer)
    return [customer.key, *(key for key in keys if key != customer.key)]


def named(viewer: Viewer, public_id: UUID) -> Named | None:
    """An own customer's name and the open day, for a word about what was done; null for anybody else's."""
    now, customer = shown(viewer.branch_id), customers.customer_of(viewer, public_id)
    return Named(customer.key, customer.public_id, customer.name, now.today) if now and customer else None


def _known(viewer: Viewer, keys: list[int], today: date) -> tuple[Known, list[time]]:
    """What bears on whether the customer may be contacted today, and when she last picked up the phone."""
    numbers = policy.in_force()
    since = remembered_from(today, numbers)
    rows = _past(viewer, keys, since)
    known = Known(
        today=today,
        policy=numbers,
        consents=customers.consents_of(viewer, *keys),
        complaints=customers.complaints_of(viewer, *keys),
        contacts=[PastContact(*row[:3]) for row in rows if since <= row[0] <= today],
    )
    calls = [at for _, channel, outcome, at in rows if channel == Channel.CALL and outcome in ANSWERED and at]
    return known, calls[:LEARNT]


@compiled(tuple)
def _past(viewer: Viewer, keys: list[int], since: date) -> Any:
    answered = Q(channel=Channel.CALL, outcome__in=ANSWERED, at_time__isnull=False)
    whose = AnyOf("customer_id", keys)
    past = Touch.objects.seen_by(viewer).filter(answered | Q(day_on__gte=since), whose, undone_at=None)
    return past.order_by("-day_on", "-pk").values_list("day_on", "channel", "outcome", "at_time")


def _promises(viewer: Viewer, keys: list[int]) -> tuple[NextStep, ...]:
    return tuple(NextStep(row.due_on, row.channel, row.purpose, row.at_time) for row in promised(viewer, keys))


@compiled(Promise)
def promised(viewer: Viewer, keys: list[int]) -> Any:
    """What the customer was promised and still waits for, the next first. For the apps alone."""
    rows = Promise.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), kept_by=None, withdrawn_at=None)
    return rows.order_by("due_on", "pk")


@compiled(tuple)
def ahead_of(viewer: Viewer, night_id: int, today: date, keys: list[int]) -> Any:
    """What is planned for a customer after today: day, channel, what for; the next first. For the apps alone."""
    rows = Ahead.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), night_id=night_id, agreed=False)
    return rows.filter(day_on__gt=today).order_by("day_on").values_list("day_on", "channel", "kinds")


def contacts_between(first: date, last: date) -> list[dict[str, Any]]:
    """Our own contacts of these days, undone ones left out, in the columns of ``OWN_CONTACTS``, by key."""
    rows = (
        Touch.objects.for_system("notes of the day")
        .filter(Touch.HERE, undone_at=None, day_on__gte=first, day_on__lte=last)
        .order_by("pk")
        .values_list("pk", "customer_id", "staff_no", "day_on", "channel", "seconds", "outcome")
    )
    names = ("contact", "customer", "staff_no", "day_on", "channel", "seconds", "outcome")
    return [dict(zip(names, row, strict=True)) for row in rows]


TRY_AGAIN = Q(due_on=F("made_on"))
"""A promise to try again on the same day."""


def stands(promises: Any, deferrals: Any) -> Any:
    """Of these promises: without tries again whose line was moved to a day or dropped on theirs. For the apps alone."""
    gone = deferrals.filter(customer_id=OuterRef("customer_id"), day_on=OuterRef("due_on"), undone_at=None)
    gone = gone.filter(Q(left_until__isnull=False) | Q(promises__isnull=False, promises__withdrawn_at=None))
    return promises.exclude(TRY_AGAIN & Exists(gone))


def promises_as_of(day: date) -> list[dict[str, Any]]:
    """Promises made by a day and not kept by it, in the columns of ``PROMISES``: one a customer, day and channel."""
    made = Promise.objects.for_system("notes of the day").filter(made_on__lte=day, withdrawn_at=None)
    rows = (
        stands(made, Deferral.objects.for_system("notes of the day"))
        .filter(Q(kept_by=None) | Q(kept_by__day_on__gt=day))
        .order_by("customer_id", "due_on", "channel")
        .distinct("customer_id", "due_on", "channel")
        .values_list("customer_id", "due_on", "channel")
    )
    return [dict(zip(("customer", "due_on", "channel"), row, strict=True)) for row in rows]


def pauses_as_of(day: date) -> list[dict[str, Any]]:
    """Who was dropped by a day and is still left out of plans, in the columns of ``PAUSES``; no reason among them."""
    rows = (
        Deferral.objects.for_system("notes of the day")
        .filter(day_on__lte=day, left_until__gte=day, undone_at=None, ended_at=None)
        .order_by("customer_id", "day_on")
        .values_list("customer_id", "staff__staff_no", "day_on", "left_until")
    )
    return [dict(zip(("customer", "keeper_no", "from_on", "until_on"), row, strict=True)) for row in rows]
