"""What the workbench, the brief, the customer page and the book are told; the number of queries never grows."""

from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhu.apps.customers import actions as customer_actions
from guanhu.apps.customers import queries as customer_queries
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.shapes import ConsentRow, Share
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work import actions, queries
from guanhu.apps.work.file import queries as files
from guanhu.apps.work.file.cards import structure_of
from guanhu.apps.work.lines import best_hours
from tests import cast as people
from tests.cast import CUSTOMERS, LI, ZHAO, Cast
from tests.factories import NOW, TODAY, WAN, contact_row, customer_row, line_row, opportunity_row, quota_rows
from tests.factories import publish as publish_night

HOLDINGS = [
    {"holding": 1, "account": 501, "customer": ZHAO, "product_no": "D3", "kind": "deposit", "amount_fen": 50 * WAN,
     "started_on": date(2023, 12, 1), "matures_on": date(2026, 12, 1), "rate_bp": 260, "auto_renew": False},
    {"holding": 2, "account": 502, "customer": ZHAO, "product_no": "X", "kind": "loan", "amount_fen": 30 * WAN,
     "started_on": date(2023, 12, 1), "matures_on": date(2033, 12, 1), "rate_bp": 310, "auto_renew": None},
]  # fmt: skip
MONTHS = [
    {"customer": ZHAO, "day_on": date(2025, 11, 30), "balance_fen": 100 * WAN, "average_fen": 99 * WAN, "net_fen": 0},
    {"customer": ZHAO, "day_on": date(2026, 10, 31), "balance_fen": 180 * WAN, "average_fen": 179 * WAN, "net_fen": 9},
]


def test_the_day_is_told_in_its_fixed_order_with_masked_names(cast: Cast):
    today = queries.today(cast.shen)
    assert (today.day, today.data_day, today.branch, today.currency) == (TODAY, date(2026, 11, 23), "星湖支行", "CNY")
    assert (today.customers, today.open_lines, today.planned, today.minutes_left) == (2, 2, 2, 16)
    assert [(group.group, [line.name for line in group.lines]) for group in today.groups] == [
        ("duty", ["赵*芳"]), ("call", ["李*华"])
    ]  # fmt: skip
    line = today.groups[0].lines[0]
    assert (line.age, line.tier, line.stage, line.value_fen, line.channel) == (63, "A", "relied_on", 835_00, "call")
    chip = line.chips[0]
    assert (chip.kind, chip.step, chip.product, chip.amount_fen, chip.days, chip.duty) == (
        "maturity", "t-7", "deposit", 50 * WAN, 7, True
    )  # fmt: skip


def test_groups_keep_their_order_whatever_order_the_plan_has(cast: Cast):
    lines = [line_row(ZHAO, 1, channel="message", task_group="message"), line_row(LI, 2, task_group="duty")]
    publish_night(lines=lines, quotas=quota_rows())
    assert [group.group for group in queries.today(cast.shen).groups] == ["duty", "message"]


def test_a_reason_that_has_passed_is_not_shown(cast: Cast):
    gone = opportunity_row(LI, "large_move", expires_on=date(2026, 11, 23))
    stays = opportunity_row(LI, "dormant", expires_on=TODAY)
    both = [{"kind": kind, "fen": 50_00, "figures": {}} for kind in ("large_move", "dormant")]
    publish_night(opportunities=[gone, stays], lines=[line_row(LI, 1, reasons=both)])
    assert [chip.kind for chip in queries.today(cast.shen).groups[0].lines[0].chips] == ["dormant"]


def test_before_the_first_night_there_is_no_day(db: None):
    customer_actions.take_in(people.persons())
    viewer = people.viewer("S01")
    row = books.book(viewer).rows[0]
    assert queries.today(viewer) is None
    assert queries.brief(viewer, row.public_id) is None
    assert files.card(viewer, row.public_id) is None
    assert (row.tier, row.average_fen) == ("", None)


