"""The cast has come in and a morning is published."""

import pytest

from tests import cast as people
from tests.offices import Offices, together


@pytest.fixture
def scene(db: None, request: pytest.FixtureRequest) -> tuple[people.Cast, Offices | None]:
    """The cast, and the offices for a test that asks for them."""
    return together() if "offices" in request.fixturenames else (people.enter(), None)


@pytest.fixture
def cast(scene: tuple[people.Cast, Offices | None]) -> people.Cast:
    """沈知微 and the others."""
    return scene[0]


@pytest.fixture
def offices(scene: tuple[people.Cast, Offices | None]) -> Offices | None:
    """The offices beside the cast."""
    return scene[1]
