"""档案完整度: how much of what a keeper should know of a customer stands in her file, and what to ask next. P5, P13."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from guanhu.rules.kinds import CustomerKind, FileItem, Tier
from guanhu.rules.living import FactKind
from guanhu.rules.policy import Policy

FULL_BP = 10_000
LEARNT = {
    FactKind.NEED: FileItem.NEED, FactKind.INTEREST: FileItem.INTEREST, FactKind.FAMILY: FileItem.FAMILY,
    FactKind.BEST_TIME: FileItem.BEST_TIME, FactKind.PERSONALITY: FileItem.PERSONALITY,
    FactKind.NATIVE_PLACE: FileItem.NATIVE_PLACE, FactKind.SCHOOL: FileItem.SCHOOL,
    FactKind.BUSINESS: FileItem.BUSINESS,
}  # fmt: skip
"""What is learnt from the customer herself, by the item of the file it fills."""
AGEING = frozenset({FileItem.RISK, FileItem.NEED, FileItem.INTEREST, FileItem.FAMILY, FileItem.BEST_TIME,
                    FileItem.BUSINESS})  # fmt: skip
"""Items that have to be confirmed from time to time; where somebody was born or went to school stays so."""

Known = Mapping[FileItem, date | None]
"""What a file holds: each item with the day it was last said or confirmed, null where nobody says when."""


@dataclass(frozen=True)
class Meter:
    """How complete one file is: the share, what is missing and what is old, the weightiest first."""

    share_bp: int
    missing: tuple[FileItem, ...]
    stale: tuple[FileItem, ...]

    @property
    def ask(self) -> FileItem | None:
        """What to ask next: the weightiest that is missing, else the weightiest that is old; null: nothing."""
        return next(iter((*self.missing, *self.stale)), None)


def weights_of(kind: str, tier: str, policy: Policy) -> dict[FileItem, int]:
    """Which items count for such a customer, and how much; who was not measured yet counts as the lowest tier."""
    of_kind = policy.file_weights[CustomerKind(kind)]
    return of_kind[Tier(tier) if tier else Tier.C]


def fresh_since(today: date, policy: Policy) -> date:
    """新鲜线: the first day from which on something said needs no confirming yet."""
    return today - timedelta(days=policy.file_stale_days)


def meter_of(known: Known, *, kind: str, tier: str, today: date, policy: Policy) -> Meter:
    """完整度: the weights of what is known, what is old counted in part, over the weights of all that counts."""
    weights = sorted(weights_of(kind, tier, policy).items(), key=lambda one: -one[1])
    since = fresh_since(today, policy)
    missing = tuple(item for item, _weight in weights if item not in known)
    stale = tuple(item for item, _weight in weights if item in known and _is_old(item, known[item], since))
    shares = dict.fromkeys(missing, 0) | dict.fromkeys(stale, policy.file_stale_bp)
    got = sum(weight * shares.get(item, FULL_BP) for item, weight in weights)
    return Meter(got // sum(weight for _item, weight in weights), missing, stale)


def _is_old(item: FileItem, said_on: date | None, since: date) -> bool:
    return item in AGEING and said_on is not None and said_on < since


def is_enough(share_bp: int, policy: Policy) -> bool:
    """够不够: is the file complete enough to stay off the list of those to be filled?"""
    return share_bp >= policy.file_enough_bp
