"""我的客户: every customer one keeps as a table: asked by conditions, in an order, with the columns one chose. P10."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from guanhu.apps.customers.books import queries
from guanhu.apps.customers.books.asking import queries as asking
from guanhu.apps.customers.shapes import Book
from guanhu.apps.people.queries import Shown
from guanhu.apps.work import queries as work
from guanhu.rules.access import Reach
from guanhu.rules.lists import Trait
from guanhu.web import books
from guanhu.web.books import Wanted
from guanhu.web.lists import Filter
from guanhu.web.pages import Request, page, parts
from guanhu.web.words import label, word

LONGEST_WORDS = 60


def book(request: Request) -> HttpResponse:
    """The book from its beginning or from a line on, of whom conditions hold; or whom the words typed find.

    What is typed may be a number of a person: it is posted, so that no address and no log holds it.
    """
    it = books.wanted(request.viewer, request.GET)
    wrong: tuple[str, ...] = ()
    if "from" in request.GET or "pick" in request.GET:
        asked = request.GET
        it, wrong = books.from_form(
            request.viewer, it, asked.getlist("pick"), asked.getlist("from"), asked.getlist("to")
        )
    if not wrong and {"from", "pick", "col"} & set(request.GET):
        return HttpResponseRedirect(books.address(it))
    words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
    after = _id_of(request.GET.get("after", ""))
    at = work.morning(request.viewer)
    columns = it.columns or books.USUAL
    found = queries.book(
        request.viewer, search=words, which=it.which, order=it.order, columns=columns, after=after,
        now=at.now if at else None,
    )  # fmt: skip
    more = books.address(it, found.after) if found.after else ""
    if request.htmx and after:
        return parts(request, "parts/book_rows.html", book=found, columns=columns, more=more, appended=True)
    return page(
        request, "desks/book.html", here="book", at=at, title=title_of(request), book=found, it=it, words=words,
        columns=columns, more=more, begun=bool(after), appended=False, wrong=wrong,
        **_around(request, it, found, at.now if at and not words else None),
    )  # fmt: skip


def _around(request: Request, it: Wanted, found: Book, now: Shown | None) -> dict[str, Any]:
    """What stands around the lines: conditions that hold, those to add, heads; where nobody is found, what to drop."""
    viewer = request.viewer
    names = dict(asking.keepers(viewer)) if Trait.KEEPER in asking.askable(viewer) else {}
    order = it.order or asking.first_order(viewer)
    return {
        "filters": _tiers(it),
        "chips": books.chips(it, names, found.currency),
        "fields": books.fields(viewer, it, names, found.currency),
        "heads": books.heads(viewer, it),
        "shown": [(trait, books.head_word(trait), trait in (it.columns or books.USUAL)) for trait in books.COLUMNS],
        "orders": [(trait, word(trait)) for trait in asking.orders(viewer)],
        "order": order,
        "order_says": books.order_word(order),
        "here_again": books.address(it),
        "drop": _narrowest(request, it, names, found, now) if now and it.which and not found.rows else None,
        "denied": [word(trait) for trait in it.denied],
    }


def _tiers(it: Wanted) -> list[Filter]:
    """The quickest condition: one tier, or all."""
    now = it.of(Trait.TIER)
    made = [Filter(_("全部"), -1, books.address(it.without(Trait.TIER)), now is None)]
    for each in books.QUICK:
        made.append(Filter(label("Tier", each.values[0]), -1, books.address(it.with_one(each)), now == each))
    return made


def _narrowest(request: Request, it: Wanted, names: dict[str, str], found: Book, now: Shown) -> dict[str, Any]:
    """Of conditions that together hold of nobody the one that alone holds of fewest; how many there are without it."""
    alone = {one: queries.how_many(request.viewer, (one,), now)[0] for one in it.which}
    least = min(it.which, key=lambda one: alone[one])
    rest = it.without(least.trait)
    count, beyond = queries.how_many(request.viewer, rest.which, now) if rest.which else (0, False)
    return {
        "says": books.said(least, names, found.currency), "alone": alone[least], "href": books.address(rest),
        "count": count, "beyond": beyond, "all": not rest.which,
    }  # fmt: skip


def title_of(request: Request) -> str:
    """Whose customers these are: one's own, or the branch's."""
    return _("我的客户") if request.viewer.reach is Reach.OWN else _("网点客户")


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
