"""A list asked by conditions and put in order: what comes is what a reading row by row finds, and no more is told.

The rows are judged a second time here, in plain Python over everything that lies in the tables.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Exact

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.books.asking import queries as asking
from guanhu.apps.customers.models import Consent, Customer, Holding, Standing
from guanhu.apps.customers.queries import age_on
from guanhu.apps.people import policy
from guanhu.apps.people.models import Staff
from guanhu.apps.people.queries import shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Reach, Role
from guanhu.rules.kinds import Entitlement, Stage
from guanhu.rules.lists import AMOUNTS, ASKED, CHOICES, COUNTS, MAY_LACK, NAMED, Condition, Order, Trait
from guanhu.rules.lunar import next_birthday
from guanhu.rules.masks import band_floor
from tests import cast as people
from tests.cast import Cast
from tests.factories import TODAY, WAN, customer_row, publish, standing_row
from tests.security.payloads import SQL

pytestmark = pytest.mark.slow
KEYS = range(2000, 2120)
KEEPERS = ("S01", "S02", "S03", None)
NEVER = float("inf")
AMOUNT_FIELDS = ("balance_fen", "average_fen", "in30_fen", "out30_fen", "gap_fen", "value_fen")


@pytest.fixture
def night(cast: Cast) -> int:
    """A night that measured most of many different people, with deposits and words on marketing."""
    dice = random.Random(5)
    kept = [_somebody(dice, key) for key in KEYS]
    words = [
        {"customer": row["customer"], "purpose": "marketing", "granted": dice.random() < 0.5,
         "changed_on": date(2026, 1, 1), "evidence": "签字"}
        for row in kept if dice.random() < 0.6
    ]  # fmt: skip
    customers.take_in({"customers": [*people.CUSTOMERS, *kept], "consents": [*people.CONSENTS, *words]})
    measured = [row for row in kept if dice.random() < 0.85]
    nights = [_measured(dice, measured, branch) for branch in ("B1", "B2")]
    _own_words(dice)
    return nights[0]


def _somebody(dice: random.Random, key: int) -> dict[str, Any]:
    lunar = dice.random() < 0.4
    born = date(dice.randint(1930, 2006), dice.randint(1, 12), dice.randint(1, 28))
    return customer_row(
        key, keeper_no=dice.choice(KEEPERS), branch_no=dice.choice(("B1", "B1", "B2")), stage=dice.choice([*Stage]),
        kind=dice.choice(("personal", "personal", "corporate")),
        opened_on=date(2009, 1, 1) + timedelta(dice.randrange(999)),
        birth_on=dice.choice((None, f"{born:%Y-%m-%d}", f"{born:%Y-%m-%d}")),
        birth_calendar="lunar" if lunar else "solar", name=dice.choice(("张伟", "王芳", "李娜")) + chr(0x4E00 + key),
    )  # fmt: skip


def _measured(dice: random.Random, kept: list[dict[str, Any]], branch: str) -> int:
    mine = [row for row in kept if row["branch_no"] == branch]
    money = lambda: dice.choice((0, 1, 5, 5, 7, 40, 90, 300)) * WAN  # noqa: E731
    standings = [
        standing_row(
            row["customer"], branch_no=branch, tier=dice.choice("ABC"), entitlement=dice.choice([*Entitlement]),
            balance_fen=money(), average_fen=money(), in30_fen=money(), out30_fen=money(), value_fen=money(),
            gap_fen=dice.choice((None, money())),
            last_contact_on=dice.choice((None, TODAY - timedelta(dice.randrange(200)))),
        )
        for row in mine
    ]  # fmt: skip
    holdings = [
        {"customer": row["customer"], "holding": row["customer"], "account": row["customer"], "product_no": "P",
         "kind": "deposit", "amount_fen": WAN, "started_on": date(2026, 1, 1), "rate_bp": 100,
         "matures_on": dice.choice((None, TODAY + timedelta(dice.randint(-40, 80))))}
        for row in mine if dice.random() < 0.5
    ]  # fmt: skip
    return publish(branch_no=branch, standings=standings, holdings=holdings)


def _own_words(dice: random.Random) -> None:
    """Words of colleagues beside the bank's: some later, some of the very same day."""
    writer = Staff.objects.get(staff_no="S01")
    Consent.objects.bulk_create(
        Consent(customer_id=key, source="own", purpose="marketing", granted=dice.random() < 0.5, evidence="电话",
                changed_on=dice.choice((date(2026, 1, 1), date(2026, 5, 1), date(2025, 1, 1))), by=writer,
                recorded_at="2026-05-01T08:00:00Z")
        for key in KEYS if dice.random() < 0.4
    )  # fmt: skip


