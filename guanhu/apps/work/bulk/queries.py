"""Reading: on whom of those a question finds something would be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from guanhu.apps.customers.books import queries as books
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work import queries as work
from guanhu.rules.kinds import Group
from guanhu.rules.lists import Condition


@dataclass(frozen=True)
class DeferPreview:
    """Whose lines of today would be set aside, and how many would not, with why."""

    lines: tuple[tuple[int, UUID], ...]
    """Customers, by key and public id, in the order of their keys."""
    duty: int
    """Must be dealt with today, each for itself."""
    done: int
    aside: int

    @property
    def count(self) -> int:
        """How many would be set aside."""
        return len(self.lines)


def defer_preview(viewer: Viewer, which: Sequence[Condition], now: Shown) -> DeferPreview:
    """Of today's lines those whose customers a question finds: open ones, and those that stay. Changes nothing.

    A day has few lines, so the question is asked of them alone, however many it would find.
    """
    desk = work.desk_of(viewer, now)
    found = books.of_whom(viewer, which, [line.customer_id for line in desk.plan], now)
    mine = [line for line in desk.plan if line.customer_id in found]
    still = [line for line in mine if desk.is_open(line.customer_id)]
    free = [line for line in still if line.task_group != Group.DUTY]
    return DeferPreview(
        lines=tuple(sorted((line.customer_id, line.public_id) for line in free)),
        duty=len(still) - len(free),
        done=sum(desk.is_done(line.customer_id) for line in mine),
        aside=sum(line.customer_id in desk.deferrals for line in mine),
    )
