"""偏好: on which days and by which way a customer likes to be reached, as her keeper wrote it down (P12, P58)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from guanhu.rules.columns import fill, missing, pick
from guanhu.rules.kinds import Channel

FULL_BP = 10_000
NAMES = {
    **{sign: day for day, sign in enumerate("一二三四五六日")}, "天": 6,
    **{name: day for day, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
}  # fmt: skip
ENGLISH = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
DAY = rf"(?:(?:周|星期|礼拜)[一二三四五六日天]|\b{ENGLISH}\b)"
DAYS = re.compile(
    rf"(?P<first>{DAY})(?:\s*(?:到|至|-|–|~|to)\s*(?P<last>(?:周|星期|礼拜)?[一二三四五六日天]|{ENGLISH}))?"
    r"(?P<more>(?:[、,，和或]?[一二三四五六日天](?![一二三四五六七八九十两]*[点月个十百千万分小时号]))*)"
)
SPANS = ((re.compile(r"周末|weekend"), 0b1100000), (re.compile(r"工作日|平日|weekday"), 0b0011111))
CLAUSE = re.compile(r"[。；;！!\n]|[，,](?=.*(?:周|星期|礼拜|mon|tue|wed|thu|fri|sat|sun|周末|工作日))")
NOT = re.compile(
    r"不方便|不在|没空|没时间|不行|不要|不想|不接|别|除|以外|之外|很忙|太忙|正忙|\bnot\b|n't|\bexcept\b|\bbusy\b"
)
WAYS = (
    (Channel.MESSAGE, re.compile(r"微信|短信|消息|留言|\bmessages?\b|\bwrite\b|\btext\b")),
    (Channel.MEETING, re.compile(r"见面|当面|面谈|来网点|来店|来行|\bin person\b|\bcomes? in\b")),
)
EVERY_DAY = 0b1111111


@dataclass(frozen=True)
class PreferenceNumbers:
    """What a contact loses on another day, or by another way, than the customer likes; part of the policy."""

    other_day_bp: int = 1_500
    other_way_bp: int = 1_500
    """Believed: enough that who likes Thursdays is called on Thursday, too little to let money leave till then."""


def weekdays_in(text: str) -> int:
    """她说星期几方便: the days of the week these words name, Monday the lowest bit; 0 for none, or for every one.

    「周四下午」「周一到周三」「周二、四」「工作日」; of 「周三不方便」 all but that day.
    """
    liked, unliked = 0, 0
    for clause in CLAUSE.split(text.lower()):
        named = _named(clause)
        if NOT.search(clause):
            unliked |= named
        else:
            liked |= named
    found = (liked or (EVERY_DAY if unliked else 0)) & ~unliked
    return 0 if found == EVERY_DAY else found


def _named(clause: str) -> int:
    """The days one clause names, as bits."""
    found = 0
    for words, days in SPANS:
        found |= days if words.search(clause) else 0
    for told in DAYS.finditer(clause):
        first = _day(told["first"])
        last = _day(told["last"]) if told["last"] else first
        for day in range(first, first + (last - first) % 7 + 1):
            found |= 1 << day % 7
        for sign in told["more"] or "":
            found |= 1 << NAMES[sign] if sign in NAMES else 0
    return found


def _day(word: str) -> int:
    return NAMES[word[:3]] if word[:3] in NAMES else NAMES[word[-1]]


def way_in(text: str) -> Channel | None:
    """她愿意用哪种方式: the way these words ask for; null where they name none or several.

    That somebody may be called is what every such note is about, and says nothing of another way.
    """
    clauses = [clause for clause in CLAUSE.split(text.lower()) if not NOT.search(clause)]
    found = {way for way, words in WAYS for clause in clauses if words.search(clause)}
    return found.pop() if len(found) == 1 else None


def is_liked_day(weekdays: Any, weekday_bit: Any) -> Any:
    """Is this a day of the week the customer likes, or did she name none?

    ``weekdays``: bits, Monday the lowest · ``weekday_bit``: that of the day, unknown counts as Monday.
    """
    known = fill(weekdays, 0)
    return (known == 0) | ((known // fill(weekday_bit, 1)) % 2 == 1)


def is_liked_way(way: Any, channel: Any) -> Any:
    """Is this the way by which the customer likes to be reached, or did she name none?"""
    return missing(way) | fill(way == channel, False)


def unliked_fen(gain_fen: Any, weekdays: Any, weekday_bit: Any, way: Any, channel: Any,
                policy: PreferenceNumbers) -> Any:  # fmt: skip
    """不合偏好的代价: what a contact loses on another day or by another way than she likes, fen, rounded down."""
    day = pick(is_liked_day(weekdays, weekday_bit), 0, policy.other_day_bp)
    other = pick(is_liked_way(way, channel), 0, policy.other_way_bp)
    return fill(gain_fen, 0) * (day + other) // FULL_BP
