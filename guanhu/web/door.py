"""The door: what a request brings along, whether its session goes on, and the ways to signing in and back."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from guanhu.apps.people.policy import in_force
from guanhu.apps.people.signing.actions import sessions
from guanhu.apps.people.signing.shapes import Ended, Facts, Present
from guanhu.rules.kinds import Owed
from guanhu.rules.signing import is_fresh
from guanhu.web.pages import go

LONGEST_AGENT = 400
OWED_AT = {Owed.NEW_PASSWORD: "password", Owed.OLD_PASSWORD: "password", Owed.SECOND_FACTOR: "factor"}
"""Where each thing owed is done."""


def address_of(request: HttpRequest) -> str:
    """The address a request came from; headers that name another are believed of the bank's own relays alone.

    Of what a relay added the last entry counts that is not itself a relay: whatever stands before it anybody can write.
    """
    near = str(request.META.get("REMOTE_ADDR") or "")
    if near not in settings.GUANHU_RELAYS:
        return near
    told = str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    far = next((each.strip() for each in reversed(told) if each.strip() not in settings.GUANHU_RELAYS), "")
    return far if _is_address(far) else near


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def agent_of(request: HttpRequest) -> str:
    """What the browser calls itself."""
    return str(request.META.get("HTTP_USER_AGENT") or "")


def facts_of(request: HttpRequest) -> Facts:
    """What tells one session from another: its key, the browser, the address."""
    return Facts(request.session.session_key or "", agent_of(request)[:LONGEST_AGENT], address_of(request))


def attend(request: HttpRequest) -> Present | Ended:
    """Who is there, asked of the database; a session that is over is thrown away, its cookie stays to say why."""
    told = sessions.viewer_for(facts_of(request), now=request.now)  # type: ignore[attr-defined]
    if isinstance(told, Ended) and request.session.get(SESSION_KEY):
        request.session.delete()
    return told


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back after it to where one was; a part of a page goes back to its whole."""
    htmx = getattr(request, "htmx", None)
    back = htmx.current_url_abs_path if htmx else request.get_full_path() if request.method != "POST" else ""
    address = reverse("sign_in")
    return go(request, f"{address}?next={quote(back)}" if back else address)


def to_what_is_owed(request: HttpRequest, owes: Owed) -> HttpResponse:
    """To what has to be done first."""
    return go(request, reverse(OWED_AT[owes]))


def to_confirm(request: HttpRequest) -> HttpResponse:
    """To where one shows again who one is, and back after it."""
    htmx = getattr(request, "htmx", None)
    back = htmx.current_url_abs_path if htmx else request.get_full_path() if request.method != "POST" else ""
    address = reverse("confirm")
    return go(request, f"{address}?next={quote(back)}" if back else address)


def keep_storable(request: HttpRequest) -> None:
    """Put a visible sign where something sent holds the one character no database keeps; all else stays as typed."""
    for name in ("GET", "POST"):
        sent: QueryDict = getattr(request, name)
        if any("\0" in text for _, texts in sent.lists() for text in texts):
            kept = sent.copy()
            for field, texts in sent.lists():
                kept.setlist(field, [text.replace("\0", "\ufffd") for text in texts])
            setattr(request, name, kept)


def is_confirmed(request: HttpRequest) -> bool:
    """Has this colleague shown a short while ago who she is? Dangerous doors and bursts ask for it."""
    present, now = request.present, request.now  # type: ignore[attr-defined]
    return is_fresh(present.confirmed_at, now, in_force())


def as_answered(request: HttpRequest, answer: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """The answer as the view gave it: it has said itself that the door is shut (asked by django-axes)."""
    return answer if answer is not None else go(request, reverse("sign_in"))
