"""Why is this customer on today's list, or why not: the value against the price of the slot, and what it beat."""

from __future__ import annotations

from dataclasses import dataclass

from guanhu.optimise.dayplan.problem import Customer, Line, Option, Plan, Problem
from guanhu.rules.kinds import Channel

CHANNEL_WORDS = {channel.value: channel.label() for channel in Channel}


@dataclass(frozen=True)
class Explanation:
    """The plan's answer for one customer in figures, and the same in sentences."""

    customer_no: str
    chosen: bool
    channel: str | None
    value_fen: int
    price_fen: int
    lines: tuple[str, ...]

    @property
    def margin_fen(self) -> int:
        """By how much the contact lies above the price of its slot; below zero for who stays out."""
        return self.value_fen - self.price_fen


def explain(problem: Problem, plan: Plan, customer_no: str) -> Explanation:
    """Say for one customer why in, at which price and what was beaten, or why out; unknown numbers raise KeyError."""
    customer = next((one for one in problem.customers if one.customer_no == customer_no), None)
    if customer is None:
        raise KeyError(customer_no)
    line = next((one for one in plan.lines if one.customer_no == customer_no), None)
    return _why_in(line) if line else _why_out(customer, plan)


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d} 元"


def _word(channel: str) -> str:
    return CHANNEL_WORDS.get(channel, channel)


def _why_in(line: Line) -> Explanation:
    said = [f"今天{_word(line.channel)}，价值 {_yuan(line.value_fen)}"]
    if line.duty:
        said.append("属必做，先于其他客户排入")
    said.append(f"再多一个{_word(line.channel)}名额值 {_yuan(line.price_fen)}")
    if line.beat.left_out:
        said.append(f"胜过未排入的客户 {line.beat.left_out}（{_yuan(line.beat.left_out_fen)}）")
    else:
        said.append("没有别的客户在等这个名额")
    said += [f"也可{_word(other.channel)}，价值 {_yuan(other.value_fen)}" for other in line.beat.others]
    return Explanation(line.customer_no, True, line.channel, line.value_fen, line.price_fen, tuple(said))


def _why_out(customer: Customer, plan: Plan) -> Explanation:
    if not customer.options:
        return Explanation(customer.customer_no, False, None, 0, 0, ("今天没有可用的渠道或理由",))
    best = max(customer.options, key=lambda option: (option.worth - plan.prices[option.channel], option.channel))
    price_fen = plan.prices[best.channel].fen
    said = [f"最合适的是{_word(best.channel)}，价值 {_yuan(best.value_fen)}", _against(best, price_fen)]
    if customer.customer_no in plan.overflow:
        said.append("有必做事项，但今天的名额已被其他必做占满")
    return Explanation(customer.customer_no, False, best.channel, best.value_fen, price_fen, tuple(said))


def _against(option: Option, price_fen: int) -> str:
    if not option.sensible:
        return "联系并不比不联系好"
    return f"今天一个{_word(option.channel)}名额值 {_yuan(price_fen)}，给了价值更高或同值而客户号更小的客户"
