"""Reading: whose number this is, and what of a customer stands masked on the page."""

from __future__ import annotations

import re

from django.db.models import Q

from guanhu.apps.customers.models import Account, ContactPoint, Customer
from guanhu.apps.customers.shapes import Hidden
from guanhu.apps.people import vault
from guanhu.apps.people.personal import shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.identifiers import SHORTEST_PHONE, TAIL, identity_form, phone_form
from guanhu.rules.privacy import Form, RevealField

SHORTEST_IDENTITY = 6
SHORTEST_ACCOUNT = 8
_TAIL = re.compile(rf"[0-9]{{{TAIL}}}")


def matching(viewer: Viewer, search: str) -> Q:
    """The customers whose number was typed: the phone in full or its last four, the identity, account or card number.

    Equality alone, by keyed hashes: a part of a number finds nobody. In the viewer's scope like all else.
    """
    phone, other = phone_form(search), identity_form(search)
    points = ContactPoint.objects.seen_by(viewer)
    found = Q(pk__in=[])
    if _TAIL.fullmatch(other):
        tail = vault.look_for(ContactPoint, "tail_hash", other)
        return Q(pk__in=points.filter(tail_hash=tail).values("customer_id"))
    if len(phone) >= SHORTEST_PHONE:
        full = vault.look_for(ContactPoint, "value_hash", search)
        found |= Q(pk__in=points.filter(value_hash=full).values("customer_id"))
    if len(other) >= SHORTEST_IDENTITY:
        found |= Q(id_no_hash=vault.look_for(Customer, "id_no_hash", search))
    if len(other) >= SHORTEST_ACCOUNT:
        number, card = (vault.look_for(Account, name, search) for name in ("account_no_hash", "card_no_hash"))
        accounts = Account.objects.seen_by(viewer).filter(Q(account_no_hash=number) | Q(card_no_hash=card))
        found |= Q(pk__in=accounts.values("customer_id"))
    return found


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
