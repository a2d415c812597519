"""Ledgers of the cast, brought and looked at past all masks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from guanhu.apps.customers.ledgers import importing
from guanhu.apps.customers.ledgers.models import LedgerEntry, LedgerImport
from guanhu.apps.customers.ledgers.shapes import Report
from guanhu.apps.people import vault
from guanhu.apps.people.scope import Viewer
from tests.factories import NOW, TODAY


def written(folder: Path, text: str, name: str = "台账.csv") -> Path:
    """A ledger in a file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def tried(by: Viewer | None, path: Path, says: Mapping[str, object] | None = None) -> Report:
    """What an import would do."""
    return importing.dry_run(importing.Bringing(by, path, TODAY, says))[0]


def taken(by: Viewer | None, path: Path, says: Mapping[str, object] | None = None, hours: int = 0) -> Report:
    """A ledger taken in, so many hours later."""
    return importing.commit(importing.Bringing(by, path, TODAY, says), lambda: NOW + timedelta(hours=hours))[0]


def counts(report: Report) -> tuple[int, int, int, dict[str, int]]:
    """Added, changed, unchanged, and why others were refused; every row is somewhere."""
    told = report.plain()
    outcomes = (told["added"], told["changed"], told["unchanged"])
    assert told["rows_in"] == sum(outcomes) + sum(told["quarantined"].values())
    return (*outcomes, told["quarantined"])


def in_force(**of: Any) -> list[LedgerEntry]:
    """The entries in force, in the order of their keys."""
    return list(LedgerEntry.objects.for_system("test").filter(replaced_in=None, **of).order_by("told_on", "key"))


def told(entry: LedgerEntry) -> dict[str, Any]:
    """What an entry tells, opened."""
    return json.loads(vault.open(entry, "told") or "")


def numbers(entry: LedgerEntry) -> tuple[str | None, ...]:
    return tuple(vault.open(entry, name) for name in ("number", "id_no", "phone"))


def state() -> list[Any]:
    """Everything that is in force, to be compared."""
    return sorted((entry.key, entry.customer_id, numbers(entry), told(entry)["来源"], str(told(entry)))
                  for entry in in_force())  # fmt: skip


def imports() -> list[LedgerImport]:
    return list(LedgerImport.objects.order_by("pk"))
