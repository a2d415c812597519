"""A file as this viewer may read it: in full by whoever keeps the customer, else as far as the table of rights goes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from guanhu.apps.customers.living.shapes import KeptCourse
from guanhu.apps.customers.relations.shapes import Ties
from guanhu.apps.customers.shapes import Event, Head, Opened, Rest
from guanhu.apps.people import policy
from guanhu.rules.access import Permission, Reach, Viewer, may
from guanhu.rules.masks import band_floor, mask_name
from guanhu.rules.privacy import Form, form_of

OFFERED = (
    Permission.TODAY_WRITE, Permission.STAGE_WRITE, Permission.MARKETING_WRITE, Permission.REVEAL, Permission.CALL,
    Permission.FILE_WRITE, Permission.RELATION_WRITE,
)  # fmt: skip
"""What a file offers to do."""


SERVED = ("touch", "promise", "stage")
"""What of the timeline says how a customer is served; the rest says what she has or told."""

Part = TypeVar("Part", bound=Opened)


def as_seen(part: Part, viewer: Viewer, keeper_id: int | None) -> Part:
    """Head, rest or both in the form this viewer may read, with what she may do. Reliability A5, §7, §9.

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
        return replace(part, allowed=allowed)
    told: dict[str, Any] = {"allowed": allowed}
    if isinstance(part, Head):
        told["name"] = mask_name(part.name, part.kind)
    if isinstance(part, Rest):
        told |= {
            "facts": tuple(fact.masked() for fact in part.facts),
            "heard_in": (),
            "wants": tuple(want.masked() for want in part.wants),
            "holdings": tuple(row.masked() for row in part.holdings),
        }
        told["dates"] = tuple(replace(each, kept=each.kept and each.kept.masked()) for each in part.dates)
    return replace(part, **told) if form_of(viewer) is Form.FULL else replace(part, **{**told, **_outline(part)})


def course_as_seen(lines: tuple[KeptCourse, ...], viewer: Viewer, keeper_id: int | None) -> tuple[KeptCourse, ...]:
    """The plan for a customer as this viewer may read it: by its keeper in full, in the branch without words."""
    if keeper_id in viewer.keepers:
        return lines
    return tuple(line.masked() for line in lines) if form_of(viewer) is Form.FULL else ()


def _outline(part: Opened) -> dict[str, Any]:
    """What is left out where only how a customer is served may be read: what she has, says or is reached by."""
    told: dict[str, Any] = {}
    if isinstance(part, Head):
        told |= {
            "gender": "", "age": None, "occupation": "", "phone": "", "id_no": "", "risk_grade": "", "risk_on": None,
            "band_fen": band_floor(part.balance_fen, policy.in_force().amount_bands), "balance_fen": None,
            "growth_fen": None, "average_fen": None, "value_fen": None, "gap_fen": None, "structure": (), "trend": (),
            "days": (),
        }  # fmt: skip
    if isinstance(part, Rest):
        served = (event for event in part.timeline if event.what in SERVED)
        happened = tuple(_what_happened(event) for event in served)
        told |= {
            "hidden": (),
            "chips": (),
            "holdings": (),
            "dates": (),
            "facts": (),
            "ties": Ties(),
            "wants": (),
            "core_occupation": "",
            "meter": None,
            "timeline": happened,
        }
    return told


def _what_happened(event: Event) -> Event:
    return replace(event, text="", amount_fen=None)
