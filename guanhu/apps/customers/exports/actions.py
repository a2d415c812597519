"""Writing: an export asked for, decided by a second person, made, taken once, and destroyed.

What was approved is told by a digest over everything that was asked and over the very customers; whatever differs later
is not handed out. Reliability A9.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.audit.canonical import keyed, without_numbers
from guanhu.apps.customers.exports.columns import are_personal, headings
from guanhu.apps.customers.exports.files import MIME, Sheet, written
from guanhu.apps.customers.exports.models import Export, ExportFile
from guanhu.apps.customers.exports.queries import columns_of, in_reach, keys_of, lines_of, selection_of
from guanhu.apps.customers.exports.shapes import LONGEST_REASON, Taken, Wanted
from guanhu.apps.people import vault
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.queries import shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Permission, Role, require
from guanhu.rules.exports import (
    APPROVER,
    LIVING,
    ExportColumn,
    ExportPurpose,
    ExportState,
    FileKind,
    lives_until,
    most_rows,
    state_at,
    waits_until,
)
from guanhu.rules.kinds import TrailAction


@trail.recorded
def ask(*, by: Viewer, wanted: Wanted, sign_in: int, now: datetime) -> UUID:
    """Ask to take a list out; without personal columns it is made at once. Raises ``Refused``.

    ``sign_in``: the session in which it is asked, which may not be the one that approves.
    """
    seen = require(by, Permission.EXPORT_ASK)
    columns = _refuse_unfit(wanted)
    _refuse_many(by, now)
    needs = are_personal(columns)
    most = most_rows(seen.reach, settings.GUANHU_POLICY, personal=needs)
    keys = keys_of(seen, wanted.selection, most=most)
    empty = _("名单里没有客户，没有可导出的") if not keys else ""
    _refuse({"selection": empty or (_too_many(most, needs) if len(keys) > most else "")})
    row = Export(
        number=_next_number(now), asked_by_id=by.staff_id, asked_role=by.role.value, asked_in=sign_in, asked_at=now,
        branch_id=by.branch_id, selection=json.dumps(wanted.selection.plain(), ensure_ascii=False),
        columns=[column.value for column in columns], kind=wanted.kind, purpose=wanted.purpose,
        reason=without_numbers(wanted.reason.strip())[:LONGEST_REASON], rows=len(keys),
        approver=APPROVER[by.role].value if needs else "", until=waits_until(now, settings.GUANHU_POLICY),
    )  # fmt: skip
    row.digest = _digest(row, wanted.selection.plain(), keys)
    file = ExportFile(number=row.number, keys=json.dumps(keys))
    if not needs:
        row.state, row.approved = ExportState.READY, row.digest
        row.until, row.made_at = lives_until(now, settings.GUANHU_POLICY), now
        _write(file, row, seen, keys, now)
    row.save()
    file.export = row
    file.save()
    row.refresh_from_db(fields=["public_id"])
    _note(by, row, "asked" if needs else "made", reason=f"{row.purpose}：{row.reason}")
    return row.public_id


def _refuse_unfit(wanted: Wanted) -> tuple[ExportColumn, ...]:
    """The columns that were chosen, in their order; raises ``Refused`` where anything is missing or unknown."""
    chosen = tuple(column for column in ExportColumn if column.value in wanted.columns)
    _refuse({
        "columns": _("至少选一列") if not chosen or len(chosen) != len(set(wanted.columns)) else "",
        "kind": _("选一种文件格式") if wanted.kind not in set(FileKind) else "",
        "purpose": _("选一种用途") if wanted.purpose not in set(ExportPurpose) else "",
        "reason": _("写下为什么需要，不超过 %(n)s 个字") % {"n": LONGEST_REASON} if _unfit(wanted.reason) else "",
    })  # fmt: skip
    return chosen


def _refuse_many(by: Viewer, now: datetime) -> None:
    most = settings.GUANHU_POLICY.export_open
    states = [state.value for state in LIVING]
    mine = Export.objects.seen_by(by).filter(asked_by_id=by.staff_id, state__in=states, until__gt=now)
    if mine.count() >= most:
        raise Refused({"selection": _("已有 %(n)s 个申请在办，请先下载或撤回") % {"n": most}})


def _unfit(text: str) -> bool:
    return not text.strip() or len(text) > LONGEST_REASON


def _too_many(most: int, needs: bool) -> str:
    says = (
        _("一个文件最多 %(n)s 户，请先按分层筛选再导出")
        if needs
        else _("不含个人信息的文件最多 %(n)s 户，请先按分层筛选再导出")
    )
    return says % {"n": most}


def _refuse(errors: dict[str, str]) -> None:
    wrong = {name: says for name, says in errors.items() if says}
    if wrong:
        raise Refused(wrong)


def _next_number(now: datetime) -> str:
    """申请号: the day and the next number there is."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('customers_export', 'id'))")
        return f"D{localdate(now):%Y%m%d}-{cursor.fetchone()[0]:04d}"


