"""The product's own notes go out to the lake, so that tonight's answers count what people did today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from guanhu.apps.customers import queries as customers
from guanhu.apps.people import queries as people
from guanhu.apps.work import queries as work
from guanhu.engine import tables
from guanhu.night.stages import Task


def notes(task: Task) -> str:
    """Write contacts day by day since the last published night, and consents, promises and keepers as of today.

    A contact of a day already published cannot change any more, so its part is never written again.
    """
    contacts = _contacts(task)
    for day, rows in contacts.items():
        task.lake.write_rows(tables.OWN_CONTACTS, day, rows)
    task.lake.write_rows(tables.OWN_CONSENTS, task.day, customers.consents_as_of(task.day))
    task.lake.write_rows(tables.PROMISES, task.day, work.promises_as_of(task.day))
    task.lake.write_rows(tables.KEEPERS, task.day, customers.keepers_as_of(task.day))
    return f"联系 {sum(map(len, contacts.values())):,} 次"


def _contacts(task: Task) -> dict[date, list[dict[str, Any]]]:
    """Each day from the one after the last published night to this one, with its contacts."""
    before = [night.day for night in people.nights() if night.state == "published" and night.day < task.day]
    first = max(before) + timedelta(days=1) if before else task.day
    days = [first + timedelta(days=n) for n in range((task.day - first).days + 1)]
    contacts: dict[date, list[dict[str, Any]]] = {day: [] for day in days}
    for row in work.contacts_between(first, task.day):
        contacts[row["day_on"]].append(row)
    return contacts
