"""Browsers of Django's own in which somebody is signed in, without a password typed: a session and its record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string

from guanhu.apps.people.models import SignIn
from guanhu.apps.people.signing.actions import sessions
from guanhu.apps.people.signing.shapes import Facts
from guanhu.rules.access import Role

BACKEND = settings.AUTHENTICATION_BACKENDS[-1]
LOOPBACK = "127.0.0.1"


def signed_in(
    staff_no: str = "S01", role: Role | str = "", *, has_code: bool = True, now: datetime | None = None, **meta: Any
) -> Client:
    """A browser in which this colleague is signed in, in this role or in her first; her session elsewhere has ended.

    ``has_code``: the second factor was shown · ``meta``: what each request carries, as ``REMOTE_ADDR``.
    """
    client = Client(**meta)
    staff = get_user_model().objects.get(staff_no=staff_no)
    facts = Facts(_session(client, staff), meta.get("HTTP_USER_AGENT", ""), meta.get("REMOTE_ADDR", LOOPBACK))
    present = sessions.begin(staff.pk, facts, now=now or timezone.now(), has_code=has_code)
    changes = {"told": True, **({"role": Role(role)} if role else {})}
    SignIn.objects.filter(pk=present.sign_in_id).update(**changes)
    return client


def _session(client: Client, staff: Any) -> str:
    """A session of hers in this browser, as Django leaves it after signing in; its key."""
    session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return str(session.session_key)
