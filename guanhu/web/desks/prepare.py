"""接触前准备: one page about one customer before a contact, to be read or printed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils import translation

from guanhu.apps.work import queries as work
from guanhu.apps.work.file import queries as files
from guanhu.web.pages import Request, found, page
from guanhu.web.prepared import prepared


def prepare(request: Request, public_id: UUID) -> HttpResponse:
    """Who she is, why today, what is known and what not to say."""
    brief = found(work.brief(request.viewer, public_id, translation.get_language() or "zh"))
    rest = found(files.rest(request.viewer, public_id))
    return page(request, "desks/prepare.html", here="today", it=prepared(brief, rest, request.now), card=rest)
