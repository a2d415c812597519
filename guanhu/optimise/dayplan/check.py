"""Is this plan allowed, is it what it says, and is it proved best? Written without a look at the solver.

Every plan passes here before a person sees it. The proof needs no trust in the solver either: whatever the
prices are, no plan can be worth more than all slots at their prices plus each customer's best gain over
them; a plan that reaches this bound is optimal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from guanhu.optimise.dayplan.problem import Line, Plan, Problem, Worth

NOTHING = Worth()


def check(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with this plan, one sentence each; an empty list lets it pass."""
    faults = list(_lines(problem, plan))
    faults += _quotas(problem, plan)
    faults += _order(problem, plan)
    faults += _duties(problem, plan)
    faults += _rivals(problem, plan)
    faults += _proof(problem, plan)
    return faults


def _lines(problem: Problem, plan: Plan) -> Iterator[str]:
    offered = {customer.customer_no: customer for customer in problem.customers}
    for number, count in Counter(line.customer_no for line in plan.lines).items():
        if count > 1:
            yield f"客户 {number} 在名单里出现 {count} 次"
    for line in plan.lines:
        customer = offered.get(line.customer_no)
        option = customer.option(line.channel) if customer else None
        if customer is None or option is None:
            yield f"客户 {line.customer_no} 不可用渠道 {line.channel}"
            continue
        if (option.value_fen, option.duty) != (line.value_fen, line.duty):
            yield f"客户 {line.customer_no} 的价值或必做标记与候选不符"
        if not option.sensible:
            yield f"客户 {line.customer_no} 的联系不比不联系好"
        if line.beat.others != tuple(other for other in customer.options if other.channel != line.channel):
            yield f"客户 {line.customer_no} 的其他渠道列得不对"
    total = Worth(sum(line.duty for line in plan.lines), sum(line.value_fen for line in plan.lines))
    if total != plan.worth:
        yield f"各行合计 {total} 与所报 {plan.worth} 不符"


def _quotas(problem: Problem, plan: Plan) -> Iterator[str]:
    used = Counter(line.channel for line in plan.lines)
    for quota in problem.quotas:
        if used[quota.channel] > quota.count:
            yield f"渠道 {quota.channel} 用了 {used[quota.channel]} 个名额，只有 {quota.count} 个"


def _order(problem: Problem, plan: Plan) -> Iterator[str]:
    channels = [quota.channel for quota in problem.quotas]

    def place(line: Line) -> tuple[int, int, str]:
        group = -1 if line.duty else channels.index(line.channel) if line.channel in channels else len(channels)
        return group, -line.value_fen, line.customer_no

    for before, after in pairwise(plan.lines):
        if place(before) > place(after):
            yield f"客户 {after.customer_no} 应排在 {before.customer_no} 之前"


def _duties(problem: Problem, plan: Plan) -> Iterator[str]:
    served = {line.customer_no for line in plan.lines if line.duty}
    unserved = [customer for customer in problem.customers if customer.duty and customer.customer_no not in served]
    if tuple(customer.customer_no for customer in unserved) != plan.overflow:
        yield "排不下的必做客户报得不对"
    free = {quota.channel: quota.count for quota in problem.quotas}
    for line in plan.lines:
        if line.duty and line.channel in free:
            free[line.channel] -= 1
    for customer in unserved:
        for option in customer.options:
            if option.duty and free[option.channel] > 0:
                yield f"必做客户 {customer.customer_no} 没排上，渠道 {option.channel} 却有非必做或空的名额"


def _rivals(problem: Problem, plan: Plan) -> Iterator[str]:
    chosen = {line.customer_no for line in plan.lines}
    best: dict[str, tuple[int, int, str]] = {}
    for customer in problem.customers:
        for option in customer.options if customer.customer_no not in chosen else ():
            rival = (-int(option.duty), -option.value_fen, customer.customer_no)
            if option.sensible and rival < best.get(option.channel, (1, 0, "")):
                best[option.channel] = rival
    for line in plan.lines:
        known = best.get(line.channel)
        expected = (known[2], -known[1]) if known else (None, 0)
        if (line.beat.left_out, line.beat.left_out_fen) != expected:
            yield f"客户 {line.customer_no} 胜过的对手报得不对"


def _proof(problem: Problem, plan: Plan) -> Iterator[str]:
    channels = {quota.channel for quota in problem.quotas}
    if set(plan.prices) != channels:
        yield "名额价格与渠道不符"
        return
    for channel, price in plan.prices.items():
        if price < NOTHING:
            yield f"渠道 {channel} 的名额价格为负"
    for line in plan.lines:
        if line.channel in channels and line.price_fen != plan.prices[line.channel].fen:
            yield f"客户 {line.customer_no} 的名额价格与渠道价格不符"
    bound = NOTHING
    for quota in problem.quotas:
        bound += plan.prices[quota.channel].times(quota.count)
    for customer in problem.customers:
        gains = (option.worth - plan.prices[option.channel] for option in customer.options if option.sensible)
        best = max(gains, default=NOTHING)
        if best > NOTHING:
            bound += best
    if bound != plan.bound:
        yield f"上界应为 {bound}，报的是 {plan.bound}"
    if bound != plan.worth:
        yield f"未证明最优：上界 {bound}，方案 {plan.worth}"
