"""交接登记: what hangs on a customer, and how it goes with her when she changes her keeper. Target 15.

Whatever belongs to a customer is named here by its table, also what comes later; a test fails for a table that is not.
Most rows are seen with their customer and need nothing. What names a keeper of its own follows by the database or by
a mover, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from guanhu.apps.customers.actions import Change


class Goes(Enum):
    """How the rows of one table go with a customer."""

    WITH_HER = "seen with the customer: whoever keeps her has it, with its author and its dates"
    BY_DATABASE = "names the keeper beside it, and a trigger follows"
    BY_MOVER = "names whose it is, and a mover gives it on"
    STAYS = "tells what one colleague did or was told: it stays hers"


HANDED: dict[str, Goes] = {
    **dict.fromkeys(
        (
            "customers_contactpoint", "customers_account", "customers_holding", "customers_monthend",
            "customers_consent", "customers_stagerecord", "customers_complaint", "customers_importantday",
            "customers_fact", "customers_offer", "customers_intention", "customers_course", "customers_visit",
            "customers_merge", "customers_notsame", "customers_case", "customers_casecopy", "customers_finding",
            "customers_hold", "work_opportunity", "work_ahead", "work_touch", "work_promise", "work_deferral",
            "portfolio_member", "portfolio_assignment",
        ),
        Goes.WITH_HER,
    ),
    **dict.fromkeys(
        ("customers_customer", "customers_standing", "customers_relation", "customers_searchkey"), Goes.BY_DATABASE
    ),
    "work_planline": Goes.BY_MOVER,
    **dict.fromkeys(
        ("customers_notice", "customers_reveal", "customers_ledgerentry", "portfolio_claim", "portfolio_handover"),
        Goes.STAYS,
    ),
}  # fmt: skip
"""Every table whose rows hang on a customer."""

Mover = Callable[[Sequence[Change]], None]
MOVERS: dict[str, Mover] = {}
"""By table, what gives its rows on; put in by the app that owns the table when it is made ready."""


def mover(table: str) -> Callable[[Mover], Mover]:
    """The function gives the rows of this table on, for customers who have just changed their keeper."""

    def keep(follow: Mover) -> Mover:
        MOVERS[table] = follow
        return follow

    return keep


def follow(changes: Sequence[Change]) -> None:
    """Give on what names a keeper of its own, inside the transaction of the change."""
    for table in sorted(MOVERS):
        MOVERS[table](changes)
