"""The one place that names a database engine: reading, writing and making frames.

Everything else speaks Narwhals. Another engine (Spark, when a bank outgrows one machine) is another set of
these functions behind the same names. On disk a date is a DATE and ends ``_on``; inside the engine it is an
int32 number of days since 1970-01-01 and ends ``_day``: ``scan`` turns the one into the other, ``sink`` turns
it back.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

EPOCH = date(1970, 1, 1)
TYPES: dict[str, Any] = {
    "key": pl.Int64,
    "text": pl.String,
    "money": pl.Int64,
    "number": pl.Int32,
    "flag": pl.Boolean,
    "date": pl.Date,
    "day": pl.Int32,
}
"""The engine's type of each column type of ``tables.py``; ``day`` is a date inside the engine."""

UNREADABLE: tuple[type[Exception], ...] = (pl.exceptions.ComputeError, pl.exceptions.NoDataError)
"""What the engine raises when a file is no CSV or no Parquet."""

DIGEST_ROWS = 1 << 18


def day_number(day: date) -> int:
    """The day as the engine counts it: days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(EPOCH.toordinal() + number)


def engine_name(name: str) -> str:
    """What a date column of the disk is called inside the engine: ``due_on`` → ``due_day``, ``day_on`` → ``day``."""
    return "day" if name == "day_on" else f"{name.removesuffix('_on')}_day"


def scan(paths: Sequence[Path], *, ordered_by: str | None = None) -> nw.LazyFrame[Any]:
    """Read Parquet files of one table lazily; dates come back as day numbers named ``…_day``.

    ``ordered_by`` names a column by which the rows are known to lie in order, which makes joins on it cheap.
    """
    lazy = pl.scan_parquet([str(path) for path in paths], glob=False, hive_partitioning=False)
    dates = [name for name, kind in lazy.collect_schema().items() if kind == pl.Date]
    days = {name: engine_name(name) for name in dates}
    turned = lazy.with_columns(pl.col(dates).cast(pl.Int32)).rename(days)
    return nw.from_native(turned.set_sorted(ordered_by) if ordered_by else turned)


def sink(frame: nw.LazyFrame[Any] | nw.DataFrame[Any], path: Path, columns: Mapping[str, str],
         key: Sequence[str]) -> None:  # fmt: skip
    """Write a table whole or not at all, its rows ordered by ``key``, its days turned back into dates.

    ``columns``: name on disk → type of ``tables.py``, in order; a date may come as ``…_on`` or ``…_day``.
    """
    chosen = _as_on_disk(frame.to_native(), columns)
    known = isinstance(chosen, pl.DataFrame) and len(key) == 1 and chosen[key[0]].is_sorted()
    _put(chosen.lazy() if known else chosen.lazy().sort(list(key)), path)


def sink_by(
    column: str, table: nw.DataFrame[Any], path_of: Callable[[Any], Path], columns: Mapping[str, str],
    key: Sequence[str],
) -> list[Any]:  # fmt: skip
    """Write a table in parts, one for each value of a column on disk, as ``sink`` writes each; gives the values."""
    chosen, written = _as_on_disk(table.to_native(), columns), []
    order = chosen.select(pl.arg_sort_by(list(key))).to_series()
    for value, rows in _by_value(chosen, column, order):
        _put(rows.lazy(), path_of(value))
        written.append(value)
    return written


def _put(ordered: pl.LazyFrame, path: Path) -> None:
    """Write rows as they come, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    ordered.sink_parquet(part, compression="lz4", statistics=False,
                         engine="streaming", sync_on_close="all")  # fmt: skip
    os.replace(part, path)
    sync_folder(path.parent)


def _as_on_disk(native: Any, columns: Mapping[str, str]) -> Any:
    """The columns on disk, in order and in their types."""
    names = set(native.collect_schema().names())
    return native.select([_on_disk(name, kind, names) for name, kind in columns.items()])


def _on_disk(name: str, kind: str, names: set[str]) -> pl.Expr:
    """One column in its type on disk, whichever of the two names of a date it carries."""
    if kind != "date" or name in names:
        return pl.col(name).cast(TYPES[kind])
    return pl.col(engine_name(name)).cast(pl.Int32).cast(pl.Date).alias(name)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_text_csv(source: Path | bytes, *, separator: str = ",", quote: str | None = '"') -> nw.DataFrame[Any]:
    """A UTF-8 CSV with a header line, every value a text as it stands; an empty field is null."""
    frame = pl.read_csv(source, separator=separator, quote_char=quote, infer_schema=False, encoding="utf8")
    return nw.from_native(frame, eager_only=True)


def read_parquet(source: Path) -> nw.DataFrame[Any]:
    """A Parquet file as it lies, dates as dates."""
    return nw.from_native(pl.read_parquet(source, hive_partitioning=False, glob=False), eager_only=True)


def write_parquet(frame: nw.DataFrame[Any], path: Path) -> None:
    """A frame as it is into one Parquet file (the bank's own files; the lake is written by ``sink``)."""
    frame.to_native().write_parquet(path, compression="zstd")


