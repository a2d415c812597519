"""The customer's file: figures, holdings, what happened, and moving the relation a stage."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers.models import Standing
from guanhu.apps.work import actions
from guanhu.apps.work.file import queries as files
from tests import cast as people
from tests.cast import ZHAO, Cast
from tests.factories import WAN, contact_row, opportunity_row, standing_row
from tests.web.conftest import HTMX, outcome, text
from tests.web.test_a_morning import plain

HOLDING = {
    "holding": 9001, "account": 5001, "customer": ZHAO, "product_no": "P1", "kind": "deposit", "amount_fen": 50 * WAN,
    "started_on": date(2023, 12, 1), "matures_on": date(2026, 12, 1), "rate_bp": 260, "auto_renew": False,
}  # fmt: skip
MONTHS = [
    {"customer": ZHAO, "day_on": day, "balance_fen": fen * WAN, "average_fen": fen * WAN, "net_fen": 0}
    for day, fen in ((date(2025, 11, 30), 142), (date(2026, 6, 30), 160), (date(2026, 10, 31), 189))
]


@pytest.fixture
def file(cast: Cast, shen: Client) -> str:
    """赵桂芳's page, as a person reads it."""
    people.morning(holdings=[HOLDING], month_ends=MONTHS)
    return text(shen.get(reverse("customer_rest", args=[cast.zhao])))


def test_the_head_names_her_and_five_figures(file: str):
    read = plain(file)
    assert "赵桂芳 A 金卡" in read
    assert "138 **** 2716 证件 360" in read
    assert "管理资产 186.4 万 近12月增长 +44.4 万 30 天日均 180.0 万 距下一权益线 20.0 万" in read
    assert "一年价值贡献" in read
    assert "13812342716" not in file
    assert "360102196303050428" not in file


def test_holdings_carry_their_maturity(file: str):
    assert "定期存款 50万 2.60% 2026-12-01 7天后" in plain(file)
    assert "90 天内到期 1 笔 50万" in plain(file)


def test_the_trend_is_a_picture_with_a_sentence_and_a_table(file: str):
    (sentence,) = re.findall(r'role="img" aria-label="([^"]+)"', file)
    assert sentence == "管理资产从 2025-11 的142万到 2026-11-23 的186.4万，最高为 2026-10 的189万"
    assert "2025-11-30 142.0" in plain(file)


@pytest.mark.practice("P4")
def test_the_assets_day_by_day_are_one_click_away(cast: Cast, shen: Client):
    changes = {"changed_on": [date(2026, 9, 1), date(2026, 11, 20)], "changes_fen": [20 * WAN, -50 * WAN]}
    people.morning(month_ends=MONTHS, standings=[standing_row(ZHAO, balance_fen=100 * WAN, **changes)])
    by_month, by_day = (text(shen.get(reverse("customer", args=[cast.zhao]), {"by": by})) for by in ("month", "day"))
    assert re.search(r'id="by-month"[^>]* aria-current="true"', by_month)
    assert re.search(r'id="by-day"[^>]* aria-current="true"', by_day)
    (sentence,) = re.findall(r'role="img" aria-label="([^"]+)"', by_day)
    assert sentence == (
        "管理资产从 2026-08-24 的130万到 2026-11-23 的100万，最高为 2026-09-01 的150万；"
        "2026-09-01 净流入 20万；2026-11-20 净流出 50万"
    )
    table = by_day.partition("看表格")[2].partition("</table>")[0]
    assert re.findall(r'row">([^<]+)</th><td class="num">([^<]+)', table) == [
        ("2026-08-24", "130.0"), ("2026-09-01", "150.0"), ("2026-11-20", "100.0"), ("2026-11-23", "100.0"),
    ]  # fmt: skip


def test_before_a_night_told_the_days_the_page_says_so(cast: Cast, shen: Client):
    people.morning(month_ends=MONTHS)
    Standing.objects.for_system("a bank that was here before").update(changed_on=None, changes_fen=None)
    page = text(shen.get(reverse("customer", args=[cast.zhao]), {"by": "day"}))
    assert "按日的走势还没有算" in page
    assert 'role="img"' not in page


def test_a_birthday_by_the_moon_says_its_lunar_day(file: str):
    assert "25 11月 本人生日 农历十月十七，逐年换算 明天" in plain(file)


