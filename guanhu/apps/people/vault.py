"""Sealed fields: what names or reaches a person lies encrypted, bound to its table, its column and its row.

A row that is read gives a ``Sealed``: closed, and telling nothing when printed. ``vault.open(row, "id_no")`` gives the
text. Bytes moved to another row, column or table do not open. The nonce is a keyed hash of the value in its place, so
an unchanged row keeps its bytes. Numbers are found again by keyed hashes beside them (``LookupField``). Reliability C2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from django.core import checks
from django.db import models

from guanhu.apps.people.keyring import NONCE_BYTES, Key, lookup_hash, ring
from guanhu.rules.identifiers import FORMS

MARK = b"G2"
HEAD = len(MARK) + 2
"""The mark of the form, then the number of the key."""


class SealBroken(ValueError):
    """What lies here was not sealed here: it was moved or changed. The message names the place, never the value."""


class Sealed:
    """A value as it lies: closed. Printed, compared or sent it is no more than that there is one."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        """Keep the sealed bytes."""
        self.raw = raw

    def __repr__(self) -> str:
        return "<sealed>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)


def head_of(key: Key) -> bytes:
    """How a value sealed with this key begins."""
    return MARK + key.number.to_bytes(2, "big")


def place_of(table: str, column: str, row: Sequence[Any]) -> bytes:
    """Where a value lies: table, column and row, told so that no two places are told alike."""
    if any(part is None for part in row):
        raise ValueError(f"{table}.{column}: a value is sealed before its row is known")
    return "\0".join((table, column, *map(str, row))).encode()


def seal(text: str, place: bytes, key: Key) -> bytes:
    """Encrypt a value for its place: mark, key number, nonce, then the sealed bytes."""
    told, plain = head_of(key) + place, text.encode()
    nonce = key.nonce(told, plain)
    return head_of(key) + nonce + key.cipher.encrypt(nonce, plain, told)


def unseal(raw: bytes, place: bytes) -> str:
    """Read a sealed value again; raises ``SealBroken`` when it was touched or belongs elsewhere."""
    if raw[: len(MARK)] != MARK or len(raw) < HEAD + NONCE_BYTES:
        raise SealBroken(_where(place))
    key = ring().key(int.from_bytes(raw[len(MARK) : HEAD], "big"))
    nonce, sealed = raw[HEAD : HEAD + NONCE_BYTES], raw[HEAD + NONCE_BYTES :]
    try:
        return key.cipher.decrypt(nonce, sealed, head_of(key) + place).decode()
    except InvalidTag:
        raise SealBroken(_where(place)) from None


def _where(place: bytes) -> str:
    table, column, *_ = place.decode().split("\0")
    return f"{table}.{column}"


class SealedField(models.BinaryField):
    """Text that lies encrypted in its column, bound to the row that the columns ``row`` name."""

    def __init__(self, *args: Any, row: Sequence[str] = (), **kwargs: Any) -> None:
        """``row``: the attributes, known before the row is written and never changed, that tell it from all others."""
        super().__init__(*args, **kwargs)
        self.row = tuple(row)

    def deconstruct(self) -> Any:
        """With the row, so that a change of it is seen."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, **({"row": self.row} if self.row else {})}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """A sealed field without its row would open anywhere in its column."""
        known = {field.attname for field in self.model._meta.concrete_fields}
        wrong = not self.row or not set(self.row) <= known
        said = "a sealed field names the columns of its row: SealedField(…, row=(…))"
        return [*super().check(**kwargs), *([checks.Error(said, obj=self, id="guanhu.E001")] if wrong else [])]

    def place(self, row: Mapping[str, Any]) -> bytes:
        """Where this field of this row lies."""
        return place_of(self.model._meta.db_table, str(self.column), [row[name] for name in self.row])

    def writer(self) -> Callable[[Mapping[str, Any]], Any]:
        """What seals this field of many rows, all with the key that is the newest now; for COPY."""
        key = ring().newest()

        def write(row: Mapping[str, Any]) -> Any:
            value = row.get(self.attname)
            return seal(value, self.place(row), key) if isinstance(value, str) else _raw(value)

        return write

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Sealed on its way in, with its row at hand."""
        value = super().pre_save(model_instance, add)
        if not isinstance(value, str):
            return value
        return Sealed(seal(value, self.place(_of(model_instance, self.row)), ring().newest()))

    def get_prep_value(self, value: Any) -> Any:
        """Only sealed values reach the database; a text without its row is refused."""
        if isinstance(value, str):
            raise TypeError(f"{self.model._meta.label}.{self.name}: sealed with its row; find it by its LookupField")
        return super().get_prep_value(_raw(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        """Closed, as it lies."""
        return None if value is None else Sealed(bytes(value))

    def value_to_string(self, obj: models.Model) -> str:
        """For a dump: the sealed bytes."""
        value = _raw(self.value_from_object(obj))
        return value.hex() if isinstance(value, bytes) else ""


class LookupField(models.BinaryField):
    """A keyed hash of a sealed number beside it, in the one form of such numbers: found by equality, never read."""

    def __init__(self, *args: Any, of: str, form: str, **kwargs: Any) -> None:
        """``of``: the sealed field beside it · ``form``: its name in ``rules.identifiers.FORMS``."""
        super().__init__(*args, **{"null": True, "editable": False, **kwargs})
        self.of, self.form = of, form

    def deconstruct(self) -> Any:
        """With what it is of, so that a change of it is seen."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of, "form": self.form}

    def look(self, text: str) -> bytes | None:
        """The hash under which a number stands here; null for what is no such number."""
        return look(self.model._meta.db_table, self.of, self.form, text)

    def writer(self) -> Callable[[Mapping[str, Any]], Any]:
        """What hashes the number of many rows; for COPY."""
        return lambda row: self.look(row[self.of]) if isinstance(row.get(self.of), str) else None

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Made anew when the number is; as it was while the number lies sealed."""
        number = getattr(model_instance, self.of)
        return super().pre_save(model_instance, add) if isinstance(number, Sealed) else self.look(number or "")


def look(table: str, column: str, form: str, text: str) -> bytes | None:
    """The keyed hash of a number of this column in one of its forms."""
    formed = FORMS[form](text)
    return lookup_hash(f"{table}\0{column}\0{form}", formed) if formed else None


def _raw(value: Any) -> Any:
    return value.raw if isinstance(value, Sealed) else value


def _of(row: models.Model, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def open(row: models.Model, name: str) -> str | None:
    """The text of one sealed field of a row; null where there is none. Raises ``SealBroken``, ``KeyMissing``."""
    return opened(type(row), name, getattr(row, name), _of(row, _sealed_field(type(row), name).row))


def opened(model: type[models.Model], name: str, value: Any, row: Mapping[str, Any]) -> str | None:
    """The text of a sealed value that was read by ``values`` together with the columns of its row."""
    told: str | None = value
    return unseal(value.raw, _sealed_field(model, name).place(row)) if isinstance(value, Sealed) else told


def _sealed_field(model: type[models.Model], name: str) -> SealedField:
    field = model._meta.get_field(name)
    if not isinstance(field, SealedField):
        raise TypeError(f"{model._meta.label}.{name} does not lie sealed")
    return field


def look_for(model: type[models.Model], name: str, text: str) -> bytes | None:
    """The keyed hash to ask a LookupField of this model for; null for what is no such number."""
    field = model._meta.get_field(name)
    if not isinstance(field, LookupField):
        raise TypeError(f"{model._meta.label}.{name} is no LookupField")
    return field.look(text)


def hashes_of(model: type[models.Model], name: str) -> list[LookupField]:
    """The keyed hashes that stand beside a sealed field."""
    fields = model._meta.concrete_fields
    return [field for field in fields if isinstance(field, LookupField) and field.of == name]
