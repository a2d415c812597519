"""接触前准备 on one page: who, why today, what is known, family, last contacts, promises, what not to say. P7."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from guanhu.apps.customers.shapes import Rest
from guanhu.apps.work.shapes import Brief
from guanhu.rules.kinds import Outcome
from guanhu.rules.living import FactKind
from guanhu.rules.serving import CanOffer
from guanhu.web.briefs import Pane, pane_of, silence_words
from guanhu.web.cards import Day, Moment, RestView, rest_of
from guanhu.web.living import FactLine
from guanhu.web.words import DASH, day_near, label

CONTACTS, DATES = 5, 6
"""So many of the last contacts and of the next dates stand on one page."""


@dataclass(frozen=True)
class Prepared:
    """Everything the page draws."""

    pane: Pane
    rest: RestView
    hours: str
    known: tuple[FactLine, ...]
    family: tuple[FactLine, ...]
    contacts: tuple[Moment, ...]
    dates: tuple[Day, ...]
    unsaid: tuple[str, ...]
    """What not to say, and by which way not to come."""


def prepared(brief: Brief, rest: Rest, now: datetime) -> Prepared:
    """Put what is known before a contact on one page."""
    view = rest_of(rest)
    told = list(zip(rest.facts, view.facts, strict=True))
    happened = [moment for event, moment in zip(rest.timeline, view.moments, strict=True) if event.what == "touch"]
    return Prepared(
        pane=pane_of(brief, now=now),
        rest=view,
        hours=_("%(from)s:00–%(to)s:00 常接") % dict(zip(("from", "to"), brief.best_hours, strict=True))
        if brief.best_hours else DASH,
        known=tuple(line for fact, line in told if fact.now.said.kind not in (FactKind.FAMILY, FactKind.NEED)),
        family=tuple(line for fact, line in told if fact.now.said.kind is FactKind.FAMILY),
        contacts=tuple(happened[:CONTACTS]),
        dates=view.days[:DATES],
        unsaid=tuple(_unsaid(brief, rest)),
    )  # fmt: skip


def _unsaid(brief: Brief, rest: Rest) -> Iterator[str]:
    """What not to say: what she refused, what is not settled, what she does not like, what cannot be promised."""
    if brief.open_complaint and brief.answer_by:
        yield _("投诉还没办结：先听、先说进展，%(day)s 前要答复") % {"day": f"{brief.answer_by:%m-%d}"}
    if brief.no_marketing:
        yield _("不谈产品和优惠：%(why)s") % {"why": silence_words(brief.no_marketing, brief.day)}
    for channel, silence in brief.withheld.items():
        told = {"channel": label("Channel", channel), "why": silence_words(silence, brief.day)}
        yield _("今天不用%(channel)s：%(why)s") % told
    declined = next((event for event in rest.timeline if event.word == Outcome.DECLINED and not event.undone), None)
    if declined:
        yield _("%(day)s 拒绝过，不要原样再提") % {"day": day_near(declined.on, brief.day)}
    for fact in rest.facts:
        if fact.now.said.kind is FactKind.LIKE:
            yield _("喜好与忌讳：%(what)s") % {"what": fact.now.said.text}
    for want in rest.wants:
        offer = want.offer.now.said if want.offer else None
        if offer and offer.can is CanOffer.NOT_YET:
            told = {"what": want.need.now.said.text, "instead": offer.instead}
            yield _("不许诺「%(what)s」，可以说：%(instead)s") % told
