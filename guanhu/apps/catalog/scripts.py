"""话术: what to say for each reason by each channel, in our own sentences.

The person comes first and the money second; the sender is always named; nothing promises a return or speaks of another
bank. Slots in braces are filled from the customer's own figures: name, sender, branch, product, amount, due.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from guanhu.apps.catalog.scripts_en import ENGLISH
from guanhu.apps.catalog.scripts_zh import CHINESE
from guanhu.rules.kinds import Channel, Reason

SLOT = re.compile(r"\{(\w+)\}")
SLOTS = frozenset({"name", "sender", "branch", "product", "amount", "due"})
"""Every slot a script may have."""


@dataclass(frozen=True)
class Script:
    """One suggested text: ``code`` is the reason, with its step or direction behind a slash."""

    code: str
    channel: str
    language: str
    text: str

    def filled(self, values: Mapping[str, str]) -> tuple[tuple[str, bool], ...]:
        """The text in parts, (text, is a filled slot); a slot without a value raises KeyError."""
        pieces = SLOT.split(self.text)
        parts = ((values[piece] if odd else piece, bool(odd)) for piece, odd in _alternate(pieces))
        return tuple(part for part in parts if part[0])


def _alternate(pieces: list[str]) -> list[tuple[str, int]]:
    return [(piece, number % 2) for number, piece in enumerate(pieces)]


def codes() -> tuple[str, ...]:
    """Every reason a script is written for."""
    return tuple(CHINESE)


def script_for(kind: str, detail: str, channel: str, language: str) -> Script:
    """The text for a reason (SignalKind or Reason), its step or direction, a channel and a language.

    A reason without a text of its own is spoken to as routine service.
    """
    table, tongue = (ENGLISH, "en") if language.startswith("en") else (CHINESE, "zh")
    code = f"{kind}/{detail}" if f"{kind}/{detail}" in table else kind
    if code not in table:
        code = Reason.ROUTINE.value
    return Script(code, channel, tongue, table[code][Channel(channel)])


def scripts() -> list[Script]:
    """All of them, for the reference and the tests."""
    return [
        Script(code, channel.value, tongue, text)
        for tongue, table in (("zh", CHINESE), ("en", ENGLISH))
        for code, texts in table.items()
        for channel, text in texts.items()
    ]
