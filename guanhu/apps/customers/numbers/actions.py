"""Writing: reading one sealed value of one customer in full, with its purpose, counted, and on the trail first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.customers.duplicates.sources.queries import called_by, sources_of
from guanhu.apps.customers.models import Account, Customer, Reveal
from guanhu.apps.customers.notices.actions import tell_keeper
from guanhu.apps.customers.queries import customer_of, keys_of, phone_point
from guanhu.apps.people import policy, vault
from guanhu.apps.people.errors import ConfirmFirst, Invisible, Refused, TooMany
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Denied, Permission, may
from guanhu.rules.kinds import TrailAction
from guanhu.rules.privacy import RevealField, RevealPurpose

WORDS_LENGTH = 100
_COUNTING = 5203006
"""The number of the lock under which one colleague's reveals are counted."""


def reveal(
    *,
    by: Viewer,
    customer: UUID,
    field: str,
    purpose: str,
    now: datetime,
    account: UUID | None = None,
    words: str = "",
    stepped_up: bool = False,
) -> str:
    """The clear text of one field of one customer in reach; the record of it is committed before it leaves. A6.

    ``account``: which one, for its number and its card · ``words``: beside the purpose, on the trail as a keyed hash ·
    ``stepped_up``: she confirmed a moment ago that it is she. Raises ``Invisible`` (404), ``Refused`` for an unknown
    field or purpose or where nothing is on record, ``TooMany`` beyond the day's customers, ``ConfirmFirst`` in a
    burst, ``TrailDown`` when it cannot be recorded: then nothing is shown. What was refused is on the trail, too.
    """
    what, why = _asked(field, purpose, words)
    if may(by, Permission.CALL if why is RevealPurpose.CALL else Permission.REVEAL) is None:
        raise Denied(Permission.REVEAL.value)
    row = customer_of(by, customer, whole=True)
    if row is None:
        raise Invisible(str(customer))
    action = TrailAction.CALL if why is RevealPurpose.CALL else TrailAction.REVEAL
    told: dict[str, Any] = {
        "person": row.key, "object": ("account", str(account)) if account else ("customer", str(row.public_id)),
        "fields": (what.value,), "reason": why.zh, "after": {"words": words.strip()} if words.strip() else None,
    }  # fmt: skip
    try:
        with trail.recording():
            _count(by, row, what, now, stepped_up)
            text = _text(by, row, what, account)
            trail.note(by, action, **told)
            tell_keeper(by, row, action, now)
            return text
    except (TooMany, ConfirmFirst) as refused:
        trail.note(by, action, **told, result=type(refused).__name__)
        raise


def _asked(field: str, purpose: str, words: str) -> tuple[RevealField, RevealPurpose]:
    """What is asked for and why, if both are on their lists."""
    wrong = {}
    if field not in set(RevealField):
        wrong["field"] = _("选一项要看的")
    if purpose not in set(RevealPurpose):
        wrong["purpose"] = _("选一个目的")
    if len(words) > WORDS_LENGTH:
        wrong["words"] = _("说明请不超过 %(n)s 个字") % {"n": WORDS_LENGTH}
    if wrong:
        raise Refused(wrong)
    return RevealField(field), RevealPurpose(purpose)


def _count(by: Viewer, row: Customer, what: RevealField, now: datetime, stepped_up: bool) -> None:
    """Write this reveal down, unless it is one too many; one colleague's are counted one after the other."""
    numbers = policy.in_force()
    _one_after_the_other(by)
    mine = Reveal.objects.seen_by(by)
    midnight = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = set(mine.filter(at__gte=midnight).values_list("customer_id", flat=True))
    if row.key not in today and len(today) >= numbers.reveal_customers_a_day:
        raise TooMany({"field": _("今天已看过 %(n)s 位客户的完整信息，到了上限；确有需要请找网点负责人")
                       % {"n": numbers.reveal_customers_a_day}})  # fmt: skip
    since = now - timedelta(minutes=numbers.reveal_burst_minutes)
    if mine.filter(at__gt=since).count() >= numbers.reveal_burst and not stepped_up:
        raise ConfirmFirst({"field": _("%(m)s 分钟里已看了 %(n)s 次，先确认是你本人再继续")
                            % {"m": numbers.reveal_burst_minutes, "n": numbers.reveal_burst}})  # fmt: skip
    Reveal.objects.create(staff_no=by.staff_no, customer=row, field=what.value, at=now)


def _one_after_the_other(by: Viewer) -> None:
    """Until the transaction ends nobody else counts for this colleague, so that no window slips past another."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_COUNTING, by.staff_id])


def _text(by: Viewer, row: Customer, what: RevealField, account: UUID | None) -> str:
    """The value in full, opened here and nowhere else for a page."""
    if what in (RevealField.ACCOUNT_NO, RevealField.CARD_NO):
        mine = Account.objects.seen_by(by).filter(customer_id__in=keys_of(row))
        found = mine.filter(public_id=account).first() if account else None
        if found is None:
            raise Invisible(str(account))
        text = vault.open(found, what.value)
    elif what is RevealField.PHONE:
        point = phone_point(by, *called_by(row, sources_of(by, row)))
        text = vault.open(point, "value") if point else None
    else:
        text = vault.open(sources_of(by, row).get(what.value, row), what.value)
    if not text:
        raise Refused({"field": _("%(what)s没有登记") % {"what": what.label(get_language() or "zh")}})
    return text
