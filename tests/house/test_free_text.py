"""Wherever somebody types in her own words the detector looks first: a form's text without it is found here. C12."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from django import forms

from guanhu import web
from guanhu.web.freetext import FreeText

NO_WORDS = {
    "SignInForm.staff_no": "a number", "SignInForm.password": "a password", "CodeForm.code": "a code",
    "PasswordForm.current": "a password", "PasswordForm.new": "a password", "PasswordForm.again": "a password",
    "ConfirmForm.proof": "a password or a code", "OutcomeForm.request_key": "drawn by the page",
    "OutcomeForm.amount_wan": "a sum", "RevealForm.what": "a code of a list",
    "DayForm.person": "looked at by the action", "DayForm.about": "looked at by the action",
    "FactForm.person": "looked at by the action", "FactForm.fact": "looked at by the action, which asks for consent",
    "FactForm.found_how": "looked at by the action", "FactForm.kept_for": "looked at by the action",
    "MarkForm.fact": "looked at by the action, which asks for consent",
    "LineForm.fact": "looked at by the action, which asks for consent",
    "RelationForm.who": "searched for and kept nowhere", "FindForm.customer": "a number",
    "LeavingForm.staff_no": "a number", "MendForm.rule": "a code of a list", "MendForm.way": "a code of a list",
    "MendForm.cell": "a cell of a ledger, looked at like every other when the row is judged",
    "TrailForm.customer": "a number", "TrailForm.actor": "a number", "TrailForm.before": "a place in a list",
    "CaseForm.customer_no": "a number", "CaseForm.kind": "a code of a list", "CaseForm.proof": "a code of a list",
    "ClaimForm.customer": "a number",
    "CaseForm.asks": "the person's own words about her own data, for the privacy officer alone",
}  # fmt: skip
"""Text fields that hold no free words, or are looked at elsewhere, each with what it is."""


def form_modules() -> Iterator[ModuleType]:
    """Every module of the pages."""
    root = Path(web.__file__).parent
    for file in sorted(root.rglob("*.py")):
        yield import_module(
            ".".join(("guanhu.web", *file.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
        )


def unlooked(classes: list[type[forms.BaseForm]]) -> set[str]:
    """Text fields of forms that are no ``FreeText``."""
    return {
        f"{form.__name__}.{name}"
        for form in classes
        for name, field in form.base_fields.items()
        if type(field) is forms.CharField
    }


def our_forms() -> list[type[forms.BaseForm]]:
    """Every form of the site."""
    return [one for module in form_modules() for _name, one in inspect.getmembers(module, inspect.isclass)
            if issubclass(one, forms.BaseForm) and one.__module__ == module.__name__]  # fmt: skip


def test_every_text_of_a_form_is_looked_at_or_says_why_not():
    assert unlooked(our_forms()) - set(NO_WORDS) == set()
    assert sum(isinstance(field, FreeText) for form in our_forms() for field in form.base_fields.values()) >= 12


def test_a_text_nobody_looks_at_is_found():
    planted = type("Planted", (forms.Form,), {"remark": forms.CharField(), "said": FreeText()})
    assert unlooked([planted]) == {"Planted.remark"}


@pytest.mark.parametrize("text", ["卡号 6222020200001122", "她信佛", "孙子在育才小学"])
def test_what_is_typed_is_not_kept_and_the_answer_says_what_to_do(text: str):
    with pytest.raises(forms.ValidationError, match="没有存，写到了"):
        FreeText().clean(text)
    assert FreeText().clean("想续两年") == "想续两年"
