"""点数提示: a day written for the counter is seen with its figures, an honest busy day is not, and each edge holds."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import time

import pytest

from guanhu.rules.contact import seconds_that_count
from guanhu.rules.flags import FlagKind, Written, flags_of, gist_of, is_alike, second_of
from guanhu.rules.policy import Policy

pytestmark = pytest.mark.practice("P54", "P55")

POLICY = Policy()
HOUR = 3600


def wrote(key, at, channel="call", outcome="reached", seconds=300, said="", customer=None):
    """One contact written down at ``at`` (hour, minute)."""
    return Written(key, customer or key, channel, outcome, second_of(time(*at)), seconds, said)


def kinds(day):
    return {flag.kind for flag in flags_of(day, POLICY)}


def flag(day, kind):
    return next((one for one in flags_of(day, POLICY) if one.kind is kind), None)


# ---------------------------------------------------------------- a gamer and an honest colleague


def gamer():
    """Fourteen calls of a minute and a bit, written from 17:40 on in one go, with one sentence; three after nine."""
    said = "客户表示会考虑理财产品，下周再联系。"
    calls = [wrote(n, (17, 40 + n // 3, n), seconds=60 + n % 8, said=said if n < 9 else "") for n in range(14)]
    return [*calls, *(wrote(20 + n, (21, 10 + n), "message", "sent", None) for n in range(3))]


PHRASES = (
    "问候近况，聊了孩子上学", "提醒防诈骗，客户说收到过可疑短信",
    "回访上月购买的产品，没有疑问", "说工作忙，晚上看手机银行",
    "想给父母办存单，问要带什么证件", "生意一般，周转金多留活期",
    "聊到想换个大点的房子，明年再看", "问提前还房贷划不划算，帮着算了一遍",
    "说柜面等得久，建议预约号", "老伴住院，嘱咐急用钱可以打给我",
    "刚退休，问钱放哪里稳当又能随时取", "妹妹在他行买了保险，想比一比",
    "近期要出差，回来再细聊", "存单下月到期，倾向续存两年",
    "问养老金到账时间，已说明", "身体不太好，只问候，不谈产品",
    "公司要开分店，想了解经营贷", "手机银行字太小，约好到店教大字版",
    "财务换人，重新建立联系", "说合唱团演出，请我们去看",
)  # fmt: skip


def honest(dice):
    """A full day: thirty messages in two sittings, twenty calls and five meetings, each written when it was over."""
    day, second, key = [], 9 * HOUR + 600, 0
    for n in range(30):
        second += dice.randrange(100, 180)
        day.append(
            Written(key := key + 1, key, "message", "sent", second + (0 if n < 20 else 3 * HOUR), None, "到期提醒")
        )
    second = 10 * HOUR + 600
    for n in range(20):
        lasted = 60 + int(dice.lognormvariate(4.7, 0.8))
        second += lasted + dice.randrange(120, 480)
        day.append(Written(key := key + 1, key, "call", "reached", second, lasted, PHRASES[n]))
    for n in range(5):
        second += dice.randrange(1500, 2700)
        day.append(Written(key := key + 1, key, "meeting", "reached", second, 1800, f"面谈：{PHRASES[n]}"))
    return [replace(one, second=min(one.second, 17 * HOUR + 1700)) for one in day]


def test_a_day_written_for_the_counter_is_seen_from_every_side():
    assert kinds(gamer()) == set(FlagKind)
    found = flag(gamer(), FlagKind.COPIED)
    assert (found.seen, found.of, found.line, found.contacts) == (9, 9, 5, tuple(range(9)))


def test_five_hundred_honest_busy_days_are_hardly_ever_asked_about():
    asked = [flags_of(honest(random.Random(seed)), POLICY) for seed in range(500)]
    assert sum(map(bool, asked)) <= 5, [one for one in asked if one]


def test_an_empty_day_calls_for_nothing():
    assert flags_of([], POLICY) == ()


# ---------------------------------------------------------------- edges


def test_ten_in_ten_minutes_are_asked_about_and_nine_or_a_slower_ten_are_not():
    ten = [wrote(n, (9, n), "message", "sent") for n in range(10)]
    assert flag(ten, FlagKind.BULK).seen == 10
    assert flag(ten[:9], FlagKind.BULK) is None
    slower = [*ten[:9], wrote(9, (9, 10), "message", "sent")]
    assert flag(slower, FlagKind.BULK) is None
    just = [*ten[:9], wrote(9, (9, 9, 59), "message", "sent")]
    assert flag(just, FlagKind.BULK).contacts == tuple(range(10))


def test_five_customers_with_one_note_are_asked_about_and_four_or_a_short_note_are_not():
    note = "已介绍新产品并留资料"
    same = [wrote(n, (9 + n, 0), said=note) for n in range(5)]
    assert flag(same, FlagKind.COPIED).seen == 5
    assert flag(same[:4], FlagKind.COPIED) is None
    once = [replace(one, customer=1) for one in same]
    assert flag(once, FlagKind.COPIED) is None, "five notes on one customer are no copies over customers"
    short = [replace(one, said="未接，下午再试。") for one in same]
    assert len(gist_of("未接，下午再试。")) < POLICY.flag_copied_signs
    assert flag(short, FlagKind.COPIED) is None
    assert flag([replace(one, channel="message", outcome="sent") for one in same], FlagKind.COPIED) is None


def test_notes_that_differ_in_an_amount_or_a_name_say_the_same():
    one, other = "提醒 50 万到期，客户倾向续存两年期。", "提醒8万到期,客户倾向续存两年期"
    assert gist_of(one) == gist_of(other)
    longer = "客户倾向续存两年期，约好下周三上午带身份证来网点办理"
    assert is_alike(gist_of(longer), gist_of(longer.replace("周三", "周四")), POLICY)
    assert not is_alike(gist_of(longer), gist_of("说柜面等得久，建议预约号，已登记意见"), POLICY)
    assert not is_alike("", "存", POLICY)


@pytest.mark.parametrize(("early", "late", "asked"), [(12, 8, True), (13, 8, False), (0, 7, False), (11, 7, False)])
def test_two_fifths_of_a_day_in_its_last_half_hour_are_asked_about_from_eight_on(early, late, asked):
    day = [wrote(n, (10, n), "message", "sent") for n in range(early)]
    day += [wrote(100 + n, (17, 30 + n), "message", "sent") for n in range(late)]
    assert (flag(day, FlagKind.LAST) is not None) is asked


def test_a_minute_before_the_last_half_hour_is_not_in_it():
    day = [wrote(n, (17, 29, n), "message", "sent") for n in range(9)]
    assert flag(day, FlagKind.LAST) is None


@pytest.mark.parametrize(
    ("near", "far", "asked"), [(5, 7, True), (5, 8, False), (4, 0, False), (8, 12, True), (7, 12, False)]
)  # fmt: skip
def test_declared_durations_just_above_a_minute_are_asked_about_from_five_and_two_fifths_on(near, far, asked):
    day = [wrote(n, (9, n), seconds=60 + n % 10, said=f"{n}") for n in range(near)]
    day += [wrote(100 + n, (11, n), seconds=70, said=f"{n}") for n in range(far)]
    assert (flag(day, FlagKind.NEAR) is not None) is asked
    below = [replace(one, seconds=59) for one in day]
    assert flag(below, FlagKind.NEAR) is None, "what is below the line does not count and is no use to anybody"


@pytest.mark.parametrize(("at", "odd"), [((7, 59, 59), True), ((8, 0), False), ((20, 59, 59), False), ((21, 0), True)])
def test_three_contacts_written_outside_the_hours_are_asked_about(at, odd):
    three = [wrote(n, at) for n in range(3)]
    assert (flag(three, FlagKind.OUTSIDE) is not None) is odd
    assert flag(three[:2], FlagKind.OUTSIDE) is None


def test_three_effective_calls_without_a_note_are_asked_about():
    bare = [wrote(n, (9 + n, 0), said=" \n") for n in range(3)]
    assert flag(bare, FlagKind.UNWRITTEN).seen == 3
    assert flag(bare[:2], FlagKind.UNWRITTEN) is None
    assert flag([replace(one, outcome="no_answer") for one in bare], FlagKind.UNWRITTEN) is None
    assert flag([replace(one, seconds=59) for one in bare], FlagKind.UNWRITTEN) is None


def test_every_line_is_a_number_of_the_policy():
    strict = replace(POLICY, flag_unwritten_calls=1, flag_bulk_contacts=2, flag_outside_contacts=1)
    day = [wrote(1, (7, 0)), wrote(2, (7, 1))]
    assert {one.kind for one in flags_of(day, strict)} == {FlagKind.BULK, FlagKind.OUTSIDE, FlagKind.UNWRITTEN}


def test_what_the_gateway_measured_counts_before_what_was_declared():
    assert seconds_that_count(90, 20) == 20
    assert seconds_that_count(90, None) == 90
    assert seconds_that_count(None, None) is None


# ---------------------------------------------------------------- the same by brute force


def oracle(day, policy):
    """Each flag's count and contacts, looked for in the slowest way there is."""
    found = {}
    windows = [
        [one for one in day if start.second <= one.second < start.second + policy.flag_bulk_minutes * 60]
        for start in day
    ]
    dense = [those for those in windows if len(those) >= policy.flag_bulk_contacts]
    if dense:
        found["bulk"] = (max(map(len, windows)), {one.key for those in dense for one in those})
    notes = [one for one in day if one.channel != "message" and len(gist_of(one.said)) >= policy.flag_copied_signs]
    groups = []
    for one in notes:
        mine = {gist_of(one.said)[n : n + 2] for n in range(len(gist_of(one.said)) - 1)}
        alike = []
        for other in notes:
            theirs = {gist_of(other.said)[n : n + 2] for n in range(len(gist_of(other.said)) - 1)}
            if len(mine & theirs) / len(mine | theirs) >= policy.flag_copied_alike_bp / 10_000:
                alike.append(other)
        groups.append(alike)
    many = [those for those in groups if len({one.customer for one in those}) >= policy.flag_copied_customers]
    if many:
        most = max(len({one.customer for one in those}) for those in many)
        found["copied"] = (most, {one.key for those in many for one in those})
    late = [one for one in day if one.second >= (policy.flag_closing_minute - policy.flag_last_minutes) * 60]
    if len(late) >= policy.flag_last_contacts and len(late) / len(day) >= policy.flag_last_bp / 10_000:
        found["last"] = (len(late), {one.key for one in late})
    spoke = ("reached", "declined", "booked", "closed")
    calls = [one for one in day if one.channel == "call" and one.outcome in spoke and (one.seconds or 0) >= 60]
    near = [one for one in calls if one.seconds < 60 + policy.flag_near_seconds]
    if len(near) >= policy.flag_near_calls and len(near) / len(calls) >= policy.flag_near_bp / 10_000:
        found["near"] = (len(near), {one.key for one in near})
    odd = [
        one for one in day if one.second < policy.flag_hours_from * HOUR or one.second >= policy.flag_hours_to * HOUR
    ]
    if len(odd) >= policy.flag_outside_contacts:
        found["outside"] = (len(odd), {one.key for one in odd})
    bare = [one for one in calls if one.said.strip() == ""]
    if len(bare) >= policy.flag_unwritten_calls:
        found["unwritten"] = (len(bare), {one.key for one in bare})
    return found


def any_day(dice):
    """A day of any kind, with hardly any sense in it."""
    words = ["", "已介绍新产品并留下资料", "已介绍新产品并留下资料。", "已介绍新品种并留下了资料", *PHRASES[:6]]
    starts = [dice.randrange(6 * HOUR, 22 * HOUR) for _ in range(4)]
    return [
        Written(
            n, dice.randrange(1, 30), dice.choice(("call", "call", "message", "meeting")),
            dice.choice(("reached", "reached", "declined", "no_answer", "booked")),
            dice.choice(starts) + dice.randrange(0, dice.choice((300, 1200, 7000))),
            dice.choice((None, 30, 59, 60, 65, 69, 70, 300)), dice.choice(words),
        )
        for n in range(dice.randrange(0, 45))
    ]  # fmt: skip


@pytest.mark.slow
def test_a_thousand_days_are_judged_as_by_brute_force():
    seen = set()
    for seed in range(1000):
        day = any_day(random.Random(seed))
        told = {one.kind.value: (one.seen, set(one.contacts)) for one in flags_of(day, POLICY)}
        assert told == oracle(day, POLICY), seed
        seen |= told.keys()
    assert seen == {kind.value for kind in FlagKind}, "the days held every kind"
