"""导出: asking to take a list out, deciding what others ask, making the file, taking it once; and all for audit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers.exports import actions, queries
from guanhu.apps.customers.exports.columns import offered
from guanhu.apps.customers.exports.shapes import FIELDS, IN_ADDRESS, LONGEST_REASON, Requests, Selection, Wanted
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.people.policy import in_force
from guanhu.rules.exports import APPROVER, USUAL, ExportColumn, ExportPurpose, ExportState, FileKind
from guanhu.rules.lists import Condition
from guanhu.web import books
from guanhu.web.decisions import Decision
from guanhu.web.desks.book import title_of
from guanhu.web.door import is_confirmed
from guanhu.web.lists import Pager
from guanhu.web.pages import Request, Toast, found, go, page

LONGEST_PAGE = 9


# ---------------------------------------------------------------- asking


def exports(request: Request) -> HttpResponse:
    """What one has asked for oneself."""
    told = queries.mine(request.viewer, request.now, page=_number(request))
    return _list(request, "exports", told)


def form(request: Request) -> HttpResponse:
    """The form for one part of the list; what was typed to find somebody is posted, never in an address."""
    typed_in = _selection(request.POST, FIELDS) if request.method == "POST" else _selection(request.GET, IN_ADDRESS)
    columns = [column.value for column in USUAL]
    return _form(request, typed_in, typed={"columns": columns, "file": FileKind.XLSX.value})


def ask(request: Request) -> HttpResponse:
    """Ask for the list; without personal columns the file is there at once."""
    columns, selection = request.POST.getlist("columns"), _selection(request.POST, FIELDS)
    file, use, why = (request.POST.get(name, "") for name in ("file", "use", "why"))
    typed = {"columns": columns, "file": file, "use": use, "why": why}
    wanted = Wanted(selection, tuple(columns), file, use, why)
    try:
        made = actions.ask(by=request.viewer, wanted=wanted, sign_in=request.present.sign_in_id, now=request.now)
    except Refused as refused:
        return _form(request, selection, status=422, typed=typed, errors=refused.errors)
    return go(request, reverse("export", args=[made]) + "?done=asked")


def _selection(asked: QueryDict, names: Iterable[str]) -> Selection:
    return Selection.of({name: asked.get(name, "") for name in names})


def _in_words(which: Sequence[Condition]) -> str:
    """Conditions in one line, colleagues by their number; nothing where there are none."""
    return " · ".join(books.said(one, {}, "CNY") for one in which)


def _form(request: Request, selection: Selection, *, status: int = 200, **context: Any) -> HttpResponse:
    most = in_force().export_rows
    count = len(queries.keys_of(request.viewer, selection, most=most))
    told: dict[str, Any] = {"errors": {}, **context}
    return page(
        request, "desks/export_form.html", here="book", spelt=_in_words, status=status, selection=selection,
        count=min(count, most), beyond=count > most, offered=offered(), kinds=tuple(FileKind),
        purposes=tuple(ExportPurpose),
        approver=APPROVER[request.viewer.role], most=most, plain=queries.most_plain(request.viewer),
        longest=LONGEST_REASON, book=title_of(request), hours=in_force().export_hours, **told,
    )  # fmt: skip


# ---------------------------------------------------------------- one's own request


def export(request: Request, export_id: UUID) -> HttpResponse:
    """One's own request: how far it is, and the file once it is there."""
    words = {"asked": _("已提交"), "made": _("文件已生成，只能下载一次"), "withdrawn": _("已撤回，文件已销毁")}
    done = request.GET.get("done", "")
    return _one(request, export_id, said=Toast(words[done]) if done in words else None)


def make(request: Request, export_id: UUID) -> HttpResponse:
    """Make the file that was approved."""
    try:
        state = actions.make(by=request.viewer, export=export_id, now=request.now)
    except Conflict as first:
        return _one(request, export_id, status=409, wrong=str(first))
    made = state is ExportState.READY
    return go(request, reverse("export", args=[export_id]) + ("?done=made" if made else ""))


