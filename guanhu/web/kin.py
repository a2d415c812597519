"""家庭与关系 as a small picture: the customer, at most six cards around her, and a sentence that says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanhu.apps.customers.living.shapes import FactWords, KeptFact
from guanhu.rules.living import AgeBand, FactKind
from guanhu.web.relations import TieLine
from guanhu.web.words import english, word

CENTRE = (175, 114)
WIDTH, HEIGHT, RADIUS = 116, 48, 25
PLACES = ((117, 2), (0, 90), (234, 90), (0, 176), (234, 176), (117, 176))
"""Where the cards stand, in the order in which they are filled."""
LONGEST, NARROW = 8, 4
"""So many characters of Chinese stand on one line of a card, and beside an amount."""


@dataclass(frozen=True)
class KinCard:
    """One close person or tied customer: where the card stands, two lines of words, how her line is drawn."""

    x: int
    y: int
    name: str
    what: str
    amount: str = ""
    line: str = ""
    """solid for one household, dashed for a referral, thin for any other tie."""

    @property
    def end(self) -> tuple[int, int]:
        """Where its line ends: behind the middle of the card."""
        return self.x + WIDTH // 2, self.y + HEIGHT // 2


@dataclass(frozen=True)
class Kin:
    """The picture, and what it shows in one sentence."""

    cards: tuple[KinCard, ...]
    sentence: str
    more: int
    """So many are in the list alone."""

    @property
    def height(self) -> int:
        """How tall the picture is: what nobody stands in is left out."""
        return max([CENTRE[1] + RADIUS, *(card.y + HEIGHT for card in self.cards)]) + 2


def kin_of(facts: Sequence[KeptFact], ties: Sequence[TieLine] = ()) -> Kin | None:
    """Customers she is tied to, then the close persons among what was learnt; nothing to draw without one."""
    family = [each.now.said for each in facts if each.now.said.kind is FactKind.FAMILY]
    told = [_tied(tie) for tie in ties] + [(*_words(said), "", "") for said in family]
    if not told:
        return None
    cards = (
        KinCard(*place, _short(name, NARROW if amount else LONGEST), _short(what), amount, line)
        for place, (name, what, amount, line) in zip(PLACES, told, strict=False)
    )
    between, each = (", ", "{} ({})") if english() else ("、", "{}（{}）")
    people = between.join(
        each.format(name, " ".join(part for part in (what, amount) if part)) if what or amount else name
        for name, what, amount, _line in told
    )
    return Kin(tuple(cards), _("关系图：%(people)s") % {"people": people}, max(len(told) - len(PLACES), 0))


def _words(said: FactWords) -> tuple[str, str]:
    """Who it is, and what else is known: the name first where there is one, else the relation."""
    relation = word(said.whose)
    band = word(said.band) if said.band and said.band is not AgeBand.GROWN else ""
    what = " · ".join(part for part in (relation if said.person else "", band, said.text) if part)
    return said.person or relation, what


def _tied(tie: TieLine) -> tuple[str, str, str, str]:
    """A tied customer: name, what she is, her assets, and the line that says how she is tied."""
    return tie.name, tie.what, tie.amount, "solid" if tie.household else "dashed" if tie.referral else "thin"


def _short(text: str, longest: int = LONGEST) -> str:
    """As much as fits on a line: Latin letters take half the room."""
    room = longest * 2
    for place, sign in enumerate(text):
        room -= 2 if ord(sign) > 0x2E7F else 1
        if room < 0:
            return text[: max(place - 1, 1)] + "…"
    return text