def _digest(row: Export, selection: dict[str, str], keys: Sequence[int]) -> str:
    """What was asked and of whom, as one keyed hash: another filter, column, word or customer makes another."""
    told = [row.number, row.asked_by_id, row.asked_role, row.branch_id, selection, list(row.columns), row.kind,
            row.purpose, row.reason, row.rows, sorted(keys)]  # fmt: skip
    return keyed(settings.GUANHU_TRAIL_KEY, "export", told)


# ---------------------------------------------------------------- the second person


@trail.recorded
def approve(*, by: Viewer, export: UUID, digest: str, sign_in: int, now: datetime) -> None:
    """Approve what another asked. Raises ``Refused`` to who may not, ``Conflict`` when it is not what was looked at.

    ``digest``: of what stood on the page that was approved.
    """
    row = _to_decide(by, export, sign_in, now)
    if row.digest != digest:
        raise Conflict(_("申请的内容与你看到的不同，什么也没有批准，请重新看一遍"))
    _decide(row, by, ExportState.APPROVED, sign_in, now)
    row.approved, row.until = row.digest, lives_until(now, settings.GUANHU_POLICY)
    row.save(update_fields=[*_DECIDED, "approved", "until"])
    _note(by, row, "approved")


@trail.recorded
def refuse(*, by: Viewer, export: UUID, why: str, sign_in: int, now: datetime) -> None:
    """Send a request back with the reason; no file was made. Raises ``Refused``, ``Conflict``."""
    row = _to_decide(by, export, sign_in, now)
    if _unfit(why):
        raise Refused({"why": _("写下不批准的原因，不超过 %(n)s 个字") % {"n": LONGEST_REASON}})
    _decide(row, by, ExportState.REFUSED, sign_in, now)
    row.because = without_numbers(why.strip())[:LONGEST_REASON]
    row.save(update_fields=[*_DECIDED, "because"])
    _note(by, row, "refused", reason=row.because)


_DECIDED = ("state", "decided_by", "decided_role", "decided_in", "decided_at")


def _to_decide(by: Viewer, export: UUID, sign_in: int, now: datetime) -> Export:
    """The request this person may decide now, held; whoever asked, and the session it was asked in, may not."""
    seen = require(by, Permission.EXPORT_APPROVE)
    row = _held(seen, export)
    if row.asked_by_id == by.staff_id or row.asked_in == sign_in or row.asked_role == by.role.value:
        raise Refused({"by": _("申请的人不能自己批准，同一次登录、同一角色也不能，请另一位同事批准")})
    if row.approver != by.role.value:
        raise Invisible(str(export))
    _require_state(row, now, ExportState.ASKED)
    return row


def _decide(row: Export, by: Viewer, state: ExportState, sign_in: int, now: datetime) -> None:
    row.state, row.decided_by_id, row.decided_role = state, by.staff_id, by.role.value
    row.decided_in, row.decided_at = sign_in, now


def _held(by: Viewer, export: UUID) -> Export:
    rows = Export.objects.seen_by(by).select_for_update(of=("self",)).filter(public_id=export)
    row: Export | None = rows.first()
    if row is None:
        raise Invisible(str(export))
    return row


def _require_state(row: Export, now: datetime, *states: ExportState) -> None:
    state = state_at(ExportState(row.state), row.until, now)
    if state not in states:
        says = _("这个申请现在是「%(state)s」，不能再这样做；需要时请重新申请")
        raise Conflict(says % {"state": state.label(_language())})


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


# ---------------------------------------------------------------- the file


@trail.recorded
def make(*, by: Viewer, export: UUID, now: datetime) -> ExportState:
    """Make the file that was approved, of the very customers that were approved; sealed until it is taken.

    Void, and told so, when anything differs from what was approved or a customer is no longer in reach.
    """
    seen = require(by, Permission.EXPORT_ASK)
    row, file = _own(seen, export)
    _require_state(row, now, ExportState.APPROVED)
    keys = _keys(file)
    if not _is_as_approved(row, keys) or in_reach(seen, keys) != row.rows:
        return _void(by, row, file, now)
    _write(file, row, seen, keys, now)
    file.save(update_fields=["content", "digest"])
    row.state, row.made_at = ExportState.READY, now
    row.save(update_fields=["state", "made_at"])
    _note(by, row, "made")
    return ExportState.READY


