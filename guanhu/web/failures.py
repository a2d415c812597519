"""When something gives way: what happened, what is safe, what to do; never a trace, and what was typed comes back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from guanhu.apps.audit.trail import TrailDown
from guanhu.rules.access import Permission

RETRY_SECONDS = 5
AWAY = (OperationalError, InterfaceError, TrailDown)
"""The database is gone, busy, or was told to stop, or the trail cannot be written: in a moment it may be back."""
WORDS = {
    "said": gettext_lazy("补一句"),
    "reason": gettext_lazy("为什么顺延"),
    "why": gettext_lazy("理由"),
    "because": gettext_lazy("缘由"),
    "note": gettext_lazy("依据：客户做了什么"),
    "evidence": gettext_lazy("凭据"),
    "asks": gettext_lazy("客户的原话"),
    "customer_no": gettext_lazy("客户号"),
    "staff_no": gettext_lazy("工号"),
    "meeting_place": gettext_lazy("地点"),
    "product": gettext_lazy("产品"),
    "person": gettext_lazy("称呼"),
    "about": gettext_lazy("说明"),
    "fact": gettext_lazy("了解到什么"),
    "learnt": gettext_lazy("这次新了解到的（可选）"),
    "remark": gettext_lazy("补一句（可不填）"),
    "found_how": gettext_lazy("怎么发现的"),
    "cell": gettext_lazy("改成"),
    "kept_for": gettext_lazy("健康或信仰的用途"),
    "who": gettext_lazy("哪位客户"),
    "bought": gettext_lazy("已购买"),
    "offered": gettext_lazy("可提供"),
    "instead": gettext_lazy("替代"),
    "business": gettext_lazy("办什么业务"),
    "text": gettext_lazy("要做到什么"),
    "owner": gettext_lazy("谁来做"),
    "came": gettext_lazy("结果"),
    "amount_wan": gettext_lazy("金额（万）"),
    "name": gettext_lazy("姓名"),
    "wish": gettext_lazy("想办什么"),
    "best": gettext_lazy("哪一次联系最有效？为什么？"),
    "missed": gettext_lazy("哪个拒绝没处理好？"),
    "comment": gettext_lazy("评语"),
    "purpose": gettext_lazy("为了什么"),
    "goal": gettext_lazy("一句话（可空）"),
}
"""What people type in their own words, and what it is called; the rest of a form comes back unseen."""
SECRETS = (Permission.PUBLIC, Permission.ACCOUNT)
"""Addresses where passwords and codes are typed: nothing of their forms is ever sent back."""


@dataclass(frozen=True)
class Typed:
    """What a form had sent: what people read, and what goes with it; ``asked``: it was no form but a page."""

    seen: tuple[tuple[str, Promise | str, str], ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    asked: bool = False

    @property
    def whole(self) -> bool:
        """Is there anything to send again?"""
        return bool(self.seen or self.kept)


def failed(request: HttpRequest) -> HttpResponse:
    """The last resort: 503 while database or trail are away, else 500, with what was typed; Django calls it."""
    error = sys.exc_info()[1]
    try:
        return _told(request, 503 if is_away(error) else 500, unrecorded=is_unrecorded(error))
    except Exception:  # the page about the failure failed, too: a number can still be said
        return HttpResponse("500", status=500, content_type="text/plain")


def is_away(error: BaseException | None) -> bool:
    """Does this error, or one that led to it, say that the database cannot be had at this moment?"""
    return any(isinstance(each, AWAY) for each in _chain(error))


def is_unrecorded(error: BaseException | None) -> bool:
    """Was nothing shown and nothing done because the trail could not be written?"""
    return any(isinstance(each, TrailDown) for each in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__


def _told(request: HttpRequest, status: int, *, unrecorded: bool = False) -> HttpResponse:
    if request.headers.get("HX-Request"):
        response = HttpResponse(str(status), status=status, content_type="text/plain; charset=utf-8")
    else:
        told = {"path": request.get_full_path(), "typed": _typed(request), "unrecorded": unrecorded}
        response = render(request, f"{status}.html", told, status=status)
    if status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _typed(request: HttpRequest) -> Typed:
    """What this site's own form sent, without secrets; nothing of a form that another site made."""
    if request.method != "POST":
        return Typed(asked=request.method == "GET")
    if _is_secret(request):
        return Typed()
    try:
        sent = list(request.POST.lists()) if _ours(request) else []
    except UnreadablePostError:
        return Typed()
    pairs = [(name, str(value)) for name, values in sent for value in values if name != "csrfmiddlewaretoken"]
    seen = tuple((name, WORDS[name], value) for name, value in pairs if name in WORDS and value)
    return Typed(seen, tuple(pair for pair in pairs if pair[0] not in WORDS))


def _is_secret(request: HttpRequest) -> bool:
    """Does this address take passwords or codes? What is no address of ours is taken for one."""
    route = getattr(getattr(request.resolver_match, "func", None), "route", None)
    return route is None or route.permission in SECRETS


def _ours(request: HttpRequest) -> bool:
    """Did the form carry its token? The error may have come before anybody looked."""
    check = CsrfViewMiddleware(lambda _: HttpResponse())
    check.process_request(request)
    return check.process_view(request, failed, (), {}) is None
