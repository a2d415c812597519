"""Ties between customers: whom the words mean, tie the two, change it, take it off, put it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers.relations import actions
from guanhu.apps.customers.search import queries as search
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.work import queries as work
from guanhu.apps.work.file import queries as files
from guanhu.web.cards import rest_of
from guanhu.web.conflicts import clash_of
from guanhu.web.desks.customer import whole_page
from guanhu.web.filing import RelationForm
from guanhu.web.living import Answered, choices
from guanhu.web.pages import Request, found, parts
from guanhu.web.relations import candidates

CARD = "relations"


def relations(request: Request, public_id: UUID) -> HttpResponse:
    """Tie the customer to another one, say the next wording of a tie, take it off or put it back."""
    found(work.named(request.viewer, public_id))
    form = RelationForm(request.POST)
    sound, kept = form.is_valid(), form.cleaned_data
    try:
        if kept.get("item") and (kept.get("removed") or kept.get("back")):
            write = actions.unrelate if kept.get("removed") else actions.relate_again
            write(by=request.viewer, customer=public_id, item=kept["item"], version=kept.get("version") or 0,
                  now=request.now)  # fmt: skip
        elif not sound:
            return _again(request, public_id, errors=form.messages)
        else:
            other, hits = _whom(request, public_id, kept)
            if other is None:
                return _again(request, public_id, errors=_say(hits), candidates=hits)
            _relate(request, public_id, other, form)
    except Refused as refused:
        return _again(request, public_id, errors=refused.errors)
    except Conflict as first:
        return _again(request, public_id, 409, errors={"bond": str(first)}, clash=clash_of(first))
    return _drawn(request, public_id, Answered(CARD, done=True))


def _relate(request: Request, public_id: UUID, other: UUID, form: RelationForm) -> None:
    """Tie the two; somebody out of reach is refused in the same words as nobody."""
    try:
        actions.relate(by=request.viewer, customer=public_id, other=other, said=form.said, now=request.now,
                       version=form.cleaned_data["version"] or 0)  # fmt: skip
    except Invisible:
        raise Refused(_say(())) from None


def _whom(request: Request, public_id: UUID, kept: dict[str, Any]) -> tuple[UUID | None, tuple[tuple[str, str], ...]]:
    """Who was chosen, or the only one whom the words find exactly; else those to choose from."""
    if kept["other"]:
        return kept["other"], ()
    hits = search.search(request.viewer, kept["who"]).hits if kept["who"] else ()
    hits = tuple(hit for hit in hits if hit.public_id != public_id)
    if len(hits) == 1 and not hits[0].near:
        return hits[0].public_id, ()
    return None, candidates(hits)


def _say(hits: tuple[tuple[str, str], ...]) -> dict[str, str]:
    if hits:
        return {"who": _("有多位相符，选一位再保存")}
    return {"who": _("你能看到的客户里没有这一位，换姓名、客户号或电话全号再找")}


def _again(request: Request, public_id: UUID, status: int = 422, **told: Any) -> HttpResponse:
    """The card with what was typed and what is wrong with it, whom it may mean, or who was first."""
    typed = {name: str(value) for name, value in request.POST.items()}
    return _drawn(request, public_id, Answered(CARD, request.POST.get("item", ""), typed, **told), status)


def _drawn(request: Request, public_id: UUID, answered: Answered, status: int = 200) -> HttpResponse:
    """The card as it stands now; without a script the whole page, by a way of its own after what was done."""
    if request.htmx:
        rest = found(files.rest(request.viewer, public_id))
        return parts(request, "parts/one_relations.html", status=status, card=rest, rest=rest_of(rest),
                     living=answered, choices=choices())  # fmt: skip
    if answered.done:
        return HttpResponseRedirect(reverse("customer", args=[public_id]) + f"?done={CARD}")
    return whole_page(request, public_id, status=status, living=answered)
