"""Every field that may say something about a person is declared, with how long it is kept."""

import pytest
from django.apps import apps
from django.db import models

TELLING = (
    "name", "phone", "address", "email", "mail", "birth", "id_no", "identity", "account_no", "card", "licence_no",
    "witness", "given_by", "said", "note", "contact", "value", "evidence", "text", "wechat", "pinyin",
)  # fmt: skip
"""A field with one of these in its name says something about a person until the contrary is written below."""

ABOUT_NOBODY = {
    "people.Branch.name": "a branch",
    "people.Branch.address": "a branch",
    "catalog.Product.name": "a product",
    "catalog.Product.drawbacks": "a product",
    "audit.Entry.record": "codes and keyed hashes; what a person typed is stripped of numbers",
    "audit.Entry.prev": "a digest of the record before",
    "audit.Entry.hash": "a digest of the record",
    "audit.Chain.hash": "a digest of the last record",
    "audit.Seal.text": "the ends of the chains: numbers and digests",
    "audit.Seal.signature": "a signature over them",
    "customers.Quarantined.says": "a rule, in words that never hold the value",
    "work.PlanLine.value_fen": "a figure of the plan",
    "work.PlanLine.beat": "what the line was chosen over, without a name",
    "work.Touch.contact_key": "the key of a record in the old system",
}
"""Fields that only look personal, each with what it is about."""


def undeclared(model: type[models.Model]) -> list[str]:
    """Fields of a model that may be personal and are not declared, or declared and absent."""
    declared = vars(model).get("PERSONAL")
    if declared is None:
        return [f"{model._meta.label}: no PERSONAL"]
    fields = {field.name: field for field in model._meta.concrete_fields}
    said = [f"{model._meta.label}.{name}: declared, absent" for name in declared if name not in fields]
    for name, field in fields.items():
        label = f"{model._meta.label}.{name}"
        free = isinstance(field, models.TextField | models.BinaryField | models.JSONField) and not field.choices
        looks = free or any(word in name.split("_") or word == name for word in TELLING)
        looks = looks or any("_" in word and word in name for word in TELLING)
        if looks and not field.is_relation and name not in declared and label not in ABOUT_NOBODY:
            said.append(f"{label}: not declared")
    return said


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("guanhu.")]


def test_every_personal_field_is_declared():
    assert [said for model in our_models() for said in undeclared(model)] == []


def test_every_exception_is_still_a_field():
    labels = {f"{model._meta.label}.{field.name}" for model in our_models() for field in model._meta.concrete_fields}
    assert set(ABOUT_NOBODY) - labels == set()


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"PERSONAL": {}, "phone": models.CharField(max_length=3)}, 1),
        ({"PERSONAL": {}, "remark": models.TextField()}, 1),
        ({"PERSONAL": {"phone": "while_customer"}}, 1),
        ({"tier": models.CharField(max_length=3)}, 1),
        ({"PERSONAL": {"phone": "while_customer"}, "phone": models.CharField(max_length=3)}, 0),
        ({"PERSONAL": {}, "tier": models.CharField(max_length=3)}, 0),
    ],
)
def test_an_undeclared_field_is_found(fields, found):
    meta = type("Meta", (), {"app_label": "people", "abstract": True})
    planted = type("Planted", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
    planted._meta.concrete_model = planted
    assert len(undeclared(planted)) == found
