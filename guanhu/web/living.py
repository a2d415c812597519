"""What a keeper wrote about a customer, as it is drawn: each thing with its form and its wordings before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

from guanhu.apps.customers.living.shapes import DayWords, KeptDay, Version
from guanhu.rules.kinds import Calendar, Kind
from guanhu.rules.living import DateKind, Whose
from guanhu.web.conflicts import Clash
from guanhu.web.words import english, lunar, moment, word


@dataclass(frozen=True)
class Answered:
    """What became of a form that was sent: which thing it was about, what was typed, what is wrong, who was first."""

    item: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    clash: Clash | None = None
    done: bool = False

    def about(self, item: str) -> bool:
        """Was it sent for this thing and not taken?"""
        return bool(self.errors) and self.item == item


UNTOUCHED = Answered()


@dataclass(frozen=True)
class Earlier:
    """One wording before the one that holds."""

    words: str
    note: str
    who: str
    when: str


@dataclass(frozen=True)
class DateForm:
    """One date's form: what it holds now, and the wordings before."""

    item: str
    version: int
    values: Mapping[str, str]
    who: str
    when: str
    before: tuple[Earlier, ...]


def date_form(kept: KeptDay) -> DateForm:
    """A date that was written down, ready to be changed."""
    values = {name: "" if value in (None, False) else str(value) for name, value in asdict(kept.now.said).items()}
    return DateForm(
        str(kept.item), kept.version, values, kept.now.who, moment(kept.now.at), tuple(map(_earlier, kept.before))
    )


def _earlier(version: Version) -> Earlier:
    words = f"{title_of(version.said)} {calendar_of(version.said)}"
    return Earlier(words, version.said.about, version.who, moment(version.at))


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
    lists: dict[str, type[Kind]] = {"date_kind": DateKind, "whose": Whose, "calendar": Calendar}
    return {name: tuple((each.value, word(each)) for each in kind) for name, kind in lists.items()}
