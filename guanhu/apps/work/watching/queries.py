"""Reading: customers who changed their keeper in the last thirty days, and how often they were contacted. P8."""

from __future__ import annotations

from datetime import date, timedelta

from guanhu.apps.audit import trail
from guanhu.apps.people import policy as bank
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.handovers import queries as handovers
from guanhu.apps.portfolio.shapes import Watch, Watched
from guanhu.apps.work.models import Touch
from guanhu.rules.access import Permission, require
from guanhu.rules.contact import is_answered
from guanhu.rules.kinds import Outcome, Tier, TrailAction
from guanhu.rules.portfolio import has_dropped

SHOWN = 20
"""So many of those whose contact has dropped are shown."""


def watched(viewer: Viewer, now: Shown) -> Watch:
    """Handovers under watch: how many, and those whose contact has dropped; contacts of thirty days before, and since.

    A contact counts when it reached her: answered, or a message sent. For who leads the branch.
    """
    seen = require(viewer, Permission.ROUND_WRITE)
    rows = handovers.watched(seen, now)
    days = _contact_days(seen, list(rows), now.today)
    policy = bank.in_force()
    told: dict[int, Watched] = {}
    for key, row in rows.items():
        on = handovers.handed_on(row)
        since_days = (now.today - on).days
        first = on - timedelta(days=policy.watch_days)
        before = sum(first <= day < on for day in days.get(key, ()))
        since = sum(day >= on for day in days.get(key, ()))
        told[key] = Watched(
            row.called, row.tail, Tier(row.tier), row.giver.name, row.taker.name, on, since_days, before, since,
            has_dropped(before, since, since_days, policy),
        )  # fmt: skip
    dropped = [key for key in told if told[key].dropped]
    shown = sorted(dropped, key=lambda key: (told[key].tier, told[key].handed_on, told[key].tail))[:SHOWN]
    if shown:
        trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "handovers"), people=shown)
    return Watch(len(told), len(dropped), tuple(told[key] for key in shown))


def _contact_days(seen: Viewer, keys: list[int], today: date) -> dict[int, list[date]]:
    """The days on which each of them was reached, of the last two watches."""
    first = today - timedelta(days=2 * bank.in_force().watch_days + 1)
    reaching = [one.value for one in Outcome if one is Outcome.SENT or is_answered(one.value)]
    rows = Touch.objects.seen_by(seen).filter(
        customer_id__in=keys, undone_at=None, day_on__gte=first, outcome__in=reaching
    )
    found: dict[int, list[date]] = {}
    for key, day in rows.values_list("customer_id", "day_on"):
        found.setdefault(key, []).append(day)
    return found
