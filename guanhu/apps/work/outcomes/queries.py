"""Reading: what the last night learnt of contacts. Figures of the whole bank; they name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guanhu.apps.people.models import Night, NightState
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Permission, require
from guanhu.rules.rates import Rate


@dataclass(frozen=True)
class Learnt:
    """成效 of one night: its day, the rules it went by, and every signal, tier and channel."""

    day: date
    policy: str
    rates: tuple[Rate, ...]

    @property
    def judged(self) -> int:
        """How many trials it stands on: those with a contact, by whatever way, and those without one."""
        alone = {(rate.kind, rate.tier): rate.held.cases + rate.left.cases for rate in self.rates}
        return sum(rate.reached.cases for rate in self.rates) + sum(alone.values())


def learnt(viewer: Viewer) -> Learnt | None:
    """What the last published night knows of what contacts bring; null before the first that learnt."""
    require(viewer, Permission.RATES_READ)
    told = (
        Night.objects.filter(state=NightState.PUBLISHED)
        .exclude(rates=[])
        .order_by("-day", "-attempt")
        .values_list("day", "policy", "rates")
        .first()
    )
    return Learnt(told[0], told[1], tuple(Rate.of_row(row) for row in told[2])) if told else None
