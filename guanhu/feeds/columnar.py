"""Parquet files of the bank, read as the same texts a CSV would bring, so that one set of rules judges both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import narwhals as nw

from guanhu.engine import backend
from guanhu.feeds.errors import refused
from guanhu.feeds.records import ROW, Part
from guanhu.rules.columns import pick

STRETCH = 1_000_000
BROKEN: tuple[type[Exception], ...] = (*backend.UNREADABLE, OSError)


def names(path: Path) -> list[str]:
    """The columns of the file."""
    return _open(path).columns


def parts(path: Path) -> Iterator[Part]:
    """The rows in stretches, every value a text; rows count from 1."""
    frame = _open(path)
    for name, kind in frame.schema.items():
        if kind.is_float() or kind.is_nested() or kind == nw.Binary:
            said = "Parquet 的列不得为浮点、嵌套或二进制：金额与利率请用 decimal 或文字"
            raise refused(path.name, "file/type", said, column=name)
    for start in range(0, len(frame), STRETCH):
        stretch = frame[start : start + STRETCH].with_row_index(ROW)
        texts = [_text(name, stretch.schema[name]) for name in frame.columns]
        yield Part(stretch.with_columns((nw.col(ROW).cast(nw.Int64) + start + 1).alias(ROW), *texts))


def _open(path: Path) -> nw.DataFrame[Any]:
    try:
        return backend.read_parquet(path)
    except BROKEN as error:
        raise refused(path.name, "file/packed", "Parquet 文件不完整或已损坏", suggestion="请重新传送") from error


def _text(name: str, kind: nw.dtypes.DType) -> nw.Expr:
    """A column as a CSV would write it."""
    value = nw.col(name)
    if kind == nw.Boolean:
        return pick(value.is_null(), None, pick(value, "Y", "N")).alias(name)  # type: ignore[no-any-return]
    if kind == nw.Date:
        return value.dt.to_string("%Y-%m-%d").alias(name)
    return value.cast(nw.String).alias(name)
