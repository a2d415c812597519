"""排期: one keeper's coming working days as a problem for the solver, and its answer as contacts.

What was agreed with a customer stands. What must be done today takes its slot before anything else: today's duties are
settled first, as many as fit, by the ways that bring most over the prices of slots; then what the keeper confirmed the
evening before; the rest is planned around them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from guanhu.night.desks import ORDER, Desk
from guanhu.night.offers import NO_STEP, Flags, Offers, Whole
from guanhu.optimise import dayplan
from guanhu.optimise.horizon import NOTHING, Plan, Problem, check, contacts_of, solve
from guanhu.optimise.horizon.problem import MOST_TASKS
from guanhu.rules.cadence import TOUCHES
from guanhu.rules.kinds import Channel
from guanhu.rules.plan import spare_fen

NEXT_DAYS = 5
"""Where not everything can be weighed, what could be done on so many days from today on comes first."""
MESSAGE = TOUCHES.index(Channel.MESSAGE)
Agreed = dict[tuple[int, int], int]
"""Contacts that stand: customer and day by their places → channel."""


@dataclass(frozen=True, eq=False)
class Contact:
    """One planned contact: with whom (his place), when and how, for which rows of the offers, and what it costs."""

    who: int
    at: int
    channel: int
    rows: tuple[int, ...]
    value_fen: int
    price_fen: int
    agreed: bool
    duty: bool

    @property
    def way(self) -> Channel:
        """The channel by its name."""
        return TOUCHES[self.channel]


@dataclass(frozen=True, eq=False)
class DeskPlan:
    """One keeper's coming days: the contacts by day, what a slot is worth, what no plan could exceed, who is left.

    ``price_fen``: a row a channel, a column a day · ``left``: customers, by their places, whose duty of today found no
    slot · ``whole``: whether all days were planned, or today alone.
    """

    desk: Desk
    offers: Offers
    contacts: tuple[Contact, ...]
    price_fen: Whole
    gap_fen: int
    left: frozenset[int]
    whole: bool = True

    @property
    def today(self) -> tuple[Contact, ...]:
        """Today's list in its order: duties first, then by channel, the most valuable first, the lower number first."""
        return tuple(
            sorted(
                (one for one in self.contacts if one.at == 0),
                key=lambda one: (not one.duty, 0 if one.duty else ORDER.index(one.way), -one.value_fen, one.who),
            )
        )


def reserve_of(made: DeskPlan) -> tuple[Contact, ...]:
    """候补: who comes next where a call of today is not answered or a slot comes free; by way, the best first. P55.

    Of each customer not planned today the way that brings most (``spare_fen``), as many as the day has slots of it.
    """
    offers, later = made.offers, _over_price(made)
    planned = [one.who for one in made.contacts if one.at == 0]
    rows = np.flatnonzero((offers.at == 0) & ~np.isin(offers.who, planned))
    ways: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in rows.tolist():
        ways[int(offers.who[row]), int(offers.channel[row])].append(row)
    spare = {way: spare_fen(int(offers.value_fen[those].sum()), later.get(way[0])) for way, those in ways.items()}
    room = [made.desk.room[channel][0] for channel in TOUCHES]
    found: dict[int, Contact] = {}
    for who, channel in sorted(spare, key=lambda way: (-spare[way], way)):
        if who not in found and room[channel] > 0 < spare[who, channel]:
            room[channel] -= 1
            found[who] = _of(made, who, channel, ways[who, channel])
    return tuple(found.values())


def _over_price(made: DeskPlan) -> dict[int, int]:
    """What each customer's next planned contact brings over the price of its slot."""
    ahead = sorted((one for one in made.contacts if one.at > 0), key=lambda one: -one.at)
    return {one.who: one.value_fen - one.price_fen for one in ahead}


def _of(made: DeskPlan, who: int, channel: int, rows: list[int]) -> Contact:
    value_fen, price_fen = int(made.offers.value_fen[rows].sum()), int(made.price_fen[channel, 0])
    return Contact(who, 0, channel, tuple(rows), value_fen, price_fen, agreed=False, duty=False)


