"""What a note says of when and how a customer likes to be reached, and what another day or way loses."""

from __future__ import annotations

import pytest

from guanhu.rules.kinds import Channel
from guanhu.rules.policy import SHIPPED
from guanhu.rules.preferences import is_liked_day, unliked_fen, way_in, weekdays_in

SIGNS = "一二三四五六日"


def days(text: str) -> str:
    found = weekdays_in(text)
    return "".join(sign for day, sign in enumerate(SIGNS) if found >> day & 1)


@pytest.mark.practice("P12")
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("周四下午三点以后", "四"),
        ("周三三点", "三"),
        ("周三、三点以后", "三"),
        ("周一到周三上午", "一二三"),
        ("周五到周一", "一五六日"),
        ("周二、四下午", "二四"),
        ("周一三五", "一三五"),
        ("礼拜二和四，星期天也行", "二四日"),
        ("工作日晚上", "一二三四五"),
        ("周末", "六日"),
        ("Thursday afternoons", "四"),
        ("Mon to Wed, not Friday", "一二三"),
    ],
)
def test_the_days_a_note_names_are_read(text: str, named: str) -> None:
    assert days(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("周三不方便", "一二四五六日"),
        ("除了周一都行", "二三四五六日"),
        ("周三不方便，周五可以", "五"),
        ("星期天别打", "一二三四五六"),
    ],
)
def test_of_days_she_does_not_like_the_others_are_left(text: str, named: str) -> None:
    assert days(text) == named


@pytest.mark.parametrize("text", ["", "下午三点以后", "每月一号以后", "十一点", "三五分钟就行", "周一到周日都行"])
def test_a_note_that_names_no_day_or_every_day_prefers_none(text: str) -> None:
    assert weekdays_in(text) == 0


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("最好发微信", Channel.MESSAGE),
        ("愿意来网点当面谈", Channel.MEETING),
        ("下午打电话", None),
        ("别发短信", None),
        ("微信或者来网点都行", None),
        ("please write", Channel.MESSAGE),
    ],
)
def test_a_way_is_read_where_one_is_named_and_a_call_says_nothing(text: str, way: Channel | None) -> None:
    assert way_in(text) is way


def test_another_day_and_another_way_each_lose_their_share_and_nothing_is_lost_where_none_was_named() -> None:
    thursday, friday = 1 << 3, 1 << 4

    def lost(weekdays: int | None, bit: int, way: str | None, channel: str) -> int:
        return int(unliked_fen(100_00, weekdays, bit, way, channel, SHIPPED))

    assert lost(thursday, thursday, None, "call") == lost(None, friday, None, "call") == 0
    assert lost(thursday, friday, None, "call") == lost(None, friday, "message", "call") == 15_00
    assert lost(thursday, friday, "message", "call") == 30_00
    assert is_liked_day(thursday | friday, friday)