def viewers(cast: Cast) -> dict[str, Viewer]:
    """Whoever reads a list, and how much of it."""
    head = replace(cast.qin, role=Role.HEAD, reach=Reach.BRANCH)
    return {
        "keeper": cast.shen,
        "stand-in": replace(cast.shen, covered=(cast.yan.staff_id,)),
        "head": replace(head, covered=(cast.yan.staff_id,)),
        "coach": replace(head, role=Role.COACH),
        "region": replace(head, role=Role.REGION, reach=Reach.REGION, region=(cast.shen.branch_id, cast.yan.branch_id)),
    }


# ---------------------------------------------------------------- the second reading


@dataclass(frozen=True)
class Person:
    """Everything that is known of one customer."""

    row: Customer
    now: Standing | None
    due: tuple[date, ...]
    marketing: str
    keeper_no: str


def everybody(night: int) -> list[Person]:
    """All there are, past every lock."""
    of = {row.customer_id: row for row in Standing.objects.for_system("an oracle").filter(night_id=night)}
    due: dict[int, list[date]] = {}
    for held in Holding.objects.for_system("an oracle").filter(night_id=night).exclude(matures_on=None):
        due.setdefault(held.customer_id, []).append(held.matures_on)
    said: dict[int, list[Consent]] = {}
    for word in Consent.objects.for_system("an oracle").filter(purpose="marketing"):
        said.setdefault(word.customer_id, []).append(word)
    found = []
    for row in Customer.objects.for_system("an oracle").select_related("keeper"):
        word = Consent.in_force(said.get(row.key, ()))
        marketing = "unasked" if word is None else "yes" if word.granted else "no"
        number = row.keeper.staff_no if row.keeper else ""
        found.append(Person(row, of.get(row.key), tuple(due.get(row.key, ())), marketing, number))
    return found


def told(who: Person, trait: Trait) -> Any:
    """The value of a trait; null where there is none."""
    now, row = who.now, who.row
    born = row.birth_on
    if trait is Trait.BIRTHDAY:
        if not born:
            return None
        return str(next_birthday(TODAY, calendar=row.birth_calendar, month=int(born[5:7]), day=int(born[8:10])).month)
    plain = {
        Trait.STAGE: row.stage, Trait.KIND: row.kind, Trait.KEEPER: who.keeper_no or None,
        Trait.AGE: age_on(born, TODAY), Trait.MARKETING: who.marketing, Trait.OPENED: row.opened_on,
        Trait.NAME: row.name_pinyin,
    }  # fmt: skip
    if trait in plain:
        return plain[trait]
    if now is None:
        return None
    lines = (0, *policy.in_force().amount_bands)
    return {
        Trait.TIER: now.tier, Trait.ENTITLEMENT: now.entitlement, Trait.BALANCE: now.balance_fen,
        Trait.AVERAGE: now.average_fen, Trait.IN30: now.in30_fen, Trait.OUT30: now.out30_fen,
        Trait.NET: now.in30_fen - now.out30_fen, Trait.GAP: now.gap_fen, Trait.WORTH: now.value_fen,
        Trait.BAND: str(lines.index(band_floor(now.balance_fen, lines[1:]) or 0)),
        Trait.SILENT: (TODAY - now.last_contact_on).days if now.last_contact_on else NEVER,
    }[trait]  # fmt: skip


def holds(who: Person, one: Condition) -> bool:
    """Does the condition hold of her?"""
    if one.trait in asking.MEASURED and who.now is None:
        return False
    if one.trait is Trait.MATURES:
        least, most = one.low or 0, 366 if one.high is None else one.high
        return any(least <= (on - TODAY).days <= most for on in who.due)
    value = told(who, one.trait)
    if one.lacks:
        return value in (None, NEVER)
    if one.values:
        known = value is not None or one.trait is Trait.KEEPER
        return known and (value in one.values) is not one.other
    if value is None:
        return False
    return (one.low is None or value >= one.low) and (one.high is None or value <= one.high)