class Unsound(Exception):
    """A plan of many days did not pass its check; the sentence says whose and why."""


def planned(desk: Desk, offers: Offers, known: Whole | None) -> DeskPlan:
    """Plan one desk's coming days; ``known``: yesterday's prices for them. Raises ``Unsound``. P52–P58.

    Without prices of yesterday the days are planned once without regard to duties, to have some.
    """
    promised = _promised(desk, offers)
    prices = known if known is not None else _solved(desk, offers, promised, None)[0].price_fen
    agreed = {**promised, **_settled(desk, offers, promised, prices)}
    plan, problem = _solved(desk, offers, agreed, prices, _confirmed(desk, offers, agreed))
    left = _left(offers, contacts_of(problem, plan))
    contacts = _contacts(offers, problem, plan, promised)
    return DeskPlan(desk, offers, contacts, plan.price_fen, plan.bound_fen - plan.counted_fen, left)


def _promised(desk: Desk, offers: Offers) -> Agreed:
    """What was promised, by the way that was promised; a message gives way to a duty that wants an answer.

    Who is away keeps no appointments.
    """
    here = [any(desk.room[channel][at] for channel in TOUCHES) for at in range(_days(desk))]
    spoken = {(int(offers.who[row]), int(offers.at[row]))
              for row in np.flatnonzero(offers.duty & ~offers.promised)}  # fmt: skip
    found: Agreed = {}
    for row in np.flatnonzero(offers.promised).tolist():
        slot, channel = (int(offers.who[row]), int(offers.at[row])), int(offers.channel[row])
        if here[slot[1]] and not (channel == MESSAGE and slot in spoken):
            found[slot] = max(channel, found.get(slot, channel))
    return found


def _days(desk: Desk) -> int:
    return len(desk.room[TOUCHES[0]])


def _solved(
    desk: Desk, offers: Offers, agreed: Agreed, known: Whole | None, confirmed: Agreed | None = None
) -> tuple[Plan, Problem]:
    problem = problem_of(desk, offers, agreed, confirmed or {})
    plan = solve(problem, warm=known)
    faults = check(problem, plan)
    if faults:
        raise Unsound(f"{desk.keeper_no} 的排期没有通过核对：{'；'.join(faults[:5])}")
    return plan, problem


def problem_of(desk: Desk, offers: Offers, agreed: Agreed, confirmed: Agreed | None = None) -> Problem:
    """The desk as the solver knows it: customers by number, tasks as places, channels in ``TOUCHES``.

    ``confirmed``: contacts that stand like those agreed, and what is done in them is done nowhere else.
    """
    rows, confirmed = _fitting(offers), confirmed or {}
    rows = rows[~_elsewhere(offers, confirmed)[rows]]
    tasks, place = np.unique(offers.task[rows], return_inverse=True)
    first = np.zeros(len(tasks), np.int64)
    first[place[::-1]] = rows[::-1]
    exempt = np.zeros(len(tasks), bool)
    exempt[place[offers.duty[rows]]] = True
    agreed = {**agreed, **confirmed}
    slots = list(agreed)
    return Problem.of(
        np.array(offers.numbers), offers.past, np.array([desk.room[channel] for channel in TOUCHES]),
        customer=offers.who[first], before=_before(offers, first), exempt=exempt, keys=tasks,
        options=(place, offers.channel[rows], offers.at[rows], offers.value_fen[rows]),
        keep_fen=offers.column("keep_fen").astype(np.int64)[rows],
        agreed=([who for who, _ in slots], list(agreed.values()), [at for _, at in slots]) if slots else None,
    )  # fmt: skip


def _before(offers: Offers, first: Whole) -> Whole:
    """After which other task each one comes, by places: a step of becoming known after the one before it. P100.

    ``first``: a row of each task.
    """
    found = np.full(len(first), NOTHING)
    steps = np.flatnonzero(offers.step[first] != NO_STEP)
    steps = steps[np.lexsort((offers.step[first[steps]], offers.who[first[steps]]))]
    same = offers.who[first[steps[1:]]] == offers.who[first[steps[:-1]]]
    found[steps[1:][same]] = steps[:-1][same]
    return found


