"""Every field of every record says what it tells of a person, or that it tells nothing; C3 has no name anywhere."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from guanhu.apps.people.personal import DataClass, DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.vault import LookupField, SealedField
from guanhu.cli import reference
from guanhu.engine import tables
from guanhu.feeds.forbidden import is_forbidden_name
from guanhu.rules.privacy import BY_REVEAL

TELLING = (
    "name", "phone", "address", "email", "mail", "birth", "id_no", "identity", "account_no", "card", "licence_no",
    "witness", "given_by", "said", "note", "contact", "value", "evidence", "text", "wechat", "pinyin",
)  # fmt: skip
"""A field with one of these in its name says something about a person until the contrary is written below."""

ABOUT_NOBODY = {
    "people.Branch.name": "a branch",
    "people.Branch.address": "a branch",
    "people.Night.rates": "counts of the whole bank's trials, and shares of them",
    "portfolio.Proposal.lists": "sums of a keeper's whole list",
    "portfolio.Proposal.shorts": "what the limits of a round do not allow, in numbers of customers",
    "catalog.Product.name": "a product",
    "catalog.Product.drawbacks": "a product",
    "customers.Quarantined.says": "a rule, in words that never hold the value",
    "customers.LedgerImport.refused": "rules, and how many rows each refused",
    "work.Touch.contact_key": "the key of a record in the old system",
    "audit.Seal.text": "the ends of the chains, all of them hashes",
    "audit.Seal.signature": "a signature",
    "audit.Chain.hash": "a hash of records",
    "audit.Entry.hash": "a hash of a record",
    "audit.Entry.prev": "a hash of the record before",
}
"""Fields that only look personal, each with what it is about."""

LOGINS = {
    "people.Staff.password": "a slow hash of the colleague's own password, not of a customer's",
    "people.Staff.password_set_at": "when it was set",
    "people.PasswordUsed.password": "a slow hash of one she had before",
}
"""Names that look like C3 and are about signing in to this product."""


def our_models() -> list[type[models.Model]]:
    """Every record of ours."""
    return [model for model in apps.get_models() if model.__module__.startswith("guanhu.")]


def fields_of(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field for field in model._meta.concrete_fields}


def undeclared(model: type[models.Model]) -> list[str]:
    """What is wrong with a model's declarations: each field stands in exactly one of the two lists."""
    told, silent = vars(model).get("PERSONAL"), vars(model).get("IMPERSONAL")
    if told is None or silent is None:
        return [f"{model._meta.label}: no PERSONAL or no IMPERSONAL"]
    fields, label = fields_of(model), model._meta.label
    said = [f"{label}.{name}: declared, absent" for name in (*told, *silent) if name not in fields]
    said += [f"{label}.{name}: declared twice" for name in told if name in silent]
    said += [f"{label}.{name}: not declared" for name in fields if name not in told and name not in silent]
    said += [f"{label}.{name}: says no class" for name, one in told.items() if not isinstance(one, Personal)]
    for name in silent:
        field = fields.get(name)
        if field is not None and looks_personal(field) and f"{label}.{name}" not in ABOUT_NOBODY:
            said.append(f"{label}.{name}: said to be about nobody, and looks as if it were")
    return said


def looks_personal(field: Any) -> bool:
    """Free text, bytes, JSON, or a telling name, unless it points at another record."""
    free = isinstance(field, models.TextField | models.BinaryField | models.JSONField) and not field.choices
    words = field.name.split("_")
    telling = any(word in words or ("_" in word and word in field.name) for word in TELLING)
    return not field.is_relation and (free or telling)


def loosely_kept(model: type[models.Model]) -> list[str]:
    """Sealed fields that are not masked, masked numbers that are not sealed, hashes that are shown, C3."""
    said = []
    for name, told in vars(model).get("PERSONAL", {}).items():
        field = fields_of(model).get(name)
        sealed = isinstance(field, SealedField)
        if sealed and told.mask not in BY_REVEAL | {MaskKind.KEEPER, MaskKind.HIDDEN}:
            said.append(f"{name} lies sealed and is shown")
        if told.mask in BY_REVEAL and not sealed:
            said.append(f"{name} is only to be revealed and lies open")
        if told.mask is MaskKind.KEEPER and not sealed:
            said.append(f"{name} is for the keeper alone and lies open")
        if isinstance(field, LookupField) and told.mask is not MaskKind.HIDDEN:
            said.append(f"{name} is a hash and is shown")
        if told.klass is DataClass.C3:
            said.append(f"{name} is C3")
    return said


def test_every_field_is_declared_personal_or_impersonal():
    assert [said for model in our_models() for said in undeclared(model)] == []


def test_numbers_and_addresses_of_customers_lie_sealed_and_are_masked():
    assert [said for model in our_models() for said in loosely_kept(model)] == []


