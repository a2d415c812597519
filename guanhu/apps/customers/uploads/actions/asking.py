"""Writing, by whoever brought the ledger: brought, its columns said, broken cells mended, the steps asked for.

Nothing here reads the file or touches a customer: what is asked for is done beside the pages (``work.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.customers.uploads.actions import pieces
from guanhu.apps.customers.uploads.models import LedgerUpload
from guanhu.apps.customers.uploads.shapes import UNFINISHED, UploadState, UploadTold
from guanhu.apps.people import policy, vault
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.keyring import lookup_hash
from guanhu.apps.people.scope import Viewer
from guanhu.feeds.ledgers import headings
from guanhu.feeds.ledgers.headings import LedgerField
from guanhu.feeds.ledgers.limits import LedgerRefused
from guanhu.feeds.ledgers.repairs import WAYS, Repair, Repairs
from guanhu.feeds.ledgers.rows import C3, is_c3
from guanhu.rules.access import Permission, require
from guanhu.rules.kinds import TrailAction

S = UploadState
LONGEST_FILE_NAME = 120


@trail.recorded
def bring(*, by: Viewer, file: str, raw: bytes, now: datetime) -> UUID:
    """上传: seal the file in pieces and have it opened; returns the upload. Raises ``Refused``."""
    seen, numbers = require(by, Permission.LEDGER_IMPORT), policy.in_force()
    mine = LedgerUpload.objects.seen_by(seen)
    open_now = mine.filter(state__in=UNFINISHED).count()
    name = file.replace("\\", "/").rpartition("/")[2].strip()
    _refuse({
        "file": _("请选一个文件") if not name
        else _("文件名请不超过 %(n)s 个字") % {"n": LONGEST_FILE_NAME} if len(name) > LONGEST_FILE_NAME
        else _("文件是空的，请确认选对了文件") if not raw
        else _("超过 %(n)s MB，请分成几个文件") % {"n": numbers.ledger_bytes // 1_000_000}
        if len(raw) > numbers.ledger_bytes
        else _("还有 %(n)s 份没有做完，请先写入或放弃") % {"n": open_now}
        if open_now >= numbers.ledger_uploads_open else "",
    })  # fmt: skip
    row = LedgerUpload(
        by_id=seen.staff_id, role=seen.role.value, state=S.OPENING, size=len(raw), brought_at=now, asked_at=now,
        touched_at=now, digest=hashlib.sha256(raw).hexdigest(), told=UploadTold(name).plain(),
    )  # fmt: skip
    row.key = _key_of(row)
    if (twice := mine.filter(key=row.key).first()) is not None:
        return UUID(str(twice.public_id))
    row.save(force_insert=True)
    row.refresh_from_db(fields=["public_id"])
    pieces.put_in(row, raw)
    _note(seen, row, "brought")
    return row.public_id


def _key_of(row: LedgerUpload) -> int:
    """The key of what somebody brings at one moment: brought twice by one click it is one."""
    told = lookup_hash("customers_ledgerupload", f"{row.by_id}\0{row.digest}\0{row.brought_at.timestamp()}")
    return int.from_bytes(told[:8], "big") >> 1 or 1


@trail.recorded
def say_columns(
    *, by: Viewer, upload: UUID, fields: Mapping[int, str], numbered: bool, now: datetime
) -> None:  # fmt: skip
    """列对应: say what each column is, by its place, and have the ledger tried. Raises ``Refused``, ``Conflict``.

    ``numbered``: she has read that the rows of a file without a number are known by their place.
    """
    row = _mine(by, upload)
    told = told_of(row)
    says = {heading: fields.get(at, LedgerField.SKIP.value) for at, heading in enumerate(told.headings)}
    known = {field.value for field in LedgerField}
    twice = _twice(list(says.values()))
    _refuse({f"c{at}": _("请选一个栏目") for at, word in fields.items() if word not in known})
    _refuse({f"c{at}": _("每个栏目只对应一列") for at, heading in enumerate(told.headings) if says[heading] in twice})
    try:
        columns = headings.told(told.file, told.headings, says)
    except LedgerRefused as refused:
        raise Refused({"columns": refused.problem.says}) from None
    if columns.is_numbered and not numbered:
        raise Refused({"numbered": _("没有一列能说明这一行是谁：选出客户号、证件号码或手机，或勾选以行号为键")})
    if columns.plain() != told.columns:
        told = replace(told, columns=columns.plain(), repairs={})
    _move(by, row, (S.COLUMNS, S.TRIED), S.TRYING, now, told=told, done=0)


def _twice(words: list[str]) -> set[str]:
    """What several columns were said to be, and only one can."""
    many = {field.value for field in headings.MANY}
    return {word for word in words if word not in many and words.count(word) > 1}


@trail.recorded
def mend_kind(*, by: Viewer, upload: UUID, rule: str, place: int, way: str, now: datetime) -> None:
    """同类更正: mend all rows refused by this rule in this column the same way, and try again."""
    row = _mine(by, upload)
    told = told_of(row)
    if not 1 <= place <= len(told.headings) or way not in [one.value for one in WAYS.get(rule, ())]:
        raise Refused({"way": _("这一类没有这种更正，请改文件后重新上传")})
    said = told.said
    said = Repairs({**said.kinds, (rule, told.headings[place - 1]): Repair(way)}, said.cells)
    _move(by, row, (S.TRIED,), S.TRYING, now, told=replace(told, repairs=said.plain()), done=0)


@trail.recorded
def mend_cell(*, by: Viewer, upload: UUID, line: int, place: int, text: str, now: datetime) -> None:
    """更正: say what one broken cell should be, and try again."""
    row = _mine(by, upload)
    told, numbers = told_of(row), policy.in_force()
    refusal = row.refusals.for_system("a cell of one's own ledger").filter(row=line, place=place).first()
    if refusal is None or place < 1 or refusal.rule.startswith(C3):
        raise Refused({"text": _("这一格不能在这里改，请改文件后重新上传")})
    _refuse({
        "text": _("形似密码、验证码等，不得导入；没有保留") if is_c3(text, is_number=False)
        else _("请不超过 %(n)s 个字") % {"n": numbers.ledger_cell_signs} if len(text) > numbers.ledger_cell_signs
        else _("已改了 %(n)s 格，请改文件后重新上传") % {"n": numbers.ledger_cells_mended}
        if len(told.said.cells) >= numbers.ledger_cells_mended else "",
    })  # fmt: skip
    said = told.said
    said = Repairs(said.kinds, {**said.cells, (line, told.headings[place - 1]): text.strip()})
    _move(by, row, (S.TRIED,), S.TRYING, now, told=replace(told, repairs=said.plain()), done=0)


@trail.recorded
def as_it_stands(*, by: Viewer, upload: UUID, now: datetime) -> None:
    """撤回更正: forget what was said about broken cells, and try again."""
    row = _mine(by, upload)
    _move(by, row, (S.TRIED,), S.TRYING, now, told=replace(told_of(row), repairs={}), done=0)


@trail.recorded
def write(*, by: Viewer, upload: UUID, now: datetime) -> None:
    """写入, or go on where it was paused. Raises ``Conflict`` when it is no longer so far."""
    row = _mine(by, upload)
    done = row.done if row.state == S.PAUSED else 0
    _move(by, row, (S.TRIED, S.PAUSED), S.WRITING, now, done=done)


@trail.recorded
def pause(*, by: Viewer, upload: UUID, now: datetime) -> None:
    """暂停: what is written stays; the stretch that is being written is finished."""
    _move(by, _mine(by, upload), (S.WRITING,), S.PAUSED, now)


@trail.recorded
def ask_undo(*, by: Viewer, upload: UUID, now: datetime) -> None:
    """撤回: have everything it wrote taken back. Raises ``Refused`` when it is too late."""
    row = _mine(by, upload)
    until = undo_until(row)
    if until is None or now > until:
        raise Refused({"undo": _("已过 %(n)s 小时，不能整批撤回") % {"n": policy.in_force().ledger_undo_hours}})
    _move(by, row, (S.WRITTEN, S.PAUSED), S.UNDOING, now)


@trail.recorded
def drop(*, by: Viewer, upload: UUID, now: datetime) -> None:
    """放弃: the file goes, nothing was written."""
    _move(by, _mine(by, upload), (S.REFUSED, S.COLUMNS, S.TRYING, S.TRIED), S.DROPPED, now)


def undo_until(row: LedgerUpload) -> datetime | None:
    """Until when what it wrote may be taken back; null while nothing is written."""
    batch = row.batch
    return batch.touched_at + timedelta(hours=policy.in_force().ledger_undo_hours) if batch and batch.done else None


def told_of(row: LedgerUpload) -> UploadTold:
    """What the file tells, opened."""
    return UploadTold.read(vault.open(row, "told"))


def _mine(by: Viewer, upload: UUID) -> LedgerUpload:
    """The ledger of whoever asks; raises ``Invisible`` for any other."""
    seen = require(by, Permission.LEDGER_IMPORT)
    row: LedgerUpload | None = (
        LedgerUpload.objects.seen_by(seen).filter(public_id=upload).select_related("batch").first()
    )
    if row is None:
        raise Invisible(str(upload))
    return row


def _move(
    by: Viewer, row: LedgerUpload, at: tuple[UploadState, ...], to: UploadState, now: datetime,
    told: UploadTold | None = None, **changed: Any,
) -> None:  # fmt: skip
    """One step on, if it is still so far; a step taken twice, or by two windows, is taken once."""
    kept = LedgerUpload.objects.seen_by(by).select_for_update().filter(pk=row.pk).first()
    if kept is None or kept.state not in at:
        raise Conflict(_("这一步已经做过，或在另一个窗口里改了；请看最新的情况"))
    kept.state, kept.asked_at, kept.touched_at, kept.fault = to, now, now, ""
    if told is not None or told_of(kept).stopped:
        kept.told = replace(told or told_of(kept), stopped="").plain()
    for name, value in changed.items():
        setattr(kept, name, value)
    kept.save(update_fields=["state", "asked_at", "touched_at", "fault", "told", *changed])
    _note(by, kept, to.value)


def _refuse(errors: Mapping[str, str]) -> None:
    wrong = {name: says for name, says in errors.items() if says}
    if wrong:
        raise Refused(wrong)


def _note(by: Viewer, row: LedgerUpload, result: str) -> None:
    trail.note(by, TrailAction.IMPORT, object=("ledger_upload", str(row.public_id)), result=result, count=row.rows)