def test_the_brief_says_who_why_and_what(cast: Cast):
    brief = queries.brief(cast.shen, cast.zhao)
    assert (brief.name, brief.phone, brief.age, brief.occupation) == ("赵桂芳", "138 **** 2716", 63, "退休教师")
    assert (brief.balance_fen, brief.net30_fen, brief.days_since_contact) == (186_400_000, -2_600_000, 12)
    assert [(reason.kind, reason.fen) for reason in brief.reasons] == [("maturity", 850_00), ("recent", -15_00)]
    assert sum(reason.fen for reason in brief.reasons) == brief.value_fen
    assert (brief.reasons[0].chip.days, brief.reasons[1].chip, brief.reasons[1].note["contacts"]) == (7, None, 1)
    assert (brief.price_fen, brief.place, brief.places, brief.previous_id, brief.next_id) == (
        20_00,
        1,
        2,
        None,
        cast.li,
    )
    assert (brief.risk_grade, brief.risk_on, brief.may_market, brief.open_complaint) == (
        "C2", date(2026, 3, 1), True, False
    )  # fmt: skip


def test_the_brief_tells_what_the_line_was_chosen_over_without_a_name(cast: Cast):
    ways = [{"channel": "message", "value_fen": 35_00}]
    later = {"day_on": "2026-11-26", "channel": "call", "value_fen": 90_00, "price_fen": 19_00}
    publish_night(lines=[line_row(LI, 1, beat={"channels": ways, "instead": later, "gap_fen": 0})])
    assert queries.brief(cast.shen, cast.li).beat == {
        "others": tuple(ways), "instead": {**later, "day_on": date(2026, 11, 26)}
    }  # fmt: skip


@pytest.mark.practice("P127")
def test_the_script_greets_by_name_and_signs_the_sender(cast: Cast):
    script = queries.brief(cast.shen, cast.zhao).scripts[0]
    assert (script.code, script.channel) == ("maturity/t-7", "call")
    assert script.text.startswith("赵女士您好，我是星湖支行的沈知微。")
    assert "50万定期存款12月1日（周二）到期" in script.text
    assert ("赵女士", True) in script.parts
    english = queries.brief(cast.shen, cast.zhao, "en").scripts[0]
    assert english.text.startswith("Hello Ms 赵, this is 沈知微 from 星湖支行. ")


@pytest.mark.practice("P128")
def test_the_next_steps_of_a_maturity_are_the_eve_and_the_day(cast: Cast):
    steps = queries.brief(cast.shen, cast.zhao).next_steps
    assert [(step.due_on, step.channel, step.checked) for step in steps] == [
        (date(2026, 11, 30), "call", True), (date(2026, 12, 1), "meeting", True)
    ]  # fmt: skip


def test_a_customer_not_on_the_list_has_a_brief_too(cast: Cast):
    publish_night(lines=[line_row(LI, 1)])
    brief = queries.brief(cast.shen, cast.zhao)
    assert (brief.place, brief.value_fen, brief.reasons, brief.channel, brief.next_id) == (
        None,
        None,
        (),
        "call",
        cast.li,
    )


@pytest.mark.practice("P196")
@pytest.mark.parametrize(
    ("opened", "closed", "expected"),
    [
        (date(2026, 11, 20), None, (True, False)),
        (date(2026, 11, 1), date(2026, 11, 20), (False, False)),
        (date(2026, 10, 1), date(2026, 11, 10), (False, True)),
    ],
)
def test_an_open_complaint_silences_marketing_and_two_weeks_after(
    cast: Cast, opened: date, closed: date | None, expected: tuple[bool, bool]
):
    row = {"complaint": 1, "customer": ZHAO, "opened_on": opened, "closed_on": closed, "subject": "慢"}
    customer_actions.take_in({"complaints": [row]})
    brief = queries.brief(cast.shen, cast.zhao)
    assert (brief.open_complaint, brief.may_market) == expected


@pytest.mark.practice("P116")
def test_one_refusal_closes_marketing_until_a_new_consent_with_evidence(cast: Cast):
    told: dict[str, Any] = {"by": cast.shen, "customer": cast.zhao, "now": NOW}
    customer_actions.refuse_marketing(day=TODAY, **told)
    customer_actions.refuse_marketing(day=TODAY, **told)
    assert queries.brief(cast.shen, cast.zhao).may_market is False
    with pytest.raises(Refused):
        customer_actions.grant_marketing(day=date(2026, 11, 25), evidence=" ", **told)
    customer_actions.grant_marketing(day=date(2026, 11, 25), evidence="柜面签字", **told)
    assert queries.brief(cast.shen, cast.zhao).may_market is True


