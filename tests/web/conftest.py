"""Pages through Django's client: 沈知微 is signed in, the cast has come in and a morning is published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests import cast as people
from tests.apps.conftest import cast as cast
from tests.apps.conftest import offices as offices
from tests.doors import signed_in as signed_in
from tests.offices import Offices, together_now

HTMX = {"HTTP_HX_REQUEST": "true"}


def outcome(cast: people.Cast, *, customer: Any = None, version: int = 0, **typed: Any) -> dict[str, Any]:
    """What the record form sends for a call that was answered for two minutes, unless told otherwise."""
    who = customer or cast.zhao
    return {
        "outcome": "reached", "channel": "call", "request_key": f"{who}:{version}", "version": version,
        "minutes": "2", "seconds": "0", "said": "", **typed,
    }  # fmt: skip


def text(response: Any) -> str:
    """The answer's page."""
    return response.content.decode()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """The language a request chose stays with its test."""
    yield
    translation.deactivate()


@pytest.fixture
def scene(db: None, request: pytest.FixtureRequest) -> tuple[people.Cast, Offices | None]:
    """The cast, and the offices for a test that asks for them."""
    return together_now() if "offices" in request.fixturenames else (people.enter(), None)


@pytest.fixture
def shen(cast: people.Cast) -> Client:
    """沈知微's browser."""
    return signed_in()
