"""Small days to plan: drawn by hand, by Hypothesis and from a seed, and the brute force that knows the best answer."""

from __future__ import annotations

import random
from itertools import product

from hypothesis import strategies as st

from guanhu.optimise.dayplan import Customer, Option, Problem, Worth

CHANNELS = ("meeting", "call", "message")


def day(quotas: str, customers: str) -> Problem:
    """A day written down: ``meeting 1, call 2``, then customers, ``王 | call 30 | meeting! 50`` (! is a duty)."""
    counts = dict.fromkeys(CHANNELS, 0)
    for part in quotas.split(","):
        channel, count = part.split()
        counts[channel] = int(count)
    listed = []
    for line in customers.strip().splitlines():
        name, *options = (cell.strip() for cell in line.split("|"))
        listed.append(Customer(name, tuple(_option(text) for text in options if text)))
    return Problem.of(counts, listed)


def _option(text: str) -> Option:
    channel, value = text.split()
    return Option(channel.rstrip("!"), int(value), duty=channel.endswith("!"))


def best_worth(problem: Problem) -> Worth:
    """The best there is, found by trying every plan."""
    best = Worth()
    for choice in product(*((None, *customer.options) for customer in problem.customers)):
        chosen = [option for option in choice if option]
        if all(sum(o.channel == q.channel for o in chosen) <= q.count for q in problem.quotas):
            best = max(best, Worth(sum(o.duty for o in chosen), sum(o.value_fen for o in chosen)))
    return best


@st.composite
def small_days(draw: st.DrawFn, *, customers: int = 6) -> Problem:
    """Up to six customers, quotas 0 to 2, many ties, some duties, some contacts that do harm."""
    value = st.integers(-2, 6) | st.integers(-100, 10_000_00)
    listed = []
    for number in range(draw(st.integers(0, customers))):
        offered = draw(st.lists(st.sampled_from(CHANNELS), unique=True, max_size=3))
        options = tuple(Option(c, draw(value), draw(st.sampled_from((False, False, True)))) for c in offered)
        listed.append(Customer(f"C{number}", options))
    return Problem.of({channel: draw(st.integers(0, 2)) for channel in CHANNELS}, listed)


def full_day(seed: int, customers: int = 600) -> Problem:
    """A wealth manager's day of the size of the source: 600 customers, 5 meetings, 20 calls, 30 messages."""
    rng = random.Random(seed)
    listed = []
    for number in range(customers):
        base = rng.choice((600, 2000, 6000, int(rng.lognormvariate(9, 1.5))))
        duty = rng.random() < 0.02
        options = [Option("message", base * 35 // 100), Option("call", base, duty)]
        if rng.random() < 0.5:
            options.append(Option("meeting", base * 14 // 10, duty))
        rng.shuffle(options)
        listed.append(Customer(f"C{number:05d}", tuple(options)))
    return Problem.of({"meeting": 5, "call": 20, "message": 30}, listed)
