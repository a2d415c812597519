"""Reading: whom the rows of a ledger are about, how a file of this shape was mapped before, and earlier imports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, Value

from guanhu.apps.customers.ledgers.models import LedgerEntry, LedgerImport
from guanhu.apps.customers.ledgers.shapes import Old, Owner
from guanhu.apps.customers.models import ContactPoint, Customer
from guanhu.apps.people import vault
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.scope import ScopedManager, Viewer
from guanhu.feeds.ledgers.headings import KEYS, LedgerField
from guanhu.feeds.ledgers.rows import LedgerRow

WHY = "a ledger brought by the command line"
COLUMNS = {LedgerField.CUSTOMER_NO: "number", LedgerField.ID_NO: "id_no", LedgerField.PHONE: "phone"}
"""Where an entry keeps each number."""
OF_BANK: dict[LedgerField, tuple[type[Model], str]] = {
    LedgerField.ID_NO: (Customer, "id_no_hash"),
    LedgerField.PHONE: (ContactPoint, "value_hash"),
}
"""Where the bank's own records keep the hash of a number; the customer number stands there itself."""

Mark = Any


@dataclass
class Known:
    """Persons by their numbers, to be found by the strongest number that tells of anybody."""

    marks: dict[Any, dict[LedgerField, set[Mark]]] = field(default_factory=dict)
    index: dict[tuple[LedgerField, Mark], set[Any]] = field(default_factory=dict)

    def add(self, person: Any, kind: LedgerField, mark: Mark) -> None:
        """One number of a person."""
        self.marks.setdefault(person, {}).setdefault(kind, set()).add(mark)
        self.index.setdefault((kind, mark), set()).add(person)

    def find(self, marks: Mapping[LedgerField, Mark]) -> set[Any]:
        """Nobody, one, or several who cannot be told apart.

        A weaker number never joins two whose stronger numbers differ: a couple shares a phone.
        """
        stronger: list[LedgerField] = []
        for kind in KEYS:
            if kind in marks:
                found = self.index.get((kind, marks[kind]), set())
                fitting = {one for one in found if not any(self.marks[one].get(each) for each in stronger)}
                if fitting:
                    return fitting
                stronger.append(kind)
        return set()


def _seen(objects: ScopedManager, by: Viewer | None) -> Any:
    return objects.for_system(WHY) if by is None else objects.seen_by(by)


def customers_of(by: Viewer | None, rows: Sequence[LedgerRow]) -> list[set[int]]:
    """Of each row the customers of the bank it may be about, among those in reach; beyond it nobody is known."""
    asked = [_bank_marks(row) for row in rows]
    found = _seen(Customer.objects, by).filter(cleared_on=None)
    known, names = Known(), ("key", "customer_no", "id_no_hash")
    points = _points(by, asked)
    meant = [("key", list(points)), ("customer_no", _of(asked, LedgerField.CUSTOMER_NO)),
             ("id_no_hash", _of(asked, LedgerField.ID_NO))]  # fmt: skip
    for key, number, identity in _any(found, meant).values_list(*names):
        known.add(key, LedgerField.CUSTOMER_NO, number)
        if identity is not None:
            known.add(key, LedgerField.ID_NO, bytes(identity))
        for phone in points.get(key, ()):
            known.add(key, LedgerField.PHONE, phone)
    return [known.find(marks) for marks in asked]


def _points(by: Viewer | None, asked: Sequence[Mapping[LedgerField, Mark]]) -> dict[int, set[bytes]]:
    """Whose phones these are."""
    found: dict[int, set[bytes]] = {}
    phones = _of(asked, LedgerField.PHONE)
    if phones:
        rows = _any(_seen(ContactPoint.objects, by), [("value_hash", phones)])
        for customer, phone in rows.values_list("customer_id", "value_hash"):
            found.setdefault(customer, set()).add(bytes(phone))
    return found


def _any(rows: Any, meant: Sequence[tuple[str, list[Mark]]]) -> Any:
    """The rows of which one of these columns holds one of its values; each list is one value of the statement.

    Five hundred places in a statement would be read anew each time.
    """
    asked = [Q(AnyOf(column, Value(values))) for column, values in meant if values]
    return rows.filter(reduce(or_, asked)) if asked else rows.none()


def _bank_marks(row: LedgerRow) -> dict[LedgerField, Mark]:
    """The numbers of a row as the bank's own records keep them."""
    return {kind: vault.look_for(*OF_BANK[kind], text) if kind in OF_BANK else text for kind, text in row.keys.items()}


