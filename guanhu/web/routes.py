"""Every address, its view and who may open it: one table, and the one wrapper around each view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, reverse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from guanhu.apps.people.errors import Invisible
from guanhu.apps.people.queries import viewer_of
from guanhu.web.desks import book, customer, login, today
from guanhu.web.pages import View, go


class Who(StrEnum):
    """Who may open an address; which rows are seen there is decided by the queries."""

    ANYONE = "anyone"
    STAFF = "staff"


READ, WRITE, BOTH = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Route:
    """One address of the site."""

    address: str
    name: str
    view: View
    who: Who
    methods: tuple[str, ...]


ROUTES: tuple[Route, ...] = (
    Route("", "home", login.home, Who.ANYONE, READ),
    Route("login", "sign_in", login.sign_in, Who.ANYONE, BOTH),
    Route("logout", "sign_out", login.sign_out, Who.STAFF, WRITE),
    Route("language", "language", login.language, Who.ANYONE, WRITE),
    Route("theme", "theme", login.theme, Who.ANYONE, WRITE),
    Route("today/", "today", today.workbench, Who.STAFF, READ),
    Route("today/undo/<uuid:touch_id>/", "undo", today.undo, Who.STAFF, WRITE),
    Route("today/undo-deferral/<uuid:deferral_id>/", "undo_defer", today.undo_defer, Who.STAFF, WRITE),
    Route("today/<uuid:public_id>/", "brief", today.brief, Who.STAFF, READ),
    Route("today/<uuid:public_id>/outcome/", "record", today.record, Who.STAFF, WRITE),
    Route("today/<uuid:public_id>/call/", "call", today.call, Who.STAFF, WRITE),
    Route("today/<uuid:public_id>/defer/", "defer", today.defer, Who.STAFF, WRITE),
    Route("customers/", "book", book.book, Who.STAFF, READ),
    Route("customers/<uuid:public_id>/", "customer", customer.customer, Who.STAFF, READ),
    Route("customers/<uuid:public_id>/marketing/", "marketing", customer.marketing, Who.STAFF, WRITE),
    Route("customers/<uuid:public_id>/stage/", "stage", customer.stage, Who.STAFF, WRITE),
)


def guarded(route: Route) -> Callable[..., HttpResponse]:
    """The view with its guard: sign in first, the viewer on the request, one transaction, the invisible as 404."""

    @wraps(route.view)
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method not in route.methods:
            return HttpResponseNotAllowed(route.methods)
        if route.who is Who.STAFF:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            request.viewer = viewer_of(request.user)  # type: ignore[attr-defined]
        response = _answer(route, request, kwargs)
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        add_never_cache_headers(response)
        return response

    return view


def _answer(route: Route, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        with transaction.atomic():
            return route.view(request, **kwargs)
    except Invisible as absent:
        raise Http404 from absent


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back here after it."""
    back = request.get_full_path() if request.method in READ and not getattr(request, "htmx", None) else ""
    address = reverse("sign_in")
    return go(request, f"{address}?next={quote(back)}" if back else address)


urlpatterns: list[URLPattern] = [path(route.address, guarded(route), name=route.name) for route in ROUTES]