def test_of_two_words_on_one_day_the_refusal_holds(cast: Cast):
    told: dict[str, Any] = {"by": cast.shen, "customer": cast.zhao, "now": NOW, "day": TODAY}
    customer_actions.grant_marketing(evidence="柜面签字", **told)
    customer_actions.refuse_marketing(**told)
    with pytest.raises(Refused, match="最早明天"):
        customer_actions.grant_marketing(evidence="改口", **told)
    consents = queries.brief(cast.shen, cast.zhao).consents
    assert consents[0] == ConsentRow("marketing", False, TODAY, "own", "")
    assert consents[1] == ConsentRow("service", None, None, "", "")


@pytest.mark.practice("P77")
def test_a_stage_moves_one_step_with_evidence_and_names_who_was_first(cast: Cast):
    told: dict[str, Any] = {"by": cast.shen, "customer": cast.li, "day": TODAY, "now": NOW}
    with pytest.raises(Refused):
        customer_actions.set_stage(stage="habit", current="known", note="来得勤", **told)
    with pytest.raises(Refused):
        customer_actions.set_stage(stage="accepted", current="known", note="  ", **told)
    customer_actions.set_stage(stage="accepted", current="known", note="领了贵宾卡", **told)
    with pytest.raises(Conflict, match="沈知微 已先改为「接受」"):
        customer_actions.set_stage(stage="accepted", current="known", note="我也改", **told)
    steps = files.card(cast.shen, cast.li).stages
    assert [(step.stage, step.on, step.reached, step.now) for step in steps[:3]] == [
        ("known", None, True, False), ("accepted", TODAY, True, True), ("habit", None, False, False)
    ]  # fmt: skip


def test_hours_are_learnt_from_calls_that_got_through(cast: Cast):
    assert best_hours([time(9, 40), time(10, 5)]) is None
    assert best_hours([time(9, 40), time(10, 5), time(16, 0)]) == (9, 11)
    hours = [time(15, 10), time(15, 40), time(9, 5), time(16, 30)]
    contacts = [contact_row(n, ZHAO, at_time=at) for n, at in enumerate(hours, 1)]
    missed = [contact_row(n, ZHAO, at_time=time(9), outcome="no_answer") for n in range(10, 15)]
    actions.take_contacts({"contacts": contacts + missed})
    assert queries.brief(cast.shen, cast.zhao).best_hours == (15, 17)


def full_card(cast: Cast) -> Any:
    """赵桂芳's page with holdings, months, a contact of the old system and one of today."""
    account = {"account": 501, "customer": ZHAO, "account_no": "6222020200001122", "kind": "deposit",
               "opened_on": date(2023, 12, 1)}  # fmt: skip
    product = {"product_no": "D3", "name": "三年定期", "kind": "deposit"}
    customer_actions.take_in({"accounts": [account], "products": [product]})
    actions.take_contacts({"contacts": [contact_row(1, ZHAO, staff_no="X9", note="谈过续存")]})
    people.morning(holdings=HOLDINGS, month_ends=MONTHS)
    actions.record_touch(
        by=cast.shen, customer=cast.zhao, channel="call", outcome="no_answer", request_key="k", now=NOW,
        next_steps=[queries.NextStep(date(2026, 11, 30), "call", "二次确认")],
    )  # fmt: skip
    return files.card(cast.shen, cast.zhao)


@pytest.mark.practice("P4")
def test_the_customer_page_has_head_and_figures(cast: Cast):
    card = full_card(cast)
    assert (card.name, card.phone, card.id_no) == ("赵桂芳", "138 **** 2716", "360***********0428")
    assert (card.keeper, card.branch) == ("沈知微", "星湖支行")
    assert [(one.field, one.text) for one in card.hidden] == [
        ("phone", "138 **** 2716"), ("id_no", "360***********0428"), ("address", "南昌市东湖区***"),
        ("account_no", "**** 1122"),
    ]  # fmt: skip
    assert (card.balance_fen, card.growth_fen, card.gap_fen) == (186_400_000, 86_400_000, 20_000_000)


