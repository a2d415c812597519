"""本周, 明日计划 and 工作日志 on the page: a contact is arranged, the day is laid out, a log is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.people import policy
from guanhu.apps.work.models import Promise
from guanhu.rules.policy import SHIPPED
from tests import cast as people
from tests.cast import LI, ZHAO, Cast
from tests.factories import ahead_row, line_row, quota_rows
from tests.offices import id_of
from tests.web.conftest import outcome, signed_in, text
from tests.web.test_a_morning import plain

pytestmark = pytest.mark.slow
MEETING = {"due_on": "2026-11-25", "at": "14:30", "channel": "meeting", "purpose": "客户要来办转存"}


@pytest.mark.practice("P68")
def test_a_customer_is_found_put_on_a_day_and_taken_off_again(cast: Cast, shen: Client):
    hits = text(shen.post("/today/week/find/", {"words": "赵桂芳"}))
    assert f"/today/week/?who={cast.zhao}" in hits
    form = text(shen.get(f"/today/week/?who={cast.zhao}"))
    assert reverse("arrange", args=[cast.zhao]) in form
    answer = shen.post(reverse("arrange", args=[cast.zhao]), MEETING)
    assert answer.headers["Location"] == "/today/week/?said=arranged"
    page = plain(text(shen.get("/today/week/")))
    assert "14:30 A 赵*芳 面访 客户要来办转存" in page
    row = Promise.objects.for_system("a test").get()
    shen.post(reverse("cancel", args=[row.public_id]))
    assert "客户要来办转存" not in text(shen.get("/today/week/"))


@pytest.mark.practice("P58")
@pytest.mark.parametrize(("page", "came", "back"), [("brief", "brief", "?said="), ("customer", "file", "?done=")])
def test_a_brief_and_a_file_lead_to_a_day_for_their_customer_and_back(
    cast: Cast, shen: Client, page: str, came: str, back: str
):
    here = reverse(page, args=[cast.zhao])
    assert f'/today/week/?who={cast.zhao}&amp;came={came}"' in text(shen.get(here))
    form = text(shen.get(f"/today/week/?who={cast.zhao}&came={came}"))
    assert f'name="came" value="{came}"' in form
    answer = shen.post(reverse("arrange", args=[cast.zhao]), {**MEETING, "came": came})
    assert answer.headers["Location"] == f"{here}{back}arranged"
    assert "已安排，当天会排进名单" in text(shen.get(answer.headers["Location"]))


def test_from_nowhere_known_one_stays_on_the_week(cast: Cast, shen: Client):
    answer = shen.post(reverse("arrange", args=[cast.zhao]), {**MEETING, "came": "//elsewhere"})
    assert answer.headers["Location"] == "/today/week/?said=arranged"


@pytest.mark.parametrize(
    ("sent", "says"),
    [({"due_on": ""}, "选一天"), ({"due_on": "2026-11-28"}, "选一个工作日"), ({"purpose": ""}, "写明为了什么"),
     ({"at": "下午"}, "时间写成"), ({"purpose": "她信佛"}, "没有存，写到了")],
)  # fmt: skip
def test_what_is_wrong_with_an_arrangement_stands_beside_its_field(cast: Cast, shen: Client, sent, says):
    answer = shen.post(reverse("arrange", args=[cast.zhao]), {**MEETING, **sent})
    assert answer.status_code == 422
    assert says in plain(text(answer))
    assert not Promise.objects.for_system("a test").exists()


@pytest.mark.practice("P68")
def test_a_goal_is_set_and_shown_against_what_was_done(cast: Cast, shen: Client):
    assert "这一周还没有定目标" in text(shen.get("/today/week/"))
    sent = {"week_on": "2026-11-23", "contacts": "50", "meetings": "4", "goal": "到期的都见一遍"}
    assert shen.post("/today/week/goal/", sent).status_code == 302
    shen.post(f"/today/{cast.li}/outcome/", outcome(cast, customer=cast.li))
    page = plain(text(shen.get("/today/week/")))
    assert "到期的都见一遍" in page
    assert "1 / 50" in page
    assert shen.post("/today/week/goal/", {**sent, "meetings": "51"}).status_code == 422


@pytest.mark.practice("P62")
def test_tomorrow_is_laid_out_by_the_hour_with_what_lacks_on_top(cast: Cast, shen: Client):
    assert "明天还没有约好的" in text(shen.get("/today/tomorrow/"))
    shen.post(reverse("arrange", args=[cast.zhao]), MEETING)
    shen.post("/today/review/rest/", {"reason": "时间不够"})
    page = plain(text(shen.get("/today/tomorrow/")))
    assert page.index("09:30 通话时段 1 位") < page.index("14:30 A 赵*芳 客户要来办转存")
    assert "还差" in page
    assert shen.post("/today/tomorrow/confirm/").headers["Location"] == "/today/tomorrow/?said=confirmed"
    assert "已确认，负责人看得到" in text(shen.get("/today/tomorrow/"))
    assert "明日计划已确认" in text(signed_in("S04").get("/team/reviews/"))


@pytest.mark.practice("P62")
def test_a_candidate_is_put_into_tomorrow_by_one_press_and_taken_off_again(cast: Cast, shen: Client):
    shen.post(f"/today/{cast.li}/outcome/", outcome(cast, customer=cast.li))
    page = plain(text(shen.get("/today/tomorrow/")))
    assert "李*华 电话 临界 · 系统排在 11-26 排入" in page
    sent = {"back": "tomorrow", "due_on": "2026-11-25", "channel": "call", "purpose": "临界"}
    answer = shen.post(reverse("arrange", args=[cast.li]), sent)
    assert answer.headers["Location"] == "/today/tomorrow/?said=arranged"
    page = plain(text(shen.get(answer.headers["Location"])))
    assert ("李*华 临界 取消" in page, "排入 李*华" in page) == (True, False)
    row = Promise.objects.for_system("a test").get(purpose="临界")
    answer = shen.post(reverse("cancel", args=[row.public_id]), {"back": "tomorrow"})
    assert answer.headers["Location"] == "/today/tomorrow/?said=cancelled"


@pytest.mark.practice("P62")
@pytest.mark.parametrize(("hour", "says"), [(24, "到 24:00 还没有确认，就按系统的方案"), (0, "0:00 已过，还没有确认")])
def test_the_page_says_what_becomes_of_a_plan_nobody_confirms(
    cast: Cast, shen: Client, monkeypatch: pytest.MonkeyPatch, hour: int, says: str
):
    monkeypatch.setattr(policy, "in_force", lambda: replace(SHIPPED, plan_final_hour=hour))
    assert says in plain(text(shen.get("/today/tomorrow/")))
    shen.post("/today/tomorrow/confirm/")
    assert "已确认：系统排下的今晚不动" in plain(text(shen.get("/today/tomorrow/")))


@pytest.mark.practice("P67")
def test_a_log_is_narrowed_by_what_stands_in_its_address_and_a_head_reads_it_masked(cast: Cast, shen: Client):
    shen.post(f"/today/{cast.zhao}/outcome/", outcome(cast))
    page = plain(text(shen.get("/today/log/")))
    assert "赵*芳 接通 2分钟 有效" in page
    assert "这段时间没有这样的联系" in text(shen.get("/today/log/?result=closed"))
    assert "赵*芳" in text(shen.get("/today/log/?days=22&way=call&result=reached"))
    assert shen.get("/today/log/?days=x&way=x&result=x").status_code == 200
    theirs = reverse("colleague_log", args=[id_of("S01")])
    head = plain(text(signed_in("S04").get(theirs)))
    assert ("沈知微 的工作日志" in head, "赵*芳" in head, "赵桂芳" in head) == (True, True, False)
    assert signed_in("S04").get(reverse("colleague_log", args=[id_of("S03")])).status_code == 404
    assert shen.get(theirs).status_code == 404


def test_before_any_night_each_page_says_what_will_stand_here(db: None):
    from guanhu.apps.customers import actions as customers
    from tests import cast as people

    customers.take_in(people.persons())
    site = signed_in("S01")
    for address, says in (
        ("tomorrow", "还没有可以计划的一天"),
        ("week", "还没有可以计划的一周"),
        ("log", "还没有日志"),
    ):
        assert says in text(site.get(reverse(address)))
    assert site.post("/today/tomorrow/confirm/").status_code == 302


@pytest.mark.practice("P55")
def test_the_reserve_says_who_comes_next_and_how_many_calls_it_takes(cast: Cast, shen: Client):
    assert "没有候补了" in text(shen.get("/today/reserve/"))
    people.morning(
        lines=[line_row(ZHAO, 1)], quotas=quota_rows("S01", calls=3),
        ahead=[ahead_row(LI, date(2026, 11, 24)), ahead_row(LI)],
    )  # fmt: skip
    page = plain(text(shen.get("/today/reserve/")))
    assert "李*华 电话 现在排得进 临界 · 系统排在 11-26" in page
    assert "接通率 60% 还没有自己的通话，先这样估 大约要拨 5 名单上还有 1 位 要从候补里拨 4" in page
    assert f'href="/today/{cast.li}/"' in text(shen.get("/today/reserve/"))
