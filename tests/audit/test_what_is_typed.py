"""Nothing anybody types can look like a record, steer a terminal, or put a number in clear on the trail."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest

from guanhu.apps.audit import trail
from guanhu.apps.audit.canonical import canonical, clean, keyed, person_id, without_numbers
from guanhu.rules.kinds import TrailAction
from tests.audit.conftest import Actor, entries

LINE = '{"action":"sign_in","actor":"S01","at":"2026-11-24T02:00:00.000000Z","v":1}'
ENDS = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00", "\x1e", "\\n", "%0a", "\n\n")
ESCAPES = ("\x1b[2K", "\x1b]0;title\x07", "\x9b31m", "\x1b[1A", "\x08" * 8, "\x7f", "\x1bc", "\x1b[?25l")
TURNED = ("\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\u00ad", "\U000e0041", "\ud800", "\udfff")
BREAKING = (
    '"',
    '"}',
    '","actor":"S99',
    "\\",
    "\\u0000",
    "'; drop table audit_entry; --",
    "${jndi:ldap://x}",
    "{{7*7}}",
)
CORPUS = [
    *(f"before{end}{LINE}" for end in ENDS),
    *(f"{escape}{LINE}" for escape in ESCAPES),
    *(f"a{mark}b{LINE}" for mark in TURNED),
    *(f"a{text}{LINE}" for text in BREAKING),
    *(end + escape for end, escape in product(ENDS[:6], ESCAPES)),
]
OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_a_text_stays_a_text_in_one_line(text):
    written = canonical({"action": "stage", "reason": clean(text)})
    assert not OBEYED.search(written)
    told = json.loads(written)
    assert set(told) == {"action", "reason"}
    assert told["reason"] == clean(text)
    written.encode()


@pytest.mark.django_db
@pytest.mark.slow
def test_whatever_is_typed_anywhere_is_one_record_that_says_so():
    for number, text in enumerate(CORPUS):
        source = trail.Source(session=text, address=text, device=text, request_id=text)
        with trail.during(source):
            trail.note(Actor(text[:20], text[:10], "B1"), TrailAction.STAGE, object=(text, text), fields=[text],
                       before={text: text}, after={text: text}, reason=text, case=text, result=text)  # fmt: skip
        rows = entries("B1")
        assert len(rows) == number + 1
        assert rows[-1]["action"] == "stage"
        assert not OBEYED.search(rows[-1]["record"])
        assert rows[-1]["told"]["reason"] == without_numbers(text)


@pytest.mark.django_db
def test_a_branch_number_nobody_could_have_goes_to_the_banks_chain():
    for number in ("B\n1", "", "B" * 41, "B\x1b[2K"):
        trail.note(Actor(branch_no=number), TrailAction.SIGN_IN)
    assert [row["chain"] for row in entries()] == ["bank"] * 4


def test_a_writer_that_leaves_signs_as_they_are_would_be_found():
    """The twin: JSON alone lets through what a terminal obeys and what turns the writing round."""
    let = [text for text in CORPUS if OBEYED.search(json.dumps(clean(text), ensure_ascii=False))]
    assert len(let) >= 10


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("客户电话 13800138000 请改", "客户电话 〔11 位号码〕 请改"),
        ("138 0013 8000", "〔13 位号码〕"),
        ("身份证11010519491231002X。", "身份证〔18 位号码〕。"),
        ("6222-0202-0000-1234-567", "〔23 位号码〕"),
        ("写信 zhao@example.com 吧", "写信 〔邮箱〕 吧"),
        ("座机 0791-8123456", "座机 〔12 位号码〕"),
        ("１３８００１３８０００", "〔11 位号码〕"),
        ("2026-11-26 到期 500000", "2026-11-26 到期 500000"),
        ("12026-11-26", "〔11 位号码〕"),
        ("到期 8 万，30 天", "到期 8 万，30 天"),
    ],
)
def test_a_number_that_was_typed_is_not_kept(typed, kept):
    assert without_numbers(typed) == kept


def test_a_record_has_one_form():
    assert canonical({"b": 1, "a": ["x", {"d": None, "c": "中"}]}) == '{"a":["x",{"c":"中","d":null}],"b":1}'


@pytest.mark.parametrize("value", [1.5, float("nan"), {"a": [0.1]}, object()])
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises((ValueError, TypeError)):
        canonical({"x": value})


def test_a_person_is_a_number_only_this_bank_can_make():
    one, other = b"k" * 32, b"l" * 32
    assert person_id(one, 7) == person_id(one, 7) != person_id(other, 7)
    assert -(1 << 63) <= person_id(one, 7) < 1 << 63
    assert keyed(one, "phone", "x") != keyed(one, "name", "x")
