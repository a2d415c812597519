"""Sealing the trail: every few minutes while the pages are up, once when they close, and at the end of a night."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog

from guanhu.cli.places import sign_key, var_folder

if TYPE_CHECKING:
    from guanhu.apps.audit.sealing import Sealed

_LOOK = 30.0
"""Seconds between looks at whether a seal is due; it may have been made elsewhere."""


def seal_now(*, if_due: bool = False, restored: str = "") -> Sealed | None:
    """Seal the trail of this bank; null when ``if_due`` and the last seal is fresh. The database must be up.

    ``restored``: why the database went back to a backup.
    """
    from django.conf import settings
    from django.utils import timezone

    from guanhu.apps.audit import sealing

    return sealing.seal(
        timezone.now(), secret=sign_key(var_folder()), anchors=settings.GUANHU_ANCHORS,
        policy=settings.GUANHU_POLICY, if_due=if_due, restored=restored,
    )  # fmt: skip


@contextmanager
def sealing() -> Iterator[None]:
    """Seal whenever it is due until the end, and once more there."""
    stop = Event()
    keeper = Thread(target=_keep_sealing, args=(stop,), name="sealing", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(10)


def seal_and_check() -> str:
    """Seal, then check what grew since the last check; what came of it, in a sentence. Never stops a night."""
    from django.conf import settings

    from guanhu.apps.audit import actions

    try:
        seal_now()
        report = actions.check(None, anchors=settings.GUANHU_ANCHORS)
    except Exception as fault:
        _log("trail_not_sealed", fault)
        return f"没有封签：{fault}。留痕照常在写；请尽快查明并运行 guanhu trail verify"
    if report.bad:
        structlog.get_logger("guanhu.trail").error("trail_broken", first=str(report.first), faults=len(report.bad))
        return f"留痕有改动：{report.first}。请运行 guanhu trail verify 看全部"
    return f"封签 {report.last_seal}，核验 {report.records} 条，完好"


def _keep_sealing(stop: Event) -> None:
    """Look every half minute; a failure is told once, the next success ends it."""
    from django.db import connection

    told = ""
    while True:
        last = stop.is_set()
        try:
            seal_now(if_due=not last)
            told = ""
        except Exception as fault:
            if str(fault) != told:
                _log("trail_not_sealed", fault)
            told = str(fault)
        finally:
            connection.close()
        if last:
            return
        stop.wait(_LOOK)


def _log(what: str, fault: Exception) -> None:
    from guanhu.apps.audit.sealing import SealBroken

    says = str(fault) if isinstance(fault, SealBroken) else type(fault).__name__
    structlog.get_logger("guanhu.trail").error(what, says=says)
