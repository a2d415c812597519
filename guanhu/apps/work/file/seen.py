"""A file as this viewer may read it: in full by whoever keeps the customer, else as far as the table of rights goes."""

from __future__ import annotations

from dataclasses import replace

from guanhu.apps.customers.shapes import Card, Event
from guanhu.apps.people import policy
from guanhu.rules.access import Permission, Reach, Viewer, may
from guanhu.rules.masks import band_floor, mask_name
from guanhu.rules.privacy import Form, form_of

OFFERED = (
    Permission.TODAY_WRITE, Permission.STAGE_WRITE, Permission.MARKETING_WRITE, Permission.REVEAL, Permission.CALL,
)  # fmt: skip
"""What a file offers to do."""


def as_seen(card: Card, viewer: Viewer, keeper_id: int | None) -> Card:
    """The card in the form this viewer may read, with what she may do. Reliability A5, §7, §9.

    Her own customers in full. In a branch head's branch the name is masked and the figures stand. A coach reads how a
    customer is served: stages, contacts and their outcome, assets as a band; no figures, no notes, no numbers.
    """
    own = keeper_id in viewer.keepers
    reaches = {permission: may(viewer, permission) for permission in OFFERED}
    allowed = frozenset(
        permission.value
        for permission, reach in reaches.items()
        if reach is not None and (own or reach is not Reach.OWN)
    )
    if own:
        return replace(card, allowed=allowed)
    masked = replace(card, allowed=allowed, name=mask_name(card.name, card.kind))
    return masked if form_of(viewer) is Form.FULL else _outline(masked)


def _outline(card: Card) -> Card:
    """How a customer is served, without what she has, says or is reached by."""
    return replace(
        card,
        gender="", age=None, occupation="", phone="", id_no="", hidden=(), risk_grade="", risk_on=None,
        band_fen=band_floor(card.balance_fen, policy.in_force().amount_bands),
        balance_fen=None, growth_fen=None, average_fen=None, value_fen=None, gap_fen=None,
        chips=(), holdings=(), structure=(), trend=(), dates=(),
        timeline=tuple(_what_happened(event) for event in card.timeline if event.what != "signal"),
    )  # fmt: skip


def _what_happened(event: Event) -> Event:
    return replace(event, text="", amount_fen=None)
