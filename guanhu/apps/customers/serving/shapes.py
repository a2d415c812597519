"""What pages and actions are told of what we do for a customer: values, never rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from guanhu.rules.masks import HIDDEN
from guanhu.rules.serving import CanOffer, CourseKind, CourseState, Intent


def _hidden(said: Any, *names: str) -> Any:
    return replace(said, **{name: HIDDEN for name in names if getattr(said, name)})


@dataclass(frozen=True)
class OfferWords:
    """What is said to a need: what she has already, whether we can, what we offer, and else what instead."""

    can: CanOffer
    bought: str = ""
    what: str = ""
    instead: str = ""

    def masked(self) -> OfferWords:
        """As somebody reads it who does not keep the customer: whether we can, and no words."""
        masked: OfferWords = _hidden(self, "bought", "what", "instead")
        return masked


@dataclass(frozen=True)
class IntentionWords:
    """What a customer will do when a holding matures, in which product or for what, and when she comes for it. P130."""

    intent: Intent
    business: str = ""
    come_on: date | None = None
    come_at: time | None = None

    def masked(self) -> IntentionWords:
        """As somebody reads it who does not keep the customer: what and when, and no words."""
        masked: IntentionWords = _hidden(self, "business")
        return masked


@dataclass(frozen=True)
class CourseWords:
    """A goal or a step of the plan for one customer: what, who does it, until when, and what came of it."""

    kind: CourseKind
    text: str
    owner: str = ""
    due_on: date | None = None
    state: CourseState = CourseState.OPEN
    result: str = ""

    def masked(self) -> CourseWords:
        """As somebody reads it who does not keep the customer: until when and how far, and no words."""
        masked: CourseWords = _hidden(self, "text", "owner", "result")
        return masked
