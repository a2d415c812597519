"""The 7,200: who they are, where they live, what they earn and how they like to live with a bank."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from guanhu.demo import cast, names, places
from guanhu.demo.calendar import FIRST, t_of
from guanhu.demo.personas import PERSONAS
from guanhu.rules.kinds import Post

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

RICH, MIDDLE, SMALL = 0, 1, 2
"""Bands by what they owned at the start: the first fifth, the next three tenths, the rest."""


@dataclass
class People:
    """One array entry for each customer."""

    n: int
    keeper: Ints
    branch: Ints
    company: Flags
    female: Flags
    birth_year: Ints
    birth_month: Ints
    birth_day: Ints
    lunar: Flags
    community: Ints
    house: Ints
    wealth: Ints
    band: Ints
    income: Ints
    payday: Ints
    employer: Ints
    retired: Flags
    quiet: Flags
    answers: Floats
    risk: Ints
    opened: Ints
    marketing: Ints
    service: Ints
    named: Flags
    parent: Ints
    name: list[str] = field(default_factory=list)
    occupation: list[str] = field(default_factory=list)


def _keepers(rng: np.random.Generator, n: int) -> Ints:
    """Which keeper has whom: the named customers first, all 沈知微's, the rest shuffled."""
    lists = np.repeat(np.arange(len(cast.KEEPERS)), cast.list_lengths(n))
    fixed, rest = lists[: len(PERSONAS)], lists[len(PERSONAS) :]
    return np.concatenate([fixed, rng.permutation(rest)])


def _wealth(rng: np.random.Generator, keeper: Ints, company: Flags) -> Ints:
    """Heavy-tailed: about a fifth of the customers hold four fifths. Fen."""
    factor = np.array([{Post.WEALTH: 1.25, Post.RELATIONSHIP: 1.0, Post.LOBBY: 0.5}[k.post] for k in cast.KEEPERS])
    yuan = rng.lognormal(np.log(46_000), 1.66, len(keeper)) * factor[keeper] * np.where(company, 3.5, 1.0)
    return (np.minimum(yuan, 28_000_000) * 100).astype(np.int64) // 1_0000 * 1_0000


def _birthdays(rng: np.random.Generator, n: int) -> tuple[Ints, Ints, Ints]:
    year = np.clip(rng.normal(1977, 15.5, n), 1936, 2004).astype(np.int64)
    return year, rng.integers(1, 13, n), rng.integers(1, 29, n)


def population(rng: np.random.Generator, n: int) -> People:
    """Everybody, drawn once; the named customers are then set by hand."""
    keeper = _keepers(rng, n)
    relationship = np.array([k.post is Post.RELATIONSHIP for k in cast.KEEPERS])[keeper]
    company = rng.random(n) < np.where(relationship, 0.14, 0.02)
    company[: len(PERSONAS)] = False
    wealth = _wealth(rng, keeper, company)
    rank = np.argsort(np.argsort(-wealth, kind="stable"), kind="stable") / n
    year, month, day = _birthdays(rng, n)
    female = rng.random(n) < 0.53
    age = 2026 - year
    retired = ~company & (age >= np.where(female, 55, 60)) & (rng.random(n) < 0.93)
    income = rng.lognormal(np.log(8200), 0.5, n) * (wealth / 4_600_000) ** 0.12
    income = np.where(retired, rng.lognormal(np.log(4600), 0.35, n), income)
    income = np.where(company | (~retired & (rng.random(n) < 0.38)), 0, np.clip(income, 1800, 90_000))
    opened = np.where(rng.random(n) < 0.05, rng.integers(5, 540, n), -rng.integers(60, 5600, n))
    world = People(
        n, keeper, np.array([k.branch for k in cast.KEEPERS])[keeper], company, female, year, month, day,
        lunar=~company & (age > 42) & (rng.random(n) < 0.2), community=rng.integers(0, 10, n),
        house=rng.integers(101, 3900, n), wealth=wealth, band=np.digitize(rank, (0.2, 0.5)),
        income=(income * 100).astype(np.int64), payday=rng.choice([5, 8, 10, 12, 15, 20, 25], n),
        employer=np.full(n, -1), retired=retired,
        quiet=rng.random(n) < np.array([0.05, 0.1, 0.24])[np.digitize(rank, (0.2, 0.5))],
        answers=np.clip(rng.beta(5, 3, n), 0.15, 0.95),
        risk=rng.choice([1, 2, 3, 4, 5], n, p=[0.16, 0.38, 0.29, 0.13, 0.04]),
        opened=opened, marketing=rng.choice([1, 0, -1], n, p=[0.87, 0.07, 0.06]),
        service=rng.choice([1, 0, -1], n, p=[0.965, 0.012, 0.023]),
        named=np.zeros(n, bool), parent=np.full(n, -1),
    )  # fmt: skip
    _jobs(rng, world)
    _names(rng, world)
    _families(rng, world)
    _personas(world)
    return world


