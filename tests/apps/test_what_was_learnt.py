"""What a keeper learnt of a customer: with its evidence and its history, without a child's name, for her alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.cases.contents import queries as contents
from guanhu.apps.customers.living import actions, queries
from guanhu.apps.customers.living.models import Fact
from guanhu.apps.customers.living.shapes import DayWords, FactWords
from guanhu.apps.people import vault
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.work import actions as work
from guanhu.apps.work.file import queries as files
from guanhu.rules.access import Reach, Role
from guanhu.rules.kinds import Calendar
from guanhu.rules.living import AgeBand, DateKind, FactKind, HeardFrom, NeedDepth, NeedFacet, NeedType, Whose
from tests import cast as people
from tests.cast import ZHAO, Cast
from tests.factories import NOW, TODAY

SINGS = FactWords(FactKind.INTEREST, "每周三下午去合唱团", HeardFrom.CUSTOMER, date(2026, 11, 10))
NEED = FactWords(
    FactKind.NEED, "急用时能取一部分", HeardFrom.SEEN, date(2026, 11, 12), need_type=NeedType.MAINTENANCE,
    need_depth=NeedDepth.LATENT, need_facet=NeedFacet.TROUBLE, found_how="两次问能不能提前支取",
)  # fmt: skip
HUSBAND = FactWords(FactKind.FAMILY, "市一中", HeardFrom.CUSTOMER, TODAY, whose=Whose.SPOUSE, person="林建年")
PUPIL = FactWords(FactKind.FAMILY, "", HeardFrom.FAMILY, TODAY, whose=Whose.GRANDCHILD, band=AgeBand.PUPIL)


def keep(cast: Cast, said: FactWords, **more):
    actions.keep_fact(**{"by": cast.shen, "customer": cast.zhao, "said": said, "today": TODAY, "now": NOW, **more})


def kept(cast: Cast):
    return queries.facts_of(cast.shen, ZHAO)


@pytest.mark.practice("P12")
def test_what_a_note_says_of_days_and_ways_goes_to_the_night_as_last_heard(cast: Cast):
    first = FactWords(FactKind.BEST_TIME, "周四下午", HeardFrom.CUSTOMER, TODAY - timedelta(days=3))
    keep(cast, first)
    assert queries.preferences_as_of(TODAY) == [{"customer": ZHAO, "weekdays": 1 << 3, "way": None}]
    keep(cast, FactWords(FactKind.BEST_TIME, "周五，最好发微信", HeardFrom.CUSTOMER, TODAY))
    assert queries.preferences_as_of(TODAY) == [{"customer": ZHAO, "weekdays": 1 << 4, "way": "message"}]
    assert queries.preferences_as_of(TODAY - timedelta(days=1)) == [{"customer": ZHAO, "weekdays": 1 << 3, "way": None}]


def test_a_note_changed_to_name_no_day_or_taken_off_prefers_none(cast: Cast):
    thursdays = FactWords(FactKind.BEST_TIME, "周四下午", HeardFrom.CUSTOMER, TODAY)
    keep(cast, thursdays)
    (note,) = kept(cast)
    keep(cast, replace(thursdays, text="下午"), item=note.item, version=1)
    assert queries.preferences_as_of(TODAY) == []
    keep(cast, SINGS)
    assert queries.preferences_as_of(TODAY) == []


@pytest.mark.practice("P1", "P2", "P3", "P11", "P12", "P153", "P154", "P155")
def test_everything_learnt_is_read_again_as_it_was_written(cast: Cast):
    more = [replace(SINGS, kind=kind) for kind in FactKind if kind not in (FactKind.NEED, FactKind.FAMILY)]
    for said in (NEED, HUSBAND, PUPIL, *more):
        keep(cast, said)
    assert {one.now.said for one in kept(cast)} == {NEED, HUSBAND, PUPIL, *more}
    assert [one.now.said.kind for one in kept(cast)][:3] == [FactKind.INTEREST, FactKind.LIKE, FactKind.NEED]


@pytest.mark.practice("P11")
def test_the_contact_in_which_it_was_heard_is_its_evidence(cast: Cast):
    told = {"by": cast.shen, "customer": cast.zhao, "now": NOW, "channel": "call", "seconds": 90}
    touch = work.record_touch(outcome="reached", request_key="heard", **told).touch
    keep(cast, replace(SINGS, contact=touch, heard_on=TODAY))
    rest = files.rest(cast.shen, cast.zhao)
    (heard,) = rest.heard_in
    assert (heard.contact, heard.on, heard.channel) == (touch, TODAY, "call")
    assert rest.facts[0].now.said.contact == touch


@pytest.mark.practice("P1")
def test_the_latest_is_shown_and_earlier_ones_are_kept(cast: Cast):
    keep(cast, SINGS)
    (first,) = kept(cast)
    keep(cast, replace(SINGS, text="改学国画"), item=first.item, version=1)
    (now,) = kept(cast)
    assert (now.now.said.text, [each.said for each in now.before]) == ("改学国画", [SINGS])
    actions.remove_fact(by=cast.shen, customer=cast.zhao, item=first.item, version=2, now=NOW)
    assert kept(cast) == ()
    assert Fact.objects.for_system("a test").count() == 3


def test_who_comes_second_is_told_who_was_first_and_in_what_they_differ(cast: Cast):
    keep(cast, SINGS)
    (first,) = kept(cast)
    keep(cast, replace(SINGS, text="改学国画"), item=first.item, version=1)
    cover = replace(cast.zhou, covered=(cast.shen.staff_id,))
    with pytest.raises(Conflict, match="沈知微 已先改了这一条") as refused:
        keep(cast, replace(SINGS, text="不去了"), by=cover, item=first.item, version=1)
    assert [(each.field, each.yours, each.theirs) for each in refused.value.differences] == [
        ("text", "不去了", "改学国画")
    ]


@pytest.mark.practice("P2")
@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (replace(SINGS, text=""), ["text"]),
        (replace(SINGS, heard_on=TODAY + timedelta(1)), ["heard_on"]),
        (replace(SINGS, whose=Whose.SPOUSE), ["whose"]),
        (replace(HUSBAND, whose=Whose.SELF), ["whose"]),
        (replace(HUSBAND, person="", text=""), ["text"]),
        (replace(PUPIL, person="媛媛"), ["person"]),
        (replace(PUPIL, text="某小学"), ["person"]),
        (replace(PUPIL, band=None), ["band", "text"]),
        (replace(HUSBAND, whose=Whose.CHILD), ["person", "band"]),
        (replace(NEED, need_type=None), ["need_type"]),
        (replace(NEED, need_facet=None), ["need_type"]),
        (replace(NEED, found_how=""), ["found_how"]),
        (replace(SINGS, text="爱人电话 13812342716"), ["text"]),
        (replace(HUSBAND, person="老林 360102196303050428"), ["person"]),
        (replace(NEED, found_how="她说密码 123456"), ["found_how"]),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(cast: Cast, said: FactWords, fields: list[str]):
    with pytest.raises(Refused) as refused:
        keep(cast, said)
    assert list(refused.value.errors) == fields
    assert kept(cast) == ()


def test_a_grown_childs_name_and_work_are_kept(cast: Cast):
    keep(cast, replace(HUSBAND, whose=Whose.CHILD, band=AgeBand.GROWN))
    assert kept(cast)[0].now.said.person == "林建年"


def test_the_database_itself_takes_no_words_about_a_child(cast: Cast):
    row = Fact(customer_id=ZHAO, item=cast.zhao, version=1, by_id=cast.shen.staff_id, recorded_at=NOW, kind="family",
               text="某小学", heard_from="family", heard_on=TODAY, whose="child", band="pupil")  # fmt: skip
    with pytest.raises(IntegrityError, match="fact_of_a_child"), transaction.atomic():
        row.save()


def test_another_customers_fact_cannot_be_named_and_another_keepers_is_absent(cast: Cast):
    keep(cast, SINGS)
    (first,) = kept(cast)
    with pytest.raises(Invisible):
        keep(cast, SINGS, customer=cast.li, item=first.item, version=1)
    with pytest.raises(Invisible):
        keep(cast, SINGS, by=cast.zhou, item=first.item, version=1)
    assert queries.facts_of(cast.zhou, ZHAO) == ()


def test_what_was_learnt_lies_sealed_to_its_wording(cast: Cast):
    keep(cast, NEED)
    with connection.cursor() as cursor:
        cursor.execute("select t::text from customers_fact t")
        lies = str(cursor.fetchall())
    assert [word for word in (NEED.text, NEED.found_how) if word.encode().hex() in lies or word in lies] == []
    row = Fact.objects.for_system("a test").get()
    row.text = row.found_how
    with pytest.raises(vault.SealBroken):
        vault.open(row, "text")


@pytest.mark.parametrize("role", [Role.HEAD, Role.COACH])
def test_who_does_not_keep_her_reads_that_there_is_something_and_no_word_of_it(cast: Cast, role: Role):
    keep(cast, NEED)
    keep(cast, HUSBAND)
    other = replace(cast.shen, staff_id=10_000, staff_no="H01", role=role, reach=Reach.BRANCH)
    rest = files.rest(other, cast.zhao)
    assert [word for word in (NEED.text, NEED.found_how, "林建年", "市一中") if word in repr(rest)] == []
    assert len(rest.facts) == (2 if role is Role.HEAD else 0)
    assert rest.heard_in == ()


def test_a_file_that_forgets_to_mask_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    keep(cast, NEED)
    monkeypatch.setattr(FactWords, "masked", lambda said: said)
    other = replace(cast.shen, staff_id=10_000, staff_no="H01", role=Role.HEAD, reach=Reach.BRANCH)
    assert NEED.text in repr(files.rest(other, cast.zhao))


def test_a_file_is_no_heap(cast: Cast):
    for n in range(60):
        keep(cast, replace(SINGS, text=f"第 {n} 件"))
    with pytest.raises(Refused, match="先移除不用的再加"):
        keep(cast, SINGS)


@pytest.mark.practice("P1", "P8")
def test_it_goes_with_the_customer_to_her_next_keeper(cast: Cast):
    keep(cast, NEED)
    day = DayWords(DateKind.WEDDING, Whose.SELF, Calendar.SOLAR, 1, 18, person="林建年")
    actions.keep_day(by=cast.shen, customer=cast.zhao, said=day, today=TODAY, now=NOW)
    moved = [{**row, "keeper_no": "S02"} if row["customer"] == ZHAO else row for row in people.CUSTOMERS]
    customers.take_in(people.persons(customers=moved))
    assert queries.facts_of(cast.shen, ZHAO) == queries.days_of(cast.shen, ZHAO) == ()
    (fact,), (kept_day,) = queries.facts_of(cast.zhou, ZHAO), queries.days_of(cast.zhou, ZHAO)
    assert (fact.now.said, fact.now.who, kept_day.now.said) == (NEED, "沈知微", day)
    keep(cast, replace(NEED, text="已办通知存款"), by=cast.zhou, item=fact.item, version=1)
    assert queries.facts_of(cast.zhou, ZHAO)[0].now.who == "周予安"


def test_a_persons_copy_tells_her_all_of_it_in_words(cast: Cast):
    keep(cast, NEED)
    keep(cast, HUSBAND)
    officer = replace(cast.shen, role=Role.PRIVACY, reach=Reach.CASE, number="C000101")
    told = {one.title: one for one in contents.sections(officer, contents.person_of("C000101", ZHAO))}
    section = told["了解到的事"]
    said = str(section.rows)
    assert [
        word for word in (NEED.text, NEED.found_how, "林建年", "市一中", "没说出口的需求") if word not in said
    ] == []
    assert (section.purpose, section.keep) == ("关怀与服务", "客户存续期及其后 90 天")
    measured = told["当日面貌"]
    (row,) = (dict(zip((column.label for column in measured.columns), each, strict=True)) for each in measured.rows)
    assert row["近三个月管理资产有变动的日子"] == ["2026-11-19"]
    assert row["各变动多少"] == [-3_600_000]


# ---------------------------------------------------------------- what may be kept only by consent (C12)


def learn(cast: Cast, **said):
    words = FactWords(**{"kind": FactKind.LIKE, "text": "血糖高，别送甜点", "heard_from": HeardFrom.CUSTOMER,
                         "heard_on": TODAY, **said})  # fmt: skip
    actions.keep_fact(by=cast.shen, customer=cast.zhao, said=words, today=TODAY, now=NOW)


@pytest.mark.parametrize(
    ("said", "field", "says"),
    [({}, "text", "写到了健康状况"), ({"text": "她信佛"}, "text", "写到了宗教信仰"),
     ({"text": "孙子在育才小学", "purpose": "送书"}, "text", "不满十四岁的孩子只记"),
     ({"text": "密码 880012", "purpose": "帮她记"}, "text", "密码和验证码任何地方都不记"),
     ({"purpose": "回拨13812342716"}, "purpose", "号码记在联系方式里")],
)  # fmt: skip
def test_health_and_belief_are_not_kept_without_consent_and_the_rest_not_at_all(
    cast: Cast, said: dict[str, str], field: str, says: str
):
    with pytest.raises(Refused, match=says) as refused:
        learn(cast, **said)
    assert list(refused.value.errors) == [field]


def test_by_separate_consent_and_for_a_purpose_it_is_kept_sealed_with_both(cast: Cast):
    learn(cast, purpose="备茶点时避开甜食")
    (kept,) = queries.facts_of(cast.shen, ZHAO)
    assert (kept.now.said.text, kept.now.said.purpose) == ("血糖高，别送甜点", "备茶点时避开甜食")
    assert kept.masked().now.said.purpose == "****"
    with connection.cursor() as cursor:
        cursor.execute("select t::text from customers_fact t")
        assert "甜食".encode().hex() not in str(cursor.fetchall())
