"""One file through the door: read, judged, linked to the others, counted; nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import narwhals as nw

from guanhu.engine import backend
from guanhu.feeds import columnar, drift, forbidden, parse, records
from guanhu.feeds.decode import Source
from guanhu.feeds.errors import Problem, refused
from guanhu.feeds.faults import Fault, masked
from guanhu.feeds.intake import Quarantined, Tally
from guanhu.feeds.layouts import Layout
from guanhu.feeds.records import ROW, Part

Frame = nw.DataFrame[Any]
Link = Callable[[Frame], tuple[Frame, list[Fault]]]
"""Ties typed rows to the files read before: the rows that hold, and the faults of those that do not."""

Judge = Callable[[Frame, Sequence[Quarantined]], list[Fault]]
"""Finds the faults that only show when all good rows and all rows kept aside are known."""

MOST_BAD_ROWS = 200_000
LONGEST_COLUMN = 60
LARGEST_SUM = 2**63 - 1


@dataclass(frozen=True)
class Expected:
    """What a manifest (or a layout that carries its own counts) says of a file."""

    rows: int
    sums: Mapping[str, int]
    sealed: bool = False


@dataclass(frozen=True)
class FileRead:
    """A file after the door: typed rows, rows kept aside, and the counts."""

    frame: Frame
    problems: tuple[Quarantined, ...]
    rows_in: int
    sums: Mapping[str, tuple[int, int]]
    """Money column → (fen over all rows in that can be read, rows that cannot)."""
    notices: tuple[str, ...]

    @property
    def accepted(self) -> int:
        """How many rows go on."""
        return len(self.frame)

    @property
    def quarantined(self) -> int:
        """How many rows were kept aside."""
        return len(self.problems)


@dataclass(frozen=True)
class Task:
    """One file to be read, and how."""

    source: Source
    layout: Layout
    expected: Expected
    link: Link
    key: tuple[str, ...]
    """The columns of the linked rows that may not repeat."""
    separator: str = ","
    window: tuple[date, date] | None = None
    judge: Judge | None = None

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.source.file

    def parts(self, names: Sequence[str]) -> Iterator[Part]:
        """The file's rows as texts, in stretches; columns the bank left out are empty."""
        empty = [nw.lit(None, dtype=nw.String).alias(name) for name in self.left_out(names)]
        for part in self._parts(names):
            yield replace(part, frame=part.frame.with_columns(*empty)) if empty else part

    def _parts(self, names: Sequence[str]) -> Iterator[Part]:
        if self.source.path.suffix == ".parquet":
            return columnar.parts(self.source.path)
        return records.parts(self.source, names, separator=self.separator, sealed=self.expected.sealed)

    def left_out(self, names: Sequence[str]) -> list[str]:
        """The optional columns the file does not have."""
        return [field.name for field in self.layout.fields if field.name not in names]


def read(task: Task) -> FileRead:
    """Read one file to its end; what it says must agree with what was expected of it."""
    names = (
        columnar.names(task.source.path)
        if task.source.path.suffix == ".parquet"
        else records.header(task.source, separator=task.separator)
    )
    columns = drift.compare(task.file, names, task.layout)
    kept: list[Frame] = []
    problems: list[Quarantined] = []
    unread: dict[str, tuple[int, int]] = {}
    sums = dict.fromkeys(task.layout.sums, (0, 0))
    rows_in = 0
    for part in task.parts(names):
        checked = parse.check(part.frame, task.layout, secret_columns=columns.secret, window=task.window)
        good, faults = task.link(checked.good)
        kept.append(good)
        problems += _broken(task, part, keep=not columns.secret)
        problems += _aside(task, checked.bad, checked.faults)
        problems += _aside(task, _rows_of(part.frame, faults), faults)
        rows_in += part.rows
        unread = {name: _plus(unread.get(name, (0, 0)), pair) for name, pair in checked.unreadable.items()}
        sums = {name: _plus(sums[name], (fen, bad + len(part.broken))) for name, (fen, bad) in checked.sums.items()}
        _few_enough(task.file, problems)
    drift.retyped(task.file, task.layout, unread)
    whole = nw.concat(kept, how="vertical") if kept else _nothing(task, names)
    frame, repeated = _once(task, whole, names)
    problems += repeated
    frame, late = _judged(task, frame, problems, names)
    found = FileRead(frame, tuple(problems + late), rows_in, sums, columns.notices)
    return _agreed(task, found)


