"""Two customers are tied: on both files at once, each seen with its own customer, out of reach only whom to ask."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from guanhu.apps.audit.models import Entry
from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Customer, Relation
from guanhu.apps.customers.relations import actions, queries
from guanhu.apps.customers.relations.shapes import Household, Ties, TieWords
from guanhu.apps.people import queries as people
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.rows import look_as
from guanhu.apps.work.file import queries as files
from guanhu.rules.access import Permission, Reach, Role, require
from guanhu.rules.relations import Bond, Introduced
from tests.cast import LI, SUN, ZHAO, Cast, persons
from tests.factories import NOW, WAN

pytestmark = pytest.mark.practice("P176")
MOTHER = TieWords(Bond.PARENT, household=True)


def tie(cast: Cast, said: TieWords = MOTHER, **more) -> None:
    actions.relate(**{"by": cast.shen, "customer": cast.li, "other": cast.zhao, "said": said, "now": NOW, **more})


def ties(cast: Cast, key: int, who: str = "shen") -> Ties:
    viewer = getattr(cast, who)
    return queries.ties_of(viewer, key, people.shown(viewer.branch_id).night_id)


def give(key: int, keeper_no: str, branch_no: str = "B1") -> None:
    """Another colleague keeps her from now on, as the bank's next list says."""
    rows = [{**row, **({"keeper_no": keeper_no, "branch_no": branch_no} if row["customer"] == key else {})}
            for row in persons()["customers"]]  # fmt: skip
    customers.take_in(persons(customers=rows))


def leader(cast: Cast):
    return require(replace(cast.qin, role=Role.HEAD), Permission.RELATION_WRITE)


# ---------------------------------------------------------------- both files


def test_a_tie_stands_on_both_files_each_read_from_its_own_side(cast: Cast):
    tie(cast, replace(MOTHER, introduced=Introduced.BY))
    (hers,), (his,) = ties(cast, ZHAO).held, ties(cast, LI).held
    assert (hers.other.name, hers.now.said) == ("李建华", TieWords(Bond.CHILD, True, Introduced.OF))
    assert (his.other.name, his.now.said) == ("赵桂芳", TieWords(Bond.PARENT, True, Introduced.BY))
    assert hers.now.who == his.now.who == "沈知微"


def test_a_household_is_summed_over_those_in_reach_and_two_steps_far(cast: Cast):
    give(SUN, "S01")
    tie(cast)
    actions.relate(by=cast.shen, customer=cast.zhao, other=cast.sun, said=TieWords(Bond.SPOUSE, True), now=NOW)
    both = Household(3, 186_400_000 + 40 * WAN + 40 * WAN)
    assert [ties(cast, key).household for key in (ZHAO, LI, SUN)] == [both] * 3
    give(SUN, "S02")
    assert ties(cast, LI).household == Household(2, 186_400_000 + 40 * WAN)


def test_friends_are_no_household(cast: Cast):
    tie(cast, TieWords(Bond.FRIEND))
    assert ties(cast, ZHAO).household is None
    with pytest.raises(Refused) as refused:
        tie(cast, TieWords(Bond.COLLEAGUE, household=True))
    assert list(refused.value.errors) == ["household"]
    with pytest.raises(DatabaseError), transaction.atomic():
        Relation.objects.for_system("a test").update(household=True)


def test_a_change_keeps_the_wording_before_and_the_second_writer_is_told(cast: Cast):
    tie(cast)
    for _twice in range(2):
        tie(cast, TieWords(Bond.RELATIVE), version=1)
    (now,) = ties(cast, LI).held
    assert (now.version, now.now.said.bond, [each.said for each in now.before]) == (2, Bond.RELATIVE, [MOTHER])
    with pytest.raises(Conflict, match="沈知微 已先改了这条关系") as first:
        tie(cast, MOTHER, by=replace(cast.zhou, covered=(cast.shen.staff_id,)), version=1)
    assert {each.field for each in first.value.differences} == {"bond", "household"}


def test_taken_off_on_one_file_it_is_off_on_both_and_can_be_put_back(cast: Cast):
    tie(cast)
    (tied,) = ties(cast, ZHAO).held
    told = {"by": cast.shen, "customer": cast.zhao, "item": tied.item, "now": NOW}
    for _twice in range(2):
        actions.unrelate(version=1, **told)
    assert [(len(each.held), len(each.removed)) for each in (ties(cast, ZHAO), ties(cast, LI))] == [(0, 1)] * 2
    for _twice in range(2):
        actions.relate_again(version=2, **told)
    assert [(each.version, each.now.said) for each in ties(cast, LI).held] == [(3, MOTHER)]
    assert ties(cast, ZHAO).removed == ()


def test_what_was_taken_off_can_be_tied_anew(cast: Cast):
    tie(cast)
    (tied,) = ties(cast, LI).held
    actions.unrelate(by=cast.shen, customer=cast.li, item=tied.item, version=1, now=NOW)
    tie(cast, TieWords(Bond.FRIEND))
    assert [each.now.said.bond for each in ties(cast, ZHAO).held] == [Bond.FRIEND]


