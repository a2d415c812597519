"""What each reader of the database may see, worked out a second time in the test, and what it sees in truth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from psycopg import sql

from guanhu.apps.customers.models import Customer
from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.people.queries import viewer_of
from guanhu.apps.people.rows import look_as
from guanhu.apps.people.scope import Scoped
from guanhu.rules.access import Reach, Role, Viewer
from tests.factories import TODAY
from tests.reach.world import World, staff_no

OF_STAFF = "staff of the row"
"""The row belongs to whoever wrote it, whosever the customer is."""
FEEDS, CASES, BOUND, KEEPER, LEDGER, VIEW = "feeds", "cases", "bound", "keeper", "ledger", "view"
EXPORT, NO_PAGE, TOLD, PROSPECT = "export", "no page", "told", "prospect"
COLLEAGUE = "colleague"
"""The row is about a colleague: hers, and of who leads her branch or region."""
ROUND, OF_ROUND, CLAIM, HANDOVER = "round", "of a round", "claim", "handover"
REVIEW, OF_REVIEW = "review", "of a review"
RULES = {
    "customers_prospect": PROSPECT,
    "customers_ledgerentry": LEDGER,
    "customers_ledgerupload": OF_STAFF,
    "customers_ledgerrefusal": OF_STAFF,
    "customers_ledgerpart": NO_PAGE,
    "customers_notice": TOLD,
    "work_quota": KEEPER,
    "customers_quarantined": FEEDS,
    "customers_reveal": OF_STAFF,
    "customers_case": CASES,
    "customers_casecopy": BOUND,
    "customers_finding": BOUND,
    "customers_hold": BOUND,
    "customers_export": EXPORT,
    "customers_exportfile": OF_STAFF,
    "customers_savedview": VIEW,
    "portfolio_round": ROUND,
    "portfolio_proposal": OF_ROUND,
    "portfolio_claim": CLAIM,
    "portfolio_handover": HANDOVER,
    "work_review": REVIEW,
    "work_reviewnote": OF_REVIEW,
    "work_weekgoal": OF_STAFF,
    "work_daycount": COLLEAGUE,
    "work_flag": COLLEAGUE,
}
"""Tables whose rows are not simply seen with their customer; every other one is."""
REGIONS = {"B1": "R1", "B2": "R1", "B3": "R1", "B4": "R2"}


def scoped_models() -> list[type[models.Model]]:
    """Every model whose rows are seen by some colleagues only."""
    return [model for model in apps.get_models() if issubclass(model, Scoped)]


@dataclass(frozen=True)
class Row:
    """One row past all locks: its key, and by what it is judged."""

    pk: Any
    customer_no: str = ""
    keeper: int | None = None
    branch: str = ""
    staff_no: str = ""
    shared: str = ""


@dataclass(frozen=True)
class Look:
    """One way of looking: a colleague in her role with one of the reaches there are."""

    viewer: Viewer
    home: str

    def __str__(self) -> str:
        return f"{self.viewer.role} with {self.viewer.reach}{' of ' + self.viewer.number if self.viewer.number else ''}"


def looks(bank: World) -> Iterator[Look]:
    """Every colleague with every reach, those to a single customer with each relation's number."""
    branches = {branch.pk: branch.branch_no for branch in Branch.objects.all()}
    bound = [person.key for person in bank.persons if person.relation in ("branch", "cover", "other_region")]
    for role in Role:
        staff = Staff.objects.get(staff_no=staff_no(role.value))
        viewer = viewer_of(staff, role, TODAY)
        assert viewer is not None
        for reach in Reach:
            for number in [f"C{key:06d}" for key in bound] if reach in (Reach.ONE, Reach.CASE) else [""]:
                yield Look(replace(viewer, reach=reach, number=number), branches[staff.branch_id])


@contextmanager
def looking(look: Look) -> Iterator[None]:
    """A transaction as this colleague has it in a page; whatever is done in it is taken back."""
    with transaction.atomic():
        look_as(look.viewer)
        yield
        transaction.set_rollback(True)


