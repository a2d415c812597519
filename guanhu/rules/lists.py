"""名单: what a list of customers may be asked by, shown by and put in order by; and the small language it is asked in.

``tier:A,B~balance:50..~silent:90..~marketing:!no``: conditions that all hold, each about one trait, on values of a
closed list or between two bounds. What is not in this module cannot be asked (reliability A12).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from guanhu.rules.kinds import CustomerKind, Entitlement, Kind, Stage, Tier
from guanhu.rules.policy import WAN

LONGEST = 600
"""Signs of a whole question; what is longer is no question."""
MOST_VALUES = 40
NONE, SPLIT = "none", "~"


class Trait(Kind):
    """指标: what a list tells of a customer, and may be asked by."""

    TIER = "tier", "分层", "Tier"
    ENTITLEMENT = "entitlement", "权益等级", "Entitlement"
    STAGE = "stage", "客情阶段", "Stage"
    KIND = "kind", "个人或对公", "Personal or corporate"
    KEEPER = "keeper", "管户人", "Keeper"
    BALANCE = "balance", "管理资产", "Assets"
    AVERAGE = "average", "30 天日均", "30-day average"
    BAND = "band", "资产区间", "Assets band"
    NET = "net", "近 30 天净流入", "Net inflow, 30 days"
    IN30 = "in", "近 30 天转入", "In, 30 days"
    OUT30 = "out", "近 30 天转出", "Out, 30 days"
    GAP = "gap", "距下一档", "To the next line"
    WORTH = "worth", "年价值贡献", "Value of a year"
    SILENT = "silent", "未联系天数", "Days without contact"
    AGE = "age", "年龄", "Age"
    BIRTHDAY = "birthday", "生日月份", "Birthday month"
    MATURES = "matures", "到期天数", "Days to maturity"
    MARKETING = "marketing", "营销同意", "Marketing consent"
    OPENED = "opened", "建户日", "Customer since"
    COMPLETE = "complete", "完整度", "Completeness"
    NAME = "name", "姓名读音", "Name by sound"


class ConsentWord(Kind):
    """同意与否: what a customer said to marketing, as far as anybody asked."""

    YES = "yes", "已同意", "Agreed"
    NO = "no", "已拒绝", "Refused"
    UNASKED = "unasked", "没问过", "Never asked"


class ViewScope(Kind):
    """视图给谁用: who may use a named way to see the list."""

    OWN = "own", "只自己用", "Mine alone"
    BRANCH = "branch", "本网点都能用", "For the branch"
    BANK = "bank", "全行都能用", "For the bank"


MONTHS = tuple(str(month) for month in range(1, 13))
BANDS = tuple(str(band) for band in range(10))
CHOICES: dict[Trait, tuple[str, ...]] = {
    Trait.TIER: tuple(Tier),
    Trait.ENTITLEMENT: tuple(Entitlement),
    Trait.STAGE: tuple(Stage),
    Trait.KIND: tuple(CustomerKind),
    Trait.BAND: BANDS,
    Trait.BIRTHDAY: MONTHS,
    Trait.MARKETING: tuple(ConsentWord),
}
"""Traits asked by values of a closed list."""
NAMED = (Trait.KEEPER,)
"""Traits asked by a colleague's staff number."""
AMOUNTS = (Trait.BALANCE, Trait.AVERAGE, Trait.NET, Trait.IN30, Trait.OUT30, Trait.GAP, Trait.WORTH)
"""Traits asked between two amounts, in 万."""
COUNTS: dict[Trait, int] = {Trait.SILENT: 9999, Trait.AGE: 150, Trait.MATURES: 366}
"""Traits asked between two whole numbers, with the largest."""
MAY_LACK = (Trait.KEEPER, Trait.SILENT, Trait.GAP)
"""Traits that may be nought: kept by nobody, never spoken to, above the last line."""
ASKED = (*CHOICES, *NAMED, *AMOUNTS, *COUNTS)

_STAFF_NO = re.compile(r"[A-Za-z0-9_-]{1,40}")
_WAN = re.compile(r"-?[0-9]{1,8}(?:\.[0-9]{1,4})?")
_COUNT = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True)
class Condition:
    """One condition: one of these values, or none of them, or between two bounds, or that there is none."""

    trait: Trait
    values: tuple[str, ...] = ()
    other: bool = False
    low: int | None = None
    high: int | None = None
    """Bounds, both included: fen for amounts."""
    lacks: bool = False


