"""The one way a record is written: sorted keys, no spaces, no fractions, nothing a terminal would obey.

Whatever a person typed arrives as JSON text: a line break, an escape sequence or a mark that turns the writing round
stays six visible characters, so no input can look like a record of its own.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

LONGEST = 500
"""Characters kept of one text."""

_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_OBEYED = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_NUMBER = re.compile(r"(?<!\d)(?!20\d\d-[01]\d-[0-3]\d(?!\d))\d(?:[ \-*·]?\d){6,}[Xx]?")
_MAIL = re.compile(r"[^\s@，。、；：]+@[^\s@，。、；：]+")


def canonical(record: dict[str, Any]) -> str:
    """The record as JSON in the one form that is hashed; raises ``ValueError`` on fractions and unknown things."""
    _refuse_fractions(record)
    return _OBEYED.sub(_escaped, _WRITER.encode(record))


def clean(text: str, longest: int = LONGEST) -> str:
    """Text as it may be stored: cut, and without what the database cannot hold."""
    return _UNSTORABLE.sub("\ufffd", text[:longest])


def without_numbers(text: str) -> str:
    """Text a colleague typed, without numbers of seven digits and more (days are none) and without mail addresses."""
    return clean(_NUMBER.sub(lambda found: f"〔{len(found[0])} 位号码〕", _MAIL.sub("〔邮箱〕", text[: 2 * LONGEST])))


def moment(at: datetime) -> str:
    """A moment in UTC to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def person_id(key: bytes, customer: int) -> int:
    """A customer in the trail: a number made of her key with the bank's secret, telling nothing of her."""
    made = blake2b(str(customer).encode(), digest_size=8, key=key, person=b"trail-person").digest()
    return int.from_bytes(made, "big", signed=True)


def keyed(key: bytes, about: str, value: object) -> str:
    """A value nobody may read here: equal values of the same field have equal digests, and that is all."""
    told = json.dumps([about, value], ensure_ascii=True, sort_keys=True, default=str)
    return blake2b(told.encode(), digest_size=16, key=key, person=b"trail-value").hexdigest()


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _refuse_fractions(value: Any) -> None:
    if isinstance(value, str | int | None):  # nearly all there is, on every page
        return
    if isinstance(value, float):
        raise ValueError("a record holds no fractions")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _refuse_fractions(inner)
