"""Progress of a long command: a bar where a person watches, a line a step where a log does."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

Advance = Callable[..., None]
"""Say how far a step is: ``advance(done, total, what="")``; a step that cannot know says ``advance(what="…")``."""


class Steps:
    """The steps of a command, one after the other, each with its time."""

    def __init__(self, console: Console) -> None:
        """Draw on this console; without a terminal write plain lines."""
        self.console = console
        self.bars = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[what]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self.task: TaskID | None = None
        self.name = ""
        self.begun = 0.0
        self.said = 0.0

    def __enter__(self) -> Self:
        """Start drawing."""
        self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop drawing, whatever happened."""
        self.bars.stop()

    def begin(self, name: str) -> Advance:
        """Finish the step before and begin this one; returns how to say how far it is."""
        self.end()
        self.name, self.begun, self.said = name, time.monotonic(), time.monotonic()
        self.task = self.bars.add_task(name, total=None, what="")
        if not self.console.is_terminal:
            self.console.print(f"· {name} …", highlight=False)
        return self._advance

    def end(self) -> None:
        """The step is done."""
        if self.task is None:
            return
        self.bars.update(self.task, total=1, completed=1, what="")
        if not self.console.is_terminal:
            self.console.print(f"  {self.name} {time.monotonic() - self.begun:.1f} 秒", highlight=False)
        self.task = None

    def _advance(self, done: float | None = None, total: float | None = None, what: str = "") -> None:
        if self.task is None:
            return
        self.bars.update(self.task, completed=done, total=total, what=what)
        if not self.console.is_terminal and time.monotonic() - self.said > 5:
            self.said = time.monotonic()
            share = f" {done:g}/{total:g}" if done is not None and total else ""
            self.console.print(f"  {self.name}{share} {what}", highlight=False)
