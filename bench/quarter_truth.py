"""The invented bank of a simulated quarter: its people answer by the generator's truth, with dice of their own.

Nothing here is read by a planner. Every draw belongs to a seed, a day and a customer and not to the order of draws, so
that whoever is asked the same on the same day in two ways answers by the same number.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from guanhu.demo import places, shelf, simulate, touch
from guanhu.demo.books import MOVES, NEVER, Books, Ints
from guanhu.demo.truth import EFFECTS, Record
from guanhu.demo.world import Contact, World
from guanhu.rules.kinds import MoveKind

STEP, ANSWER, CASE = range(3)
"""What a die is thrown for."""
STORIES = tuple(EFFECTS)
GOES = ("complaint", "silent_leaving")
"""Stories in which what happens is that the customer takes the money away."""


@dataclass
class Cases(Record):
    """The generator's record with a truth of its own: each case drawn by the customer's own die, the stake beside."""

    seed: int = 0
    truth: float = 1.0
    """How much of the generator's lift a conversation has: 1 as the bank was made, 0 for none."""
    books: Books | None = None
    fen: dict[str, list[Ints]] = field(default_factory=lambda: defaultdict(list))
    """By story, for each of its draws: the money at stake in each case."""
    chances: dict[str, list[np.ndarray]] = field(default_factory=lambda: defaultdict(list))
    """By story, for each of its draws: the true chance of each case."""

    def draw(self, rng: np.random.Generator, kind: str, customers: np.ndarray, t: int, last_talk: np.ndarray,
             band: np.ndarray) -> np.ndarray:  # fmt: skip
        """Decide each case by its true probability and write it down."""
        effect = replace(EFFECTS[kind], lift=EFFECTS[kind].lift * self.truth)
        talked = last_talk >= t - effect.window
        chance = effect.chance(band, talked)
        happened: np.ndarray = self.dice(kind, customers, t) < chance
        self.chances[kind].append(chance)
        self.cases[kind].append((customers, np.full(len(customers), t), talked, happened, band))
        self.fen[kind].append(self._at_stake(kind, customers, t))
        return happened

    def dice(self, kind: str, customers: np.ndarray, t: int) -> np.ndarray:
        """Each case's number between nought and one: the same for a customer and day whatever else is drawn."""
        again = _how_manieth(customers)
        assert self.books is not None
        rolled = np.random.default_rng((self.seed, CASE, STORIES.index(kind), t))
        thrown: np.ndarray = rolled.random((int(again.max(initial=0)) + 1, self.books.customers))[again, customers]
        return thrown

    def _at_stake(self, kind: str, customers: np.ndarray, t: int) -> Ints:
        """What falls due today, else all a customer has; what he brings is known once he has brought it."""
        books = self.books
        assert books is not None
        if kind != "maturity":
            return books.assets()[customers]
        due = np.flatnonzero((books.h_due[: books.holdings] == t) & (books.h_end[: books.holdings] > t))
        due = due[~books.h_auto[due] & (shelf.KIND[books.h_product[due]] != shelf.LOAN)]
        due = due[np.isin(books.h_customer[due], customers)]
        assert np.array_equal(books.h_customer[due], customers)
        return books.h_amount[due]


def _how_manieth(customers: np.ndarray) -> Ints:
    """For each entry how many of the same customer stand before it."""
    order = np.argsort(customers, kind="stable")
    ranked = customers[order]
    first = np.searchsorted(ranked, ranked)
    found = np.zeros(len(customers), np.int64)
    found[order] = np.arange(len(customers)) - first
    return found


class Own:
    """Dice for contacts: each customer's own throw of the day, whoever else is contacted."""

    def __init__(self, seed: int, t: int, people: int, who: Ints) -> None:
        """``who``: for whom the next numbers are asked, in this order."""
        self._key, self._people, self._who, self._thrown = (seed, ANSWER, t), people, who, 0

    def _next(self) -> np.random.Generator:
        self._thrown += 1
        return np.random.default_rng((*self._key, self._thrown))

    def random(self, _n: int) -> Any:
        """A number between nought and one for each."""
        return self._next().random(self._people)[self._who]

    def lognormal(self, mean: float, sigma: float, _n: int) -> Any:
        """A lognormal number for each."""
        return self._next().lognormal(mean, sigma, self._people)[self._who]

    def integers(self, low: int, high: int, _n: int) -> Any:
        """A whole number for each."""
        return self._next().integers(low, high, self._people)[self._who]


