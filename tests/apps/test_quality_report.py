"""How complete many files are: counted by the night, by hand in SQL, and file by file; three roads, one answer."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Customer, Fact, FileCount
from guanhu.apps.customers.quality import queries
from guanhu.apps.customers.quality.actions import count_files
from guanhu.apps.customers.quality.report.queries import report, to_fill
from guanhu.apps.people.models import Staff
from guanhu.apps.people.queries import branch_ids, shown
from guanhu.rules.access import Reach, Role, Viewer
from guanhu.rules.kinds import FileItem
from guanhu.rules.living import FactKind
from guanhu.rules.policy import SHIPPED
from tests import cast as people
from tests.cast import Cast
from tests.factories import NOW, TODAY, customer_row, publish, standing_row
from tests.scenes import remembered

pytestmark = [pytest.mark.slow, pytest.mark.practice("P13")]
CROWD = range(2001, 2037)
KEEPERS = {"S01": "B1", "S02": "B1", "S03": "B2"}


@pytest.fixture
def bank(db: None) -> Cast:
    """A bank in which each file knows something else."""
    return made()


@remembered
def made() -> Cast:
    """Three dozen more customers of three keepers in two branches; then a night."""
    cast = people.enter()
    dice = Random(13)
    rows = [_customer(dice, key) for key in CROWD]
    customers.take_in({
        "customers": rows,
        "consents": [{"customer": key, "purpose": "marketing", "granted": dice.random() < 0.5,
                      "changed_on": TODAY, "evidence": "签字"} for key in CROWD if dice.random() < 0.6],
    })  # fmt: skip
    for key in CROWD:
        for kind in dice.sample(list(FactKind), dice.randrange(5)):
            _learnt(dice, key, kind)
    for branch in ("B1", "B2"):
        here = [row["customer"] for row in rows if row["branch_no"] == branch and dice.random() < 0.9]
        publish(
            branch_no=branch, standings=[standing_row(key, branch_no=branch, tier=dice.choice("ABC")) for key in here]
        )
    return cast


def _customer(dice: Random, key: int) -> dict[str, Any]:
    keeper = dice.choice(list(KEEPERS))
    some: dict[str, Any] = {
        "birth_on": "1980-01-01", "occupation": "教师", "phone": f"138{dice.choice([key, 2001]):08}",
        "id_no": dice.choice(["360102196303050428", None]),
    }  # fmt: skip
    risk = {"risk_grade": "C2", "risk_on": TODAY - timedelta(dice.choice([10, 364, 365, 366, 900]))}
    kept = {name: value for name, value in some.items() if dice.random() < 0.7}
    told = {"birth_on": None, **kept, **(risk if dice.random() < 0.6 else {})}
    return customer_row(key, keeper_no=keeper, branch_no=KEEPERS[keeper],
                        kind=dice.choice(["personal"] * 4 + ["corporate"]), **told)  # fmt: skip


def _learnt(dice: Random, key: int, kind: FactKind) -> None:
    """One thing learnt, with up to three wordings, the last perhaps taken off."""
    item, last = f"00000000-0000-0000-0000-{key:08}{list(FactKind).index(kind):04}", dice.randrange(1, 4)
    writer = Staff.objects.get(staff_no="S01")
    for version in range(1, last + 1):
        Fact.objects.create(
            customer_id=key, item=item, version=version, kind=kind.value, heard_from="customer", whose="self",
            heard_on=TODAY - timedelta(dice.choice([1, 365, 366, 700])), text="听说", by=writer, recorded_at=NOW,
            removed=version == last and dice.random() < 0.2,
        )  # fmt: skip


def wide(viewer: Viewer, reach: Reach, role: Role | None = None) -> Viewer:
    return replace(viewer, reach=reach, role=role or viewer.role)


BY_HAND = """
with tier as (
    select c.key, c.kind, c.keeper_id, c.branch_id, s.tier from customers_customer c
    join people_branch b on b.id = c.branch_id
    left join customers_standing s on s.customer_id = c.key and s.night_id = b.current_night_id
    where c.left_on is null
), last as (
    select distinct on (customer_id, item) * from customers_fact order by customer_id, item, version desc
)
select t.key, t.kind, coalesce(t.tier, ''), t.keeper_id, t.branch_id,
    exists (select from customers_contactpoint p where p.customer_id = t.key and p.kind = 'phone'),
    c.birth_on <> '', c.occupation <> '', c.risk_grade <> '', c.risk_on < %(since)s,
    exists (select from customers_consent g where g.customer_id = t.key and g.purpose = 'marketing'),
    (select array_agg(l.kind || ' ' || l.heard_on) from last l where l.customer_id = t.key and not l.removed)
