"""The books this command works on: its lake, its keys, its policy and its calendar, all from one folder."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import typer

from guanhu.cli.places import secret, var_folder
from guanhu.engine.lake import Lake
from guanhu.feeds.keys import Keys
from guanhu.rules.days import SHIPPED_CALENDAR, WorkCalendar
from guanhu.rules.policy import SHIPPED, Policy


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


def policy_in(var: Path) -> Policy:
    """The shipped policy with the numbers and texts this bank sets in ``policy.json``; a name it does not know stops."""
    path = var / "policy.json"
    if not path.exists():
        return SHIPPED
    changes = json.loads(path.read_text("utf-8"))
    settable = {
        field.name: type(getattr(SHIPPED, field.name))
        for field in dataclasses.fields(SHIPPED)
        if isinstance(getattr(SHIPPED, field.name), int | str)
    }
    for name, value in changes.items():
        if name not in settable or not isinstance(value, settable[name]) or isinstance(value, bool):
            raise typer.BadParameter(
                f"{path}：{name} 不是可改的规则项，或者值的类型不对。可改：{'、'.join(sorted(settable))}"
            )
    return dataclasses.replace(SHIPPED, **changes)
