"""工作量测算: does a list fit into the days of who keeps it, and what can be done where it does not."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from guanhu.apps.work import queries as work
from guanhu.apps.work.fitting.queries import Fit, fits
from guanhu.rules.access import Reach
from guanhu.rules.feasibility import Remedy, RemedyKind, Way, monthly
from guanhu.rules.kinds import Tier
from guanhu.web.pages import Request, page
from guanhu.web.words import label, share, word, word_inside

WHOLE = 100


def fit(request: Request) -> HttpResponse:
    """One's own list; for who leads a branch its lists side by side, and the one she opens."""
    at = work.morning(request.viewer)
    lists = fits(request.viewer, at.now) if at else ()
    own = request.viewer.reach is Reach.OWN
    asked = request.GET.get("keeper", "")
    opened = next((one for one in lists if str(one.public_id) == asked), lists[0] if own and lists else None)
    return page(
        request, "desks/fit.html", here="fit", at=at, own=own, lists=[_row(one) for one in lists],
        opened=_opened(opened) if opened else None,
    )  # fmt: skip


def _row(one: Fit) -> dict[str, Any]:
    """A line of the comparison: the coverage of each tier and what a week lacks."""
    return {
        "it": one,
        "tiers": [(tier, one.customers.get(tier, 0), share(one.answer.coverage_bp(tier))) for tier in Tier],
        "short": [(way.channel, one.answer.short_a_week(way.channel)) for way in one.answer.ways if way.short],
    }


def _opened(one: Fit) -> dict[str, Any]:
    """One list whole: what is asked of each channel beside what it holds, what is covered, and the ways out."""
    most = max((sum(way.asked.values()) for way in one.answer.ways), default=0)
    most = max(most, *(way.holds for way in one.answer.ways), 1)
    return {
        **_row(one),
        "ways": [_way(way, one.quota.get(way.channel, 0), most) for way in one.answer.ways],
        "days": one.answer.month_days,
        "asked": {tier: [monthly(way.asked.get(tier, 0)) for way in one.answer.ways] for tier in Tier},
        "remedies": [(remedy, word(remedy.kind), said(remedy, one.kept)) for remedy in one.answer.remedies],
    }


def _way(way: Way, a_day: int, most: int) -> dict[str, Any]:
    asked = sum(way.asked.values())
    return {
        "channel": way.channel, "a_day": a_day, "asked": monthly(asked), "holds": monthly(way.holds),
        "short": monthly(way.short), "spare": monthly(way.spare),
        "asked_width": round(WHOLE * asked / most, 1), "holds_width": round(WHOLE * way.holds / most, 1),
    }  # fmt: skip


def said(remedy: Remedy, kept: int) -> str:
    """One way out as a sentence."""
    channel, tier = word_inside("Channel", remedy.channel), label("Tier", remedy.tier)
    if remedy.kind is RemedyKind.CLOSER:
        to = word_inside("Channel", remedy.to)
        told = {"n": remedy.contacts, "tier": tier, "channel": channel, "to": to}
        return _("每月把 %(n)s 次 %(tier)s%(channel)s改成%(to)s") % told
    if remedy.kind is RemedyKind.SELDOMER:
        told = {"tier": tier, "channel": channel, "days": remedy.days}
        return _("%(tier)s%(channel)s放宽到每 %(days)s 天一次") % told
    return _("名单从 %(kept)s 户减到 %(n)s 户，%(channel)s就排得下") % {
        "kept": kept, "n": remedy.customers, "channel": channel,
    }  # fmt: skip
