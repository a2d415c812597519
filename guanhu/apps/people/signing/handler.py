"""How django-axes counts here: typed numbers as keyed hashes, the colleague's own mistakes forgotten once she is in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, QueryDict

from guanhu.apps.people.policy import in_force
from guanhu.apps.people.signing.actions.locks import forget_failures
from guanhu.apps.people.signing.queries import locked_until
from guanhu.apps.people.signing.shapes import mark_of


def cool_off(request: HttpRequest | None = None) -> timedelta:
    """How long failures count, and a door stays shut."""
    return timedelta(minutes=in_force().lock_minutes)


def name_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name failures are counted under: never what was typed, which may be a password in the wrong field."""
    return mark_of(str((credentials or {}).get("username") or ""), "staff_no")


class Handler(AxesDatabaseHandler):
    """Locks by the bank's own numbers, account and address each with its own."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Is the door shut for this number or this address?"""
        typed = str((credentials or {}).get("username") or "")
        return locked_until(typed, request.axes_ip_address or "", request.axes_attempt_time) is not None

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Never asked: ``is_locked`` counts account and address apart."""
        return 0

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **more: Any) -> None:
        """Count a failure; nothing else that was sent with it is kept, whatever its field was called."""
        kept = request.GET, request.POST
        request.GET = request.POST = QueryDict()
        try:
            super().user_login_failed(sender, credentials, request, **more)
        finally:
            request.GET, request.POST = kept

    def reset_user_attempts(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Forget this account's failures, never those others made from the same address."""
        return forget_failures(str((credentials or {}).get("username") or ""))


class StaffBackend(ModelBackend):
    """Checks a password; who left or was locked by an administrator is told the same as somebody who mistyped."""

    def user_can_authenticate(self, user: Any) -> bool:
        """May this colleague sign in at all?"""
        return bool(super().user_can_authenticate(user)) and user.locked_at is None
