"""人员与权限: who works here in which role; roles proposed and decided, accounts locked, colleagues moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.people.rights import queries
from guanhu.apps.people.rights.actions import colleagues as accounts
from guanhu.apps.people.rights.actions import roles
from guanhu.rules.access import Permission, Role, may, may_propose
from guanhu.rules.kinds import Tenure
from guanhu.web.decisions import Decision, MoveForm, ProposalForm, in_form
from guanhu.web.lists import Filter, Pager
from guanhu.web.pages import Request, Toast, found, go, page
from guanhu.web.words import english

LONGEST_WORDS = 60
TYPED = ("role", "from_on", "until_on", "why", "branch")
OFFERED = (
    Permission.ROLE_PROPOSE, Permission.ROLE_APPROVE, Permission.SESSION_READ, Permission.STAFF_WRITE,
    Permission.STAFF_MOVE,
)  # fmt: skip


def colleagues(request: Request) -> HttpResponse:
    """One page of the list, all or some; or whom the words typed find. Names stand in no address: they are posted."""
    only = request.GET.get("only", "")
    only = only if only in dict(_only(request)) else ""
    number, words = request.GET.get("page", "1"), request.POST.get("words", "").strip()[:LONGEST_WORDS]
    at = int(number) if number.isdecimal() and len(number) < LONGEST_WORDS else 1
    told = queries.colleagues(request.viewer, localdate(request.now), search=words, only=only, page=at)
    return page(
        request, "desks/colleagues.html", here="colleagues", told=told, words=words, only=only,
        filters=[Filter(word, -1, _address(code), code == only) for code, word in _only(request)],
        pager=Pager(told.page, told.pages, _address(only, told.page - 1) if told.page > 1 else "",
                    _address(only, told.page + 1) if told.page < told.pages else ""),
        knows=may(request.viewer, Permission.SESSION_READ) is not None,
    )  # fmt: skip


def _only(request: Request) -> list[tuple[str, str]]:
    """What the list may be narrowed to; locks are shown to whoever looks after accounts."""
    knows = may(request.viewer, Permission.SESSION_READ) is not None
    locked = [("locked", _("已锁定"))] if knows else []
    return [("", _("在岗")), ("waiting", _("有待复核")), *locked, ("left", _("已离岗"))]


def _address(only: str = "", number: int = 1) -> str:
    asked = {**({"only": only} if only else {}), **({"page": str(number)} if number > 1 else {})}
    return reverse("colleagues") + (f"?{urlencode(asked)}" if asked else "")


# ---------------------------------------------------------------- one colleague


def colleague(request: Request, staff_id: UUID) -> HttpResponse:
    """One colleague: roles with their history, and what the viewer may do about them."""
    words = {
        "proposed": _("已提出，等另一位安全管理员复核"), "approved": _("已复核，从开始日起生效"),
        "refused": _("已退回"), "withdrawn": _("已撤回"), "ended": _("已收回，下一次打开页面起生效"),
        "locked": _("已锁定，会话已结束"),
        "unlocked": _("已解锁，可以重新登录"), "session": _("会话已结束，需要重新登录"),
        "factor": _("动态码已重置，下次登录时重新绑定"), "moved": _("已调动，下一次打开页面起按新网点"),
    }  # fmt: skip
    done = request.GET.get("done", "")
    return _page(request, staff_id, said=Toast(words[done]) if done in words else None)


def propose(request: Request, staff_id: UUID) -> HttpResponse:
    """Propose a role for her."""
    form = ProposalForm(request.POST)
    return _decide(
        request, staff_id, form, "proposed", where="proposal",
        do=lambda told: roles.propose_role(
            by=request.viewer, staff=staff_id, role=told["role"], from_on=told["from_on"], until_on=told["until_on"],
            reason=told["why"], now=request.now,
        ),
    )  # fmt: skip


def approve(request: Request, staff_id: UUID, grant_id: UUID) -> HttpResponse:
    """Approve a role somebody else proposed for her."""
    _of(request, staff_id, grant_id)
    return _decide(
        request, staff_id, None, "approved", where=str(grant_id),
        do=lambda told: roles.approve_role(by=request.viewer, grant=grant_id, now=request.now),
    )  # fmt: skip


def refuse(request: Request, staff_id: UUID, grant_id: UUID) -> HttpResponse:
    """Send a proposal back."""
    _of(request, staff_id, grant_id)
    return _decide(
        request, staff_id, Decision(request.POST), "refused", where=str(grant_id),
        do=lambda told: roles.refuse_role(by=request.viewer, grant=grant_id, reason=told["why"], now=request.now),
    )  # fmt: skip


def withdraw(request: Request, staff_id: UUID, proposal_id: UUID) -> HttpResponse:
    """Take back what one proposed oneself."""
    _of(request, staff_id, proposal_id)
    return _decide(
        request, staff_id, Decision(request.POST), "withdrawn", where=str(proposal_id),
        do=lambda told: roles.withdraw_role(by=request.viewer, grant=proposal_id, reason=told["why"], now=request.now),
    )  # fmt: skip


def end_role(request: Request, staff_id: UUID, grant_id: UUID) -> HttpResponse:
    """Take a role back before its last day."""
    _of(request, staff_id, grant_id)
    return _decide(
        request, staff_id, Decision(request.POST), "ended", where=str(grant_id),
        do=lambda told: roles.end_role(by=request.viewer, grant=grant_id, reason=told["why"], now=request.now),
    )  # fmt: skip


def lock(request: Request, staff_id: UUID) -> HttpResponse:
    """Lock her account; her session ends."""
    return _decide(
        request, staff_id, Decision(request.POST), "locked", where="lock",
        do=lambda told: accounts.lock_staff(by=request.viewer, staff=staff_id, reason=told["why"], now=request.now),
    )  # fmt: skip


def unlock(request: Request, staff_id: UUID) -> HttpResponse:
    """Open her account again."""
    return _decide(
        request, staff_id, None, "unlocked", where="account",
        do=lambda told: accounts.unlock_staff(by=request.viewer, staff=staff_id, now=request.now),
    )  # fmt: skip


def end_session(request: Request, staff_id: UUID) -> HttpResponse:
    """Sign her out wherever she is."""
    return _decide(
        request, staff_id, None, "session", where="account",
        do=lambda told: accounts.end_session(by=request.viewer, staff=staff_id, now=request.now),
    )  # fmt: skip


def reset_factor(request: Request, staff_id: UUID) -> HttpResponse:
    """Forget her phone, so that she sets up another."""
    return _decide(
        request, staff_id, None, "factor", where="account",
        do=lambda told: accounts.reset_factor(by=request.viewer, staff=staff_id, now=request.now),
    )  # fmt: skip


def move(request: Request, staff_id: UUID) -> HttpResponse:
    """Move her to another branch at this instant."""
    return _decide(
        request, staff_id, MoveForm(request.POST), "moved", where="move",
        do=lambda told: accounts.transfer_staff(
            by=request.viewer, staff=staff_id, branch=told["branch"], reason=told["why"], now=request.now
        ),
    )  # fmt: skip


# ---------------------------------------------------------------- what they have in common


@dataclass(frozen=True)
class Choice:
    """A role one may propose."""

    value: str
    word: str


def _decide(
    request: Request,
    staff_id: UUID,
    form: Decision | None,
    done: str,
    *,
    where: str,
    do: Callable[[dict[str, Any]], Any],
) -> HttpResponse:
    """Do it and come back, or show the page with what was wrong where it was typed."""
    errors = form.messages if form else {}
    status = 422
    if not errors:
        try:
            do(form.cleaned_data if form else {})
            return go(request, reverse("colleague", args=[staff_id]) + f"?done={done}")
        except Refused as refused:
            errors = in_form(refused.errors)
        except Conflict as first:
            errors, status = {"grant": str(first)}, 409
    return _page(request, staff_id, status=status, errors=errors, where=where, typed=request.POST)


def _of(request: Request, staff_id: UUID, grant_id: UUID) -> None:
    """The grant is this colleague's, else there is no such address."""
    told = found(queries.colleague(request.viewer, staff_id, localdate(request.now)))
    found(next((each for each in told.grants if each.public_id == grant_id), None))


def _page(request: Request, staff_id: UUID, *, status: int = 200, typed: Any = None, **context: Any) -> HttpResponse:
    viewer, day = request.viewer, localdate(request.now)
    told = found(queries.colleague(viewer, staff_id, day))
    busy = {each.role for each in told.grants if each.tenure in (Tenure.PENDING, Tenure.COMING, Tenure.RUNNING)}
    free = [role for role in Role if role not in {*told.who.roles, *busy} and may_propose(viewer, role)]
    words = "en" if english() else "zh"
    kept = {"said": None, "errors": {}, "where": "", **context}
    return page(
        request, "desks/colleague.html", here="colleagues", status=status, it=told, who=told.who, day=day,
        may={each.value: may(viewer, each) is not None for each in OFFERED}, units=queries.units(viewer),
        choices=[Choice(role.value, role.label(words)) for role in free],
        typed={name: str((typed or {}).get(name, "")) for name in TYPED}, **kept,
    )  # fmt: skip
