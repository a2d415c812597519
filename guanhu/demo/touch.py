"""How the twelve keepers got in touch before the product came: unevenly, in drives, and seldom with the small ones."""

from __future__ import annotations

from datetime import date

import numpy as np

from guanhu.demo import cast, shelf
from guanhu.demo.books import NEVER, Ints
from guanhu.demo.calendar import FESTIVALS, day_of, is_drive, is_working
from guanhu.demo.truth import TALK_SECONDS
from guanhu.demo.world import Contact, World
from guanhu.rules.kinds import Channel, Outcome

CHANNELS: tuple[Channel, ...] = tuple(Channel)
OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
_OUT = {outcome: place for place, outcome in enumerate(OUTCOMES)}
MESSAGE, CALL, MEETING = range(3)
ROUTINE, DUE, COMPLAINT, INFLOW, LINE, SILENT, BIRTHDAY, FESTIVAL = range(8)
"""Why a keeper got in touch."""

_EFFORT = np.array([k.diligence for k in cast.KEEPERS])
_DRIVES = np.array([k.drives for k in cast.KEEPERS])


def get_in_touch(world: World, t: int, assets: Ints) -> None:
    """A working day's contacts of everybody who is at work."""
    day = day_of(t)
    if not is_working(day):
        return
    people, rng = world.people, world.rng
    chance, reason, holding = _wishes(world, t, day, assets)
    effort = _EFFORT[people.keeper] * np.where(is_drive(day), _DRIVES[people.keeper], 0.9)
    at_work = ~np.array([bool(k.leave[0]) and k.leave[0] <= day.isoformat() <= k.leave[1] for k in cast.KEEPERS])
    chance = np.minimum(chance * effort, 0.8) * at_work[people.keeper] * world.here(t) * ~people.named
    who = np.flatnonzero(rng.random(people.n) < chance)
    channel = _channels(world, who, reason[who])
    hold(world, t, who, channel, reason[who], holding[who])
    if day in FESTIVALS:
        card = (people.band < 2) & (people.marketing == 1) & at_work[people.keeper] & ~people.named & world.here(t)
        greeted = np.setdiff1d(np.flatnonzero(card & (rng.random(people.n) < 0.3)), who)
        none = np.full(len(greeted), NEVER)
        hold(world, t, greeted, np.full(len(greeted), MESSAGE), np.full(len(greeted), FESTIVAL), none)


def _wishes(world: World, t: int, day: date, assets: Ints) -> tuple[np.ndarray, Ints, Ints]:
    """For each customer: how likely a contact is today, why, and about which holding."""
    people, books = world.people, world.books
    chance = np.array([0.0125, 0.0048, 0.0011])[people.band]
    reason = np.full(people.n, ROUTINE)
    holding = np.full(people.n, NEVER)

    def also(who: np.ndarray, share: np.ndarray | float, why: int) -> None:
        share = np.broadcast_to(share, (people.n,))
        reason[who], chance[who] = why, share[who]

    silent = (world.moved < t - 100) & (world.talked < t - 100)
    also(silent, 0.02 if is_drive(day) else 0.006, SILENT)
    also((assets >= 28_000_000) & (assets < 50_000_000) & ~people.company, 0.022 if is_drive(day) else 0.012, LINE)
    also(
        (people.birth_month == day.month)
        & (people.birth_day == day.day)
        & ~people.lunar
        & ~people.company
        & (people.band < 2),
        0.55,
        BIRTHDAY,
    )
    chance[people.marketing == 0] = 0.0
    ids = np.arange(books.holdings)
    soon = ids[(books.h_due[ids] >= t) & (books.h_due[ids] <= t + 7) & (books.h_end[ids] > t) & ~books.h_auto[ids]]
    soon = soon[shelf.KIND[books.h_product[soon]] != shelf.LOAN]
    holding[books.h_customer[soon]] = soon
    fresh = (holding < NEVER) & (world.talked < t - 7)
    also(fresh, np.array([0.17, 0.11, 0.06])[people.band], DUE)
    also((world.inflow >= t - 5) & (world.talked < world.inflow), 0.15, INFLOW)
    also((world.complained > 0) & (world.talked < world.complained), 0.24, COMPLAINT)
    holding[reason != DUE] = NEVER
    return chance, reason, holding


def _channels(world: World, who: Ints, reason: Ints) -> Ints:
    """Messages for greetings, meetings mostly for the rich, calls for the rest."""
    message = np.array([0.5, 0.16, 0.1, 0.15, 0.35, 0.3, 0.85, 1.0])[reason]
    meeting = np.array([0.17, 0.09, 0.03])[world.people.band[who]]
    draw = world.rng.random(len(who))
    return np.where(draw < message, MESSAGE, np.where(draw < message + (1 - message) * meeting, MEETING, CALL))


def hold(world: World, t: int, who: Ints, channel: Ints, reason: Ints, holding: Ints) -> None:
    """What came of each attempt: minutes, outcome, and whether it was a real conversation."""
    rng, people = world.rng, world.people
    n = len(who)
    seconds, outcome = np.zeros(n, np.int64), np.full(n, _OUT[Outcome.SENT])
    draw, kind = rng.random(n), rng.random(n)
    long = TALK_SECONDS + rng.lognormal(4.7, 0.8, n).astype(np.int64)
    brief = rng.integers(8, 48, n)
    call, meet = channel == CALL, channel == MEETING
    answered = call & (draw < people.answers[who])
    outcome[call] = _OUT[Outcome.NO_ANSWER]
    outcome[answered] = _OUT[Outcome.REACHED]
    seconds[answered] = np.where(kind[answered] < 0.88, long[answered], brief[answered])
    for below, what in ((0.085, Outcome.DECLINED), (0.02, Outcome.HUNG_UP), (0.0022, Outcome.ABUSED)):
        turned = answered & (kind > 1 - below)
        outcome[turned], seconds[turned] = _OUT[what], brief[turned]
    good = (answered & (kind < 0.88)) | meet
    seconds[meet] = 600 + long[meet] * 6
    outcome[meet] = _OUT[Outcome.REACHED]
    outcome[good & (kind < 0.11)] = _OUT[Outcome.BOOKED]
    outcome[good & (kind > 0.8) & (kind < 0.88) & (reason == DUE)] = _OUT[Outcome.CLOSED]
    world.talked[who[good]] = t
    for customer in who[answered & (outcome == _OUT[Outcome.DECLINED]) & (rng.random(n) < 0.12)].tolist():
        if people.marketing[customer] == 1:
            people.marketing[customer] = 0
            world.refusals[customer] = t
    minute = np.where(rng.random(n) < 0.6, rng.integers(545, 700, n), rng.integers(860, 1050, n))
    columns = (minute, who, people.keeper[who], channel, seconds, outcome, reason, holding)
    world.contacts.extend(Contact(t, *row) for row in zip(*(column.tolist() for column in columns), strict=True))
