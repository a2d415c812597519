"""One act on everybody the list finds: today's lines are set aside together, with a report, and put back together."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect

from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work.bulk import actions
from guanhu.web.desks.book import whole
from guanhu.web.pages import Request
from guanhu.web.wanted import address, wanted

MOST = 200
"""Lines put back by one form; a day has fewer."""


def defer(request: Request) -> HttpResponse:
    """Set aside today's lines of everybody the list finds, and say what became of each."""
    it, asked = wanted(request.viewer, request.POST), request.POST
    reason, seen = asked.get("reason", ""), asked.get("seen", "")
    typed = {"reason": reason}
    try:
        report = actions.defer_all(
            by=request.viewer, which=it.which, reason=reason, now=request.now,
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None,
        )  # fmt: skip
    except Refused as refused:
        return whole(request, it=it, ask="defer", status=422, errors=refused.errors, typed=typed)
    except Conflict as first:
        return whole(request, it=it, ask="defer", status=409, errors={"reason": str(first)}, typed=typed)
    return whole(request, it=it, ask="defer", report=report)


def undo(request: Request) -> HttpResponse:
    """Put back the lines that were set aside together; twice is once."""
    it, ids = wanted(request.viewer, request.POST), []
    for text in request.POST.getlist("aside")[:MOST]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    back = actions.undo_all(by=request.viewer, deferrals=ids, now=request.now)
    return HttpResponseRedirect(f"{address(it)}&done=restored&back={back}")
