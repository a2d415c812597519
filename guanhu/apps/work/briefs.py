"""From rows to the brief before one contact: who it is, the reasons of its value, what may be offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from guanhu.apps.customers.living.shapes import KeptFact
from guanhu.apps.customers.models import Customer, Standing
from guanhu.apps.customers.queries import age_on
from guanhu.apps.customers.shapes import Chip
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.chips import carried
from guanhu.apps.work.desk import Desk, Reasoned, Slot
from guanhu.apps.work.lines import best_hours, touch_view
from guanhu.apps.work.playbook import next_steps
from guanhu.apps.work.sayings import scripts_of
from guanhu.apps.work.shapes import Brief, NextStep, ReasonView
from guanhu.apps.work.silence import Known, silences
from guanhu.rules.completeness import Meter
from guanhu.rules.kinds import Channel, Group, Outcome, Reason, Refusal, SignalKind

CALL_OUTCOMES = (Outcome.REACHED, Outcome.NO_ANSWER, Outcome.DECLINED, Outcome.BOOKED, Outcome.CLOSED,
                 Outcome.HUNG_UP, Outcome.ABUSED)  # fmt: skip
OUTCOMES: dict[str, tuple[Outcome, ...]] = {
    Channel.MESSAGE: (Outcome.SENT, Outcome.REACHED, Outcome.DECLINED, Outcome.BOOKED, Outcome.CLOSED),
    Channel.CALL: CALL_OUTCOMES,
    Channel.MEETING: CALL_OUTCOMES[:5],
}
"""Which outcomes a channel can have, in the order of the keys."""

REASON_KINDS = frozenset(kind.value for kind in (*SignalKind, *Reason))


def reasons_of(items: Sequence[Mapping[str, Any]], today: date) -> tuple[ReasonView, ...]:
    """The signed reasons of a plan line (``kind``, ``fen``, ``figures``); they add up to its value.

    A signal or reason comes with its chip; what the plan took off keeps its figures as a note.
    """
    return tuple(_reason(item, today) for item in items)


def _reason(item: Mapping[str, Any], today: date) -> ReasonView:
    kind, figures = str(item["kind"]), item.get("figures") or {}
    chip = _chip(kind, figures, today) if kind in REASON_KINDS else None
    return ReasonView(kind, int(item["fen"]), chip, figures)


def _chip(kind: str, figures: Mapping[str, Any], today: date) -> Chip:
    due_on = date.fromisoformat(figures["due_on"]) if figures.get("due_on") else None
    return Chip(
        kind=kind,
        step=figures.get("step") or "",
        product=figures.get("product") or "",
        amount_fen=figures.get("amount_fen"),
        due_on=due_on,
        days=(due_on - today).days if due_on else None,
        duty=bool(figures.get("duty")),
        evidence=figures.get("evidence") or {},
    )


def beat_of(beat: Mapping[str, Any]) -> dict[str, Any]:
    """What a line was chosen over: the customer's ``others`` today (channel, value_fen), and ``instead``, the best
    other day (day_on, channel, value_fen, price_fen), null where there was none.
    """
    instead = beat.get("instead")
    later = {**instead, "day_on": date.fromisoformat(instead["day_on"])} if instead else None
    return {"others": tuple(beat.get("channels") or ()), "instead": later}


@dataclass(frozen=True)
class BriefRows:
    """What the tables say about one customer before a contact."""

    now: Shown
    customer: Customer
    desk: Desk[Slot]
    line: Reasoned | None
    standing: Standing | None
    chips: tuple[Chip, ...]
    phone: str
    """As pages show it."""
    answered: list[time]
    """When calls got through."""
    known: Known
    promises: tuple[NextStep, ...]
    meter: Meter | None
    facts: tuple[KeptFact, ...]

    @property
    def channel(self) -> str:
        """The planned way, a call where nothing is planned."""
        return self.line.channel if self.line else Channel.CALL.value

    @property
    def met(self) -> bool:
        """Was this customer ever contacted, as far as is remembered?"""
        return bool(self.known.contacts) or self.days_since_contact is not None

    @property
    def days_since_contact(self) -> int | None:
        """Days since the last effective contact the night knew."""
        last = self.standing.last_contact_on if self.standing else None
        return (self.now.today - last).days if last else None


def brief_of(viewer: Viewer, rows: BriefRows, language: str) -> Brief:
    """客户简报, put together."""
    now, customer, line, standing, desk = rows.now, rows.customer, rows.line, rows.standing, rows.desk
    key = customer.key
    previous_id, next_id, place, places = desk.around(key)
    deferral = desk.deferrals.get(key)
    first = carried(rows.chips, line) if line else rows.chips
    chips = (*first, *(chip for chip in rows.chips if chip not in first))
    return Brief(
        public_id=customer.public_id,
        day=now.today,
        data_day=now.data_day,
        currency=now.currency,
        name=customer.name,
        kind=customer.kind,
        gender=customer.gender,
        age=age_on(customer.birth_on, now.today),
        occupation=customer.occupation,
        phone=rows.phone,
        tier=standing.tier if standing else "",
        stage=customer.stage,
        entitlement=standing.entitlement if standing else "",
        balance_fen=standing.balance_fen if standing else None,
        net30_fen=standing.in30_fen - standing.out30_fen if standing else None,
        days_since_contact=rows.days_since_contact,
        best_hours=best_hours(rows.answered),
        chips=first,
        reasons=reasons_of(line.reasons, now.today) if line else (),
        value_fen=line.value_fen if line else None,
        price_fen=line.price_fen if line else None,
        beat=beat_of(line.beat) if line else {},
        channel=rows.channel,
        group=line.task_group if line else Group.CALL.value,
        scripts=scripts_of(viewer, customer, now, chips, rows.channel, language, met=rows.met),
        risk_grade=customer.risk_grade,
        risk_on=customer.risk_on,
        consents=rows.known.consents,
        withheld=silences(rows.known, chips, promised=key in desk.retries),
        no_marketing=rows.known.no_marketing(),
        reachable=rows.known.reachable(),
        open_complaint=bool(rows.known.open_complaints),
        answer_by=rows.known.answer_by,
        outcomes=tuple(outcome.value for outcome in OUTCOMES[rows.channel]),
        refusals=tuple(refusal.value for refusal in Refusal),
        next_steps=next_steps(chips, now.today),
        promises=rows.promises,
        touches=tuple(touch_view(touch) for touch in desk.live(key)),
        deferred=deferral.reason if deferral else "",
        previous_id=previous_id,
        next_id=next_id,
        place=place,
        places=places,
        version=desk.version(key),
        meter=rows.meter,
        known_facts=rows.facts,
        held_out=tuple(chip for chip in chips if chip.evidence.get("held_out")),
    )