def loose_seals(model: type[models.Model]) -> list[str]:
    """Sealed fields that no row is bound into, or a column that is drawn or empty when the row is written."""
    attributes = {field.attname: field for field in model._meta.concrete_fields}
    said = []
    for name, field in fields_of(model).items():
        if isinstance(field, SealedField):
            rows = [attributes.get(each) for each in field.row]
            if not rows or not all(each is not None and is_known_before(each) for each in rows):
                said.append(f"{model._meta.label}.{name}: {field.row}")
    return said


def is_known_before(field: Any) -> bool:
    """Is a column never empty, and not drawn by the database when the row is written?"""
    drawn = isinstance(field, models.AutoField) or hasattr(field.db_default, "resolve_expression")
    return not field.null and not drawn


def test_every_sealed_field_is_bound_to_columns_known_before_the_row_is_written():
    assert [said for model in our_models() for said in loose_seals(model)] == []


def test_every_exception_is_still_a_field():
    labels = {f"{model._meta.label}.{name}" for model in our_models() for name in fields_of(model)}
    assert set(ABOUT_NOBODY) | set(LOGINS) <= labels


def forbidden(names: list[str]) -> list[str]:
    """Names of C3 data (``card_pin``, ``cvv``, ``密码``) among these."""
    return [name for name in names if is_forbidden_name(name.rpartition(".")[2])]


def test_no_table_and_no_part_of_the_lake_has_a_name_for_c3():
    ours = [f"{model._meta.label}.{field.column}" for model in our_models() for field in fields_of(model).values()]
    said = [f"x.{field.verbose_name}" for model in our_models() for field in fields_of(model).values()]
    lake = [f"{table.path}.{column.name}" for table in tables.TABLES for column in table.columns]
    words = {"密码", "密码设定的时刻", "须改密码", "用过的密码", "密码摘要"}
    assert set(forbidden(ours)) - set(LOGINS) == set()
    assert {name.rpartition(".")[2] for name in forbidden(said)} - words - {"password"} == set()
    assert forbidden(lake) == []
    assert forbidden(["customers.Account.card_pin", "x.cvv2", "x.磁道信息"]) != []


def test_the_reference_of_personal_fields_is_current_and_whole():
    page = reference.personal()
    for model in our_models():
        assert [name for name in vars(model)["PERSONAL"] if f"`{name}`" not in page] == [], model
    file = Path(reference.__file__).parents[2] / "docs" / "reference" / "personal.md"
    assert file.read_text(encoding="utf-8") == page


TOLD = personal(DataPurpose.CONTACT, Keep.WHILE_CUSTOMER, phone=MaskKind.PHONE)
PHONE = {"phone": models.CharField(max_length=3)}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"PERSONAL": TOLD, **PHONE}, 1),
        ({"PERSONAL": {}, "IMPERSONAL": (), **PHONE}, 1),
        ({"PERSONAL": {}, "IMPERSONAL": ("phone",), **PHONE}, 1),
        ({"PERSONAL": {}, "IMPERSONAL": ("remark",), "remark": models.TextField()}, 1),
        ({"PERSONAL": TOLD, "IMPERSONAL": ()}, 1),
        ({"PERSONAL": TOLD, "IMPERSONAL": ("phone",), **PHONE}, 2),
        ({"PERSONAL": {"phone": "while_customer"}, "IMPERSONAL": (), **PHONE}, 1),
        ({"PERSONAL": TOLD, "IMPERSONAL": (), **PHONE}, 0),
        ({"PERSONAL": {}, "IMPERSONAL": ("tier",), "tier": models.CharField(max_length=3)}, 0),
    ],
)
def test_an_undeclared_field_is_found(fields: dict[str, Any], found: int):
    assert len(undeclared(planted(fields))) == found


@pytest.mark.parametrize(
    ("mask", "field", "found"),
    [
        (MaskKind.PHONE, models.CharField(max_length=3), 1),
        (MaskKind.OPEN, SealedField(row=("id",)), 1),
        (MaskKind.OPEN, LookupField(of="phone", form="phone"), 1),
        (MaskKind.PHONE, SealedField(row=("id",)), 0),
        (MaskKind.HIDDEN, LookupField(of="phone", form="phone"), 0),
        (MaskKind.OPEN, models.CharField(max_length=3), 0),
    ],
)
def test_a_number_that_lies_open_is_found(mask: MaskKind, field: Any, found: int):
    told = personal(DataPurpose.CONTACT, Keep.WHILE_CUSTOMER, phone=mask)
    assert len(loosely_kept(planted({"PERSONAL": told, "IMPERSONAL": (), "phone": field}))) == found


def planted(fields: dict[str, Any]) -> type[models.Model]:
    meta = type("Meta", (), {"app_label": "people", "abstract": True})
    made = type("Planted", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
    made._meta.concrete_model = made
    return made
