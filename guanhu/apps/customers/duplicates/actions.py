"""Writing: two files are made one, taken apart again, or found to be of two persons. No row of either is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from guanhu.apps.audit import trail
from guanhu.apps.customers.duplicates.queries import traits_of, why_not, why_not_split
from guanhu.apps.customers.duplicates.sources.queries import COLUMNS
from guanhu.apps.customers.models import Customer, Merge, NotSame
from guanhu.apps.people import policy
from guanhu.apps.people.actions import hold_day
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.duplicates import likeness, weighed
from guanhu.rules.kinds import TrailAction

_MERGING = 5203010
"""The number of the lock under which files are merged and split, one pair after the other."""


@trail.recorded
def merge(
    *, by: Viewer, kept: UUID, joined: UUID, chosen: Collection[str], today: date, now: datetime
) -> Merge:  # fmt: skip
    """Make two files of one person one: ``joined`` is read as a part of ``kept`` from now on, and its keeper's.

    ``chosen``: fields whose value is shown from the joined file. The same form twice is once. Raises ``Invisible`` for
    files out of reach, ``Refused`` with why these two cannot be merged.
    """
    into, gone = _both(by, kept, joined)
    done: Merge | None = Merge.objects.seen_by(by).filter(customer=into, joined=gone, split_at=None).first()
    if done is not None:
        return done
    wrong = why_not(by, into, gone)
    if wrong:
        raise Refused({"merge": wrong})
    traits = traits_of(by, [into.key, gone.key])
    signs = weighed(likeness(traits[into.key], traits[gone.key]), policy.in_force())
    made: Merge = Merge.objects.create(
        customer=into, joined=gone, keeper_before_id=gone.keeper_id, chosen=sorted(set(chosen) & set(COLUMNS)),
        signs=[[one.sign.value, one.points] for one in signs], by_id=by.staff_id, merged_at=now, merged_on=today,
    )  # fmt: skip
    made.refresh_from_db(fields=["public_id"])
    gone.merged_into, gone.keeper_id = into, into.keeper_id
    gone.save(update_fields=["merged_into", "keeper"])
    _note(by, TrailAction.MERGE, made)
    return made


@trail.recorded
def split(*, by: Viewer, merge: UUID, today: date, now: datetime) -> Merge:
    """Take two files apart again within the policy's days: both are as they were; what came later stays with the kept.

    Twice is once. Raises ``Invisible`` for what is not in reach, ``Refused`` when it is too late or the joined file
    goes back to a keeper the viewer does not answer for.
    """
    found: Merge | None = Merge.objects.seen_by(by).filter(public_id=merge).select_related("customer", "joined").first()
    if found is None:
        raise Invisible(str(merge))
    if found.split_at is not None:
        return found
    gone = _both(by, found.customer.public_id, found.joined.public_id)[1]
    row: Merge = Merge.objects.seen_by(by).get(pk=found.pk)
    if row.split_at is not None:
        return row
    wrong = why_not_split(by, row, today)
    if wrong:
        raise Refused({"merge": wrong})
    row.split_at, row.split_by_id = now, by.staff_id
    row.save(update_fields=["split_at", "split_by"])
    gone.merged_into, gone.keeper_id = None, row.keeper_before_id
    gone.save(update_fields=["merged_into", "keeper"])
    _note(by, TrailAction.SPLIT, row)
    return row


@trail.recorded
def dismiss(*, by: Viewer, one: UUID, other: UUID, now: datetime) -> None:
    """Write down that two files are of two persons; they are not proposed again. Twice is once."""
    first, second = sorted(_both(by, one, other), key=lambda row: row.key)
    told = {"customer": first, "other": second}
    if NotSame.objects.seen_by(by).filter(**told).exists():
        return
    NotSame.objects.create(by_id=by.staff_id, found_at=now, **told)
    trail.note(by, TrailAction.NOT_SAME, person=first.key, people=[first.key, second.key],
               object=("customer", str(first.public_id)))  # fmt: skip


def one_keeper(named: Mapping[int, int | None]) -> None:
    """After the bank named keepers: a merged file has the one file's; whom the bank named comes back with a split."""
    for row in Merge.objects.for_system("the bank names keepers").filter(split_at=None, joined_id__in=list(named)):
        if named[row.joined_id] != row.keeper_before_id:
            row.keeper_before_id = named[row.joined_id]
            row.save(update_fields=["keeper_before"])
    with connection.cursor() as cursor:
        cursor.execute(_AS_THE_ONE_FILE)


_AS_THE_ONE_FILE = """
    UPDATE customers_customer AS mine SET keeper_id = file.keeper_id FROM customers_customer AS file
    WHERE mine.merged_into_id = file.key AND mine.keeper_id IS DISTINCT FROM file.keeper_id
"""


def _both(by: Viewer, first: UUID, second: UUID) -> tuple[Customer, Customer]:
    """Both files, held until the transaction ends; merges and splits come one after the other, and between nights."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_MERGING])
    here = Customer.objects.seen_by(by).filter(public_id__in=(first, second)).values_list("branch_id", flat=True)
    for branch in sorted(set(here)):
        hold_day(branch)
    rows = []
    for public_id in (second, first):  # the joined one first, as whoever writes in it holds it first
        row = Customer.objects.seen_by(by).filter(public_id=public_id).select_for_update().first()
        if row is None or first == second:
            raise Invisible(str(public_id))
        rows.append(row)
    return rows[1], rows[0]


def _note(by: Viewer, action: TrailAction, row: Merge) -> None:
    trail.note(
        by, action, person=row.customer_id, people=[row.customer_id, row.joined_id],
        object=("merge", str(row.public_id)), fields=tuple(row.chosen), policy=policy.in_force().version,
    )  # fmt: skip
