"""Reading: what of a customer stands masked on the page."""

from __future__ import annotations

from collections.abc import Mapping

from guanhu.apps.customers.models import Account, Customer
from guanhu.apps.customers.shapes import Hidden
from guanhu.apps.people import vault
from guanhu.apps.people.personal import shown
from guanhu.rules.privacy import Form, RevealField


def hidden_of(
    customer: Customer, phone: str, accounts: list[Account], sources: Mapping[str, Customer]
) -> tuple[Hidden, ...]:
    """What of a customer may be revealed, each as it stands masked; ``phone`` is masked already. For the apps alone.

    ``sources``: where a value is taken from another file of the same person, by the field.
    """
    named = (RevealField.ID_NO, RevealField.ADDRESS, RevealField.EMAIL)
    masked = ((field, _masked(sources.get(field.value, customer), field.value)) for field in named)
    own = ((RevealField.PHONE, phone), *masked)
    numbers = [
        Hidden(field, _masked(account, field.value), account.public_id)
        for account in accounts
        for field in (RevealField.ACCOUNT_NO, RevealField.CARD_NO)
    ]
    return tuple(one for one in (*(Hidden(field, text) for field, text in own), *numbers) if one.text)


def masked_identity(customer: Customer) -> str:
    """A customer's identity number as pages show it. For the apps alone."""
    return _masked(customer, "id_no")


def masked_account(account: Account) -> str:
    """An account's number as pages show it. For the apps alone."""
    return _masked(account, "account_no")


def _masked(row: Customer | Account, name: str) -> str:
    return str(shown(type(row), name, vault.open(row, name), Form.MASKED))
