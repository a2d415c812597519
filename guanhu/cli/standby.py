"""Standing by while the pages are up: searches and dry runs that were asked for, and alarms every few minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog

from guanhu.cli.books import these_books

if TYPE_CHECKING:
    from guanhu.night.standby import Standby

UPLOADS = "uploads"
"""The folder below GUANHU_VAR in which a bank may leave its deliveries: a folder a business day."""
_LOOK = 2.0
"""Seconds between looks at what waits."""


def this_standby() -> Standby:
    """What stands by for the bank of this folder; the database must be up."""
    from django.utils import timezone

    from guanhu.night.standby import Standby

    books = these_books()
    return Standby(books.lake, books.var / UPLOADS, books.policy, timezone.now)


@contextmanager
def standing_by() -> Iterator[None]:
    """Attend to what waits until the end."""
    stop = Event()
    attendant = Thread(target=_attend, args=(stop,), name="standby", daemon=True)
    attendant.start()
    try:
        yield
    finally:
        stop.set()
        attendant.join(10)


def after_night() -> list[tuple[str, str]]:
    """What follows a night: the trail read for oddities, the clearing that was approved; in words, never failing."""
    from guanhu.night import alarms
    from guanhu.night.clearing import ClearingStopped

    here = this_standby()
    said = []
    try:
        seen = alarms.watch(here.lake, here.policy, now=here.now())
        said.append(("异常提醒", f"{seen.colleagues} 位同事，新增 {seen.raised} 条"))
    except Exception as fault:
        _log(fault)
        said.append(("异常提醒", f"没有做完：{type(fault).__name__}"))
    try:
        cleared = here.clear()
        if cleared is not None:
            said.append(("期限清理", f"{cleared:,} 行"))
    except ClearingStopped as stopped:
        said.append(("期限清理", str(stopped)))
    except Exception as fault:
        _log(fault)
        said.append(("期限清理", f"没有做完：{type(fault).__name__}；下一夜接着做"))
    return said


def _attend(stop: Event) -> None:
    """Look every two seconds; a failure is told once, the next success ends it."""
    from django.db import connection

    here, told = this_standby(), ""
    while not stop.is_set():
        try:
            here.attend()
            told = ""
        except Exception as fault:
            if type(fault).__name__ != told:
                _log(fault)
            told = type(fault).__name__
        finally:
            connection.close()
        stop.wait(_LOOK)


def _log(fault: Exception) -> None:
    structlog.get_logger("guanhu.standby").error("standby_failed", fault=type(fault).__name__)
