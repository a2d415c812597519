"""Which rounds are due without anybody asking: those of the month, and for colleagues who came or left. P46."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Q

from guanhu.apps.customers.models import Customer
from guanhu.apps.people import policy as bank
from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.portfolio.models import Round
from guanhu.rules.kinds import Post
from guanhu.rules.portfolio import KEEPING, OPEN
from guanhu.rules.rounds import RoundKind, RoundState

SYSTEM = "the calendar opens rounds"


class Wanted(NamedTuple):
    """A round to be opened; ``effective_on`` null: at once."""

    branch_id: int
    post: Post
    kind: RoundKind
    effective_on: date | None


def wanted(due: tuple[RoundKind, date] | None, now: datetime) -> list[Wanted]:
    """What is to be opened, post by post; nothing where a round is under way or the post has nobody to split among.

    ``due``: the month's round and its day, where the calendar asks for one (``rules.portfolio.round_due``).
    """
    lists = _lists()
    rows = Round.objects.for_system(SYSTEM).exclude(kind=RoundKind.CUSTOMER.value)
    open_now = set(rows.filter(state__in=[one.value for one in OPEN]).values_list("branch_id", "post"))
    of_month = (
        set(rows.filter(effective_on=due[1], kind=due[0].value).values_list("branch_id", "post")) if due else set()
    )
    ours = rows.filter(opened_by=None)
    policy = bank.in_force()
    lately = Q(opened_at__gt=now - timedelta(days=policy.round_again_days))
    dropped = Q(opened_at__gt=now - timedelta(days=policy.round_quiet_days), state=RoundState.DROPPED.value)
    quiet = set(ours.filter(lately | dropped).values_list("branch_id", "post", "kind"))
    found = []
    for (branch_id, post), (here, away) in sorted(lists.items()):
        if (branch_id, post) in open_now or not here:
            continue
        kind = _why(here, away)
        if kind is not None and (branch_id, post, kind.value) not in quiet:
            found.append(Wanted(branch_id, Post(post), kind, None))
        elif due and len(here) > 1 and any(here) and (branch_id, post) not in of_month:
            found.append(Wanted(branch_id, Post(post), *due))
    return found


def _why(here: list[int], away: int) -> RoundKind | None:
    """Somebody who is gone still keeps customers, or somebody who is there keeps none while others do."""
    if away:
        return RoundKind.LEAVER
    return RoundKind.JOINER if len(here) > 1 and any(here) and not all(here) else None


def _lists() -> dict[tuple[int, str], tuple[list[int], int]]:
    """By branch and post: customers of each colleague who is there, and of those who are not, there or at all.

    Whose keeper works elsewhere by now, or keeps nobody in her post, counts at the first post of her branch.
    """
    shown = set(Branch.objects.exclude(current_night=None).values_list("pk", flat=True))
    mine = Customer.objects.for_system(SYSTEM).filter(merged_into=None, left_on=None, cleared_on=None)
    many = {(branch, keeper): n for branch, keeper, n in
            mine.exclude(keeper=None).values_list("branch_id", "keeper_id").annotate(n=Count("pk"))}  # fmt: skip
    posts = [one.value for one in KEEPING]
    there = {
        one.pk: one for one in Staff.objects.filter(is_active=True, left_on=None, post__in=posts, branch__in=shown)
    }
    told: dict[tuple[int, str], list[int]] = defaultdict(list)
    for pk, one in there.items():
        told[one.branch_id, one.post].append(many.get((one.branch_id, pk), 0))
    away: dict[tuple[int, str], int] = defaultdict(int)
    gone = {one.pk: one for one in Staff.objects.filter(pk__in={keeper for _, keeper in many} - set(there))}
    for (branch_id, keeper), n in many.items():
        here = there.get(keeper)
        if branch_id in shown and (here is None or here.branch_id != branch_id):
            was = gone.get(keeper)
            post = was.post if was and was.branch_id == branch_id and was.post in posts else ""
            first = next((each for each in posts if (branch_id, each) in told), "")
            away[branch_id, post or first] += n
    return {place: (told.get(place, []), away.get(place, 0)) for place in {*told, *away}}


def every_post(branch_no: str = "") -> list[tuple[int, str, Post]]:
    """Every post of every branch that may be split now: branch, its number, the post; ``branch_no``: of one alone."""
    rows = Round.objects.for_system(SYSTEM).exclude(kind=RoundKind.CUSTOMER.value)
    open_now = set(rows.filter(state__in=[one.value for one in OPEN]).values_list("branch_id", "post"))
    numbers = dict(Branch.objects.values_list("pk", "branch_no"))
    return [
        (branch_id, numbers[branch_id], Post(post))
        for (branch_id, post), (here, away) in sorted(_lists().items())
        if here and (away or (len(here) > 1 and any(here))) and (branch_id, post) not in open_now
        and (not branch_no or numbers[branch_id] == branch_no)
    ]  # fmt: skip
