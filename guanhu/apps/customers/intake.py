"""The bank's lists of persons into the records: new ones added, changed ones changed, the same ones left alone.

Rows come as the door hands them over: the columns of ``feeds.layouts`` typed, with surrogate keys ``customer``,
``account``, ``contact`` and ``complaint`` in place of the bank's numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from django.db import connection

from guanhu.apps.audit import trail
from guanhu.apps.catalog import actions as catalog
from guanhu.apps.customers.duplicates import actions as duplicates
from guanhu.apps.customers.models import (
    Account,
    Complaint,
    Consent,
    ContactPoint,
    Customer,
    Source,
    StageRecord,
)
from guanhu.apps.customers.search import actions as search
from guanhu.apps.customers.search.sounds import usual
from guanhu.apps.people import actions as people
from guanhu.apps.people.copying import merge_in
from guanhu.apps.people.queries import branch_ids, staff_ids
from guanhu.rules.kinds import Calendar

Row = Mapping[str, Any]


class Frame(Protocol):
    """What the door hands over for one file: a frame that can be walked row by row."""

    def iter_rows(self, *, named: bool) -> Iterator[Any]:
        """Each row, as a mapping when ``named``."""


Rows = Frame | Iterable[Row]

OF_BANK = {"source": Source.BANK.value}
"""The rows the bank's files speak of; ours are never touched."""


def rows_of(persons: Mapping[str, Rows], name: str) -> list[Row] | None:
    """The rows of one file; null when the delivery has no such file."""
    if name not in persons:
        return None
    rows = persons[name]
    return list(rows.iter_rows(named=True)) if hasattr(rows, "iter_rows") else list(rows)


@trail.recorded
def take_in(
    persons: Mapping[str, Rows], *, currency: str = "CNY", synthetic: bool = False,
    on_table: Callable[[str], None] | None = None,
) -> dict[str, int]:  # fmt: skip
    """Take in branches, staff, products, customers with their ways to be reached, accounts, consents and complaints.

    The bank's list names the keeper; ours stays where it names none, and where a round of ours has decided, as
    long as that keeper is there and the customer stays in the branch. Our own
    stage wins over the bank's. Consents of
    the bank are replaced as a whole. Returns rows by file. ``synthetic``: all of it is invented, and the pages say so.
    """
    tell = on_table or (lambda what: None)
    tell("网点与员工")
    branches, staff = rows_of(persons, "branches") or [], rows_of(persons, "staff") or []
    people.take_in(branches, staff, currency=currency, synthetic=synthetic)
    tell("产品")
    catalog.take_in(rows_of(persons, "products") or [])
    taken = {}
    for name, zh, take in _FILES:
        rows = rows_of(persons, name)
        if rows is not None:
            tell(zh)
            take(rows)
            taken[name] = len(rows)
    return taken


def _take_customers(rows: list[Row]) -> None:
    branches, staff = branch_ids(), staff_ids()
    _let_go([row["customer"] for row in rows], [branches[row["branch_no"]] for row in rows])
    merge_in(
        Customer,
        ("key", "customer_no", "name", "name_pinyin", "kind", "gender", "birth_on", "birth_calendar", "id_no",
         "occupation", "address", "email", "risk_grade", "risk_on", "opened_on", "branch_id", "keeper_id"),
        (_customer(row, branches, staff) for row in rows),
        key=("key",),
        if_named=("keeper_id",),
        settled={"kept_by": Source.OWN.value},
    )  # fmt: skip
    keepers = {row["customer"]: staff.get(row["keeper_no"]) for row in rows if row.get("keeper_no")}
    duplicates.one_keeper(keepers)
    search.renew()
    phones = [
        {"customer_id": row["customer"], "kind": "phone", "value": row["phone"], "source": Source.BANK.value}
        for row in rows
        if row.get("phone")
    ]
    merge_in(
        ContactPoint,
        ("customer_id", "kind", "value", "source"),
        phones,
        key=("customer_id", "kind"),
        among=OF_BANK,
        replace=True,
    )
    _take_stages([row for row in rows if row.get("stage")])


_LET_GO = """
    UPDATE customers_customer AS mine SET kept_by = 'bank'
    FROM unnest(%s::bigint[], %s::bigint[]) AS told(key, branch_id), people_staff AS keeper
    WHERE mine.key = told.key AND mine.kept_by = 'own' AND keeper.id = mine.keeper_id
    AND (told.branch_id <> mine.branch_id OR keeper.branch_id <> mine.branch_id
         OR NOT keeper.is_active OR keeper.left_on IS NOT NULL)
"""


