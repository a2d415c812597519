"""Reading: on whom of those a question finds something would be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from guanhu.apps.audit import trail
from guanhu.apps.customers import queries as customers
from guanhu.apps.customers.books import queries as books
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work import queries as work
from guanhu.apps.work.desk import Slot, face_of
from guanhu.rules.kinds import Group, TrailAction
from guanhu.rules.lists import Condition


@dataclass(frozen=True)
class DeferPreview:
    """Whose lines of today would be set aside, and how many would not, with why."""

    lines: tuple[Slot, ...]
    """In the order of the day."""
    duty: int
    """Must be dealt with today, each for itself."""
    done: int
    aside: int

    @property
    def count(self) -> int:
        """How many would be set aside."""
        return len(self.lines)


@dataclass(frozen=True)
class DeferLine:
    """One line that would be set aside: whose, the name masked, and by which way she was to be met."""

    public_id: UUID
    name: str
    channel: str


def defer_preview(viewer: Viewer, which: Sequence[Condition], now: Shown) -> DeferPreview:
    """Of today's lines those whose customers a question finds: open ones, and those that stay. Changes nothing.

    A day has few lines, so the question is asked of them alone, however many it would find.
    """
    desk = work.desk_of(viewer, now)
    found = books.of_whom(viewer, which, [line.customer_id for line in desk.plan], now)
    mine = [line for line in desk.plan if line.customer_id in found]
    still = [line for line in mine if desk.is_open(line.customer_id)]
    free = tuple(line for line in still if line.task_group != Group.DUTY)
    return DeferPreview(
        lines=free,
        duty=len(still) - len(free),
        done=sum(desk.is_done(line.customer_id) for line in mine),
        aside=sum(line.customer_id in desk.deferrals for line in mine),
    )


def defer_lines(viewer: Viewer, now: Shown, preview: DeferPreview) -> tuple[DeferLine, ...]:
    """The lines of a preview by name, in the order of the day, to choose from."""
    keys = {line.customer_id for line in preview.lines}
    faces = {row[0]: face_of(row) for row in customers.faces(viewer, now.night_id, keys)}
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "defer"), people=faces)
    return tuple(
        DeferLine(line.public_id, faces[line.customer_id].masked_name, line.channel)
        for line in preview.lines
        if line.customer_id in faces
    )
