"""个人信息请求: taking a person's request, and working on it bound to her number: search, copy, hold, answer."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanhu.apps.customers.cases import actions, queries
from guanhu.apps.customers.cases.shapes import (
    LONGEST_ASKS,
    LONGEST_NUMBER,
    LONGEST_REASON,
    LONGEST_RESULT,
    CaseView,
)
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.people.policy import in_force
from guanhu.rules.access import Permission, may
from guanhu.rules.cases import CaseKind, CaseState, Proof
from guanhu.web.copies import Drawn, masked, whole
from guanhu.web.door import is_confirmed
from guanhu.web.lists import Pager
from guanhu.web.pages import Request, Toast, found, go, page, parts, plain_shell

TYPED = ("customer_no", "kind", "proof", "asks")
LONGEST_PAGE = 9


class CaseForm(forms.Form):
    """What a person asks; the action says what is wrong with it."""

    customer_no = forms.CharField(max_length=LONGEST_NUMBER, required=False)
    kind = forms.CharField(max_length=20, required=False)
    proof = forms.CharField(max_length=20, required=False)
    asks = forms.CharField(max_length=LONGEST_ASKS, required=False)


def number_of(request: HttpRequest, case_id: UUID) -> str:
    """The customer number a request about this case is bound to."""
    return queries.number_of(case_id)


def cases(request: Request) -> HttpResponse:
    """The cases one may see; posted: open one."""
    if request.method != "POST":
        done = request.GET.get("done", "")
        words = _("已受理，个案号 %(number)s；%(days)s 个工作日内答复") % {"number": done, "days": _days()}
        return _list(request, said=Toast(words) if _is_number(done) else None)
    form = CaseForm(request.POST)
    errors = {name: str(said[0]) for name, said in form.errors.items()}
    if not errors:
        try:
            _case, number = actions.open_case(
                by=request.viewer, customer_no=form.cleaned_data["customer_no"], kind=form.cleaned_data["kind"],
                proof=form.cleaned_data["proof"], asks=form.cleaned_data["asks"], today=localdate(request.now),
                now=request.now,
            )  # fmt: skip
            return go(request, reverse("cases") + f"?done={number}")
        except Refused as refused:
            errors = refused.errors
    return _list(request, status=422, errors=errors, typed=request.POST.dict())


def _is_number(text: str) -> bool:
    return len(text) <= LONGEST_NUMBER and text.startswith("G") and text[1:].replace("-", "").isdecimal()


def _days() -> int:
    return in_force().case_working_days


def _list(request: Request, *, status: int = 200, typed: Any = None, **context: Any) -> HttpResponse:
    number = request.GET.get("page", "1")
    at = int(number) if number.isdecimal() and len(number) < LONGEST_PAGE else 1
    told = queries.cases(request.viewer, localdate(request.now), page=at)
    pager = Pager(
        told.page, told.pages, _address(told.page - 1) if told.page > 1 else "",
        _address(told.page + 1) if told.page < told.pages else "",
    )  # fmt: skip
    kept = {"said": None, "errors": {}, **context}
    return page(
        request, "desks/cases.html", here="cases", status=status, told=told, pager=pager, kinds=tuple(CaseKind),
        proofs=tuple(Proof), typed={name: str((typed or {}).get(name, "")) for name in TYPED}, days=_days(),
        works=may(request.viewer, Permission.CASE_WRITE) is not None, **kept,
    )  # fmt: skip


def _address(number: int) -> str:
    return reverse("cases") + f"?page={number}"


# ---------------------------------------------------------------- one case


def case(request: Request, case_id: UUID) -> HttpResponse:
    """One case: who asks what, what was found, and what is left to do."""
    words = {
        "search": _("正在查找，结果会出现在这里"), "settle": _("已记下"), "hold": _("已冻结，到期清理不会动此人的数据"),
        "lift": _("冻结已解除"),
    }  # fmt: skip
    done = request.GET.get("done", "")
    return _one(request, case_id, said=Toast(words[done]) if done in words else None)


def _one(request: Request, case_id: UUID, *, status: int = 200, **context: Any) -> HttpResponse:
    view = found(queries.case(request.viewer, case_id, localdate(request.now)))
    told = {"said": None, "errors": {}, "typed": {}, "wrong": "", **context}
    return page(request, "desks/case.html", here="cases", status=status, view=view, longest=LONGEST_RESULT,
                longest_reason=LONGEST_REASON, **told)  # fmt: skip


def progress(request: Request, case_id: UUID) -> HttpResponse:
    """How far the search is, for the page that waits for it."""
    row = found(queries.case_of(request.viewer, case_id))
    search = queries.search_of(row)
    if not search.running:
        return go(request, reverse("case", args=[case_id]))
    return parts(request, "parts/one_search.html", search=search, case_id=case_id)


def search(request: Request, case_id: UUID) -> HttpResponse:
    """Have everything about the person looked for."""
    return _done(
        request, case_id, "search", lambda: actions.ask_search(by=request.viewer, case=case_id, now=request.now)
    )


def settle(request: Request, case_id: UUID) -> HttpResponse:
    """Settle the case, or refuse it with reasons."""
    state, result = request.POST.get("state", ""), request.POST.get("result", "")
    if state not in (CaseState.DONE, CaseState.REFUSED):
        return _one(request, case_id, status=422, errors={"state": _("选一个结论")}, typed={"result": result})
    return _done(
        request, case_id, "settle",
        lambda: actions.settle(by=request.viewer, case=case_id, state=state, result=result,
                               today=localdate(request.now), now=request.now),
        typed={"state": state, "result": result},
    )  # fmt: skip


def hold(request: Request, case_id: UUID) -> HttpResponse:
    """Keep what is held about the person although it has fallen due."""
    reason = request.POST.get("why", "")
    return _done(
        request, case_id, "hold",
        lambda: actions.hold(by=request.viewer, case=case_id, reason=reason, today=localdate(request.now),
                             now=request.now),
        typed={"why": reason},
    )  # fmt: skip


def lift(request: Request, case_id: UUID) -> HttpResponse:
    """Lift the hold."""
    today = localdate(request.now)
    return _done(request, case_id, "lift",
                 lambda: actions.lift(by=request.viewer, case=case_id, today=today, now=request.now))  # fmt: skip


def _done(request: Request, case_id: UUID, what: str, act: Any, typed: Any = None) -> HttpResponse:
    """The act, and on to the case; or the case once more with what is wrong."""
    try:
        act()
    except Refused as refused:
        return _one(request, case_id, status=422, errors=refused.errors, typed=typed or {})
    except Conflict as first:
        return _one(request, case_id, status=409, wrong=str(first), typed=typed or {})
    return go(request, reverse("case", args=[case_id]) + f"?done={what}")


# ---------------------------------------------------------------- the copy


def preview(request: Request, case_id: UUID) -> HttpResponse:
    """The copy with what need not be read hidden, to look it over before it is handed out."""
    copy = found(queries.copy_of(request.viewer, case_id))
    view = found(queries.case(request.viewer, case_id, localdate(request.now)))
    return _printed(request, case_id, masked(copy), view, in_full=False)


def copy(request: Request, case_id: UUID) -> HttpResponse:
    """The copy in full, to print or to save for the person; who hands it out has just shown who she is."""
    found(queries.case_of(request.viewer, case_id))
    if not is_confirmed(request):
        return go(request, f"{reverse('confirm')}?next={reverse('case', args=[case_id])}")
    form = "json" if request.POST.get("form") == "json" else "page"
    try:
        told = actions.hand_over(by=request.viewer, case=case_id, form=form, now=request.now)
    except Refused as refused:
        return _one(request, case_id, status=422, errors=refused.errors)
    if form == "json":
        text = json.dumps(told.plain(), ensure_ascii=False, indent=1)
        return HttpResponse(
            text, content_type="application/json; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{told.case_no}.json"'},
        )  # fmt: skip
    view = found(queries.case(request.viewer, case_id, localdate(request.now)))
    return _printed(request, case_id, whole(told), view, in_full=True)


def _printed(request: Request, case_id: UUID, copy: Drawn, view: CaseView, *, in_full: bool) -> HttpResponse:
    """The copy as a page of its own, ready for paper."""
    told = {"page": plain_shell(request, "cases"), "copy": copy, "view": view, "in_full": in_full,
            "back": reverse("case", args=[case_id])}  # fmt: skip
    return render(request, "desks/copy.html", told)