from tier t join customers_customer c on c.key = t.key
"""


def by_hand(branch: int | None = None, keeper: int | None = None) -> dict[str, tuple[int, int, int]]:
    """Each item over the files of a branch or keeper: files, known and old; out of the tables as they lie."""
    since = TODAY - timedelta(SHIPPED.file_stale_days)
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, {"since": since})
        rows = cursor.fetchall()
    found: Counter[tuple[str, int]] = Counter()
    for _key, kind, tier, of, where, phone, birth, work, risk, risk_old, consent, learnt in rows:
        if (branch and where != branch) or (keeper and of != keeper):
            continue
        heard: dict[str, date] = {}
        for told in learnt or []:
            what, on = told.split(" ")
            heard[what] = max(date.fromisoformat(on), heard.get(what, date.min))
        there = {"phone": phone, "birth": birth, "occupation": work, "risk": risk, "consent": consent}
        for item in SHIPPED.file_weights[kind][tier or "C"]:
            known = there.get(item, item in heard)
            fixed = item in ("native_place", "school", "personality", *(set(there) - {"risk"}))
            old = known and not fixed and (risk_old if item == "risk" else heard[item] < since)
            for place, counts in enumerate((True, known, old)):
                found[item.value, place] += bool(counts)
    return {item: tuple(found[item, place] for place in range(3)) for item, _place in found}  # type: ignore[misc]


def counted(told: Any) -> dict[str, tuple[int, int, int]]:
    return {one.item.value: (one.files, one.known, one.stale) for one in told.items}


def reports(cast: Cast) -> Iterator[tuple[Any, dict[str, tuple[int, int, int]]]]:
    """What the product tells each kind of viewer, and what was counted by hand."""
    home = branch_ids()
    yield report(wide(cast.shen, Reach.OWN)), by_hand(keeper=cast.shen.staff_id)
    yield report(wide(cast.qin, Reach.BRANCH)), by_hand(branch=home["B1"])
    yield report(wide(cast.qin, Reach.NOBODY, Role.BANK)), by_hand()
    region = replace(wide(cast.qin, Reach.REGION, Role.REGION), region=(home["B2"],))
    yield report(region), by_hand(branch=home["B2"])


def test_the_night_counts_what_is_counted_by_hand(bank: Cast):
    for told, hand in reports(bank):
        assert counted(told.whole) == hand
        assert sum(part.sums.files for part in told.parts) == told.whole.files


def test_a_file_that_is_counted_wrong_is_noticed(bank: Cast):
    row = FileCount.objects.filter(item="need", known__gt=0, branch__branch_no="B1")[0]
    FileCount.objects.filter(pk=row.pk).update(known=row.known - 1)
    assert any(counted(told.whole) != hand for told, hand in reports(bank))


def test_the_mean_is_that_of_the_files_one_by_one(bank: Cast):
    for viewer, who in ((bank.shen, "S01"), (bank.zhou, "S02")):
        keeper = Staff.objects.get(staff_no=who)
        meters = queries.meters_of_keeper(viewer, shown(viewer.branch_id), keeper.pk)
        told = report(wide(viewer, Reach.OWN)).whole
        assert told.files == len(meters)
        assert abs(told.share_bp - sum(one.share_bp for one in meters.values()) / len(meters)) < 2
        missing = Counter(item for one in meters.values() for item in one.missing)
        assert {one.item: one.missing for one in told.items if one.missing} == missing


def test_numbers_that_stand_in_two_files_are_counted(bank: Cast):
    told = report(wide(bank.qin, Reach.NOBODY, Role.BANK)).whole.doubles
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from customers_customer c where left_on is null and exists (select from "
                       "customers_customer o where o.id_no_hash = c.id_no_hash and o.key <> c.key)")  # fmt: skip
        (same_id,) = cursor.fetchone()
        cursor.execute(
            "select count(distinct p.customer_id) from customers_contactpoint p join customers_contactpoint o "
            "on o.value_hash = p.value_hash and o.customer_id <> p.customer_id"
        )
        (same_phone,) = cursor.fetchone()
    assert told == {"same_phone": same_phone, "same_id": same_id}
    assert min(told.values()) > 1


def test_counting_twice_changes_nothing_and_who_left_is_not_counted(bank: Cast):
    home, night = branch_ids()["B1"], shown(bank.shen.branch_id).night_id
    before = sorted(FileCount.objects.values_list("branch_id", "keeper_id", "kind", "tier", "item", "files", "known"))
    count_files(night, home)
    again = sorted(FileCount.objects.values_list("branch_id", "keeper_id", "kind", "tier", "item", "files", "known"))
    assert again == before
    mine = report(wide(bank.shen, Reach.OWN)).whole.files
    gone = Customer.objects.for_system("a test").filter(keeper_id=bank.shen.staff_id)[0]
    Customer.objects.for_system("a test").filter(pk=gone.pk).update(left_on=TODAY)
    count_files(night, home)
    assert report(wide(bank.shen, Reach.OWN)).whole.files == mine - 1


def test_the_files_to_fill_are_those_of_one_keeper_and_lack_what_was_asked_for(bank: Cast):
    now = shown(bank.shen.branch_id)
    own = to_fill(wide(bank.shen, Reach.OWN), now)
    zhou = Staff.objects.get(staff_no="S02").public_id
    theirs = to_fill(wide(bank.qin, Reach.BRANCH), now, keeper=zhou, item=FileItem.NEED)
    assert own
    assert theirs
    assert all(row.meter.share_bp < SHIPPED.file_enough_bp for row in own.rows)
    assert [row.tier for row in own.rows] == sorted((row.tier for row in own.rows), key=lambda tier: tier or "Z")
    assert theirs.rows
    assert all(FileItem.NEED in (*row.meter.missing, *row.meter.stale) for row in theirs.rows)
    corporate = {row.public_id for row in Customer.objects.for_system("a test").filter(kind="corporate")}
    assert all("*" in row.name for row in (*own.rows, *theirs.rows) if row.public_id not in corporate)
    elsewhere = Staff.objects.get(staff_no="S03").public_id
    assert to_fill(wide(bank.qin, Reach.BRANCH), now, keeper=elsewhere) is None
    assert to_fill(wide(bank.qin, Reach.BRANCH), now) is None


@pytest.mark.parametrize("reach", [Reach.NOBODY, Reach.ONE, Reach.SELF])
def test_who_may_see_nobody_is_told_no_figure(bank: Cast, reach: Reach):
    told = report(wide(bank.shen, reach))
    assert (told.whole.files, told.parts, told.data_day) == (0, (), None)
