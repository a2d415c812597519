"""Requests in processes of their own, killed at a moment of their transaction; for the trail's kill harness.

``python -m tests.reach.dying`` loads the pages once and then waits for orders, a line of JSON each. Every order is a
fork: it opens its own connection by the pages' login, asks the site for one thing, and has a bomb under it if one is
asked for. What it says are lines ``WINDOW SECONDS``: the request has come so far; the fork's last line tells where it
died. The windows of a request are told apart by what goes to the database:

``read``     the transaction is open, nothing is written yet
``effect``   something is written, its record is not
``record``   the record is on its way in, the transaction is open
``commit``   the commit is on its way
``answer``   committed; the answer has not left yet
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from contextlib import contextmanager
from typing import Any

import time_machine

from tests.night.child import die, say

WRITES = ("INSERT INTO", "UPDATE", "DELETE FROM")
BOOKKEEPING = ("django_session", "people_signin", "axes_")


def main() -> None:
    """Take orders until the harness hangs up."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    warm_up()
    for line in sys.stdin:
        code, said = in_a_fork(json.loads(line))
        say(json.dumps({"code": code, "said": said}))


def warm_up() -> None:
    """Have ready what a site that has run for a while has ready: addresses, templates, words."""
    from django.template import engines
    from django.test import Client
    from django.utils import translation

    with translation.override("zh-hans"):
        Client(SERVER_NAME="localhost").get("/nowhere")
    drawing = engines["jinja2"].env
    for name in drawing.list_templates():
        drawing.get_template(name)


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
        said = [line for line in pipe.read().split("\n") if line]
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said


def carried_out(order: dict[str, Any]) -> int:
    """Ask the site; whatever goes wrong is told on standard error."""
    try:
        ask(order)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def ask(order: dict[str, Any]) -> None:
    """One request, as a browser sends it, with an eye on what it does to the database."""
    from django.db import connection
    from django.test import Client

    if order["broken"]:
        note_after_the_commit()
    connection.settings_dict.update(NAME=order["database"], USER="guanhu_app")
    browser = Client(SERVER_NAME="localhost")
    browser.cookies.load(order["cookies"])
    with time_machine.travel(order["now"], tick=True):
        watch = Watch(order["window"], order["seconds"])
        connection.ensure_connection()
        watch.commits_of(connection)
        with connection.execute_wrapper(watch):
            response = browser.post(order["address"], order["sent"]) if order["sent"] else browser.get(order["address"])
    say(f"status {response.status_code}")
    connection.close()


class Watch:
    """Tells how far the request has come, and lays the bomb when it enters the window it is to die in."""

    def __init__(self, window: str, seconds: float) -> None:
        """``window`` empty: nobody dies."""
        self.window, self.seconds, self.at = window, seconds, ""

    def enter(self, window: str) -> None:
        """The request is in this window now."""
        if window == self.at:
            return
        self.at = window
        say(f"{window} {time.perf_counter():.6f}")
        if window == self.window and not self.seconds:
            die(0)
        elif window == self.window:
            threading.Thread(target=die, args=(self.seconds,), daemon=True).start()

    def __call__(self, execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        """One statement on its way."""
        if "set_config('role'" in statement and self.at == "":
            self.enter("read")
        elif "audit_append" in statement and self.at:
            self.enter("record")
        elif self.at == "read" and statement.startswith(WRITES) and not any(name in statement for name in BOOKKEEPING):
            self.enter("effect")
        return execute(statement, parameters, many, context)

    def commits_of(self, connection: Any) -> None:
        """See the commit that ends the view's transaction, too."""
        honest = connection._commit

        def commit() -> Any:
            if self.at in ("read", "effect", "record"):
                self.enter("commit")
            done = honest()
            if self.at == "commit":
                self.enter("answer")
            return done

        connection._commit = commit


def note_after_the_commit() -> None:
    """Write the trail as one must not: when the effect is committed already. The seeded fault of the harness."""
    from django.db import connection, transaction

    from guanhu.apps.audit import trail

    @contextmanager
    def late() -> Any:
        outermost = not trail._open.get()
        token = trail._open.set(True)
        noted: list[Any] = []
        try:
            with transaction.atomic():
                yield
                if outermost:
                    noted = [one[1] for one in connection.run_on_commit if isinstance(one[1], trail._Note)]
        finally:
            trail._open.reset(token)
        if outermost:
            trail._append(noted)

    trail.recording = late  # type: ignore[assignment]


if __name__ == "__main__":
    main()
