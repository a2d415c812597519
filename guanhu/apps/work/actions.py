"""Writing: what came of a contact, taking it back, setting a line aside; and what the night publishes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.actions import locked
from guanhu.apps.customers.living.wordings.actions import numbers_of
from guanhu.apps.customers.models import Customer, Source
from guanhu.apps.customers.notices.actions import tell_keeper
from guanhu.apps.people import policy
from guanhu.apps.people.actions import hold_day
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.people.written import put_in
from guanhu.apps.work import queries
from guanhu.apps.work.checks import KEY_LENGTH, Told, clock, of_another, require_sound
from guanhu.apps.work.conflicts import require_own_reason, require_unchanged
from guanhu.apps.work.desk import Desk, Slot
from guanhu.apps.work.models import Deferral, PlanLine, Promise, Touch
from guanhu.apps.work.publishing import publish_plan as publish_plan
from guanhu.apps.work.publishing import take_contacts as take_contacts
from guanhu.apps.work.shapes import Named, NextStep, Recorded
from guanhu.rules.contact import is_effective
from guanhu.rules.kinds import Channel, Outcome, TrailAction

REASON_LENGTH = 200
REACH = {Channel.MESSAGE: 0, Channel.CALL: 1, Channel.MEETING: 2}
"""A higher-touch contact keeps a promise of a lower one."""


def _once_a_form(write: Callable[..., Recorded]) -> Callable[..., Recorded]:
    """The same form again, whenever it was sent first: what it wrote then, or refused for another customer."""

    @wraps(write)
    def once(*, by: Viewer, customer: UUID, request_key: str, day: date | None = None, **told: Any) -> Recorded:
        try:
            return write(by=by, customer=customer, request_key=request_key, day=day, **told)
        except IntegrityError as refused:
            if "touch_request_once" not in str(refused):
                raise
        return _written_before(by, customer, request_key, day)

    return once


@recorded
def _written_before(by: Viewer, customer: UUID, key: str, day: date | None) -> Recorded:
    row, open_day = _begin(by, customer, day)
    before = Touch.objects.seen_by(by).filter(staff_id=by.staff_id, request_key=key).first()
    if before is None or before.customer_id != row.key:
        raise of_another()
    return _recorded(row, before, open_day, queries.desk_of(by, open_day), already=True)


@_once_a_form
@recorded
def record_touch(
    *,
    by: Viewer,
    customer: UUID,
    now: datetime,
    channel: str,
    outcome: str,
    request_key: str,
    day: date | None = None,
    seconds: int | None = None,
    said: str = "",
    refusal: str = "",
    product: str = "",
    amount_fen: int | None = None,
    meeting_on: date | None = None,
    meeting_at: time | None = None,
    meeting_place: str = "",
    retry_on: date | None = None,
    retry_at: time | None = None,
    next_steps: Sequence[NextStep] = (),
    version: int | None = None,
) -> Recorded:
    """Write down one contact of the open day with its next steps; the same ``request_key`` again changes nothing.

    ``day`` and ``version`` are the list's and the line's as the person saw them (null: as they are now); ``retry_on``
    promises another try after nobody answered, on the same day when there is only an hour. Raises ``Invisible`` (404),
    ``Refused`` (a message for each field), ``Conflict`` when the line changed since (names who was first). P55, P58,
    P103.
    """
    row, open_day = _begin(by, customer, day)
    told = Told(
        open_day.today, channel, outcome, None if channel == Channel.MESSAGE else seconds, said.strip(), refusal,
        product.strip(), amount_fen, meeting_on, meeting_at, meeting_place.strip(),
        retry_on or (open_day.today if retry_at else None), retry_at, tuple(next_steps),
    )  # fmt: skip
    desk = queries.desk_of(by, open_day)
    before = _sent_today(by, desk, _key(request_key))
    if before is not None and before.customer_id == row.key:
        return _recorded(row, before, open_day, desk, already=True)
    if before is not None:
        raise of_another()
    require_unchanged(by, row.key, desk, told, version)
    require_sound(told)
    touch = _write(by, row, told, now, request_key)
    _note(by, TrailAction.TOUCH, row, ("touch", touch.public_id), fields=(told.channel, told.outcome))
    tell_keeper(by, row, TrailAction.TOUCH, now)
    kept = _keep_promises(by, touch)
    promised = _promise(by, row, touch, told.promises)
    return _recorded(row, touch, open_day, desk.after(touch, kept, promised), already=False)


def _note(by: Viewer, action: TrailAction, row: Customer, what: tuple[str, UUID], **more: Any) -> None:
    """On the trail, beside the effect and in its transaction."""
    trail.note(by, action, person=row.key, object=(what[0], str(what[1])), **more)


def _sent_today(by: Viewer, desk: Desk[Slot], key: str) -> Touch | None:
    """What this form wrote today; one of another day is known by its index when it is written."""
    mine = (touch for those in desk.touches.values() for touch in those if touch.staff_id == by.staff_id)
    return next((touch for touch in mine if touch.request_key == key), None)


def _key(key: str) -> str:
    if not 0 < len(key) <= KEY_LENGTH:
        raise Refused({"request_key": _("表单不完整，请刷新后再填")})
    return key


def _begin(by: Viewer, customer: UUID, day: date | None) -> tuple[Customer, Shown]:
    """The customer and the open day, both held until the transaction ends; what is not hers is absent on any day."""
    hold_day(by.branch_id)
    row = locked(by, customer)
    return row, _open_day(by, day)


def _open_day(by: Viewer, day: date | None) -> Shown:
    """What the branch shows, if this day is still open; a published day cannot be changed any more."""
    now = shown(by.branch_id)
    if now is None or now.today != (day or now.today):
        raise Refused({"day": _("这一天已经结账，不能再改；请刷新到今天")})
    return now


def _write(by: Viewer, row: Customer, told: Told, now: datetime, key: str) -> Touch:
    touch = Touch(
        customer=row, source=Source.OWN, staff_id=by.staff_id, staff_no=by.staff_no, day_on=told.day,
        at_time=clock(now), channel=told.channel, outcome=told.outcome, seconds=told.seconds, said=told.said,
        refusal=told.refusal, product=told.product[:100], amount_fen=told.amount_fen,
        meeting_on=told.meeting_on, meeting_at=told.meeting_at, meeting_place=told.meeting_place[:60],
        request_key=key, recorded_at=now,
    )  # fmt: skip
    put_in(touch)
    return touch


def _promises(by: Viewer, customer: Customer) -> Any:
    return Promise.objects.seen_by(by).filter(customer=customer)


def _keep_promises(by: Viewer, touch: Touch) -> list[int]:
    """A contact that got through, or a message sent, keeps what was promised for today or before by no higher way.

    A try keeps a same-day promise to try again. No contact keeps a promise made in itself or later. Tells which it
    kept.
    """
    tried = Outcome(touch.outcome) in (Outcome.NO_ANSWER, Outcome.HUNG_UP)
    mine = [way.value for way, reach in REACH.items() if reach <= REACH[Channel(touch.channel)]]
    kept = [
        promise.pk
        for promise in queries.promised(by, numbers_of(by, touch.customer))
        if promise.due_on <= touch.day_on and promise.channel in mine
        and (promise.made_in_id is None or promise.made_in_id < touch.pk)
        and (promise.made_on == touch.day_on or not tried)
    ]  # fmt: skip
    if kept:
        Promise.objects.seen_by(by).filter(pk__in=kept, kept_by=None).update(kept_by=touch)
    return kept


def _promise(by: Viewer, row: Customer, touch: Touch, steps: Sequence[NextStep]) -> list[Promise]:
    made: list[Promise] = Promise.objects.bulk_create(
        Promise(
            customer=row, staff_id=by.staff_id, made_on=touch.day_on, made_in=touch, due_on=step.due_on,
            at_time=step.at, channel=step.channel, purpose=step.purpose[:120],
        )
        for step in steps
    )  # fmt: skip
    return made


def _recorded(row: Customer, touch: Touch, now: Shown, desk: Desk[Slot], *, already: bool) -> Recorded:
    """What recording did."""
    effective = bool(is_effective(touch.channel, touch.seconds, touch.outcome, policy.in_force()))
    who = Named(row.key, row.public_id, row.name, touch.day_on)
    return Recorded(who, touch.public_id, already, effective, desk.next_open(row.key), now, desk)


@recorded
def undo_touch(*, by: Viewer, touch: UUID, now: datetime) -> UUID:
    """Take back a contact of the open day that one wrote oneself, with the promises it made; twice is once.

    What it had kept is open again, unless a later contact keeps it or the contact that promised it was undone too.
    Returns the customer's public id. Raises ``Invisible`` for another's, ``Refused`` once the day is published.
    """
    found = Touch.objects.seen_by(by).filter(Touch.HERE, public_id=touch).select_related("customer").first()
    if found is None:
        raise Invisible(str(touch))
    row, open_day = _begin(by, found.customer.public_id, found.day_on)
    if found.staff_id != by.staff_id:
        raise Refused({"touch": _("只能撤销自己记的")})
    mine = Touch.objects.seen_by(by).filter(Touch.HERE, customer=row, day_on=open_day.today)
    at = max(now, found.recorded_at or now)  # a clock may have been set back meanwhile
    if mine.filter(pk=found.pk, undone_at=None).update(undone_at=at):
        _note(by, TrailAction.TOUCH_UNDO, row, ("touch", found.public_id))
        _promises(by, row).filter(kept_by=found).update(kept_by=None)
        orphans = _promises(by, row).filter(made_in__undone_at__isnull=False, kept_by=None, withdrawn_at=None)
        orphans.update(withdrawn_at=now)
        for later in mine.filter(undone_at=None, pk__gt=found.pk).select_related("customer").order_by("pk"):
            _keep_promises(by, later)
    return row.public_id


@recorded
def defer(
    *,
    by: Viewer,
    customer: UUID,
    now: datetime,
    reason: str,
    day: date | None = None,
    until_on: date | None = None,
    left_until: date | None = None,
) -> UUID | None:
    """Set a line of today aside, with the reason; ``until_on`` makes it a promise for that day. Twice is once.

    The next night plans the customer anew; with ``left_until`` no night does through that day. With either, what was
    promised for today or before, or in a try of today, gives way up to that day; another try of today counts for the
    day alone (``queries.stands``). Returns the customer of the next open line. Raises ``Conflict`` when somebody set
    it aside for another reason.
    """
    row, open_day = _begin(by, customer, day)
    line = PlanLine.objects.seen_by(by).filter(night_id=open_day.night_id, customer=row).first()
    if line is None:
        raise Refused({"customer": _("这位客户不在今天的名单里")})
    if not 0 < len(reason.strip()) <= REASON_LENGTH:
        raise Refused({"reason": _("请写下顺延的原因，不超过 %(n)s 字") % {"n": REASON_LENGTH}})
    if until_on is not None and until_on <= open_day.today:
        raise Refused({"until_on": _("请选今天以后的日期")})
    desk = queries.desk_of(by, open_day)
    if desk.is_done(row.key):
        raise Refused({"customer": _("这位客户今天已经联系过")})
    require_own_reason(by, desk.deferrals.get(row.key), reason.strip())
    if row.key not in desk.deferrals:
        made = Deferral.objects.create(
            customer=row, staff_id=by.staff_id, day_on=line.day_on, reason=reason.strip(), recorded_at=now,
            left_until=left_until,
        )  # fmt: skip
        _note(by, TrailAction.DEFER, row, ("deferral", made.public_id), after={"reason": reason.strip()})
        if last := until_on or left_until:
            waiting = _promises(by, row).filter(_of_the_day(line.day_on), due_on__lte=last, kept_by=None)
            waiting.filter(withdrawn_at=None).exclude(queries.TRY_AGAIN).update(withdrawn_at=now)
        if until_on is not None:
            Promise.objects.create(
                customer=row, staff_id=by.staff_id, made_on=line.day_on, due_on=until_on, channel=line.channel,
                purpose=_("顺延：%(reason)s") % {"reason": reason.strip()[:100]}, made_of=made,
            )  # fmt: skip
    return desk.next_open(row.key)


def _of_the_day(day: date) -> Q:
    """What a line of this day stands for: promised for it or before, or in a try of the day itself."""
    return Q(due_on__lte=day) | Q(made_on=day, made_in__isnull=False)


@recorded
def undo_deferral(*, by: Viewer, deferral: UUID, now: datetime) -> UUID:
    """Take a line back onto today's list, with the promise made of it; twice is once.

    What gave way to it stands on its old day again, unless the contact that promised it is undone.
    Returns the customer's public id. Raises ``Invisible`` for another's, ``Refused`` once the day is published.
    """
    found = Deferral.objects.seen_by(by).filter(public_id=deferral).select_related("customer").first()
    if found is None:
        raise Invisible(str(deferral))
    row, _today = _begin(by, found.customer.public_id, found.day_on)
    if Deferral.objects.seen_by(by).filter(pk=found.pk, undone_at=None).update(undone_at=now):
        _note(by, TrailAction.DEFER_UNDO, row, ("deferral", found.public_id))
        mine = _promises(by, row)
        mine.filter(made_of=found, kept_by=None, withdrawn_at=None).update(withdrawn_at=now)
        gave_way = mine.filter(_of_the_day(found.day_on), withdrawn_at=found.recorded_at)
        gave_way = gave_way.exclude(made_in__undone_at__isnull=False).exclude(made_of__undone_at__isnull=False)
        gave_way.update(withdrawn_at=None)
        done = Touch.objects.seen_by(by).filter(Touch.HERE, customer=row, day_on=found.day_on, undone_at=None)
        for touch in done.select_related("customer").order_by("pk"):
            _keep_promises(by, touch)
    return row.public_id
