"""系统名单: the lists the system keeps by itself and those brought as files, down to the customers. P17."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from guanhu.apps.customers.quality.report.queries import left_to_fill
from guanhu.apps.people import policy
from guanhu.apps.work import queries as work
from guanhu.apps.work.rosters import queries
from guanhu.apps.work.rosters.queries import BroughtList, Size
from guanhu.rules.access import Permission, Reach, may
from guanhu.rules.kinds import Roster
from guanhu.rules.lists import Trait
from guanhu.rules.privacy import Form, form_of
from guanhu.web import books
from guanhu.web.drawing import url_of
from guanhu.web.pages import Request, page, parts
from guanhu.web.wanted import USUAL, Wanted
from guanhu.web.words import moment, word

COLUMNS = (*USUAL, Trait.COMPLETE)
"""What the lines of these lists tell."""


@dataclass(frozen=True)
class Line:
    """One list: its name, who comes onto it, how many are there."""

    word: str
    rule: str
    count: str
    href: str


def rosters(request: Request) -> HttpResponse:
    """Every list this viewer may read, with how many are on it; her own are followed by the files to be filled."""
    at = work.morning(request.viewer)
    lines = [_line(size) for size in queries.sizes(request.viewer, at.now)] if at else []
    if at and request.viewer.reach is Reach.OWN:
        left = _("%(n)s 户") % {"n": left_to_fill(request.viewer, at.now)}
        lines.append(Line(_("待补的档案"), _("完整度不够的：每次接触多问一句"), left, url_of("to_fill")))
    brought = [_brought_line(each) for each in queries.brought(request.viewer)] if at else []
    return page(request, "desks/rosters.html", here="rosters", at=at, lines=lines, brought=brought,
                reads=form_of(request.viewer) is Form.FULL,
                brings=may(request.viewer, Permission.LEDGER_IMPORT) is not None)  # fmt: skip


def roster(request: Request) -> HttpResponse:
    """One list, fifty lines from a place on; the first where none is named or she may not read the one named."""
    asked = request.GET.get("list", "")
    which = next((one for one in Roster if one.value == asked), None) or _id_of(asked) or Roster.NEW
    after = _id_of(request.GET.get("after", ""))
    at = work.morning(request.viewer)
    shown = which if queries.may_read(request.viewer, which) else Roster.NEW
    book = queries.roster(request.viewer, at.now, shown, after, COLUMNS) if at else None
    more = f"{_address(shown)}&after={book.after}" if book and book.after else ""
    if request.htmx and after and book:
        return parts(request, "parts/book_rows.html", book=book, more=more, appended=True, **books.drawn(COLUMNS))
    return page(request, "desks/roster.html", here="rosters", at=at, book=book, title=_title(shown), rule=_rule(shown),
                more=more, begun=bool(after), address=_address(shown), appended=False,
                heads=books.heads(request.viewer, Wanted(columns=COLUMNS)), **books.drawn(COLUMNS))  # fmt: skip


def _line(size: Size) -> Line:
    count = _("%(n)s 户以上") if size.beyond else _("%(n)s 户")
    return Line(word(size.roster), _rule(size.roster), count % {"n": size.customers}, _address(size.roster))


def _brought_line(each: BroughtList) -> Line:
    who = each.who or _("数据中心")
    rule = _("%(who)s 带入 · 文件 %(n)s 行") % {"who": who, "n": each.rows}
    count = _("%(n)s 户以上") if each.beyond else _("%(n)s 户")
    title = _("%(when)s 带入的名单") % {"when": moment(each.begun_at)}
    return Line(title, rule, count % {"n": each.customers}, _address(each.public_id))


def _address(which: Roster | UUID) -> str:
    return f"{url_of('roster')}?list={which}"


def _title(which: Roster | UUID) -> str:
    return word(which) if isinstance(which, Roster) else _("带入的名单")


def _rule(which: Roster | UUID) -> str:
    """Who comes onto the list, and what to do with it."""
    numbers = policy.in_force()
    if not isinstance(which, Roster):
        return _("文件里说到的、归你看的客户；每户说了什么，连同来源和日期写在档案里")
    return {
        Roster.NEW: _("这个月建户的：先打招呼，约第一次见面"),
        Roster.SILENT: _("%(n)s 天以上没有有效联系：排一次问候") % {"n": numbers.roster_silent_days},
        Roster.MATURING: _("%(n)s 天内有到期的：提前约，别等到当天") % {"n": numbers.maturity_week_days},
        Roster.BIRTHDAY: _("%(n)s 天内过生日的：农历按当年换算") % {"n": numbers.birthday_ahead_days},
        Roster.NEAR_LINE: _("再多一点就到下一档权益：说清差多少"),
        Roster.OUTFLOW: _("净流出明显多于平时：先问是不是有事"),
        Roster.UNASKED: _("从没问过要不要收营销信息：下次接触时问"),
        Roster.MARKED: _("过来访或往来时标记的：先发介绍消息，再约见面"),
    }[which]


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
