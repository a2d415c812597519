"""查找: what was typed in its one form, what a slip of the finger may have made of it, and which find is better.

Names and what is typed pass the same ``written``, so that a part of one is a part of the other.
"""

from __future__ import annotations

import string
import unicodedata
from enum import IntEnum

from guanhu.rules.kinds import Kind

LONGEST = 60
"""Signs of what is typed and of what is kept to be found by; longer is cut off."""
_LAST = chr(0x10FFFF)
_SOUNDS, _NUMBERS = string.ascii_lowercase, string.digits


class FoundBy(Kind):
    """查找依据: by what of her a customer was found."""

    NAME = "name", "姓名", "Name"
    SOUND = "sound", "拼音", "Pinyin"
    INITIALS = "initials", "拼音首字母", "Pinyin initials"
    NUMBER = "number", "客户号", "Customer number"
    PHONE = "phone", "电话全号", "Phone in full"
    TAIL = "tail", "电话后四位", "Last four of the phone"
    IDENTITY = "identity", "证件全号", "Identity number in full"
    ACCOUNT = "account", "账号或卡号全号", "Account or card in full"


class Nearness(IntEnum):
    """How near what was typed comes to what was found; the nearest first."""

    EXACT = 0
    PREFIX = 1
    PART = 2
    TYPO = 3


def written(text: str) -> str:
    """A name, a sound or a number in its one form: half-width, small letters, no space and no sign; ü is v."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    return "".join(sign for sign in plain if sign.isalnum())[:LONGEST]


def span(typed: str) -> tuple[str, str]:
    """Everything that begins so lies from the first of these to before the second."""
    return typed, typed + _LAST


def slips_of(typed: str, *, letters: int, digits: int, longest: int) -> tuple[str, ...]:
    """What may have been meant if one sign too many, too few, a wrong one or two in the wrong order were typed.

    For a sound of so many ``letters`` and for a number with so many ``digits``; else nothing may: the shorter it is,
    the more would be near. Beyond ``longest`` signs nothing either, so that there is an end of guesses.
    """
    sounds = typed.isascii() and typed.isalpha() and len(typed) >= letters
    numbers = typed.isascii() and sum(sign.isdigit() for sign in typed) >= digits
    if len(typed) > longest or not (sounds or numbers):
        return ()
    return tuple(sorted(_one_away(typed, _SOUNDS if sounds else _NUMBERS if typed.isdigit() else _SOUNDS + _NUMBERS)))


def _one_away(typed: str, alphabet: str) -> set[str]:
    """Every text one slip away from this one, itself left out."""
    halves = [(typed[:at], typed[at:]) for at in range(len(typed) + 1)]
    fewer = {left + right[1:] for left, right in halves if right}
    turned = {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    other = {left + sign + right[1:] for left, right in halves if right for sign in alphabet}
    more = {left + sign + right for left, right in halves for sign in alphabet}
    return (fewer | turned | other | more) - {typed}
