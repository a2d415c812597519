"""Browsers of Django's own in which somebody is signed in, without a password typed: a session and its record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from guanhu.apps.people.models import SignIn
from guanhu.apps.people.signing.actions import sessions
from guanhu.apps.people.signing.shapes import Facts
from guanhu.rules.access import Role

LOOPBACK = "127.0.0.1"


def signed_in(
    staff_no: str = "S01", role: Role | str = "", *, has_code: bool = True, now: datetime | None = None, **meta: Any
) -> Client:
    """A browser in which this colleague is signed in, in this role or in her first; her session elsewhere has ended.

    ``has_code``: the second factor was shown · ``meta``: what each request carries, as ``REMOTE_ADDR``.
    """
    client = Client(**meta)
    staff = get_user_model().objects.get(staff_no=staff_no)
    client.force_login(staff)
    facts = Facts(client.session.session_key or "", meta.get("HTTP_USER_AGENT", ""), meta.get("REMOTE_ADDR", LOOPBACK))
    present = sessions.begin(staff.pk, facts, now=now or timezone.now(), has_code=has_code)
    changes = {"told": True, **({"role": Role(role)} if role else {})}
    SignIn.objects.filter(pk=present.sign_in_id).update(**changes)
    return client