def in_reach(who: Person, viewer: Viewer) -> bool:
    """Is she in the viewer's reach?"""
    kept = who.row.keeper_id in viewer.keepers
    return kept or (viewer.reach is not Reach.OWN and who.row.branch_id in viewer.branches)


def found(viewer: Viewer, which: tuple[Condition, ...] = (), order: Order | None = None) -> list[UUID]:
    """Whom the list gives, page after page, and that it counts them right."""
    ids: list[UUID] = []
    after, total = None, None
    while True:
        part = books.book(viewer, which=which, order=order, after=after)
        total = part.total if total is None else total
        ids += [row.public_id for row in part.rows]
        after = part.after
        if after is None:
            assert total == len(ids)
            return ids


def samples(dice: random.Random) -> list[Condition]:
    """A few conditions on every trait."""
    made: list[Condition] = []
    for trait in ASKED:
        if trait in CHOICES:
            picked = dice.sample(CHOICES[trait][:6], 2)
            values = tuple(str(each) for each in CHOICES[trait] if each in picked)
            made += [Condition(trait, values), Condition(trait, values[:1], other=True)]
        elif trait in NAMED:
            made += [Condition(trait, ("S01", "S03")), Condition(trait, ("S02",), other=True)]
        elif trait in AMOUNTS:
            low = -50 * WAN if trait is Trait.NET else 5 * WAN
            made += [Condition(trait, low=low), Condition(trait, low=low, high=40 * WAN)]
        else:
            assert trait in COUNTS
            made += [Condition(trait, low=40), Condition(trait, low=5, high=60), Condition(trait, high=30)]
        made += [Condition(trait, lacks=True)] if trait in MAY_LACK else []
    return made


@pytest.mark.practice("P10")
def test_what_conditions_find_is_what_a_reading_row_by_row_finds(cast: Cast, night: int, gate_share: float):
    dice, alone = random.Random(6), samples(random.Random(7))
    everyone, empty = everybody(night), 0
    for n, (who, viewer) in enumerate(viewers(cast).items()):
        mine = [one for one in everyone if in_reach(one, viewer)]
        tried = [(one,) for one in alone] + [tuple(dice.sample(alone, 2)) for _ in range(40)]
        for which in tried if gate_share == 1 else tried[n % 5 :: 5]:
            which = tuple({one.trait: one for one in which}.values())
            asked = [one for one in which if asking.may_ask(viewer, one.trait)]
            expected = {one.row.public_id for one in mine if all(holds(one, each) for each in asked)}
            assert set(found(viewer, which)) == expected, (who, which)
            empty += not expected
    assert empty < 40


@pytest.mark.practice("P10")
@pytest.mark.parametrize("who", ["keeper", "head", "coach"])
def test_every_order_is_whole_and_in_order_from_both_ends(cast: Cast, night: int, gate_share: float, who: str):
    viewer = viewers(cast)[who]
    mine = {one.row.public_id: one for one in everybody(night) if in_reach(one, viewer)}
    for n, trait in enumerate(asking.orders(viewer)):
        for falling in (True, False) if gate_share == 1 else (n % 2 == 0,):
            ids = found(viewer, (), Order(trait, falling))
            assert len(ids) == len(set(ids)) == len(mine)
            lines = [mine[each] for each in ids]
            measured = [one for one in lines if one.now]
            assert lines[: len(measured)] == measured
            places = [_rank(one, trait) for one in measured]
            assert places == sorted(places, reverse=falling), trait
            tied = [(_rank(one, trait), one.row.customer_no) for one in measured]
            assert all(a[1] < b[1] for a, b in pairwise(tied) if a[0] == b[0])


def _rank(who: Person, trait: Trait) -> Any:
    """Where the trait puts her."""
    value = told(who, trait)
    if trait is Trait.STAGE:
        return [*Stage].index(value)
    if trait is Trait.ENTITLEMENT:
        return [*Entitlement].index(value)
    if trait is Trait.GAP:
        return 2**62 if value is None else value
    if trait is Trait.AGE:
        return -int((who.row.birth_on or "9999-99-99").replace("-", ""))
    return value


