"""分户管理: the rounds of a branch, a new one, its proof to be printed, and how long customers keep their keeper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from guanhu.apps.people.errors import Refused
from guanhu.apps.portfolio import queries
from guanhu.apps.portfolio.pool.queries import MOST as POOL_SHOWN
from guanhu.apps.portfolio.pool.queries import pool
from guanhu.apps.portfolio.rounds import actions
from guanhu.apps.portfolio.stability.queries import MOST_SHOWN
from guanhu.apps.portfolio.stability.queries import stability as told_of
from guanhu.apps.work import queries as work
from guanhu.apps.work.watching.queries import watched
from guanhu.rules.access import Permission, may
from guanhu.rules.kinds import Post
from guanhu.rules.portfolio import KEEPING
from guanhu.rules.rounds import RoundKind
from guanhu.web.decisions import RoundForm
from guanhu.web.pages import Request, found, go, page
from guanhu.web.splits import bare_title, drawn, percent, shorts, title

FIELDS = ("post", "round_kind", "effective_on", "because", "leaver", "claims")
WHOLE = 100


def allocation(request: Request) -> HttpResponse:
    """Every round of the branches in reach, and for who leads one the form that begins another."""
    return _list(request)


def open_round(request: Request) -> HttpResponse:
    """Begin a round: it is solved at once, unless colleagues claim first."""
    form = RoundForm(request.POST)
    errors = form.messages
    if not errors:
        told = form.cleaned_data
        try:
            row = actions.open_round(
                by=request.viewer, branch_id=request.viewer.branch_id, post=Post(told["post"]),
                kind=RoundKind(told["round_kind"]), effective_on=told["effective_on"], because=told["because"],
                leaver=told["leaver"], claims=told["claims"], now=request.now,
            )  # fmt: skip
            return go(request, reverse("round", args=[row.public_id]) + "?done=opened")
        except Refused as refused:
            errors = refused.errors
    return _list(request, status=422, errors=errors, typed=request.POST)


def _list(request: Request, *, status: int = 200, typed: Any = None, **context: Any) -> HttpResponse:
    viewer, at = request.viewer, work.morning(request.viewer)
    writes = may(viewer, Permission.ROUND_WRITE) is not None
    return page(
        request, "desks/allocation.html", here="allocation", status=status, at=at, rounds=queries.rounds(viewer),
        writes=writes, errors=context.get("errors", {}),
        typed={name: str((typed or {}).get(name, "")) for name in FIELDS},
        posts=KEEPING, kinds=[kind for kind in RoundKind if kind is not RoundKind.CUSTOMER],
        colleagues=queries.colleagues(viewer, KEEPING) if writes else (),
        watched=watched(viewer, at.now) if writes and at else None, day=at.now.today if at else "",
        title=bare_title, percent=percent,
    )  # fmt: skip


def common_pool(request: Request) -> HttpResponse:
    """Customers nobody keeps, and those the rules name because nobody has been in touch."""
    at = work.morning(request.viewer)
    told = pool(request.viewer, at.now) if at else None
    return page(request, "desks/pool.html", here="allocation", at=at, told=told, most=POOL_SHOWN)


def proof(request: Request, round_id: UUID) -> HttpResponse:
    """The last proposal of a round on paper: before and after, how far from the best, and who decided."""
    it = found(queries.round_of(request.viewer, round_id))
    last = found(it.last)
    return page(
        request, "desks/round_proof.html", here="allocation", it=it, last=last, lines=drawn(last), title=title(it),
        shorts=shorts(it, last), percent=percent,
    )  # fmt: skip


# ---------------------------------------------------------------- how long customers have had their keeper


def stability(request: Request) -> HttpResponse:
    """How long each keeper has had her customers, and how many keepers a customer had in two years."""
    told = told_of(request.viewer, request.now)
    most = max((one.days for one in told.tenures), default=0) or 1
    whole = sum(many for _keepers, many in told.keepers)
    return page(
        request, "desks/stability.html", here="allocation", told=told, beyond=MOST_SHOWN, customers=whole,
        tenures=[(one, round(WHOLE * one.days / most, 1)) for one in told.tenures],
        keepers=[(keepers, many, round(WHOLE * many / (whole or 1), 1)) for keepers, many in told.keepers],
    )  # fmt: skip
