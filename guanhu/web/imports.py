"""数据导入 as it is drawn: the four steps, each column with masked examples, how far the work is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from guanhu.apps.customers.uploads.shapes import AFTER_COLUMNS, UploadState, UploadView
from guanhu.feeds.ledgers.cells import day_of
from guanhu.feeds.ledgers.headings import LedgerField
from guanhu.feeds.ledgers.rows import STRUCK
from guanhu.rules.masks import HIDDEN, mask_account, mask_address, mask_email, mask_id, mask_name, mask_phone
from guanhu.web.drawing import url_of
from guanhu.web.words import DASH, word

S, F = UploadState, LedgerField
LONGEST_SAMPLE, WHOLE = 14, 100
_LONG_NUMBER = re.compile(r"\+?\d[\d\s-]{5,}\d")
MEGABYTE, KILOBYTE = 1_000_000, 1_000


@dataclass(frozen=True)
class Step:
    """One of the four steps: done, where one is, or to come."""

    number: int
    word: str
    look: str
    href: str


@dataclass(frozen=True)
class ColumnRow:
    """One column of the file: what it says, what it becomes, and how that is known."""

    place: int
    heading: str
    samples: str
    field: str
    becomes: str
    known: str
    look: str
    error: str


@dataclass(frozen=True)
class HowFar:
    """How far a step is: its word, rows done, the share, and about how many seconds it will still take."""

    word: str
    done: int
    rows: int
    share: float
    seconds: int | None
    ahead: int


def steps(view: UploadView) -> tuple[Step, ...]:
    """上传 → 列对应 → 试运行 → 写入, as far as this ledger is."""
    columns, trial, writing = (
        url_of(name, view.public_id) for name in ("import_columns", "import_trial", "import_writing")
    )
    at = 2 if view.state in (S.OPENING, S.REFUSED, S.COLUMNS) else 3 if view.state in (S.TRYING, S.TRIED) else 4
    words = (_("上传文件"), _("对应列"), _("试运行"), _("写入"))
    ways = ("", columns if view.state is S.TRIED else "", trial if view.tried else "", writing)
    if view.state is S.WRITTEN or view.state is S.UNDONE:
        at = 5
    return tuple(
        Step(number, said, "ok" if number < at else "now" if number == at else "", href if number < at else "")
        for number, (said, href) in enumerate(zip(words, ways, strict=True), 1)
    )


def where(view: UploadView) -> str:
    """The address of the step where this ledger is."""
    name = "import_columns"
    if view.state in AFTER_COLUMNS:
        name = "import_trial" if view.state in (S.TRYING, S.TRIED) else "import_writing"
    return url_of(name, view.public_id)


def size_of(octets: int) -> str:
    """3.8 MB, 12 KB."""
    if octets >= MEGABYTE:
        return f"{octets / MEGABYTE:.1f} MB"
    return f"{max(1, round(octets / KILOBYTE))} KB"


def how_far(view: UploadView, now: datetime) -> HowFar:
    """How far the step is that is being done."""
    spent = (now - view.asked_at).total_seconds()
    left = view.rows - view.done
    seconds = round(spent * left / view.done) if view.done and left > 0 and spent > 1 else None
    share = round(min(WHOLE, WHOLE * view.done / view.rows), 1) if view.rows else 0.0
    return HowFar(word(view.state), view.done, view.rows, share, seconds, view.ahead)


def column_rows(view: UploadView, typed: Mapping[str, str], errors: Mapping[str, str]) -> tuple[ColumnRow, ...]:
    """The columns of the file in their order."""
    return tuple(_column(view, place, typed, errors) for place in range(len(view.told.headings)))


def _column(view: UploadView, place: int, typed: Mapping[str, str], errors: Mapping[str, str]) -> ColumnRow:
    told, name = view.told, f"c{place}"
    heading = told.headings[place]
    said = typed.get(name) or told.columns.get(heading, "")
    field = F(said) if said in {each.value for each in F} else F.EXTRA
    shown = [masked_sample(field, text) for text in told.samples[place]] if place < len(told.samples) else []
    known, look = (_("上次"), "tag-ok") if told.remembered else (_("自动"), "tag-ok")
    if heading not in told.guessed and not told.remembered:
        known, look = _("没认出"), ""
    return ColumnRow(place, heading, _("、").join(shown) or DASH, field.value, becomes(field), known,
                     look, errors.get(name, ""))  # fmt: skip


def becomes(field: LedgerField) -> str:
    """What is made of a column that is mapped so."""
    if field is F.CUSTOMER_NO:
        return _("认人用；银行已有的只认号码")
    if field in (F.ID_NO, F.PHONE):
        return _("统一写法，加密存储，认人用")
    if field in (F.NAME, F.ADDRESS, F.EMAIL, F.OCCUPATION, F.GENDER, F.BIRTH_ON):
        return _("银行已有的客户以核心系统为准")
    if field in (F.CONTACTED_ON, F.CONTACTED_BY, F.CONTACT_NOTE):
        return _("记为过往联系，日期和联系人照原样")
    if field is F.CHILD:
        return _("只留有无孩子和年龄段")
    return _("丢弃，不保留") if field is F.SKIP else _("按原列名留作附加信息，加密保存")


def masked_sample(field: LedgerField, text: str) -> str:
    """A value of the file as an example may show it: whose it is cannot be read, its form can."""
    if text == STRUCK:
        return _("已去除")
    masks: dict[LedgerField, Callable[[str], str]] = {
        F.NAME: mask_name, F.CONTACTED_BY: mask_name, F.PHONE: mask_phone, F.ID_NO: mask_id, F.EMAIL: mask_email,
        F.ADDRESS: mask_address, F.CUSTOMER_NO: mask_account,
    }  # fmt: skip
    if field in masks:
        return masks[field](text)
    if field is F.BIRTH_ON:
        day = day_of(text)
        return f"{HIDDEN}-{day:%m-%d}" if day else HIDDEN
    if field is F.CHILD:
        return HIDDEN
    plain = _LONG_NUMBER.sub(HIDDEN, text)
    return plain if len(plain) <= LONGEST_SAMPLE else plain[:LONGEST_SAMPLE] + "…"


def choices() -> tuple[tuple[str, str], ...]:
    """What a column may be mapped to, in words."""
    return tuple((field.value, word(field)) for field in LedgerField)
