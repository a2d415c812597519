"""Whole page or a part of it; what the shell around each page shows; 404 for the invisible."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from guanhu.apps.customers import queries as customers
from guanhu.apps.people import queries as people
from guanhu.apps.people.scope import Viewer
from guanhu.apps.people.signing.shapes import Elsewhere, Present
from guanhu.apps.work.queries import Morning
from guanhu.rules.access import ROLE_OF_POST, Permission, may
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.web import navigation
from guanhu.web.words import english, label

THEMES = ("light", "dark")
Found = TypeVar("Found")


class Request(HttpRequest):
    """A request as our views see it: the wrapper of ``routes`` put the viewer on it, the clock its moment."""

    viewer: Viewer
    present: Present
    now: datetime
    htmx: HtmxDetails


View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Shell:
    """What stands around every page."""

    here: str
    path: str
    language: str
    theme: str
    branch_name: str = ""
    staff_name: str = ""
    post: str = ""
    open: int | None = None
    customers: int = 0
    unread: int = 0
    """Notices she has not read."""
    told: bool = False
    """Is she told of what others do: does she keep customers?"""
    data_on: date | None = None
    today: date | None = None
    stale: bool = False
    unannounced: int | None = None
    synthetic: bool = False
    nav: tuple[navigation.Group, ...] = ()
    tabs: tuple[navigation.Entry, ...] = ()
    finds: bool = False
    """May she look for customers?"""
    elsewhere: Elsewhere | None = None
    """The session this one put an end to, until she has read of it."""


@dataclass(frozen=True)
class Toast:
    """One short message at the foot; ``undo`` is the address that takes it back.

    It goes away by itself, unless it says that something was not done.
    """

    text: str
    undo: str = ""
    stays: bool = False


def theme_of(request: HttpRequest) -> str:
    """Light, dark, or empty for the system's own."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


def language_of() -> str:
    """The page's language as HTML names it."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh-CN"


def plain_shell(request: HttpRequest, here: str) -> Shell:
    """The shell before anyone signed in."""
    return Shell(here, request.get_full_path(), language_of(), theme_of(request))


def shell(request: Request, here: str, still_open: int | None, at: Morning | None = None) -> Shell:
    """The shell of a colleague: whose branch, as of which day, and where known how much is open.

    ``at``: what the view has asked for already.
    """
    viewer = request.viewer
    shown, kept, unread = (at.now, at.customers, at.unread) if at else customers.morning(viewer)
    today = shown.today if shown else None
    return Shell(
        here=here,
        path=request.get_full_path(),
        language=language_of(),
        theme=theme_of(request),
        branch_name=shown.branch if shown else "",
        staff_name=viewer.name,
        post=_post_of(viewer),
        open=still_open,
        customers=kept,
        unread=unread,
        told=navigation.is_told(viewer, keeps=kept > 0),
        data_on=shown.data_day if shown else None,
        today=today,
        stale=bool(shown and is_stale(shown)),
        unannounced=today.year if today and not SHIPPED_CALENDAR.announced(today.year) else None,
        synthetic=bool(shown and shown.synthetic),
        nav=navigation.places(viewer, keeps=kept > 0),
        tabs=navigation.tabs(viewer, keeps=kept > 0),
        finds=may(viewer, Permission.BOOK_READ) is not None,
        elsewhere=request.present.replaced,
    )


def _post_of(viewer: Viewer) -> str:
    """What stands under a colleague's name: her post, or the role she has taken beside it."""
    if ROLE_OF_POST.get(viewer.post) is viewer.role:
        return label("Post", viewer.post)
    return viewer.role.label("en" if english() else "zh")


def home_of(request: Request) -> str:
    """Where this colleague begins."""
    kept = customers.customers_kept(request.viewer)
    return navigation.first(navigation.places(request.viewer, keeps=kept > 0)) or reverse("account")


def is_stale(shown: people.Shown) -> bool:
    """Is the data older than the working day before today, or is a later night begun that this branch lacks?"""
    if shown.data_day < SHIPPED_CALENDAR.previous(shown.today):
        return True
    return shown.latest > shown.data_day


def page(
    request: Request, template: str, *, here: str, status: int = 200, still_open: int | None = None,
    at: Morning | None = None, **context: Any,
) -> HttpResponse:  # fmt: skip
    """A whole page, drawn at once inside the view (never lazily: the viewer's transaction is still open)."""
    return render(request, template, {"page": shell(request, here, still_open, at), **context}, status=status)


def parts(request: Request, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A part of a page for a swap, drawn by the same macros."""
    return HttpResponse(render_to_string(template, context, request), status=status)


def found(thing: Found | None) -> Found:
    """What was asked for, or 404 as if it were not there."""
    if thing is None:
        raise Http404
    return thing


def go(request: HttpRequest, address: str) -> HttpResponse:
    """On to another page, whether a script or a plain form asked."""
    if getattr(request, "htmx", None):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where the form says to go on, if that is inside this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    hosts: Iterable[str] = {request.get_host()}
    return wanted if url_has_allowed_host_and_scheme(wanted, set(hosts), request.is_secure()) else otherwise