@dataclass(frozen=True)
class Order:
    """By which trait a list is put in order, and from which end."""

    trait: Trait
    falling: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.falling else ''}{self.trait.value}"


def read_question(text: str) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    """The conditions of a question, one a trait, and the parts nobody understands; never an error. P10."""
    if len(text) > LONGEST:
        return (), (text[:20] + "…",)
    found: dict[Trait, Condition] = {}
    strange: list[str] = []
    for part in filter(None, text.split(SPLIT)):
        condition = _condition(part)
        if condition is None:
            strange.append(part)
        else:
            found[condition.trait] = condition
    return tuple(sorted(found.values(), key=lambda one: ASKED.index(one.trait))), tuple(strange)


def write_question(conditions: Iterable[Condition]) -> str:
    """The question of these conditions, as addresses hold it: reading it gives them again."""
    return SPLIT.join(f"{one.trait.value}:{_said(one)}" for one in conditions)


def read_order(text: str) -> Order | None:
    """By what to put in order; null for anything that is none."""
    name = text.removeprefix("-")
    return Order(Trait(name), text.startswith("-")) if name in list(Trait) else None


def read_traits(text: str, known: Sequence[Trait]) -> tuple[Trait, ...]:
    """The traits a text with commas names, of those there are, in their own order, each once."""
    named = text.split(",")
    return tuple(trait for trait in known if trait.value in named)


def between(trait: Trait, low: str, high: str) -> Condition | None:
    """The condition of two bounds as a form sends them, either of them empty; null where they say nothing."""
    return _condition(f"{trait.value}:{low.strip()}..{high.strip()}")


def among(trait: Trait, values: Iterable[str]) -> Condition | None:
    """The condition of values that were ticked; null where none is one of this trait's."""
    return _condition(f"{trait.value}:{','.join(values)}")


def _condition(part: str) -> Condition | None:
    """One part of a question; null where it is none."""
    name, colon, said = part.partition(":")
    if not colon or name not in list(Trait):
        return None
    trait = Trait(name)
    if said == NONE:
        return Condition(trait, lacks=True) if trait in MAY_LACK else None
    if trait in CHOICES or trait in NAMED:
        return _of_values(trait, said)
    if trait in AMOUNTS or trait in COUNTS:
        return _of_bounds(trait, said)
    return None


def _of_values(trait: Trait, said: str) -> Condition | None:
    named = said.removeprefix("!").split(",")
    if len(named) > MOST_VALUES:
        return None
    if trait in NAMED:
        values = tuple(sorted(set(named)))
        sound = all(_STAFF_NO.fullmatch(each) and each != NONE for each in values)
    else:
        values = tuple(each.value if isinstance(each, Kind) else each for each in CHOICES[trait] if each in named)
        sound = len(values) == len(set(named))
    return Condition(trait, values, said.startswith("!")) if sound and values else None


def _of_bounds(trait: Trait, said: str) -> Condition | None:
    first, dots, last = said.partition("..")
    if not dots or not (first or last):
        return None
    low, high = (_bound(trait, each) if each else None for each in (first, last))
    if (first and low is None) or (last and high is None) or (low is not None and high is not None and low > high):
        return None
    return Condition(trait, low=low, high=high)


def _bound(trait: Trait, text: str) -> int | None:
    """One bound: fen for an amount written in 万, else the number; null where it is none."""
    if trait in COUNTS:
        return int(text) if _COUNT.fullmatch(text) and int(text) <= COUNTS[trait] else None
    if not _WAN.fullmatch(text) or (text.startswith("-") and trait is not Trait.NET):
        return None
    return int(Decimal(text) * WAN)


def _said(one: Condition) -> str:
    """What a condition says of its trait."""
    if one.lacks:
        return NONE
    if one.values:
        return ("!" if one.other else "") + ",".join(one.values)
    return f"{bound_text(one.trait, one.low)}..{bound_text(one.trait, one.high)}"


def bound_text(trait: Trait, bound: int | None) -> str:
    """A bound as people write it: an amount in 万 without idle noughts; empty for none."""
    if bound is None:
        return ""
    if trait in COUNTS:
        return str(bound)
    return f"{(Decimal(bound) / WAN).normalize():f}"
