"""Surrogate keys: customers and accounts travel through the lake under numbers only this bank can make."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

SHORTEST_SECRET = 16


@dataclass(frozen=True)
class Keys:
    """Turns the bank's numbers into surrogate keys with the bank's own secret (at least 16 bytes)."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a secret that could be guessed."""
        if not SHORTEST_SECRET <= len(self.secret) <= hashlib.blake2b.MAX_KEY_SIZE:
            raise ValueError(f"密钥须为 {SHORTEST_SECRET} 至 {hashlib.blake2b.MAX_KEY_SIZE} 字节")

    def key(self, kind: str, number: str) -> int:
        """The surrogate key of one number: always the same, positive, below 2^63, telling nothing of the number."""
        return self.keys(kind, (number,))[0]

    def keys(self, kind: str, numbers: Iterable[str]) -> list[int]:
        """The surrogate keys of many numbers of one kind (customer, account, move …)."""
        secret, person, blake2b = self.secret, kind.encode(), hashlib.blake2b
        read = int.from_bytes
        return [
            read(blake2b(number.encode(), digest_size=8, key=secret, person=person).digest(), "big") >> 1 or 1
            for number in numbers
        ]

    def add(self, frame: nw.DataFrame[Any], column: str, name: str) -> nw.DataFrame[Any]:
        """The frame with the surrogate keys of one text column beside it under ``name``."""
        made = self.keys(name, frame.get_column(column).to_list())
        return frame.with_columns(nw.new_series(name, made, nw.Int64, backend=frame.implementation))
