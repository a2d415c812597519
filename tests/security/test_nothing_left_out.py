"""The attacks reach every address: each is asked for something that is there, with words its view takes."""

from __future__ import annotations

from guanhu.web.routes import ROUTES
from tests.cast import Cast
from tests.security import examples
from tests.security.asking import SLOT, Asked, tried, what_is_read
from tests.security.test_failures import SECRET

FOUND = {200, 302, 422}
WAITING = {"case_hold", "case_lift", "clearing_propose"}
"""Addresses that answer 409 while the other half of their pair stands open."""
NOBODY_LEFT = {"book_defer", "review_rest", "review_write"}
"""Addresses that find nobody to act on, or are not done with the day, in this scene whose only open line is a duty."""
ELSEWHERE = {"sign_in", "code", "confirm", "password", "factor", "codes"}
"""Addresses whose good values would be a right password or a code."""


def test_every_id_an_address_names_is_there(cast: Cast):
    named = {name for route in ROUTES for name in SLOT.findall(route.address)}
    assert named - set(examples.ids(cast)) == set()


def test_every_address_is_reached_by_somebody(asked: dict[str, Asked]):
    answers = {}
    for name, each in asked.items():
        with tried(each):
            answers[name] = each.send().status_code
    assert {name: status for name, status in answers.items() if status not in FOUND and name not in WAITING} == {}


def test_what_is_sent_is_taken(asked: dict[str, Asked]):
    """Where a form is answered with its mistakes no attack reaches the action behind it."""
    wrong = []
    for name, each in asked.items():
        if each.method == "POST" and name not in ELSEWHERE | WAITING | NOBODY_LEFT:
            with tried(each):
                answer = each.send()
                wrong += [f"{name}: {answer.status_code}"] if answer.status_code >= 400 else []
    assert wrong == []


def test_what_views_read_is_seen(asked: dict[str, Asked]):
    assert {"said", "outcome", "version"} <= what_is_read(asked["record"])
    assert {"tier", "after"} <= what_is_read(asked["book"])
    assert "words" in what_is_read(asked["find"])
    assert {"sign_in", "password"} <= SECRET
