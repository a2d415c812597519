"""账号: one's own roles, password, second factor and sessions; and showing once more who one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanhu.apps.people.errors import Refused
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.signing import queries
from guanhu.apps.people.signing.actions import factors, locks, passwords, sessions
from guanhu.apps.people.signing.shapes import Visit
from guanhu.rules.access import Role
from guanhu.rules.kinds import Kind
from guanhu.web.desks.login import shut_door, too_early
from guanhu.web.door import facts_of, is_confirmed, to_confirm
from guanhu.web.forms import CodeForm, ConfirmForm, PasswordForm, RoleForm
from guanhu.web.pages import Request, Toast, go, page, plain_shell, safe_next
from guanhu.web.signing import password_rules, place, qr, what_is_wrong, why_owed
from guanhu.web.words import english


def account(request: Request) -> HttpResponse:
    """One's own account: roles, password, second factor, where one signed in lately."""
    words = {"password": _("密码已更改"), "role": _("角色已切换"), "factor": _("动态码已绑定")}
    done = request.GET.get("done", "")
    told = queries.account(request.viewer, localdate(request.now))
    days = in_force().password_days
    ends = told.password_set_at + timedelta(days=days) if told.password_set_at and days else None
    return page(
        request, "desks/account.html", here="account", account=told, ends=ends, present=request.present,
        account_role=_word(request.viewer.role), roles=[Choice(each.value, _word(each)) for each in told.roles],
        visits=[_row(each) for each in told.visits], said=Toast(words[done]) if done in words else None,
    )  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """A role one may put on."""

    value: str
    word: str


@dataclass(frozen=True)
class VisitRow:
    """One time one signed in, in words."""

    it: Visit
    place: str
    role: str
    end: str


def _word(kind: Kind) -> str:
    return kind.label("en" if english() else "zh")


def _row(visit: Visit) -> VisitRow:
    return VisitRow(visit, place(visit.address), _word(visit.role), _word(visit.end) if visit.end else _("还在用"))


def role(request: Request) -> HttpResponse:
    """Put on another of one's roles; the session goes on under a new key."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        return go(request, reverse("account"))
    request.session.cycle_key()
    key = request.session.session_key or ""
    wanted = Role(form.cleaned_data["role"])
    try:
        sessions.switch_role(request.viewer, request.present.sign_in_id, wanted, session_key=key, now=request.now)
    except Refused:
        sessions.renew(request.viewer, request.present.sign_in_id, session_key=key)
        return go(request, reverse("account"))
    return go(request, reverse("home"))


def told(request: Request) -> HttpResponse:
    """She has read that her other session ended."""
    sessions.tell(request.viewer, request.present.sign_in_id)
    return go(request, safe_next(request, reverse("account")))


# ---------------------------------------------------------------- the password


def password(request: Request) -> HttpResponse:
    """Change one's own password; asked for first when it is too old or somebody else set it."""
    form = PasswordForm(request.POST or None)
    errors: dict[str, list[str]] = {}
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        locks.one_at_a_time(request.viewer.staff_no)
        if authenticate(request, username=request.viewer.staff_no, password=typed["current"]) is None:
            if shut := _note_failure(request):
                return shut
            errors = {"current": [_("现在的密码不对")]}
        else:
            errors = _change(request, typed["new"])
            if not errors:
                return go(request, reverse("account") + "?done=password")
    errors = errors or {name: [str(each) for each in told] for name, told in form.errors.items()}
    context = {"page": plain_shell(request, "password"), "errors": errors, "rules": password_rules(),
               "why": why_owed(request.present.owes), "owed": request.present.owes is not None}  # fmt: skip
    return render(request, "desks/password.html", context, status=422 if request.method == "POST" else 200)


def _change(request: Request, new: str) -> dict[str, list[str]]:
    try:
        passwords.change(request.viewer, request.present.sign_in_id, new, now=request.now)
    except passwords.Unfit as unfit:
        return {"new": what_is_wrong(unfit.faults)}
    return {}


# ---------------------------------------------------------------- the second factor