def test_both_persons_are_on_the_trail_whoever_looks_and_writes(cast: Cast):
    before = Entry.objects.count()
    tie(cast)
    ties(cast, ZHAO)
    written = list(Entry.objects.order_by("at", "seq").values_list("action", flat=True))[before:]
    assert written.count("file") == 2
    looked = Entry.objects.filter(action="list_view", object_id="relations").last()
    assert looked is not None
    assert len(looked.people) == 1


# ---------------------------------------------------------------- across reaches


def test_nobody_is_tied_to_a_customer_out_of_reach(cast: Cast):
    for customer, other in ((cast.zhao, cast.sun), (cast.sun, cast.zhao), (cast.zhao, cast.wu)):
        with pytest.raises(Invisible):
            tie(cast, customer=customer, other=other)
    with pytest.raises(Refused):
        tie(cast, customer=cast.zhao, other=cast.zhao)
    assert Relation.objects.for_system("a test").count() == 0


def test_the_head_ties_customers_of_two_keepers_and_each_of_them_reads_whom_to_ask(cast: Cast):
    tie(cast, by=leader(cast), customer=cast.zhao, other=cast.sun, said=TieWords(Bond.SIBLING, True))
    assert ties(cast, ZHAO) == Ties(household=None, beyond=("周予安",))
    assert ties(cast, SUN, "zhou") == Ties(beyond=("沈知微",))
    seen = repr(files.rest(cast.shen, cast.zhao))
    assert not [sign for sign in ("孙敏", "孙", "C000103", str(cast.sun), "sibling") if sign in seen]


@pytest.mark.parametrize("keeper_no", ["S02", "S03"])
def test_who_is_handed_to_another_keeper_takes_her_name_and_figures_along(cast: Cast, keeper_no: str):
    tie(cast)
    give(LI, keeper_no, "B2" if keeper_no == "S03" else "B1")
    other = {"S02": "周予安", "S03": "严书白"}[keeper_no]
    assert ties(cast, ZHAO) == Ties(beyond=(other,))
    assert ties(cast, LI, {"S02": "zhou", "S03": "yan"}[keeper_no]) == Ties(beyond=("沈知微",))


def test_a_tie_out_of_reach_that_is_no_family_is_not_told_at_all(cast: Cast):
    tie(cast, TieWords(Bond.FRIEND, introduced=Introduced.OF))
    give(LI, "S02")
    assert ties(cast, ZHAO) == Ties()


def test_a_keeper_takes_off_her_own_side_of_a_tie_that_leads_out_of_reach(cast: Cast):
    tie(cast)
    (tied,) = ties(cast, ZHAO).held
    give(LI, "S02")
    actions.unrelate(by=cast.shen, customer=cast.zhao, item=tied.item, version=1, now=NOW)
    assert ties(cast, ZHAO) == Ties()
    assert ties(cast, LI, "zhou") == Ties(beyond=("沈知微",)), "her colleague's file is her colleague's to change"
    give(LI, "S01")
    assert [len(each) for each in (ties(cast, LI).held, ties(cast, LI).removed)] == [0, 1]


def test_a_query_that_forgets_the_scope_of_the_other_one_is_noticed(
    cast: Cast, sql_anew: None, monkeypatch: pytest.MonkeyPatch
):
    tie(cast)
    give(LI, "S02")
    everybody = Customer.objects.for_system("broken")
    monkeypatch.setattr(type(everybody), "seen_by", lambda rows, viewer: rows.for_system("broken"))
    assert "李建华" in repr(ties(cast, ZHAO)) or "李*华" in repr(ties(cast, ZHAO))


def test_who_does_not_keep_her_reads_a_masked_name_and_a_coach_nothing(cast: Cast):
    tie(cast)
    for role, names in ((Role.HEAD, ["李*华"]), (Role.COACH, [])):
        other = replace(cast.qin, role=role, reach=Reach.BRANCH)
        assert [each.other.name for each in files.rest(other, cast.zhao).ties.held] == names


# ---------------------------------------------------------------- the database by itself


def insert(cast: Cast, customer: int, other: int, version: int = 1) -> bool:
    """Does the database take a row of a tie from 沈知微, past every action?"""
    with transaction.atomic():
        look_as(replace(cast.shen, reach=Reach.OWN))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "insert into customers_relation (customer_id, other_id, item, version, bond, by_id, recorded_at)"
                    " values (%s, %s, %s, %s, 'spouse', %s, now())",
                    [customer, other, cast.zhao, version, cast.shen.staff_id],
                )
        except DatabaseError:
            return False
        finally:
            transaction.set_rollback(True)
        return True


def test_the_database_ties_nobody_to_somebody_out_of_reach(cast: Cast):
    assert insert(cast, ZHAO, LI)
    assert not insert(cast, ZHAO, SUN)
    assert not insert(cast, SUN, ZHAO)
    assert not insert(cast, SUN, ZHAO, version=2)


def test_it_is_the_policy_of_beginnings_that_refuses(cast: Cast):
    assert insert(cast, ZHAO, SUN, version=2), "a later wording on one's own side needs only one's own customer"
