"""投诉: how long a complaint silences marketing, and by when it wants an answer (P181, P196)."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanhu.rules.columns import fill, missing, no, pick
from guanhu.rules.days import NEVER, WorkCalendar
from guanhu.rules.policy import Policy


def is_complaint_open(opened_day: Any, closed_day: Any, day: Any) -> Any:
    """Is the complaint open on this day (received, and not closed before or on it)?

    Day numbers; null ``opened_day`` is no complaint, null ``closed_day`` is not closed.
    """
    received = no(missing(opened_day)) & (fill(opened_day, 0) <= day)
    return received & (missing(closed_day) | (fill(closed_day, 0) > day))


def quiet_until_day(opened_day: Any, closed_day: Any, policy: Policy) -> Any:
    """From which day on marketing may begin again after this complaint: ``complaint_quiet_days`` after it was closed.

    Day numbers; ``NEVER`` while nobody has closed it, null where there is no complaint. P196.
    """
    until = pick(missing(closed_day), NEVER, fill(closed_day, 0) + policy.complaint_quiet_days)
    return pick(missing(opened_day), None, until)


def is_complaint_quiet(opened_day: Any, closed_day: Any, day: Any, policy: Policy) -> Any:
    """投诉静默: no marketing while it is open and for ``complaint_quiet_days`` after it was closed.

    On the fourteenth day after closing marketing may begin again. P196.
    """
    received = no(missing(opened_day)) & (fill(opened_day, 0) <= day)
    return received & (day < fill(quiet_until_day(opened_day, closed_day, policy), 0))


def answer_by(opened_on: date, calendar: WorkCalendar, policy: Policy) -> date:
    """By when a complaint must be acknowledged: ``complaint_answer_days`` working days after it came in. P181."""
    return calendar.add(opened_on, policy.complaint_answer_days)
