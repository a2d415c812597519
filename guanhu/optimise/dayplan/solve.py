"""The best day under the quotas: a bipartite b-matching, solved exactly, ties settled by customer number.

Duties weigh more than all money together, so one matching answers "duties first, then value". All
weights are whole numbers far below 2**53, so the assignment's floating point is exact. The prices are the
smallest optimal dual of the linear programme, which is integral here: the bound they give is the optimum.
"""

from __future__ import annotations

from collections.abc import Mapping

from guanhu.optimise.dayplan.problem import Beat, Line, Plan, Problem, Worth

Weights = list[list[int]]
"""One row a customer, one column a channel; 0 where there is no sensible option."""
Match = list[int]
"""For each customer the index of the channel, -1 for left in peace."""


def solve(problem: Problem) -> Plan:
    """Choose the contacts of the day: as many duties as fit, then the highest total value; one contact a customer."""
    capacity = [quota.count for quota in problem.quotas]
    duty_weight = _duty_weight(problem)
    weights = _weights(problem, duty_weight)
    found = _assign(weights, capacity)
    prices = _prices(weights, found, len(capacity))
    chosen = _assign(_tie_weights(weights, capacity, prices), capacity)
    return _plan(problem, chosen, weights, prices, duty_weight)


def _duty_weight(problem: Problem) -> int:
    """More than any exchange of money can move: one slot more than there are, four times over."""
    largest = (max((abs(option.value_fen) for option in c.options), default=0) for c in problem.customers)
    slots = sum(quota.count for quota in problem.quotas)
    return 1 + 4 * sum(sorted(largest, reverse=True)[: slots + 1])


def _weights(problem: Problem, duty_weight: int) -> Weights:
    index = {quota.channel: at for at, quota in enumerate(problem.quotas)}
    rows = [[0] * len(index) for _ in problem.customers]
    for row, customer in zip(rows, problem.customers, strict=True):
        for option in customer.options:
            if option.sensible:
                row[index[option.channel]] = option.value_fen + (duty_weight if option.duty else 0)
    return rows


def _assign(weights: Weights, capacity: list[int]) -> Match:
    """The matching of greatest weight: every channel stands in the assignment once for each of its slots."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    match = [-1] * len(weights)
    slots = [channel for channel, count in enumerate(capacity) for _ in range(min(count, len(weights)))]
    if not slots:
        return match
    table = np.array(weights, dtype=np.float64).T[slots]
    for slot, customer in zip(*linear_sum_assignment(table, maximize=True), strict=True):
        if weights[customer][slots[slot]] > 0:
            match[customer] = slots[slot]
    return match


def _prices(weights: Weights, match: Match, count: int) -> list[int]:
    """What one more slot of each channel is worth: it takes someone left out, or someone whose slot is then worth more.

    The longest exchange path over the few channels; at an optimum no exchange in a circle gains, so as
    many rounds as there are channels suffice.
    """
    prices = [0] * count
    moves: dict[tuple[int, int], int] = {}
    for row, at in zip(weights, match, strict=True):
        for c, weight in enumerate(row):
            if at < 0:
                prices[c] = max(prices[c], weight)
            elif weight and c != at:
                moves[c, at] = max(moves.get((c, at), weight - row[at]), weight - row[at])
    for _ in range(count):
        for (c, d), gain in moves.items():
            prices[c] = max(prices[c], gain + prices[d])
    return prices


def _tie_weights(weights: Weights, capacity: list[int], prices: list[int]) -> Weights:
    """Weights under which the best matching is, of all optimal ones, the one with the lowest customer numbers.

    Optimal plans are exactly the matchings on options that just pay their price, which reach every
    customer who gains and fill every channel with a price. Both counts come first; then lower numbers;
    then, for the lower number, the channel that stands later in the list, which takes less of the day.
    """
    rows, channels = len(weights), len(capacity)
    channel_scale = 1 + rows * channels * sum(min(count, rows) for count in capacity)
    must = channel_scale * (1 + rows * (1 + sum(min(count, rows) for count in capacity)))
    ties: Weights = []
    for rank, row in enumerate(weights):
        gain = _gain(row, prices)
        ties.append([
            must * ((gain > 0) + (price > 0)) + (rows - rank) * (channel_scale + c)
            if weight and weight - price == gain
            else 0
            for c, (weight, price) in enumerate(zip(row, prices, strict=True))
        ])  # fmt: skip
    return ties


def _gain(row: list[int], prices: list[int]) -> int:
    """What a customer's best channel brings over its price; never below leaving him in peace."""
    return max((weight - price for weight, price in zip(row, prices, strict=True) if weight > price), default=0)


def _split(weight: int, duty_weight: int) -> Worth:
    duties = (weight + duty_weight // 2) // duty_weight
    return Worth(duties, weight - duties * duty_weight)


def _plan(problem: Problem, match: Match, weights: Weights, prices: list[int], duty_weight: int) -> Plan:
    priced = {quota.channel: _split(price, duty_weight) for quota, price in zip(problem.quotas, prices, strict=True)}
    left_out = _best_left_out(problem, match)
    lines, overflow = [], []
    for customer, at in zip(problem.customers, match, strict=True):
        option = customer.option(problem.quotas[at].channel) if at >= 0 else None
        if option is not None:
            others = tuple(other for other in customer.options if other.channel != option.channel)
            rival = left_out.get(option.channel, (None, 0))
            price_fen = priced[option.channel].fen
            beat = Beat(rival[0], rival[1], others)
            lines.append(Line(customer.customer_no, option.channel, option.value_fen, option.duty, price_fen, beat))
        if customer.duty and not (option and option.duty):
            overflow.append(customer.customer_no)
    order = {quota.channel: at for at, quota in enumerate(problem.quotas)}
    lines.sort(key=lambda line: (0 if line.duty else 1 + order[line.channel], -line.value_fen, line.customer_no))
    worth = Worth(sum(line.duty for line in lines), sum(line.value_fen for line in lines))
    bound = sum(price * quota.count for price, quota in zip(prices, problem.quotas, strict=True))
    bound += sum(_gain(row, prices) for row in weights)
    return Plan(tuple(lines), worth, _split(bound, duty_weight), priced, tuple(overflow))


def _best_left_out(problem: Problem, match: Match) -> Mapping[str, tuple[str, int]]:
    best: dict[str, tuple[Worth, str]] = {}
    for customer, at in zip(problem.customers, match, strict=True):
        for option in customer.options if at < 0 else ():
            if option.sensible and (option.channel not in best or option.worth > best[option.channel][0]):
                best[option.channel] = (option.worth, customer.customer_no)
    return {channel: (number, worth.fen) for channel, (worth, number) in best.items()}
