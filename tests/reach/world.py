"""A bank small enough to be known by heart: two regions, four branches, a colleague in each role, all in one branch,
and customers in every relation to each of them.

Every customer has a sign of her own: a rare character that stands in everything written about her, and numbers nobody
else has. Whoever finds a sign in an answer knows of whom it speaks, however it was masked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Customer, Quarantined
from guanhu.apps.people.models import Cover, RoleGrant, Staff
from guanhu.apps.work import actions as work
from guanhu.rules.access import Role
from guanhu.rules.days import SHIPPED_CALENDAR
from tests.factories import (
    DAY,
    NOW,
    TODAY,
    ahead_row,
    contact_row,
    customer_row,
    line_row,
    opportunity_row,
    publish,
    quota_rows,
    standing_row,
)
from tests.reach import records

ANONYMOUS = ""
VIEWERS = (*(role.value for role in Role), ANONYMOUS)
RELATIONS = (
    "own", "fresh", "cover", "ended_cover", "recalled_cover", "coming_cover", "branch", "unkept", "sister", "region",
    "other_region", "deleted",
)  # fmt: skip
"""How a customer may stand to a colleague; ``fresh``: her own, too, and nothing was done about her yet."""
HOME, SISTER, FURTHER, ELSEWHERE = "B1", "B2", "B3", "B4"
BRANCHES = [
    {"branch_no": HOME, "name": "星湖支行", "region_no": "R1"},
    {"branch_no": SISTER, "name": "云岭支行", "region_no": "R1"},
    {"branch_no": FURTHER, "name": "河口支行", "region_no": "R1"},
    {"branch_no": ELSEWHERE, "name": "南浦支行", "region_no": "R2"},
]
SHARED = {
    "cover": ("G1", ELSEWHERE), "ended_cover": ("G2", ELSEWHERE), "recalled_cover": ("G3", ELSEWHERE),
    "coming_cover": ("G4", ELSEWHERE), "branch": ("K1", HOME), "unkept": (None, HOME), "sister": ("K2", SISTER),
    "region": (None, FURTHER), "other_region": ("K4", ELSEWHERE), "deleted": ("K1", HOME),
}  # fmt: skip
"""Relation → who keeps such a customer, and in which branch she belongs."""
STAFF = {
    "G1": ELSEWHERE, "G2": ELSEWHERE, "G3": ELSEWHERE, "G4": ELSEWHERE, "K1": HOME, "K2": SISTER, "K3": HOME,
    "K4": ELSEWHERE, "K5": HOME, "K6": FURTHER, "K7": SISTER, "K8": FURTHER,
}  # fmt: skip
"""Who else works where."""
COLLEAGUES = {
    "fresh": ("K3", "K5"), "cover": ("G1", ""), "ended_cover": ("G2", "G1"), "recalled_cover": ("G3", "G1"),
    "coming_cover": ("G4", "G1"), "branch": ("K1", "K5"), "unkept": ("K5", "K1"), "sister": ("K2", "K7"),
    "region": ("K6", "K8"), "other_region": ("K4", "G2"), "deleted": ("K9", "K1"),
}  # fmt: skip
"""How a colleague stands to the one in a role: relation → who, and who is to cover her; ``own`` is oneself."""
FIRST_KEY, FIRST_SIGN = 1001, 0x3501
"""Signs are taken from a block of characters in which no word of the pages is written."""


def staff_no(role: str) -> str:
    """The number of the colleague who works in this role."""
    return f"V-{role}"


@dataclass(frozen=True)
class Person:
    """One customer and her signs."""

    key: int
    public_id: UUID
    relation: str
    """To everybody, except for one's own: there to the role in ``of``."""
    of: str
    signs: tuple[str, ...]


@dataclass
class World:
    """Who is there, and the id of everything that has one."""

    persons: list[Person] = field(default_factory=list)
    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    """(Role or empty for all, relation) → the customer's number."""
    ids: dict[str, dict[tuple[str, str], UUID]] = field(default_factory=dict)
    """Name of an id in an address → (role or empty for all, relation) → the id."""

    def relation(self, person: Person, role: str) -> str:
        """How this customer stands to the colleague in this role."""
        return "branch" if person.of not in ("", role) else person.relation

    def id_of(self, name: str, role: str, relation: str) -> UUID:
        """The id to try in an address; KeyError: the world holds no such thing and must be told to."""
        return self._of(self.ids[name], role or Role.KEEPER.value, relation)

    def number_of(self, role: str, relation: str) -> str:
        """The number of the customer who stands so to this role."""
        return self._of(self.numbers, role or Role.KEEPER.value, relation)

    def _of(self, known: dict[tuple[str, str], Any], role: str, relation: str) -> Any:
        return next(known[place] for place in ((role, relation), ("", relation), (role, "own")) if place in known)


