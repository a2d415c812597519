"""The signals, one module each, listed by name in the order in which they are looked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw

from guanhu.engine.night import Night
from guanhu.engine.signals import dates, dormant, large_move, maturity, near_line, other_bank, outflow
from guanhu.rules.kinds import SignalKind

Build = Callable[[Night, nw.LazyFrame[Any]], nw.LazyFrame[Any]]

SIGNALS: dict[SignalKind, Build] = {
    SignalKind.MATURITY: maturity.build,
    SignalKind.NEAR_LINE: near_line.build,
    SignalKind.OUTFLOW: outflow.build,
    SignalKind.LARGE_MOVE: large_move.build,
    SignalKind.DORMANT: dormant.build,
    SignalKind.OTHER_BANK: other_bank.build,
    SignalKind.DATES: dates.build,
}
"""Kind → the function that finds it: ``build(night, people)`` gives rows of ``answers/signals``."""
