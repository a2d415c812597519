"""柜面查一位: the customer who stands at the counter and presents her number; one at a time, never a list."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from guanhu.apps.work.counter import queries
from guanhu.web.pages import Request, page

LONGEST_NUMBER = 40


def number_of(request: Request, **_kwargs: Any) -> str:
    """The number the request is bound to, as it was typed; it is posted, so that no address and no log holds it."""
    return request.POST.get("customer_no", "").strip()[:LONGEST_NUMBER]


def counter(request: Request) -> HttpResponse:
    """Ask for a number; posted: who it is, as far as the counter may know."""
    asked = request.method == "POST" and bool(request.viewer.number)
    return page(request, "desks/counter.html", here="counter", asked=asked, it=queries.at_counter(request.viewer))