def make() -> World:
    """Let everybody in, publish a morning for each branch, open a record of every kind about every customer."""
    rows = _customers()
    customers.take_in({
        "branches": BRANCHES, "staff": _staff(), "customers": [row for row, _, _ in rows],
        "accounts": [_account(row["customer"]) for row, _, _ in rows],
        "complaints": [_complaint(row["customer"]) for row, _, _ in rows],
        "consents": [_consent(row["customer"]) for row, _, _ in rows],
    })  # fmt: skip
    _colleagues()
    keys = [row["customer"] for row, _, _ in rows]
    work.take_contacts({"contacts": [contact_row(key, key, note=f"{sign(key)}问收益") for key in keys]})
    _mornings([row for row, _, _ in rows])
    Quarantined.objects.create(day=DAY, file="客户.csv", row=3, rule="words", says="性别不识", raw='{"姓名": "㱀某"}')
    return _world(rows)


def sign(key: int) -> str:
    """The character that stands in everything written about this customer."""
    return chr(FIRST_SIGN + key - FIRST_KEY)


def _customers() -> list[tuple[dict[str, Any], str, str]]:
    """Rows with their relation and, for one's own, whose."""
    told = [(relation, "", *SHARED[relation]) for relation in SHARED]
    told += [(relation, role.value, staff_no(role.value), HOME) for role in Role for relation in ("own", "fresh")]
    return [
        (_customer(key, keeper, branch), relation, of)
        for key, (relation, of, keeper, branch) in enumerate(told, FIRST_KEY)
    ]


def _customer(key: int, keeper: str | None, branch: str) -> dict[str, Any]:
    mark = sign(key)
    return customer_row(
        key, name=f"{mark}明{mark}", keeper_no=keeper, branch_no=branch, phone=f"1375{key}{key:03}"[:11],
        id_no=f"36010219630305{key}", address=f"{mark}市{mark}区{mark}路 8 号", email=f"m{mark}{key}@example.com",
        occupation=f"{mark}匠", birth_on="1963-11-26", stage="known", stage_on=date(2025, 6, 1), risk_grade="C2",
        risk_on=date(2026, 3, 1),
    )  # fmt: skip


def signs(key: int, public_id: UUID) -> tuple[str, ...]:
    """Everything that gives this customer away in an answer."""
    phone = f"1375{key}{key:03}"[:11]
    return (sign(key), f"C{key:06d}", str(public_id), phone, f"****{phone[-4:]}", f"36010219630305{key}",
            f"62220202{key}{key}", f"**** {key}")  # fmt: skip


def _account(key: int) -> dict[str, Any]:
    return {"account": key, "customer": key, "account_no": f"62220202{key}{key}", "kind": "deposit",
            "opened_on": date(2023, 12, 1)}  # fmt: skip


def _complaint(key: int) -> dict[str, Any]:
    return {"complaint": key, "customer": key, "opened_on": date(2026, 9, 1), "closed_on": date(2026, 9, 9),
            "subject": f"{sign(key)}嫌慢"}  # fmt: skip


def _consent(key: int) -> dict[str, Any]:
    return {"customer": key, "purpose": "marketing", "granted": True, "changed_on": date(2025, 3, 4),
            "evidence": f"{sign(key)}签字"}  # fmt: skip


def _staff() -> list[dict[str, Any]]:
    told = [(staff_no(role.value), f"{role.zh[:2]}员", HOME) for role in Role]
    told += [(no, f"{chr(0x3480 + n)}管", branch) for n, (no, branch) in enumerate({**STAFF, "K9": HOME}.items())]
    return [{"staff_no": no, "name": name, "branch_no": branch, "post": "wealth"} for no, name, branch in told]


def _colleagues() -> None:
    """Give everybody her one role, and let everybody cover and have covered."""
    by_no = {staff.staff_no: staff for staff in Staff.objects.all()}
    for role in Role:
        one = by_no[staff_no(role.value)]
        one.post = ""
        one.save(update_fields=["post"])
        told = {"reason": "矩阵", "proposed_by": by_no["K1"], "approved_by": by_no["K3"]}
        RoleGrant.objects.create(staff=one, role=role.value, from_on=DAY, proposed_at=NOW, approved_at=NOW, **told)
        for giver, first, last, ended in (
            ("G1", 0, 0, None), ("G2", -9, -1, None), ("G3", -9, 9, NOW), ("G4", 1, 9, None),
        ):  # fmt: skip
            Cover.objects.create(
                giver=by_no[giver], taker=one, from_on=TODAY + timedelta(first), to_on=TODAY + timedelta(last),
                reason="矩阵", granted_by=by_no["K4"], granted_at=NOW, ended_at=ended, ended_by=ended and by_no["K4"],
            )  # fmt: skip