def test_what_was_noted_stands_on_the_timeline_as_text_alone(cast: Cast, shen: Client):
    nasty = '<img src=x onerror="alert(1)">&amp;'
    shen.post(reverse("record", args=[cast.zhao]), outcome(cast, said=nasty))
    for address in (reverse("customer_rest", args=[cast.zhao]), reverse("brief", args=[cast.zhao])):
        page = text(shen.get(address))
        assert "<img" not in page
        assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;&amp;amp;" in page


def test_the_old_systems_contacts_stand_there_too(cast: Cast, shen: Client):
    actions.take_contacts({"contacts": [contact_row(1, ZHAO, note="问过两年期利率")]})
    assert "问过两年期利率" in text(shen.get(reverse("customer_rest", args=[cast.zhao])))


@pytest.mark.practice("P77")
def test_the_stage_moves_one_step_with_its_evidence(cast: Cast, shen: Client):
    address = reverse("stage", args=[cast.zhao])
    sent = {"stage": "friend", "current": "relied_on", "note": "介绍了两位同事"}
    moved = shen.post(address, sent)
    assert moved.status_code == 302
    assert "关系阶段已更新" in plain(text(shen.get(moved.headers["Location"])))
    page = plain(text(shen.get(reverse("customer_rest", args=[cast.zhao]))))
    assert "关系阶段：朋友 介绍了两位同事" in page
    assert files.card(cast.shen, cast.zhao).stage == "friend"


@pytest.mark.parametrize(
    ("sent", "status", "says"),
    [
        ({"note": ""}, 422, "写一句依据"),
        ({"stage": "known"}, 422, "阶段一次只能升或降一级"),
        ({"current": "habit"}, 409, "已先改为"),
        ({"stage": "enemy"}, 422, ""),
    ],
)
def test_a_stage_that_cannot_move_says_why(cast: Cast, shen: Client, sent: dict[str, str], status: int, says: str):
    whole = {"stage": "friend", "current": "relied_on", "note": "介绍了两位同事", **sent}
    response = shen.post(reverse("stage", args=[cast.zhao]), whole)
    assert response.status_code == status
    assert says in text(response)
    assert files.card(cast.shen, cast.zhao).stage == "relied_on"


def test_one_walks_from_file_to_file_in_the_order_of_the_list(cast: Cast, shen: Client):
    page = text(shen.get(reverse("customer_rest", args=[cast.zhao]), **HTMX))
    assert f'href="/customers/{cast.li}/" data-key="j"' in page


def test_the_book_shows_masked_names_by_assets(cast: Cast, shen: Client):
    page = plain(text(shen.get("/customers/")))
    assert page.index("赵*芳") < page.index("李*华")
    assert "赵桂芳" not in page
    assert "共 2 户" in page
    assert "李*华" not in text(shen.get("/customers/?tier=A"))
    assert "「分层：C 类」一户也没有" in text(shen.get("/customers/?tier=C"))
    assert "赵*芳" in text(shen.get("/customers/?tier=Z&after=-3"))


def test_a_long_book_goes_on_where_it_ended(cast: Cast, shen: Client):
    people.plan_size(cast.shen, 55)
    first = text(shen.get("/customers/"))
    [more] = re.findall(r'href="(/customers/\?after=[0-9a-f-]+)"', first)
    assert first.count('<th scope="row"') == 50
    rest = text(shen.get(more))
    assert (rest.count('<th scope="row"'), "再看 50 户" in rest, "回到开头" in rest) == (7, False, True)
    part = text(shen.get(more, HTTP_HX_REQUEST="true"))
    assert part.count('<th scope="row"') == 7
    assert "<html" not in part
    assert "autofocus" in part


@pytest.mark.practice("P196")
@pytest.mark.parametrize(("kind", "word"), [("complaint", "投诉"), ("promise", "约定回电"), ("large_move", "异动")])
def test_a_duty_that_began_before_today_stands_on_the_timeline(cast: Cast, shen: Client, kind: str, word: str):
    people.morning(opportunities=[opportunity_row(ZHAO, kind, duty=True, due_on=date(2026, 11, 20))])
    answer = shen.get(reverse("customer_rest", args=[cast.zhao]))
    assert answer.status_code == 200
    assert f"11-20 {word}" in plain(text(answer))
