"""The product's own notes go out to the lake, so that tonight's answers count what people did today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from guanhu.apps.customers import queries as customers
from guanhu.apps.customers.living import queries as living
from guanhu.apps.people import queries as people
from guanhu.apps.portfolio.handovers import queries as portfolio
from guanhu.apps.work import queries as work
from guanhu.apps.work.evening import queries as evening
from guanhu.engine import tables
from guanhu.engine.tables import OWN_CONTACTS
from guanhu.night.stages import Task


def notes(task: Task) -> str:
    """Write contacts day by day from the last published night on; what else stands in notes as of today.

    A contact written down while that night was being published is found here, and what was measured without it goes.
    """
    contacts = _contacts(task)
    late = [day for day, rows in contacts.items() if day < task.day and rows != task.lake.rows(OWN_CONTACTS, day)]
    for day, rows in contacts.items():
        if day in late or day == task.day or not task.lake.has(OWN_CONTACTS, day):
            task.lake.write_rows(OWN_CONTACTS, day, rows)
    for day in task.lake.days(tables.STATE):
        if late and day >= min(late):
            task.lake.drop(tables.STATE, day)
    task.lake.write_rows(tables.OWN_CONSENTS, task.day, customers.consents_as_of(task.day))
    task.lake.write_rows(tables.PROMISES, task.day, work.promises_as_of(task.day))
    task.lake.write_rows(tables.PAUSES, task.day, work.pauses_as_of(task.day))
    task.lake.write_rows(tables.CONFIRMED, task.day, evening.confirmed_as_of(task.day))
    task.lake.write_rows(tables.COVERS, task.day, people.covers_as_of(task.day))
    task.lake.write_rows(tables.INTRODUCTIONS, task.day, portfolio.introductions_as_of(task.day))
    task.lake.write_rows(tables.PREFERENCES, task.day, living.preferences_as_of(task.day))
    task.lake.write_rows(tables.KEEPERS, task.day, customers.keepers_as_of(task.day))
    task.lake.write_rows(tables.FILES, task.day, customers.files_merged())
    return f"联系 {sum(map(len, contacts.values())):,} 次"


def _contacts(task: Task) -> dict[date, list[dict[str, Any]]]:
    """Each of the days with its contacts, in the order of their keys, as the lake keeps them."""
    contacts: dict[date, list[dict[str, Any]]] = {day: [] for day in days(task)}
    for row in work.contacts_between(min(contacts), task.day):
        contacts[row["day_on"]].append(row)
    return contacts


def days(task: Task) -> list[date]:
    """The days whose contacts this night writes: from the last published night to this one, both included."""
    first = people.last_published_before(task.day) or task.day
    return [first + timedelta(days=n) for n in range((task.day - first).days + 1)]
