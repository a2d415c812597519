"""A line of the book changed where it stands: its relation by a stage, one thing learnt. P6."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers.books import queries
from guanhu.apps.customers.books.lines import actions
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work import queries as work
from guanhu.apps.work.learning.actions import PLAIN
from guanhu.rules.kinds import Stage
from guanhu.rules.living import HeardFrom
from guanhu.rules.stages import allowed_moves
from guanhu.web import books
from guanhu.web.conflicts import clash_of
from guanhu.web.desks.book import whole
from guanhu.web.forms import LineForm
from guanhu.web.pages import Request, Toast, found, parts
from guanhu.web.wanted import USUAL, Wanted, address, wanted
from guanhu.web.words import word


def line(request: Request, public_id: UUID) -> HttpResponse:
    """One line as it stands, or with the form to change it; without a script the file, where all can be changed."""
    if request.method == "POST":
        return _mended(request, public_id)
    if not request.htmx:
        found(work.named(request.viewer, public_id))
        return HttpResponseRedirect(reverse("customer", args=[public_id]))
    it = wanted(request.viewer, request.GET)
    if "edit" in request.GET:
        return _form(request, public_id, it)
    return _as_it_stands(request, public_id, it)


def _mended(request: Request, public_id: UUID) -> HttpResponse:
    """Write what was typed, and draw the line as it is now; what is wrong is told where it was typed."""
    it, form, asked = wanted(request.viewer, request.POST), LineForm(request.POST), request.POST
    today = found(work.named(request.viewer, public_id)).day
    if not form.is_valid():
        return _form(request, public_id, it, status=422, errors=form.messages)
    stage, current = form.cleaned_data["stage"], asked.get("current", "")
    try:
        actions.mend_line(
            by=request.viewer, customer=public_id, stage=stage, current=current, note=form.cleaned_data["note"],
            said=form.said(today), today=today, now=request.now,
        )  # fmt: skip
    except Refused as refused:
        return _form(request, public_id, it, status=422, errors=refused.errors)
    except Conflict as first:
        return _form(request, public_id, it, status=409, errors={"stage": str(first)}, clash=clash_of(first))
    if not request.htmx:
        return HttpResponseRedirect(f"{address(it)}&done=mended")
    moved = {"id": public_id, "was": current, "to": stage, "word": word(Stage(stage))} if stage else None
    return _as_it_stands(request, public_id, it, said=Toast(_("已记下")), moved=moved)


def _as_it_stands(
    request: Request, public_id: UUID, it: Wanted, said: Toast | None = None, moved: dict[str, Any] | None = None
) -> HttpResponse:
    columns = it.columns or USUAL
    book = found(queries.line(request.viewer, public_id, columns=columns))
    return parts(request, "parts/book_line_again.html", book=book, more="", appended=True, it=it, said=said,
                 moved=moved, **books.drawn(columns, mends=True))  # fmt: skip


def _form(
    request: Request, public_id: UUID, it: Wanted, *, status: int = 200, errors: dict[str, str] | None = None,
    **told: Any,
) -> HttpResponse:  # fmt: skip
    """The line with its form, and what was typed in it before; without a script the list, and what is wrong."""
    if not request.htmx:
        return whole(request, it=it, status=status, said=Toast(" ".join((errors or {}).values())))
    columns = it.columns or USUAL
    book = found(queries.line(request.viewer, public_id, columns=columns))
    row = book.rows[0]
    moves = [(each.value, word(each)) for each in allowed_moves(Stage(row.stage) if row.stage else None)]
    choices = {"fact_kind": [(each.value, word(each)) for each in PLAIN],
               "heard_from": [(each.value, word(each)) for each in HeardFrom]}  # fmt: skip
    return parts(
        request, "parts/book_line_form.html", status=status, row=row, it=it, moves=moves, choices=choices,
        width=len(columns) + 1, errors=errors or {}, typed=request.POST.dict(), **{"clash": None, **told},
    )  # fmt: skip
