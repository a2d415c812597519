"""Write the invented bank's deliveries: the history of eighteen months, then a folder for each day."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from guanhu.demo import cast, dirt, files, journals, snapshots
from guanhu.demo.calendar import FIRST, HISTORY_LAST, LAST, TODAY, day_of, t_of
from guanhu.demo.journals import Journal
from guanhu.demo.personas import PERSONAS
from guanhu.demo.simulate import simulate
from guanhu.demo.snapshots import Rows
from guanhu.demo.truth import EFFECTS, TALK_SECONDS
from guanhu.demo.world import World
from guanhu.feeds.layouts import LAYOUTS

Progress = Callable[..., None]
"""``progress(done, total, what="")``."""


SMALLEST = 300
"""Fewer customers leave no room for the named ones and the stories."""


@dataclass(frozen=True)
class Summary:
    """What was written."""

    seed: int
    customers: int
    accounts: int
    holdings: int
    transactions: int
    contacts: int
    complaints: int
    dirty_rows: int
    deliveries: tuple[str, ...]


@dataclass(frozen=True)
class _Bank:
    """A finished simulation with what all deliveries share."""

    world: World
    book: Journal
    numbers: list[str]
    customers: Rows


def write_bank(folder: Path, *, seed: int, on_progress: Progress | None = None, customers: int = 7200) -> Summary:
    """Write ``history``, one folder a day from 2026-11-21 to 2026-11-25 and ``truth.json`` below ``folder``.

    The same seed writes the same bytes. ``on_progress(done, total, what)`` is told how far it is.
    """
    if customers < SMALLEST:
        raise ValueError(f"演示银行至少要有 {SMALLEST} 位客户")
    tell = on_progress or (lambda *_, **__: None)
    total = 100
    world = simulate(
        seed, customers, lambda t, of: tell(t * 40 // of, total, what=f"第 {t} 天") if t % 25 == 0 else None
    )
    tell(40, total, what="整理流水")
    bank = _Bank(world, journals.journal(world), snapshots.account_numbers(world), snapshots.customers(world))
    wrong = dirt.rows(bank.numbers[len(PERSONAS)])
    names = ["history"]
    tell(50, total, what="历史文件")
    _deliver(folder / "history", bank, FIRST, HISTORY_LAST, wrong)
    days = [HISTORY_LAST + timedelta(days=n + 1) for n in range((LAST - HISTORY_LAST).days)]
    for place, day in enumerate(days):
        tell(80 + place * 3, total, what=day.isoformat())
        _deliver(folder / day.isoformat(), bank, day, day, ())
        names.append(day.isoformat())
    summary = Summary(
        seed, world.people.n, world.books.accounts, world.books.holdings, len(bank.book.moves[0]),
        len(world.contacts), len(world.complaints), len(wrong), tuple(names),
    )  # fmt: skip
    _write_json(folder / "truth.json", _truth(bank, summary, wrong))
    tell(total, total)
    return summary


def _deliver(folder: Path, bank: _Bank, since: date, until: date, wrong: tuple[dirt.Dirt, ...]) -> None:
    """One delivery: every file as of ``until``, the days from ``since``, then the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    world, t = bank.world, t_of(until)
    rows = {
        "branches": snapshots.branches(), "staff": snapshots.staff(), "customers": list(bank.customers),
        "accounts": snapshots.accounts(world, t, bank.numbers), "products": snapshots.products(),
        "holdings": snapshots.holdings(world, t, bank.numbers), "consents": snapshots.consents(world, t),
        "contacts": journals.contacts(world, t_of(since), t), "complaints": snapshots.complaints(world, t),
    }  # fmt: skip
    for place, one in enumerate(wrong):
        if one.file in rows:
            table = rows[one.file]
            table.insert(len(table) * (place + 1) // 14, list(one.row))
    sent = []
    for layout in LAYOUTS:
        if layout.table == "transactions":
            sent.append(_send_transactions(folder, bank, t_of(since), t, wrong))
        elif layout.table == "balances":
            lines, before, after = journals.balances(bank.book, bank.numbers, t_of(since), t)
            sent.append(files.send_lines(folder, layout, lines, {"balance_before": before, "balance": after}))
        else:
            sent.append(files.send_rows(folder, layout, rows[layout.table]))
    _write_json(folder / "manifest.json", files.manifest(until, since, sent))


def _send_transactions(folder: Path, bank: _Bank, since: int, until: int, wrong: tuple[dirt.Dirt, ...]) -> files.Sent:
    layout = next(layout for layout in LAYOUTS if layout.table == "transactions")
    lines, total = journals.transactions(bank.book, bank.numbers, since, until)
    for place, one in enumerate(wrong):
        if one.file == "transactions":
            lines.insert(len(lines) * (place + 1) // 14, ",".join(one.row))
            total += dirt.money(one)
    return files.send_lines(folder, layout, lines, {"amount": total})


def _truth(bank: _Bank, summary: Summary, wrong: tuple[dirt.Dirt, ...]) -> dict[str, Any]:
    """What really drove the outcomes, case by case."""
    record = bank.world.record
    lengths = cast.list_lengths(summary.customers)
    return {
        "synthetic": True, "today": TODAY.isoformat(), "summary": asdict(summary),
        "talk": f"接通、约见或成交且不少于 {TALK_SECONDS} 秒的电话，以及面访；更短的通话和消息不改变任何结果",
        "bands": ["期初资产前 20 %", "其次 30 %", "其余"], "first_day": day_of(0).isoformat(),
        "effects": {kind: asdict(effect) for kind, effect in EFFECTS.items()},
        "cases": {kind: _cases(record.columns(kind)) for kind in EFFECTS},
        "cast": {p.name: snapshots.customer_no(i) for i, p in enumerate(PERSONAS[: bank.world.people.n])},
        "lists": {keeper.no: length for keeper, length in zip(cast.KEEPERS, lengths, strict=True)},
        "dirty": [one.told() for one in wrong],
    }  # fmt: skip


def _cases(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The cases with the bank's own numbers; ``t`` is the day counted from ``first_day``, flags are 0 and 1."""
    return {
        "customer_no": [snapshots.customer_no(i) for i in columns["customer"]], "t": columns["t"],
        "talked": [int(flag) for flag in columns["talked"]], "happened": [int(flag) for flag in columns["happened"]],
        "band": columns["band"],
    }  # fmt: skip


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n", "utf-8")