def _elsewhere(offers: Offers, confirmed: Agreed) -> Flags:
    """The rows that would do at another time or by another way what is done in these contacts."""
    there = np.zeros(len(offers), bool)
    for (who, at), channel in confirmed.items():
        there |= (offers.who == who) & (offers.at == at) & (offers.channel == channel)
    found: Flags = np.isin(offers.task, offers.task[there]) & ~there
    return found


def _fitting(offers: Offers) -> Whole:
    """The rows of as many tasks of each customer as can be weighed at once: of the next days first, duties before all,
    then those worth most.
    """
    tasks, first = np.unique(offers.task, return_index=True)
    of = offers.who[first]
    crowded = np.flatnonzero(np.bincount(of, minlength=1) > MOST_TASKS)
    if not len(crowded):
        return np.arange(len(offers))
    best = np.full(len(tasks), -1)
    soon = (offers.at < NEXT_DAYS) * (1 << 51)
    np.maximum.at(best, offers.task, offers.value_fen + offers.duty * (1 << 50) + soon)
    out = np.zeros(len(tasks), bool)
    for who in crowded.tolist():
        mine = np.flatnonzero(of == who)
        out[mine[np.lexsort((mine, -best[mine]))][MOST_TASKS:]] = True
        steps = mine[offers.step[first[mine]] != NO_STEP]
        missing = offers.step[first[steps[out[steps]]]].min(initial=len(TOUCHES))
        out[steps[offers.step[first[steps]] > missing]] = True
    return np.flatnonzero(~out[offers.task])


def _left(offers: Offers, contacts: dict[tuple[int, int], int]) -> frozenset[int]:
    """Whose duty of today is not done by a way that does it."""
    ways = _duties(offers)
    return frozenset(who for who, does in ways.items() if contacts.get((who, 0), NOTHING) not in does)


def _duties(offers: Offers) -> dict[int, set[int]]:
    """Who must be reached today, and by which channels that would be done."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in np.flatnonzero(offers.duty & (offers.at == 0)).tolist():
        found[int(offers.who[row])].add(int(offers.channel[row]))
    return found


def _settled(desk: Desk, offers: Offers, agreed: Agreed, price_fen: Whole) -> Agreed:
    """Today's duties, as many as fit, where they bring most over the price of a slot; promises keep their own."""
    taken = np.bincount([channel for (_, at), channel in agreed.items() if at == 0], minlength=len(TOUCHES))
    room = {str(place): max(0, desk.room[channel][0] - int(taken[place])) for place, channel in enumerate(TOUCHES)}
    worth: dict[tuple[int, int], int] = defaultdict(int)
    for row in np.flatnonzero(offers.at == 0).tolist():
        worth[int(offers.who[row]), int(offers.channel[row])] += int(offers.value_fen[row])
    people = [
        dayplan.Customer(offers.numbers[who], tuple(
            dayplan.Option(str(channel), worth[who, channel] - int(price_fen[channel, 0]), duty=True)
            for channel in sorted(channels)
        ))
        for who, channels in _duties(offers).items() if (who, 0) not in agreed
    ]  # fmt: skip
    place = {number: who for who, number in enumerate(offers.numbers)}
    plan = dayplan.solve(dayplan.Problem.of(room, people))
    return {(place[line.customer_no], 0): int(line.channel) for line in plan.lines}


