"""Columns: where each one a file may have comes from, how near it comes to a person, and how it is written.

The class is the record's own declaration: a column of a field that is declared personal needs an approval. Numbers and
names are masked as on a list, unless the policy names the column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import get_language

from guanhu.apps.customers.exports.shapes import Offered
from guanhu.apps.customers.models import ContactPoint, Customer, Standing
from guanhu.apps.people import policy
from guanhu.apps.people.personal import shown
from guanhu.rules.exports import AMOUNTS, ExportColumn
from guanhu.rules.kinds import CustomerKind, Entitlement, Kind, Stage, Tier
from guanhu.rules.privacy import DataClass, Form

C = ExportColumn
Cell = str | int
"""What stands in a file: text, or an amount in fen."""
Reading = Mapping[str, Any]
"""What was read of one customer: columns of her record, with ``phone`` and ``id_no`` opened where they are wanted."""
MASKED = (C.NAME, C.PHONE, C.IDENTITY)
"""Columns that pages mask, and files too."""


@dataclass(frozen=True)
class Source:
    """Where a column comes from: the record and the field that declare it, and how its value is told."""

    model: type[models.Model]
    field: str
    told: Callable[[Reading, date], Cell]

    @property
    def is_personal(self) -> bool:
        """Does the field tell of a person, as its record declares?"""
        known = self.model.PERSONAL.get(self.field)  # type: ignore[attr-defined]
        return known is not None and known.klass is not DataClass.C1


def _text(name: str) -> Callable[[Reading, date], Cell]:
    return lambda row, _day: "" if row[name] is None else str(row[name])


def _fen(name: str) -> Callable[[Reading, date], Cell]:
    return lambda row, _day: "" if row[name] is None else int(row[name])


def _word(name: str, kind: type[Kind]) -> Callable[[Reading, date], Cell]:
    return lambda row, _day: kind(row[name]).label(_language()) if row[name] else ""


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def _net(row: Reading, _day: date) -> Cell:
    return "" if row["in30_fen"] is None else int(row["in30_fen"]) - int(row["out30_fen"])


def _masked(column: ExportColumn, model: type[models.Model], field: str) -> Callable[[Reading, date], Cell]:
    def told(row: Reading, _day: date) -> Cell:
        value = row[column.value]
        if column.value in policy.in_force().export_in_clear:
            return str(value or "")
        return str(shown(model, field, value, Form.MASKED, kind=row["kind"])) if value else ""

    return told


def _age(row: Reading, day: date) -> Cell:
    return str(shown(Customer, "birth_on", row["birth_on"] or "", Form.BAND, on=day))


SOURCES: dict[ExportColumn, Source] = {
    C.NUMBER: Source(Customer, "customer_no", _text("customer_no")),
    C.NAME: Source(Customer, "name", _masked(C.NAME, Customer, "name")),
    C.CUSTOMER_KIND: Source(Customer, "kind", _word("kind", CustomerKind)),
    C.AGE: Source(Customer, "birth_on", _age),
    C.PHONE: Source(ContactPoint, "value", _masked(C.PHONE, ContactPoint, "value")),
    C.IDENTITY: Source(Customer, "id_no", _masked(C.IDENTITY, Customer, "id_no")),
    C.TIER: Source(Standing, "tier", _word("tier", Tier)),
    C.ENTITLEMENT: Source(Standing, "entitlement", _word("entitlement", Entitlement)),
    C.STAGE: Source(Customer, "stage", _word("stage", Stage)),
    C.BALANCE: Source(Standing, "balance_fen", _fen("balance_fen")),
    C.AVERAGE: Source(Standing, "average_fen", _fen("average_fen")),
    C.NET: Source(Standing, "in30_fen", _net),
    C.CONTACTED: Source(Standing, "last_contact_on", _text("last_contact_on")),
    C.OPENED: Source(Customer, "opened_on", _text("opened_on")),
    C.BRANCH: Source(Customer, "branch", _text("branch__name")),
    C.KEEPER: Source(Customer, "keeper", _text("keeper__name")),
}
"""Every column a file may have. What is not here never leaves."""


def offered() -> tuple[Offered, ...]:
    """The columns one may choose from, in the order they stand in a file."""
    clear = policy.in_force().export_in_clear
    return tuple(
        Offered(column, source.is_personal, column in MASKED and column.value not in clear)
        for column, source in SOURCES.items()
    )


def headings(columns: Iterable[ExportColumn], currency: str) -> tuple[str, ...]:
    """What stands over the columns; over amounts with their unit."""
    language = _language()
    unit = "（元）" if (currency, language) == ("CNY", "zh") else f" ({currency})"
    return tuple(column.label(language) + (unit if column in AMOUNTS else "") for column in columns)


def are_personal(columns: Iterable[ExportColumn]) -> bool:
    """Does any of these columns tell of a person?"""
    return any(SOURCES[column].is_personal for column in columns)