def _mornings(rows: list[dict[str, Any]]) -> None:
    """A morning for each branch, with a line for every customer somebody keeps."""
    for branch in BRANCHES:
        here = [row for row in rows if row["branch_no"] == branch["branch_no"]]
        lines: list[dict[str, Any]] = []
        for row in here:
            if row["keeper_no"]:
                place = 1 + sum(line["keeper_no"] == row["keeper_no"] for line in lines)
                lines.append(line_row(row["customer"], place, keeper_no=row["keeper_no"]))
        publish(
            branch_no=branch["branch_no"],
            standings=[standing_row(row["customer"], branch_no=branch["branch_no"]) for row in here],
            opportunities=[opportunity_row(row["customer"]) for row in here],
            lines=lines,
            ahead=[ahead_row(row["customer"], keeper_no=row["keeper_no"]) for row in here if row["keeper_no"]],
            quotas=[one for no in sorted({line["keeper_no"] for line in lines}) for one in quota_rows(no)],
            holdings=[_holding(row["customer"]) for row in here],
            month_ends=[_month_end(row["customer"]) for row in here],
        )
    assert SHIPPED_CALENDAR.next(DAY) == TODAY


def _holding(key: int) -> dict[str, Any]:
    return {"customer": key, "holding": key, "account": key, "product_no": f"P{sign(key)}", "kind": "deposit",
            "amount_fen": key * 10**7, "started_on": date(2026, 1, 1), "matures_on": date(2026, 12, 1),
            "rate_bp": 150, "auto_renew": False}  # fmt: skip


def _month_end(key: int) -> dict[str, Any]:
    return {"customer": key, "day_on": date(2026, 10, 31), "balance_fen": key * 10**7, "average_fen": key * 10**7,
            "net_fen": key}  # fmt: skip


def _tie_up(made: World, known: dict[int, Customer], writer: Staff) -> None:
    """Each is tied to the next in line, so that in every reach some ties end within and some without."""
    line = [known[person.key] for person in made.persons if person.relation not in ("fresh", "deleted")]
    for one, other in pairwise(line):
        records.tie(one, other, writer)
    covered = next(known[person.key] for person in made.persons if person.relation == "cover")
    for person in made.persons:
        if person.relation == "own" and known[person.key] is not line[-1]:
            records.tie(covered, known[person.key], writer)


def _world(rows: list[tuple[dict[str, Any], str, str]]) -> World:
    """What was made, by the ids under which addresses know it; the deleted ones are gone by then."""
    made = World()
    by_no = {staff.staff_no: staff for staff in Staff.objects.all()}
    known = {row.key: row for row in Customer.objects.for_system("the world")}
    for row, relation, of in rows:
        customer = known[row["customer"]]
        writer = by_no[row["keeper_no"] or "K1"]
        things = {"public_id": customer}
        if relation != "fresh":
            things |= records.of(customer, writer, sign(customer.key))
        for name, thing in things.items():
            made.ids.setdefault(name, {})[of, relation] = thing.public_id
        made.numbers[of, relation] = customer.customer_no
        made.persons.append(
            Person(customer.key, customer.public_id, relation, of, signs(customer.key, customer.public_id))
        )
        if relation == "deleted":
            records.forget(customer)
    made.ids["other_id"] = _others(made.ids["public_id"])
    _tie_up(made, known, by_no["K1"])
    made.ids |= records.of_colleagues(by_no, COLLEAGUES)
    made.ids |= records.of_days({staff.staff_no: staff for staff in Staff.objects.all()}, COLLEAGUES)
    records.every_contact_behind_flags()
    made.ids |= records.of_exports({staff.staff_no: staff for staff in Staff.objects.all()}, COLLEAGUES, RELATIONS)
    for name, one in records.of_the_bank(by_no).items():
        made.ids[name] = {
            **dict.fromkeys((("", relation) for relation in RELATIONS), one),
            ("", "deleted"): UUID(int=7),
        }
    made.ids["round_id"] |= {**records.rounds_on_their_way(by_no), ("", "deleted"): UUID(int=7)}
    made.ids["branch_id"] = dict.fromkeys((("", relation) for relation in RELATIONS), by_no["K2"].branch.public_id)
    return made


def _others(files: dict[tuple[str, str], UUID]) -> dict[tuple[str, str], UUID]:
    """Beside each file another of one's own, so that two are looked at."""
    roles = [of for of, relation in files if relation == "fresh"]
    return {(of, "own"): files[of, "fresh"] for of in roles} | {(of, "fresh"): files[of, "own"] for of in roles}
