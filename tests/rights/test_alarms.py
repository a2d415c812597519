"""From the trail to the alarm and its answer: what colleagues looked at is read every few minutes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils.timezone import make_aware

from guanhu.apps.audit import trail
from guanhu.apps.audit.models import Entry
from guanhu.apps.people.alarms import actions, queries
from guanhu.apps.people.alarms.models import Alarm, Looked
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.engine import tables
from guanhu.night import alarms
from guanhu.rules.access import Denied
from guanhu.rules.alarms import AlarmAnswer, AlarmKind
from guanhu.rules.kinds import TrailAction
from guanhu.rules.policy import SHIPPED
from tests.cast import ZHAO
from tests.factories import TODAY

pytestmark = pytest.mark.slow
ONE = timedelta(days=1)
EVENING = make_aware(datetime(2026, 11, 24, 18, 0))


def at(day, hour: int = 10):
    """A moment of a day, in the branch's time."""
    return make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=hour)


def look(viewer, keys, day=TODAY, hour: int = 10, action=TrailAction.CUSTOMER_VIEW) -> None:
    """These customers' files opened, as pages do it."""
    with trail.recording():
        for key in keys:
            trail.note(viewer, action, person=key, object=("file", str(key)), at=at(day, hour))


def ordinary(viewer, days: int = 20, many: int = 30) -> None:
    """Some weeks of ordinary looking."""
    for n in range(days, 0, -1):
        look(viewer, range(many), TODAY - n * ONE)


def planned(lake, keys, keeper: str = "S01", day=TODAY - ONE) -> None:
    """A list of these customers."""
    row = {column.name: None for column in tables.PLANS.columns}
    made = [
        row | {"keeper_no": keeper, "customer": key, "place": place, "day_on": day + ONE}
        for place, key in enumerate(keys, 1)
    ]
    lake.write_rows(tables.PLANS, day, made)


def watched(lake, now=EVENING, policy=SHIPPED) -> list[tuple[str, str]]:
    """What is raised now: whom, and how."""
    alarms.watch(lake, policy, now=now)
    return list(Alarm.objects.order_by("pk").values_list("staff__staff_no", "kind"))


def test_an_ordinary_day_raises_nothing_and_days_before_are_added_up(office, cast, lake):
    ordinary(cast.shen)
    look(cast.shen, range(30))
    assert watched(lake) == []
    assert Looked.objects.filter(staff_no="S01").count() == 20
    assert queries.last_day() == TODAY - ONE


def test_a_haul_is_told_on_the_trail_within_the_round(office, cast, lake):
    ordinary(cast.shen)
    look(cast.shen, range(95))
    assert watched(lake) == [("S01", AlarmKind.SURGE)]
    row = Alarm.objects.get()
    assert (row.seen, row.usual, row.line) == (95, 30, 90)
    assert Entry.objects.filter(action="alarm", object_id="S01").count() == 1


def test_the_same_round_twice_tells_once_and_more_brings_it_up_to_date(office, cast, lake):
    ordinary(cast.shen)
    look(cast.shen, range(95))
    watched(lake)
    look(cast.shen, range(95, 140), hour=16)
    assert watched(lake, EVENING + timedelta(minutes=5)) == [("S01", AlarmKind.SURGE)]
    assert Alarm.objects.get().seen == 140
    assert Entry.objects.filter(action="alarm").count() == 1


def test_a_day_on_which_nobody_stood_by_is_still_judged(office, cast, lake):
    ordinary(cast.shen)
    look(cast.shen, range(95), TODAY - ONE, 16)
    assert watched(lake, at(TODAY, 8)) == [("S01", AlarmKind.SURGE)]
    assert Alarm.objects.get().day == TODAY - ONE


def test_customers_on_the_list_or_contacted_explain_themselves(office, cast, lake):
    few = replace(SHIPPED, alarm_drip_customers=2)
    planned(lake, [1, 2, 3, ZHAO])
    look(cast.shen, [1, 2, 3, ZHAO])
    assert watched(lake, policy=few) == []
    look(cast.shen, [4, 5, 6])
    assert watched(lake, policy=few) == [("S01", AlarmKind.DRIP)]


def test_a_stand_in_has_the_list_of_whom_she_covers(office, cast, lake):
    from guanhu.apps.people.models import Cover

    few = replace(SHIPPED, alarm_drip_customers=2)
    planned(lake, [1, 2, 3], "S02")
    look(cast.shen, [1, 2, 3])
    Cover.objects.create(giver_id=cast.zhou.staff_id, taker_id=cast.shen.staff_id, from_on=TODAY, to_on=TODAY,
                         reason="培训", granted_by_id=cast.qin.staff_id, granted_at=EVENING)  # fmt: skip
    assert watched(lake, policy=few) == []


def test_looking_at_night_and_paging_through_the_branch_are_seen(office, cast, lake):
    look(cast.shen, range(12), hour=22)
    with trail.recording():
        for page in range(26):
            trail.note(cast.qin, TrailAction.LIST_VIEW, object=("list", "book"), at=at(TODAY),
                       people=range(50 * page, 50 * page + 50))  # fmt: skip
            trail.note(cast.yan, TrailAction.LIST_VIEW, object=("list", "today"), at=at(TODAY),
                       people=range(50 * page, 50 * page + 50))  # fmt: skip
    few = replace(SHIPPED, alarm_floor_listed=400)
    assert watched(lake, at(TODAY, 23), few) == [("S01", AlarmKind.OUTSIDE), ("S04", AlarmKind.SURGE)]
    assert Alarm.objects.get(staff__staff_no="S04").seen == 1300


