"""Sealed fields: identity numbers, phones, addresses, account numbers lie encrypted in the database.

AES-GCM with the bank's own key. The nonce is a keyed hash of what is sealed and of the field, so the same value in
the same field has the same bytes (an unchanged row stays unchanged) and no two different values share one.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

NONCE_BYTES = 12


@cache
def _keys(secret: bytes) -> tuple[AESGCM, bytes]:
    """The cipher's key and the nonce's key, both from the bank's secret."""
    cipher = blake2b(secret, digest_size=32, person=b"guanhu-seal").digest()
    nonce = blake2b(secret, digest_size=32, person=b"guanhu-nonce").digest()
    return AESGCM(cipher), nonce


def _secret() -> bytes:
    secret: bytes = settings.GUANHU_SEAL_KEY
    return secret


def seal(text: str, about: str) -> bytes:
    """Encrypt a value of the field ``about`` (``app.Model.field``): nonce, then the sealed bytes."""
    cipher, nonce_key = _keys(_secret())
    plain, label = text.encode(), about.encode()
    nonce = blake2b(label + b"\0" + plain, digest_size=NONCE_BYTES, key=nonce_key).digest()
    return nonce + cipher.encrypt(nonce, plain, label)


def unseal(sealed: bytes, about: str) -> str:
    """Read a sealed value again; raises ``InvalidTag`` when it was touched or belongs to another field."""
    cipher, _ = _keys(_secret())
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode()).decode()


class SealedField(models.BinaryField):
    """Text that lies encrypted in its column and reads as text in Python; it cannot be searched."""

    @property
    def about(self) -> str:
        """What is sealed: the field's full name, bound into the seal."""
        return f"{self.model._meta.label}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        """Seal on the way in."""
        value = super().get_prep_value(value)
        return seal(value, self.about) if isinstance(value, str) else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        """Open on the way out."""
        return None if value is None else unseal(bytes(value), self.about)

    def value_to_string(self, obj: models.Model) -> str:
        """As text, for a dump."""
        return str(self.value_from_object(obj) or "")
