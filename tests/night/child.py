"""Nights in processes of their own, which kill themselves inside a stage when asked to; for the kill harness.

``python -m tests.night.child`` imports the product once and then waits for orders, a line of JSON each. Every order
is carried out in a fork of its own, which opens its own database and its own lake, so that nothing is shared with the
night before but the imported modules. Answers are a line of JSON: the fork's exit code (-9 when it was killed) and
what it said: ``begin NAME`` and ``end NAME SECONDS`` of each stage.
"""

import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any


def main() -> None:
    """Take orders until the harness hangs up."""
    from guanhu.cli.bank import prepare_django

    prepare_django()
    import guanhu.night.run  # noqa: F401

    for line in sys.stdin:
        code, said = in_a_fork(json.loads(line))
        sys.stdout.write(json.dumps({"code": code, "said": said}) + "\n")
        sys.stdout.flush()


def in_a_fork(order: dict[str, Any]) -> tuple[int, list[str]]:
    """Carry out one order in a fork; how it ended and what it said."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(theirs, sys.stdout.fileno())
        os.close(ours)
        os.close(theirs)
        os._exit(carried_out(order))
    os.close(theirs)
    with os.fdopen(ours, encoding="utf-8") as pipe:
        said = pipe.read().split("\n")
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said


def carried_out(order: dict[str, Any]) -> int:
    """Run the night of the order; whatever goes wrong is told on standard error."""
    try:
        night(order)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def night(order: dict[str, Any]) -> None:
    """Run the night as the command does, with an eye on its stages."""
    from django.db import connection
    from django.utils import timezone

    from guanhu.cli.books import these_books
    from guanhu.night import run
    from guanhu.night.stages import Task

    os.environ["GUANHU_VAR"] = order["var"]
    connection.settings_dict["NAME"] = order["database"]
    if order["broken"]:
        break_publish(order["seconds"])
    run.STAGES = tuple(
        replace(
            one, carry_out=watched(one.name, one.carry_out, order["seconds"] if one.name == order["kill"] else None)
        )
        for one in run.STAGES
    )
    books = these_books()
    task = Task(
        date.fromisoformat(order["day"]), books.lake, books.keys, books.policy, books.calendar, Path(order["files"])
    )
    run.run(task, now=timezone.now, code="test")
    connection.close()


def watched(name: str, carry_out: Callable[..., str], die_after: float | None) -> Callable[..., str]:
    """The stage, telling when it begins and ends; with a bomb under it if one is asked for."""

    def carry(task: object) -> str:
        say(f"begin {name}")
        if die_after is not None:
            threading.Thread(target=die, args=(die_after,), daemon=True).start()
        begun = time.perf_counter()
        said = carry_out(task)
        say(f"end {name} {time.perf_counter() - begun:.6f}")
        return said

    return carry


def die(seconds: float) -> None:
    """Kill -9, from inside, at this moment of the stage."""
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


def break_publish(seconds: float) -> None:
    """Publish as one must not: the flip first, then the rows, nothing held together, and nothing redone.

    The seeded fault of the harness. Between the two it takes as long as the bomb does, so that a kill that comes after
    the flip comes before the rest of the rows, however fast or slow the machine is.
    """
    from guanhu.apps.customers import actions as customers
    from guanhu.apps.people import actions as people
    from guanhu.apps.work import actions as work
    from guanhu.night import publish

    def naive(task, branch_id, rows):
        if not people.flip(branch_id, task.night):
            return
        customers.publish_answers(
            task.night, branch_id, standings=rows["standings"], holdings=rows["holdings"], month_ends=rows["month_ends"]
        )
        time.sleep(seconds)
        work.publish_plan(
            task.night, branch_id, opportunities=rows["opportunities"], lines=rows["plans"], quotas=rows["quotas"]
        )

    publish.publish_branch = naive


def say(line: str) -> None:
    """One line to the harness, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
