"""A chart tells the truth about its figures; days and durations read as people say them."""

from datetime import date
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from guanhu.apps.customers.cases.shapes import Column, Copy, Section
from guanhu.web import copies, words
from guanhu.web.charts import BOTTOM, LEFT, RIGHT, TOP, shares, trend
from tests.factories import WAN

TUESDAY = date(2026, 11, 24)
SUMS = st.lists(st.integers(-(10**14), 10**14), min_size=2, max_size=13)


def months(sums: list[int]) -> list[tuple[date, int]]:
    """One sum a month."""
    return [(date(2025 + n // 12, n % 12 + 1, 28), fen) for n, fen in enumerate(sums)]


@settings(deadline=None)
@given(SUMS)
def test_every_point_stands_inside_the_grid_at_its_height(sums: list[int]):
    made = trend(months(sums))
    assert made is not None
    points = [tuple(map(float, part.split())) for part in made.line.removeprefix("M").split(" L")]
    assert all(LEFT <= x <= RIGHT and TOP - 0.1 <= y <= BOTTOM + 0.1 for x, y in points)
    ranked = [y for _fen, (_x, y) in sorted(zip(sums, points, strict=True), key=lambda pair: pair[0])]
    assert all(upper <= lower + 0.11 for lower, upper in pairwise(ranked))


@settings(deadline=None)
@given(SUMS)
def test_the_grid_is_round_and_not_crowded(sums: list[int]):
    rows = trend(months(sums)).rows
    assert 2 <= len(rows) <= 8
    assert len({row.word for row in rows}) == len(rows)


def test_one_point_is_no_trend():
    assert trend(months([5])) is None


def test_the_sentence_names_first_last_and_peak():
    made = trend([(date(2025, 11, 30), 142 * WAN), (date(2026, 10, 31), 189 * WAN), (date(2026, 11, 23), 186 * WAN)])
    assert made.sentence == "管理资产从 2025-11 的142万到 2026-11-23 的186万，最高为 2026-10 的189万"
    assert made.end_word == "186.0"


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 10**12)), max_size=9))
def test_the_parts_make_the_whole(parts: list[tuple[str, int]]):
    made = shares(parts)
    assert len(made) <= 6
    assert sum(share.fen for share in made) == sum(fen for _word, fen in parts)
    assert not made or abs(sum(share.width for share in made) - 100) < 0.1


@pytest.mark.parametrize(
    ("day", "near", "ahead"),
    [
        (date(2026, 11, 24), "今天", "今天"), (date(2026, 11, 25), "明天", "明天"),
        (date(2026, 11, 23), "昨天", "昨天"),
        (date(2026, 11, 27), "周五", "3天后"), (date(2026, 12, 1), "12-01", "7天后"),
        (date(2026, 11, 20), "11-20", "4天前"), (date(2027, 1, 4), "2027-01-04", "41天后"),
    ],
)  # fmt: skip
def test_a_day_is_near_or_has_its_date(day: date, near: str, ahead: str):
    assert (words.day_near(day, TUESDAY), words.days_ahead(day, TUESDAY)) == (near, ahead)


@pytest.mark.parametrize(
    ("seconds", "says"), [(None, ""), (0, ""), (45, "45秒"), (500, "8分20秒"), (120, "2分钟")]
)  # fmt: skip
def test_a_call_lasts_minutes_and_seconds(seconds: int | None, says: str):
    assert words.duration(seconds) == says


@pytest.mark.parametrize(
    ("month", "day", "says"),
    [(10, 16, "农历十月十六"), (1, 1, "农历正月初一"), (12, 30, "农历腊月三十"), (11, 20, "农历冬月二十"),
     (8, 21, "农历八月廿一")],
)  # fmt: skip
def test_a_lunar_day_is_said_in_its_own_words(month: int, day: int, says: str):
    assert words.lunar(month, day) == says


@pytest.mark.parametrize(
    ("fen", "currency", "zh", "en"),
    [
        (850_00, "CNY", "+850 元", "+¥850"), (-15_00, "CNY", "−15 元", "−¥15"), (0, "CNY", "0 元", "¥0"),
        (123_456_00, "CNY", "+123,456 元", "+¥123,456"), (850_00, "CZK", "+CZK 850", "+CZK 850"),
        (None, "CNY", "—", "—"),
    ],
)  # fmt: skip
def test_the_value_of_a_contact_is_whole_and_signed(fen: int | None, currency: str, zh: str, en: str):
    assert words.worth(fen, currency, signed=True) == zh
    with translation.override("en"):
        assert words.worth(fen, currency, signed=True) == en


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ([100_50, 100_50], [101_00, 100_00]), ([297_40, 5_40, 8_40], [298_00, 5_00, 8_00]), ([850_00, -15_00], None),
        ([100_60, -15_60], [101_00, -16_00]), ([49], [0]), ([], []), ([-1_49, -1_49], [-1_00, -2_00]),
    ],
)  # fmt: skip
def test_figures_that_were_rounded_still_add_up(parts: list[int], shown: list[int] | None):
    made = words.adding_up(parts)
    assert made == (parts if shown is None else shown)
    assert abs(sum(made) - sum(parts)) <= 50
    assert all(abs(one - other) < 100 for one, other in zip(made, parts, strict=True))


def test_a_month_of_much_money_is_marked_on_the_line_and_told_in_its_sentence():
    points = [(date(2026, month, 28), month * 10 * WAN) for month in range(1, 12)]
    made = trend(points, events={date(2026, 3, 28): "净流入 30万"})
    ((x, y, words, side),) = made.marks
    assert (words, side) == ("净流入 30万", "")
    assert f"{x:.1f} {y:.1f}" in made.line
    assert "2026-03 净流入 30万" in made.sentence
    assert trend(points).marks == ()


def test_a_line_by_day_names_days_and_its_table_tells_those_that_moved():
    points = [(date(2026, 9, 1 + n), (5 if n < 10 else 8) * WAN) for n in range(30)]
    made = trend(points, by_day=True)
    assert [tick.word for tick in made.columns] == ["09-01", "09-08", "09-15", "09-23", "09-30"]
    assert "2026-09-01 的5万到 2026-09-30 的8万，最高为 2026-09-11 的8万" in made.sentence
    assert [day.day for day, _fen in made.table] == [1, 11, 30]


def test_what_a_copy_holds_many_of_is_told_one_by_one():
    columns = (Column("日子", "c1", "open"), Column("变动", "c3", "amount"))
    section = Section(
        "当日面貌", "", "", "", "", "", columns, ((["2026-11-19", "2026-11-20"], [-3_600_000, 100]), ([], []))
    )
    copy = Copy("", "", "", "", (section,))
    assert copies.whole(copy).parts[0].rows == (("2026-11-19、2026-11-20", "−36,000 元、1 元"), ("", ""))
    hidden = copies.masked(copy).parts[0].rows[0][1]
    assert "36,000" not in hidden
