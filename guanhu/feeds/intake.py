"""What comes out of the door: clean tables, personal columns apart, what was kept aside, and the count of it all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any

import narwhals as nw

from guanhu.feeds.errors import Problem, refused


@dataclass(frozen=True)
class Quarantined:
    """One row kept aside: why, and the row itself (without anything of class C3) for whoever repairs it."""

    problem: Problem
    raw: dict[str, str | None] = field(repr=False)
    more: tuple[Problem, ...] = ()
    """Further faults of the same row."""


@dataclass(frozen=True)
class Tally:
    """The count of one file: rows in = accepted + quarantined; ``money_fen`` is the sum over all rows in."""

    file: str
    table: str
    rows_in: int
    accepted: int
    quarantined: int
    money_fen: int | None
    sha256: str


@dataclass(frozen=True)
class Intake:
    """A delivery as the night gets it.

    ``tables``: lake table → frame in the disk columns of ``engine.tables``. ``persons``: file → typed frame with the
    personal columns, for the database alone. ``notices``: things a person should read that stopped nothing.
    """

    day: date
    covers_from: date
    version: int
    layout: str
    currency: str
    synthetic: bool
    unchanged: bool = False
    tables: Mapping[str, nw.DataFrame[Any]] = field(default_factory=dict)
    persons: Mapping[str, nw.DataFrame[Any]] = field(default_factory=dict, repr=False)
    problems: tuple[Quarantined, ...] = ()
    tallies: tuple[Tally, ...] = ()
    notices: tuple[str, ...] = ()
    digest: str = ""
    """One SHA-256 over the delivery: its files, its span, its currency."""
    open_chains: Mapping[int, date] = field(default_factory=dict)
    """Accounts a balance of which was kept aside and none accepted since → the last day kept aside."""
    strays: int = 0
    """Balances kept aside that named no account we know, less those whose account has shown itself."""

    def receipt(self) -> dict[str, Any]:
        """What the night keeps of a delivery and hands back as ``already`` when the same day comes again."""
        return {
            "layout": self.layout,
            "version": self.version,
            "business_date": self.day.isoformat(),
            "covers_from": self.covers_from.isoformat(),
            "currency": self.currency,
            "synthetic": self.synthetic,
            "digest": self.digest,
            "files": [vars(tally) for tally in self.tallies],
            "notices": list(self.notices),
            "open_chains": {f"{account:016x}": day.isoformat() for account, day in sorted(self.open_chains.items())},
            "strays": self.strays,
        }


def digest_of(intake: Intake, seals: Mapping[str, str]) -> str:
    """One SHA-256 for a delivery: the seal of each file by table, the days it covers, the currency."""
    content = {**seals, "covers_from": intake.covers_from.isoformat(), "currency": intake.currency}
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def again(intake: Intake, already: Mapping[str, Any] | None) -> Intake | None:
    """An identical copy is noted and not read again; a different one without a higher version stops the day."""
    if already is None:
        return None
    if already["digest"] == intake.digest:
        tallies = tuple(Tally(**file) for file in already["files"])
        notice = f"{intake.day} 的交付与已收的完全相同，没有重读"
        return replace(intake, unchanged=True, tallies=tallies, notices=(notice,))
    if intake.version <= int(already["version"]):
        said = f"{intake.day} 已收第 {already['version']} 版，这份内容不同却是第 {intake.version} 版"
        raise refused("manifest.json", "version", said, suggestion="更正须用更高的版本号")
    return None
