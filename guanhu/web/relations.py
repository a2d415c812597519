"""家庭与关系 as it is drawn: the ties of a customer one by one, the household's sum, and whom to ask about others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanhu.apps.customers.relations.shapes import Tie, Ties, TieVersion, TieWords
from guanhu.apps.customers.search.shapes import Hit
from guanhu.rules.relations import RelationKind, kind_of
from guanhu.web.living import Earlier, WordingForm
from guanhu.web.words import english, moment, money, word


@dataclass(frozen=True)
class TieLine:
    """One tie as it is read: who it is, as what, her assets where they may be read, and how to change it."""

    other: UUID
    name: str
    what: str
    tags: tuple[str, ...]
    amount: str
    keeper: str
    household: bool
    referral: bool
    form: WordingForm


@dataclass(frozen=True)
class TiesView:
    """What the card of family and relations draws."""

    lines: tuple[TieLine, ...]
    removed: tuple[TieLine, ...]
    household: str
    beyond: tuple[str, ...]


def ties_view(ties: Ties, currency: str) -> TiesView:
    """Put the ties of a customer into words."""
    household = ""
    if ties.household:
        members, total = ties.household.members, money(ties.household.balance_fen, currency)
        household = ngettext(
            "家庭合计 %(total)s · %(n)s 人", "家庭合计 %(total)s · %(n)s 人", members
        ) % {"total": total, "n": members}  # fmt: skip
    return TiesView(
        tuple(_line(tie, currency) for tie in ties.held), tuple(_line(tie, currency) for tie in ties.removed),
        household, tuple(_beyond(who, n) for who, n in sorted(Counter(ties.beyond).items())),
    )  # fmt: skip


def _beyond(keeper: str, count: int) -> str:
    """That there is family whom somebody else keeps, and nothing of them but whom to ask."""
    more = ngettext("另有 %(n)s 位家人", "另有 %(n)s 位家人", count) % {"n": count}
    ask = _("可问管户人 %(who)s") % {"who": keeper} if keeper else _("可问其网点负责人")
    return f"{more}{', ' if english() else '，'}{ask}"


def _line(tie: Tie, currency: str) -> TieLine:
    said = tie.now.said
    return TieLine(
        tie.other.public_id, tie.other.name, word(said.bond), _tags(said), money(tie.other.balance_fen, currency),
        tie.other.keeper, said.household, said.introduced is not None, _form(tie),
    )  # fmt: skip


def _tags(said: TieWords) -> tuple[str, ...]:
    """What kind of tie it is, where the bond does not say it already, one household or not, who brought whom."""
    kind = kind_of(said.bond)
    told = (
        word(kind) if kind in (RelationKind.KIN, RelationKind.SCHOOL) else "",
        _("同一家庭") if said.household else "",
        word(said.introduced) if said.introduced else "",
    )
    return tuple(part for part in told if part)


def _form(tie: Tie) -> WordingForm:
    said = tie.now.said
    values = {"bond": said.bond.value, "introduced": said.introduced.value if said.introduced else "",
              "household": "on" if said.household else ""}  # fmt: skip
    before = tuple(_earlier(each) for each in tie.before)
    return WordingForm(str(tie.item), tie.version, values, tie.now.who, moment(tie.now.at), before)


def _earlier(version: TieVersion) -> Earlier:
    words = " · ".join((word(version.said.bond), *_tags(version.said)))
    return Earlier(words, _("已移除") if version.removed else "", version.who, moment(version.at))


def candidates(hits: tuple[Hit, ...]) -> tuple[tuple[str, str], ...]:
    """Customers who may be meant, to choose from: masked, with their number."""
    return tuple(
        (str(hit.public_id), " · ".join(part for part in (hit.name, hit.customer_no, hit.keeper) if part))
        for hit in hits
    )
