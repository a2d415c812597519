"""``./do bench alarms``: twelve weeks of a hundred keepers' looking, replayed with forty scripted thefts.

Everything is invented from a seed: ordinary days with their campaigns, covers, reviews, walk-ins and late evenings, and
thefts of seven kinds, the slow drip among them. The rule under test is the product's own (``guanhu/rules/alarms.py``).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from guanhu.rules.alarms import AlarmKind, Answered, Look, Oddity, Peers, Seen, is_news, oddities, peers_of, seen_by
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.policy import SHIPPED, Policy

FIRST, WEEKS, KEEPERS, BOOK, THEFTS = date(2026, 6, 1), 12, 100, 600, 40
DAYS = [FIRST + timedelta(days=n) for n in range(WEEKS * 7)]
WARM_UP = 15
"""Working days before a theft begins: a bank that has run the product for three weeks."""

Judge = Callable[..., tuple[Oddity, ...]]


@dataclass
class Habits:
    """How one keeper works."""

    name: str
    pace: float
    walk_ins: float
    curious: float
    begins: date = FIRST
    busy: set[date] = field(default_factory=set)
    covering: set[date] = field(default_factory=set)
    review: dict[date, int] = field(default_factory=dict)
    saturdays: bool = False


@dataclass
class Day:
    """What one keeper did on one day: whom she looked at, whom she had on her list or contacted."""

    looks: list[Look] = field(default_factory=list)
    at_work: set[int] = field(default_factory=set)
    listed: int = 0


@dataclass(frozen=True)
class Theft:
    """One script: how many customers beyond the ordinary on which days, and how."""

    kind: str
    keeper: int
    days: tuple[date, ...]
    a_day: tuple[int, ...]
    outside: bool = False
    revealed: bool = False
    leaving: bool = False


def working_days() -> list[date]:
    """The twelve weeks' working days."""
    return [day for day in DAYS if SHIPPED_CALENDAR.is_working(day)]


# ---------------------------------------------------------------- ordinary days


def keepers(rng: np.random.Generator) -> list[Habits]:
    """A hundred ways of working: quick and slow, part-time, campaigns, covers, reviews, some who begin late."""
    days, made = working_days(), []
    for number in range(KEEPERS):
        part_time = rng.random() < 0.1
        pace = float(rng.normal(16, 3) if part_time else np.clip(rng.normal(40, 8), 20, 55))
        one = Habits(f"S{number:03d}", max(pace, 8), float(rng.uniform(2, 8)), float(rng.uniform(0.5, 3)))
        one.begins = days[20] if number % 20 == 7 else FIRST
        one.saturdays = rng.random() < 0.2
        for start in rng.choice(len(days) - 5, size=2, replace=False):
            one.busy |= set(days[start : start + 5])
        if rng.random() < 0.2:
            start = int(rng.integers(0, len(days) - 10))
            one.covering = set(days[start : start + int(rng.integers(3, 11))])
        if rng.random() < 0.3:
            one.review[days[int(rng.integers(5, len(days)))]] = int(rng.integers(15, 45))
        made.append(one)
    return made


def ordinary(one: Habits, number: int, day: date, rng: np.random.Generator) -> Day | None:
    """One keeper's ordinary day; null when she is not there."""
    working = SHIPPED_CALENDAR.is_working(day)
    there = day >= one.begins and rng.random() > 0.04 and (working or (one.saturdays and day.weekday() == 5))
    if not there:
        return None
    book = rng.permutation(BOOK) + number * BOOK
    factor = (1.7 if day in one.covering else 1.0) * (1.0 if working else 0.4)
    planned = book[: int(55 * factor)]
    opened = planned[: max(0, min(len(planned), round(rng.normal(one.pace * factor, 6))))]
    more = rng.poisson(one.walk_ins) + (int(rng.integers(10, 30)) if day in one.busy else 0)
    walk_ins = book[200 : 200 + more]
    written = walk_ins[rng.random(more) < (0.9 if day in one.busy else 0.5)]
    curious = book[400 : 400 + rng.poisson(one.curious) + one.review.get(day, 0)]
    late = int(rng.integers(1, 5)) if rng.random() < 0.02 else 0
    made = Day(at_work={int(person) for person in (*planned, *written)})
    for place, person in enumerate((*opened, *walk_ins, *curious)):
        made.looks.append(Look(one.name, int(person), bool(rng.random() < 0.45), place < late))
    made.listed = BOOK if day.day == 28 else int(rng.choice([0, 50, 100, 150], p=[0.4, 0.3, 0.2, 0.1]))
    return made


