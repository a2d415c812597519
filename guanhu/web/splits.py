"""分户方案 as it is drawn: figures with honest digits, bars and dots as geometry, why somebody changes, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanhu.apps.people import policy
from guanhu.apps.portfolio.shapes import ListRow, Move, RoundSeen, Version
from guanhu.rules.money import MINUS
from guanhu.rules.rounds import RoundKind
from guanhu.web.words import DASH, word

WIDE, MIDDLE, HALF = 132, 66, 62
"""The line of deviations: its width, what ought to be, and how far either end lies from there."""
FINEST = 7
"""A share is kept in billionths: so many digits of a percentage it has."""
WHY: dict[str, Any] = {
    "": gettext_lazy("还没有求解"),
    "stays": gettext_lazy("不变"),
    "claimed": gettext_lazy("认领兑现"),
    "placed": gettext_lazy("原来没有在岗的管户人，按层级和资产分入"),
    "room": gettext_lazy("原管户人这一层户数偏多"),
    "swapped": gettext_lazy("为资产相当而互换"),
    "pool": gettext_lazy("超出可服务户数，先留在公共池"),
    "pinned": gettext_lazy("负责人定下"),
    "asked": gettext_lazy("客户申请更换"),
}
"""Why a customer has the keeper she is to have: the solver's codes, and those of the head's own word."""


# ---------------------------------------------------------------- shares


def percent(share: float, least: int = 1, signed: bool = False) -> str:
    """A share as a percentage, with as many digits as it takes not to call nothing what is something."""
    digits = least
    while share and digits < FINEST and round(abs(share) * 100, digits) == 0:
        digits += 1
    figure = f"{abs(share) * 100:.{digits}f}"
    sign = MINUS if share < 0 and float(figure) else "+" if signed and float(figure) else ""
    return f"{sign}{figure}"


def apart(one: float, other: float) -> tuple[str, str]:
    """Two shares with as many digits as it takes to tell them apart."""
    digits = 2
    while one != other and digits < FINEST and round(one * 100, digits) == round(other * 100, digits):
        digits += 1
    return percent(one, digits), percent(other, digits)


def at_most(share: float) -> str:
    """A share rounded up: what lies below is never said to be smaller than it is."""
    digits = 2
    while share and digits < FINEST and share * 100 * 10**digits < 10:
        digits += 1
    return f"{ceil(round(share * 100 * 10**digits, 4)) / 10**digits:.{digits}f}"


# ---------------------------------------------------------------- why


def listed(words: Sequence[str]) -> str:
    """Some words after another, parted as the language of the page parts them."""
    return _("、").join(words)


def says(move: Move) -> str:
    """Why this customer is to have this keeper, in one sentence."""
    if move.disputed:
        return _("%(who)s 都认领") % {"who": listed(move.wanted_by)}
    told = str(WHY.get(move.why, move.why))
    if move.because:
        return _("%(what)s：%(because)s") % {"what": told, "because": move.because}
    if move.why == "swapped" and move.partner:
        told = _("为资产相当，与同层的 %(partner)s 互换") % {"partner": move.partner}
    if move.why == "placed" and move.before:
        told = _("原管户人离岗，按层级和资产分给在岗的同事")
    if move.why in ("room", "swapped"):
        return told + (_("；同层可动的有 %(n)s 户更浅") % {"n": move.rank} if move.rank
                       else _("；同层可动的里关系最浅"))  # fmt: skip
    if move.wanted_by and move.why != "claimed":
        return told + _("；%(who)s 认领过") % {"who": listed(move.wanted_by)}
    return told


def protected(move: Move) -> str:
    """Why this customer is protected; empty where she is not."""
    return listed([word(one) for one in move.protection])


# ---------------------------------------------------------------- keeper by keeper


@dataclass(frozen=True)
class Bar:
    """A part of a bar of a hundred: where it begins and how wide it is."""

    code: str
    start: float
    width: float


@dataclass(frozen=True)
class Drawn:
    """One keeper before and after: widths of her bars, the mark of what she ought to hold, her deviations as places."""

    row: ListRow
    widths: tuple[float, float]
    mark: float
    off: tuple[str, str]
    dots: tuple[float, float]
    band: tuple[float, float]
    mixes: tuple[tuple[Bar, ...], tuple[Bar, ...]]
    capability: str

    @property
    def bars(self) -> tuple[tuple[str, int, float, tuple[Bar, ...]], ...]:
        """Before and after: the look, the assets as counted, the width, customers by tier."""
        return (("", self.row.counted[0], self.widths[0], self.mixes[0]),
                ("aft", self.row.counted[1], self.widths[1], self.mixes[1]))  # fmt: skip


def drawn(version: Version) -> tuple[Drawn, ...]:
    """Every keeper of a proposal, drawn to one scale."""
    most = max((max(*one.counted, one.ought) for one in version.lists), default=0) or 1
    far = max((abs(one.off(after)) for one in version.lists for after in (False, True)), default=0.0)
    return tuple(_drawn(one, most, max(far, within())) for one in version.lists)


def within() -> float:
    """The deviation below which nobody is moved any more."""
    return policy.in_force().round_within_ppm / 1_000_000


def _drawn(row: ListRow, most: int, far: float) -> Drawn:
    offs = (row.off(False), row.off(True))
    half = max(1.0, HALF * within() / far)
    return Drawn(
        row, (_wide(row.counted[0], most), _wide(row.counted[1], most)), _wide(row.ought, most),
        (percent(offs[0], signed=True) + "%", percent(offs[1], signed=True) + "%") if row.ought else (DASH, DASH),
        (round(MIDDLE + HALF * offs[0] / far, 1), round(MIDDLE + HALF * offs[1] / far, 1)),
        (round(MIDDLE - half, 1), round(2 * half, 1)),
        (mix(row.before.tiers), mix(row.after.tiers)), f"{row.weight_pm / 1000:.2f}",
    )  # fmt: skip


def _wide(fen: int, most: int) -> float:
    return round(100 * max(0, fen) / most, 1)


def mix(tiers: Mapping[str, int]) -> tuple[Bar, ...]:
    """Customers by tier as the parts of a bar."""
    whole, start, made = sum(tiers.values()), 0.0, []
    for code, many in tiers.items():
        width = round(100 * many / whole, 2) if whole else 0.0
        made.append(Bar(code.lower(), round(start, 2), width))
        start += width
    return tuple(made)


# ---------------------------------------------------------------- the round in figures


@dataclass(frozen=True)
class Tile:
    """One figure above the page: its name, the figure with what stands small beside it, and a line below."""

    word: str
    figure: str
    unit: str
    about: str
    before: str = ""
    href: str = ""


def title(it: RoundSeen) -> str:
    """12月月度微调."""
    return _("%(month)s月%(kind)s") % {"month": it.effective_on.month, "kind": word(it.kind)}


def bare_title(kind: RoundKind, month: int) -> str:
    """The same of a line in the list of rounds."""
    return _("%(month)s月%(kind)s") % {"month": month, "kind": word(kind)}


def kept_share(it: RoundSeen, version: Version) -> str:
    """关系延续: the share of those with a keeper who keep her; whose keeper leaves is not among them."""
    return percent(1 - sum(one.goes for one in version.lists) / it.kept) if it.kept else "100"


def orphaned(version: Version) -> int:
    """How many change because their keeper is not there any more."""
    return sum(one.goes for one in version.lists if not one.active)


def moved_share(it: RoundSeen, moves: int) -> str:
    """A number of customers as a share of those with a keeper."""
    return percent(moves / it.kept) if it.kept else "0"


def tiles(it: RoundSeen, last: Version) -> tuple[Tile, ...]:
    """变更关系, 资产最大偏差, 优先认领, 保护关系 and 最优性证明."""
    return (
        Tile(_("变更关系"), str(last.moves), _("户 · %(share)s%%") % {"share": moved_share(it, last.moves)},
             _("上限 %(n)s 户（%(most)s%%），延续 %(kept)s%%")
             % {"n": it.moves, "most": moved_share(it, it.moves), "kept": kept_share(it, last)}),
        Tile(_("资产最大偏差"), percent(last.after), "%", _("按能力系数折算后"), percent(last.before)),
        _claims(it, last),
        Tile(_("保护关系"), str(last.protected), _("户 未动"),
             listed([word(one) for one in it.protects]) or _("这一轮不设保护")),
        _proof(last),
    )  # fmt: skip


def _claims(it: RoundSeen, last: Version) -> Tile:
    waits = _("%(n)s 户两人以上认领，待定") % {"n": it.disputed} if it.disputed else ""
    unmet = _("%(n)s 条没有兑现") % {"n": last.claims - last.claims_met}
    about = waits or (unmet if last.claims_met < last.claims else _("全部兑现") if last.claims else _("这一轮没有认领"))
    return Tile(_("优先认领"), str(last.claims_met), _("/ %(n)s 兑现") % {"n": last.claims}, about,
                href="disputed" if waits else "")  # fmt: skip


def _proof(last: Version) -> Tile:
    if last.gap <= 0:
        figures = {"after": percent(last.after, 2)}
        return Tile(_("最优性证明"), "0", _("% 差距"), _("已到下界 %(after)s%%，不能再小") % figures)
    after, bound = apart(last.after, last.bound)
    if last.shorts:
        return Tile(_("最优性证明"), f"≤ {at_most(last.gap)}", _("% 差距"),
                    _("下界 %(bound)s%%；约束不许再动，算式见下") % {"bound": bound})  # fmt: skip
    return Tile(_("最优性证明"), f"≤ {at_most(last.gap)}", _("% 差距"),
                _("偏差 %(after)s%%，下界 %(bound)s%%") % {"after": after, "bound": bound})  # fmt: skip


def shorts(it: RoundSeen, last: Version) -> tuple[str, ...]:
    """What the limits do not allow, with the arithmetic: so many are needed, so many allowed, in how many rounds."""
    return tuple(_short(one["what"], one["needed"], one["allowed"], last.pool) for one in last.shorts)


def _short(what: str, needed: int, allowed: int, pool: int) -> str:
    told = {"needed": needed, "allowed": allowed, "pool": pool, "rounds": -(-needed // allowed) if allowed else 0}
    if what == "capacity":
        return _("客户 %(needed)s 户，在岗的人一共能服务 %(allowed)s 户：%(pool)s 户先留在公共池") % told
    if not allowed:
        return _("各层户数要相当，须变更 %(needed)s 户；这一轮不许自愿变更，所以保持现状") % told
    return (
        _("各层户数要相当，须变更 %(needed)s 户；上限 %(allowed)s 户，所以这一轮只做到这里，分 %(rounds)s 轮可以做完")
        % told
    )
