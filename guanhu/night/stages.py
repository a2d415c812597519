"""The night as a list of named stages, in the order in which they are carried out.

``run`` executes the list and ``explain`` prints it. Every stage may be carried out again at any time and
then leaves the same behind; a night that was killed goes on at the stage that had not finished.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from guanhu.engine.lake import Lake
from guanhu.feeds.keys import Keys
from guanhu.rules.days import WorkCalendar
from guanhu.rules.policy import Policy

Progress = Callable[[str, int, int], None]
"""Told while a stage works: what, how many done, of how many (0 when not known)."""


def silent(what: str, done: int, of: int) -> None:
    """Nobody is watching."""


@dataclass(frozen=True)
class Task:
    """What one night is about: which day, from which files, into which lake, under which policy."""

    day: date
    lake: Lake
    keys: Keys
    policy: Policy
    calendar: WorkCalendar
    folder: Path | None = None
    layout: str = "guanhu"
    night: int = 0
    """The night's id in the database, once it has begun."""
    at: datetime | None = None
    """When this attempt began."""
    fed: bool = False
    """Has this database taken the day's delivery in already?"""
    accept_quarantine: bool = False
    """Has a person looked at what was kept aside, and lets it pass however much it is?"""
    say: Progress = field(default=silent, compare=False)

    @property
    def today(self) -> date:
        """The working day for which this night prepares."""
        return self.calendar.next(self.day)


class NightStopped(Exception):
    """The night cannot be published: what happened, what is safe, what to do. Yesterday's plan stays."""

    def __init__(self, happened: str, todo: str) -> None:
        """Say all three in one message."""
        super().__init__(f"{happened}。昨天的名单保持不变，已记下的联系没有受影响。{todo}")
        self.happened, self.todo = happened, todo


@dataclass(frozen=True)
class Stage:
    """One stage: its name, what it is called on screen, what it does and what it writes."""

    name: str
    zh: str
    en: str
    writes: str
    carry_out: Callable[[Task], str]
    """Does the work and says in one line what came of it."""
