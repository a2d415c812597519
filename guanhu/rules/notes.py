"""随手记: what may not stand in what a colleague writes about a person: numbers and what opens accounts (C12)."""

from __future__ import annotations

import re

from guanhu.rules.kinds import Kind


class NoteFault(Kind):
    """随手记里的毛病: what was found in free text that has its own place, or none."""

    SECRET = "secret", "密码或验证码", "A password or a code"
    NUMBER = "number", "证件、卡号或电话", "An identity, card or phone number"


LONGEST_FIGURE = 10
"""Digits in a row that may be a sum or a date; longer runs are somebody's number."""
_RUN = re.compile(rf"\d(?:[ \-]?\d){{{LONGEST_FIGURE},}}[xX]?")
_SECRET = re.compile(r"(?:密码|口令|验证码|校验码|password|pin)\D{0,6}\d{3,8}(?!\d)", re.IGNORECASE)


def note_fault(text: str) -> NoteFault | None:
    """What may not stand in these words; null when they may be kept.

    Full-width digits count as digits. A sum or a date is no number of somebody's.
    """
    plain = text.translate(_NARROW)
    if _SECRET.search(plain):
        return NoteFault.SECRET
    return NoteFault.NUMBER if _RUN.search(plain) else None


_NARROW = {ord("０") + n: str(n) for n in range(10)} | {ord("－"): "-", ord("\u3000"): " "}
