"""数据导入: a ledger is brought, mapped, tried, written, and may be taken back; each step is an address."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers.uploads import queries
from guanhu.apps.customers.uploads.actions import asking as actions
from guanhu.apps.customers.uploads.shapes import NUMBERED, UploadState, UploadView
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.people.policy import in_force
from guanhu.web import imports as drawn
from guanhu.web.lists import Pager
from guanhu.web.pages import Request, Toast, found, go, page, parts

S = UploadState
LONGEST_PAGE, LONGEST_TEXT = 9, 2_000
FORMULA = tuple("=+-@\t\r")
SHOWN_AT = {
    "columns": (S.OPENING, S.REFUSED, S.COLUMNS, S.TRIED),
    "trial": (S.TRYING, S.TRIED, S.WRITING, S.PAUSED, S.WRITTEN, S.UNDOING, S.UNDONE),
    "writing": (S.WRITING, S.PAUSED, S.WRITTEN, S.UNDOING, S.UNDONE),
}
"""Which step has a page in which state; from any other one is sent to where the ledger is."""


class MendForm(forms.Form):
    """What is to become of broken cells: of one kind by a way, or of one cell by what is typed."""

    rule = forms.CharField(max_length=20, required=False)
    place = forms.IntegerField(min_value=1, max_value=10_000, required=False)
    way = forms.CharField(max_length=12, required=False)
    line = forms.IntegerField(min_value=1, max_value=10**9, required=False)
    cell = forms.CharField(max_length=LONGEST_TEXT, required=False)


def imports(request: Request) -> HttpResponse:
    """The ledgers one brought; posted: bring one."""
    done = request.GET.get("done", "")
    if request.method != "POST":
        return _list(request, said=Toast(_("已放弃，文件已删除；什么也没有写入")) if done == "dropped" else None)
    sent = request.FILES.get("ledger")
    try:
        raw = sent.read() if sent else b""
        upload = actions.bring(by=request.viewer, file=str(sent.name if sent else ""), raw=raw, now=request.now)
    except Refused as refused:
        return _list(request, status=422, errors=refused.errors)
    return go(request, reverse("import_columns", args=[upload]))


def _list(request: Request, *, status: int = 200, **context: Any) -> HttpResponse:
    told = {"said": None, "errors": {}, **context}
    return page(
        request, "desks/imports.html", here="imports", status=status, mine=queries.uploads(request.viewer),
        theirs=queries.of_branch(request.viewer), numbers=in_force(), **told,
    )  # fmt: skip


def where(request: Request, upload_id: UUID) -> HttpResponse:
    """On to the step where it is."""
    return HttpResponseRedirect(drawn.where(_view(request, upload_id)))


def progress(request: Request, upload_id: UUID) -> HttpResponse:
    """How far the work is, for the page that waits for it; when it is done, on to the next step."""
    view = _view(request, upload_id)
    if not view.working:
        return go(request, drawn.where(view))
    if not request.htmx:
        return HttpResponseRedirect(drawn.where(view))
    return parts(request, "parts/one_progress.html", view=view, far=drawn.how_far(view, request.now))


def columns(request: Request, upload_id: UUID) -> HttpResponse:
    """What each column is; posted: said, and tried."""
    if request.method != "POST":
        return _step(request, upload_id, "columns")
    typed = {name: str(text) for name, text in request.POST.items() if len(text) <= LONGEST_TEXT}
    fields = {int(name[1:]): text for name, text in typed.items()
              if name[:1] == "c" and name[1:].isdecimal() and len(name) <= LONGEST_PAGE}  # fmt: skip
    numbered = request.POST.get(NUMBERED, "") == "yes"
    return _done(request, upload_id, "columns", lambda: actions.say_columns(
        by=request.viewer, upload=upload_id, fields=fields, numbered=numbered, now=request.now), typed)  # fmt: skip


def trial(request: Request, upload_id: UUID) -> HttpResponse:
    """What the import would do, and which rows are refused; posted: mend them, all of a kind or a single cell."""
    if request.method != "POST":
        return _step(request, upload_id, "trial")
    form = MendForm(request.POST)
    if not form.is_valid():
        return _again(request, upload_id, "trial", {"cell": _("请看清要改的是哪一格")}, {})
    kept = form.cleaned_data
    told: dict[str, Any] = {"by": request.viewer, "upload": upload_id, "now": request.now}
    place = kept["place"] or 0
    if request.POST.get("forget") == "yes":
        return _done(request, upload_id, "trial", lambda: actions.as_it_stands(**told))
    if kept["way"]:
        return _done(request, upload_id, "trial", lambda: actions.mend_kind(
            rule=kept["rule"], place=place, way=kept["way"], **told))  # fmt: skip
    return _done(request, upload_id, "trial", lambda: actions.mend_cell(
        line=kept["line"] or 0, place=place, text=kept["cell"], **told))  # fmt: skip


def writing(request: Request, upload_id: UUID) -> HttpResponse:
    """How far the writing is; posted: write, pause, go on, take back."""
    ways: dict[str, Callable[..., None]] = {
        "write": actions.write, "pause": actions.pause, "undo": actions.ask_undo,
    }  # fmt: skip
    act = ways.get(request.POST.get("do", "")) if request.method == "POST" else None
    if act is None:
        return _step(request, upload_id, "writing")
    return _done(request, upload_id, "writing", lambda: act(by=request.viewer, upload=upload_id, now=request.now))


def drop(request: Request, upload_id: UUID) -> HttpResponse:
    """Give it up: the file goes, nothing was written."""
    try:
        actions.drop(by=request.viewer, upload=upload_id, now=request.now)
    except Conflict as first:
        return _again(request, upload_id, "", {"": str(first)}, {}, 409)
    return go(request, reverse("imports") + "?done=dropped")


def refused(request: Request, upload_id: UUID) -> HttpResponse:
    """The refused rows as a table to take away: where, why and what helps, without a value."""
    view = _view(request, upload_id)
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    table = csv.writer(text)
    table.writerow([_("行"), _("列"), _("规则"), _("原因"), _("建议")])
    for one in queries.every_refusal(request.viewer, upload_id):
        table.writerow(map(_as_text, (one.row, one.column, one.rule, one.says, one.suggestion)))
    return HttpResponse(
        text.getvalue(), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="refused-{view.brought_at:%Y%m%d-%H%M}.csv"'},
    )  # fmt: skip


def _as_text(cell: object) -> str:
    """A cell that no worksheet takes for a formula: a heading may begin like one."""
    text = str(cell)
    return f"'{text}" if text[:1] in FORMULA else text


# ---------------------------------------------------------------- one ledger


def _view(request: Request, upload_id: UUID) -> UploadView:
    return found(queries.upload(request.viewer, upload_id))


def _done(
    request: Request, upload_id: UUID, step: str, act: Callable[[], None], typed: dict[str, str] | None = None
) -> HttpResponse:  # fmt: skip
    """The act, and on to where the ledger is then; or the step again with what is wrong."""
    try:
        act()
    except Refused as wrong:
        return _again(request, upload_id, step, wrong.errors, typed or {})
    except Conflict as first:
        return _again(request, upload_id, step, {"": str(first)}, {}, 409)
    return go(request, drawn.where(_view(request, upload_id)))


def _again(
    request: Request, upload_id: UUID, step: str, errors: dict[str, str], typed: dict[str, str], status: int = 422
) -> HttpResponse:  # fmt: skip
    view = found(queries.look_at(request.viewer, upload_id))
    if view.state is S.DROPPED:
        return go(request, reverse("imports") + "?done=dropped")
    at = step if view.state in SHOWN_AT.get(step, ()) else next(name for name in SHOWN_AT if name in drawn.where(view))
    return _page(request, view, at, status=status, errors=errors, typed=typed)


def _step(request: Request, upload_id: UUID, step: str) -> HttpResponse:
    """The page of a step, or on to where the ledger is."""
    view = found(queries.look_at(request.viewer, upload_id))
    if view.state not in SHOWN_AT[step]:
        away = reverse("imports") if view.state is S.DROPPED else drawn.where(view)
        return HttpResponseRedirect(away)
    return _page(request, view, step)


def _page(
    request: Request, view: UploadView, step: str, *, status: int = 200, errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    told: dict[str, Any] = {
        "view": view, "errors": errors or {}, "typed": typed or {}, "steps": drawn.steps(view), "numbers": in_force(),
        "far": drawn.how_far(view, request.now), "size": drawn.size_of(view.size),
    }  # fmt: skip
    if step == "columns" and view.state in (S.COLUMNS, S.TRIED):
        told |= {"columns": drawn.column_rows(view, typed or {}, errors or {}), "choices": drawn.choices()}
    if step == "trial" and view.tried:
        told |= _refused_rows(request, view)
    may_undo = view.undo_until is not None and request.now <= view.undo_until
    return page(request, f"desks/import_{step}.html", here="imports", status=status, may_undo=may_undo, **told)


def _refused_rows(request: Request, view: UploadView) -> dict[str, Any]:
    """The refused rows: all, or those of the kind that was chosen."""
    number, kind = request.GET.get("page", "1"), request.GET.get("kind", "")
    rule, _dot, place = kind.rpartition(".")
    at = int(number) if number.isdecimal() and len(number) < LONGEST_PAGE else 1
    place_no = int(place) if place.isdecimal() and len(place) < LONGEST_PAGE else 0
    told = queries.refusals(request.viewer, view.public_id, rule=rule, place=place_no, page=at)
    here = reverse("import_trial", args=[view.public_id])

    def address(page_no: int) -> str:
        return f"{here}?kind={rule}.{place_no}&page={page_no}" if rule else f"{here}?page={page_no}"

    known = {(one.rule, one.place) for one in told.kinds}
    chosen = (rule, place_no) if (rule, place_no) in known else ("", 0)
    if rule and not chosen[0]:
        told = queries.refusals(request.viewer, view.public_id, page=1)
        rule = ""
    pager = Pager(told.page, told.pages, address(told.page - 1) if told.page > 1 else "",
                  address(told.page + 1) if told.page < told.pages else "")  # fmt: skip
    return {"told": told, "pager": pager, "trial_at": here, "chosen": chosen}
