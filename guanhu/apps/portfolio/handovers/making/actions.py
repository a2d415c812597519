"""Handovers made of a published round: one for each customer who leaves a colleague for another."""

from __future__ import annotations

from guanhu.apps.portfolio.calling import called
from guanhu.apps.portfolio.models import Handover, Member, Round


def make_handovers(row: Round) -> int:
    """Write a handover for each member who changes from one keeper to another; returns how many.

    Whom nobody kept, and who goes to the common pool, has nobody to be introduced by.
    """
    members = Member.objects.for_system("a round is published").filter(round=row).select_related("customer")
    going = members.exclude(before=None).exclude(after=None).order_by("customer_id")
    made = [
        Handover(
            customer_id=member.customer_id, round=row, giver_id=member.before_id, taker_id=member.after_id,
            called=called(member.customer.name, member.customer.kind), tail=member.customer.customer_no[-4:],
            tier=member.tier, why=member.why,
            effective_on=row.effective_on,
        )
        for member in going if member.before_id != member.after_id
    ]  # fmt: skip
    Handover.objects.for_system("a round is published").bulk_create(made, batch_size=1000)
    return len(made)
