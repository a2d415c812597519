"""The hands that work on ledgers brought in a browser while the pages are up: opening, trying, writing, taking back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog

_LOOK = 0.5
"""Seconds between looks at what waits."""
_PATIENCE = 20.0
"""Seconds a hand gets to finish its stretch of rows; what it leaves is taken up by the next that looks."""


@contextmanager
def hands() -> Iterator[None]:
    """Work on what waits until the end, on several ledgers at once: a long one keeps no short one waiting."""
    from guanhu.apps.people.policy import in_force

    stop = Event()
    several = [
        Thread(target=_work, args=(stop,), name=f"hand-{n}", daemon=True) for n in range(in_force().ledger_hands)
    ]
    for one in several:
        one.start()
    try:
        yield
    finally:
        stop.set()
        for one in several:
            one.join(_PATIENCE)


def _work(stop: Event) -> None:
    """Look twice a second; a failure is told once, the next success ends it."""
    from django.db import connection
    from django.utils import timezone

    from guanhu.apps.customers.uploads.actions.work import Worker

    worker, told = Worker(timezone.now, lambda: not stop.is_set()), ""
    while not stop.is_set():
        done = ""
        try:
            done = worker.attend()
            told = ""
        except Exception as fault:
            if type(fault).__name__ != told:
                structlog.get_logger("guanhu.hands").error("import_step_failed", fault=type(fault).__name__)
            told = type(fault).__name__
            connection.close()
        if not done:
            stop.wait(_LOOK)
    connection.close()