def _let_go(keys: list[int], branches: list[int]) -> None:
    """Who moves to another branch, and whose keeper of ours is not there any more: the bank names her keeper again."""
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, [keys, branches])


def _customer(row: Row, branches: Mapping[str, int], staff: Mapping[str, int]) -> dict[str, Any]:
    born = row.get("birth_on")
    return {
        "key": row["customer"],
        "customer_no": row["customer_no"],
        "name": row["name"],
        "name_pinyin": usual(row["name"]),
        "kind": row["kind"],
        "gender": row.get("gender") or "",
        "birth_on": born.isoformat() if isinstance(born, date) else born or "",
        "birth_calendar": row.get("birth_calendar") or Calendar.SOLAR.value,
        "id_no": row.get("id_no") or None,
        "occupation": row.get("occupation") or "",
        "address": row.get("address") or None,
        "email": row.get("email") or None,
        "risk_grade": row.get("risk_grade") or "",
        "risk_on": row.get("risk_on"),
        "opened_on": row["opened_on"],
        "branch_id": branches[row["branch_no"]],
        "keeper_id": staff.get(row.get("keeper_no") or ""),
    }


def _take_stages(rows: list[Row]) -> None:
    """The old system's stage: one record a customer, and the stage itself where nobody here has set one."""
    told = [
        {
            "customer_id": row["customer"],
            "source": Source.BANK.value,
            "stage": row["stage"],
            "stage_on": row.get("stage_on") or row["opened_on"],
            "note": "",
        }
        for row in rows
    ]
    merge_in(
        StageRecord,
        ("customer_id", "source", "stage", "stage_on", "note"),
        told,
        key=("customer_id",),
        among=OF_BANK,
    )
    with connection.cursor() as cursor:
        cursor.execute(_STAGE_IN_FORCE)


_STAGE_IN_FORCE = """
    UPDATE customers_customer AS mine SET stage = last.stage, stage_on = last.stage_on
    FROM (
        SELECT DISTINCT ON (customer_id) customer_id, stage, stage_on FROM customers_stagerecord
        ORDER BY customer_id, source = 'own' DESC, stage_on DESC, id DESC
    ) AS last
    WHERE mine.key = last.customer_id AND (mine.stage, mine.stage_on) IS DISTINCT FROM (last.stage, last.stage_on)
"""


def _take_accounts(rows: list[Row]) -> None:
    merge_in(
        Account,
        ("key", "customer_id", "account_no", "card_no", "kind", "account_class", "opened_on", "closed_on"),
        (
            {
                "key": row["account"],
                "customer_id": row["customer"],
                "account_no": row["account_no"],
                "card_no": row.get("card_no") or None,
                "kind": row["kind"],
                "account_class": row.get("account_class") or "",
                "opened_on": row["opened_on"],
                "closed_on": row.get("closed_on"),
            }
            for row in rows
        ),
        key=("key",),
    )


def _take_consents(rows: list[Row]) -> None:
    merge_in(
        Consent,
        ("customer_id", "source", "purpose", "granted", "changed_on", "evidence"),
        (
            {
                "customer_id": row["customer"],
                "source": Source.BANK.value,
                "purpose": row["purpose"],
                "granted": row["granted"],
                "changed_on": row["changed_on"],
                "evidence": row.get("evidence") or "",
            }
            for row in rows
        ),
        key=("customer_id", "purpose"),
        among=OF_BANK,
        replace=True,
    )


def _take_complaints(rows: list[Row]) -> None:
    merge_in(
        Complaint,
        ("key", "customer_id", "opened_on", "closed_on", "subject"),
        (
            {
                "key": row["complaint"],
                "customer_id": row["customer"],
                "opened_on": row["opened_on"],
                "closed_on": row.get("closed_on"),
                "subject": row["subject"],
            }
            for row in rows
        ),
        key=("key",),
    )


_FILES: tuple[tuple[str, str, Callable[[list[Row]], None]], ...] = (
    ("customers", "客户", _take_customers),
    ("accounts", "账户", _take_accounts),
    ("consents", "授权", _take_consents),
    ("complaints", "投诉", _take_complaints),
)
"""In the order in which rows refer to each other."""
