"""隔离区: the rows of the bank's files that were kept aside, by day and file; what they say stays sealed."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse

from guanhu.apps.customers.aside import queries
from guanhu.web.lists import Filter, Pager
from guanhu.web.pages import Request, page
from guanhu.web.words import day_short

LONGEST_PAGE = 9


def quarantine(request: Request) -> HttpResponse:
    """One page of a day's rows, all files or one."""
    number, file = request.GET.get("page", "1"), request.GET.get("file", "")
    at = int(number) if number.isdecimal() and len(number) < LONGEST_PAGE else 1
    told = queries.quarantine(request.viewer, day=_day(request.GET.get("day", "")), file=file, page=at)
    days = [Filter(day_short(day), rows, _address(day), day == told.day) for day, rows in told.days]
    files = [Filter(name, rows, _address(told.day, name), name == told.file) for name, rows in told.files]
    pager = Pager(
        told.page, told.pages, _address(told.day, told.file, told.page - 1) if told.page > 1 else "",
        _address(told.day, told.file, told.page + 1) if told.page < told.pages else "",
    )  # fmt: skip
    return page(request, "desks/quarantine.html", here="quarantine", told=told, days=days, files=files, pager=pager,
                everything=_address(told.day))  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _address(day: date | None, file: str = "", number: int = 1) -> str:
    asked = {**({"day": day.isoformat()} if day else {}), **({"file": file} if file else {}),
             **({"page": str(number)} if number > 1 else {})}  # fmt: skip
    return reverse("quarantine") + (f"?{urlencode(asked)}" if asked else "")
