"""A morning at the workbench through plain forms and through the script's requests: record, take back, set aside."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guanhu.apps.customers import actions as customers
from guanhu.apps.people import queries as people_queries
from guanhu.apps.work import queries
from guanhu.apps.work.models import PlanLine
from tests import cast as people
from tests.cast import Cast
from tests.factories import DAY, WAN, customer_row, line_row, opportunity_row, publish, standing_row
from tests.journeys.mornings import full_morning
from tests.web.conftest import HTMX, outcome, signed_in, text


def plain(html: str) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def done(cast: Cast, channel: str = "call") -> int:
    """How many of a channel count today."""
    return next(each.done for each in queries.today(cast.shen).quotas if each.channel == channel)


def send(client: Client, cast: Cast, script: bool = False, **typed: Any):
    """Send the record form of 赵桂芳."""
    return client.post(reverse("record", args=[cast.zhao]), outcome(cast, **typed), **(HTMX if script else {}))


def test_the_list_says_who_why_and_by_which_way(cast: Cast, shen: Client):
    page = plain(text(shen.get("/today/")))
    assert "11月24日 星期二" in page
    assert "农历十月十六" in page
    assert "管户 2 户" in page
    assert "赵*芳" in page
    assert "定期存款50万 7天后到期" in page
    assert page.index("必做 1 到期") < page.index("赵*芳") < page.index("电话 1 满") < page.index("李*华")
    assert "835 元" in page


def test_the_brief_adds_up_to_the_value_by_which_it_was_chosen(cast: Cast, shen: Client):
    brief = plain(text(shen.get(reverse("brief", args=[cast.zhao]), **HTMX)))
    assert "赵桂芳" in brief
    assert "+850 元 定期存款50万 7天后到期" in brief
    assert "−15 元 5 个工作日内已联系 1 次" in brief
    assert "+835 元 合计" in brief
    assert "今天再多一个电话名额值 20 元" in brief
    assert "138 **** 2716" in brief
    assert "13812342716" not in brief


@pytest.mark.practice("P12")
def test_what_another_day_than_she_likes_loses_is_one_of_the_signed_reasons(cast: Cast, shen: Client):
    line = PlanLine.objects.for_system("a test").get(customer__public_id=cast.zhao)
    line.reasons.append({"kind": "unliked", "fen": -100_00, "figures": {"weekdays": 24, "way": None}})
    line.value_fen -= 100_00
    line.save()
    brief = plain(text(shen.get(reverse("brief", args=[cast.zhao]), **HTMX)))
    assert "−100 元 客户更愿意周四、周五联系" in brief
    assert "+735 元 合计" in brief


def test_a_part_is_a_part_and_a_page_is_a_page(cast: Cast, shen: Client):
    address = reverse("brief", args=[cast.zhao])
    assert text(shen.get(address, **HTMX)).lstrip().startswith("<aside")
    assert "<!doctype html>" in text(shen.get(address))
    assert "<!doctype html>" in text(shen.get(address, **HTMX, HTTP_HX_HISTORY_RESTORE_REQUEST="true"))


@pytest.mark.practice("P103")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "接通 2分钟（自报）"),
        ({"outcome": "no_answer", "minutes": "", "seconds": ""}, "未接"),
        ({"outcome": "declined", "refusal": "no_need"}, "拒绝 2分钟（自报） · 没需要"),
        ({"outcome": "booked", "meeting_on": "2026-12-01", "meeting_at": "10:00", "meeting_place": "贵宾室"},
         "约见 2分钟（自报） 12-01 10:00 贵宾室"),
        ({"outcome": "closed", "product": "三年期定存", "amount_wan": "12.5"}, "成交 2分钟（自报） 三年期定存 12.5万"),
        ({"outcome": "sent", "channel": "message", "minutes": "", "seconds": ""}, "已发送"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_each_outcome_is_recorded(cast: Cast, shen: Client, typed: dict[str, str], says: str, script: bool):
    response = send(shen, cast, script, **typed)
    assert response.status_code == (200 if script else 302)
    today = queries.today(cast.shen)
    assert today is not None
    assert [line.public_id for line in today.done] == [cast.zhao]
    assert says in plain(text(shen.get("/today/")))


def test_after_a_record_the_next_person_stands_there(cast: Cast, shen: Client):
    brought = text(send(shen, cast, script=True))
    assert f'data-line="{cast.li}"' in brought
    coming = reverse("brief", args=[cast.li])
    assert re.search(rf'<aside[^>]* aria-busy="true" hx-get="{coming}" hx-trigger="load"', brought)
    assert "李建华" not in brought  # whom nobody asked for yet, nobody looked at
    assert f'data-line="{cast.li}"' in text(shen.get(coming, **HTMX))
    for part in ("quota", "counts", "filters", "tasks", "nav-open", "toasts"):
        assert re.search(rf'id="{part}"[^>]*hx-swap-oob="true"', brought), part
    assert "1 / 20" in plain(brought)
    assert "赵桂芳：接通，已记下" in brought


def test_a_contact_moves_its_own_line_and_leaves_the_list_alone(cast: Cast, shen: Client):
    full_morning()
    first, second, third = (line.public_id for line in queries.today(cast.shen).groups[0].lines[:3])

    def sent(customer: Any, written: int) -> str:
        typed = outcome(cast, customer=customer, written=str(written))
        return text(shen.post(reverse("record", args=[customer]), typed, **HTMX))

    assert 'id="tasks"' in sent(first, 0), "the first one done opens a heading"
    brought = sent(second, 1)
    assert 'id="tasks"' not in brought
    assert re.search(
        rf'<li id="line-{second}" hx-swap-oob="delete"></li><ul id="lines-done" hx-swap-oob="after', brought
    )
    assert re.search(r'id="n-done" hx-swap-oob="true">2<', brought)
    assert 'name="written" id="written" value="2"' in brought
    assert 'id="tasks"' in sent(third, 1), "somebody else wrote meanwhile: the whole list comes anew"


def test_without_script_the_next_page_is_the_next_person_with_an_undo(cast: Cast, shen: Client):
    response = send(shen, cast)
    assert response.headers["Location"].startswith(reverse("brief", args=[cast.li]))
    following = text(shen.get(response.headers["Location"]))
    (undo,) = set(re.findall(r'action="(/today/undo/[^"]+)"', following))
    assert shen.post(undo).headers["Location"] == reverse("brief", args=[cast.zhao])
    assert done(cast) == 0


@pytest.mark.practice("P55")
def test_a_call_below_a_minute_is_recorded_but_does_not_count(cast: Cast, shen: Client):
    send(shen, cast, minutes="0", seconds="59")
    assert done(cast) == 0
    assert queries.today(cast.shen).done


def test_taking_back_puts_the_line_where_it_was(cast: Cast, shen: Client):
    before = plain(text(shen.get("/today/")))
    undo = re.findall(r'hx-post="(/today/undo/[^"]+)"', text(send(shen, cast, script=True)))[0]
    brought = text(shen.post(undo, **HTMX))
    assert f'data-line="{cast.zhao}"' in brought
    assert "已撤销" in brought
    assert plain(text(shen.get("/today/"))) == before


def test_the_same_form_sent_twice_is_one_record(cast: Cast, shen: Client):
    send(shen, cast, script=True)
    send(shen, cast, script=True)
    assert done(cast) == 1
    assert len(queries.brief(cast.shen, cast.zhao).touches) == 1


def test_a_stale_form_is_told_who_was_first(cast: Cast, shen: Client):
    send(shen, cast)
    late = send(shen, cast, script=True, request_key="another", outcome="no_answer")
    assert late.status_code == 409
    assert "已先记下" in text(late)
    assert len(queries.brief(cast.shen, cast.zhao).touches) == 1


def test_ones_own_other_window_is_called_so_in_the_pages_language(cast: Cast, shen: Client):
    send(shen, cast)
    assert "你在另一个窗口" in text(send(shen, cast, script=True, request_key="another"))
    shen.post("/language", {"language": "en"})
    assert "You wrote “Reached” in another window" in text(send(shen, cast, script=True, request_key="another"))


def test_a_line_shows_the_reasons_it_is_for_and_no_other(cast: Cast, shen: Client):
    one = {"kind": "outflow", "fen": 100_00, "figures": {}}
    publish(
        standings=[standing_row(people.ZHAO)],
        opportunities=[
            opportunity_row(people.ZHAO, "near_line", evidence={"line": "vip"}, gain_fen=900_00),
            opportunity_row(people.ZHAO, "outflow", amount_fen=32 * WAN),
        ],
        lines=[line_row(people.ZHAO, 1, reasons=[one])],
    )
    page = plain(text(shen.get("/today/")))
    assert "30天净流出 32万" in page
    assert "门槛" not in page


def test_a_company_is_listed_by_its_name(cast: Cast, shen: Client):
    more = customer_row(301, name="清屿云帆贸易有限公司", kind="corporate", birth_on=None)
    customers.take_in(people.persons(customers=[*people.CUSTOMERS, more]))
    publish(standings=[standing_row(301)], opportunities=[opportunity_row(301)], lines=[line_row(301, 1)])
    for address in ("/today/", "/customers/"):
        assert "清屿云帆贸易有限公司" in text(shen.get(address))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"outcome": ""}, "先选一个结果"),
        ({"outcome": "declined"}, "选一个拒绝原因"),
        ({"outcome": "booked"}, "填约见的日期"),
        ({"outcome": "booked", "meeting_on": "2026-11-01"}, "约见的日期已经过去"),
        ({"outcome": "closed"}, "填成交金额"),
        ({"outcome": "closed", "amount_wan": "很多"}, "金额请填数字"),
        ({"outcome": "closed", "amount_wan": "NaN"}, "金额要大于 0"),
        ({"outcome": "closed", "amount_wan": "-1"}, "金额要大于 0"),
        ({"steps": "later"}, "下一步写得不对"),
        ({"outcome": "sent"}, "没有「已发送」这个结果"),
    ],
)
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_what_is_missing_is_named_and_nothing_is_lost(cast: Cast, shen: Client, typed: Any, says: str, script: bool):
    response = send(shen, cast, script, said="想留点活钱", **typed)
    assert response.status_code == 422
    assert says in text(response)
    assert 'value="想留点活钱"' in text(response)
    assert done(cast) == 0


@pytest.mark.practice("P58")
def test_the_checked_next_steps_are_promised(cast: Cast, shen: Client):
    steps = re.findall(r'name="steps" value="([^"]+)" checked', text(shen.get(reverse("brief", args=[cast.zhao]))))
    assert steps
    send(shen, cast, steps=steps)
    promised = queries.brief(cast.shen, cast.zhao).promises
    assert [f"{step.due_on}|{step.channel}|{step.purpose}" for step in promised] == [step[:-1] for step in steps]


def test_nobody_answered_and_a_time_to_try_again_keeps_the_line_open(cast: Cast, shen: Client):
    send(shen, cast, outcome="no_answer", minutes="", seconds="", retry_at="15:30")
    assert "今天试过 1 次 15:30 再试" in plain(text(shen.get("/today/")))


def test_setting_aside_needs_a_reason_and_can_be_taken_back(cast: Cast, shen: Client):
    address = reverse("defer", args=[cast.zhao])
    assert shen.post(address, {"reason": " "}, **HTMX).status_code == 422
    brought = text(shen.post(address, {"reason": "客户在外地"}, **HTMX))
    assert f'data-line="{cast.li}"' in brought
    assert "顺延 客户在外地" in plain(brought)
    undo = re.findall(r'hx-post="(/today/undo-deferral/[^"]+)"', brought)[0]
    assert f'data-line="{cast.zhao}"' in text(shen.post(undo, **HTMX))
    assert queries.today(cast.shen).open_lines == 2


def test_the_full_number_is_shown_for_a_call_alone(cast: Cast, shen: Client):
    assert "13812342716" not in text(shen.get(reverse("brief", args=[cast.zhao])))
    address = reverse("call", args=[cast.zhao])
    assert 'href="tel:13812342716"' in text(shen.post(address, **HTMX))
    assert 'href="tel:13812342716"' in text(shen.post(address))


def test_a_filter_shows_one_group_and_stays(cast: Cast, shen: Client):
    page = text(shen.get("/today/?group=call"))
    assert "李*华" in page
    assert "赵*芳" not in page
    assert f'href="/today/{cast.li}/?group=call"' in page
    assert "这一组没有任务" in text(shen.get("/today/?group=meeting"))


def test_when_all_is_done_the_page_says_what_comes_next(cast: Cast, shen: Client):
    send(shen, cast)
    last = shen.post(reverse("record", args=[cast.li]), outcome(cast, customer=cast.li), **HTMX)
    assert "今天的任务都做完了" in text(last)
    assert "2 / 2 件" in text(last)


def test_before_the_first_night_the_page_teaches(db: None):
    customers.take_in(people.persons())
    page = text(signed_in().get("/today/"))
    assert "今天还没有名单" in page
    assert text(signed_in().get("/customers/"))


def test_data_older_than_the_working_day_before_says_so(cast: Cast, shen: Client):
    assert "日终数据还没到" not in text(shen.get("/today/"))
    publish(day=date(2026, 11, 24), today_on=date(2026, 11, 26))
    assert "日终数据还没到，先按 11-24 的数据工作" in text(shen.get("/today/"))


def test_a_year_without_its_calendar_says_so(cast: Cast, shen: Client):
    publish(day=date(2027, 1, 4), today_on=date(2027, 1, 5))
    assert "2027 年节假日尚未公布" in text(shen.get("/today/"))


@pytest.mark.slow
def test_a_longer_list_asks_no_more_of_the_database(cast: Cast, shen: Client):
    def asked(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert shen.get(address).status_code == 200
        return len(found)

    addresses = ("/today/", reverse("brief", args=[cast.zhao]), "/customers/")
    few = [asked(address) for address in addresses]
    people.plan_size(cast.shen, 55)
    assert all(many <= first for many, first in zip((asked(each) for each in addresses), few, strict=True))
    assert max(few) <= 40


def test_today_is_the_day_after_the_published_one_whatever_the_clock_says(cast: Cast, shen: Client):
    assert people_queries.shown(cast.shen.branch_id).data_day == DAY
    assert "数据截至 11-23 日终" in text(shen.get("/today/"))


def test_two_windows_hold_two_forms(cast: Cast, shen: Client):
    def form() -> dict[str, str]:
        page = text(shen.get(reverse("brief", args=[cast.zhao]), **HTMX))
        return dict(re.findall(r'name="(request_key|version)" value="([^"]+)"', page))

    one, other = form(), form()
    assert len(one["request_key"]) <= 64
    assert send(shen, cast, script=True, **one).status_code == 200
    assert send(shen, cast, script=True, **one).status_code == 200
    assert send(shen, cast, script=True, outcome="no_answer", **other).status_code == 409
    assert [touch.outcome for touch in queries.brief(cast.shen, cast.zhao).touches] == ["reached"]


def test_what_was_agreed_stands_in_the_brief_with_its_hour(cast: Cast, shen: Client):
    booked = {"outcome": "booked", "meeting_on": "2026-11-25", "meeting_at": "10:00", "meeting_place": "贵宾室"}
    send(shen, cast, **booked)
    assert "约好 明天 10:00 面访：贵宾室" in plain(text(shen.get(reverse("brief", args=[cast.zhao]))))
