"""查找: one box for everybody one may see; a page of its own, and the list under the box of the command palette."""

from __future__ import annotations

from django.http import HttpResponse

from guanhu.apps.customers.search import queries
from guanhu.apps.customers.search.shapes import Found
from guanhu.web.pages import Request, page, parts

LONGEST_WORDS = 60
NOBODY = Found((), more=False)


def search(request: Request) -> HttpResponse:
    """Ask for words; posted: whom they find.

    What is typed may be somebody's name or number: it is posted, so that no address and no log holds it, and no page
    says it again.
    """
    words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
    found = queries.search(request.viewer, words) if words else NOBODY
    if request.htmx:
        return parts(request, "parts/one_found.html", words=words, found=found)
    return page(request, "desks/search.html", here="search", words=words, found=found)