class Living:
    """One bank that lives its days with contacts chosen from outside."""

    def __init__(self, world: World, seed: int, truth: float) -> None:
        """``world``: the bank as it stands on the morning of the first day, left as it is."""
        self.world, self.seed = copy.deepcopy(world), seed
        self.cases = self.world.record = Cases(seed=seed, truth=truth, books=self.world.books)
        self.won: dict[str, int] = defaultdict(int)
        """By story: money that came, or was put to work, in fen."""

    def morning(self, t: int, who: Ints, channel: Ints) -> list[Contact]:
        """New customers come; the keeper gets in touch with these; what came of it."""
        world = self.world
        world.rng = np.random.default_rng((self.seed, STEP, t))
        simulate.join(world, t)
        before = len(world.contacts)
        world.rng = Own(self.seed, t, world.people.n, who)  # type: ignore[assignment]
        touch.hold(world, t, who, channel, np.full(len(who), touch.ROUTINE), np.full(len(who), NEVER))
        return world.contacts[before:]

    def rest(self, t: int) -> None:
        """The rest of the day, each part with a die of its own."""
        world = self.world
        for place, step in enumerate(simulate.AFTER_CONTACTS):
            world.rng = np.random.default_rng((self.seed, STEP, t, place))
            step(world, t)
        for story, brought in (("near_line", self._came), ("dormant", self._came), ("large_inflow", self._bought)):
            who = self._today(story, t)
            if len(who):
                self.won[story] += int(brought(t)[who].sum())

    def _today(self, story: str, t: int) -> Ints:
        """With whom a case of today went well."""
        last = self.cases.cases[story][-1:]
        found: list[Ints] = [who[happened] for who, days, _, happened, _ in last if len(days) and days[0] == t]
        return found[0] if found else np.zeros(0, np.int64)

    def _came(self, t: int) -> Ints:
        """The largest sum each customer brought from another bank by himself today."""
        _day, account, amount, kind, channel, bank = self.world.books.moves_of(t)
        came = (kind == MOVES.index(MoveKind.TRANSFER)) & (channel == places.MOBILE) & (bank > 0) & (amount > 0)
        came &= account < self.world.people.n
        most = np.zeros(self.world.people.n, np.int64)
        np.maximum.at(most, account[came], amount[came])
        return most

    def _bought(self, t: int) -> Ints:
        """What each customer put into products today."""
        books = self.world.books
        new = np.flatnonzero(books.h_start[: books.holdings] == t)
        total = np.zeros(self.world.people.n, np.int64)
        np.add.at(total, books.h_customer[new], books.h_amount[new])
        return total

    def told(self) -> dict[str, float]:
        """What became of the quarter: money in fen and cases, by the generator's own record."""
        maturing, kept = self._sum("maturity")
        spoken = sum(int(fen[case[2]].sum()) for case, fen in self._parts("maturity"))
        likely = zip(self.cases.fen["maturity"], self.cases.chances["maturity"], strict=True)
        won = self.won["near_line"] + self.won["dormant"]
        gone = [self._sum(story)[1] for story in GOES]
        return {
            "kept": kept, "likely": float(sum(fen @ chance for fen, chance in likely)), "maturing": maturing,
            "spoken": spoken, "left": sum(gone), "won": won, "both": kept + won, "put": self.won["large_inflow"],
            "accepted": self._many("maturity", "near_line", "dormant", "large_inflow"),
            "leavers": self._many(*GOES), "assets": int(self.world.books.assets().sum()),
        }  # fmt: skip

    def _parts(self, story: str) -> Any:
        return zip(self.cases.cases[story], self.cases.fen[story], strict=True)

    def _sum(self, story: str) -> tuple[int, int]:
        """The stakes of all cases, and of those in which it happened."""
        whole = sum(int(fen.sum()) for fen in self.cases.fen[story])
        return whole, sum(int(fen[case[3]].sum()) for case, fen in self._parts(story))

    def _many(self, *stories: str) -> int:
        return sum(int(case[3].sum()) for story in stories for case in self.cases.cases[story])