def take(request: Request, export_id: UUID) -> HttpResponse:
    """The file itself, once; whoever takes it has just shown who she is."""
    found(queries.asked(request.viewer, export_id, request.now))
    if not is_confirmed(request):
        return go(request, f"{reverse('confirm')}?next={reverse('export', args=[export_id])}")
    try:
        taken = actions.take(by=request.viewer, export=export_id, now=request.now)
    except Conflict as first:
        return _one(request, export_id, status=409, wrong=str(first))
    if taken is None:
        return _one(request, export_id, status=409)
    response = HttpResponse(taken.content, content_type=taken.mime)
    response["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    return response


def withdraw(request: Request, export_id: UUID) -> HttpResponse:
    """Take one's own request back."""
    try:
        actions.withdraw(by=request.viewer, export=export_id, now=request.now)
    except Conflict as first:
        return _one(request, export_id, status=409, wrong=str(first))
    return go(request, reverse("export", args=[export_id]) + "?done=withdrawn")


def _one(request: Request, export_id: UUID, *, status: int = 200, **context: Any) -> HttpResponse:
    it = found(queries.asked(request.viewer, export_id, request.now))
    told: dict[str, Any] = {"said": None, "wrong": "", "masked": _masked(), **context}
    return page(request, "desks/export.html", here="book", spelt=_in_words, status=status, it=it, **told)


def _masked() -> set[ExportColumn]:
    return {one.column for one in offered() if one.masked}


# ---------------------------------------------------------------- the second person


def approvals(request: Request) -> HttpResponse:
    """What waits for this colleague's decision, and what was decided."""
    told = queries.to_decide(request.viewer, request.now, page=_number(request))
    words = {"approved": _("已批准，申请人可下载一次"), "refused": _("已退回，没有生成文件")}
    done = request.GET.get("done", "")
    waiting = queries.waiting(request.viewer, request.now)
    return _list(request, "approvals", told, waiting=waiting, said=Toast(words[done]) if done in words else None)


def approval(request: Request, asked_id: UUID) -> HttpResponse:
    """One request as it is to be decided: what, of how many, why."""
    return _decide(request, asked_id)


def approve(request: Request, asked_id: UUID) -> HttpResponse:
    """Approve exactly what stood on the page; whoever approves has just shown who she is."""
    found(queries.decided(request.viewer, asked_id, request.now))
    if not is_confirmed(request):
        return go(request, f"{reverse('confirm')}?next={reverse('approval', args=[asked_id])}")
    digest = request.POST.get("digest", "")
    sign_in = request.present.sign_in_id
    try:
        actions.approve(by=request.viewer, export=asked_id, digest=digest, sign_in=sign_in, now=request.now)
    except Refused as refused:
        return _decide(request, asked_id, status=422, wrong=str(refused))
    except Conflict as first:
        return _decide(request, asked_id, status=409, wrong=str(first))
    return go(request, reverse("approvals") + "?done=approved")


def refuse(request: Request, asked_id: UUID) -> HttpResponse:
    """Send a request back with the reason."""
    typed, why = Decision(request.POST), request.POST.get("why", "")
    if not typed.is_valid():
        return _decide(request, asked_id, status=422, why=why, why_says=typed.messages["why"])
    sign_in = request.present.sign_in_id
    try:
        actions.refuse(by=request.viewer, export=asked_id, why=why, sign_in=sign_in, now=request.now)
    except Refused as refused:
        return _decide(request, asked_id, status=422, why=why, wrong=str(refused))
    except Conflict as first:
        return _decide(request, asked_id, status=409, why=why, wrong=str(first))
    return go(request, reverse("approvals") + "?done=refused")


def _decide(request: Request, asked_id: UUID, *, status: int = 200, **context: Any) -> HttpResponse:
    it = found(queries.decided(request.viewer, asked_id, request.now))
    personal = {one.column for one in offered() if one.personal}
    told: dict[str, Any] = {"wrong": "", "why": "", "why_says": "", "masked": _masked(), **context}
    return page(
        request, "desks/approval.html", here="approvals", spelt=_in_words, status=status, it=it, personal=personal,
        hours=in_force().export_hours, **told,
    )  # fmt: skip


# ---------------------------------------------------------------- all of it


def everything(request: Request) -> HttpResponse:
    """Every request of the bank, for whoever audits."""
    return _list(request, "exports_all", queries.every(request.viewer, request.now, page=_number(request)))


def _number(request: Request) -> int:
    number = request.GET.get("page", "1")
    return int(number) if number.isdecimal() and len(number) < LONGEST_PAGE else 1


def _list(request: Request, name: str, told: Requests, **context: Any) -> HttpResponse:
    pager = Pager(
        told.page, told.pages, f"{reverse(name)}?page={told.page - 1}" if told.page > 1 else "",
        f"{reverse(name)}?page={told.page + 1}" if told.page < told.pages else "",
    )  # fmt: skip
    more: dict[str, Any] = {"said": None, "waiting": 0, **context}
    here = "book" if name == "exports" else name
    return page(
        request, "desks/exports.html", here=here, name=name, told=told, pager=pager, spelt=_in_words,
        hours=in_force().export_hours, book=title_of(request), **more,
    )  # fmt: skip
