"""What is kept of a ledger that was brought: the file as it came, then its lines without C3, and its refused rows.

All of it lies sealed. The file as it came is kept until it is opened, its lines until they are written.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from guanhu.apps.customers.uploads.models import LedgerPart, LedgerRefusal, LedgerUpload
from guanhu.apps.customers.uploads.shapes import UploadTold
from guanhu.apps.people import vault
from guanhu.apps.people.copying import copy_in
from guanhu.apps.people.keyring import lookup_hash
from guanhu.feeds.errors import Problem
from guanhu.feeds.ledgers import headings
from guanhu.feeds.ledgers.headings import Columns
from guanhu.feeds.ledgers.reading import Ledger, Line
from guanhu.feeds.ledgers.rows import STRUCK, is_c3

PIECE = 1 << 20
"""Bytes of one piece of the file as it came."""
LINES_FROM, PIECES = 1 << 10, 1 << 20
"""The numbers of pieces: first those of the file as it came, from here on those of its lines."""
SAMPLES, SAMPLE_SIGNS = 3, 40
WHY = "a ledger brought in a browser"


def put_in(row: LedgerUpload, raw: bytes) -> None:
    """Seal the file as it came."""
    texts = (b64encode(raw[at : at + PIECE]).decode() for at in range(0, len(raw), PIECE))
    _keep(row, 0, texts)


def as_it_came(row: LedgerUpload) -> bytes:
    """The file as it came."""
    return b"".join(b64decode(text) for text in _pieces(row, 0, LINES_FROM))


def in_place_of_it(row: LedgerUpload, stretches: Sequence[Sequence[Line]]) -> None:
    """Seal its lines instead; the file as it came is gone."""
    forget(row)
    _keep(row, LINES_FROM, (json.dumps(lines, ensure_ascii=False) for lines in stretches))


def forget(row: LedgerUpload) -> None:
    """Nothing of the file is kept any more."""
    LedgerPart.objects.for_system(WHY).filter(upload=row).delete()


@contextmanager
def on_the_table(row: LedgerUpload, told: UploadTold) -> Iterator[Ledger]:
    """The ledger as it was opened, to be walked once."""
    yield Ledger(
        file=told.file, digest=row.digest, kind=told.kind, encoding=told.encoding, separator=told.separator,
        headings=told.headings, heading_line=told.heading_line, rows=row.rows, aside=told.aside,
        stretches=(json.loads(text) for text in _pieces(row, LINES_FROM, PIECES)),
    )  # fmt: skip


def _keep(row: LedgerUpload, first: int, texts: Iterator[str]) -> None:
    LedgerPart.objects.for_system(WHY).bulk_create(
        (
            LedgerPart(key=_key_of(row, number), upload=row, number=number, content=text)
            for number, text in enumerate(texts, first)
        ),
        batch_size=50,
    )


def _pieces(row: LedgerUpload, first: int, behind: int) -> Iterator[str]:
    """The pieces of these numbers in order, opened one after the other."""
    rows = LedgerPart.objects.for_system(WHY).filter(upload=row, number__gte=first, number__lt=behind)
    for key in list(rows.order_by("number").values_list("key", flat=True)):
        yield vault.open(rows.get(key=key), "content") or ""


def _key_of(row: LedgerUpload, number: int) -> int:
    """The key of one piece of a ledger."""
    told = lookup_hash("customers_ledgerpart", f"{row.key}\0{number}")
    return int.from_bytes(told[:8], "big") >> 1 or 1


# ---------------------------------------------------------------- without C3


def struck(cells: Sequence[str], names: Sequence[str], columns: Columns) -> list[str]:
    """A line without C3: what stands in a column of that name, and whatever has its form in any other."""
    return [
        STRUCK if cell.strip() and (name in columns.secret or is_c3(cell.strip(), is_number=_is_number(name, columns)))
        else cell
        for name, cell in zip([*names, *[""] * (len(cells) - len(names))], cells, strict=False)
    ]  # fmt: skip


def _is_number(name: str, columns: Columns) -> bool:
    """Is a column guessed to hold numbers by which a row is known? They may look like an enciphered secret."""
    return columns.fields.get(name) in headings.KEYS


def sample(samples: list[list[str]], lines: Sequence[Line]) -> None:
    """The first few values of each column, each once."""
    for _number, cells in lines:
        for seen, cell in zip(samples, cells, strict=False):
            text = " ".join(cell.split())[:SAMPLE_SIGNS]
            if text and len(seen) < SAMPLES and text not in seen:
                seen.append(text)


# ---------------------------------------------------------------- refused rows


def keep_refused(row: LedgerUpload, problems: Sequence[Problem], names: Sequence[str]) -> None:
    """Keep the rows a dry run refused in place of those of the run before."""
    forget_refused(row)
    places = {heading: at for at, heading in enumerate(names, 1)}
    fields = ("upload_id", "row", "place", "rule", "told")
    copy_in(LedgerRefusal, fields, _refusals(row, problems, places))


def _refusals(row: LedgerUpload, problems: Sequence[Problem], places: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for one in problems:
        told = [one.column or "", one.value, one.says, one.suggestion]
        yield {"upload_id": row.pk, "row": one.row, "place": places.get(one.column or "", 0), "rule": one.rule,
               "told": json.dumps(told, ensure_ascii=False)}  # fmt: skip


def forget_refused(row: LedgerUpload) -> None:
    """No refused row is kept any more."""
    LedgerRefusal.objects.for_system(WHY).filter(upload=row).delete()


def forget_values(row: LedgerUpload) -> None:
    """What stood in broken cells goes with the file; where they are and why they were refused stays."""
    every = LedgerRefusal.objects.for_system(WHY)
    for one in every.filter(upload=row, place__gt=0).iterator():
        column, _value, says, suggestion = json.loads(vault.open(one, "told") or "[]")
        one.told = json.dumps([column, None, says, suggestion], ensure_ascii=False)
        one.save(update_fields=["told"])