def _jobs(rng: np.random.Generator, people: People) -> None:
    """Some companies pay their staff here: the staff have that company as employer and its payday."""
    payers = np.flatnonzero(people.company & (people.wealth > 20_000_000))[:70]
    workers = np.flatnonzero((people.income > 0) & ~people.retired & ~people.company)
    staff = rng.choice(workers, int(len(workers) * 0.22), replace=False)
    if len(payers):
        people.employer[staff] = payers[(rng.pareto(1.1, len(staff)) * 4).astype(np.int64) % len(payers)]
        people.payday[staff] = 10
    people.payday[people.retired] = 15
    people.income[people.quiet & (~people.retired | (np.arange(people.n) % 2 == 0))] = 0
    people.employer[people.income == 0] = -1
    people.quiet[people.company] &= rng.random(int(people.company.sum())) < 0.4


def _names(rng: np.random.Generator, people: People) -> None:
    people.name = names.person_names(rng, people.birth_year, people.female)
    firms = np.flatnonzero(people.company)
    for i, name in zip(firms.tolist(), names.company_names(rng, len(firms), places.CITY), strict=True):
        people.name[i] = name
    pools = (places.OCCUPATIONS_YOUNG, places.OCCUPATIONS_MID, places.OCCUPATIONS_OLD)
    pool = np.where(people.retired | (people.birth_year < 1964), 2, np.where(people.birth_year > 1990, 0, 1)).tolist()
    draw = rng.random(people.n).tolist()
    people.occupation = [pools[p][int(d * len(pools[p]))] for p, d in zip(pool, draw, strict=True)]


def _families(rng: np.random.Generator, people: People) -> None:
    """Older and younger of one branch share a home and a surname; money goes from one to the other."""
    for branch in range(len(cast.BRANCHES)):
        here = ~people.company & (people.branch == branch)
        here[: len(PERSONAS)] = False
        old = rng.permutation(np.flatnonzero(here & (people.birth_year < 1970)))
        young = rng.permutation(np.flatnonzero(here & (people.birth_year > 1986)))
        pairs = min(len(old), len(young), 170)
        for elder, child in zip(old[:pairs].tolist(), young[:pairs].tolist(), strict=True):
            people.parent[child] = elder
            people.community[child], people.house[child] = people.community[elder], people.house[elder]
            surname = people.name[elder][: 2 if people.name[elder][:2] in names.RARE_SURNAMES else 1]
            given = people.name[child][2 if people.name[child][:2] in names.RARE_SURNAMES else 1 :]
            people.name[child] = surname + given


def _personas(people: People) -> None:
    """Put the named customers in their places."""
    for i, persona in enumerate(PERSONAS[: people.n]):
        year, month, day = map(int, persona.birth.split("-"))
        people.name[i], people.occupation[i], people.named[i] = persona.name, persona.occupation, True
        people.female[i], people.lunar[i], people.quiet[i] = persona.female, persona.lunar, persona.quiet
        people.birth_year[i], people.birth_month[i], people.birth_day[i] = year, month, day
        people.community[i], people.risk[i] = persona.community, persona.risk
        people.income[i], people.retired[i] = persona.income * 100, "退休" in persona.occupation
        people.payday[i] = 15 if people.retired[i] else 10
        people.employer[i], people.marketing[i], people.service[i] = -1, int(persona.marketing), 1
        people.wealth[i] = int((persona.current_wan + sum(lot.wan for lot in persona.lots)) * 1_000_000)
        people.opened[i] = t_of(FIRST.fromisoformat(persona.opened))


def birth_text(people: People, i: int) -> str:
    """YYYY-MM-DD in the customer's own calendar."""
    return f"{people.birth_year[i]}-{people.birth_month[i]:02d}-{people.birth_day[i]:02d}"
