"""潜在客户: who came in and is no customer yet; several may be thrown away at once, because they can be put back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers.living import actions as living
from guanhu.apps.customers.living.queries import removed_of
from guanhu.apps.customers.prospects import actions, queries
from guanhu.apps.people import policy
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.web.forms import NoteForm
from guanhu.web.living import words_of
from guanhu.web.pages import Request, Toast, go, page

RESTORE = {"dates": living.restore_day, "facts": living.restore_fact}


def prospects(request: Request) -> HttpResponse:
    """The prospects in reach."""
    return _drawn(request, removed=False, said=_said(request))


def removed(request: Request) -> HttpResponse:
    """回收站: what was thrown away and may be put back."""
    return _drawn(request, removed=True, said=_said(request))


def _said(request: Request) -> Toast | None:
    words = {"removed": _("已移入回收站，需要时可以恢复"), "restored": _("已恢复")}
    done = request.GET.get("done", "")
    return Toast(words[done]) if done in words else None


def remove(request: Request) -> HttpResponse:
    """Move those that were ticked to the bin, with the reason."""
    chosen = _chosen(request)
    try:
        if not chosen:
            raise Refused({"prospects": _("先勾选要移走的")})
        actions.remove(by=request.viewer, prospects=chosen, why=request.POST.get("why", ""), now=request.now)
    except Refused as refused:
        return _drawn(request, removed=False, status=422, errors=refused.errors)
    return go(request, reverse("prospects") + "?done=removed")


def restore(request: Request) -> HttpResponse:
    """Put those that were ticked back."""
    chosen = _chosen(request)
    try:
        if not chosen:
            raise Refused({"prospects": _("先勾选要恢复的")})
        actions.restore(by=request.viewer, prospects=chosen, now=request.now)
    except Refused as refused:
        return _drawn(request, removed=True, status=422, errors=refused.errors)
    return go(request, reverse("prospects") + "?done=restored")


def restore_note(request: Request) -> HttpResponse:
    """Put back what was taken off a file."""
    form = NoteForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused({"item": _("先选要恢复的一条")})
        told = dict(form.cleaned_data)
        RESTORE[told.pop("kind")](by=request.viewer, now=request.now, **told)
    except Refused as refused:
        return _drawn(request, removed=True, status=422, errors=refused.errors)
    except Invisible:
        gone = {"item": _("这一条已不在你的客户档案里；什么都没有动")}
        return _drawn(request, removed=True, status=422, errors=gone)
    except Conflict as first:
        return _drawn(request, removed=True, status=409, errors={"item": str(first)})
    return go(request, reverse("bin") + "?done=restored")


def _chosen(request: Request) -> list[UUID]:
    found = []
    for text in request.POST.getlist("prospect"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _drawn(
    request: Request, *, removed: bool, status: int = 200, said: Toast | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    days = policy.in_force().bin_days
    since = request.now - timedelta(days=days) if removed else None
    rows = queries.prospects(request.viewer, removed_since=since)
    notes = removed_of(request.viewer, since) if since else ()
    return page(
        request, "desks/prospects.html", here="prospects", status=status, rows=rows, removed=removed, said=said,
        errors=errors or {}, chosen={str(one) for one in _chosen(request)}, why=request.POST.get("why", ""),
        days=days, notes=[(one, words_of(one)) for one in notes],
    )  # fmt: skip
