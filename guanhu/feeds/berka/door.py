"""Receive the Berka files: each whole as published, each row counted, and the bank made into branches and lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from guanhu.feeds import decode, reading, split
from guanhu.feeds.berka import files, shape
from guanhu.feeds.errors import refused
from guanhu.feeds.intake import Intake, Quarantined, again, digest_of
from guanhu.feeds.keys import Keys
from guanhu.feeds.links import Books, Ties

TIES = Ties(
    files.LAYOUTS,
    leaves={
        "district": {"A1": "A1"},
        "account": {"account_id": "account_id"},
        "client": {"client_id": "client_id"},
        "disp": {"disp_id": "disp_id"},
    },
)
PACKINGS = (".csv.gz", ".csv", ".csv.zst")


def receive(folder: Path, *, day: date, keys: Keys, already: Mapping[str, Any] | None = None,
            on_file: Callable[[str], None] | None = None,
            whole: Mapping[str, files.Whole] = files.WHOLE) -> Intake:  # fmt: skip
    """Receive Berka for a night: all rows of all days are accepted and counted, whatever the night's day.

    Rows dated after ``day`` lie in the lake under their own day and wait there. ``whole`` says what each file must be.
    """
    paths = {layout.table: _path(folder, layout.table) for layout in files.LAYOUTS}
    seals = {table: _seal(path, whole[table]) for table, path in paths.items()}
    intake = Intake(day, min(files.FIRST_DAY, day), 1, "berka", files.CURRENCY, False)
    intake = replace(intake, digest=digest_of(intake, seals))
    return again(intake, already) or _read(paths, seals, intake, keys, whole, on_file)


def _path(folder: Path, table: str) -> Path:
    """The file of a table, packed or not."""
    for packing in PACKINGS:
        path = folder / f"{table}{packing}"
        if path.is_file():
            return path
    raise refused(f"{table}.csv.gz", "file/missing", "没有这个文件，交付不完整", suggestion="请补交后重跑")


def _seal(path: Path, whole: files.Whole) -> str:
    """SHA-256 of the text; another than the published one refuses the delivery."""
    seal = decode.plain_seal(path)
    if seal != whole.sha256:
        said = "内容与布局所载的 sha256 不符，文件不全或被改动"
        raise refused(path.name, "file/sha256", said, suggestion="请重新取得")
    return seal


def _read(paths: Mapping[str, Path], seals: Mapping[str, str], intake: Intake, keys: Keys,
          whole: Mapping[str, files.Whole], on_file: Callable[[str], None] | None) -> Intake:  # fmt: skip
    """Read all files, then make our tables of them."""
    books = Books(keys, TIES)
    found: dict[str, reading.FileRead] = {}
    problems: list[Quarantined] = []
    for layout in files.LAYOUTS:
        path = paths[layout.table]
        if on_file is not None:
            on_file(path.name)
        source = decode.Source(path, decode.encoding_of(path))
        expected = reading.Expected(whole[layout.table].rows, {}, sealed=True)
        link, separator = partial(books.link, layout), files.SEPARATOR
        read = reading.read(reading.Task(source, layout, expected, link, layout.key, separator))
        books.remember(layout, read.frame, read.problems)
        found[layout.table] = read
        problems += read.problems
    made = shape.bank({table: read.frame for table, read in found.items()}, keys)
    made["customers"], children = split.without_children(made["customers"], intake.day)
    related = split.without_birthdays(shape.related(made, found["disp"].frame, found["client"].frame), intake.day)
    persons = {name: split.for_database(name, frame) for name, frame in made.items()}
    layouts = {layout.table: layout for layout in files.LAYOUTS}
    notices = [f"{children} 位未满十四周岁客户，姓名与生日没有收"] if children else []
    return replace(
        intake,
        tables={split.LAKE[name].name: split.for_lake(name, frame) for name, frame in made.items()},
        persons={**{name: frame for name, frame in persons.items() if frame is not None}, "related": related},
        problems=tuple(problems),
        tallies=tuple(reading.tally(paths[t].name, layouts[t], found[t], seals[t]) for t in whole),
        notices=tuple(notices + [notice for read in found.values() for notice in read.notices]),
    )
