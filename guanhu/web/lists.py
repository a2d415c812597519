"""今日任务 as it is drawn: groups, rows, filters and counts, out of what the query told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guanhu.apps.work.shapes import DeferredLine, DoneLine, Line, QuotaDone, Today, TouchView
from guanhu.rules.kinds import Channel, CustomerKind, Group, Outcome
from guanhu.rules.lunar import lunar_of
from guanhu.web.drawing import url_of
from guanhu.web.reasons import Mark, Scene, telling
from guanhu.web.words import DASH, day_near, day_short, duration, label, lunar, money, talked, worth

DOTS = {Group.DUTY: "dot-danger", Group.MEETING: "dot-violet", Group.CALL: "dot-accent", Group.MESSAGE: "dot-info"}
RINGS = {Channel.MESSAGE: ("v2", "meter-info"), Channel.CALL: ("", ""), Channel.MEETING: ("v4", "meter-violet")}
HALF_HOUR = 30
CHIPS = 3


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    id: UUID
    name: str
    age: str
    tier: str
    stage: str
    chips: tuple[Mark, ...]
    value: str
    channel: str
    href: str
    done: bool
    firm: bool = False


@dataclass(frozen=True)
class Heading:
    """One group of the list with its rows."""

    code: str
    word: str
    hint: str
    dot: str
    count: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Filter:
    """One filter above the list: a link that shows one group."""

    word: str
    count: int
    href: str
    on: bool


@dataclass(frozen=True)
class Pager:
    """Where one is in the pages of a short list."""

    at: int
    last: int
    before: str
    after: str


@dataclass(frozen=True)
class Ring:
    """One channel of 52030: done and due."""

    word: str
    done: int
    due: int
    look: str
    meter: str
    note: str = ""
    """What of it rests on declared durations, and what is asked in others' stead."""


@dataclass(frozen=True)
class Desk:
    """Everything the left half of the workbench draws."""

    title: str
    about: str
    """What no contact changes: the day by the moon, how many she keeps."""
    sub: str
    rings: tuple[Ring, ...]
    filters: tuple[Filter, ...]
    groups: tuple[Heading, ...]
    current: UUID | None
    group: str
    filtered: bool
    planned: bool
    done: int
    total: int
    open: int
    back: str
    first: str
    aside: dict[UUID, UUID]
    """Customers set aside, with the deferral that can be taken back."""
    counts: tuple[tuple[str, int], ...] = ()
    """How many lines stand under each heading of the whole list."""
    written: int = 0
    """How much was written on this day when the list was drawn: a list of before is drawn anew."""


def desk_of(today: Today, *, title: str, group: str = "", current: UUID | None = None) -> Desk:
    """The workbench's list: 必做, 面访, 电话, 消息, then what is set aside and what is done."""
    scene = Scene(today.day, today.currency)
    wanted = [each for each in today.groups if each.lines and group in ("", each.group)]
    headings = [_heading(each.group, today.open_in[each.group], each.lines, scene, group) for each in wanted]
    if not group:
        headings += _set_aside(today.deferred) + _finished(today.done_lines, today.done, scene)
    back = _with_group(url_of("today"), group)
    first = next((row.href for heading in headings for row in heading.rows if not row.done), "")
    return Desk(
        title=title,
        about=_about(today),
        sub=_sub(today),
        rings=rings(today.quotas),
        filters=_filters(today, group),
        groups=tuple(headings),
        current=current,
        group=group,
        filtered=bool(group),
        planned=bool(today.planned or today.done),
        done=today.done_planned,
        total=today.planned,
        open=today.open_lines,
        back=back,
        first=first,
        aside={line.public_id: line.deferral_id for line in today.deferred},
        counts=tuple({**today.open_in, "done": today.done_lines}.items()),
        written=today.written,
    )


def empty_desk(title: str, group: str = "") -> Desk:
    """The workbench without a list: before the first night was published, or where the brief stands alone."""
    back = _with_group(url_of("today"), group)
    return Desk(title, "", "", (), (), (), None, group, False, False, 0, 0, 0, back, "", {})


def rings(quotas: Sequence[QuotaDone]) -> tuple[Ring, ...]:
    """消息, 有效电话, 面访, in this order."""
    words = {
        Channel.MESSAGE: pgettext("52030", "消息"),
        Channel.CALL: _("有效电话"),
        Channel.MEETING: pgettext("52030", "面访"),
    }
    order = {channel: place for place, channel in enumerate(words)}
    return tuple(
        Ring(
            words[Channel(quota.channel)], quota.done, quota.due, *RINGS[Channel(quota.channel)], note=_ring_note(quota)
        )
        for quota in sorted(quotas, key=lambda quota: order[Channel(quota.channel)])
    )


def _ring_note(quota: QuotaDone) -> str:
    """自报 3 · 含代管 20; empty where neither is so."""
    declared = _("自报 %(n)s") % {"n": quota.declared} if quota.declared else ""
    covered = _("含代管 %(n)s") % {"n": quota.covered} if quota.covered else ""
    return " · ".join(part for part in (declared, covered) if part)


def _about(today: Today) -> str:
    """农历十月十六 · 管户 612 户; nothing where it was not asked how many."""
    if today.customers is None:
        return ""
    month, day, leap = lunar_of(today.day)
    return " · ".join([lunar(month, day, leap), _("管户 %(n)s 户") % {"n": today.customers}])


