"""How a customer is called in lists that several colleagues read: masked, whoever looks."""

from __future__ import annotations

from guanhu.apps.customers.models import Customer
from guanhu.apps.people.personal import shown
from guanhu.rules.privacy import Form


def called(name: str, kind: str) -> str:
    """Her name where it need not be read in full."""
    return str(shown(Customer, "name", name, Form.MASKED, kind=kind))
