"""What is known of a person after a row of a ledger: the new words over the old, nothing silently lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guanhu.feeds.ledgers.headings import KEYS, OF_CORE, LedgerField
from guanhu.feeds.ledgers.rows import LedgerRow

SAID, FACTS, CONTACTS, SOURCE = "台账资料", "附加信息", "过往联系", "来源"
ON, BY, NOTE = "日期", "联系人", "内容"

Told = Mapping[str, Any]
_NOTHING: Told = {}


def merged(old: Told | None, row: LedgerRow, source: str, *, known: bool) -> tuple[dict[str, Any], bool]:
    """What is told after this row, and whether that differs from before.

    ``known``: the bank knows the customer, so what the bank delivers is not taken from a ledger. Each contact keeps its
    own day and author; the same one twice is one. ``source``: the file, told beside each fact it changed.
    """
    before = old or _NOTHING
    said = {**before.get(SAID, {}), **{field.zh: text for field, text in row.said.items() if field not in KEYS}}
    if known:
        said = {name: text for name, text in said.items() if name not in CORE_WORDS}
    facts = {**before.get(FACTS, {}), **row.facts}
    contacts = list(before.get(CONTACTS, []))
    one = told_contact(row)
    if one and one not in contacts:
        contacts = sorted([*contacts, one], key=lambda each: tuple(each.values()))
    now = {SAID: said, FACTS: facts, CONTACTS: contacts}
    changed = old is None or any(now[part] != before.get(part, type(now[part])()) for part in now)
    told = {part: kept for part, kept in now.items() if kept}
    return {**told, SOURCE: _source(before, row, source) if changed else before.get(SOURCE, {})}, changed


def told_contact(row: LedgerRow) -> dict[str, str] | None:
    """The contact of a row as it is kept: its day, its author, its words."""
    return {ON: row.contact.on, BY: row.contact.by, NOTE: row.contact.note} if row.contact else None


CORE_WORDS = frozenset(field.zh for field in OF_CORE)


def _source(before: Told, row: LedgerRow, source: str) -> dict[str, str]:
    """From which file and line each fact comes."""
    new = {name: f"{source} 第 {row.row} 行" for name, text in row.facts.items()
           if before.get(FACTS, {}).get(name) != text}  # fmt: skip
    return {**before.get(SOURCE, {}), **new}


def numbers_after(old: Mapping[LedgerField, str], row: LedgerRow, *, known: bool) -> dict[LedgerField, str]:
    """The numbers by which a prospect is found; a customer of the bank is found by the bank's."""
    return {} if known else {**old, **row.keys}