def _confirmed(desk: Desk, offers: Offers, agreed: Agreed) -> Agreed:
    """What the keeper confirmed for today and is still worth it, where promises and duties leave room: the best first.

    By the way it was planned; who must be reached today is reached as that asks for. P62.
    """
    if not desk.confirmed:
        return {}
    taken = Counter(channel for (_who, at), channel in agreed.items() if at == 0)
    room = {place: desk.room[channel][0] - taken[place] for place, channel in enumerate(TOUCHES)}
    duties, worth, rows = _duties(offers), Counter[tuple[int, int]](), _fitting(offers)
    for row in rows[(offers.at[rows] == 0) & offers.kept[rows]].tolist():
        worth[int(offers.who[row]), int(offers.channel[row])] += int(offers.value_fen[row])
    found: Agreed = {}
    for (who, channel), _fen in sorted(worth.items(), key=lambda one: (-one[1], one[0])):
        if room[channel] > 0 and not {(who, 0)} & (agreed.keys() | found.keys()) and who not in duties:
            found[who, 0] = channel
            room[channel] -= 1
    return found


def _contacts(offers: Offers, problem: Problem, plan: Plan, agreed: Collection[tuple[int, int]]) -> tuple[Contact, ...]:
    """Every planned contact with what is done in it; a duty of today is, even if it is worth nothing."""
    slots = contacts_of(problem, plan)
    day = np.full(int(offers.task.max(initial=-1)) + 1, NOTHING)
    day[problem.tasks.keys] = plan.day
    rows: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in np.flatnonzero((day[offers.task] == offers.at) | (offers.duty & (offers.at == 0))).tolist():
        slot = (int(offers.who[row]), int(offers.at[row]))
        if slots.get(slot) == offers.channel[row]:
            rows[slot].append(row)
    return tuple(_contact(offers, plan, slot, slots[slot], rows[slot], slot in agreed) for slot in sorted(slots))


def _contact(offers: Offers, plan: Plan, slot: tuple[int, int], channel: int, rows: list[int], agreed: bool) -> Contact:
    who, at = slot
    value_fen = int(offers.value_fen[rows].sum())
    price_fen = int(plan.price_fen[channel, at])
    return Contact(who, at, channel, tuple(rows), value_fen, price_fen, agreed, bool(offers.duty[rows].any()))


def of_today(desk: Desk, offers: Offers) -> DeskPlan:
    """Today alone, exactly: what is done where the plan of many days may not be used. Raises ``Unsound``."""
    today = np.flatnonzero(offers.at == 0)
    expects = {int(offers.who[row]) for row in today if offers.promised[row] and offers.channel[row] != MESSAGE}
    ways: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in today.tolist():
        ways[int(offers.who[row]), int(offers.channel[row])].append(row)
    promised = {way: bool(offers.promised[rows].any()) for way, rows in ways.items()}
    told: dict[int, list[dayplan.Option]] = defaultdict(list)
    for (who, channel), rows in ways.items():
        if who not in expects or promised[who, channel]:
            duty = bool(offers.duty[rows].any())
            told[who].append(dayplan.Option(str(channel), int(offers.value_fen[rows].sum()), duty))
    asked = np.bincount([channel for (_, channel), kept in promised.items() if kept], minlength=len(TOUCHES))
    here = any(desk.room[channel][0] for channel in TOUCHES)
    room = {str(n): max(desk.room[one][0], int(asked[n])) if here else 0 for n, one in enumerate(TOUCHES)}
    problem = dayplan.Problem.of(room, (dayplan.Customer(offers.numbers[who], tuple(way)) for who, way in told.items()))
    plan = dayplan.solve(problem)
    faults = dayplan.check(problem, plan)
    if faults:
        raise Unsound(f"{desk.keeper_no} 的名单没有通过核对：{'；'.join(faults[:5])}")
    place = {number: who for who, number in enumerate(offers.numbers)}
    contacts = tuple(
        Contact(who, 0, channel, tuple(ways[who, channel]), line.value_fen, line.price_fen, promised[who, channel],
                line.duty)
        for line in plan.lines for who, channel in [(place[line.customer_no], int(line.channel))]
    )  # fmt: skip
    prices = np.zeros((len(TOUCHES), _days(desk)), np.int64)
    prices[:, 0] = [plan.prices[str(n)].fen for n in range(len(TOUCHES))]
    left = frozenset(place[number] for number in plan.overflow)
    return DeskPlan(desk, offers, contacts, prices, plan.gap.fen, left, whole=False)
