"""A file's meter: read off what stands there, whoever asks and however many are asked for."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.living import actions
from guanhu.apps.customers.living import queries as living
from guanhu.apps.customers.living.shapes import DayWords, FactWords
from guanhu.apps.customers.quality import queries
from guanhu.apps.people.queries import shown
from guanhu.apps.work.file import queries as files
from guanhu.rules.access import Reach, Role
from guanhu.rules.kinds import Calendar, FileItem
from guanhu.rules.living import DateKind, FactKind, HeardFrom, Whose
from tests.cast import LI, SUN, WU, ZHAO, Cast
from tests.factories import NOW, TODAY, customer_row

pytestmark = pytest.mark.slow
SINGS = FactWords(FactKind.INTEREST, "合唱团", HeardFrom.CUSTOMER, TODAY)


def write(cast: Cast, said: FactWords, customer: UUID | None = None) -> None:
    actions.keep_fact(by=cast.shen, customer=customer or cast.zhao, said=said, today=TODAY, now=NOW)


def meter(cast: Cast, key: int = ZHAO):
    return queries.meters(cast.shen, shown(cast.shen.branch_id), [key])[key]


@pytest.mark.practice("P5")
def test_what_the_bank_knows_and_what_was_learnt_both_fill_the_file(cast: Cast):
    before = meter(cast)
    assert {FileItem.PHONE, FileItem.BIRTH, FileItem.OCCUPATION, FileItem.RISK, FileItem.CONSENT}.isdisjoint(
        before.missing
    )
    assert FileItem.INTEREST in before.missing
    write(cast, SINGS)
    after = meter(cast)
    assert FileItem.INTEREST not in after.missing
    assert after.share_bp > before.share_bp


def test_what_was_removed_or_said_long_ago_is_seen(cast: Cast):
    write(cast, replace(SINGS, heard_on=date(2024, 1, 1)))
    assert meter(cast).stale == (FileItem.INTEREST,)
    (kept,) = living.facts_of(cast.shen, ZHAO)
    told = {"by": cast.shen, "customer": cast.zhao, "item": kept.item, "version": kept.version, "now": NOW}
    actions.keep_fact(**told, said=SINGS, today=TODAY)
    assert meter(cast).stale == ()
    actions.remove_fact(**{**told, "version": 2})
    assert FileItem.INTEREST in meter(cast).missing


def test_a_birthday_the_keeper_wrote_down_counts_where_the_bank_has_none(cast: Cast):
    customers.take_in({"customers": [customer_row(LI, name="李建华", birth_on=None)]})
    assert FileItem.BIRTH in meter(cast, LI).missing
    day = DayWords(DateKind.BIRTHDAY, Whose.SELF, Calendar.SOLAR, 3, 5)
    actions.keep_day(by=cast.shen, customer=cast.li, said=day, today=TODAY, now=NOW)
    assert FileItem.BIRTH not in meter(cast, LI).missing


def test_one_file_many_files_and_the_page_say_the_same(cast: Cast):
    write(cast, SINGS)
    now = shown(cast.shen.branch_id)
    many = queries.meters(cast.shen, now, [ZHAO, LI, SUN, WU])
    assert many.keys() == {ZHAO, LI}
    assert many == queries.meters_of_keeper(cast.shen, now, cast.shen.staff_id)
    assert files.rest(cast.shen, cast.zhao).meter == many[ZHAO]
    assert files.card(cast.shen, cast.li).meter == many[LI]
    assert queries.meters(cast.shen, now, []) == {}


def test_a_coach_reads_no_meter_and_a_head_does(cast: Cast):
    head = replace(cast.qin, reach=Reach.BRANCH)
    assert files.rest(head, cast.zhao).meter is not None
    assert files.rest(replace(head, role=Role.COACH), cast.zhao).meter is None
