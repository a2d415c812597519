"""The books this command works on: its lake, its keys, its policy and its calendar, all from one folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from guanhu.cli.numbers import policy_in
from guanhu.cli.places import secret, var_folder
from guanhu.engine.lake import Lake
from guanhu.feeds.keys import Keys
from guanhu.rules.days import SHIPPED_CALENDAR, WorkCalendar
from guanhu.rules.policy import Policy


@dataclass(frozen=True)
class Books:
    """One bank's lake and the numbers it goes by."""

    var: Path
    lake: Lake
    keys: Keys
    policy: Policy
    calendar: WorkCalendar


def these_books() -> Books:
    """The books in GUANHU_VAR, else in ``var``."""
    var = var_folder()
    return Books(var, Lake(var / "lake"), Keys(secret(var / "secret" / "lake.key")), policy_in(var), SHIPPED_CALENDAR)


def business_day(text: str) -> date:
    """The day a command is told, written 2026-11-20."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} 不是一天；请写成 2026-11-20 的样子。什么也没有改动") from None