# ---------------------------------------------------------------- nobody asks by what she does not read


def everything_told(viewer: Viewer, alone: list[Condition], ends: tuple[bool, ...]) -> list[Any]:
    """All that lists tell this viewer: whom each condition finds, everybody in every order, and each line."""
    orders = [Order(trait, falling) for trait in asking.ORDERS for falling in ends]
    lists = [books.book(viewer, which=(one,)) for one in alone] + [books.book(viewer, order=each) for each in orders]
    lists += [books.book(viewer), books.book(viewer, search="张")]
    return [(each.rows, each.total, each.beyond) for each in lists]


def shuffle_what_is_hidden(dice: random.Random) -> None:
    """Other amounts in the same band, other birthdays, other names behind the same mask: what a coach cannot read."""
    lines = (0, *policy.in_force().amount_bands)
    for now in Standing.objects.for_system("an oracle"):
        floor = band_floor(now.balance_fen, lines[1:]) or 0
        top = next((line for line in lines if line > floor), floor + 900 * WAN)
        for field in AMOUNT_FIELDS:
            setattr(now, field, dice.randrange(500) * WAN)
        now.balance_fen = dice.randrange(floor, top)
        now.save()
    for row in Customer.objects.for_system("an oracle"):
        row.birth_on = f"{dice.randint(1930, 2006)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        row.name_pinyin = f"zhang{dice.randrange(10**6)}"
        row.save()


def differs(cast: Cast, who: str, share: float) -> bool:
    """Do lists tell this viewer anything about what was shuffled?"""
    viewer, alone = viewers(cast)[who], samples(random.Random(7))
    asked = (alone, (True, False)) if share == 1 else (alone[::2], (True,))
    before = everything_told(viewer, *asked)
    shuffle_what_is_hidden(random.Random(8))
    return before != everything_told(viewer, *asked)


@pytest.mark.parametrize("who", ["coach", "region"])
def test_lists_tell_a_coach_nothing_of_what_she_may_not_read(cast: Cast, night: int, gate_share: float, who: str):
    assert not differs(cast, who, gate_share)


def test_a_list_that_lets_everybody_ask_everything_is_found_out(
    cast: Cast, night: int, monkeypatch: pytest.MonkeyPatch
):
    """The twin: conditions and orders nobody checked."""
    monkeypatch.setattr(asking, "may_ask", lambda viewer, trait: True)
    assert differs(cast, "coach", 0.1)


def test_a_keeper_asks_by_what_she_reads(cast: Cast, night: int):
    assert differs(cast, "keeper", 0.1)
    assert set(asking.orders(cast.shen)) == set(asking.ORDERS)
    coach = viewers(cast)["coach"]
    assert {Trait.BALANCE, Trait.AGE, Trait.BIRTHDAY, Trait.NAME, Trait.NET} & {*asking.askable(coach)} == set()
    assert {Trait.BAND, Trait.TIER, Trait.STAGE, Trait.SILENT, Trait.KEEPER} <= {*asking.askable(coach)}


# ---------------------------------------------------------------- nothing typed becomes part of a statement


def pasted_by(viewer: Viewer, values: tuple[str, ...]) -> list[str]:
    """Statements that hold something of these values, however they came in."""
    seen: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    now = shown(viewer.branch_id)
    assert now is not None
    with connection.execute_wrapper(look):
        for value in values:
            for trait in (*NAMED, Trait.TIER, Trait.MARKETING, Trait.STAGE):  # as if the language had let it through
                books.how_many(viewer, (Condition(trait, (value,), other=trait is Trait.STAGE),), now)
    return [sql for sql in seen if "zq7" in sql]


def test_even_a_value_the_language_let_through_is_bound_and_not_pasted(cast: Cast, night: int):
    assert pasted_by(cast.shen, SQL) == []


def test_a_condition_that_pastes_its_value_is_seen(cast: Cast, night: int, monkeypatch: pytest.MonkeyPatch):
    """The twin."""

    def careless(viewer: Viewer, one: Condition, *told: Any) -> Any:
        return Q(Exact(RawSQL(f"'{one.values[0]}'", ()), ""))

    monkeypatch.setitem(asking.SPECIAL, Trait.KEEPER, careless)
    assert pasted_by(cast.shen, ("zq7",)) != []