# ---------------------------------------------------------------- thefts


def thefts(rng: np.random.Generator) -> list[Theft]:
    """Forty scripts of seven kinds, each on another keeper."""
    days, calendar = working_days(), DAYS
    who: Iterator[int] = iter(int(n) for n in rng.permutation([n for n in range(KEEPERS) if n % 20 != 7]))

    def at(length: int) -> int:
        return int(rng.integers(WARM_UP, len(days) - length))

    def run(length: int) -> tuple[date, ...]:
        start = at(length)
        return tuple(days[start : start + length])

    def each(length: int, low: int, high: int) -> tuple[int, ...]:
        return tuple(int(n) for n in rng.integers(low, high, size=length))

    made = [Theft("one day's haul", next(who), run(1), each(1, 120, 320)) for _ in range(8)]
    made += [Theft("a few days", next(who), run(n), each(n, 60, 100)) for n in (2, 3, 3, 4, 5, 5)]
    for _ in range(6):  # every day of thirty, Saturdays and Sundays too
        start = int(rng.integers(21, len(calendar) - 30))
        made.append(Theft("drip, 20 a day", next(who), tuple(calendar[start : start + 30]), (20,) * 30))
    made += [Theft("drip, 12 a working day", next(who), run(30), (12,) * 30) for _ in range(4)]
    made += [Theft("late evenings", next(who), run(3), each(3, 12, 30), outside=True) for _ in range(4)]
    made += [Theft("numbers", next(who), run(3), each(3, 60, 80), revealed=True) for _ in range(4)]
    made += [Theft("before leaving", next(who), run(10), each(10, 12, 26), leaving=True) for _ in range(8)]
    return made


def stolen(theft: Theft, day: date) -> list[Look]:
    """What the script looks at on a day, beyond the ordinary: other customers each day, none of them contacted."""
    if day not in theft.days:
        return []
    place = theft.days.index(day)
    first = theft.keeper * BOOK + sum(theft.a_day[:place])
    book = range(theft.keeper * BOOK, (theft.keeper + 1) * BOOK)
    name = f"S{theft.keeper:03d}"
    return [Look(name, book[(first + n) % BOOK], theft.revealed, theft.outside) for n in range(theft.a_day[place])]


# ---------------------------------------------------------------- the replay


@dataclass
class Bank:
    """The ordinary days of everybody, added up once."""

    days: list[dict[int, Day]]
    seen: list[dict[str, Seen]]
    policy: Policy

    def peers(self, place: int) -> Peers:
        """What is usual before this day: the window of comparison, everybody's days."""
        window = self.seen[max(0, place - 28) : place]
        return peers_of((seen for day in window for seen in day.values()), self.policy)


def bank(seed: int, policy: Policy = SHIPPED) -> Bank:
    """A hundred honest keepers for twelve weeks."""
    rng = np.random.default_rng(seed)
    everybody = keepers(rng)
    days: list[dict[int, Day]] = []
    for day in DAYS:
        made = {number: ordinary(one, number, day, rng) for number, one in enumerate(everybody)}
        days.append({number: one for number, one in made.items() if one})
    return Bank(days, [added_up(each, day) for each, day in zip(days, DAYS, strict=True)], policy)


def added_up(each: dict[int, Day], day: date) -> dict[str, Seen]:
    """One day of everybody, by the product's own rule."""
    looks = [look for one in each.values() for look in one.looks]
    listed = {f"S{number:03d}": one.listed for number, one in each.items()}
    at_work = {f"S{number:03d}": frozenset(one.at_work) for number, one in each.items()}
    return seen_by(looks, listed, at_work, day)


