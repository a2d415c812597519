"""One night in a process of its own, which kills itself inside a stage when it is asked to; for the kill harness.

``python -m tests.night.child DAY FOLDER [--kill STAGE SECONDS] [--broken]``: says ``begin NAME`` and
``end NAME SECONDS`` of each stage on standard output. ``--broken`` publishes without a transaction and flips first:
the seeded fault.
"""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path


def main() -> None:
    """Run the night as the command does, with an eye on its stages."""
    asked = argparse.ArgumentParser()
    asked.add_argument("day", type=date.fromisoformat)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--kill", nargs=2, default=("", "0"))
    asked.add_argument("--broken", action="store_true")
    options = asked.parse_args()
    from guanhu.cli.bank import open_bank

    with open_bank():
        from django.utils import timezone

        from guanhu.cli.books import these_books
        from guanhu.night import run
        from guanhu.night.stages import Task

        if options.broken:
            break_publish()
        stage, seconds = options.kill
        run.STAGES = tuple(
            replace(one, carry_out=watched(one.name, one.carry_out, float(seconds) if one.name == stage else None))
            for one in run.STAGES
        )
        books = these_books()
        task = Task(options.day, books.lake, books.keys, books.policy, books.calendar, options.folder)
        run.run(task, now=timezone.now, code="test")


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


def break_publish() -> None:
    """Publish as one must not: the flip first, then the rows, nothing held together, and nothing redone."""
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
        time.sleep(0.02)
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
