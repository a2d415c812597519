"""导航: where a colleague may go, read from the table of rights; and where she begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django.utils.translation import get_language, gettext_noop, pgettext_lazy
from django.utils.translation import gettext as _

from guanhu.rules.access import Permission, Reach, Role, Viewer, may, reach_of
from guanhu.web.drawing import url_of


@dataclass(frozen=True)
class Place:
    """A place in the navigation: its address, what it asks for, its name, and its short name on a phone."""

    name: str
    permission: Permission
    title: str
    icon: str
    group: str
    key: str = ""
    """The letter that goes there after G."""
    short: str = ""


DAILY, TEAM, CARE = gettext_noop("每天"), gettext_noop("网点管理"), gettext_noop("系统管理")
"""Headings: one's own day, the branch's affairs, rights and evidence."""
OF_CUSTOMERS = "customers"
"""The heading 客户, whose word English writes otherwise elsewhere."""
_CUSTOMERS = pgettext_lazy("nav", "客户")
NAV: tuple[Place, ...] = (
    Place("today", Permission.TODAY_READ, gettext_noop("今日工作台"), "today", DAILY, "t", gettext_noop("今日")),
    Place("counter", Permission.COUNTER_FIND, gettext_noop("柜面查询"), "search", DAILY, "", gettext_noop("柜面")),
    Place("book", Permission.BOOK_READ, gettext_noop("我的客户"), "people", OF_CUSTOMERS, "c"),
    Place(
        "imports", Permission.LEDGER_IMPORT, gettext_noop("数据导入"), "upload", OF_CUSTOMERS, "i", gettext_noop("导入")
    ),
    Place("rosters", Permission.BOOK_READ, gettext_noop("系统名单"), "filter", OF_CUSTOMERS, "", gettext_noop("名单")),
    Place(
        "visitors", Permission.BOOK_READ, gettext_noop("今天来过的"), "people", OF_CUSTOMERS, "v", gettext_noop("来访")
    ),
    Place(
        "quality", Permission.QUALITY_READ, gettext_noop("资料质量"), "gauge", OF_CUSTOMERS, "", gettext_noop("质量")
    ),
    Place("fit", Permission.BOOK_READ, gettext_noop("工作量测算"), "gauge", OF_CUSTOMERS, "", gettext_noop("测算")),
    Place(
        "counting", Permission.COUNT_READ, gettext_noop("点数与提示"), "flag", OF_CUSTOMERS, "", gettext_noop("点数")
    ),
    Place("habits", Permission.COUNT_READ, gettext_noop("工作习惯"), "cal", OF_CUSTOMERS, "", gettext_noop("习惯")),
    Place("duplicates", Permission.MERGE, gettext_noop("查重合并"), "copy", OF_CUSTOMERS, "", gettext_noop("查重")),
    Place("prospects", Permission.BIN, gettext_noop("潜在客户"), "refer", OF_CUSTOMERS, "", gettext_noop("潜客")),
    Place(
        "handovers",
        Permission.HANDOVER_WRITE,
        gettext_noop("名单变动"),
        "arrow",
        OF_CUSTOMERS,
        "",
        gettext_noop("变动"),
    ),
    Place("allocation", Permission.ROUND_READ, gettext_noop("分户管理"), "split", TEAM, "", gettext_noop("分户")),
    Place("reviews", Permission.REVIEW_READ, gettext_noop("网点复盘"), "note", TEAM, "", gettext_noop("复盘")),
    Place("outcomes", Permission.RATES_READ, gettext_noop("成效"), "gauge", TEAM),
    Place("covers", Permission.COVER_WRITE, gettext_noop("代管"), "repeat", TEAM),
    Place("approvals", Permission.EXPORT_APPROVE, gettext_noop("导出审批"), "dl", TEAM, "", gettext_noop("审批")),
    Place("trail", Permission.TRAIL_READ, gettext_noop("留痕"), "eye", CARE, "l"),
    Place("colleagues", Permission.STAFF_READ, gettext_noop("人员与权限"), "lock", CARE, "", gettext_noop("人员")),
    Place("quarantine", Permission.QUARANTINE_READ, gettext_noop("隔离区"), "filter", CARE, "", gettext_noop("隔离")),
    Place("cases", Permission.CASE_OPEN, gettext_noop("个人信息请求"), "doc", CARE, "", gettext_noop("请求")),
    Place("retention", Permission.RETENTION_READ, gettext_noop("期限清理"), "clock", CARE, "", gettext_noop("清理")),
    Place("exports_all", Permission.EXPORT_READ, gettext_noop("导出申请"), "dl", CARE, "", gettext_noop("导出")),
    Place("alarms", Permission.ALARM_READ, gettext_noop("异常提醒"), "bell", CARE, "", gettext_noop("提醒")),
)
"""Every place of the product, in order."""


@dataclass(frozen=True)
class Entry:
    """A place as one colleague sees it, in her language."""

    name: str
    address: str
    title: str
    short: str
    icon: str
    key: str


@dataclass(frozen=True)
class Group:
    """Some places under one heading."""

    title: str
    entries: tuple[Entry, ...]


def places(viewer: Viewer, *, keeps: bool) -> tuple[Group, ...]:
    """The places this colleague may go to; the day's list only for who keeps customers or is there to keep them."""
    return _places(viewer.role, keeps, get_language())


TABS, LEADING = 5, ("allocation", "reviews")
"""So many places stand at the foot of a phone; these are among them wherever somebody may go there."""


def tabs(viewer: Viewer, *, keeps: bool) -> tuple[Entry, ...]:
    """底部导航: the first places of the navigation, the last of them giving way to what a head leads by."""
    return _tabs(viewer.role, keeps, get_language())


@cache
def _tabs(role: Role, keeps: bool, language: str) -> tuple[Entry, ...]:
    every = [entry for group in _places(role, keeps, language) for entry in group.entries]
    led = [entry for entry in every[TABS:] if entry.name in LEADING]
    return (*every[: TABS - len(led)], *led)


@cache
def _places(role: Role, keeps: bool, language: str) -> tuple[Group, ...]:
    """The places of a role, found once in each language; ``language`` is the one spoken now."""
    mine = [place for place in NAV if _belongs(place, role, keeps)]
    return tuple(Group(_title(group), tuple(_entry(place, role) for place in those))
                 for group, those in groupby(mine, key=lambda place: place.group))  # fmt: skip


def _belongs(place: Place, role: Role, keeps: bool) -> bool:
    reach = reach_of(role, place.permission)
    return reach is not None and (reach is not Reach.OWN or keeps or role is Role.KEEPER)


def is_told(viewer: Viewer, *, keeps: bool) -> bool:
    """Does the bell stand above her pages: has she customers others may have to do with?"""
    return may(viewer, Permission.NOTICE_READ) is not None and (keeps or viewer.role is Role.KEEPER)


def _title(group: str) -> str:
    return str(_CUSTOMERS) if group == OF_CUSTOMERS else _(group)


def _entry(place: Place, role: Role) -> Entry:
    wide = place.name == "book" and reach_of(role, place.permission) is not Reach.OWN
    title = _("网点客户") if wide else _(place.title)
    short = _(place.short) if place.short else str(_CUSTOMERS) if place.group == OF_CUSTOMERS else title
    return Entry(place.name, url_of(place.name), title, short, place.icon, place.key)


def first(groups: Iterable[Group]) -> str:
    """Where a colleague begins: the first place she may go to; her own account when there is none."""
    return next((entry.address for group in groups for entry in group.entries), "")
