"""认领: a keeper asks, in the open, for customers she knows, before her post's round is solved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.portfolio.claims import actions, queries
from guanhu.rules.rounds import Acquaintance
from guanhu.web.decisions import ClaimForm
from guanhu.web.pages import Request, Toast, go, page

LONGEST_WORDS = 60
WHOLE_PERCENT = 100


def claims(request: Request) -> HttpResponse:
    """The round of her post that takes claims, with everybody's; or what claims are when there is none."""
    words = {"claimed": _("已认领，岗位上的同事都看得到"), "withdrawn": _("已收回")}
    done = request.GET.get("done", "")
    return _page(request, said=Toast(words[done]) if done in words else None)


def find(request: Request) -> HttpResponse:
    """Whom she means by a full name or a customer number; names stand in no address: they are posted."""
    words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
    return _page(request, words=words, hits=queries.claimable(request.viewer, words))


def add(request: Request) -> HttpResponse:
    """Ask for a customer, with how well and from where she is known."""
    form = ClaimForm(request.POST)
    errors = form.messages
    if not errors:
        told = form.cleaned_data
        try:
            actions.claim(by=request.viewer, member=told["customer"], known=told["known"],
                          because=told["because"], now=request.now)  # fmt: skip
            return go(request, reverse("claims") + "?done=claimed")
        except Refused as refused:
            errors = refused.errors
        except Conflict as first:
            return _page(request, status=409, wrong=str(first))
    number = request.POST.get("customer", "").strip()[:LONGEST_WORDS]
    return _page(request, status=422, words=number, hits=queries.claimable(request.viewer, number), errors=errors,
                 typed=request.POST.dict())  # fmt: skip


def withdraw(request: Request, claim_id: UUID) -> HttpResponse:
    """Take a claim of one's own back."""
    actions.withdraw(by=request.viewer, claim=claim_id, now=request.now)
    return go(request, reverse("claims") + "?done=withdrawn")


def _page(request: Request, *, status: int = 200, **context: Any) -> HttpResponse:
    told = {"said": None, "wrong": "", "words": "", "hits": (), "errors": {}, "typed": {}, **context}
    it = queries.open_claims(request.viewer)
    return page(
        request, "desks/claims.html", here="handovers", status=status, it=it, known=list(Acquaintance),
        pool=queries.pool_today(request.viewer),
        mine=sum(1 for one in it.claims if one.mine) if it else 0, hundredth=WHOLE_PERCENT, **told,
    )  # fmt: skip