def _plus(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _nothing(task: Task, names: Sequence[str]) -> Frame:
    """No rows, in the right columns: what a file of a header alone comes to."""
    columns = [*names, *task.left_out(names)]
    empty = backend.series({ROW: [], **{name: [] for name in columns}}, {ROW: "key", **dict.fromkeys(columns, "text")})
    return task.link(parse.check(empty, task.layout, window=task.window).good)[0]


def _rows_of(frame: Frame, faults: Sequence[Fault]) -> Frame:
    """The texts of the rows these faults name."""
    return frame.filter(nw.col(ROW).is_in([fault.row for fault in faults]))


def _broken(task: Task, part: Part, *, keep: bool) -> list[Quarantined]:
    """Lines that are no row; their text is kept unless it may hold C3 data."""
    said, hint = "列数不对，或引号没有闭合", "请检查分隔符与引号"
    found = []
    for row, text in part.broken:
        problem = Problem(task.file, row, None, f"{task.layout.table}/row", said, None, hint)
        safe = keep and not forbidden.has_forbidden_value(text)
        found.append(Quarantined(problem, {"": text} if safe else {}))
    return found


def _aside(task: Task, bad: Frame, faults: Iterable[Fault]) -> list[Quarantined]:
    """Rows kept aside with all their faults; the raw row holds the layout's columns, C3 data never."""
    by_row: dict[int, list[Fault]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(fault)
    found = []
    for row in bad.iter_rows(named=True):
        mine = by_row[row[ROW]]
        withheld = {fault.column for fault in mine if fault.rule.startswith("c3/")}
        raw = {field.name: row[field.name] for field in parse.kept(task.layout) if field.name not in withheld}
        problems = [_problem(task.file, fault, raw) for fault in mine]
        found.append(Quarantined(problems[0], raw, tuple(problems[1:])))
    return found


def _problem(file: str, fault: Fault, raw: Mapping[str, str | None]) -> Problem:
    """A fault with its file; the value shows its ends alone."""
    value = masked(raw.get(fault.column))
    return Problem(file, fault.row, fault.column[:LONGEST_COLUMN], fault.rule, fault.says, value, fault.suggestion)


def _few_enough(file: str, problems: Sequence[Quarantined]) -> None:
    """A file that is bad through and through goes back whole."""
    if len(problems) > MOST_BAD_ROWS:
        raise refused(file, "file/bad", f"坏行超过 {MOST_BAD_ROWS} 行，整份退回", suggestion="请银行科技检查导出程序")


def _once(task: Task, frame: Frame, names: Sequence[str]) -> tuple[Frame, list[Quarantined]]:
    """Rows whose key stands once; of exact copies the first stays, contradicting rows all go aside."""
    doubled = frame.select(*task.key).is_duplicated().alias("_doubled")
    marked = frame.with_columns(doubled)
    rest = marked.filter(nw.col("_doubled")).sort(ROW)
    if rest.is_empty():
        return frame, []
    if len(rest) > MOST_BAD_ROWS:
        raise refused(task.file, "file/bad", f"主键重复超过 {MOST_BAD_ROWS} 行，整份退回")
    wanted = set(rest.get_column(ROW).to_list())
    texts = _texts(task, names, wanted)
    raw = {row[ROW]: tuple(row[field.name] for field in task.layout.fields) for row in texts.iter_rows(named=True)}
    groups: dict[tuple[Any, ...], list[int]] = {}
    for row in rest.select(ROW, *task.key).iter_rows():
        groups.setdefault(row[1:], []).append(row[0])
    faults = [fault for rows in groups.values() for fault in _repeats(task.layout, rows, raw)]
    gone = {fault.row for fault in faults}
    aside = _aside(task, texts.filter(nw.col(ROW).is_in(list(gone))), faults)
    return frame.filter(~nw.col(ROW).is_in(list(gone))), aside


def _judged(task: Task, frame: Frame, problems: Sequence[Quarantined],
            names: Sequence[str]) -> tuple[Frame, list[Quarantined]]:  # fmt: skip
    """The rows that stand beside all others, and those that do not."""
    faults = task.judge(frame, problems) if task.judge else []
    if not faults:
        return frame, []
    gone = {fault.row for fault in faults}
    if len(gone) > MOST_BAD_ROWS:
        raise refused(task.file, "file/bad", f"坏行超过 {MOST_BAD_ROWS} 行，整份退回", suggestion=faults[0].says)
    return frame.filter(~nw.col(ROW).is_in(list(gone))), _aside(task, _texts(task, names, gone), faults)


def _texts(task: Task, names: Sequence[str], wanted: set[int]) -> Frame:
    """These rows of the file once more, as texts."""
    found = [part.frame.filter(nw.col(ROW).is_in(list(wanted))) for part in task.parts(names)]
    return parse.trimmed(nw.concat(found, how="vertical"), names)


def _repeats(layout: Layout, rows: Sequence[int], raw: Mapping[int, tuple[str | None, ...]]) -> list[Fault]:
    """The faults of rows that share a key."""
    column = layout.key[0]
    zh = "、".join(layout.field(name).zh for name in layout.key)
    if len({raw[row] for row in rows}) == 1:
        said = f"与第 {rows[0]} 行完全相同"
        return [Fault(row, column, f"{layout.table}/copy", said, "已收第一行") for row in rows[1:]]
    said = f"同一{zh}有内容不同的 {len(rows)} 行，无法判断哪行为准"
    return [Fault(row, column, f"{layout.table}/key", said, "请银行核实后补交") for row in rows]


def _agreed(task: Task, found: FileRead) -> FileRead:
    """In = accepted + quarantined, rows and sums as listed; anything else refuses the delivery."""
    if found.rows_in != found.accepted + found.quarantined:
        said = f"读入 {found.rows_in} 行，接收 {found.accepted} 行，隔离 {found.quarantined} 行，对不上"
        raise refused(task.file, "door/lost", said)
    if found.rows_in != task.expected.rows:
        more = found.rows_in - task.expected.rows
        gap = f"多了 {more} 行" if more > 0 else f"少了 {-more} 行"
        said = f"清单写 {task.expected.rows} 行，文件有 {found.rows_in} 行，{gap}"
        raise refused(task.file, "file/rows", said, suggestion="请重新传送")
    notices = list(found.notices)
    for name, (fen, unread) in found.sums.items():
        if abs(fen) > LARGEST_SUM:
            raise refused(task.file, "file/overflow", "合计超出可存的范围", column=name)
        listed = task.expected.sums.get(name)
        if listed is None or listed == fen:
            continue
        if not unread:
            said = f"清单合计 {yuan(listed)}，文件合计 {yuan(fen)}，对不上"
            raise refused(task.file, "file/sums", said, column=name, suggestion="请重新传送")
        notices.append(f"{task.file} {name}：与清单差 {yuan(listed - fen)}，属于 {unread} 行读不出金额的隔离行")
    return FileRead(found.frame, found.problems, found.rows_in, found.sums, tuple(notices))


def tally(file: str, layout: Layout, found: FileRead, seal: str) -> Tally:
    """The count of one file; its money is the last of its summed columns (a balance, an amount)."""
    money = found.sums[layout.sums[-1]][0] if layout.sums else None
    return Tally(file, layout.table, found.rows_in, found.accepted, found.quarantined, money, seal)


def yuan(fen: int) -> str:
    """Whole fen as the files write money."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
