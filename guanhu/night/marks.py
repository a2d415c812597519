"""Which stages of a night are done and on what they stand, so that a killed night goes on where it stopped."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guanhu.apps.people import queries as people
from guanhu.engine import tables
from guanhu.night import export
from guanhu.night.stages import Task

SNAPSHOTS = (
    tables.OWN_CONSENTS, tables.PROMISES, tables.PAUSES, tables.CONFIRMED, tables.COVERS, tables.INTRODUCTIONS,
    tables.PREFERENCES, tables.KEEPERS, tables.FILES,
)  # fmt: skip


@dataclass(frozen=True)
class Marks:
    """The stages this attempt has finished, in order, and the ground on which those after the notes stand."""

    done: tuple[str, ...] = ()
    ground: Any = None


def read(task: Task) -> Marks:
    """What this attempt has left; nothing when the marks are another database's."""
    path = _path(task)
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if kept.get("begun_at") != _begun_at(task):
        return Marks()
    return Marks(tuple(kept["done"]), kept["ground"])


def keep(task: Task, marks: Marks) -> None:
    """Remember it, whole or not at all."""
    path = _path(task)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    kept = {"begun_at": _begun_at(task), "done": marks.done, "ground": marks.ground}
    part.write_text(json.dumps(kept), "utf-8")
    os.replace(part, path)


def forget(task: Task) -> None:
    """The night is published: nothing is left to go on with."""
    _path(task).unlink(missing_ok=True)


def ground(task: Task, code: str) -> dict[str, Any]:
    """What measuring, checking and planning stand on: the files, the notes, the policy and the program.

    When any of it changed since a stage was done, the stage has to be done again.
    """
    lake, day = task.lake, task.day
    contacts = {on.isoformat(): lake.digest(tables.OWN_CONTACTS, on) for on in export.days(task)}
    notes = {table.path: lake.digest(table, day) for table in SNAPSHOTS}
    files = (lake.receipt(day) or {}).get("digest")
    return {"files": files, "contacts": contacts, "notes": notes, "policy": task.policy.version, "code": code}


def _path(task: Task) -> Path:
    """One file an attempt, beside the lake's tables."""
    return task.lake.root / "nights" / f"{task.day.isoformat()}-{task.night}.json"


def _begun_at(task: Task) -> str:
    """When the attempt began, as its database says; two databases never agree on it."""
    return next(night.started_at.isoformat() for night in people.nights() if night.night_id == task.night)
