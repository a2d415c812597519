"""客户360: one customer's file, its head at once and the rest by itself, and moving the relation a stage."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanhu.apps.customers import actions
from guanhu.apps.customers.duplicates.pairs.queries import joined_into
from guanhu.apps.people.errors import ConfirmFirst, Conflict, Refused
from guanhu.apps.portfolio.queries import colleagues
from guanhu.apps.portfolio.rounds.actions import change_for
from guanhu.apps.work import queries as work
from guanhu.apps.work.desk import Morning
from guanhu.apps.work.file import queries as files
from guanhu.apps.work.file.queries import Head, Rest
from guanhu.rules.access import Permission, may
from guanhu.rules.kinds import Stage
from guanhu.rules.portfolio import KEEPING
from guanhu.rules.stages import allowed_moves
from guanhu.web.cards import head_of, rest_of
from guanhu.web.conflicts import clash_of
from guanhu.web.decisions import KeeperForm
from guanhu.web.door import is_confirmed
from guanhu.web.forms import MarketingForm, RevealForm, StageForm
from guanhu.web.happened import KINDS, headings
from guanhu.web.living import UNTOUCHED, choices
from guanhu.web.pages import Request, Toast, found, page, parts
from guanhu.web.reveals import NOTHING, Told, confirm_first, masked_again, masked_of, purposes


def customer(request: Request, public_id: UUID) -> HttpResponse:
    """The head of the file of one of the viewer's own customers; the rest follows by itself."""
    words = {
        "stage": _("关系阶段已更新"),
        "dates": _("重要日子已更新"),
        "facts": _("了解到的情况已更新"),
        "offers": _("差异化客户表已更新"),
        "intentions": _("到期意向已更新"),
        "relations": _("家庭与关系已更新"),
        "marketing": _("已记下，今晚起照此排名单"),
        "merged": _("已合并成一份，需要时可以拆回"),
        "arranged": _("已安排，当天会排进名单"),
        "keeper": _("已换管户人，双方的名单变动里有交接三步"),
    }
    done = request.GET.get("done", "")
    at = work.morning(request.viewer)
    by_day = request.GET.get("by") == "day"
    head = found(files.head(request.viewer, public_id, at, by_day=by_day))
    said = Toast(words[done]) if done in words else None
    return _drawn(request, at, head, None, said=said, by_day=by_day)


def rest(request: Request, public_id: UUID) -> HttpResponse:
    """The rest of the file for the page that shows its head; to whoever asks without a script, the whole page."""
    if not request.htmx:
        return whole_page(request, public_id)
    below = found(files.rest(request.viewer, public_id))
    return parts(request, "parts/one_file.html", card=below, **_below(below))


def timeline(request: Request, public_id: UUID) -> HttpResponse:
    """Everything that happened, under one heading or all; without a script a page that can be printed."""
    kind = request.GET.get("kind", "")
    told: dict[str, Any] = {"kind": kind if kind in KINDS else "", "headings": headings()}
    if request.htmx:
        below = found(files.rest(request.viewer, public_id))
        return parts(request, "parts/one_timeline.html", card=below, rest=rest_of(below), **told)
    card = found(files.card(request.viewer, public_id))
    return page(request, "desks/timeline.html", here="book", card=card, name=card.name, rest=rest_of(card), **told)


def marketing(request: Request, public_id: UUID) -> HttpResponse:
    """Write down that the customer wants no marketing any more, or a new consent with what shows it."""
    form = MarketingForm(request.POST)
    day = found(work.named(request.viewer, public_id)).day
    if not form.is_valid():
        return whole_page(request, public_id, status=422, unproven=form.messages.get("evidence", ""),
                          typed=request.POST.dict())  # fmt: skip
    again = form.cleaned_data["granted"] == "yes"
    write = actions.grant_marketing if again else actions.refuse_marketing
    try:
        write(by=request.viewer, customer=public_id, day=day, now=request.now,
              evidence=form.cleaned_data["evidence"], seen=form.cleaned_data["seen"])  # fmt: skip
    except Refused as refused:
        return whole_page(
            request, public_id, status=422, unproven=refused.errors["evidence"], typed=request.POST.dict()
        )
    except Conflict as first:
        return whole_page(request, public_id, status=409, unproven=str(first), other_word=clash_of(first),
                     typed=request.POST.dict())  # fmt: skip
    return HttpResponseRedirect(reverse("customer", args=[public_id]) + "?done=marketing")


