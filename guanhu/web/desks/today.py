"""今日工作台: who to contact today, why, and what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers import actions as customers
from guanhu.apps.people.errors import ConfirmFirst, Conflict, Refused
from guanhu.apps.work import actions, queries
from guanhu.apps.work.learning.actions import record_and_learn
from guanhu.apps.work.shapes import Brief, Recorded, Today
from guanhu.rules.kinds import Channel, Group
from guanhu.rules.privacy import RevealField, RevealPurpose
from guanhu.web.briefs import Pane, pane_of
from guanhu.web.conflicts import Clash, clash_of
from guanhu.web.door import is_confirmed
from guanhu.web.forms import DeferForm, OutcomeForm, confirmed_of, steps_of
from guanhu.web.lists import Desk, address_of, desk_of, empty_desk
from guanhu.web.pages import Request, Toast, found, page, parts
from guanhu.web.reveals import NOTHING, Told, called, confirm_first, masked_again
from guanhu.web.words import day_long, english, label

CONFLICT = 409


def workbench(request: Request) -> HttpResponse:
    """Today's list with the first brief open beside it; on a phone the list alone."""
    at = queries.workday(request.viewer)
    today = queries.today(request.viewer, at)
    return _page(request, _first_open(today, group_of(request)), at=at, today=today, opened=False)


def brief(request: Request, public_id: UUID) -> HttpResponse:
    """One customer's brief: a part for the script, a whole page for everybody else."""
    if request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request:
        told = found(_told(request, public_id))
        today = queries.today(request.viewer) if told.deferred else None
        desk = _desk(today, group_of(request), public_id)
        return parts(request, "parts/one_brief.html", pane=_pane(request, told, desk), desk=desk)
    return _page(request, public_id, opened=True, said=_said(request))


def record(request: Request, public_id: UUID) -> HttpResponse:
    """Write down what came of a contact, then on to the next."""
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _again(request, public_id, form.messages)
    try:
        done = _record(request, public_id, form)
    except Refused as refused:
        return _again(request, public_id, refused.errors)
    except forms.ValidationError as wrong:
        return _again(request, public_id, {"steps": wrong.messages[0]})
    except Conflict as first:
        return _again(request, public_id, {"conflict": str(first)}, clash=clash_of(first))
    words = {"name": done.customer.name, "outcome": label("Outcome", form.cleaned_data["outcome"])}
    said = Toast(_("%(name)s：%(outcome)s，已记下") % words, reverse("undo", args=[done.touch]))
    return _after(request, done.next_id, said, f"done={done.touch}", done)


def _record(request: Request, customer: UUID, form: OutcomeForm) -> Recorded:
    typed = form.cleaned_data
    done = record_and_learn(
        by=request.viewer,
        customer=customer,
        now=request.now,
        channel=typed["channel"],
        outcome=typed["outcome"],
        request_key=typed["request_key"],
        seconds=form.talked_seconds,
        said=typed["said"],
        refusal=typed["refusal"],
        product=typed["product"],
        amount_fen=typed["amount_wan"],
        meeting_on=typed["meeting_on"],
        meeting_at=typed["meeting_at"],
        meeting_place=typed["meeting_place"],
        retry_on=typed["retry_on"],
        retry_at=typed["retry_at"],
        next_steps=steps_of(request.POST.getlist("steps")),
        version=typed["version"],
        confirmed=confirmed_of(request.POST.getlist("confirmed")),
        learnt=(typed["learnt_kind"], typed["learnt"]),
    )
    if typed["no_marketing"]:
        customers.refuse_marketing(
            by=request.viewer, customer=customer, day=done.customer.day, now=request.now, evidence=typed["said"]
        )
    return done


def undo(request: Request, touch_id: UUID) -> HttpResponse:
    """Take back what was just written; the line returns to its place."""
    try:
        customer = actions.undo_touch(by=request.viewer, touch=touch_id, now=request.now)
    except Refused as refused:
        return _after(request, _first_open(queries.today(request.viewer), ""), Toast(str(refused), stays=True))
    told = found(_told(request, customer))
    kept = any(row.source == "own" and not row.granted and row.changed_on == told.day for row in told.consents)
    said = _("已撤销，放回列表；「不再营销」仍然有效") if kept else _("已撤销，放回列表")
    return _after(request, customer, Toast(said))


def defer(request: Request, public_id: UUID) -> HttpResponse:
    """Set a contact aside for today, with the reason."""
    form = DeferForm(request.POST)
    told = found(queries.named(request.viewer, public_id))
    if not form.is_valid():
        return _again(request, public_id, {"reason": str(form.errors["reason"][0])})
    try:
        next_id = actions.defer(
            by=request.viewer, customer=public_id, day=told.day, now=request.now, reason=form.cleaned_data["reason"]
        )
    except Refused as refused:
        return _again(request, public_id, refused.errors)
    except Conflict as first:
        return _again(request, public_id, {"conflict": str(first)}, clash=clash_of(first))
    aside = _desk(queries.today(request.viewer), "", None).aside[public_id]
    said = Toast(_("%(name)s 已顺延，今晚重新安排") % {"name": told.name}, reverse("undo_defer", args=[aside]))
    return _after(request, next_id, said, f"aside={aside}")


def undo_defer(request: Request, deferral_id: UUID) -> HttpResponse:
    """Take a line back onto today's list."""
    customer = actions.undo_deferral(by=request.viewer, deferral=deferral_id, now=request.now)
    if request.POST.get("back") == "review":
        return HttpResponseRedirect(f"{reverse('review')}?said=back")
    return _after(request, customer, Toast(_("已放回今天的列表")))


