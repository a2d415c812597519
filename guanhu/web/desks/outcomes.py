"""成效: what a contact changes, by signal, tier and channel, with the trials behind it and what was believed before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from guanhu.apps.people import policy
from guanhu.apps.work.outcomes import queries
from guanhu.rules.kinds import Channel, SignalKind, Tier
from guanhu.rules.policy import Policy
from guanhu.rules.rates import Belief, Count, Rate
from guanhu.rules.trials import LEARNT
from guanhu.web.pages import Request, page
from guanhu.web.words import DASH, share

WHOLE = 10_000


@dataclass(frozen=True)
class Cell:
    """One rate as it is drawn: the figure, its interval, how many trials speak for it."""

    figure: str
    interval: str
    cases: int


@dataclass(frozen=True)
class Line:
    """One tier of a signal."""

    tier: str
    alone: Cell
    held: int
    left: int
    ways: tuple[Cell, ...]
    lift: str
    lift_bp: int


@dataclass(frozen=True)
class Sheet:
    """One signal: what a trial of it is, what success means, its tiers, and whether the night goes by it."""

    kind: str
    trial: str
    prior: str
    used: bool
    held_out: str
    cases: int
    lines: tuple[Line, ...]


def outcomes(request: Request) -> HttpResponse:
    """The page: one sheet for each signal that is learnt."""
    told = queries.learnt(request.viewer)
    sheets = [_sheet(kind, [rate for rate in told.rates if rate.kind is kind]) for kind in LEARNT] if told else []
    numbers = policy.in_force()
    return page(
        request, "desks/outcomes.html", here="outcomes", told=told, sheets=sheets, ways=tuple(Channel),
        days=numbers.learn_days, enough=numbers.learn_enough, soonest=min(numbers.trial_judge_days.values()),
        latest=max(numbers.trial_judge_days.values()), weighs=WHOLE // max(numbers.learn_left_bp, 1),
        most=numbers.learn_left_most,
    )  # fmt: skip


def _sheet(kind: SignalKind, rates: Sequence[Rate]) -> Sheet:
    called = [rate for rate in rates if rate.channel is Channel.CALL]
    before = called[0]
    numbers = policy.in_force()
    held_bp = numbers.holdout_bp.get(kind, 0)
    return Sheet(
        kind=kind.value,
        trial=_trial(kind, numbers),
        prior=_("不联系 %(without)s，打电话 %(with)s")
        % {"without": share(before.prior_without_bp), "with": share(before.prior_with_bp)},
        used=before.used,
        held_out=_tenths(held_bp) if held_bp else "",
        cases=sum(rate.reached.cases for rate in rates) + sum(rate.held.cases + rate.left.cases for rate in called),
        lines=tuple(_line(tier, [rate for rate in rates if rate.tier is tier]) for tier in Tier),
    )


def _line(tier: Tier, rates: Sequence[Rate]) -> Line:
    by_way = {rate.channel: rate for rate in rates}
    called = by_way[Channel.CALL]
    return Line(
        tier=tier.value,
        alone=_cell(called.alone_belief, called.held + called.left),
        held=called.held.cases,
        left=called.left.cases,
        ways=tuple(_cell(by_way[way].reached_belief, by_way[way].reached) for way in Channel),
        lift=_tenths(called.lift_bp, signed=True),
        lift_bp=called.lift_bp,
    )


def _cell(belief: Belief, count: Count) -> Cell:
    interval = f"{share(belief.low_bp)}–{share(belief.high_bp)}" if count.cases else DASH
    return Cell(_tenths(belief.bp), interval, count.cases)


def _tenths(basis_points: int, *, signed: bool = False) -> str:
    """A share with one decimal: learnt rates are small, and their differences smaller."""
    figure = f"{abs(basis_points) / 100:.1f}%"
    if not signed:
        return figure
    return ("−" if basis_points < 0 else "+") + figure


def _trial(kind: SignalKind, numbers: Policy) -> str:
    """What a trial is and what success means, in the branch's words."""
    judged = numbers.trial_judge_days[kind]
    after = judged - numbers.maturity_week_days - 1
    told = {
        SignalKind.MATURITY: _("每笔到期算一例，约定自动转存的和贷款除外；到期后 %(n)s 天还有一半以上留在本行就算成"),
        SignalKind.NEAR_LINE: _("每位客户每 %(block)s 天算一例；%(n)s 天后资产达到那条线就算成"),
        SignalKind.OUTFLOW: _("每位客户每 %(block)s 天算一例；其后近 30 天净流入不为负就算成"),
        SignalKind.LARGE_MOVE: _("每笔大额算一例；%(n)s 天内转出的回来一半、转入的有一半买了本行产品就算成"),
        SignalKind.DORMANT: _("每位客户每 %(block)s 天算一例；%(n)s 天内客户自己动了账就算成"),
    }[kind]
    return told % {"n": after if kind is SignalKind.MATURITY else judged, "block": numbers.average_days}
