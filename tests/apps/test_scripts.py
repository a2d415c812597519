"""Every reason has something to say by every channel in both languages; nothing is promised, everything is signed."""

import re
from datetime import date, timedelta

import pytest

from guanhu.apps.catalog.scripts import SLOT, SLOTS, Script, codes, script_for, scripts
from guanhu.apps.catalog.scripts_en import ENGLISH
from guanhu.apps.catalog.scripts_zh import CHINESE
from guanhu.apps.customers.shapes import Chip
from guanhu.apps.work.playbook import next_steps
from guanhu.apps.work.sayings import day_said
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import Channel, MaturityStep, Reason, SignalKind
from tests.factories import TODAY, WAN

FORBIDDEN = re.compile(
    r"保证|稳赚|保本|收益率|高收益|零风险|预期收益|guarantee|risk-free|return of|yield|%|！{2,}", re.IGNORECASE
)
"""Words that promise, and figures of return."""


def faults(script: Script) -> list[str]:
    """What is wrong with a script."""
    found = []
    if FORBIDDEN.search(script.text):
        found.append("promises")
    if not {"name", "sender", "branch"} <= set(SLOT.findall(script.text)):
        found.append("unsigned")
    if set(SLOT.findall(script.text)) - SLOTS:
        found.append("unknown slot")
    if "{sender}" in script.text.split("{name}")[0]:
        found.append("sender before customer")
    return found


@pytest.mark.practice("P101")
def test_no_script_promises_and_all_are_signed():
    assert [
        (script.code, script.channel, script.language, faults(script)) for script in scripts() if faults(script)
    ] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{name}您好，我是{branch}的{sender}。这款产品保证收益。", "promises"),
        ("{name}您好，有一款产品。", "unsigned"),
        ("{name}您好，我是{branch}的{sender}，{rate}。", "unknown slot"),
        ("我是{branch}的{sender}，{name}您好。", "sender before customer"),
    ],
)
def test_a_script_that_should_not_be_sent_is_noticed(text: str, fault: str):
    assert fault in faults(Script("test", "call", "zh", text))


def test_both_languages_speak_to_the_same_reasons_by_every_channel():
    assert list(CHINESE) == list(ENGLISH)
    assert all(set(texts) == set(Channel) for table in (CHINESE, ENGLISH) for texts in table.values())


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("kind", [*SignalKind, *Reason])
def test_every_reason_has_a_script_of_its_own(kind: str, channel: str):
    details = {SignalKind.MATURITY: list(MaturityStep), SignalKind.LARGE_MOVE: ["in", "out"]}.get(kind, [""])
    for detail in details:
        assert script_for(kind, detail, channel, "zh").code.split("/")[0] == kind


def test_an_unknown_reason_is_spoken_to_as_routine():
    assert script_for("comet", "", "call", "zh").code == Reason.ROUTINE


def test_no_two_scripts_are_the_same():
    texts = [script.text for script in scripts()]
    assert len(set(texts)) == len(texts) == len(codes()) * 6


def test_slots_are_filled_and_marked_and_empty_ones_vanish():
    script = Script("test", "call", "zh", "{name}您好，{due}见{amount}")
    assert script.filled({"name": "赵女士", "due": "明天", "amount": ""}) == (
        ("赵女士", True), ("您好，", False), ("明天", True), ("见", False)
    )  # fmt: skip
    with pytest.raises(KeyError):
        script.filled({"name": "赵女士"})


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (0, "今天", "today"),
        (1, "明天", "tomorrow"),
        (-1, "昨天", "yesterday"),
        (7, "12月1日（周二）", "on Tuesday 1 December"),
    ],
)
def test_days_are_said_as_people_say_them(days: int, zh: str, en: str):
    day = date_from(days)
    assert (day_said(day, TODAY, english=False), day_said(day, TODAY, english=True)) == (zh, en)


def date_from(days: int) -> date:
    return TODAY + timedelta(days=days)


def chip(kind: str, step: str = "", days: int | None = None) -> Chip:
    due_on = date_from(days) if days is not None else None
    return Chip(kind, step, "", WAN, due_on, days, False, {})


@pytest.mark.practice("P129")
@pytest.mark.parametrize(
    ("step", "days", "steps"),
    [
        ("t-30", 30, ["12-17 call", "12-23 call"]),
        ("t-7", 7, ["11-30 call", "12-01 meeting"]),
        ("t-1", 1, ["11-25 meeting", "11-26 call"]),
        ("t0", 0, ["11-25 call"]),
        ("t+1", -1, []),
    ],
)
def test_a_maturity_is_followed_through_its_steps(step: str, days: int, steps: list[str]):
    found = next_steps([chip(SignalKind.MATURITY, step, days)], TODAY)
    assert [f"{one.due_on:%m-%d} {one.channel}" for one in found] == steps


@pytest.mark.parametrize("kind", [*SignalKind, *Reason])
def test_suggested_steps_fall_on_working_days_after_today(kind: str):
    steps = next_steps([chip(kind, "t-7" if kind == SignalKind.MATURITY else "", 5), chip(SignalKind.OUTFLOW)], TODAY)
    assert all(one.due_on > TODAY and SHIPPED_CALENDAR.is_working(one.due_on) for one in steps)
    assert len({one.due_on for one in steps}) == len(steps) <= 3
