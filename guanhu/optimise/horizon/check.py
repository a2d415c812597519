"""Is this plan allowed, and is it what it says? Written without a look at the solver.

Every plan passes here before a person sees it. A fault is a sentence; an empty list lets it pass.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from guanhu.optimise.horizon.problem import NOTHING, PAST_DAYS, Plan, Problem

MOST_CONTACTS = 2
"""So many contacts of one customer may fall into five working days."""
Contact = tuple[int, int]
"""A customer and a day, by their places."""


def check(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with this plan, one sentence each."""
    if len(plan.day) != len(problem.tasks) or len(plan.channel) != len(problem.tasks):
        return [f"{len(problem.tasks)} 个事项，计划里有 {len(plan.day)} 个"]
    faults = [*_offered(problem, plan)]
    if faults:
        return faults
    contacts = contacts_of(problem, plan)
    return [
        *_slots(problem, contacts), *_one_channel(problem, plan), *_chains(problem, plan),
        *_often(problem, plan, contacts), *_figures(problem, plan),
    ]  # fmt: skip


def contacts_of(problem: Problem, plan: Plan) -> dict[Contact, int]:
    """Every contact of a plan with its channel, the agreed ones among them."""
    agreed = problem.agreed
    contacts = dict(
        zip(zip(agreed.customer.tolist(), agreed.day.tolist(), strict=True), agreed.channel.tolist(), strict=True)
    )
    for customer, day, channel in zip(
        problem.tasks.customer.tolist(), plan.day.tolist(), plan.channel.tolist(), strict=True
    ):
        if day != NOTHING:
            contacts.setdefault((customer, day), channel)
    return contacts


def _done(problem: Problem, plan: Plan) -> Iterator[tuple[int, int, int, int]]:
    """Task, customer, channel and day of what is done."""
    for task, (day, channel) in enumerate(zip(plan.day.tolist(), plan.channel.tolist(), strict=True)):
        if day != NOTHING:
            yield task, int(problem.tasks.customer[task]), channel, day


def _name(problem: Problem, customer: int) -> str:
    return f"客户 {problem.numbers[customer]}"


def _offered(problem: Problem, plan: Plan) -> Iterator[str]:
    options = problem.options
    offered = set(zip(options.task.tolist(), options.channel.tolist(), options.day.tolist(), strict=True))
    for task, customer, channel, day in _done(problem, plan):
        if (task, channel, day) not in offered:
            yield f"{_name(problem, customer)} 的事项 {problem.tasks.keys[task]} 不能在第 {day} 日用渠道 {channel} 做"


def _one_channel(problem: Problem, plan: Plan) -> Iterator[str]:
    contacts = contacts_of(problem, plan)
    for _, customer, channel, day in _done(problem, plan):
        if contacts[customer, day] != channel:
            yield f"{_name(problem, customer)} 第 {day} 日用了两个渠道"


def _slots(problem: Problem, contacts: dict[Contact, int]) -> Iterator[str]:
    used = Counter((channel, day) for (_, day), channel in contacts.items())
    agreed = Counter(zip(problem.agreed.channel.tolist(), problem.agreed.day.tolist(), strict=True))
    for (channel, day), many in sorted(used.items()):
        most = max(int(problem.capacity[channel, day]), agreed[channel, day])
        if many > most:
            yield f"渠道 {channel} 第 {day} 日排了 {many} 次，最多 {most} 次"


def _chains(problem: Problem, plan: Plan) -> Iterator[str]:
    for task, customer, _, day in _done(problem, plan):
        before = int(problem.tasks.before[task])
        if before != NOTHING and not NOTHING < int(plan.day[before]) < day:
            yield f"{_name(problem, customer)} 的事项 {problem.tasks.keys[task]} 排在它的前一事项之前"


def _often(problem: Problem, plan: Plan, contacts: dict[Contact, int]) -> Iterator[str]:
    """No contact that caps bind comes where the five days that end with it hold more than they may."""
    free = set(zip(problem.agreed.customer.tolist(), problem.agreed.day.tolist(), strict=True))
    free |= {(customer, day) for task, customer, _, day in _done(problem, plan) if problem.tasks.exempt[task]}
    days: dict[int, set[int]] = defaultdict(set)
    for customer, day in contacts:
        days[customer].add(day)
    for customer, planned in days.items():
        bits = int(problem.past[customer])
        behind = planned | {-(place + 1) for place in range(PAST_DAYS) if bits >> place & 1}
        for day in sorted(planned):
            many = sum(day - PAST_DAYS <= one <= day for one in behind)
            if many > MOST_CONTACTS and (customer, day) not in free:
                yield f"{_name(problem, customer)} 到第 {day} 日的五个工作日里联系 {many} 次，最多 {MOST_CONTACTS} 次"


def _figures(problem: Problem, plan: Plan) -> Iterator[str]:
    options = problem.options
    rows = zip(options.task.tolist(), options.channel.tolist(), options.day.tolist(),
               options.value_fen.tolist(), options.keep_fen.tolist(), strict=True)  # fmt: skip
    worth_fen = kept_fen = 0
    for task, channel, day, value, keep in rows:
        if (int(plan.channel[task]), int(plan.day[task])) == (channel, day):
            worth_fen, kept_fen = worth_fen + value, kept_fen + keep
    if worth_fen != plan.worth_fen or worth_fen + kept_fen != plan.counted_fen:
        yield f"各事项合计 {worth_fen} 分，报的是 {plan.worth_fen} 分"
    if plan.counted_fen > plan.bound_fen:
        yield f"计划 {plan.counted_fen} 分超过了上界 {plan.bound_fen} 分"
    if plan.price_fen.shape != problem.capacity.shape or (plan.price_fen.size and plan.price_fen.min() < 0):
        yield "名额的价格不对"