def everything(admin: psycopg.Connection[Any], model: type[models.Model]) -> list[Row]:
    """Every row of a table, past all locks."""
    names = {field.attname for field in model._meta.concrete_fields}
    rule = RULES.get(model._meta.db_table, "")
    branch = {LEDGER: _whose("branch_id"), EXPORT: "t.branch_id", VIEW: "t.branch_id",
              PROSPECT: "t.branch_id", ROUND: "t.branch_id", REVIEW: "t.branch_id",
              OF_REVIEW: _OF_REVIEW.format("branch_id"),
              COLLEAGUE: "(select branch_id from people_staff s where s.id = t.staff_id)",
              **dict.fromkeys((OF_ROUND, CLAIM, HANDOVER), _OF_ROUND)}.get(rule, "c.branch_id")  # fmt: skip
    wanted = [
        ("t." + str(model._meta.pk.column), "pk"),
        ("c.customer_no", "customer_no") if not names & {"customer_no", "case_id"} else None,
        ("t.customer_no", "customer_no") if "customer_no" in names else None,
        ("(select customer_no from customers_case x where x.id = t.case_id)", "customer_no")
        if "case_id" in names and "customer_id" not in names else None,
        ("c.customer_no", "customer_no") if "case_id" in names and "customer_id" in names else None,
        ({KEEPER: "t.keeper_id", PROSPECT: "t.keeper_id", HANDOVER: "t.taker_id",
          LEDGER: _whose("keeper_id")}.get(rule, "c.keeper_id"), "keeper"),
        (f"(select branch_no from people_branch b where b.id = {branch})", "branch"),
        ("t.staff_no", "staff_no") if "staff_no" in names else None,
        (_BROUGHT_BY, "staff_no")
        if "upload_id" in names else None,
        ("(select staff_no from people_staff s where s.id = t.by_id)", "staff_no")
        if model._meta.db_table == "customers_ledgerupload" else None,
        ("(select staff_no from people_staff s where s.id = t.opened_by_id)", "staff_no")
        if "opened_by_id" in names else None,
        ("(select staff_no from people_staff s where s.id = t.asked_by_id)", "staff_no") if rule == EXPORT else None,
        ("(select staff_no from people_staff s join customers_export x on x.asked_by_id = s.id where x.id = export_id)",
         "staff_no") if "export_id" in names else None,
        ("(select staff_no from people_staff s where s.id = t.owner_id)", "staff_no") if rule == VIEW else None,
        ("(select staff_no from people_staff s where s.id = t.staff_id)", "staff_no")
        if "staff_id" in names and rule in (REVIEW, OF_STAFF) else None,
        (f"(select staff_no from people_staff s where s.id = {_OF_REVIEW.format('staff_id')})", "staff_no")
        if rule == OF_REVIEW else None,
        ("(select staff_no from people_staff s where s.id = t.staff_id)", "staff_no") if rule == COLLEAGUE else None,
        ("t.shared", "shared") if rule == VIEW else None,
        ("(select staff_no from people_staff s where s.id = t.to_id)", "staff_no") if "to_id" in names else None,
    ]  # fmt: skip
    key = "t.key" if model is Customer else "t.customer_id" if "customer_id" in names else "null"
    columns = ", ".join(f"{what} as {name}" for what, name in filter(None, wanted))
    found = admin.execute(
        f"select {columns} from {model._meta.db_table} t left join customers_customer c on c.key = {key}"
    )
    described = [column.name for column in found.description or ()]
    rows = (dict(zip(described, row, strict=True)) for row in found.fetchall())
    return [Row(**{name: value for name, value in row.items() if value is not None}) for row in rows]


_OF_REVIEW = "(select v.{} from work_review v where v.id = t.review_id)"
_OF_ROUND = "(select r.branch_id from portfolio_round r where r.id = t.round_id)"
_BROUGHT_BY = (
    "(select s.staff_no from customers_ledgerupload u join people_staff s on s.id = u.by_id where u.key = t.upload_id)"
)