@trail.recorded
def take(*, by: Viewer, export: UUID, now: datetime) -> Taken | None:
    """The file, once: with this it is destroyed. Null, and void, when it is no longer what was approved."""
    seen = require(by, Permission.EXPORT_ASK)
    row, file = _own(seen, export)
    _require_state(row, now, ExportState.READY)
    keys = _keys(file)
    content = _content(file)
    if content is None or not _is_as_approved(row, keys) or in_reach(seen, keys) != row.rows:
        _void(by, row, file, now)
        return None
    _destroy(row, file, ExportState.TAKEN, now)
    _note(by, row, "taken", people=keys, fields=tuple(row.columns), reason=f"{row.purpose}：{row.reason}")
    kind = FileKind(row.kind)
    return Taken(f"guanhu-{row.number}.{kind.value}", MIME[kind], content)


@trail.recorded
def withdraw(*, by: Viewer, export: UUID, now: datetime) -> None:
    """Take one's own request back; a file that was made is destroyed."""
    row, file = _own(require(by, Permission.EXPORT_ASK), export)
    _require_state(row, now, *LIVING)
    _destroy(row, file, ExportState.WITHDRAWN, now)
    _note(by, row, "withdrawn")


def _own(by: Viewer, export: UUID) -> tuple[Export, ExportFile]:
    """One's own request with its file, held: two who come at once come one after the other.

    In the role it was asked in: in another her customers are others, and the request would seem to have changed.
    """
    row = _held(by, export)
    if row.asked_by_id != by.staff_id:
        raise Invisible(str(export))
    if row.asked_role != by.role.value:
        raise Conflict(_("请先切换到申请时的角色：%(role)s") % {"role": Role(row.asked_role).label(_language())})
    return row, ExportFile.objects.seen_by(by).get(export=row)


def _keys(file: ExportFile) -> list[int]:
    return list(json.loads(vault.open(file, "keys") or "[]"))


def _content(file: ExportFile) -> bytes | None:
    """The file as it was made; null when it is not."""
    content = b64decode(vault.open(file, "content") or "")
    return content if content and sha256(content).hexdigest() == file.digest else None


def _is_as_approved(row: Export, keys: Sequence[int]) -> bool:
    """Is everything as it was approved, and was it approved where it had to be?"""
    same = _digest(row, selection_of(row).plain(), keys) == row.digest == row.approved
    return same and bool(row.approver or not are_personal(columns_of(row)))


def _write(file: ExportFile, row: Export, seen: Viewer, keys: Sequence[int], now: datetime) -> None:
    """Make the file of these customers, with the mark of who takes it."""
    columns = columns_of(row)
    at = f"{localtime(now):%Y-%m-%d %H:%M}"
    mark = _("申请号 %(number)s · %(name)s（%(no)s）%(at)s 导出 · 仅限申请的用途，不得外传") % {
        "number": row.number, "name": seen.name, "no": seen.staff_no, "at": at,
    }  # fmt: skip
    night = shown(seen.branch_id)
    sheet = Sheet(
        title=row.number, mark=mark, author=f"{seen.name} {seen.staff_no}", made_at=localtime(now),
        headings=headings(columns, night.currency if night else "CNY"),
        rows=lines_of(seen, keys, columns, localdate(now)),
    )  # fmt: skip
    content = written(sheet, FileKind(row.kind))
    file.content, file.digest = b64encode(content).decode("ascii"), sha256(content).hexdigest()


def _void(by: Viewer, row: Export, file: ExportFile, now: datetime) -> ExportState:
    row.because = _("名单或内容与获准时不同，文件已销毁，请重新申请")
    _destroy(row, file, ExportState.CHANGED, now)
    _note(by, row, "void")
    return ExportState.CHANGED


def _destroy(row: Export, file: ExportFile, state: ExportState, now: datetime) -> None:
    file.keys, file.content = None, None
    file.save(update_fields=["keys", "content"])
    row.state, row.ended_at = state, now
    row.save(update_fields=["state", "ended_at", "because"])


# ---------------------------------------------------------------- swept away, under the night's login


@trail.recorded
def sweep(now: datetime) -> int:
    """Destroy what has run out or was sent back, and what is left of files that were taken; how many requests."""
    rows = Export.objects.for_system("exports that have run out").select_for_update(skip_locked=True)
    over = rows.filter(state__in=[state.value for state in LIVING], until__lte=now)
    gone: list[Any] = list(over)
    for row in gone:
        row.state = ExportState.EXPIRED
        _note(None, row, "expired")
    gone += rows.filter(state=ExportState.REFUSED, ended_at=None)
    for row in gone:
        row.ended_at = now
        row.save(update_fields=["state", "ended_at"])
    files = ExportFile.objects.for_system("exports that are over")
    files.filter(export__ended_at__isnull=False).delete()
    return len(gone)


def _note(by: Viewer | None, row: Export, result: str, **told: Any) -> None:
    trail.note(by, TrailAction.EXPORT, object=("export", row.number), result=result, count=row.rows, **told)
