"""What must hold before a contact is written down: a message for each field that does not, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanhu.apps.people.errors import Refused
from guanhu.apps.work.briefs import OUTCOMES
from guanhu.apps.work.shapes import NextStep
from guanhu.rules.kinds import Channel, Outcome, Refusal

KEY_LENGTH = 64
DAY_SECONDS = 86_400
LARGEST_FEN = 1_000_000_000_00
LONGEST_SAID = 2000
AT_MOST_STEPS = 6


@dataclass(frozen=True)
class Told:
    """What a colleague says came of a contact."""

    day: date
    channel: str
    outcome: str
    seconds: int | None
    said: str
    refusal: str
    product: str
    amount_fen: int | None
    meeting_on: date | None
    meeting_at: time | None
    meeting_place: str
    retry_on: date | None
    retry_at: time | None
    next_steps: tuple[NextStep, ...]

    @property
    def promises(self) -> tuple[NextStep, ...]:
        """What was agreed: the meeting or the next try, and the chosen next steps beside it."""
        first: tuple[NextStep, ...] = ()
        if self.outcome == Outcome.BOOKED and self.meeting_on:
            place = self.meeting_place or _("约见")
            first = (NextStep(self.meeting_on, Channel.MEETING.value, place, self.meeting_at),)
        if self.outcome == Outcome.NO_ANSWER and self.retry_on:
            first = (NextStep(self.retry_on, self.channel, _("未接再拨"), self.retry_at),)
        taken = {(step.due_on, step.channel) for step in first}
        return (*first, *(step for step in self.next_steps if (step.due_on, step.channel) not in taken))


def require_sound(told: Told) -> None:
    """Refuse what cannot be meant; raises ``Refused`` with a message for each field."""
    found = {**_words(told), **_figures(told), **_meeting(told), **_steps(told)}
    if found:
        raise Refused(found)


def _words(told: Told) -> dict[str, str]:
    found = {}
    if told.channel not in set(Channel):
        return {"channel": _("请选择渠道")}
    if told.outcome not in set(Outcome):
        return {"outcome": _("请选择结果")}
    if told.outcome not in OUTCOMES[told.channel]:
        found["outcome"] = _("这种渠道没有「%(outcome)s」这个结果") % {
            "outcome": Outcome(told.outcome).label(get_language() or "zh")
        }
    if told.outcome == Outcome.DECLINED and told.refusal not in set(Refusal):
        found["refusal"] = _("请选择拒绝原因")
    if told.outcome != Outcome.DECLINED and told.refusal:
        found["refusal"] = _("只有「拒绝」才写拒绝原因")
    if len(told.said) > LONGEST_SAID:
        found["said"] = _("备注最多 %(n)s 字") % {"n": LONGEST_SAID}
    return found


def _figures(told: Told) -> dict[str, str]:
    found = {}
    if told.seconds is not None and not 0 <= told.seconds <= DAY_SECONDS:
        found["seconds"] = _("时长不对，请填秒数")
    if told.outcome == Outcome.CLOSED and not 0 < (told.amount_fen or 0) <= LARGEST_FEN:
        found["amount_fen"] = _("请填成交金额，大于 0")
    if told.outcome != Outcome.CLOSED and told.amount_fen is not None:
        found["amount_fen"] = _("只有「成交」才写金额")
    return found


def _meeting(told: Told) -> dict[str, str]:
    if told.outcome != Outcome.BOOKED:
        return {"meeting_on": _("只有「约见」才写约见时间")} if told.meeting_on else {}
    if told.meeting_on is None:
        return {"meeting_on": _("请填约见的日期")}
    return {"meeting_on": _("约见的日期已经过去")} if told.meeting_on < told.day else {}


def _steps(told: Told) -> dict[str, str]:
    steps = told.next_steps
    if told.retry_on and told.outcome == Outcome.NO_ANSWER and told.retry_on < told.day:
        return {"retry_on": _("再拨的日期已经过去")}
    if len(steps) > AT_MOST_STEPS:
        return {"next_steps": _("下一步最多 %(n)s 条") % {"n": AT_MOST_STEPS}}
    if any(step.due_on < told.day for step in steps):
        return {"next_steps": _("下一步的日期已经过去")}
    if any(step.channel not in set(Channel) for step in steps):
        return {"next_steps": _("下一步的渠道不对")}
    return {}


def of_another() -> Refused:
    """The same form sent for two customers."""
    return Refused({"request_key": _("这份表单属于另一位客户，请刷新后再填")})


def clock(now: datetime) -> time:
    """The hour on the branch's wall."""
    return now.astimezone(timezone.get_current_timezone()).time().replace(second=0, microsecond=0)