@pytest.mark.practice("P4")
def test_the_customer_page_lists_holdings_and_what_assets_are_made_of(cast: Cast):
    card = full_card(cast)
    assert [(row.name, row.days, row.account) for row in card.holdings] == [
        ("三年定期", 7, "**** 1122"), ("X", 2564, "****")
    ]  # fmt: skip
    assert card.structure == (Share("current", 136_400_000, 7317), Share("deposit", 50_000_000, 2682))
    assert [point.balance_fen for point in card.trend] == [100 * WAN, 180 * WAN]


@pytest.mark.practice("P58")
def test_the_timeline_has_promises_ahead_then_what_is_planned_then_what_happened(cast: Cast):
    card = full_card(cast)
    lived = [event for event in card.timeline if event.what not in ("money", "change")]
    assert [(event.what, event.on, event.word, event.mark, event.who) for event in lived] == [
        ("promise", date(2026, 11, 30), "promise", "next", ""),
        ("plan", date(2026, 11, 26), "near_line", "next", ""),
        ("touch", TODAY, "no_answer", "miss", "沈知微"),
        ("touch", date(2026, 10, 12), "reached", "", "X9"),
        ("stage", date(2025, 6, 1), "relied_on", "", ""),
    ]
    assert card.touches == 2


def test_important_dates_count_the_lunar_birthday_and_maturities(cast: Cast):
    card = full_card(cast)
    assert [(one.what, one.on, one.days, one.lunar) for one in card.dates] == [
        ("birthday", date(2026, 11, 25), 1, (10, 17)), ("maturity", date(2026, 12, 1), 7, None)
    ]  # fmt: skip


def test_assets_below_what_is_held_show_what_is_held():
    assert structure_of(0, []) == ()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["赵*芳", "李*华"]),
        ({"search": "li"}, ["李*华"]),
        ({"search": "桂"}, ["赵*芳"]),
        ({"search": "C000102"}, ["李*华"]),
        ({"search": "孙"}, []),
        ({"tier": "A"}, ["赵*芳"]),
        ({"after": UUID(int=7)}, ["赵*芳", "李*华"]),
    ],
)
def test_the_book_lists_own_customers_by_assets(cast: Cast, asked: dict[str, Any], names: list[str]):
    assert [row.name for row in books.book(cast.shen, **asked).rows] == names


def test_the_book_has_fifty_lines_from_a_place_on(cast: Cast):
    more = [customer_row(key) for key in range(2000, 2060)]
    customer_actions.take_in({"customers": [*CUSTOMERS, *more]})
    first = books.book(cast.shen)
    assert (first.total, first.beyond, len(first.rows), first.after) == (62, False, 50, first.rows[-1].public_id)
    rest = books.book(cast.shen, after=first.after)
    assert (len(rest.rows), rest.after) == (12, None)
    assert len({row.public_id for row in (*first.rows, *rest.rows)}) == 62


PAGES: dict[str, Any] = {
    "today": lambda cast: queries.today(cast.zhou),
    "brief": lambda cast: queries.brief(cast.zhou, cast.sun),
    "card": lambda cast: files.card(cast.zhou, cast.sun),
    "book": lambda cast: books.book(cast.zhou),
}


def queries_of(page: str, cast: Cast) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        PAGES[page](cast)
    return len(asked)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "most"), [("today", 10), ("brief", 17), ("card", 26), ("book", 7)])
def test_the_number_of_queries_does_not_grow_with_the_list(cast: Cast, page: str, most: int):
    before = queries_of(page, cast)
    people.plan_size(cast.zhou, 60)
    contacts = [contact_row(n, 1000 + n % 60, staff_no="S02") for n in range(200)]
    actions.take_contacts({"contacts": contacts})
    after = queries_of(page, cast)
    assert after <= before
    assert after <= most


def test_a_page_that_asks_once_a_row_is_noticed(cast: Cast):
    people.plan_size(cast.zhou, 5)
    with CaptureQueriesContext(connection) as asked:
        for row in books.book(cast.zhou).rows:
            customer_queries.customer_of(cast.zhou, row.public_id)
    assert len(asked) > 3
