"""Many rows at once: the night's plan for a branch, and the old system's record of contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from guanhu.apps.customers.actions import OF_BRANCH
from guanhu.apps.customers.intake import Rows as Delivered
from guanhu.apps.customers.intake import rows_of
from guanhu.apps.customers.models import Source
from guanhu.apps.people.copying import merge_in, replace_in
from guanhu.apps.people.queries import staff_ids
from guanhu.apps.work.models import Ahead, Opportunity, PlanLine, Quota, Touch

Rows = Iterable[Mapping[str, Any]]

OF_DESKS = "night_id = %s AND keeper_id IN (SELECT id FROM people_staff WHERE branch_id = %s)"
"""The rows one night published for one branch's colleagues."""


@transaction.atomic
def publish_plan(
    night_id: int, branch_id: int, *, opportunities: Rows, lines: Rows, quotas: Rows, ahead: Rows = ()
) -> None:
    """Publish one branch's opportunities, lists, days ahead and quotas under this night.

    Rows in the columns of ``engine.tables``; ``ahead`` is what is planned for the days after today.

    Repeating it changes nothing; contacts already recorded are never touched.
    """
    staff = staff_ids()
    where = (night_id, branch_id)
    replace_in(
        Opportunity,
        ("night_id", "customer_id", "account_key", "kind", "duty", "marketing", "step", "product", "amount_fen",
         "due_on", "expires_on", "gain_fen", "evidence", "policy"),
        (_opportunity(row, night_id) for row in opportunities),
        where=OF_BRANCH,
        values=where,
    )  # fmt: skip
    replace_in(
        PlanLine,
        ("night_id", "customer_id", "keeper_id", "day_on", "place", "channel", "task_group", "value_fen", "price_fen",
         "reasons", "beat", "policy"),
        (_line(row, night_id, staff) for row in lines),
        where=OF_DESKS,
        values=where,
    )  # fmt: skip
    replace_in(
        Ahead,
        ("night_id", "customer_id", "day_on", "channel", "kinds", "value_fen", "price_fen", "agreed"),
        ({**row, "night_id": night_id, "customer_id": row["customer"]} for row in ahead),
        where=OF_BRANCH,
        values=where,
    )
    replace_in(
        Quota,
        ("night_id", "keeper_id", "day_on", "channel", "quota", "customers"),
        ({**row, "night_id": night_id, "keeper_id": staff[row["keeper_no"]]} for row in quotas),
        where=OF_DESKS,
        values=where,
    )


def _opportunity(row: Mapping[str, Any], night_id: int) -> dict[str, Any]:
    return {
        **row,
        "night_id": night_id,
        "customer_id": row["customer"],
        "account_key": row.get("account"),
        "step": row.get("step") or "",
        "product": row.get("product") or "",
        "evidence": row.get("evidence") or "{}",
    }


def _line(row: Mapping[str, Any], night_id: int, staff: Mapping[str, int]) -> dict[str, Any]:
    return {
        **row,
        "night_id": night_id,
        "customer_id": row["customer"],
        "keeper_id": staff[row["keeper_no"]],
        "reasons": row.get("reasons") or "[]",
        "beat": row.get("beat") or "{}",
    }


@transaction.atomic
def take_contacts(persons: Mapping[str, Delivered]) -> int:
    """Take in the old system's contacts (file ``contacts``): each once, with its author and its day; returns how many.

    A contact that is already there stays as it was; an author we do not know keeps the staff number.
    """
    rows = rows_of(persons, "contacts")
    if not rows:
        return 0
    staff = staff_ids()
    fields = ("source", "contact_key", "customer_id", "staff_id", "staff_no", "day_on", "at_time", "channel",
              "outcome", "seconds", "said")  # fmt: skip
    return merge_in(
        Touch,
        fields,
        (
            {
                "source": Source.BANK.value,
                "contact_key": row["contact"],
                "customer_id": row["customer"],
                "staff_id": staff.get(row["staff_no"]),
                "staff_no": row["staff_no"],
                "day_on": row["day_on"],
                "at_time": row.get("at_time"),
                "channel": row["channel"],
                "outcome": row["outcome"],
                "seconds": row.get("seconds"),
                "said": row.get("note") or "",
            }
            for row in rows
        ),
        key=("contact_key",),
        keep=fields,
    )
