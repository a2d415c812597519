"""我的客户: every customer one keeps, by assets."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from guanhu.apps.customers.books import queries
from guanhu.apps.work import queries as work
from guanhu.rules.access import Reach
from guanhu.rules.kinds import Tier
from guanhu.web.drawing import url_of
from guanhu.web.lists import Filter
from guanhu.web.pages import Request, page, parts
from guanhu.web.words import label

LONGEST_WORDS = 60


def book(request: Request) -> HttpResponse:
    """The book from its beginning or from a line on, all tiers or one; or whom the words typed find.

    What is typed may be a number of a person: it is posted, so that no address and no log holds it.
    """
    tier = request.GET.get("tier", "")
    tier = tier if tier in list(Tier) else ""
    words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
    after = _id_of(request.GET.get("after", ""))
    at = work.morning(request.viewer)
    found = queries.book(request.viewer, tier=tier, search=words, after=after, now=at.now if at else None)
    more = address(tier, found.after) if found.after else ""
    if request.htmx and after:
        return parts(request, "parts/book_rows.html", book=found, more=more, appended=True)
    filters = [Filter(_("全部"), -1, address(), not tier)]
    filters += [Filter(label("Tier", each), -1, address(each), tier == each) for each in Tier]
    return page(
        request, "desks/book.html", here="book", at=at, title=title_of(request), book=found, filters=filters,
        wants=request.viewer.reach is Reach.OWN, tier=tier, words=words, more=more, begun=bool(after), appended=False,
    )  # fmt: skip


def title_of(request: Request) -> str:
    """Whose customers these are: one's own, or the branch's."""
    return _("我的客户") if request.viewer.reach is Reach.OWN else _("网点客户")


def address(tier: str = "", after: UUID | None = None) -> str:
    """The address of the book, of one tier, from a line on."""
    asked = [f"tier={tier}"] if tier else []
    asked += [f"after={after}"] if after else []
    return url_of("book") + ("?" + "&".join(asked) if asked else "")


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
