"""The loops of the optimisers are compiled once for all tests that run beside each other, not by each of them anew."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock


@contextmanager
def compiled_once() -> Iterator[None]:
    """Meanwhile one process compiles at a time: who waited finds beside the program what the first has kept there.

    In a fresh checkout nothing is compiled yet, and every worker needs the same at the same moment.
    """
    from numba.core.dispatcher import Dispatcher

    lock = Path(os.environ["GUANHU_TEST_VAR"]) / "compiled.lock"
    compiling, inside = Dispatcher.compile, threading.local()

    def one_at_a_time(loop: Dispatcher, signature: Any) -> Any:
        if getattr(inside, "there", False):  # what a loop calls is compiled with it
            return compiling(loop, signature)
        with lock.open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            inside.there = True
            try:
                return compiling(loop, signature)
            finally:
                inside.there = False

    with mock.patch.object(Dispatcher, "compile", one_at_a_time):
        yield
