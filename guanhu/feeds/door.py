"""The one way in for the bank's files: a delivery becomes clean tables, or it is refused and yesterday stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from guanhu.feeds import berka, chains, decode, manifest, reading, split
from guanhu.feeds.chains import Chains, Earlier
from guanhu.feeds.errors import refused
from guanhu.feeds.intake import Intake, Quarantined, again, digest_of
from guanhu.feeds.keys import Keys
from guanhu.feeds.layouts import LAYOUTS, Layout
from guanhu.feeds.links import Books
from guanhu.feeds.manifest import Listed, Manifest

OnFile = Callable[[str], None]


def unknown(first: date) -> Earlier:
    """Nobody says what came before the delivery that begins on this day."""
    return Earlier()


def receive(folder: Path, *, day: date, keys: Keys, layout: str = "guanhu",
            already: Mapping[str, Any] | None = None, earlier: Callable[[date], Earlier] = unknown,
            on_file: OnFile | None = None) -> Intake:  # fmt: skip
    """Receive the delivery of one day: checked, split into lake and persons, bad rows kept aside, all counted.

    ``already`` is the receipt of an earlier delivery of the same day. ``earlier`` is asked what the deliveries before
    the first day covered left of the balances. ``on_file`` hears the name of each file before it is read. Raises
    ``DeliveryRefused`` when the day may not be published from this delivery.
    """
    if layout == "berka":
        return berka.receive(folder, day=day, keys=keys, already=already, on_file=on_file)
    if layout != "guanhu":
        raise refused(folder.name, "layout", f"布局不认识：{layout}")
    listed = manifest.read(folder)
    if listed.business_date != day:
        said = f"交付的业务日期是 {listed.business_date}，不是 {day}"
        raise refused(manifest.NAME, "manifest/day", said)
    seals = _seals(folder, listed)
    intake = Intake(day, listed.covers_from, listed.version, layout, listed.currency, listed.synthetic)
    intake = replace(intake, digest=digest_of(intake, seals))
    same = again(intake, already)
    return same or _read(folder, listed, seals, intake, Books(keys), earlier(listed.covers_from), on_file)


def _seals(folder: Path, listed: Manifest) -> dict[str, str]:
    """SHA-256 of every listed file; a missing or altered one refuses the delivery."""
    absent = [file.file for file in listed.files if not (folder / file.file).is_file()]
    if absent:
        raise refused(absent[0], "file/missing", f"清单列了却没有送到：{'、'.join(absent)}", suggestion="请补交后重跑")
    seals = {file.table: decode.seal(folder / file.file) for file in listed.files}
    for file in listed.files:
        if file.sha256 is not None and file.sha256 != seals[file.table]:
            raise refused(file.file, "file/sha256", "文件与清单所写的 sha256 不符", suggestion="请重新传送")
    return seals


def _read(folder: Path, listed: Manifest, seals: Mapping[str, str], intake: Intake, books: Books, before: Earlier,
          on_file: OnFile | None) -> Intake:  # fmt: skip
    """Read every file in order, each against those before it."""
    chain = Chains(before, books.keys, books, frozenset(), listed.business_date)
    lake, persons, tallies = {}, {}, []
    problems: list[Quarantined] = []
    notices = [f"清单里的表不认识，没有收：{file.table}" for file in listed.files if file.table not in split.LAKE]
    for layout in LAYOUTS:
        entry = listed.listed(layout.table)
        if entry is None:
            continue
        if on_file is not None:
            on_file(entry.file)
        balances = layout.table == "balances"
        found = reading.read(_task(folder, listed, entry, layout, books, chain.judge if balances else None))
        books.remember(layout, found.frame, found.problems)
        frame = found.frame
        if layout.table == "customers":
            frame, children = split.without_children(frame, listed.business_date)
            notices += [f"{entry.file}：{children} 位未满十四周岁客户，姓名、生日与联系方式没有收"] if children else []
        if layout.table == "accounts":
            chain = replace(chain, young=chains.young(frame, listed.covers_from))
        if balances:
            frame, open_chains, strays, told = chain.close(frame, found.problems)
            intake = replace(intake, open_chains=open_chains, strays=strays)
            notices += told
        lake[split.LAKE[layout.table].name] = split.for_lake(layout.table, frame)
        person = split.for_database(layout.table, frame)
        if person is not None:
            persons[layout.table] = person
        problems += found.problems
        notices += found.notices
        tallies.append(reading.tally(entry.file, layout, found, seals[layout.table]))
    return replace(intake, tables=lake, persons=persons, problems=tuple(problems), tallies=tuple(tallies),
                   notices=tuple(notices))  # fmt: skip


def _task(folder: Path, listed: Manifest, entry: Listed, layout: Layout, books: Books,
          judge: reading.Judge | None) -> reading.Task:  # fmt: skip
    """How one listed file is to be read."""
    path = folder / entry.file
    packed = path.suffix == ".parquet"
    source = decode.Source(path, "utf-8" if packed else decode.encoding_of(path, listed.encoding))
    return reading.Task(
        source,
        layout,
        reading.Expected(entry.rows, entry.sums, sealed=entry.sha256 is not None),
        partial(books.link, layout),
        books.ties.key_columns(layout),
        window=(listed.covers_from, listed.business_date),
        judge=judge,
    )
