"""What a keeper wrote about a customer, as it is drawn: each thing with its form and its wordings before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.customers.living.shapes import DayWords, FactWords, HeardIn, Kept, KeptFact, RemovedNote, Version
from guanhu.rules.kinds import Calendar, Kind
from guanhu.rules.living import AgeBand, DateKind, FactKind, HeardFrom, NeedDepth, NeedFacet, NeedType, Whose
from guanhu.rules.preferences import way_in, weekdays_in
from guanhu.rules.relations import Bond, Introduced
from guanhu.rules.serving import CanOffer, Intent
from guanhu.web.conflicts import Clash
from guanhu.web.words import english, label, liking, lunar, moment, word


@dataclass(frozen=True)
class Answered:
    """What became of a form that was sent: which thing it was about, what was typed, what is wrong, who was first."""

    card: str = ""
    item: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    clash: Clash | None = None
    done: bool = False
    candidates: tuple[tuple[str, str], ...] = ()
    """Whom the words typed may mean, to choose one."""

    def about(self, card: str, item: str) -> bool:
        """Was it sent for this thing of this card, and not taken?"""
        return bool(self.errors) and (self.card, self.item) == (card, item)

    def did(self, card: str) -> bool:
        """Was something of this card just written?"""
        return self.done and self.card == card


UNTOUCHED = Answered()


@dataclass(frozen=True)
class Earlier:
    """One wording before the one that holds."""

    words: str
    note: str
    who: str
    when: str


@dataclass(frozen=True)
class WordingForm:
    """The form of one thing: what it holds now, and the wordings before."""

    item: str
    version: int
    values: Mapping[str, str]
    who: str
    when: str
    before: tuple[Earlier, ...]


@dataclass(frozen=True)
class FactLine:
    """One thing learnt, as it is read: its kind, its words, what kind of need it is, and the evidence."""

    kind: str
    text: str
    tags: tuple[str, ...]
    evidence: str
    form: WordingForm


def form_of(kept: Kept[DayWords] | Kept[FactWords]) -> WordingForm:
    """A thing that was written down, ready to be changed."""
    values = {name: "" if value in (None, False) else str(value) for name, value in asdict(kept.now.said).items()}
    return WordingForm(
        str(kept.item), kept.version, values, kept.now.who, moment(kept.now.at), tuple(map(_earlier, kept.before))
    )


def _earlier(version: Version[DayWords] | Version[FactWords]) -> Earlier:
    said = version.said
    if isinstance(said, FactWords):
        return Earlier(f"{word(said.kind)} {text_of(said)}", evidence_of(said, {}), version.who, moment(version.at))
    return Earlier(f"{title_of(said)} {calendar_of(said)}", said.about, version.who, moment(version.at))


# ---------------------------------------------------------------- what was learnt


def fact_line(kept: KeptFact, channels: Mapping[UUID, str]) -> FactLine:
    """A thing learnt, in words; ``channels``: by which way the contacts went in which something was learnt."""
    said = kept.now.said
    tags = tuple(word(each) for each in (said.need_type, said.need_depth, said.need_facet) if each)
    return FactLine(
        word(said.kind), text_of(said), tags or _read_from(said), evidence_of(said, channels), form_of(kept)
    )


def _read_from(said: FactWords) -> tuple[str, ...]:
    """What the plan reads out of a note on the best time, so that a keeper sees it and may write it plainer."""
    if said.kind is not FactKind.BEST_TIME:
        return ()
    likes = liking(weekdays_in(said.text), way_in(said.text))
    return (_("排期优先：%(likes)s") % {"likes": likes},) if likes else ()


def text_of(said: FactWords) -> str:
    """What was learnt, and of whom."""
    whose = "" if said.whose is Whose.SELF else word(said.whose)
    band = word(said.band) if said.band and said.band is not AgeBand.GROWN else ""
    return " · ".join(part for part in (whose, said.person, band, said.text) if part)


def evidence_of(said: FactWords, channels: Mapping[UUID, str]) -> str:
    """Who says so, since when and in which contact; of a need that nobody said, how it was found."""
    channel = channels.get(said.contact) if said.contact else None
    where = label("Channel", channel) if channel else _("接触中") if said.contact else ""
    return " · ".join(
        part for part in (f"{said.heard_on:%Y-%m-%d}", where, word(said.heard_from), said.found_how) if part
    )


def heard_words(heard: HeardIn) -> tuple[str, str]:
    """A contact to choose as evidence: its id and its words."""
    return str(heard.contact), f"{heard.on:%m-%d} {label('Channel', heard.channel)}"


# ---------------------------------------------------------------- important dates


def words_of(note: RemovedNote) -> str:
    """What was taken off a file, in words: a date with its calendar, a thing learnt with what it is about."""
    if isinstance(note.said, FactWords):
        return f"{word(note.said.kind)}：{text_of(note.said)}"
    return f"{title_of(note.said)} {calendar_of(note.said)}"


def title_of(said: DayWords) -> str:
    """What it is and whose: 配偶生日 · 林建年."""
    whose = "" if said.whose is Whose.SELF and said.kind is not DateKind.BIRTHDAY else word(said.whose)
    what = said.about if said.kind is DateKind.OTHER and said.about else word(said.kind)
    joined = (f"{whose}: {what}" if english() else f"{whose}{what}") if whose else what
    return " · ".join(part for part in (joined, said.person) if part)


def calendar_of(said: DayWords) -> str:
    """When it is in its own calendar: 公历 01-18, 农历十月十七."""
    if said.calendar is Calendar.LUNAR:
        return lunar(said.month, said.day, said.leap)
    return _("公历 %(day)s") % {"day": f"{said.month:02}-{said.day:02}"}


def rule_of(said: DayWords) -> str:
    """How a day is found in a year that has none such; nothing where every year has one."""
    if said.calendar is Calendar.LUNAR and said.leap:
        return _("没有这个闰月的年份在平月过")
    if said.calendar is Calendar.LUNAR and said.day > 29:
        return _("小月在廿九过")
    return _("平年在 2 月 28 日过") if (said.month, said.day) == (2, 29) else ""


def note_of(said: DayWords) -> str:
    """The small line below: the calendar with its rule, how many years it will be, and the keeper's note."""
    note = "" if said.kind is DateKind.OTHER else said.about
    since = _("始于 %(year)s 年") % {"year": said.year} if said.year else ""
    return " · ".join(part for part in (calendar_of(said), rule_of(said), since, note) if part)


def choices() -> dict[str, tuple[tuple[str, str], ...]]:
    """The closed lists of the forms, in words."""
    lists: dict[str, type[Kind]] = {
        "can": CanOffer, "intent": Intent,
        "date_kind": DateKind, "whose": Whose, "calendar": Calendar, "fact_kind": FactKind, "heard_from": HeardFrom,
        "band": AgeBand, "need_type": NeedType, "need_depth": NeedDepth, "need_facet": NeedFacet,
        "bond": Bond, "introduced": Introduced,
    }  # fmt: skip
    return {name: tuple((each.value, word(each)) for each in kind) for name, kind in lists.items()}
