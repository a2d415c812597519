"""我的客户: every customer one keeps as a table: asked by conditions, in an order, with the columns one chose. P10."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from guanhu.apps.customers.books import queries
from guanhu.apps.customers.books.groups import queries as grouping
from guanhu.apps.customers.books.views import actions
from guanhu.apps.customers.books.views import queries as viewing
from guanhu.apps.customers.shapes import Book, ListView
from guanhu.apps.people.errors import Refused
from guanhu.apps.work import queries as work
from guanhu.apps.work.bulk import queries as bulk
from guanhu.apps.work.queries import Morning
from guanhu.rules.access import Permission, Reach, may
from guanhu.rules.kinds import Stage
from guanhu.rules.lists import Condition, ViewScope
from guanhu.web import books, layouts
from guanhu.web.pages import Request, Toast, page, parts
from guanhu.web.wanted import USUAL, Wanted, address, from_form, link_of, query_of, wanted
from guanhu.web.words import label

LONGEST_WORDS = 60
ASKS = ("which", "columns", "view", "defer")
"""The forms above the list: of conditions, of columns and order, of named views."""


def book(request: Request) -> HttpResponse:
    """The book from its beginning or from a line on, of whom conditions hold; or whom the words typed find.

    What is typed may be a number of a person: it is posted, so that no address and no log holds it.
    """
    if {"from", "pick", "col"} & set(request.GET):
        return _asked_anew(request)
    if request.htmx and "after" in request.GET:
        return _on(request, wanted(request.viewer, request.GET))
    return whole(request)


def _asked_anew(request: Request) -> HttpResponse:
    """The forms of conditions and of columns lead to the address that says the same; what says nothing is told."""
    asked, wrong = request.GET, tuple[str, ...]()
    it: Wanted = wanted(request.viewer, asked)
    if "from" in asked or "pick" in asked:
        told = (asked.getlist(name) for name in ("pick", "from", "to"))
        it, wrong = from_form(request.viewer, it, *told)
    return whole(request, wrong=wrong, it=it, ask="which") if wrong else HttpResponseRedirect(address(it))


def _on(request: Request, it: Wanted) -> HttpResponse:
    """The lines after a line, for the end of the table."""
    after, columns = _id_of(request.GET.get("after", "")), it.columns or USUAL
    found = queries.book(request.viewer, which=it.which, order=it.order, columns=columns, after=after)
    more = address(it, found.after) if found.after else ""
    return parts(
        request, "parts/book_rows.html", book=found, more=more, appended=True,
        **books.drawn(columns, mends=books.may_mend(request.viewer)),
    )  # fmt: skip


def whole(
    request: Request, *, it: Wanted | None = None, wrong: tuple[str, ...] = (), ask: str = "", status: int = 200,
    **told: Any,
) -> HttpResponse:  # fmt: skip
    """The whole page: the list, or the list in groups, with what stands around it."""
    words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
    kept = viewing.views(request.viewer)
    it, view, said = (it, None, None) if it else _wanted(request, kept)
    after, at = _id_of(request.GET.get("after", "")), work.morning(request.viewer)
    shown = _laid_out(request, it, at) if at and not words else None
    found = shown["book"] if shown else queries.book(
        request.viewer, search=words, which=it.which, order=it.order, columns=it.columns or USUAL, after=after,
        now=at.now if at else None, kept=at.customers if at else None,
    )  # fmt: skip
    ask = ask or request.GET.get("ask", "")
    if ask == "defer" and not books.may_defer(request.viewer):
        ask = ""
    context = {"errors": {}, "typed": {"title": view.title if view and view.mine else "", "shared": ViewScope.OWN},
               "said": said, "moving": None, "moved": _moved(request), "report": None, **told}  # fmt: skip
    return page(
        request, "desks/book.html", here="book", wants=request.viewer.reach is Reach.OWN,
        exports=may(request.viewer, Permission.EXPORT_ASK) is not None, at=at,
        status=status, title=title_of(request), it=it, words=words,
        begun=bool(after), appended=False, wrong=wrong,
        more=address(it, found.after) if found.after else "",
        **books.drawn(it.columns or USUAL, mends=books.may_mend(request.viewer)),
        views=books.view_links(kept, view), asking=ask if ask in ASKS else "",
        layouts=layouts.layouts(request.viewer, it), **books.around(request.viewer, it, found, ask),
        **_drop(request, it, found, at if not words else None),
        **(books.of_views(request.viewer, kept) if ask == "view" else {}),
        **_deferring(request, it, at if ask == "defer" else None),
        **(shown or {"book": found, "groups": None, "board": None}), **context,
    )  # fmt: skip


def _deferring(request: Request, it: Wanted, at: Morning | None) -> dict[str, Any]:
    """On whom of today the act would fall, each by name to choose from; nothing while nobody asks for it."""
    preview = bulk.defer_preview(request.viewer, it.which, at.now) if at else None
    return {"preview": preview, "whom": bulk.defer_lines(request.viewer, at.now, preview) if at and preview else ()}


def _laid_out(request: Request, it: Wanted, at: Morning) -> dict[str, Any] | None:
    """The list otherwise than line by line: in groups, or side by side; null where it is plainly a list."""
    if it.group:
        groups = grouping.groups(request.viewer, it.group, it.which, at.now)
        rows = layouts.group_rows(it, groups, books.names(request.viewer), at.now.currency)
        book = Book(at.now.data_day, at.now.currency, (), groups.customers, False, None)
        return {"book": book, "groups": groups, "group_rows": rows, "board": None}
    if not it.board:
        return None
    columns = []
    for value in layouts.board_values(it):
        which = it.with_one(Condition(it.board, (value,))).which
        told = queries.book(request.viewer, which=which, order=it.order, now=at.now)
        columns.append(layouts.column(request.viewer, it, value, told))
    total, beyond = sum(each.total for each in columns), any(each.beyond for each in columns)
    book = Book(at.now.data_day, at.now.currency, (), total, beyond, None)
    return {"book": book, "groups": None, "board": columns}


def _wanted(request: Request, kept: list[ListView]) -> tuple[Wanted, ListView | None, Toast | None]:
    """What the address asks: a view by its id, the view one opens first where it asks nothing, or what it says."""
    asked = request.GET.get("view", "")
    view = next((each for each in kept if str(each.public_id) == asked), None)
    if view is None and not request.GET and request.method == "GET":
        view = next((each for each in kept if each.mine and each.opens_first), None)
    if view is None:
        gone = Toast(_("这个视图已经移除，或不是给你用的；先看全部")) if asked else None
        return wanted(request.viewer, request.GET), None, _said(request) or gone
    return wanted(request.viewer, query_of(view)), view, _said(request)


def _moved(request: Request) -> dict[str, Any] | None:
    """The card that was moved just now, with what takes it back."""
    asked, stages = request.GET, list(Stage)
    customer, was, to = _id_of(asked.get("moved", "")), asked.get("was", ""), asked.get("to", "")
    if customer is None or was not in stages or to not in stages:
        return None
    return {"id": customer, "was": was, "to": to, "word": label("Stage", to)}


def _said(request: Request) -> Toast | None:
    done, back = request.GET.get("done", ""), request.GET.get("back", "")[:4]
    if done == "restored" and back.isascii() and back.isdigit():
        return Toast(_("%(n)s 户放回今天的名单") % {"n": back})
    words = {"saved": _("视图已存好"), "removed": _("视图已移除"), "mended": _("已记下")}
    return Toast(words[done]) if done in words else None


def _drop(request: Request, it: Wanted, found: Book, at: Morning | None) -> dict[str, Any]:
    """Of conditions that together hold of nobody the one that alone holds of fewest; how many there are without it."""
    if not at or not it.which or found.total or it.group or it.board:
        return {"drop": None}
    alone = {one: queries.how_many(request.viewer, (one,), at.now)[0] for one in it.which}
    least = min(it.which, key=lambda one: alone[one])
    rest = it.without(least.trait)
    count, beyond = queries.how_many(request.viewer, rest.which, at.now) if rest.which else (0, False)
    says = books.said(least, books.names(request.viewer), found.currency)
    return {"drop": {"says": says, "alone": alone[least], "href": address(rest), "count": count,
                     "beyond": beyond, "all": not rest.which}}  # fmt: skip


def save_view(request: Request) -> HttpResponse:
    """Keep what the list asks under a name."""
    it, asked = wanted(request.viewer, request.POST), request.POST
    typed = {"title": asked.get("title", ""), "shared": asked.get("shared", "")}
    try:
        view = actions.save_view(
            by=request.viewer, asks=it.where, order=str(it.order or ""), columns=",".join(it.columns),
            layout=it.layout, pinned=asked.get("pinned") == "yes", opens_first=asked.get("first") == "yes",
            now=request.now, **typed,
        )  # fmt: skip
    except Refused as refused:
        return whole(request, it=it, ask="view", status=422, errors=refused.errors, typed=typed)
    return HttpResponseRedirect(link_of(view) + "&done=saved")


def remove_view(request: Request) -> HttpResponse:
    """Take a view of one's own off the list; twice is once."""
    view = _id_of(request.POST.get("view", ""))
    if view is not None:
        actions.remove_view(by=request.viewer, view=view, now=request.now)
    return HttpResponseRedirect(address(Wanted()) + "&done=removed")


def title_of(request: Request) -> str:
    """Whose customers these are: one's own, or the branch's."""
    return _("我的客户") if request.viewer.reach is Reach.OWN else _("网点客户")


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
