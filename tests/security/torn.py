"""The twin of the shipped site: each write of a request stands alone, and nobody catches a failure."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from django.db import connection

from guanhu.apps.people import rows
from guanhu.config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.security.torn"
rows._SET = rows._SET.replace("true", "false")


def __getattr__(name: str) -> Any:
    """The addresses, with the guard around each view torn: read late, when the apps are ready."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from guanhu.apps.audit import trail
    from guanhu.apps.customers import actions
    from guanhu.web import routes

    honest = actions.refuse_marketing

    def late(**told: Any) -> None:
        with trail.recording(), connection.cursor() as cursor:
            honest(**told)
            cursor.execute("select pg_sleep(0.05)")

    actions.refuse_marketing = late
    routes.trail = SimpleNamespace(recording=nullcontext, during=trail.during, Source=trail.Source)
    return routes.urlpatterns
