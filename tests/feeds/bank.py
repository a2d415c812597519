"""A tiny bank that writes good deliveries, so that each test breaks one thing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import zstandard

from guanhu.feeds.keys import Keys
from guanhu.feeds.layouts import LAYOUTS, Layout

DAY = date(2026, 11, 24)
KEYS = Keys(b"a secret of the test bank")

Rows = dict[str, list[dict[str, str]]]


def small_bank() -> Rows:
    """Two branches, two keepers, three customers, and a little of everything."""
    return {
        "branches": [{"branch_no": "B1", "name": "城中支行"}, {"branch_no": "B2", "name": "河西支行"}],
        "staff": [
            {"staff_no": "S1", "name": "沈知微", "branch_no": "B1", "post": "wealth", "capability": "110"},
            {"staff_no": "S2", "name": "周予安", "branch_no": "B2", "post": "wealth",
             "leave_from": "2026-11-20", "leave_to": "2026-11-30"},
        ],
        "customers": [
            {"customer_no": "C1", "kind": "personal", "name": "赵桂芳", "branch_no": "B1", "keeper_no": "S1",
             "gender": "女", "birth_on": "1958-02-30", "birth_calendar": "lunar", "phone": "13800138000",
             "risk_grade": "C2", "risk_on": "2026-03-01", "opened_on": "2010-05-06"},
            {"customer_no": "C2", "kind": "personal", "name": "李𠮷", "branch_no": "B1", "keeper_no": "S1",
             "birth_on": "1980-02-29", "opened_on": "2015-01-01"},
            {"customer_no": "C3", "kind": "corporate", "name": "某某有限公司", "branch_no": "B2",
             "opened_on": "2020-01-01"},
        ],
        "accounts": [
            {"account_no": "62220001", "customer_no": "C1", "kind": "current", "opened_on": "2010-05-06"},
            {"account_no": "62220002", "customer_no": "C2", "kind": "deposit", "opened_on": "2015-01-01"},
            {"account_no": "62220003", "customer_no": "C3", "kind": "loan", "opened_on": "2021-01-01"},
        ],
        "products": [
            {"product_no": "P1", "name": "三年定期", "kind": "deposit", "term_days": "1095"},
            {"product_no": "P2", "name": "经营贷", "kind": "loan"},
        ],
        "holdings": [
            {"holding_no": "H1", "account_no": "62220002", "product_no": "P1", "amount": "800000",
             "started_on": "2023-12-09", "matures_on": "2026-12-09", "rate": "2.60", "auto_renew": "N"},
            {"holding_no": "H2", "account_no": "62220003", "product_no": "P2", "amount": "100000.5",
             "started_on": "2021-01-01"},
        ],
        "balances": [
            {"account_no": "62220001", "day_on": "2026-11-23", "balance_before": "0", "balance": "1000.00"},
            {"account_no": "62220001", "day_on": "2026-11-24", "balance_before": "1000.00", "balance": "899.95"},
            {"account_no": "62220002", "day_on": "2026-11-24", "balance_before": "790000", "balance": "800000"},
        ],
        "transactions": [
            {"move_no": "M1", "account_no": "62220001", "day_on": "2026-11-24", "amount": "100.05",
             "direction": "out", "kind": "transfer", "channel": "app", "other_bank": "某行"},
            {"move_no": "M2", "account_no": "62220002", "day_on": "2026-11-24", "amount": "10000",
             "direction": "in", "kind": "interest"},
        ],
        "consents": [
            {"customer_no": "C1", "purpose": "marketing", "granted": "Y", "changed_on": "2025-01-01"},
            {"customer_no": "C2", "purpose": "marketing", "granted": "N", "changed_on": "2025-01-01"},
        ],
        "contacts": [
            {"contact_no": "K1", "customer_no": "C1", "staff_no": "S1", "day_on": "2026-11-24", "at_time": "09:30",
             "channel": "call", "seconds": "95", "outcome": "reached", "note": "说\"到期再谈\",\n下周回电"},
        ],
        "complaints": [
            {"complaint_no": "X1", "customer_no": "C2", "opened_on": "2026-11-20", "subject": "排队久"},
        ],
    }  # fmt: skip


def layout_of(table: str) -> Layout:
    """The layout of one table."""
    return next(layout for layout in LAYOUTS if layout.table == table)


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, str]], separator: str = ",") -> str:
    """Rows as CSV, quoted only where needed."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in f'"\n{separator}') else text

    lines = [separator.join(columns), *(separator.join(cell(row.get(name, "")) for name in columns) for row in rows)]
    return "".join(f"{line}\n" for line in lines)


PACKS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".zst": zstandard.ZstdCompressor().compress,
}


def fen(text: str) -> int:
    """Money of a file in fen; what does not read counts nothing."""
    try:
        whole, _, part = text.partition(".")
        sign = -1 if whole.startswith("-") else 1
        return sign * (abs(int(whole)) * 100 + int((part + "00")[:2]))
    except ValueError:
        return 0


def yuan(amount: int) -> str:
    """Fen as the manifest writes them."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def deliver(folder: Path, bank: Rows | None = None, *, encoding: str = "utf-8", pack: str = "",
            extra: Mapping[str, Sequence[str]] | None = None, **told: Any) -> Path:  # fmt: skip
    """Write a delivery; ``extra`` adds columns to a table, ``told`` changes the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    bank = small_bank() if bank is None else bank
    files = []
    for layout in LAYOUTS:
        rows = bank[layout.table]
        columns = [field.name for field in layout.fields] + list((extra or {}).get(layout.table, ()))
        name = f"{layout.table}.csv{pack}"
        (folder / name).write_bytes(PACKS[pack](csv_text(columns, rows).encode(encoding)))
        sums = {column: yuan(sum(fen(row.get(column, "")) for row in rows)) for column in layout.sums}
        files.append({"table": layout.table, "file": name, "rows": len(rows), "sums": sums})
    manifest = {
        "layout": "guanhu", "layout_version": 1, "business_date": DAY.isoformat(), "covers_from": "2026-11-23",
        "version": 1, "currency": "CNY", "synthetic": True, "files": files, **told,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")
    return folder
