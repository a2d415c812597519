"""打扰度 of one customer: by which ways she is left alone today, why, and until when (P103, P116, P181, P196).

The rules are the night's own (``rules.contact``); here they read one customer's rows, today's among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from guanhu.apps.customers.shapes import Chip, ConsentRow
from guanhu.apps.work.shapes import Silence
from guanhu.rules import complaints, contact, signals, ways
from guanhu.rules.days import SHIPPED_CALENDAR as CALENDAR
from guanhu.rules.days import day_number
from guanhu.rules.kinds import Channel, ConsentPurpose, Reason, SignalKind, Withheld
from guanhu.rules.policy import Policy


def remembered_from(today: date, policy: Policy) -> date:
    """No contact before this day keeps anybody silent today."""
    longest = max(policy.marketing_message_days, policy.average_days, *policy.cool_down_days.values())
    return min(today - timedelta(days=longest), CALENDAR.window_start(today, policy.cap_working_days))


@dataclass(frozen=True)
class PastContact:
    """One contact of either system, as far as it may ask for silence."""

    day_on: date
    channel: str
    outcome: str


@dataclass(frozen=True)
class Known:
    """What bears on whether a customer may be contacted today."""

    today: date
    policy: Policy
    consents: tuple[ConsentRow, ...]
    complaints: Sequence[tuple[date, date | None]]
    """Opened and closed."""
    contacts: Sequence[PastContact]
    """Since ``remembered_from``, undone ones left out."""

    def granted(self, purpose: ConsentPurpose) -> bool | None:
        """The word in force; null when nobody ever asked."""
        return next((row.granted for row in self.consents if row.purpose == purpose), None)

    @property
    def open_complaints(self) -> list[date]:
        """When the complaints that are open today came in."""
        return [opened for opened, closed in self.complaints
                if complaints.is_complaint_open(*_span(opened, closed), day_number(self.today))]  # fmt: skip

    @property
    def answer_by(self) -> date | None:
        """By when the first open complaint wants to be acknowledged; null when none is open. P181."""
        times = (complaints.answer_by(opened, CALENDAR, self.policy) for opened in self.open_complaints)
        return min(times, default=None)

    @property
    def _quiet(self) -> list[date | None]:
        """Of each complaint that silences marketing today: when it was closed."""
        today, policy = day_number(self.today), self.policy
        return [closed for opened, closed in self.complaints
                if complaints.is_complaint_quiet(*_span(opened, closed), today, policy)]  # fmt: skip

    def cooling_until(self) -> date | None:
        """The first day on which no contact asks to be left alone any more; null when none does today."""
        return max(
            (
                past.day_on + timedelta(days=contact.cool_down_days(past.outcome, self.policy))
                for past in self.contacts
                if contact.is_cooling(past.outcome, day_number(past.day_on), day_number(self.today), self.policy)
            ),
            default=None,
        )

    def recent(self) -> list[date]:
        """Days of the contacts inside the cap's window, the latest first."""
        since = CALENDAR.window_start(self.today, self.policy.cap_working_days)
        return sorted((past.day_on for past in self.contacts if past.day_on >= since), reverse=True)

    def message_on(self) -> date | None:
        """The day of the last message sent."""
        sent = (past.day_on for past in self.contacts if past.channel == Channel.MESSAGE)
        return max(sent, default=None)

    def until(self, why: str) -> date | None:
        """The first day without this reason; null when no day is known."""
        message, closed, recent = self.message_on(), [day for day in self._quiet if day], self.recent()
        if why == Withheld.COOLING:
            return self.cooling_until()
        if why == Withheld.MESSAGE and message:
            return message + timedelta(days=self.policy.marketing_message_days)
        if why == Withheld.CAP:
            return CALENDAR.add(recent[self.policy.cap_contacts - 1], self.policy.cap_working_days)
        if why == Withheld.COMPLAINT and len(closed) == len(self._quiet):
            return max(closed) + timedelta(days=self.policy.complaint_quiet_days)
        return None

    def gate(self, channel: str, kind: str, *, duty: bool) -> dict[str, Any]:
        """What ``rules.contact`` asks about a contact for this reason by this way."""
        granted, message_on = self.granted(ConsentPurpose.MARKETING), self.message_on()
        return {
            "channel": channel,
            "marketing": signals.is_marketing(kind),
            "duty": ways.does_duty(kind, duty, channel),
            "marketing_granted": ways.routine_granted(channel, granted) if kind == Reason.ROUTINE else granted,
            "service_granted": self.granted(ConsentPurpose.SERVICE),
            "channel_refused": self.granted(ConsentPurpose(channel)) is False,
            "complaint_quiet": bool(self._quiet),
            "cooling": self.cooling_until() is not None,
            "recent_contacts": len(self.recent()),
            "message_age_days": (self.today - message_on).days if message_on else None,
            "paused": False,
            "policy": self.policy,
        }

    def withheld(self, gate: Mapping[str, Any]) -> Silence | None:
        """Why this is no cause for a contact today and until when; null when it is."""
        why = contact.withheld_by(**gate)
        return Silence(str(why), self.until(why)) if why else None

    def no_marketing(self) -> Silence | None:
        """Why nothing may be offered, whoever rings whom; null when something may. P116, P196."""
        return self.withheld({**self._offer(Channel.CALL), "channel_refused": False})

    def _offer(self, channel: str) -> dict[str, Any]:
        """The gate for an offer she is in the mood to hear."""
        return {**self.gate(channel, SignalKind.NEAR_LINE, duty=False), "cooling": False, "recent_contacts": 0}

    def reachable(self) -> bool:
        """May she be spoken to at all: by some channel, as a duty of service or because she wants to hear offers?"""
        return any(
            contact.may_contact(**self.gate(channel, Reason.PROMISE, duty=True))
            or contact.may_contact(**self._offer(channel))
            for channel in Channel
        )


def _span(opened: date, closed: date | None) -> tuple[int, int | None]:
    return day_number(opened), day_number(closed) if closed else None


def silences(known: Known, chips: Sequence[Chip], *, promised: bool) -> Mapping[str, Silence]:
    """By which channels the customer is left alone today, with the first reason's silence; others may be used.

    A way is closed when every reason is silent by it; without any reason, when routine service is. ``promised``:
    another try was promised for today.
    """
    reasons = [(chip.kind, chip.duty) for chip in chips] or [(Reason.ROUTINE.value, False)]
    if promised:
        reasons.insert(0, (Reason.PROMISE.value, True))
    found: dict[str, Silence] = {}
    for channel in Channel:
        said = [known.withheld(known.gate(channel, kind, duty=duty)) for kind, duty in reasons]
        if said[0] is not None and None not in said:
            found[channel.value] = said[0]
    return found
