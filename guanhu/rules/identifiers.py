"""Numbers of people, written alike: the same phone, identity or account number has one form however it was typed.

What is searched for and what is stored pass the same function, so that equality of forms is equality of numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_EXTENSION = re.compile(r"(?:转|分机|EXT\.?|#).*$")
_MOBILE = re.compile(r"1\d{10}")
CENTURY = "19"
"""What the old identity numbers of 15 digits left out."""
TAIL = 4
SHORTEST_PHONE = 7


def _half_width(text: str) -> str:
    """Full-width signs and foreign digits as ASCII, in capitals."""
    if text.isascii():
        return text.upper()
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in plain)


def identity_form(text: str) -> str:
    """An identity number in one form: 18 signs for a resident's (15 digits are extended), capitals for any other."""
    kept = re.sub(r"[^0-9A-Z]", "", _half_width(text))
    if re.fullmatch(r"\d{15}", kept):
        longer = kept[:6] + CENTURY + kept[6:]
        return longer + check_sign(longer)
    return kept


def check_sign(first_17: str) -> str:
    """The last sign of a resident's identity number, from the 17 digits before it (GB 11643)."""
    return _CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True)) % 11]


def phone_form(text: str) -> str:
    """A phone number in one form: a mainland mobile as 11 digits, a landline with its area's 0, others as +country…"""
    kept = re.sub(r"[^0-9+]", "", _EXTENSION.sub("", _half_width(text)))
    digits = kept.replace("+", "")
    abroad = kept.startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00") if digits.startswith("00") else digits
    if not digits:
        return ""
    for prefix in ("86", "086"):
        if digits.startswith(prefix) and _MOBILE.fullmatch(digits.removeprefix(prefix)):
            return digits.removeprefix(prefix)
    if abroad and digits.startswith("86"):
        return "0" + digits.removeprefix("86").removeprefix("0")
    return f"+{digits}" if abroad else digits


def phone_tail(text: str) -> str:
    """The last four digits by which a customer names her phone; four alone are themselves, a short number has none."""
    alone = re.sub(r"[^0-9]", "", _half_width(text))
    digits = phone_form(text).removeprefix("+")
    return alone if len(alone) == TAIL else digits[-TAIL:] if len(digits) >= SHORTEST_PHONE else ""


def account_form(text: str) -> str:
    """An account or card number in one form: its digits and letters."""
    return re.sub(r"[^0-9A-Z/]", "", _half_width(text))


def email_form(text: str) -> str:
    """An e-mail address in one form: half-width, without spaces, in small letters."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()


FORMS: dict[str, Callable[[str], str]] = {
    "identity": identity_form,
    "phone": phone_form,
    "tail": phone_tail,
    "account": account_form,
    "email": email_form,
}
"""Each form by its name, as the columns that are searched name it."""
