"""今日复盘 as it is drawn: the day's figures, what is left under its two headings, and what became of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.work.evening.shapes import Evening, Written
from guanhu.apps.work.shapes import DeferredLine, Line
from guanhu.rules.kinds import CustomerKind
from guanhu.web.lists import Ring, age_words, rings
from guanhu.web.reasons import Mark, Scene, telling
from guanhu.web.words import day_long, day_near, day_short, share

CHIPS = 2


@dataclass(frozen=True)
class Left:
    """One line that was not done."""

    id: UUID
    name: str
    age: str
    tier: str
    channel: str
    chips: tuple[Mark, ...]
    firm: bool


@dataclass(frozen=True)
class Settled:
    """One line that was set aside, with what becomes of it."""

    id: UUID
    deferral: UUID
    name: str
    tier: str
    channel: str
    fate: str
    reason: str
    dropped: bool


@dataclass(frozen=True)
class Page:
    """Everything the page draws."""

    title: str
    rings: tuple[Ring, ...]
    planned: int
    done: int
    calls: int
    effective: int
    effective_share: str
    booked: int
    closed: int
    landed_fen: int
    currency: str
    must: tuple[Left, ...]
    rest: tuple[Left, ...]
    settled: tuple[Settled, ...]
    tomorrow: date
    tomorrow_word: str
    after: date
    """The first day a line may be dropped until."""
    furthest: date
    written: Written | None
    before: tuple[Written, ...]
    open: int


def page_of(told: Evening) -> Page:
    """The evening in the order in which it is worked through."""
    today, figures = told.today, told.figures
    scene = Scene(today.day, today.currency)
    return Page(
        title=day_long(today.day),
        rings=rings(today.quotas),
        planned=today.planned,
        done=today.done_planned,
        calls=figures.calls,
        effective=figures.effective_calls,
        effective_share=share(figures.effective_bp),
        booked=figures.booked,
        closed=figures.closed,
        landed_fen=figures.landed_fen,
        currency=today.currency,
        must=_left(told.must, scene),
        rest=_left(told.rest, scene),
        settled=tuple(_settled(line, told) for line in today.deferred),
        tomorrow=told.tomorrow,
        tomorrow_word=day_short(told.tomorrow),
        after=told.tomorrow,
        furthest=told.furthest,
        written=told.written,
        before=told.before,
        open=today.open_lines,
    )


def _left(lines: Sequence[Line], scene: Scene) -> tuple[Left, ...]:
    return tuple(
        Left(line.public_id, line.name, age_words(line.kind, line.age), line.tier, line.channel,
             telling(line.chips, scene)[:CHIPS], line.kind == CustomerKind.CORPORATE)
        for line in lines
    )  # fmt: skip


def _settled(line: DeferredLine, told: Evening) -> Settled:
    to, day = told.moved_to.get(line.deferral_id), told.today.day
    if line.left_until is not None:
        fate = _("放下到 %(day)s") % {"day": day_near(line.left_until, day)}
    else:
        fate = _("改到 %(day)s") % {"day": day_near(to, day)} if to else _("今晚重新安排")
    return Settled(line.public_id, line.deferral_id, line.name, line.tier, line.channel, fate, line.reason,
                   line.left_until is not None)  # fmt: skip