def factor(request: Request) -> HttpResponse:
    """Set up the second factor: draw a secret, show it to the phone, take it into use with its first code."""
    if request.method == "POST" and not _may_set_up(request):
        return to_confirm(request)
    if request.method == "POST" and request.POST.get("step") == "prepare":
        factors.prepare(request.viewer.staff_id, now=request.now)
        return go(request, reverse("factor"))
    if request.method == "POST":
        return _accept(request)
    return _factor(request)


def _may_set_up(request: Request) -> bool:
    """The first time freely; another phone in place of one in use only after showing who one is."""
    return not queries.has_factor(request.viewer.staff_id) or is_confirmed(request)


def _accept(request: Request) -> HttpResponse:
    form = CodeForm(request.POST)
    typed = form.cleaned_data["code"] if form.is_valid() else ""
    codes = factors.accept(request.viewer.staff_id, typed, now=request.now)
    if not codes:
        return _factor(request, says=_("这 6 位数字对不上。看看手机时间是否准确，再试一次"), status=422)
    sessions.confirm(request.viewer, request.present.sign_in_id, now=request.now, with_code=True)
    return _codes(request, codes)


def _factor(request: Request, *, says: str = "", status: int = 200) -> HttpResponse:
    secret = factors.prepared(request.viewer.staff_id)
    context: dict[str, Any] = {
        "page": plain_shell(request, "factor"), "says": says, "secret": secret,
        "picture": qr(secret.address) if secret else "", "in_use": queries.has_factor(request.viewer.staff_id),
        "why": why_owed(request.present.owes), "owed": request.present.owes is not None, "present": request.present,
    }  # fmt: skip
    return render(request, "desks/factor.html", context, status=status)


def codes(request: Request) -> HttpResponse:
    """New recovery codes; those from before are void."""
    if not queries.has_factor(request.viewer.staff_id):
        return go(request, reverse("factor"))
    return _codes(request, factors.new_codes(request.viewer))


def _codes(request: Request, drawn: tuple[str, ...]) -> HttpResponse:
    return render(request, "desks/codes.html", {"page": plain_shell(request, "codes"), "codes": drawn})


# ---------------------------------------------------------------- who one is, once more


def confirm(request: Request) -> HttpResponse:
    """Show once more who one is: by the phone's code where one has it, else by the password."""
    by_code = queries.has_factor(request.viewer.staff_id)
    form = ConfirmForm(request.POST or None)
    says, status = "", 200
    if request.method == "POST":
        status, says = 422, str((form.errors.get("proof") or [""])[0])
        if form.is_valid():
            answer = _prove(request, form.cleaned_data["proof"], by_code=by_code)
            if isinstance(answer, HttpResponse):
                return answer
            says = answer
    context = {"page": plain_shell(request, "confirm"), "by_code": by_code, "says": says, "owes": request.present.owes,
               "next": safe_next(request, "")}  # fmt: skip
    return render(request, "desks/confirm.html", context, status=status)


def _prove(request: Request, proof: str, *, by_code: bool) -> HttpResponse | str:
    """On to where one wanted to go, or what was wrong."""
    staff_no, now = request.viewer.staff_no, request.now
    locks.one_at_a_time(staff_no)
    until = queries.locked_until(staff_no, facts_of(request).address, now)
    if until:
        return shut_door(request, until)
    if by_code and (wait := factors.wait_until(request.viewer.staff_id, now=now)):
        return too_early(wait, now)
    if by_code:
        right = factors.check_code(request.viewer.staff_id, proof, now=now)
        if not right:
            user_login_failed.send(__name__, credentials={"username": staff_no}, request=request)
    else:
        right = authenticate(request, username=staff_no, password=proof) is not None
    if not right:
        wrong = _("动态码不对或已用过，等下一组数字再试") if by_code else _("密码不对")
        return _note_failure(request) or wrong
    sessions.confirm(request.viewer, request.present.sign_in_id, now=now, with_code=by_code)
    return go(request, safe_next(request, reverse("account")))


def _note_failure(request: Request) -> HttpResponse | None:
    until = queries.locked_until(request.viewer.staff_no, facts_of(request).address, request.now)
    locks.note_failure(request.viewer.staff_no, locked=until is not None)
    return shut_door(request, until) if until else None
