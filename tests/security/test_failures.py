"""When a view fails: a sentence and no trace, what was typed comes back escaped, secrets and foreign forms do not."""

from __future__ import annotations

from html import escape, unescape

import pytest
from django import forms
from django.core.handlers.base import BaseHandler
from django.db import InterfaceError, OperationalError
from django.test import Client

from guanhu.web import failures
from guanhu.web.freetext import FreeText
from guanhu.web.routes import ROUTES
from tests.cast import Cast
from tests.security.asking import Asked, what_is_read
from tests.security.test_headers import breaking, guarded_browser
from tests.security.wire import FIELD, TRACES
from tests.web.conftest import HTMX, text

pytestmark = [pytest.mark.slow, pytest.mark.long]
WRITES = [route.name for route in ROUTES if "POST" in route.methods]
HOSTILE = '想留点<b>活钱</b> & "三年期" \'s'
UNSEEN = {"request_key", "what", "words", "current", "actor", "customer", "before", "kind", "proof", "rule", "way"}
"""Texts that nobody minds to lose: keys, and words one searches for."""
SECRET = {route.name for route in ROUTES if route.permission in failures.SECRETS}


@pytest.fixture(params=[OperationalError("13812342716 gone"), ValueError("13812342716")], ids=["away", "fault"])
def broken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Every view fails in this way; the status that goes with it."""
    monkeypatch.setattr(BaseHandler, "make_view_atomic", breaking(request.param))
    return 503 if isinstance(request.param, OperationalError) else 500


def calm(asked: Asked) -> Client:
    """Its browser, that is shown the failure."""
    asked.client.raise_request_exception = False
    return asked.client


def test_what_was_typed_comes_back_and_can_be_sent_again(asked: dict[str, Asked], broken: int):
    for name in WRITES:
        typed = {key: HOSTILE if key in failures.WORDS else value for key, value in asked[name].typed.items()}
        answer = asked[name].send(calm(asked[name]), **typed)
        page = text(answer)
        assert answer.status_code == broken
        back = {unescape(key): unescape(value) for key, value in FIELD.findall(page)}
        texts = {key: str(value) for key, value in typed.items() if not hasattr(value, "read")}  # no page gives a file
        kept = texts if name not in SECRET else {}
        assert {key: back.get(key) for key in kept} == kept
        assert name not in SECRET or set(back) <= {"csrfmiddlewaretoken"}
        assert HOSTILE not in page
        assert TRACES.findall(page) == []
        assert "13812342716" not in page
        assert (answer.headers.get("Retry-After") is not None) == (broken == 503)


def test_a_script_gets_a_number_and_keeps_its_form(asked: dict[str, Asked], broken: int):
    for each in asked.values():
        answer = each.send(calm(each), **HTMX)
        assert (answer.status_code, text(answer)) == (broken, str(broken))


def test_a_page_that_fails_offers_itself_again(asked: dict[str, Asked], broken: int):
    for each in asked.values():
        if "GET" in each.route.methods:
            page = text(calm(each).get(each.address, {"tier": "<A>"}))
            assert f'href="{escape(each.address)}?tier=%3CA%3E"' in page


def test_a_form_of_another_site_is_not_put_into_ones_hand(asked: dict[str, Asked], broken: int):
    browser = guarded_browser(asked["stage"])
    browser.raise_request_exception = False
    token = token_of_own(browser)
    own = text(asked["stage"].send(browser, csrfmiddlewaretoken=token, note="自己写的"))
    foreign = text(asked["stage"].send(browser, csrfmiddlewaretoken="x" * 64, note="别人写的"))
    assert "自己写的" in own
    assert "别人写的" not in foreign


def token_of_own(browser: Client) -> str:
    """A token although every view is broken: the cookie's own secret is one."""
    browser.cookies["guanhu_csrf"] = "b" * 32
    return "b" * 32


def forms_of_the_site(above: type[forms.Form] = forms.Form) -> list[type[forms.Form]]:
    """Every form of the site, wherever it is written."""
    below = [each for form in above.__subclasses__() for each in (form, *forms_of_the_site(form))]
    return [form for form in below if form.__module__.startswith("guanhu.")]


def texts_of_forms() -> set[str]:
    """Every field of every form of the site into which people write."""
    every = (item for form in forms_of_the_site() for item in form.base_fields.items())
    return {name for name, field in every if type(field) in (forms.CharField, FreeText)}


def test_every_sentence_people_write_has_its_word(asked: dict[str, Asked]):
    read = {name: what_is_read(each) for name, each in asked.items() if name not in SECRET}
    written = set().union(*read.values()) & texts_of_forms()
    assert written - set(failures.WORDS) - UNSEEN == set()
    assert set(failures.WORDS) <= written, "a word for what nobody writes any more"


def test_every_address_that_takes_a_password_or_a_code_gives_nothing_back(asked: dict[str, Asked]):
    secret = {"password", "current", "new", "again", "proof", "code"}
    takes = {name for name, each in asked.items() if each.method == "POST" and what_is_read(each) & secret}
    assert takes - SECRET <= {
        "stage",
        "stage_move",
        "book_line",
        "cases",
    }  # as it was seen; how she proved who she is
    assert {"sign_in", "password", "confirm", "code", "factor"} <= SECRET


@pytest.mark.parametrize(
    ("error", "away"),
    [(OperationalError("x"), True), (InterfaceError("x"), True), (ValueError("x"), False), (None, False)],
)
def test_a_database_that_is_away_is_told_from_a_fault(error: Exception | None, away: bool):
    assert failures.is_away(error) == away
    if error is not None:
        outer = KeyError("y")
        outer.__cause__ = error
        assert failures.is_away(outer) == away


def test_when_even_the_page_of_failures_fails_a_number_is_said(
    asked: dict[str, Asked], broken: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(failures, "render", breaking(RuntimeError("13812342716"))(None, None))
    answer = asked["stage"].send(calm(asked["stage"]))
    assert (answer.status_code, text(answer)) == (500, "500")


def test_a_shipped_page_of_failures_that_forgets_is_noticed(
    asked: dict[str, Asked], cast: Cast, broken: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(failures, "_typed", lambda request: failures.Typed())
    assert HOSTILE not in unescape(text(asked["stage"].send(calm(asked["stage"]), note=HOSTILE)))
