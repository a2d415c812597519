"""The numbers a bank goes by: the shipped policy with what its own ``policy.json`` changes."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import typer

from guanhu.rules.policy import SHIPPED, Policy


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
