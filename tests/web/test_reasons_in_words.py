"""Each reason says its figure, in words a person at the branch would use."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from guanhu.apps.customers.shapes import Chip
from guanhu.rules.kinds import Reason, SignalKind
from guanhu.web.reasons import MARKS, Mark, Scene, chance_words, held_words, mark, telling
from tests.factories import WAN

TUESDAY = date(2026, 11, 24)
SCENE = Scene(TUESDAY, "CNY")


def chip(kind: str, amount_fen: int | None = None, due_on: date | None = None, **given: Any) -> Chip:
    """A reason as the query tells it."""
    days = (due_on - TUESDAY).days if due_on else None
    step, product = given.pop("step", ""), given.pop("product", "")
    return Chip(kind, step, product, amount_fen, due_on, days, False, given)


def test_every_reason_has_its_words():
    assert set(MARKS) == {*SignalKind, *Reason}


@pytest.mark.practice("P127")
@pytest.mark.parametrize(
    ("step", "due_on", "says", "heat"),
    [
        ("t-30", date(2026, 12, 20), "定期存款50万 26天后到期", ""),
        ("t-7", date(2026, 12, 1), "定期存款50万 7天后到期", "hot"),
        ("t-1", date(2026, 11, 25), "定期存款50万 明天到期 · 二次确认", "hot"),
        ("t0", date(2026, 11, 24), "定期存款50万 今天到期", "red"),
        ("t+1", date(2026, 11, 23), "定期存款50万 昨天已到期 · 未转存", "red"),
    ],
)
def test_a_maturity_says_how_much_and_how_soon(step: str, due_on: date, says: str, heat: str):
    made = mark(chip("maturity", 50 * WAN, due_on, step=step, product="deposit"), SCENE)
    assert (made.sentence, made.heat) == (says, heat)


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        (chip("near_line", 38_000_00, line="vip"), "距VIP门槛 差3.8万"),
        (chip("near_line", 38_000_00), "距下一级门槛 差3.8万"),
        (chip("outflow", 32 * WAN), "30天净流出 32万"),
        (chip("large_move", 160 * WAN, date(2026, 11, 23), direction="in"), "大额转入 160万 昨天"),
        (chip("large_move", 24 * WAN, date(2026, 11, 20), direction="out"), "大额转出 24万 4天前"),
        (chip("dormant", 5 * WAN, silent_days=97), "睡眠 97天没有往来"),
        (chip("dormant", 5 * WAN), "睡眠 5万"),
        (chip("other_bank", 12 * WAN), "30天转往他行 12万"),
        (chip("dates", None, date(2026, 11, 25), calendar="solar"), "明天生日"),
        (chip("dates", None, date(2026, 11, 25), calendar="lunar"), "明天生日 农历十月十七"),
        (chip("promise", None, TUESDAY), "承诺回访 约在今天"),
        (chip("promise"), "承诺回访"),
        (chip("complaint", None, date(2026, 11, 23), opened_on="2026-11-23"), "投诉 第2天"),
        (chip("complaint", None, date(2026, 11, 25)), "投诉 明天前答复"),
        (chip("routine", touch="call", every_days=30), "例行维护 30天一次电话"),
        (chip("routine", channel="message", last_message_on="2026-10-25"), "例行维护 上次消息在30天前"),
        (chip("routine", channel="meeting"), "例行维护 还没有过面访"),
        (chip("something", 3 * WAN), "something 3万"),
    ],
)
def test_a_reason_carries_its_figure(reason: Chip, says: str):
    assert mark(reason, SCENE).sentence == says


def test_red_means_today_alone():
    reds = [kind for kind in MARKS if mark(chip(kind, 1 * WAN, date(2026, 12, 1)), SCENE).heat == "red"]
    assert reds == [Reason.COMPLAINT]


def test_the_routine_is_told_only_where_nothing_else_is():
    routine, flight = chip("routine", touch="call", every_days=30), chip("outflow", 32 * WAN)
    assert [each.kind for each in telling([flight, routine], SCENE)] == ["out"]
    assert telling([routine], SCENE) == (Mark("tip", "repeat", "例行维护", "30天一次电话"),)


def test_a_reason_left_alone_on_purpose_is_told_plainly_and_the_others_are_not():
    held, other = chip("near_line", 38_000_00, line="vip", held_out=True), chip("outflow", 32 * WAN, held_out=False)
    assert held_words((held, other, chip("promise")), SCENE) == (
        "“距VIP门槛 差3.8万”这一条留作对照，不主动联系；客户自己提起就照常办",
    )


@pytest.mark.parametrize(
    ("kind", "figures", "says"),
    [
        ("maturity", {"with_contact_bp": 8200, "without_bp": 6500}, "，联系后成事的机会 65%\xa0→\xa082%"),
        ("maturity", {"with_contact_bp": 8200, "without_bp": 6500,
                      "evidence": {"with_bp": 8100, "without_bp": 7550, "trials": 568}},
         "，联系后成事的机会 75.5%\xa0→\xa081%（据 568 例），多半会自己续存"),
        ("near_line", {"evidence": {"with_bp": 7400, "without_bp": 7000, "trials": 0}},
         "，联系后成事的机会 70%\xa0→\xa074%，不联系多半也会成"),
        ("near_line", {"evidence": {"with_bp": 1600, "without_bp": 0}}, "，联系后成事的机会 0%\xa0→\xa016%"),
        ("promise", {"evidence": {}}, ""),
        ("complaint", {}, ""),
    ],
)  # fmt: skip
def test_the_chances_told_are_those_the_worth_was_made_of(kind: str, figures: dict[str, Any], says: str):
    assert chance_words(kind, figures) == says


@pytest.mark.practice("P8")
def test_a_new_keepers_line_says_since_when_and_which_step():
    told = [mark(chip("introduction", step=step, from_on="2026-11-22"), SCENE).sentence for step in ("message", "call")]
    assert told == ["新管户第3天 发消息认识", "新管户第3天 打电话认识"]


def test_in_english_too():
    with translation.override("en"):
        made = mark(chip("maturity", 50 * WAN, date(2026, 12, 1), step="t-7", product="deposit"), SCENE)
    assert made.sentence == "Time deposit ¥500k due in 7 days"
