"""Important dates on the customer's page: written, changed, removed where they stand, with a script and without."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers.living import actions, queries
from guanhu.apps.customers.living.shapes import DayWords
from guanhu.rules.kinds import Calendar
from guanhu.rules.living import DateKind, Whose
from tests.cast import ZHAO, Cast
from tests.factories import NOW, TODAY
from tests.web.conftest import HTMX, signed_in, text
from tests.web.test_a_morning import plain

FORM = {"item": "", "version": "0", "date_kind": "wedding", "whose": "self", "calendar": "solar", "month": "1",
        "day": "18", "year": "1987", "person": "林建年", "about": "红宝石婚"}  # fmt: skip


def card(page: str) -> str:
    """The card of important dates, as a person reads it."""
    return plain(page[page.index('id="dates"') :].split("</section>")[0])


def shown(shen: Client, cast: Cast) -> str:
    """What stands there now."""
    return text(shen.get(reverse("customer_rest", args=[cast.zhao])))


def kept(cast: Cast) -> Any:
    (one,) = queries.days_of(cast.shen, ZHAO)
    return one


@pytest.mark.practice("P6", "P136")
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_a_date_is_written_where_it_stands(cast: Cast, shen: Client, script: bool):
    answer = shen.post(reverse("dates", args=[cast.zhao]), FORM, **(HTMX if script else {}))
    if script:
        assert text(answer).strip().startswith('<section class="card" id="dates"')
        assert "重要日子 已更新" in card(text(answer))
    else:
        assert "重要日子已更新" in plain(text(shen.get(answer.headers["Location"])))
    assert "18 1月 客户本人结婚纪念日" not in card(shown(shen, cast))
    assert "18 1月 结婚纪念日 · 林建年 公历 01-18 · 始于 1987 年 · 红宝石婚 55天后" in card(shown(shen, cast))


@pytest.mark.practice("P1")
def test_earlier_wordings_are_one_click_away_with_who_and_when(cast: Cast, shen: Client):
    shen.post(reverse("dates", args=[cast.zhao]), FORM)
    again = {**FORM, "item": str(kept(cast).item), "version": "1", "day": "19"}
    assert shen.post(reverse("dates", args=[cast.zhao]), again).status_code == 302
    read = card(shown(shen, cast))
    assert "公历 01-19" in read
    assert re.search(r"以前的 1 次写法 \d\d-\d\d \d\d:\d\d · 沈知微 结婚纪念日 · 林建年 公历 01-18 红宝石婚", read)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast: Cast, shen: Client, script: bool):
    wrong = {**FORM, "month": "2", "day": "30", "about": "三十年"}
    answer = shen.post(reverse("dates", args=[cast.zhao]), wrong, **(HTMX if script else {}))
    assert answer.status_code == 422
    assert "没有这一天" in card(text(answer))
    assert 'value="三十年"' in text(answer)
    assert queries.days_of(cast.shen, ZHAO) == ()


@pytest.mark.parametrize(("field", "said"), [("month", "月份填"), ("day", "日子填"), ("year", "年份填四位数")])
def test_a_number_that_is_none_says_what_to_write(cast: Cast, shen: Client, field: str, said: str):
    answer = shen.post(reverse("dates", args=[cast.zhao]), {**FORM, field: "十"}, **HTMX)
    assert (answer.status_code, said in card(text(answer))) == (422, True)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_who_was_first_is_named_beside_what_i_typed(cast: Cast, shen: Client, script: bool):
    shen.post(reverse("dates", args=[cast.zhao]), FORM)
    one = kept(cast)
    said = DayWords(DateKind.WEDDING, Whose.SELF, Calendar.SOLAR, 1, 20, year=1987, person="林建年", about="红宝石婚")
    actions.keep_day(by=cast.shen, customer=cast.zhao, said=said, today=TODAY, now=NOW, item=one.item, version=1)
    late = {**FORM, "item": str(one.item), "version": "1", "day": "19"}
    answer = shen.post(reverse("dates", args=[cast.zhao]), late, **(HTMX if script else {}))
    assert answer.status_code == 409
    read = card(text(answer))
    assert "沈知微 已先改了这一条" in read
    assert "日 19 20" in read
    assert 'name="version" value="2"' in text(answer), "the form goes on from what stands there now"


def test_a_date_is_removed_whatever_else_the_form_holds(cast: Cast, shen: Client):
    shen.post(reverse("dates", args=[cast.zhao]), FORM)
    away = {"item": str(kept(cast).item), "version": "1", "removed": "on", "month": "x"}
    assert shen.post(reverse("dates", args=[cast.zhao]), away).status_code == 302
    assert queries.days_of(cast.shen, ZHAO) == ()


def test_a_day_no_year_always_has_says_its_rule(cast: Cast, shen: Client):
    for told in ({"month": "2", "day": "29"}, {"calendar": "lunar", "month": "4", "day": "1", "leap": "on"},
                 {"calendar": "lunar", "month": "5", "day": "30"}):  # fmt: skip
        assert shen.post(reverse("dates", args=[cast.zhao]), {**FORM, **told}).status_code == 302
    read = card(shown(shen, cast))
    for rule in ("平年在 2 月 28 日过", "没有这个闰月的年份在平月过", "小月在廿九过"):
        assert rule in read


def test_a_strange_id_is_as_if_absent(cast: Cast, shen: Client):
    for item in (str(cast.li), "nothing"):
        assert shen.post(reverse("dates", args=[cast.zhao]), {**FORM, "item": item}).status_code in (404, 422)
    assert queries.days_of(cast.shen, ZHAO) == ()


def test_the_head_of_the_branch_reads_the_day_and_writes_none(cast: Cast, shen: Client):
    shen.post(reverse("dates", args=[cast.zhao]), FORM)
    head = signed_in("S04")
    read = card(text(head.get(reverse("customer_rest", args=[cast.zhao]))))
    assert "18 1月 结婚纪念日 · ****" in read
    assert "林建年" not in read
    assert "记一个日子" not in read
    assert head.post(reverse("dates", args=[cast.zhao]), FORM).status_code == 404
