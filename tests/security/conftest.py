"""Attacks on the pages: the cast has come in, and what every form and every address takes is enumerated."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from pytest_django.fixtures import SettingsWrapper

from tests import cast as people
from tests.security.asking import Asked, ask_all
from tests.web.conftest import own_language as own_language
from tests.web.conftest import signed_in


@pytest.fixture
def cast(db: None) -> people.Cast:
    """沈知微 and the others."""
    return people.enter()


@pytest.fixture
def shen(cast: people.Cast, settings: SettingsWrapper) -> Client:
    """沈知微's browser, whose session outlasts a long test: what it tries is taken back, her last moment with it."""
    settings.GUANHU_POLICY = replace(settings.GUANHU_POLICY, idle_minutes=600, confirmed_minutes=600)
    return signed_in()


@pytest.fixture
def asked(cast: people.Cast, shen: Client) -> dict[str, Asked]:
    """Each address of the site as a request that its view takes, by the name of its route."""
    return ask_all(cast, shen)
