"""How long a personal field may be kept. Every model declares ``PERSONAL = {field: Keep}``; a test asks for each."""

from __future__ import annotations

from enum import StrEnum


class Keep(StrEnum):
    """Until when: the rule of retention of one personal field."""

    WHILE_CUSTOMER = "while_customer"
    """While the person is our customer, and 90 days."""
    WHILE_STAFF = "while_staff"
    """While the colleague works here."""
    FIVE_YEARS = "five_years"
    """Evidence of how we sold: five years after it was written."""
    CONSENT = "consent"
    """Proof of consent or refusal: its life and five years."""
    THIRTY_DAYS = "thirty_days"
    """Rows in quarantine."""
    TWO_NIGHTS = "two_nights"
    """Answers of a night: replaced two nights later."""
