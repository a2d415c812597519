"""差异化客户表 and 一户一策 as they are drawn: each need with what we offer, each goal and step with its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.customers.living.shapes import KeptCourse, KeptIntention, KeptOffer, Version, Want, WantsOf
from guanhu.apps.customers.serving.shapes import CourseWords, IntentionWords, OfferWords
from guanhu.rules.serving import CanOffer, CourseKind, CourseState, needs_result
from guanhu.web.lists import age_words
from guanhu.web.living import Earlier, WordingForm, evidence_of, text_of
from guanhu.web.words import DASH, days_ahead, moment, word

FRESH = WordingForm("", 0, {}, "", "", ())
"""Nothing was said to a need yet."""


@dataclass(frozen=True)
class WantLine:
    """One row of 差异化客户表: what she has, what she wants, what we can offer, and who said so."""

    need: str
    bought: str
    wants: str
    tags: tuple[str, ...]
    can: str
    may: bool
    offered: str
    source: str
    form: WordingForm


@dataclass(frozen=True)
class WantsRow:
    """One customer of the table of a whole list."""

    id: UUID
    name: str
    about: str
    held: str
    lines: tuple[WantLine, ...]


@dataclass(frozen=True)
class CourseLine:
    """A goal or a step of the plan: what, who, until when, how far, and what came of it."""

    kind: str
    text: str
    owner: str
    due: str
    late: bool
    state: str
    over: bool
    result: str
    form: WordingForm


def want_line(want: Want, channels: Mapping[UUID, str]) -> WantLine:
    """A need and the answer to it, in words; ``channels``: by which way contacts went in which a need was heard."""
    said, offer = want.need.now.said, want.offer.now.said if want.offer else None
    tags = tuple(word(each) for each in (said.need_type, said.need_depth, said.need_facet) if each)
    return WantLine(
        str(want.need.item), offer.bought if offer else "", text_of(said), tags, word(offer.can) if offer else "",
        bool(offer and offer.can is CanOffer.YES), _offered(offer), evidence_of(said, channels),
        _form(want.offer) if want.offer else FRESH,
    )  # fmt: skip


def _offered(offer: OfferWords | None) -> str:
    if offer is None:
        return ""
    instead = _("替代：%(what)s") % {"what": offer.instead} if offer.instead else ""
    return "；".join(part for part in (offer.what, instead) if part)


def wants_row(row: WantsOf) -> WantsRow:
    """One customer of the whole list, in words."""
    return WantsRow(row.public_id, row.name, age_words(row.kind, row.age), "、".join(row.held) or DASH,
                    tuple(want_line(want, {}) for want in row.wants))  # fmt: skip


def course_line(kept: KeptCourse, today: date) -> CourseLine:
    """A line of the plan, in words."""
    said = kept.now.said
    over = needs_result(said.state)
    due = f"{said.due_on:%Y-%m-%d}" if said.due_on else ""
    due += f" {days_ahead(said.due_on, today)}" if said.due_on and not over else ""
    late = bool(said.due_on and said.due_on < today and not over)
    return CourseLine(
        word(said.kind), said.text, said.owner, due, late, word(said.state), over, said.result, _form(kept)
    )


def intent_words(kept: KeptIntention | None) -> str:
    """续存 · 三年期定存 · 12-01 10:00 来办; nothing while nobody asked."""
    if kept is None:
        return ""
    said = kept.now.said
    at = f" {said.come_at:%H:%M}" if said.come_at else ""
    comes = _("%(when)s 来办") % {"when": f"{said.come_on:%m-%d}{at}"} if said.come_on else ""
    return " · ".join(part for part in (word(said.intent), said.business, comes) if part)


def intent_form(kept: KeptIntention | None) -> WordingForm:
    """The form of an intention, as it stands."""
    return _form(kept) if kept else FRESH


def _form(kept: KeptOffer | KeptIntention | KeptCourse) -> WordingForm:
    values = {name: "" if value in (None, False) else str(value) for name, value in asdict(kept.now.said).items()}
    before = tuple(map(_earlier, kept.before))
    return WordingForm(str(kept.item), kept.version, values, kept.now.who, moment(kept.now.at), before)


def _earlier(version: Version[OfferWords] | Version[IntentionWords] | Version[CourseWords]) -> Earlier:
    said = version.said
    if isinstance(said, IntentionWords):
        return Earlier(f"{word(said.intent)} {said.business}", "", version.who, moment(version.at))
    if isinstance(said, OfferWords):
        return Earlier(f"{word(said.can)} {_offered(said)}", said.bought, version.who, moment(version.at))
    return Earlier(f"{word(said.state)} {said.text}", said.result, version.who, moment(version.at))


def choices() -> dict[str, tuple[tuple[str, str], ...]]:
    """The closed lists of the forms, in words."""
    lists = {"can": CanOffer, "course_kind": CourseKind, "course_state": CourseState}
    return {name: tuple((each.value, word(each)) for each in kind) for name, kind in lists.items()}