def stage(request: Request, public_id: UUID) -> HttpResponse:
    """Move the relation one stage, with what shows it."""
    form = StageForm(request.POST)
    day = found(work.named(request.viewer, public_id)).day
    errors = form.messages
    if form.is_valid():
        try:
            actions.set_stage(
                by=request.viewer, customer=public_id, stage=form.cleaned_data["stage"],
                current=request.POST.get("current", ""), note=form.cleaned_data["note"], day=day, now=request.now,
            )  # fmt: skip
            return HttpResponseRedirect(reverse("customer", args=[public_id]) + "?done=stage")
        except Refused as refused:
            errors = refused.errors
        except Conflict as first:
            return whole_page(request, public_id, status=409, errors={"stage": str(first)}, other_stage=clash_of(first),
                         typed=request.POST.dict())  # fmt: skip
    return whole_page(request, public_id, status=422, errors=errors, typed=request.POST.dict())


def change_keeper(request: Request, public_id: UUID) -> HttpResponse:
    """The customer wants another keeper: the head says who, and both are introduced to each other."""
    form = KeeperForm(request.POST)
    errors = form.messages
    if not errors:
        told = form.cleaned_data
        try:
            change_for(by=request.viewer, customer=public_id, keeper=told["keeper"], because=told["because"],
                       now=request.now)  # fmt: skip
            return HttpResponseRedirect(reverse("customer", args=[public_id]) + "?done=keeper")
        except Refused as refused:
            errors = refused.errors
    return whole_page(request, public_id, status=422, changing=errors, typed=request.POST.dict())


def reveal(request: Request, public_id: UUID) -> HttpResponse:
    """One masked value in full for half a minute: for whom, which and why is on the trail before it leaves."""
    form = RevealForm(request.POST)
    below = found(files.rest(request.viewer, public_id))
    asked = next((each for each in masked_of(below.hidden) if each.code == request.POST.get("what")), None)
    if not form.is_valid() or asked is None:
        return _revealed(request, public_id, Told(errors=form.messages or {"what": _("选一项要看的")}), 422)
    field, account = form.cleaned_data["what"]
    try:
        text = actions.reveal(
            by=request.viewer, customer=public_id, field=field, account=account, now=request.now,
            purpose=form.cleaned_data["purpose"], words=form.cleaned_data["words"], stepped_up=is_confirmed(request),
        )  # fmt: skip
    except ConfirmFirst:
        return confirm_first(request, reverse("customer", args=[public_id]))
    except Refused as refused:
        return _revealed(request, public_id, Told(errors=refused.errors), 422)
    return _revealed(request, public_id, Told(asked.word, text, asked.text))


def _revealed(request: Request, public_id: UUID, told: Told, status: int = 200) -> HttpResponse:
    """The part below the list of masked values, or the whole page."""
    if request.htmx:
        return parts(request, "parts/one_reveal.html", status=status, told=told)
    answer = whole_page(request, public_id, status=status, told=told, typed=request.POST.dict())
    return masked_again(answer, reverse("customer", args=[public_id])) if told.text else answer


def whole_page(request: Request, public_id: UUID, *, status: int = 200, **context: Any) -> HttpResponse:
    """The whole page in one: after a form that was not taken, and without a script."""
    at = work.morning(request.viewer)
    card = found(files.card(request.viewer, public_id, at))
    return _drawn(request, at, card, card, status=status, **context)


def _drawn(
    request: Request, at: Morning | None, head: Head, rest: Rest | None, *, status: int = 200, **context: Any
) -> HttpResponse:
    joined = joined_into(request.viewer, head.public_id, localdate(request.now)) if head.joined else ()
    moves = [each.value for each in allowed_moves(Stage(head.stage) if head.stage else None)]
    below = _below(rest) if rest else {}
    leads = may(request.viewer, Permission.ROUND_WRITE) is not None
    context = {"said": None, "errors": {}, "other_stage": None, "by_day": False, "changing": {}, **below, "typed": {},
               "successors": colleagues(request.viewer, KEEPING) if leads else (), **context}  # fmt: skip
    return page(request, "desks/customer.html", here="book", at=at, status=status, card=head, view=head_of(head),
                whole=rest is not None, moves=moves, joined=joined, **context)  # fmt: skip


def _below(rest: Rest) -> dict[str, Any]:
    """What the rest is drawn of, before anything was typed."""
    return {"rest": rest_of(rest), "masked": masked_of(rest.hidden), "purposes": purposes(), "unproven": "",
            "typed": {}, "told": NOTHING, "other_word": None,
            "living": UNTOUCHED, "choices": choices(), "headings": headings()}  # fmt: skip
