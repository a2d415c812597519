"""登录: staff number and password; language and theme, which are chosen before that too."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import check_for_language

from guanhu.web.forms import SignInForm
from guanhu.web.pages import THEMES, go, plain_shell, safe_next

YEAR = 365 * 24 * 3600


def home(request: HttpRequest) -> HttpResponse:
    """The front door leads to today's list."""
    return go(request, reverse("today"))


def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with the bank's staff number."""
    form = SignInForm(request.POST or None)
    wrong = False
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        staff = authenticate(request, username=typed["staff_no"], password=typed["password"])
        if staff is not None:
            login(request, staff)
            return go(request, safe_next(request, reverse("today")))
        wrong = True
    context = {
        "page": plain_shell(request, "sign_in"),
        "form": form,
        "wrong": wrong,
        "next": safe_next(request, ""),
    }
    return render(request, "desks/login.html", context, status=422 if request.method == "POST" else 200)


def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    logout(request)
    return go(request, reverse("sign_in"))


def language(request: HttpRequest) -> HttpResponse:
    """Choose the language; a cookie keeps it."""
    response = go(request, safe_next(request, reverse("today")))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True)
    return response


def theme(request: HttpRequest) -> HttpResponse:
    """Choose light or dark; a cookie keeps it."""
    response = go(request, safe_next(request, reverse("today")))
    if request.POST.get("theme") in THEMES:
        response.set_cookie("theme", request.POST["theme"], max_age=YEAR, samesite="Lax")
    return response
