"""One keeper's day as a problem: who could be reached by which channel, what each contact is worth, how many fit.

Nothing here knows tables, days or policy. Money is whole fen. Customers are named by their customer
number, which also settles ties: of two equally good answers the lower number wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

LARGEST_FEN = 1_000_000_000_00
"""No single contact is worth more (10 亿元); up to here the solver's arithmetic is exact."""


@dataclass(frozen=True, order=True)
class Worth:
    """What a choice is worth: duties served first, then fen; one duty outweighs any money."""

    duties: int = 0
    fen: int = 0

    def __add__(self, other: Worth) -> Worth:
        """Both together."""
        return Worth(self.duties + other.duties, self.fen + other.fen)

    def __sub__(self, other: Worth) -> Worth:
        """By how much this is worth more."""
        return Worth(self.duties - other.duties, self.fen - other.fen)

    def times(self, count: int) -> Worth:
        """So many of the same."""
        return Worth(self.duties * count, self.fen * count)


@dataclass(frozen=True)
class Option:
    """One way to reach a customer today: the channel, its value over not reaching out, and whether it does a duty."""

    channel: str
    value_fen: int
    duty: bool = False

    @property
    def worth(self) -> Worth:
        """The option as the plan weighs it."""
        return Worth(int(self.duty), self.value_fen)

    @property
    def sensible(self) -> bool:
        """Worth a slot at all: a duty, or better than leaving the customer in peace."""
        return self.duty or self.value_fen > 0


@dataclass(frozen=True)
class Customer:
    """One customer and the ways he may be reached today, at most one a channel."""

    customer_no: str
    options: tuple[Option, ...]

    @property
    def duty(self) -> bool:
        """Is there something that must be done for this customer today?"""
        return any(option.duty for option in self.options)

    def option(self, channel: str) -> Option | None:
        """The way by this channel, if offered."""
        return next((option for option in self.options if option.channel == channel), None)


@dataclass(frozen=True)
class Quota:
    """How many contacts of one channel fit into the day."""

    channel: str
    count: int


@dataclass(frozen=True)
class Problem:
    """The day of one keeper; channels stand in the order of the list, customers in the order of their numbers."""

    quotas: tuple[Quota, ...]
    customers: tuple[Customer, ...]

    @staticmethod
    def of(quotas: Mapping[str, int], customers: Iterable[Customer]) -> Problem:
        """Put the pieces in their fixed order, whatever order they came in, and refuse what cannot be meant."""
        ordered = tuple(sorted(customers, key=lambda customer: customer.customer_no))
        for before, after in pairwise(ordered):
            if before.customer_no == after.customer_no:
                raise ValueError(f"客户 {after.customer_no} 在同一份名单里出现两次")
        for customer in ordered:
            _refuse_odd_options(customer, quotas)
        for channel, count in quotas.items():
            if count < 0:
                raise ValueError(f"渠道 {channel} 的名额为负")
        return Problem(tuple(Quota(channel, count) for channel, count in quotas.items()), ordered)


def _refuse_odd_options(customer: Customer, quotas: Mapping[str, int]) -> None:
    channels = [option.channel for option in customer.options]
    if len(set(channels)) < len(channels):
        raise ValueError(f"客户 {customer.customer_no} 的同一渠道给了两次")
    for option in customer.options:
        if option.channel not in quotas:
            raise ValueError(f"客户 {customer.customer_no} 的渠道 {option.channel} 没有名额设置")
        if abs(option.value_fen) > LARGEST_FEN:
            raise ValueError(f"客户 {customer.customer_no} 的价值 {option.value_fen} 分超出可信范围")


@dataclass(frozen=True)
class Beat:
    """What a line was preferred to: the best customer left out of its channel, and the customer's other channels."""

    left_out: str | None
    left_out_fen: int
    others: tuple[Option, ...]


@dataclass(frozen=True)
class Line:
    """One contact of the day: whom, how, what it is worth, what its slot costs and what it beat."""

    customer_no: str
    channel: str
    value_fen: int
    duty: bool
    price_fen: int
    beat: Beat


@dataclass(frozen=True)
class Plan:
    """The day's answer in the order of the list, with its proof.

    ``prices`` are the worth of one more slot of each channel, ``bound`` is what no plan can exceed (the
    dual of the linear programme at these prices); ``bound`` equal to ``worth`` proves the plan optimal.
    ``overflow`` are the customers whose duty found no slot.
    """

    lines: tuple[Line, ...]
    worth: Worth
    bound: Worth
    prices: Mapping[str, Worth]
    overflow: tuple[str, ...]

    @property
    def gap(self) -> Worth:
        """How far the plan may still lie below the best one; nothing at all when proved optimal."""
        return self.bound - self.worth
