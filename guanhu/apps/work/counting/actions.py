"""Writing: days counted by the night, flags raised, explained by the colleague and answered by who leads her."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people.copying import replace_in
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.queries import staff_ids
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.counting.models import DayCount
from guanhu.apps.work.counting.models import Flag as Row
from guanhu.apps.work.counting.shapes import LONGEST_WORDS
from guanhu.rules.access import Permission, require
from guanhu.rules.flags import Flag, FlagAnswer
from guanhu.rules.kinds import TrailAction

COUNTED = ("staff_id", "day_on", "channel", "quota", "planned", "kept", "attempts", "done", "effective", "declared",
           "selling")  # fmt: skip


@transaction.atomic
def keep_counts(days: Sequence[date], rows: Iterable[Mapping[str, Any]]) -> int:
    """Keep these days as they were counted, in place of what was kept of them; returns how many rows. Twice is once.

    Rows in the columns of ``engine.counts``; a colleague the bank does not list has none.
    """
    staff = staff_ids()
    known = ({**row, "staff_id": staff[row["staff_no"]]} for row in rows if row["staff_no"] in staff)
    return replace_in(DayCount, COUNTED, known, where="day_on = ANY (%s)", values=(list(days),))


@trail.recorded
def raise_flags(day: date, found: Mapping[int, Sequence[Flag]], *, now: datetime, policy: str) -> int:
    """Raise what is new of a day, by colleague; bring the figures of what nobody has answered up to date.

    Returns how many are new. A flag once raised stays, whatever is found later.
    """
    known = {(row.staff_id, row.kind): row for row in Row.objects.for_system("the night's flags").filter(day=day)}
    new = 0
    for staff_id, flags in sorted(found.items()):
        for flag in flags:
            row = known.get((staff_id, flag.kind.value))
            new += row is None
            _keep(row or Row(staff_id=staff_id, day=day, kind=flag.kind.value, raised_at=now, policy=policy), flag)
    if new:
        trail.note(None, TrailAction.FLAG, object=("flags", day.isoformat()), count=new, result="raised", at=now)
    return new


def _keep(row: Row, flag: Flag) -> None:
    """New, or brought up to date while nobody has answered: the figures alone, lest words written meanwhile go."""
    if row.answer == FlagAnswer.OPEN:
        row.seen, row.among, row.line, row.contacts = flag.seen, flag.of, flag.line, list(flag.contacts)
        row.save(update_fields=["seen", "among", "line", "contacts"] if row.pk else None)


@trail.recorded
def explain(*, by: Viewer, flag: UUID, words: str, now: datetime) -> None:
    """Say how it came about, while nobody has answered; said again it takes the place of what was said before.

    Raises ``Invisible`` for another's, ``Refused`` without words, ``Conflict`` once it is answered.
    """
    row = _mine(require(by, Permission.FLAG_EXPLAIN), flag)
    if row.staff_id != by.staff_id:
        raise Invisible(str(flag))
    said = _sentence("words", words, _("写下当时的情况，不超过 %(n)s 个字"))
    if row.answer != FlagAnswer.OPEN:
        raise Conflict(_("已经有人答复，不能再说明"))
    row.explained, row.explained_at = said, now
    row.save(update_fields=["explained", "explained_at"])
    trail.note(by, TrailAction.FLAG, object=("flag", str(row.public_id)), fields=(row.kind,), result="explained",
               reason=said)  # fmt: skip


@trail.recorded
def answer(*, by: Viewer, flag: UUID, word: str, note: str, now: datetime) -> None:
    """Say what came of a flag on a colleague. Raises ``Invisible``, ``Refused``, ``Conflict`` after somebody else."""
    row = _mine(require(by, Permission.FLAG_ANSWER), flag)
    wrong: dict[str, str] = {}
    if word not in (FlagAnswer.EXPLAINED, FlagAnswer.TALKED):
        wrong["answered"] = _("选一个结论")
    if row.staff_id == by.staff_id:
        wrong["note"] = _("关于自己的提示，请上级答复")
    if wrong:
        raise Refused(wrong)
    said = _sentence("note", note, _("写一句看到了什么、怎样处理，不超过 %(n)s 个字"))
    if row.answer != FlagAnswer.OPEN:
        raise Conflict(_("另一位同事已先答复，下面是他的结论"))
    row.answer, row.note, row.answered_by_id, row.answered_at = word, said, by.staff_id, now
    row.save(update_fields=["answer", "note", "answered_by", "answered_at"])
    trail.note(by, TrailAction.FLAG, object=("flag", str(row.public_id)), fields=(row.kind,), result=word, reason=said)


def _mine(seen: Viewer, flag: UUID) -> Row:
    """The flag, if it is in reach, held until the transaction ends."""
    row: Row | None = (
        Row.objects.seen_by(seen).select_for_update(of=("self",)).filter(public_id=flag).first()
    )  # fmt: skip
    if row is None:
        raise Invisible(str(flag))
    return row


def _sentence(field: str, words: str, wanted: str) -> str:
    said = words.strip()
    if not said or len(said) > LONGEST_WORDS:
        raise Refused({field: wanted % {"n": LONGEST_WORDS}})
    return said
