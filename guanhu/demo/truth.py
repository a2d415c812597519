"""What a conversation really changes, and the record of every case, so that a measured effect can be judged.

The numbers are the demo's own: the product has to find them, it never reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Effect:
    """Chance of the outcome by band (first fifth, three tenths, rest) without a conversation, and what one adds."""

    zh: str
    without: tuple[float, float, float]
    lift: float
    window: int
    """A conversation counts in the days before the case's day, that day included."""

    def chance(self, band: np.ndarray, talked: np.ndarray) -> np.ndarray:
        """The true probability for each case."""
        share: np.ndarray = np.array(self.without)[band] + self.lift * talked
        return share


EFFECTS: dict[str, Effect] = {
    "maturity": Effect("到期资金留在本行", (0.70, 0.64, 0.56), 0.19, 7),
    "near_line": Effect("差一点到贵宾线的客户把外面的钱转进来", (0.05, 0.04, 0.03), 0.13, 21),
    "complaint": Effect("投诉后客户把钱转走", (0.48, 0.45, 0.42), -0.31, 3),
    "dormant": Effect("沉睡客户重新动起来", (0.05, 0.04, 0.03), 0.16, 14),
    "silent_leaving": Effect("没有特别原因，钱慢慢走了", (0.006, 0.007, 0.008), -0.005, 90),
    "large_inflow": Effect("转入的大额资金五天内买了本行产品", (0.14, 0.12, 0.10), 0.24, 5),
}
"""By story; the chance is for each case of that story."""

TALK_SECONDS = 75
"""A conversation that changes anything lasts at least this long; shorter ones change nothing."""


@dataclass
class Record:
    """Every case: whom, when, whether they had been talked to, and what came of it."""

    cases: dict[str, list[tuple[np.ndarray, ...]]] = field(default_factory=lambda: {kind: [] for kind in EFFECTS})

    def draw(
        self,
        rng: np.random.Generator,
        kind: str,
        customers: np.ndarray,
        t: int,
        last_talk: np.ndarray,
        band: np.ndarray,
    ) -> np.ndarray:
        """Decide each case by its true probability and write it down."""
        effect = EFFECTS[kind]
        talked = last_talk >= t - effect.window
        happened: np.ndarray = rng.random(len(customers)) < effect.chance(band, talked)
        self.cases[kind].append((customers, np.full(len(customers), t), talked, happened, band))
        return happened

    def columns(self, kind: str) -> dict[str, list[Any]]:
        """All cases of a story as columns."""
        names = ("customer", "t", "talked", "happened", "band")
        parts = self.cases[kind]
        if not parts:
            return {name: [] for name in names}
        columns = (np.concatenate(column) for column in zip(*parts, strict=True))
        return {name: column.tolist() for name, column in zip(names, columns, strict=True)}
