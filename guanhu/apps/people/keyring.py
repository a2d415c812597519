"""The bank's keys for what lies sealed: numbered files in the secrets' folder. The newest seals, any opens.

``seal.key`` is key 1, ``seal-2.key`` the next. A process sees a key made after it started: the folder is read again
when it changed, and when a value names a key nobody has met. ``hash.key`` stands apart: it is for looking up alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BYTES = 32
HASH_BYTES = 16
NONCE_BYTES = 12
_NAME = re.compile(r"seal(?:-(\d+))?\.key")


class KeyMissing(LookupError):
    """A value was sealed with a key that is not in the folder: restore the key, nothing is lost."""


@dataclass(frozen=True)
class Key:
    """One key of the ring, ready to seal and open."""

    number: int
    cipher: AESGCM = field(repr=False)
    nonce_key: bytes = field(repr=False)

    def nonce(self, told: bytes, plain: bytes) -> bytes:
        """The nonce of a value in its place: the same for the same, different for any other."""
        return blake2b(
            len(told).to_bytes(4, "big") + told + plain, digest_size=NONCE_BYTES, key=self.nonce_key
        ).digest()


def _key(number: int, secret: bytes) -> Key:
    cipher = blake2b(secret, digest_size=KEY_BYTES, person=b"guanhu-seal").digest()
    nonce = blake2b(secret, digest_size=KEY_BYTES, person=b"guanhu-nonce").digest()
    return Key(number, AESGCM(cipher), nonce)


def key_file(folder: Path, number: int) -> Path:
    """Where the key of this number lies."""
    return folder / ("seal.key" if number == 1 else f"seal-{number}.key")


@dataclass
class Ring:
    """The keys of one folder."""

    folder: Path
    _keys: dict[int, Key] = field(default_factory=dict, repr=False)
    _read_at: int = -1
    """When the folder last changed, as it was read."""

    def numbers(self) -> list[int]:
        """The numbers of the keys there are, the newest last."""
        self._look()
        return sorted(self._keys)

    def newest(self) -> Key:
        """The key that seals now."""
        self._look()
        if not self._keys:
            raise KeyMissing(f"{self.folder}: 没有 seal.key")
        return self._keys[max(self._keys)]

    def key(self, number: int) -> Key:
        """The key of this number; raises ``KeyMissing``."""
        if number not in self._keys:
            self._read()
        if number not in self._keys:
            raise KeyMissing(f"{self.folder}: 没有第 {number} 把密钥")
        return self._keys[number]

    def _look(self) -> None:
        """Read the folder again if it changed."""
        if self.folder.stat().st_mtime_ns != self._read_at:
            self._read()

    def _read(self) -> None:
        self._read_at = self.folder.stat().st_mtime_ns
        found = {}
        for file in self.folder.iterdir():
            named = _NAME.fullmatch(file.name)
            if named:
                number = int(named.group(1) or 1)
                found[number] = self._keys.get(number) or _key(number, file.read_bytes())
        self._keys = found


@cache
def _ring(folder: Path) -> Ring:
    return Ring(folder)


def ring() -> Ring:
    """The keys of this bank."""
    return _ring(settings.GUANHU_SECRETS)


@cache
def _hash_key(folder: Path) -> bytes:
    return blake2b((folder / "hash.key").read_bytes(), digest_size=KEY_BYTES, person=b"guanhu-lookup").digest()


def lookup_hash(about: str, form: str) -> bytes:
    """A keyed hash of a number's one form, for finding it again; ``about`` keeps columns apart."""
    key = _hash_key(settings.GUANHU_SECRETS)
    return blake2b(f"{about}\0{form}".encode(), digest_size=HASH_BYTES, key=key).digest()
