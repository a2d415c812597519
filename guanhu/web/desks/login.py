"""登录: staff number and password, then the code; leaving; language and theme, which are chosen before that too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _

from guanhu.apps.people.errors import Refused
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.signing import queries
from guanhu.apps.people.signing.actions import factors, locks, sessions
from guanhu.apps.people.signing.shapes import Ended, Present
from guanhu.rules.kinds import SessionEnd
from guanhu.web.door import attend, facts_of
from guanhu.web.forms import CodeForm, SignInForm
from guanhu.web.pages import THEMES, Request, go, home_of, plain_shell, safe_next
from guanhu.web.signing import farewell
from guanhu.web.words import moment

YEAR = 365 * 24 * 3600
HALF_WAY = "half_way"
"""Where the session keeps who gave the right password and still owes the code."""
BACKEND = "guanhu.apps.people.signing.handler.StaffBackend"


def home(request: Request) -> HttpResponse:
    """The front door leads to where this colleague begins."""
    return go(request, home_of(request))


# ---------------------------------------------------------------- the password


def sign_in(request: Request) -> HttpResponse:
    """Sign in with the bank's staff number; says why one was signed out."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _try(request, form)
    said = "" if request.method == "POST" else farewell(_ended(request))
    return _door(request, form, said=said, status=422 if request.method == "POST" else 200)


def _try(request: Request, form: SignInForm) -> HttpResponse:
    typed = form.cleaned_data
    locks.one_at_a_time(typed["staff_no"])
    staff = authenticate(request, username=typed["staff_no"], password=typed["password"])
    if staff is None:
        shut = _note_failure(request, typed["staff_no"])
        return shut or _door(request, form, wrong=True, status=422)
    if queries.has_factor(staff.pk):
        request.session.flush()
        request.session[HALF_WAY] = {"staff": staff.pk, "staff_no": typed["staff_no"], "at": request.now.isoformat()}
        request.session["next"] = safe_next(request, "")
        return go(request, reverse("code"))
    return _enter(request, staff, back=safe_next(request, ""), has_code=False)


def _door(
    request: Request, form: SignInForm, *, wrong: bool = False, said: str = "", status: int = 200
) -> HttpResponse:
    context = {"page": plain_shell(request, "sign_in"), "form": form, "wrong": wrong, "said": said,
               "next": safe_next(request, "")}  # fmt: skip
    return render(request, "desks/login.html", context, status=status)


def _ended(request: Request) -> Ended:
    """How the session ended whose cookie is still here."""
    return queries.ended_of(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))


def _note_failure(request: Request, staff_no: str) -> HttpResponse | None:
    """Put a failed try on the trail; the page of the shut door, when it is shut now."""
    until = queries.locked_until(staff_no, facts_of(request).address, request.now)
    locks.note_failure(staff_no, locked=until is not None)
    return shut_door(request, until) if until else None


def shut_door(request: Request, until: datetime) -> HttpResponse:
    """The door is shut for a while: until when, and whom to ask. The same for numbers that nobody has."""
    context = {"page": plain_shell(request, "sign_in"), "until": moment(until)}
    response = render(request, "desks/locked.html", context, status=429)
    response["Retry-After"] = str(max(1, int((until - request.now).total_seconds())))
    return response


def _enter(request: Request, staff: Any, *, back: str, has_code: bool) -> HttpResponse:
    """Begin the session under a fresh key, and go where one wanted to."""
    here = attend(request)
    if isinstance(here, Present):
        sessions.end(here.sign_in_id, SessionEnd.SIGNED_OUT, now=request.now)
    request.session.flush()
    login(request, staff, backend=BACKEND)
    try:
        sessions.begin(staff.pk, facts_of(request), now=request.now, has_code=has_code)
    except Refused as refused:
        request.session.flush()
        return _door(request, SignInForm(), said=refused.errors["staff_no"], status=403)
    return go(request, back or reverse("home"))


# ---------------------------------------------------------------- the code


def code(request: Request) -> HttpResponse:
    """The second step: the code of one's phone, or a recovery code."""
    half = request.session.get(HALF_WAY)
    if half is None or request.now - datetime.fromisoformat(half["at"]) > _half_way():
        request.session.pop(HALF_WAY, None)  # who is signed in already stays so: looking ends nothing
        return go(request, reverse("sign_in"))
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask_code(request, form, status=422 if request.method == "POST" else 200)
    locks.one_at_a_time(half["staff_no"])
    until = queries.locked_until(half["staff_no"], facts_of(request).address, request.now)
    if until:
        return shut_door(request, until)
    if wait := factors.wait_until(half["staff"], now=request.now):
        return _ask_code(request, form, says=too_early(wait, request.now), status=422)
    if factors.check_code(half["staff"], form.cleaned_data["code"], now=request.now):
        back = request.session.get("next", "")
        return _enter(request, queries.colleague(half["staff"]), back=back, has_code=True)
    user_login_failed.send(__name__, credentials={"username": half["staff_no"]}, request=request)
    shut = _note_failure(request, half["staff_no"])
    return shut or _ask_code(request, form, says=_("动态码不对或已用过，等下一组数字再试"), status=422)


def _half_way() -> timedelta:
    return timedelta(minutes=in_force().half_way_minutes)


def _ask_code(request: Request, form: CodeForm, *, says: str = "", status: int = 200) -> HttpResponse:
    says = says or str((form.errors.get("code") or [""])[0])
    return render(request, "desks/code.html", {"page": plain_shell(request, "code"), "says": says}, status=status)


def too_early(until: datetime, now: datetime) -> str:
    """How long to wait after a wrong code."""
    return _("输错后要等一会儿：%(n)s 秒后再试") % {"n": max(1, int((until - now).total_seconds()) + 1)}


# ---------------------------------------------------------------- leaving, language, theme


def sign_out(request: Request) -> HttpResponse:
    """End this session; what the browser kept for this site goes, too."""
    sessions.end(request.present.sign_in_id, SessionEnd.SIGNED_OUT, now=request.now)
    logout(request)
    response = go(request, reverse("sign_in"))
    if request.is_secure():
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def language(request: HttpRequest) -> HttpResponse:
    """Choose the language; a cookie keeps it."""
    response = go(request, safe_next(request, reverse("home")))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen, httponly=True)
    return response


def theme(request: HttpRequest) -> HttpResponse:
    """Choose light or dark; a cookie keeps it."""
    response = go(request, safe_next(request, reverse("home")))
    if request.POST.get("theme") in THEMES:
        _remember(response, "theme", request.POST["theme"])  # the script reads it before the first paint
    return response


def _remember(response: HttpResponse, name: str, value: str, *, httponly: bool = False) -> None:
    """Keep a taste in a cookie; behind TLS it travels by TLS alone."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=secure, httponly=httponly)
