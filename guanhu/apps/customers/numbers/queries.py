"""Reading: what of a customer stands masked on the page."""

from __future__ import annotations

from guanhu.apps.customers.models import Account, Customer
from guanhu.apps.customers.shapes import Hidden
from guanhu.apps.people import vault
from guanhu.apps.people.personal import shown
from guanhu.rules.privacy import Form, RevealField


def hidden_of(customer: Customer, phone: str, accounts: list[Account]) -> tuple[Hidden, ...]:
    """What of a customer may be revealed, each as it stands masked; ``phone`` is masked already. For the apps alone."""
    own = (
        (RevealField.PHONE, phone),
        (RevealField.ID_NO, masked_identity(customer)),
        (RevealField.ADDRESS, _masked(customer, "address")),
        (RevealField.EMAIL, _masked(customer, "email")),
    )
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
