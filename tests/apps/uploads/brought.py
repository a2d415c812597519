"""Ledgers of the cast brought as a page brings them, and worked on as beside the pages."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from guanhu.apps.customers.uploads import queries
from guanhu.apps.customers.uploads.actions import asking as actions
from guanhu.apps.customers.uploads.actions.pieces import LINES_FROM
from guanhu.apps.customers.uploads.actions.work import Worker
from guanhu.apps.customers.uploads.models import LedgerPart, LedgerRefusal, LedgerUpload
from guanhu.apps.customers.uploads.shapes import UploadTold, UploadView
from guanhu.apps.people.models import Staff
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Permission, require
from tests.factories import NOW

HOUR = timedelta(hours=1)


def at(viewer: Viewer) -> Viewer:
    """The colleague on the pages of imports."""
    return require(viewer, Permission.LEDGER_IMPORT)


def work(now: datetime = NOW, **more: Any) -> list[str]:
    """Everything that waits is done."""
    worker, said = Worker(lambda: now, **more), []
    while one := worker.attend():
        said.append(one)
    return said


def bring(by: Viewer, text: str, name: str = "台账.csv", now: datetime = NOW) -> UUID:
    """A ledger brought and opened."""
    upload = actions.bring(by=at(by), file=name, raw=text.encode(), now=now)
    work(now)
    return upload


def seen(by: Viewer, upload: UUID) -> UploadView:
    """What its pages show."""
    view = queries.upload(at(by), upload)
    assert view is not None
    return view


def columns(by: Viewer, upload: UUID, *, numbered: bool = False, **said: str) -> None:
    """Take the columns as they were guessed, but for those that are said; and have it tried."""
    told = seen(by, upload).told
    fields = {place: said.get(heading, told.columns[heading]) for place, heading in enumerate(told.headings)}
    actions.say_columns(by=at(by), upload=upload, fields=fields, numbered=numbered, now=NOW)
    work()


def write(by: Viewer, upload: UUID) -> UploadView:
    """Write it."""
    actions.write(by=at(by), upload=upload, now=NOW)
    work()
    return seen(by, upload)


def counts(view: UploadView) -> tuple[int, int, int, int]:
    """Added, changed, unchanged, refused; every row is somewhere."""
    told = (view.added, view.changed, view.unchanged, view.refused)
    assert view.done == view.rows == sum(told)
    return told


def kept() -> tuple[int, int]:
    """Pieces of files, and refused rows, there are."""
    parts = LedgerPart.objects.for_system("test").count()
    return parts, LedgerRefusal.objects.for_system("test").count()


def laid_out(staff_no: str, role: str, sign: str, key: int, at: datetime = NOW) -> LedgerUpload:
    """A ledger that was tried, with the sign in everything it tells, and a refused row and a piece of its lines."""
    told = UploadTold(
        file=f"{sign}.csv", kind="csv", encoding="utf-8", separator=",", headings=("客户号", f"{sign}好", "手机"),
        heading_line=1, samples=(("C9",), (f"{sign}棋",), ()), guessed=("客户号", "手机"), aside=(f"{sign}表",),
        columns={"客户号": "customer_no", f"{sign}好": "extra", "手机": "phone"}, stopped=f"{sign}停下",
    )  # fmt: skip
    made = LedgerUpload.objects.create(
        key=key, by=Staff.objects.get(staff_no=staff_no), role=role, state="tried", size=9, digest=f"{key:064}",
        told=told.plain(), brought_at=at, asked_at=at, touched_at=at, rows=2, done=2, added=1, refused=1,
    )  # fmt: skip
    LedgerRefusal.objects.create(upload=made, row=3, place=3, rule="phone",
                                 told=json.dumps(["手机", f"{sign}138", f"{sign}不对", f"{sign}核对"]))  # fmt: skip
    lines = [[2, ["C9", f"{sign}棋", ""]], [3, ["C8", "", f"{sign}138"]]]
    LedgerPart.objects.create(key=key, upload=made, number=LINES_FROM, content=json.dumps(lines))
    made.refresh_from_db()
    return made


def rows() -> list[LedgerUpload]:
    return list(LedgerUpload.objects.for_system("test").order_by("brought_at", "key"))
