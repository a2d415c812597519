"""A process that does the same small action again and again and dies in the middle of one; forked from one already up.

Reads orders from standard input, a JSON line each, and answers with the window in which the process died.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from typing import Any
from uuid import UUID

WINDOWS = ("outside", "before the effect", "between effect and record", "writing the record", "before the commit")
STAGES = ("known", "accepted")
EFFECT, RECORD = 'INSERT INTO "customers_stagerecord"', "audit_append"


def main() -> None:
    """Carry out orders until there are no more."""
    import django

    django.setup()
    import guanhu.apps.customers.actions  # noqa: F401

    seen = mmap.mmap(-1, 1)
    for line in sys.stdin:
        order = json.loads(line)
        seen[0] = 0
        child = os.fork()
        if child == 0:
            try:
                work(order, seen)
            except BaseException:
                traceback.print_exc()
            os._exit(1)
        _, status = os.waitpid(child, 0)
        answer = {"window": WINDOWS[seen[0]], "code": os.waitstatus_to_exitcode(status)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def work(order: dict[str, Any], seen: mmap.mmap) -> None:
    """Move customers up and down until the bomb goes off in the window it was laid in."""
    from django.db import connection
    from django.utils import timezone

    from guanhu.apps.customers import actions, models
    from guanhu.apps.people import queries
    from guanhu.apps.people.errors import Conflict

    connection.settings_dict["NAME"] = order["database"]
    by = queries.viewer_of(queries.Staff.objects.get(staff_no="S01"))
    act = naive(actions) if order["broken"] else actions.set_stage
    laid = False

    def enter(window: int) -> None:
        nonlocal laid
        seen[0] = window
        if window == order["window"] and not laid:
            laid = True
            threading.Thread(target=die, args=(order["seconds"],), daemon=True).start()

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if EFFECT in sql:
            enter(1)
        if RECORD in sql:
            enter(3)
        done = execute(sql, *rest)
        if EFFECT in sql:
            enter(2)
        if RECORD in sql:
            enter(4)
        return done

    with connection.execute_wrapper(watch):
        for customer in cycle(order["customers"]):
            now = timezone.now()
            row = models.Customer.objects.for_system("the test").get(public_id=UUID(customer))
            stage = STAGES[1 - STAGES.index(row.stage)]
            enter(0)
            with suppress(Conflict):  # the last word of the one killed before may come in just now
                act(by=by, customer=row.public_id, stage=stage, current=row.stage, note="往来", day=now.date(), now=now)
            enter(0)


def naive(actions: Any) -> Callable[..., None]:
    """The seeded fault: the effect is committed, then the record is written."""
    from guanhu.apps.audit import trail

    kept: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    note = trail.note

    def later(*args: Any, **told: Any) -> None:
        kept.append((args, told))

    def act(**given: Any) -> None:
        trail.note = later
        actions.set_stage(**given)
        trail.note = note
        time.sleep(0.002)
        for args, told in kept:
            note(*args, **told)
        kept.clear()

    return act


def die(seconds: float) -> None:
    """Kill -9, from inside."""
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
