"""One act on everybody the list finds: today's lines are set aside together, with a report, and put back together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect

from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work.bulk import actions
from guanhu.web.desks.book import whole
from guanhu.web.pages import Request
from guanhu.web.wanted import address, wanted

MOST = 200
"""Lines one form names; a day has fewer."""


def defer(request: Request) -> HttpResponse:
    """Set aside today's lines of everybody the list finds, and say what became of each."""
    it, asked = wanted(request.viewer, request.POST), request.POST
    reason, seen = asked.get("reason", ""), asked.get("seen", "")
    only = set(_ids(asked.getlist("whom"))) if asked.get("picked") else None
    typed = {"reason": reason, "only": only}
    try:
        report = actions.defer_all(
            by=request.viewer, which=it.which, reason=reason, now=request.now, only=only,
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None,
        )  # fmt: skip
    except Refused as refused:
        return whole(request, it=it, ask="defer", status=422, errors=refused.errors, typed=typed)
    except Conflict as first:
        return whole(request, it=it, ask="defer", status=409, errors={"reason": str(first)}, typed=typed)
    return whole(request, it=it, ask="defer", report=report)


def undo(request: Request) -> HttpResponse:
    """Put back the lines that were set aside together; twice is once."""
    it = wanted(request.viewer, request.POST)
    back = actions.undo_all(by=request.viewer, deferrals=_ids(request.POST.getlist("aside")), now=request.now)
    return HttpResponseRedirect(f"{address(it)}&done=restored&back={back}")


def _ids(texts: Sequence[str]) -> list[UUID]:
    """What of these is an id."""
    found = []
    for text in texts[:MOST]:
        with suppress(ValueError):
            found.append(UUID(text))
    return found
