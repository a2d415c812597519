"""A process that takes a ledger in and dies at one statement of it; forked from one already up.

Reads orders from standard input, a JSON line each, and answers with how it ended and how many statements it sent.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

AT_ONCE = 3


def main() -> None:
    """Carry out orders until there are no more."""
    import django

    django.setup()
    import guanhu.apps.customers.uploads.actions.work  # noqa: F401

    sent = mmap.mmap(-1, 4)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                work(order, sent)
                code = 0
            except BaseException:
                traceback.print_exc()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        answer = {"code": os.waitstatus_to_exitcode(status), "sent": int.from_bytes(sent[:4], "big")}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def work(order: dict[str, Any], sent: mmap.mmap) -> None:
    """Take the ledger in, or do the step that waits, until the statement of the order comes, or has been answered."""
    from django.conf import settings
    from django.db import connection

    from guanhu.apps.customers.ledgers import actions
    from guanhu.apps.customers.uploads.actions import work as steps
    from tests.apps.ledgers.brought import taken
    from tests.cast import viewer
    from tests.factories import NOW

    connection.settings_dict["NAME"] = order["database"]
    settings.GUANHU_POLICY = replace(settings.GUANHU_POLICY, ledger_rows_at_once=AT_ONCE)
    by = viewer(order["staff_no"])
    if order["broken"]:
        actions.write = in_two(actions.write)
        steps.transaction = SimpleNamespace(atomic=nullcontext)
    count = 0

    def watch(execute: Callable[..., Any], *rest: Any) -> Any:
        nonlocal count
        count += 1
        sent[:4] = count.to_bytes(4, "big")
        if count == order["statement"] and not order["after"]:
            os.kill(os.getpid(), signal.SIGKILL)
        done = execute(*rest)
        if count == order["statement"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    with connection.execute_wrapper(watch):
        if order["path"]:
            taken(by, Path(order["path"]))
        else:
            steps.Worker(lambda: NOW).attend()


def in_two(write: Callable[..., None]) -> Callable[..., None]:
    """The seeded fault: what was dealt with is counted, and then, in a transaction of its own, written."""
    from django.db import transaction

    from guanhu.apps.customers.ledgers import actions

    entries = actions._write_entries

    def act(**given: Any) -> None:
        kept: list[tuple[Any, ...]] = []
        actions._write_entries = lambda *told: kept.append(told)
        write(**given)
        for told in kept:
            with transaction.atomic():
                entries(*told)

    return act


if __name__ == "__main__":
    main()
