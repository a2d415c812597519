"""The cast has come in and a morning is published."""

import pytest

from tests import cast as people


@pytest.fixture
def cast(db: None) -> people.Cast:
    """沈知微 and the others."""
    return people.enter()