def _of(asked: Iterable[Mapping[LedgerField, Mark]], kind: LedgerField) -> list[Mark]:
    return list({marks[kind] for marks in asked if marks.get(kind) is not None})


def entries_of(
    by: Viewer | None, owner: Owner, rows: Sequence[LedgerRow], customers: Sequence[int | None], lines: Sequence[str]
) -> list[list[Old]]:
    """Of each row what ledgers told of her before: of her as a customer, else as a prospect of the same owner.

    ``lines``: of files without a key the row's own place, else empty. More than one: they cannot be told apart.
    """
    asked = [_entry_marks(row) for row in rows]
    found = _in_force(by, owner, asked, [key for key in customers if key is not None], [line for line in lines if line])
    known, of_customer, of_line = Known(), {}, {}
    for row in found.values():
        if row.customer_id is not None:
            of_customer[row.customer_id] = row
            continue
        of_line[row.line] = row
        for kind, column in COLUMNS.items():
            if (mark := getattr(row, f"{column}_hash")) is not None:
                known.add(row.key, kind, bytes(mark))
    answer: list[list[Old]] = []
    for told, customer, line in zip(asked, customers, lines, strict=True):
        one = of_customer.get(customer) if customer is not None else of_line.get(line) if line else None
        answer.append([old_of(one)] if one else [old_of(found[key]) for key in sorted(known.find(told))])
    return answer


def _in_force(
    by: Viewer | None, owner: Owner, asked: Sequence[Mapping[LedgerField, Mark]], customers: list[int], lines: list[str]
) -> dict[int, LedgerEntry]:
    """The entries that any of these numbers, customers or lines name, by their keys.

    One question for each kind of number: asked at once they are answered by reading all that is in force. Each is
    read whole once, by whatever numbers it was found.
    """
    entries = _seen(LedgerEntry.objects, by).filter(replaced_in=None)
    meant = {f"{column}_hash": _of(asked, kind) for kind, column in COLUMNS.items()}
    keys: set[int] = set()
    for name, values in {**meant, "customer_id": customers, "line": lines}.items():
        if values:
            keys.update(_any(entries, [(name, values)]).values_list("key", flat=True))
    whose = (owner.keeper, owner.branch)
    return {
        row.key: row for row in (entries_by_key(by, sorted(keys)) if keys else ())
        if row.customer_id is not None or (row.keeper_id, row.branch_id) == whose
    }  # fmt: skip


@compiled(LedgerEntry)
def entries_by_key(by: Viewer | None, keys: list[int]) -> Any:
    """Entries whole, by their keys. For the ledgers alone."""
    return _seen(LedgerEntry.objects, by).filter(AnyOf("key", keys))


def _entry_marks(row: LedgerRow) -> dict[LedgerField, Mark]:
    """The numbers of a row as entries keep them."""
    return {kind: vault.look_for(LedgerEntry, f"{COLUMNS[kind]}_hash", text) for kind, text in row.keys.items()}


def old_of(row: LedgerEntry) -> Old:
    """An entry opened."""
    numbers = {kind: text for kind, column in COLUMNS.items() if (text := vault.open(row, column))}
    return Old(row.key, row.batch_id, row.customer_id, numbers, json.loads(vault.open(row, "told") or "{}"))


def remembered(owner: Owner, shape: str) -> dict[str, str] | None:
    """How the same owner mapped a file of this shape the last time; null for a new one."""
    mine = _imports(owner).filter(shape=shape)
    last = mine.order_by("begun_at", "pk").last()
    told: dict[str, str] | None = json.loads(vault.open(last, "columns") or "{}") if last else None
    return told


def import_of(owner: Owner, digest: str, mapping: str) -> LedgerImport | None:
    """This very file mapped this very way, if it was begun and not taken back."""
    found: LedgerImport | None = _imports(owner).filter(undone_at=None, digest=digest, mapping=mapping).first()
    return found


def _imports(owner: Owner) -> Any:
    """The imports of one owner; the bank's own have neither keeper nor branch."""
    return LedgerImport.objects.filter(Q(keeper=owner.keeper) & Q(branch=owner.branch))


def without_entries() -> Any:
    """Of an import: is nothing left that it wrote or replaced?"""
    entries = LedgerEntry.objects.for_system("imports of which nothing is left")
    return ~Exists(entries.filter(Q(batch=OuterRef("pk")) | Q(replaced_in=OuterRef("pk"))))
