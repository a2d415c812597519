"""打法: which next contacts a reason usually asks for. Suggested and checked beforehand, never saved silently (P58)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from guanhu.apps.customers.shapes import Chip
from guanhu.apps.people import policy
from guanhu.apps.work.shapes import NextStep
from guanhu.rules.days import SHIPPED_CALENDAR as CALENDAR
from guanhu.rules.kinds import Channel, MaturityStep, Reason, SignalKind

ONE_DAY = timedelta(days=1)
WARM, SOON, LATER = 2, 5, 10
"""Working days until the call after a first word, and until a second and a later contact."""
AT_MOST = 3


def next_steps(chips: Sequence[Chip], today: date) -> tuple[NextStep, ...]:
    """The next contacts the reasons ask for, at most three, each on a working day after today."""
    steps: list[NextStep] = []
    for chip in chips:
        for step in _steps(chip, today):
            if step.due_on > today and all(step.due_on != other.due_on for other in steps):
                steps.append(step)
    return tuple(sorted(steps[:AT_MOST], key=lambda step: step.due_on))


def _steps(chip: Chip, today: date) -> list[NextStep]:
    if chip.kind == SignalKind.MATURITY and chip.due_on:
        return _maturity(chip.step, chip.due_on, today)
    if chip.kind == SignalKind.DATES and chip.due_on:
        return [NextStep(CALENDAR.on_or_before(chip.due_on), Channel.MESSAGE.value, _("生日祝福"))]
    if chip.kind == Reason.INTRODUCTION:
        return _introduction(chip.step, today)
    later: dict[str, tuple[int, Channel, str]] = {
        SignalKind.NEAR_LINE: (SOON, Channel.CALL, _("问权益是否用得上")),
        SignalKind.OUTFLOW: (SOON, Channel.CALL, _("再问候，听原因")),
        SignalKind.LARGE_MOVE: (1, Channel.CALL, _("确认安全后的安排")),
        SignalKind.DORMANT: (LATER, Channel.MESSAGE, _("再问候")),
        SignalKind.OTHER_BANK: (LATER, Channel.CALL, _("听意见后的回音")),
        Reason.COMPLAINT: (1, Channel.CALL, _("告知处理进展")),
    }
    if chip.kind not in later:
        return []
    days, channel, purpose = later[chip.kind]
    return [NextStep(CALENDAR.add(today, days), channel.value, purpose)]


def _introduction(step: str, today: date) -> list[NextStep]:
    """短信预热—电话跟进—邀约见面: the night plans them by itself; here a day can be agreed with the customer (P100)."""
    call = NextStep(CALENDAR.add(today, WARM), Channel.CALL.value, _("打电话认识"), checked=False)
    meeting = NextStep(CALENDAR.add(today, SOON), Channel.MEETING.value, _("约好见面认识"), checked=False)
    return {Channel.MESSAGE.value: [call, meeting], Channel.CALL.value: [meeting]}.get(step, [])


def _maturity(step: str, due_on: date, today: date) -> list[NextStep]:
    """T-7, T-1, the day itself, and the call back when it was not renewed (P127–P129)."""
    week = NextStep(
        CALENDAR.on_or_before(due_on - timedelta(days=policy.in_force().maturity_week_days)),
        Channel.CALL.value,
        _("到期前一周问打算"),
    )
    eve = NextStep(CALENDAR.on_or_before(due_on - ONE_DAY), Channel.CALL.value, _("到期前一天二次确认"))
    due = NextStep(CALENDAR.on_or_after(due_on), Channel.MEETING.value, _("到期当天办理"))
    after = NextStep(CALENDAR.next(max(due_on, today)), Channel.CALL.value, _("未转存回访"), checked=False)
    return {
        MaturityStep.MONTH: [week, eve],
        MaturityStep.WEEK: [eve, due],
        MaturityStep.EVE: [due, after],
        MaturityStep.DUE: [after],
    }.get(MaturityStep(step) if step else MaturityStep.MONTH, [])