def _sub(today: Today) -> str:
    """已完成 28 / 55 件 · 约还要 2.5 小时."""
    parts = [_("已完成 %(done)s / %(all)s 件") % {"done": today.done_planned, "all": today.planned}]
    if today.open_lines and today.minutes_left:
        left = -(-today.minutes_left // HALF_HOUR) * HALF_HOUR
        parts.append(_("约还要 %(hours)s 小时") % {"hours": f"{left / 60:g}"})
    return " · ".join(parts)


def _filters(today: Today, group: str) -> tuple[Filter, ...]:
    made = [Filter(_("全部"), today.open_lines, url_of("today"), not group)]
    for each in Group:
        address = _with_group(url_of("today"), each)
        made.append(Filter(label("Group", each), today.open_in.get(each, 0), address, group == each))
    return tuple(made)


def _with_group(address: str, group: str) -> str:
    return f"{address}?group={group}" if group else address


def address_of(customer: UUID, group: str = "") -> str:
    """The address of one customer's brief, the filter kept."""
    return _with_group(url_of("brief", customer), group)


def _hint(group: str) -> str:
    return {
        Group.DUTY: _("到期 · 承诺回访 · 投诉，今天必须有结果"),
        Group.MEETING: _("按这次联系的价值排"),
        Group.CALL: _("满 60 秒并记下结果才算有效"),
        Group.MESSAGE: _("发出后记一笔"),
    }[Group(group)]


def _heading(group: str, count: int, lines: Sequence[Line], scene: Scene, wanted: str) -> Heading:
    rows = tuple(_row(line, scene, wanted) for line in lines)
    return Heading(group, label("Group", group), _hint(group), DOTS[Group(group)], count, rows)


def _row(line: Line, scene: Scene, group: str) -> Row:
    marks = [*telling(line.chips, scene)[:CHIPS]]
    if line.attempts:
        again = _("%(at)s 再试") % {"at": f"{line.retry_at:%H:%M}"} if line.retry_at else ""
        tried = ngettext("今天试过 %(n)s 次", "今天试过 %(n)s 次", line.attempts) % {"n": line.attempts}
        marks.insert(0, Mark("promise", "repeat", tried, again))
    return Row(
        line.public_id, line.name, age_words(line.kind, line.age), line.tier, line.stage, tuple(marks),
        worth(line.value_fen, scene.currency), line.channel, address_of(line.public_id, group), False,
        line.kind == CustomerKind.CORPORATE,
    )  # fmt: skip


def age_words(kind: str, age: int | None) -> str:
    """63岁, or that it is a company."""
    if kind == CustomerKind.CORPORATE:
        return label("CustomerKind", kind)
    return "" if age is None else _("%(n)s岁") % {"n": age}


def _finished(count: int, lines: Sequence[DoneLine], scene: Scene) -> list[Heading]:
    if not lines:
        return []
    rows = tuple(
        Row(
            line.public_id, line.name, age_words(line.kind, line.age), line.tier, line.stage,
            (Mark("promise", "check", touch_words(line.touch, scene)),),
            worth(line.value_fen, scene.currency), line.touch.channel, address_of(line.public_id), True,
            line.kind == CustomerKind.CORPORATE,
        )
        for line in lines
    )  # fmt: skip
    return [Heading("done", _("已完成"), _("Z 撤销上一件"), "dot-ok", count, rows)]


def _set_aside(lines: Sequence[DeferredLine]) -> list[Heading]:
    if not lines:
        return []
    rows = tuple(
        Row(
            line.public_id, line.name, "", line.tier, "", (_fate(line),),
            DASH, line.channel, address_of(line.public_id), True,
        )
        for line in lines
    )  # fmt: skip
    return [Heading("deferred", _("已顺延"), _("今晚重新安排"), "", len(rows), rows)]


def _fate(line: DeferredLine) -> Mark:
    if line.left_until is None:
        return Mark("tip", "clock", _("顺延"), line.reason)
    return Mark("tip", "clock", _("放下到 %(day)s") % {"day": day_short(line.left_until)}, line.reason)


def touch_words(touch: TouchView, scene: Scene) -> str:
    """10:21 接通 8分20秒 · 约见 11-26 15:00: one contact in one line."""
    at = f"{touch.at:%H:%M}" if touch.at else ""
    lasted = talked(touch.seconds) if touch.channel == Channel.CALL else duration(touch.seconds)
    line = _joined(at, label("Outcome", touch.outcome), lasted)
    if touch.outcome == Outcome.BOOKED and touch.meeting_on:
        meeting_at = f"{touch.meeting_at:%H:%M}" if touch.meeting_at else ""
        line = _joined(line, day_near(touch.meeting_on, scene.today), meeting_at, touch.meeting_place)
    if touch.outcome == Outcome.CLOSED:
        line = _joined(line, touch.product, money(touch.amount_fen, scene.currency))
    if touch.refusal:
        line += " · " + label("Refusal", touch.refusal)
    if touch.effective:
        line += " · " + _("有效")
    return line


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def data_words(today: Today) -> str:
    """数据截至 11-23 日终."""
    return _("数据截至 %(day)s 日终") % {"day": day_short(today.data_day)}
