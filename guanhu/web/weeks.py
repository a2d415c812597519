"""本周 and 明日计划 as they are drawn: bars against the goal, and the blocks of a day."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanhu.apps.work.arranging.shapes import Appointment, Tomorrow, Week
from guanhu.rules.kinds import Channel

AT = {Channel.MESSAGE: "08:45", Channel.CALL: "09:30", Channel.MEETING: "14:00"}
"""When a block without an hour of its own begins: messages before the morning meeting, calls when people pick up."""


@dataclass(frozen=True)
class Bar:
    """One figure of the week against its goal."""

    word: str
    done: int
    ahead: int
    due: int
    left: int
    look: str


@dataclass(frozen=True)
class Block:
    """One line of the day: an appointment at its hour, or what is done one after the other."""

    at: str
    channel: str
    word: str
    those: tuple[Appointment, ...]
    alone: bool


@dataclass(frozen=True)
class Gap:
    """One channel of the coming day: what stands on it, and what the day asks for beyond."""

    channel: str
    word: str
    planned: int
    due: int
    lacking: int


def progress_of(week: Week) -> tuple[Bar, ...]:
    """Contacts and meetings, done and standing ahead, against the goal; nothing without a goal."""
    if week.goal is None:
        return ()
    told = (
        (_("联系"), week.contacts, week.ahead, week.goal.contacts, ""),
        (pgettext("52030", "面访"), week.meetings, week.meetings_ahead, week.goal.meetings, "meter-violet"),
    )
    return tuple(Bar(word, done, ahead, due, max(due - done, 0), look) for word, done, ahead, due, look in told)


def blocks_of(told: Tomorrow) -> tuple[Block, ...]:
    """The day in the order of its hours."""
    words = {
        Channel.MESSAGE: _("晨会前发消息"), Channel.CALL: _("通话时段"), Channel.MEETING: _("面访，时间待定"),
    }  # fmt: skip
    timed = [Block(f"{one.at:%H:%M}", one.channel, "", (one,), alone=True) for one in told.timed]
    rest = [Block(AT[way], way.value, words[way], those, alone=False) for way, those in told.open.items() if those]
    return tuple(sorted((*timed, *rest), key=lambda block: block.at))


def gaps_of(told: Tomorrow) -> tuple[Gap, ...]:
    """52030 of the coming day beside what stands on it."""
    words = {
        Channel.MESSAGE: pgettext("52030", "消息"), Channel.CALL: pgettext("52030", "通话"),
        Channel.MEETING: pgettext("52030", "面访"),
    }  # fmt: skip
    return tuple(
        Gap(way.value, words[way], told.planned[way], told.due.get(way, 0),
            max(told.due.get(way, 0) - told.planned[way], 0))
        for way in words
    )  # fmt: skip