def call(request: Request, public_id: UUID) -> HttpResponse:
    """The number in full, for this one call: a reveal like any other, counted and on the trail before it leaves."""
    dialled, status = NOTHING, 200
    try:
        dialled = called(customers.reveal(
            by=request.viewer, customer=public_id, field=RevealField.PHONE, purpose=RevealPurpose.CALL,
            now=request.now, stepped_up=is_confirmed(request),
        ))  # fmt: skip
    except ConfirmFirst:
        return confirm_first(request, reverse("brief", args=[public_id]))
    except Refused as refused:
        dialled, status = Told(errors=refused.errors), 422
    if request.htmx:
        return parts(request, "parts/number.html", status=status, told=dialled)
    whole = _page(request, public_id, opened=True, status=status, dialled=dialled)
    return masked_again(whole, reverse("brief", args=[public_id])) if dialled.text else whole


# ---------------------------------------------------------------- what is shown


def group_of(request: Request) -> str:
    """The filter asked for, if there is such a group."""
    asked = request.POST.get("group") or request.GET.get("group") or ""
    return asked if asked in list(Group) else ""


def channel_of(request: Request) -> str:
    """The way chosen instead of the planned one, if there is such a way."""
    asked = request.POST.get("channel") or request.GET.get("channel") or ""
    return asked if asked in list(Channel) else ""


def _told(request: Request, customer: UUID | None, at: queries.Workday | None = None) -> Brief | None:
    return queries.brief(request.viewer, customer, "en" if english() else "zh", at) if customer else None


def _first_open(today: Today | None, group: str) -> UUID | None:
    groups = today.groups if today else ()
    lines = [line for each in groups if group in ("", each.group) for line in each.lines]
    return lines[0].public_id if lines else None


def _said(request: Request) -> Toast | None:
    """After a plain form: what was done, with its undo where there is one."""
    if request.GET.get("said") == "arranged":
        return Toast(_("已安排，当天会排进名单"))
    for name, route, words in (("done", "undo", _("已记下")), ("aside", "undo_defer", _("已顺延"))):
        try:
            if request.GET.get(name):
                return Toast(words, reverse(route, args=[UUID(request.GET[name])]))
        except ValueError:
            return None
    return None


def _desk(today: Today | None, group: str, current: UUID | None) -> Desk:
    if today is None:
        return empty_desk(_("今日工作台"), group)
    return desk_of(today, title=day_long(today.day), group=group, current=current)


def _pane(request: Request, told: Brief | None, desk: Desk, **wrong: Any) -> Pane | None:
    return pane_of(told, now=request.now, channel=channel_of(request), aside=desk.aside, **wrong) if told else None


def _page(
    request: Request, current: UUID | None, *, opened: bool, at: queries.Workday | None = None,
    today: Today | None = None, status: int = 200, said: Toast | None = None, dialled: Told = NOTHING, **wrong: Any,
) -> HttpResponse:  # fmt: skip
    at = at or queries.workday(request.viewer)
    told = found(_told(request, current, at)) if opened else _told(request, current, at)
    desk = _desk(today or queries.today(request.viewer, at), group_of(request), current)
    return page(
        request, "desks/today.html", here="today", at=at, status=status, still_open=desk.open,
        desk=desk, pane=_pane(request, told, desk, **wrong), opened=opened, said=said, dialled=dialled,
    )  # fmt: skip


def _after(
    request: Request, next_id: UUID | None, said: Toast, done: str = "", moved: Recorded | None = None
) -> HttpResponse:
    """Everything the change moved, and where the next brief comes by itself; a plain form is sent on to the next page.

    ``moved``: whose line alone is drawn anew, if nothing else was written since the list was drawn.
    """
    group = group_of(request)
    address = address_of(next_id, group) if next_id else reverse("today")
    if not request.htmx:
        return HttpResponseRedirect(f"{address}{'&' if '?' in address else '?'}{done}" if done else address)
    alone = moved if moved and _moves_alone(request, moved) else None
    today = queries.today_after(request.viewer, alone) if alone else queries.today(request.viewer)
    response = parts(
        request, "parts/after.html", pane=None, desk=_desk(today, group, next_id), said=said,
        next=address if next_id else "", alone=alone.customer.public_id if alone else None,
    )  # fmt: skip
    response["HX-Push-Url"] = address
    return response


def _moves_alone(request: Request, moved: Recorded) -> bool:
    """Whether the list as she sees it needs this one line drawn anew and no other."""
    drawn = request.POST.get("written", "")
    return drawn == str(moved.desk.written - 1) and moved.desk.moves_alone(moved.customer.key)


def _again(request: Request, public_id: UUID, errors: dict[str, str], *, clash: Clash | None = None) -> HttpResponse:
    """The same brief once more, with what was typed and what is wrong; on a conflict the list as it is now, too."""
    status = CONFLICT if clash else 422
    typed: dict[str, Any] = {**request.POST.dict(), "steps": request.POST.getlist("steps"),
                             "confirmed": request.POST.getlist("confirmed")}  # fmt: skip
    at = queries.workday(request.viewer)
    if not request.htmx:
        return _page(request, public_id, at=at, opened=True, status=status, errors=errors, typed=typed, clash=clash)
    desk = _desk(queries.today(request.viewer, at), group_of(request), public_id)
    pane = _pane(request, found(_told(request, public_id, at)), desk, errors=errors, typed=typed, clash=clash)
    if clash:
        return parts(request, "parts/after.html", status=status, pane=pane, desk=desk, said=None, next="", alone=None)
    return parts(request, "parts/one_brief.html", status=status, pane=pane, desk=desk)