def frame(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> nw.DataFrame[Any]:
    """A frame of these rows; ``columns``: name → type of ``tables.py`` (or ``day``)."""
    schema = {name: TYPES[kind] for name, kind in columns.items()}
    made = pl.DataFrame([dict(row) for row in rows], schema=schema, strict=True, orient="row")
    return nw.from_native(made, eager_only=True)


def series(values: Mapping[str, Sequence[Any]], columns: Mapping[str, str]) -> nw.DataFrame[Any]:
    """A frame of whole columns (lists or arrays), for makers of many rows."""
    made = {name: pl.Series(name, values[name], dtype=TYPES[kind]) for name, kind in columns.items()}
    return nw.from_native(pl.DataFrame(made), eager_only=True)


def rows(table: nw.LazyFrame[Any] | nw.DataFrame[Any]) -> list[dict[str, Any]]:
    """Every row as a dict of plain Python values."""
    found: list[dict[str, Any]] = collect(table).to_native().to_dicts()
    return found


def iso(column: nw.Expr) -> nw.Expr:
    """A column of day numbers as texts YYYY-MM-DD."""
    return column.cast(nw.Int32).cast(nw.Date).cast(nw.String)


def collect(table: nw.LazyFrame[Any] | nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Compute a lazy frame now."""
    if isinstance(table, nw.DataFrame):
        return table
    native: Any = table.to_native()
    return nw.from_native(native.collect(engine="streaming"), eager_only=True)


def ordered(table: nw.LazyFrame[Any] | nw.DataFrame[Any], by: str) -> nw.DataFrame[Any]:
    """Compute now, rows in the order of this column, and let later joins and writes know it."""
    native: Any = collect(table).to_native()
    rows_in_order = native if native[by].is_sorted() else native.sort(by)
    return nw.from_native(rows_in_order.with_columns(pl.col(by).set_sorted()), eager_only=True)


def meet(one: nw.LazyFrame[Any], other: nw.LazyFrame[Any], on: str) -> nw.LazyFrame[Any]:
    """Both tables side by side, a row for each key of either; cheap when both are ``ordered``."""
    left, right = one.to_native(), other.to_native()
    made: pl.LazyFrame = left.join(right, on=on, how="full", coalesce=True, maintain_order="left_right")
    return nw.from_native(made)


def beside(one: nw.LazyFrame[Any], other: nw.LazyFrame[Any], on: str) -> nw.LazyFrame[Any]:
    """Every row of the first table in its order, with what the other one knows about its key."""
    made: pl.LazyFrame = one.to_native().join(other.to_native(), on=on, how="left", maintain_order="left")
    return nw.from_native(made)


def shaped(table: nw.LazyFrame[Any] | nw.DataFrame[Any], columns: Mapping[str, str]) -> nw.LazyFrame[Any]:
    """The columns named, in their order and in their types (name → type of ``tables.py``, or ``day``)."""
    native: Any = table.lazy().to_native()
    made: pl.LazyFrame = native.select(pl.col(name).cast(TYPES[kind]) for name, kind in columns.items())
    return nw.from_native(made)


def _by_value(native: pl.DataFrame, column: str, order: pl.Series) -> Iterator[tuple[Any, pl.DataFrame]]:
    """The rows of each value in order, themselves in this order; of all of them at once only the places are held."""
    laid = pl.DataFrame([native[column][order].alias("value"), order.alias("place")])
    places = laid.group_by("value").agg("place").sort("value")
    for value, rows in zip(places["value"].to_list(), places["place"], strict=True):
        yield value, native[rows]


def concat(tables: Sequence[nw.LazyFrame[Any]]) -> nw.LazyFrame[Any]:
    """One table below the other; the columns are the same."""
    return nw.concat(list(tables), how="vertical")


def count(paths: Sequence[Path]) -> int:
    """How many rows lie in these files (from their footers, nothing is read)."""
    if not paths:
        return 0
    lazy = pl.scan_parquet([str(path) for path in paths], glob=False, hive_partitioning=False)
    return int(lazy.select(pl.len()).collect().item())


def rows_with(paths: Sequence[Path], column: str, values: Collection[int]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The rows of these files, of one table, whose column holds one of these keys, each with its file, in order."""
    if paths and values:
        yield from _with_file(paths, pl.col(column).is_in(list(values)))


def rows_naming(
    paths: Sequence[Path], columns: Sequence[str], words: Collection[str]
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The rows of these files in which one of the text columns holds one of these words, each with its file."""
    if paths and columns and words:
        named = [pl.col(column).str.contains_any(list(words)).fill_null(value=False) for column in columns]
        yield from _with_file(paths, pl.any_horizontal(named))


def _with_file(paths: Sequence[Path], wanted: pl.Expr) -> Iterator[tuple[Path, dict[str, Any]]]:
    lazy = pl.scan_parquet(
        [str(path) for path in paths], glob=False, hive_partitioning=False, include_file_paths="its file"
    )
    for row in lazy.filter(wanted).collect(engine="streaming").sort("its file", maintain_order=True).to_dicts():
        yield Path(row.pop("its file")), row


def digest(path: Path, key: Sequence[str]) -> str:
    """SHA-256 of a file's content whatever its layout: rows by key, columns by name, nulls marked."""
    table = pl.read_parquet(path, hive_partitioning=False, glob=False)
    table = table.sort(list(key)).select(sorted(table.columns))
    seal = hashlib.sha256(repr([(name, str(kind)) for name, kind in table.schema.items()]).encode())
    seal.update(str(table.height).encode())
    for start in range(0, table.height, DIGEST_ROWS):
        for column in table.slice(start, DIGEST_ROWS):
            _feed(seal, column)
    return seal.hexdigest()


def _feed(seal: Any, column: pl.Series) -> None:
    """Hash one stretch of a column: where it is null, then its values."""
    seal.update(column.is_null().cast(pl.UInt8).to_numpy().tobytes())
    if column.dtype == pl.String:
        text = column.fill_null("")
        seal.update(text.str.len_bytes().to_numpy().tobytes())
        seal.update(str(text.str.join("").item()).encode())
        return
    number = column.cast(pl.Float64) if column.dtype.is_float() else column.to_physical().cast(pl.Int64)
    seal.update(number.fill_null(0).to_numpy().tobytes())