def raised(told: Iterable[tuple[int, Seen]], bank: Bank, lines: list[Peers], *, leaving: set[date],
           judge: Judge = oddities) -> list[tuple[date, Oddity]]:  # fmt: skip
    """The alarms one keeper's days raise, each answered as harmless on the next day."""
    before: list[Seen] = []
    last: dict[AlarmKind, Answered] = {}
    found: list[tuple[date, Oddity]] = []
    for place, seen in told:
        for alarm in judge(seen, before, lines[place], leaving=seen.day in leaving, policy=bank.policy):
            if is_news(alarm, seen.day, last.get(alarm.kind), bank.policy):
                found.append((seen.day, alarm))
                last[alarm.kind] = Answered(seen.day, alarm.seen, seen.day + timedelta(days=1))
        before.append(seen)
    return found


@dataclass
class Result:
    """What came of a replay."""

    false: list[tuple[str, date, Oddity]]
    found: list[tuple[Theft, date, Oddity]]
    missed: list[Theft]
    keeper_weeks: float

    @property
    def recall(self) -> float:
        """The share of thefts that raised an alarm while they went on, or the day after."""
        return len(self.found) / (len(self.found) + len(self.missed))

    @property
    def false_a_week(self) -> float:
        """False alarms per hundred keepers and week."""
        return 100 * len(self.false) / self.keeper_weeks


def replay(seed: int, policy: Policy = SHIPPED, judge: Judge = oddities) -> Result:
    """Everybody honest for the false alarms; then each theft among honest colleagues."""
    whole = bank(seed, policy)
    lines = [whole.peers(place) for place in range(len(DAYS))]
    false = []
    for number in range(KEEPERS):
        name = f"S{number:03d}"
        told = [(place, day[name]) for place, day in enumerate(whole.seen) if name in day]
        false += [(name, day, alarm) for day, alarm in raised(told, whole, lines, leaving=set(), judge=judge)]
    result = Result(false, [], [], KEEPERS * WEEKS)
    for theft in thefts(np.random.default_rng(seed + 1)):
        _follow(theft, whole, lines, result, judge)
    return result


def _follow(theft: Theft, whole: Bank, lines: list[Peers], result: Result, judge: Judge) -> None:
    """One theft from its keeper's first day to its end."""
    name, told = f"S{theft.keeper:03d}", []
    for place, day in enumerate(DAYS):
        honest = whole.days[place].get(theft.keeper, Day())
        mine = Day([*honest.looks, *stolen(theft, day)], honest.at_work, honest.listed)
        if mine.looks:
            told.append((place, added_up({theft.keeper: mine}, day)[name]))
    leaving = {day for day in DAYS if theft.leaving and day >= theft.days[0]}
    end = theft.days[-1] + timedelta(days=1)
    alarm = next((one for one in raised(told, whole, lines, leaving=leaving, judge=judge)
                  if theft.days[0] <= one[0] <= end), None)  # fmt: skip
    if alarm:
        result.found.append((theft, *alarm))
    else:
        result.missed.append(theft)


def main() -> None:
    """Print the table of docs/performance.md."""
    say = sys.stdout.write
    say("| seed | thefts found | of | false alarms | a week and 100 keepers |\n|---|---|---|---|---|\n")
    results = [replay(seed) for seed in range(1, 6)]
    for seed, one in enumerate(results, 1):
        say(f"| {seed} | {len(one.found)} | {THEFTS} | {len(one.false)} | {one.false_a_week:.2f} |\n")
    say("\n| theft | scripts | found | days until the alarm: median, worst | by which rule |\n|---|---|---|---|---|\n")
    every = [found for one in results for found in one.found]
    lost = Counter(theft.kind for one in results for theft in one.missed)
    for kind in dict.fromkeys(theft.kind for theft, *_ in every):
        mine = [(theft, day, alarm) for theft, day, alarm in every if theft.kind == kind]
        after = sorted((day - theft.days[0]).days for theft, day, _ in mine)
        rules = "、".join(f"{rule} {n}" for rule, n in Counter(alarm.kind.value for *_, alarm in mine).most_common())
        say(f"| {kind} | {len(mine) + lost[kind]} | {len(mine)} | {after[len(after) // 2]}, {after[-1]} | {rules} |\n")
    kinds = Counter(alarm.kind.value for one in results for *_, alarm in one.false)
    say(f"\nfalse alarms by rule: {dict(kinds)}\n")


if __name__ == "__main__":
    main()
