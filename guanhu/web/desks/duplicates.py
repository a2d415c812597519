"""查重合并: pairs of files that may be of one person, both side by side, made one, and taken apart again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanhu.apps.customers.duplicates import actions, queries
from guanhu.apps.customers.duplicates.pairs.queries import side_by_side
from guanhu.apps.customers.duplicates.sources.queries import COLUMNS
from guanhu.apps.people import policy
from guanhu.apps.people.errors import Refused
from guanhu.web.pages import Request, Toast, found, go, page, parts


def duplicates(request: Request) -> HttpResponse:
    """The pairs in reach, the likeliest first."""
    words = {"apart": _("已记下不是同一人，不再提示"), "split": _("已拆回，两份档案各自照旧")}
    done = request.GET.get("done", "")
    return page(request, "desks/duplicates.html", here="duplicates", found=queries.duplicates(request.viewer),
                said=Toast(words[done]) if done in words else None)  # fmt: skip


def pair(request: Request, public_id: UUID, other_id: UUID) -> HttpResponse:
    """Both files side by side, and which value the one file would show."""
    return _drawn(request, public_id, other_id)


def merge(request: Request, public_id: UUID, other_id: UUID) -> HttpResponse:
    """Make them one: the file that was chosen to stay, and for each field whose value it shows."""
    keeps_other = request.POST.get("keep") == "other"
    kept, joined = (other_id, public_id) if keeps_other else (public_id, other_id)
    taken = "one" if keeps_other else "other"
    chosen = [name for name in COLUMNS if request.POST.get(name) == taken]
    try:
        actions.merge(by=request.viewer, kept=kept, joined=joined, chosen=chosen, today=localdate(request.now),
                      now=request.now)  # fmt: skip
    except Refused as refused:
        return _drawn(request, public_id, other_id, status=422, errors=refused.errors)
    return go(request, reverse("customer", args=[kept]) + "?done=merged")


def not_same(request: Request, public_id: UUID, other_id: UUID) -> HttpResponse:
    """Write down that they are two persons."""
    actions.dismiss(by=request.viewer, one=public_id, other=other_id, now=request.now)
    if request.htmx:
        return parts(request, "parts/one_duplicates.html", found=queries.duplicates(request.viewer))
    return go(request, reverse("duplicates") + "?done=apart")


def split(request: Request, merge_id: UUID) -> HttpResponse:
    """Take two files apart again."""
    try:
        actions.split(by=request.viewer, merge=merge_id, today=localdate(request.now), now=request.now)
    except Refused as refused:
        return page(request, "desks/duplicates.html", here="duplicates", status=422, errors=refused.errors,
                    found=queries.duplicates(request.viewer), said=None)  # fmt: skip
    return go(request, reverse("duplicates") + "?done=split")


def _drawn(
    request: Request, public_id: UUID, other_id: UUID, *, status: int = 200, errors: dict[str, str] | None = None
) -> HttpResponse:
    both = found(side_by_side(request.viewer, public_id, other_id))
    context: dict[str, Any] = {"both": both, "errors": errors or {}, "days": policy.in_force().split_days}
    return page(request, "desks/pair.html", here="duplicates", status=status, **context)
