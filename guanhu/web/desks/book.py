"""我的客户: every customer one keeps, by assets."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers import queries
from guanhu.rules.access import Reach
from guanhu.rules.kinds import Tier
from guanhu.web.lists import Filter
from guanhu.web.pages import Request, page
from guanhu.web.words import label

LONGEST_WORDS = 60


@dataclass(frozen=True)
class Pager:
    """Where one is in the pages of a list."""

    at: int
    last: int
    before: str
    after: str


def book(request: Request) -> HttpResponse:
    """One page of the book, all tiers or one; or whom the words typed find.

    What is typed may be a number of a person: it is posted, so that no address and no log holds it.
    """
    tier = request.GET.get("tier", "")
    tier = tier if tier in list(Tier) else ""
    number = request.GET.get("page", "1")
    words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
    page_no = int(number) if number.isdecimal() and len(number) < LONGEST_WORDS else 1
    found = queries.book(request.viewer, page=page_no, tier=tier, search=words)
    filters = [Filter(_("全部"), -1, address(), not tier)]
    filters += [Filter(label("Tier", each), -1, address(each), tier == each) for each in Tier]
    return page(
        request, "desks/book.html", here="book", title=title_of(request),
        book=found, filters=filters, tier=tier, words=words, pager=_pager(found.page, found.pages, tier),
    )  # fmt: skip


def title_of(request: Request) -> str:
    """Whose customers these are: one's own, or the branch's."""
    return _("我的客户") if request.viewer.reach is Reach.OWN else _("网点客户")


def address(tier: str = "", number: int = 1) -> str:
    """The address of one page of the book."""
    asked = [f"tier={tier}"] if tier else []
    asked += [f"page={number}"] if number > 1 else []
    return reverse("book") + ("?" + "&".join(asked) if asked else "")


def _pager(at: int, last: int, tier: str) -> Pager:
    before = address(tier, at - 1) if at > 1 else ""
    after = address(tier, at + 1) if at < last else ""
    return Pager(at, last, before, after)
