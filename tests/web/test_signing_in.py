"""Signing in with the bank's staff number; clear words when it does not work."""

import pytest
from django.test import Client

from guanhu.apps.people.actions import set_password
from tests.cast import Cast
from tests.web.conftest import text

PASSWORD = "nine-lanterns-over-the-lake"


@pytest.fixture
def door(cast: Cast) -> Client:
    """A browser of 沈知微, who has a password."""
    set_password(staff_no="S01", password=PASSWORD)
    return Client()


def sign_in(door: Client, **typed: str):
    return door.post("/login", {"staff_no": "S01", "password": PASSWORD, **typed})


def test_the_right_password_opens_the_workbench(door: Client):
    assert sign_in(door).headers["Location"] == "/"
    assert door.get("/today/").status_code == 200


def test_one_goes_where_one_wanted_to(door: Client):
    assert door.get("/customers/?tier=A").headers["Location"] == "/login?next=/customers/%3Ftier%3DA"
    assert sign_in(door, next="/customers/?tier=A").headers["Location"] == "/customers/?tier=A"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(door: Client, elsewhere: str):
    assert sign_in(door, next=elsewhere).headers["Location"] == "/"


@pytest.mark.parametrize("typed", [{"password": "wrong"}, {"staff_no": "S99"}])
def test_a_wrong_pair_says_so_and_keeps_the_number(door: Client, typed: dict[str, str]):
    response = sign_in(door, **typed)
    assert response.status_code == 422
    assert "工号或密码不对" in text(response)
    assert typed.get("staff_no", "S01") in text(response)
    assert door.get("/today/").status_code == 302


@pytest.mark.parametrize(("missing", "says"), [("staff_no", "请填工号"), ("password", "请填密码")])
def test_an_empty_field_is_named(door: Client, missing: str, says: str):
    response = sign_in(door, **{missing: ""})
    assert says in text(response)
    assert f'id="{missing}" name="{missing}"' in text(response)


def test_signing_out_closes_the_door(door: Client):
    sign_in(door)
    assert door.post("/logout").headers["Location"] == "/login"
    assert door.get("/today/").status_code == 302


def test_language_and_theme_are_remembered(door: Client):
    door.post("/language", {"language": "en", "next": "/login"})
    door.post("/theme", {"theme": "dark", "next": "/login"})
    page = text(door.get("/login"))
    assert '<html lang="en" data-theme="dark">' in page
    assert "Staff number" in page


@pytest.mark.parametrize("sent", [{"language": "xx"}, {"theme": "plaid"}])
def test_what_nobody_offers_is_ignored(door: Client, sent: dict[str, str]):
    (name,) = sent
    door.post(f"/{name}", sent)
    assert '<html lang="zh-CN">' in text(door.get("/login"))
