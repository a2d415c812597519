"""A page written by somebody else meanwhile: 409, what I typed beside what stands there, and a way to go on."""

from __future__ import annotations

import re
from dataclasses import fields as fields_of
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.living.shapes import DayWords, FactWords
from guanhu.apps.customers.models import Consent
from guanhu.apps.customers.relations.shapes import TieWords
from guanhu.apps.customers.serving.shapes import CourseWords, IntentionWords, OfferWords
from guanhu.apps.people.errors import Conflict
from guanhu.apps.work import actions, queries
from guanhu.apps.work.file import queries as files
from guanhu.web.conflicts import NAMES, WORDS, clash_of
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.web.conftest import HTMX, outcome, text
from tests.web.test_a_morning import plain


def fields(page: str, form: str) -> dict[str, str]:
    """The form of a page, as a browser would send it."""
    part = page.split(f'action="{form}"')[1].split("</form>")[0]
    return dict(re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', part))


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_a_contact_beside_anothers_is_shown_field_by_field(cast: Cast, shen: Client, script: bool):
    actions.record_touch(by=cast.shen, customer=cast.zhao, now=NOW, channel="call", outcome="declined", seconds=65,
                         request_key="first", refusal="no_need", said="再说吧")  # fmt: skip
    address = reverse("record", args=[cast.zhao])
    late = shen.post(
        address, outcome(cast, said="要一张五十万的定期", request_key="second"), **(HTMX if script else {})
    )
    assert late.status_code == 409
    page = plain(text(late))
    assert "你填的" in page
    assert "沈知微 11-24 10:10" in page
    for told in ("结果 接通 拒绝", "通话时长 2分钟 1分5秒", "补一句 要一张五十万的定期 再说吧", "拒绝原因 — 没需要"):
        assert told in page
    assert "联系方式 电话 电话" not in page
    again = fields(text(late), address)
    assert again["said"] == "要一张五十万的定期"
    done = shen.post(address, outcome(cast, **again), **(HTMX if script else {}))
    assert done.status_code == (200 if script else 302)
    assert [touch.said for touch in queries.brief(cast.shen, cast.zhao).touches] == ["再说吧", "要一张五十万的定期"]


def test_a_line_set_aside_meanwhile_says_by_whom_and_why(cast: Cast, shen: Client):
    actions.defer(by=cast.shen, customer=cast.zhao, now=NOW, reason="客户出差")
    late = shen.post(reverse("record", args=[cast.zhao]), outcome(cast), **HTMX)
    assert late.status_code == 409
    assert "顺延的原因 — 客户出差" in plain(text(late))
    other = shen.post(reverse("defer", args=[cast.zhao]), {"reason": "我出差"}, **HTMX)
    assert other.status_code == 409
    assert "顺延的原因 我出差 客户出差" in plain(text(other))
    same = shen.post(reverse("defer", args=[cast.zhao]), {"reason": "客户出差"}, **HTMX)
    assert same.status_code == 200


def test_a_stage_moved_meanwhile_is_shown_and_can_be_moved_on(cast: Cast, shen: Client):
    address = reverse("stage", args=[cast.zhao])
    form = {**fields(text(shen.get(reverse("customer", args=[cast.zhao]))), address), "stage": "habit", "note": "常来"}
    customers.set_stage(by=cast.shen, customer=cast.zhao, stage="habit", current="relied_on", note="每周都来",
                        day=TODAY, now=NOW)  # fmt: skip
    late = shen.post(address, form)
    assert late.status_code == 409
    page = plain(text(late))
    assert "依据 常来 每周都来" in page
    assert "沈知微 11-24 10:10" in page
    again = fields(text(late), address)
    assert (again["note"], again["current"]) == ("常来", "habit")
    assert shen.post(address, {**again, "stage": "relied_on"}).status_code == 302


def test_the_same_form_sent_again_after_a_lost_answer_is_one_move(cast: Cast, shen: Client):
    form = {"stage": "habit", "current": "relied_on", "note": "常来"}
    assert [shen.post(reverse("stage", args=[cast.zhao]), form).status_code for _ in range(2)] == [302, 302]
    word = {"granted": "no", "evidence": "电话里说的", "seen": files.card(cast.shen, cast.zhao).marketing_word}
    assert [shen.post(reverse("marketing", args=[cast.zhao]), word).status_code for _ in range(2)] == [302, 302]
    assert Consent.objects.for_system("a test").filter(source="own").count() == 1


def test_a_word_on_marketing_written_meanwhile_is_shown_and_nothing_typed_is_lost(cast: Cast, shen: Client):
    address = reverse("marketing", args=[cast.zhao])
    form = fields(text(shen.get(reverse("customer_rest", args=[cast.zhao]))), address)
    customers.refuse_marketing(by=cast.shen, customer=cast.zhao, day=TODAY, now=NOW, evidence="短信回了 T")
    late = shen.post(address, {**form, "evidence": "柜台当面说的"})
    assert late.status_code == 409
    assert "凭据 柜台当面说的 短信回了 T" in plain(text(late))
    turned = fields(text(late), address)
    assert (turned["granted"], turned["evidence"]) == ("yes", ""), "what was typed for a refusal is no consent"


def test_a_changed_bank_word_counts_as_changed(cast: Cast, shen: Client):
    address = reverse("marketing", args=[cast.zhao])
    assert shen.post(address, {"granted": "no", "evidence": "x", "seen": "0"}).status_code == 409
    assert shen.post(address, {"granted": "no", "evidence": "x", "seen": "-1"}).status_code == 422


def test_every_field_of_a_conflict_has_its_word():
    from guanhu.apps.work.conflicts import FIELDS

    said = (DayWords, FactWords, TieWords, OfferWords, IntentionWords, CourseWords)
    living = {field.name for words in said for field in fields_of(words)}
    assert {*FIELDS, *living, "reason", "stage", "note", "granted", "evidence"} == set(NAMES)
    assert set(WORDS) <= set(NAMES)


@pytest.mark.parametrize(
    ("field", "values", "words"),
    [
        ("seconds", (None, 65), ("—", "1分5秒")),
        ("amount_fen", (500_000_00, None), ("50万", "—")),
        ("granted", (True, False), ("同意", "不要")),
        ("meeting_on", (TODAY, None), ("2026-11-24", "—")),
        ("meeting_at", (NOW.time(), None), ("02:10", "—")),
        ("outcome", ("reached", None), ("接通", "—")),
    ],
)
def test_values_are_put_into_words(field: str, values: tuple[Any, Any], words: tuple[str, str]):
    conflict = Conflict("x", yours={field: values[0]}, theirs={field: values[1]}, who="周予安", at=NOW)
    (line,) = clash_of(conflict).lines
    assert (line.yours, line.theirs) == words
    assert clash_of(conflict).theirs == "周予安 11-24 10:10"


def test_a_conflict_that_hides_what_the_other_wrote_is_noticed(
    cast: Cast, shen: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("guanhu.web.desks.customer.clash_of", lambda conflict: None)
    customers.set_stage(by=cast.shen, customer=cast.zhao, stage="habit", current="relied_on", note="每周都来",
                        day=TODAY, now=NOW)  # fmt: skip
    late = shen.post(reverse("stage", args=[cast.zhao]), {"stage": "habit", "current": "relied_on", "note": "常来"})
    assert "每周都来" not in plain(text(late)).split("时间线")[0]
