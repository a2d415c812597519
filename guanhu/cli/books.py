"""The books this command works on: its lake, its keys, its policy and its calendar, all from one folder."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

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


def business_day(text: str) -> date:
    """The day a command is told, written 2026-11-20."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} 不是一天；请写成 2026-11-20 的样子。什么也没有改动") from None


def policy_in(var: Path) -> Policy:
    """The shipped policy with the numbers and texts this bank sets in ``policy.json``.

    A changed number needs a ``version`` of its own, because answers carry it; a name nobody knows stops the command.
    """
    path = var / "policy.json"
    if not path.exists():
        return SHIPPED
    changes = _changes(path)
    settable = {
        field.name: type(getattr(SHIPPED, field.name))
        for field in dataclasses.fields(SHIPPED)
        if isinstance(getattr(SHIPPED, field.name), int | str)
    }
    for name, value in changes.items():
        if name not in settable or not isinstance(value, settable[name]) or isinstance(value, bool):
            known = "、".join(sorted(settable))
            raise typer.BadParameter(f"{path}：{name} 不是可改的规则项，或者值的类型不对。可改：{known}")
    if changes and changes.get("version", SHIPPED.version) == SHIPPED.version:
        raise typer.BadParameter(f"{path}：改了规则项，就要写一个自己的 version（出厂的是 {SHIPPED.version}）")
    return dataclasses.replace(SHIPPED, **changes)


def _changes(path: Path) -> dict[str, Any]:
    """What the file says, if it can be read."""
    try:
        changes = json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise typer.BadParameter(f"{path} 读不出来：须为 UTF-8 的 JSON。什么也没有改动") from None
    if not isinstance(changes, dict):
        raise typer.BadParameter(f"{path} 须为一个 JSON 对象：规则项和它的值。什么也没有改动")
    return changes
