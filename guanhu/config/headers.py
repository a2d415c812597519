"""What every answer tells the browser besides its page: what it may load, and that nobody may keep the answer.

Each is put together once: no page has words of its own here.
"""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse

KEPT_BY_NOBODY = {
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "Expires": "Thu, 01 Jan 1970 00:00:00 GMT",
}


class OwnContent:
    """Tells what a page may load and run: what ``CONTENT_SECURITY_POLICY`` of the settings says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain, and what is told."""
        self.get_response, self.policy = get_response, build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the rest answer, then tell."""
        response = self.get_response(request)
        response[HEADER] = self.policy
        return response


class NotKept:
    """Marks every answer ``no-store`` that does not say itself how long it may be kept, errors included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the rest answer, then mark it."""
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            for name, told in KEPT_BY_NOBODY.items():
                response[name] = told
        return response
