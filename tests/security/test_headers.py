"""Every answer of every address carries the headers, refusals and failures too; no form counts without its token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import OperationalError
from django.test import Client, override_settings

from tests.cast import Cast
from tests.security.asking import Asked, digest, undone
from tests.web.conftest import HTMX

pytestmark = [pytest.mark.slow, pytest.mark.long]
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'",
          "form-action 'self'", "frame-ancestors 'none'")  # fmt: skip
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TLS = {"SECURE_HSTS_SECONDS": 31_536_000, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True}


def faults(response: Any, *, kept: bool = False, tls: bool = False) -> list[str]:
    """What an answer fails to tell the browser; ``kept``: a file that may lie in its cache."""
    policy = response.headers.get("Content-Security-Policy", "")
    wanted = [part for part in POLICY if part not in policy]
    wanted += ["unsafe"] if "unsafe" in policy else []
    wanted += [name for name, value in HEADERS.items() if response.headers.get(name) != value]
    wanted += [] if "camera=()" in response.headers.get("Permissions-Policy", "") else ["Permissions-Policy"]
    wanted += [] if kept or "no-store" in response.headers.get("Cache-Control", "") else ["no-store"]
    wanted += [] if not tls or "max-age=31536000" in response.headers.get("Strict-Transport-Security", "") else ["HSTS"]
    return wanted


def breaking(error: Exception) -> Callable[..., Any]:
    """Every view of the site, broken in this way."""

    def broken(*_: object, **__: object) -> None:
        raise error

    return lambda self, view: broken


def answers(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> dict[int, Any]:
    """What one address answers when all is well and when it is not, by status."""
    calm = asked.client
    calm.raise_request_exception = False
    found = [asked.send(calm), asked.send(Client()), asked.send(calm, **HTMX), calm.delete(asked.address)]
    found += [calm.post(asked.address, {}), Client(enforce_csrf_checks=True).post(asked.address)]
    with monkeypatch.context() as patch:
        for error in (ValueError("x"), OperationalError("gone")):
            patch.setattr(BaseHandler, "make_view_atomic", breaking(error))
            found += [asked.send(calm), asked.send(calm, **HTMX)]
    return {response.status_code: response for response in found}


def test_every_answer_carries_the_headers(asked: dict[str, Asked], monkeypatch: pytest.MonkeyPatch):
    told, seen = {}, set()
    for name, each in asked.items():
        with undone():
            found = answers(each, monkeypatch)
        assert {405, 500, 503} <= set(found)
        seen |= set(found)
        told |= {(name, status): faults(answer) for status, answer in found.items() if faults(answer)}
    assert told == {}
    assert {200, 302, 403, 422} <= seen


ODD = {
    404: lambda client: client.get("/nothing/"),
    400: lambda client: client.get("/today/", HTTP_HOST="elsewhere.example"),
    301: lambda client: client.get("/today"),
}


@pytest.mark.parametrize("status", ODD)
def test_what_is_no_address_carries_them_too(status: int, shen: Client):
    response = ODD[status](shen)
    assert response.status_code == status
    assert faults(response) == []


def test_a_static_file_carries_them_and_may_be_kept(shen: Client):
    with override_settings(WHITENOISE_USE_FINDERS=True, WHITENOISE_AUTOREFRESH=True):
        response = Client().get("/static/app.css")
        response.close()
    assert response.status_code == 200
    assert faults(response, kept=True) == []


def test_behind_tls_the_browser_is_told_to_stay_there(asked: dict[str, Asked], monkeypatch: pytest.MonkeyPatch):
    with override_settings(**TLS, SECURE_SSL_REDIRECT=True):
        found = [Client().get(each.address, secure=True) for each in asked.values()]
        assert [faults(response, tls=True) for response in found if faults(response, tls=True)] == []
        assert Client().get("/login").headers["Location"].startswith("https://")


@pytest.mark.parametrize(
    "without",
    ["guanhu.config.headers.OwnContent", "django_permissions_policy.PermissionsPolicyMiddleware",
     "django.middleware.security.SecurityMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware",
     "guanhu.config.headers.NotKept"],
)  # fmt: skip
def test_a_header_that_is_missing_is_noticed(without: str, db: None):
    with override_settings(MIDDLEWARE=[each for each in settings.MIDDLEWARE if each != without]):
        assert faults(Client().get("/nothing/"))


def test_headers_set_too_far_inside_are_noticed(db: None):
    """A failure before the view used to leave without them."""
    inner = "django.middleware.clickjacking.XFrameOptionsMiddleware"
    with override_settings(MIDDLEWARE=[*(each for each in settings.MIDDLEWARE if each != inner), inner]):
        assert faults(Client().get("/today/", HTTP_HOST="elsewhere.example"))


# ---------------------------------------------------------------- nothing is written without its token


def token_of(browser: Client) -> str:
    """A token of this browser's own, as a page carries it."""
    page = browser.get("/login").content.decode()
    return page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def guarded_browser(asked: Asked) -> Client:
    """The same browser before a site that checks the token, as the shipped one does."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = asked.client.cookies
    return browser


def test_nothing_is_taken_without_its_token(asked: dict[str, Asked]):
    before = digest()
    taken = [
        (name, method)
        for name, each in asked.items()
        for method in UNSAFE
        if guarded_browser(each).generic(method, each.address).status_code != 403
    ]
    assert taken == []
    assert digest() == before


def test_a_form_of_another_site_is_refused_even_with_a_token(asked: dict[str, Asked]):
    before, writes = digest(), {name: each for name, each in asked.items() if each.method == "POST"}
    for name, each in writes.items():
        browser = guarded_browser(each)
        token = token_of(browser)
        for origin in ("https://elsewhere.example", "null", "http://testserver.elsewhere.example"):
            foreign = each.send(browser, csrfmiddlewaretoken=token, HTTP_ORIGIN=origin)
            assert (name, foreign.status_code) == (name, 403), origin
    assert digest() == before
    for name, each in writes.items():
        browser = guarded_browser(each)
        own = each.send(browser, csrfmiddlewaretoken=token_of(browser), HTTP_ORIGIN="http://testserver")
        assert own.status_code != 403, name


def test_a_site_that_does_not_ask_for_the_token_is_noticed(asked: dict[str, Asked]):
    without = "django.middleware.csrf.CsrfViewMiddleware"
    with override_settings(MIDDLEWARE=[each for each in settings.MIDDLEWARE if each != without]), undone():
        before = digest()
        taken = [each.send(guarded_browser(each)).status_code for each in asked.values() if each.method == "POST"]
        assert 403 not in taken
        assert digest() != before


# ---------------------------------------------------------------- looking changes nothing


def changed_by_looking(asked: dict[str, Asked]) -> list[str]:
    """Addresses whose page leaves another row behind."""
    found = []
    for name, each in asked.items():
        if "GET" in each.route.methods:
            before = digest()
            each.client.get(each.address)
            each.client.get(each.address, **HTMX)
            each.client.head(each.address)
            found += [name] if digest() != before else []
    return found


def test_looking_changes_nothing(asked: dict[str, Asked]):
    assert changed_by_looking(asked) == []


def test_a_page_that_writes_is_noticed(asked: dict[str, Asked], cast: Cast, monkeypatch: pytest.MonkeyPatch):
    from guanhu.apps.customers import actions
    from guanhu.web.desks import customer
    from tests.factories import NOW, TODAY

    honest = customer.rest_of

    def noting(rest: Any) -> Any:
        actions.refuse_marketing(by=cast.shen, customer=cast.zhao, day=TODAY, now=NOW)
        return honest(rest)

    monkeypatch.setattr(customer, "rest_of", noting)
    some = {name: asked[name] for name in ("today", "book", "customer", "customer_rest", "timeline", "trail")}
    assert changed_by_looking(some) == ["customer_rest"]


def test_behind_tls_every_cookie_travels_by_tls_alone(asked: dict[str, Asked]):
    with override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True), undone():
        set_by_us = {}
        for each in asked.values():
            each.client.post(each.address, each.typed, secure=True)
            each.client.get(each.address, secure=True)
            set_by_us |= {
                name: bool(cookie["secure"]) for name, cookie in each.client.cookies.items() if cookie["path"]
            }
    assert {"guanhu_csrf", "theme", settings.LANGUAGE_COOKIE_NAME} <= set(set_by_us)
    assert {name for name, secure in set_by_us.items() if not secure} <= {
        settings.SESSION_COOKIE_NAME
    }  # set by the test


def test_the_session_stays_on_this_site_and_out_of_scripts():
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Strict"
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
