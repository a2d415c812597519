"""差异化客户表 and 一户一策: what we offer for each need, of one customer or the whole list, and the plan for one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers.serving import actions, queries
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.work import queries as work
from guanhu.apps.work.file import queries as files
from guanhu.web import serving
from guanhu.web.cards import head_of, rest_of
from guanhu.web.conflicts import clash_of
from guanhu.web.desks.customer import whole_page
from guanhu.web.drawing import url_of
from guanhu.web.filing import CourseForm, IntentionForm, OfferForm
from guanhu.web.living import UNTOUCHED, Answered, choices
from guanhu.web.pages import Request, found, page, parts


def wants(request: Request) -> HttpResponse:
    """The table of the whole list: what each customer has, wants and can be offered, fifty at once."""
    table = queries.wants_page(request.viewer, _id_of(request.GET.get("after", "")))
    rows = [serving.wants_row(row) for row in table.rows] if table else []
    more = f"{url_of('wants')}?after={table.after}" if table and table.after else ""
    return page(request, "desks/wants.html", here="book", rows=rows, more=more,
                begun="after" in request.GET, choices=serving.choices())  # fmt: skip


def offers(request: Request, public_id: UUID) -> HttpResponse:
    """Say what we can offer for a need; the row of the need comes back."""
    found(work.named(request.viewer, public_id))
    form = OfferForm(request.POST)
    if not form.is_valid():
        return _row(request, public_id, _again(request, "offers", form.messages), 422)
    kept = form.cleaned_data
    try:
        actions.keep_offer(by=request.viewer, customer=public_id, said=form.said, item=kept["item"],
                           version=kept["version"] or 0, now=request.now)  # fmt: skip
    except Refused as refused:
        return _row(request, public_id, _again(request, "offers", refused.errors), 422)
    except Invisible:
        return _row(request, public_id, _again(request, "offers", {"item": _("这条需求已不在，刷新后再选")}), 422)
    except Conflict as first:
        return _row(request, public_id, _again(request, "offers", {"can": str(first)}, first), 409)
    return _row(request, public_id, Answered("offers", str(kept["item"]), done=True))


def intentions(request: Request, public_id: UUID) -> HttpResponse:
    """Say what she will do when something matures; what she holds comes back, with what she said."""
    today, form = found(work.named(request.viewer, public_id)).day, IntentionForm(request.POST)
    if not form.is_valid():
        return _held(request, public_id, _again(request, "intentions", form.messages), 422)
    kept = form.cleaned_data
    try:
        actions.keep_intention(by=request.viewer, customer=public_id, said=form.said, item=kept["item"],
                               version=kept["version"] or 0, today=today, now=request.now)  # fmt: skip
    except Refused as refused:
        return _held(request, public_id, _again(request, "intentions", refused.errors), 422)
    except Invisible:
        return _held(
            request, public_id, _again(request, "intentions", {"item": _("这笔已不在持仓里，刷新后再看")}), 422
        )
    except Conflict as first:
        return _held(request, public_id, _again(request, "intentions", {"intent": str(first)}, first), 409)
    return _held(request, public_id, Answered("intentions", str(kept["item"]), done=True))


def _held(request: Request, public_id: UUID, answered: Answered, status: int = 200) -> HttpResponse:
    """What she holds as it stands now; without a script the whole page, by a way of its own after what was done."""
    if request.htmx:
        rest = found(files.rest(request.viewer, public_id))
        return parts(request, "parts/one_holdings.html", status=status, card=rest, rest=rest_of(rest),
                     living=answered, choices=choices())  # fmt: skip
    if answered.done:
        return HttpResponseRedirect(reverse("customer", args=[public_id]) + "?done=intentions")
    return whole_page(request, public_id, status=status, living=answered)


def _row(request: Request, public_id: UUID, answered: Answered, status: int = 200) -> HttpResponse:
    """The row of this need as it stands now; without a script, or where there is no such row, the whole page."""
    if request.htmx:
        rest = found(files.rest(request.viewer, public_id))
        line = next((each for each in rest_of(rest).wants if each.need == answered.item), None)
        if line:
            return parts(request, "parts/one_want.html", status=status, card=rest, line=line, living=answered,
                         choices=serving.choices())  # fmt: skip
    if answered.done:
        return HttpResponseRedirect(reverse("customer", args=[public_id]) + "?done=offers")
    return whole_page(request, public_id, status=status, living=answered)


def course(request: Request, public_id: UUID) -> HttpResponse:
    """一户一策: the plan for one customer on a page that can be printed."""
    return _course(request, public_id, UNTOUCHED)


def keep_course(request: Request, public_id: UUID) -> HttpResponse:
    """Write a goal or a step of the plan, its next wording, or that it is to be there no longer."""
    found(work.named(request.viewer, public_id))
    form = CourseForm(request.POST)
    sound, kept = form.is_valid(), form.cleaned_data
    told: dict[str, Any] = {"by": request.viewer, "customer": public_id, "item": kept.get("item"),
                            "version": kept.get("version") or 0, "now": request.now}  # fmt: skip
    try:
        if kept.get("removed") and kept.get("item"):
            actions.remove_course(**told)
        elif not sound:
            return _course(request, public_id, _again(request, "course", form.messages), 422)
        else:
            actions.keep_course(said=form.said, **told)
    except Refused as refused:
        return _course(request, public_id, _again(request, "course", refused.errors), 422)
    except Conflict as first:
        return _course(request, public_id, _again(request, "course", {"text": str(first)}, first), 409)
    return HttpResponseRedirect(reverse("course", args=[public_id]))


def _course(request: Request, public_id: UUID, answered: Answered, status: int = 200) -> HttpResponse:
    card, lines = found(files.course(request.viewer, public_id))
    return page(request, "desks/course.html", here="book", status=status, card=card, view=head_of(card),
                rest=rest_of(card), lines=[serving.course_line(line, card.day) for line in lines], living=answered,
                choices=serving.choices())  # fmt: skip


def _again(request: Request, card: str, errors: dict[str, str], first: Conflict | None = None) -> Answered:
    """What was typed and what is wrong with it, or who was first."""
    typed = {name: str(value) for name, value in request.POST.items()}
    return Answered(card, request.POST.get("item", ""), typed, errors, clash_of(first) if first else None)


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
