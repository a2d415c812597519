"""习惯: a colleague's year by weeks, planned against done, and whether it went in drives. P70, P71."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from guanhu.apps.work import queries as work
from guanhu.apps.work.counting.shapes import Year
from guanhu.apps.work.habits.queries import years
from guanhu.rules.access import Reach
from guanhu.web.pages import Request, page
from guanhu.web.words import share
from guanhu.web.year import drawn


def habits(request: Request) -> HttpResponse:
    """One's own year; for who leads colleagues theirs side by side, and the one she opens."""
    at = work.morning(request.viewer)
    told = years(request.viewer, at.now.today) if at else ()
    own = request.viewer.reach is Reach.OWN
    asked = request.GET.get("staff", "")
    opened = next((one for one in told if str(one.who.public_id) == asked), told[0] if own and told else None)
    return page(
        request, "desks/habits.html", here="habits", at=at, own=own, rows=[_row(one) for one in told],
        opened=_opened(opened) if opened else None,
    )  # fmt: skip


def _row(one: Year) -> dict[str, Any]:
    """A line of the comparison: the year drawn small, and its figures."""
    return {
        "it": one, "drawn": drawn(one), "kept": share(one.kept_bp), "by_plan": share(one.by_plan_bp),
        "drives": share(one.rhythm.share_bp) if one.rhythm else None,
    }  # fmt: skip


def _opened(one: Year) -> dict[str, Any]:
    """One year whole: drawn, told in sentences, and week by week."""
    return {**_row(one), "says": says(one), "selling": share(one.selling_bp),
            "weeks": [week for week in reversed(one.weeks) if week.done or week.contacts or week.planned]}  # fmt: skip


def says(one: Year) -> str:
    """Whether the year went evenly or in drives, with the figures behind it."""
    if one.rhythm is None:
        return _("联系还不满半年，看不出节奏")
    told = {"share": share(one.rhythm.share_bp), "bursts": one.rhythm.bursts, "gap": one.rhythm.longest_gap}
    if one.rhythm.only_in_drives:
        return _("像突击：%(share)s 的电话和面访集中在 %(bursts)s 阵突击里，两阵之间最长隔 %(gap)s 周") % told
    if one.rhythm.bursts:
        return _("大体均匀：有 %(bursts)s 阵突击，占电话和面访的 %(share)s") % told
    return _("均匀：没有哪一周远高于平常")
