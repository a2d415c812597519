"""期限清理: what has fallen due, drawn; one colleague proposes to clear it, another approves or sends it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanhu.apps.people.clearing import actions, queries
from guanhu.apps.people.clearing.shapes import Counted, Round
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.people.policy import in_force
from guanhu.rules.access import Permission, may
from guanhu.rules.privacy import Keep
from guanhu.rules.retention import ClearingState, ClearingWay, Term, terms
from guanhu.web.decisions import Decision
from guanhu.web.door import is_confirmed
from guanhu.web.pages import Request, Toast, go, page

GOING = (ClearingState.ASKED, ClearingState.COUNTED, ClearingState.APPROVED, ClearingState.RUNNING)


@dataclass(frozen=True)
class Bar:
    """One class of keeping: how much has fallen due, and how long its bar is, in percent."""

    keep: Keep
    rows: int
    held: int
    width: float
    cleared: int


def retention(request: Request) -> HttpResponse:
    """The round under way with its bars, those that are over, and the table of terms."""
    words = {
        "proposed": _("已提出，正在试算；几秒后刷新可见"), "approved": _("已复核，今晚夜间之后执行"),
        "declined": _("已退回，没有清理任何数据"),
    }  # fmt: skip
    done = request.GET.get("done", "")
    return _page(request, said=Toast(words[done]) if done in words else None)


def propose(request: Request) -> HttpResponse:
    """Have everything that has fallen due as of today counted, to be approved by somebody else."""
    try:
        actions.propose(by=request.viewer, as_of=localdate(request.now), now=request.now)
    except Conflict as first:
        return _page(request, status=409, wrong=str(first))
    return go(request, reverse("retention") + "?done=proposed")


def approve(request: Request, clearing_id: UUID) -> HttpResponse:
    """Approve what another proposed; who approves has just shown who she is."""
    if not is_confirmed(request):
        return go(request, f"{reverse('confirm')}?next={reverse('retention')}")
    try:
        actions.approve(by=request.viewer, clearing=clearing_id, now=request.now)
    except Refused as refused:
        return _page(request, status=422, wrong=str(refused))
    except Conflict as first:
        return _page(request, status=409, wrong=str(first))
    return go(request, reverse("retention") + "?done=approved")


def decline(request: Request, clearing_id: UUID) -> HttpResponse:
    """Send a round back, or take back one's own, with the reason."""
    form = Decision(request.POST)
    why = request.POST.get("why", "")
    if not form.is_valid():
        return _page(request, status=422, why_says=form.messages["why"], why=why)
    try:
        actions.decline(by=request.viewer, clearing=clearing_id, why=form.cleaned_data["why"], now=request.now)
    except Conflict as first:
        return _page(request, status=409, wrong=str(first), why=why)
    return go(request, reverse("retention") + "?done=declined")


def _page(request: Request, *, status: int = 200, **context: Any) -> HttpResponse:
    viewer = request.viewer
    rounds = queries.rounds(viewer)
    going = next((one for one in rounds if one.state in GOING), None)
    told: dict[str, Any] = {"said": None, "wrong": "", "why": "", "why_says": "", **context}
    return page(
        request, "desks/retention.html", here="retention", status=status,
        going=going, bars=bars(going.parts) if going else (), parts=_due(going), over=rounds[bool(going) :],
        rows=sum(part.rows for part in going.parts) if going else 0, terms=_terms(),
        may_propose=may(viewer, Permission.RETENTION_PROPOSE) is not None,
        may_approve=may(viewer, Permission.RETENTION_APPROVE) is not None, **told,
    )  # fmt: skip


def _due(going: Round | None) -> tuple[Counted, ...]:
    """The tables in which something has fallen due or is held, the fullest first."""
    parts = going.parts if going else ()
    return tuple(sorted((part for part in parts if part.rows or part.held), key=lambda part: -part.rows))


def bars(parts: Iterable[Counted]) -> tuple[Bar, ...]:
    """What has fallen due by class of keeping, the most first; what is only counted stands beside."""
    rows: dict[Keep, int] = defaultdict(int)
    held: dict[Keep, int] = defaultdict(int)
    cleared: dict[Keep, int] = defaultdict(int)
    for part in parts:
        if part.way is not ClearingWay.COUNT:
            rows[part.keep] += part.rows
            held[part.keep] += part.held
            cleared[part.keep] += part.cleared
    most = max(rows.values(), default=0)
    ordered = sorted((keep for keep in rows if rows[keep] or held[keep]), key=lambda keep: -rows[keep])
    return tuple(Bar(keep, rows[keep], held[keep], round(100 * rows[keep] / most, 1) if most else 0, cleared[keep])
                 for keep in ordered)  # fmt: skip


def _terms() -> tuple[Term, ...]:
    return terms(in_force())