def _whose(column: str) -> str:
    """Of what a ledger says: the customer's, where the bank knows her; else the ledger's own."""
    return f"(case when t.customer_id is null then t.{column} else c.{column} end)"


def may_see(look: Look, table: str, row: Row) -> bool:
    """Is this row in the reach of who looks? Written down apart from the product's policies."""
    viewer, rule = look.viewer, RULES.get(table, "")
    reach, business = viewer.reach, viewer.role.value in ("counter", "keeper", "head", "region", "bank", "coach")
    own = reach is Reach.OWN or (reach is Reach.SELF and business)
    wide = reach in (Reach.BRANCH, Reach.REGION)
    if rule == NO_PAGE:
        return False
    if rule == FEEDS:
        return reach is Reach.FEEDS
    if rule == TOLD:
        return reach not in (Reach.CASES, Reach.FEEDS, Reach.TRAIL) and row.staff_no == viewer.staff_no
    if rule == OF_STAFF:
        return (own or wide) and row.staff_no == viewer.staff_no
    if rule == EXPORT:
        hers = (own or wide) and row.staff_no == viewer.staff_no
        return hers or reach in (Reach.EXPORTS, Reach.TRAIL) or (wide and row.branch in here(look))
    if rule in (REVIEW, OF_REVIEW):
        return ((own or wide) and row.staff_no == viewer.staff_no) or (wide and row.branch in here(look))
    if rule == VIEW:
        mine = row.staff_no == viewer.staff_no or (row.shared == "branch" and row.branch == look.home)
        return (own or wide) and (mine or row.shared == "bank")
    if rule == COLLEAGUE:
        return ((own or wide) and row.staff_no == viewer.staff_no) or (wide and row.branch in here(look))
    if rule in (ROUND, CLAIM):
        return (own and row.branch == look.home) or (wide and row.branch in here(look))
    if rule == OF_ROUND:
        return wide and row.branch in here(look)
    if rule == HANDOVER:
        return ((own or wide) and row.keeper in viewer.keepers) or (wide and row.branch in here(look))
    if rule == KEEPER:
        return (own or wide) and row.keeper in viewer.keepers
    if rule in (CASES, BOUND) and reach is Reach.CASE:
        return row.customer_no == viewer.number
    if rule == CASES:
        himself = reach in (Reach.NOBODY, Reach.SELF) and not own and row.staff_no == viewer.staff_no
        return reach is Reach.CASES or himself
    if rule == BOUND:
        return False
    if not row.branch:
        return False
    if reach is Reach.CASE or (reach is Reach.ONE and row.branch == look.home):
        return row.customer_no == viewer.number
    if not own and not wide:
        return False
    return row.keeper in viewer.keepers or row.branch in here(look)


def here(look: Look) -> set[str]:
    """The branches in the reach of who looks, by number."""
    if look.viewer.reach is Reach.REGION and look.viewer.role is Role.REGION:
        return {no for no, region in REGIONS.items() if region == REGIONS[look.home]}
    return {look.home} if look.viewer.reach is Reach.BRANCH else set()


def seen(model: type[models.Model]) -> set[Any] | None:
    """The keys of all rows the database shows now, with no filter at all; null where it shows not even the table."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            pk = sql.Identifier(str(model._meta.pk.column))
            cursor.execute(sql.SQL("select {} from {}").format(pk, sql.Identifier(model._meta.db_table)))
            return {key for (key,) in cursor.fetchall()}
    except DatabaseError as refused:
        if isinstance(refused.__cause__, psycopg.errors.InsufficientPrivilege):
            return None
        raise


def refused(statement: Any, parameters: Any = None) -> bool:
    """Does the database refuse this, or find no row to do it to?"""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.rowcount == 0
    except DatabaseError as error:
        return isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)