def test_reveals_and_calls_count_as_revealed(office, cast, lake):
    look(cast.shen, range(121), action=TrailAction.CALL)
    assert watched(lake) == [("S01", AlarmKind.SURGE)]
    assert Alarm.objects.get().measure == "revealed"


def taken_out(viewer, keys, day=TODAY) -> None:
    """A file of these customers downloaded, after it was asked for and made."""
    with trail.recording():
        for result, people in (("asked", ()), ("made", ()), ("taken", keys)):
            trail.note(viewer, TrailAction.EXPORT, object=("export", "D1"), people=people, count=len(keys),
                       result=result, at=at(day))  # fmt: skip


def test_customers_taken_out_in_files_are_counted_each_once_and_kept(office, cast, lake):
    ordinary(cast.shen)
    taken_out(cast.shen, range(200), TODAY - ONE)
    taken_out(cast.shen, range(200))
    taken_out(cast.shen, range(100, 299))
    assert watched(lake) == []
    assert Looked.objects.get(day=TODAY - ONE).exported == 200
    taken_out(cast.shen, [299])
    assert watched(lake) == [("S01", "surge")]
    alarm = Alarm.objects.get()
    assert (alarm.measure, alarm.seen) == ("exported", 300)
    shown = queries.alarms(office.audit).open[0]
    assert [bar.count for bar in shown.bars][-2:] == [0, 200]


def test_a_file_taken_out_before_leaving_is_told(office, cast, lake):
    actions.tell_leaving(by=office.security, staff_no="S02", known_on=TODAY, last_on=TODAY + ONE, now=EVENING)
    taken_out(cast.zhou, range(12))
    assert watched(lake) == [("S02", "notice")]
    assert Alarm.objects.get().measure == "exported"


def test_an_alarm_that_forgets_files_taken_out_is_found(office, cast, lake, monkeypatch):
    taken_out(cast.shen, range(400))
    monkeypatch.setattr(alarms.looks, "exported", lambda since, until: {})
    assert watched(lake) == []


def test_before_leaving_less_is_told(office, cast, lake):
    ordinary(cast.shen)
    actions.tell_leaving(by=office.security, staff_no="S01", known_on=TODAY, last_on=TODAY + 30 * ONE, now=EVENING)
    planned(lake, range(30))
    look(cast.shen, range(43))
    assert watched(lake) == [("S01", AlarmKind.NOTICE)]


# ---------------------------------------------------------------- answers


@pytest.fixture
def raised(office, cast, lake) -> Alarm:
    """An alarm about 沈知微."""
    ordinary(cast.shen)
    look(cast.shen, range(95))
    watched(lake)
    return Alarm.objects.get()


def test_an_alarm_is_answered_once_with_a_note_and_on_the_trail(raised, office, lake):
    actions.answer(
        by=office.security, alarm=raised.public_id, word="harmless", note="季末回访，已核对名单", now=EVENING
    )
    raised.refresh_from_db()
    assert (raised.answer, raised.answered_by_id) == (AlarmAnswer.HARMLESS, office.security.staff_id)
    assert Entry.objects.filter(action="alarm", actor="X01", result="harmless").count() == 1
    with pytest.raises(Conflict):
        actions.answer(by=office.audit, alarm=raised.public_id, word="followed", note="再看", now=EVENING)
    assert watched(lake, EVENING + timedelta(minutes=5)) == [("S01", AlarmKind.SURGE)]


@pytest.mark.parametrize(("word", "note"), [("open", "x"), ("harmless", " "), ("harmless", "长" * 501), ("other", "x")])
def test_an_answer_that_says_nothing_is_refused(raised, office, word, note):
    with pytest.raises(Refused):
        actions.answer(by=office.security, alarm=raised.public_id, word=word, note=note, now=EVENING)


def test_nobody_answers_about_herself_and_no_keeper_answers_at_all(raised, office, cast):
    with pytest.raises(Denied):
        actions.answer(by=cast.shen, alarm=raised.public_id, word="harmless", note="是我", now=EVENING)
    herself = replace(office.security, staff_id=cast.shen.staff_id)
    with pytest.raises(Refused):
        actions.answer(by=herself, alarm=raised.public_id, word="harmless", note="是我", now=EVENING)


def test_the_page_of_alarms_draws_the_days_behind_each_and_is_itself_noted(raised, office):
    found = queries.alarms(office.audit)
    (told,) = found.open
    assert [bar.count for bar in told.bars] == [30] * 20
    assert (told.name, told.seen, told.usual) == ("沈知微", 95, 30)
    assert Entry.objects.filter(action="alarm_view", actor="A01").count() == 1


def test_an_alarm_that_forgets_reveals_is_found(office, cast, lake, monkeypatch):
    monkeypatch.setattr(alarms.looks, "OPENED", (TrailAction.CUSTOMER_VIEW.value,))
    look(cast.shen, range(121), action=TrailAction.REVEAL)
    assert watched(lake) == []
