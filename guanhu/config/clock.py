"""The clock of the pages: every request carries the moment it came, and nothing below asks for another."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone


class Clock:
    """Puts ``request.now`` on each request: an aware moment in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Stamp the request and go on."""
        request.now = timezone.now()  # type: ignore[attr-defined]
        return self.get_response(request)
