"""Rows as a person or a program reads them: tables on the terminal, or JSON."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table as Grid

Rows = list[dict[str, Any]]


def print_rows_or_json(rows: Rows, as_json: bool) -> None:
    """The rows, one way or the other."""
    print_json(rows) if as_json else print_rows(rows)


def print_json(found: Any) -> None:
    """JSON on standard output; days as YYYY-MM-DD."""
    typer.echo(json.dumps(found, ensure_ascii=False, default=str, indent=1))


def print_rows(rows: Rows) -> None:
    """A table on the terminal; an empty one says so."""
    if not rows:
        typer.echo("没有记录")
        return
    grid = Grid(*rows[0])
    for row in rows:
        grid.add_row(*("—" if value is None else str(value) for value in row.values()))
    Console().print(grid)


def print_record(found: dict[str, Any]) -> None:
    """One thing, a line for each of its columns; a column of sentences has a line for each."""
    grid = Grid.grid(padding=(0, 2))
    for name, value in found.items():
        said = "\n".join(map(str, value)) if isinstance(value, list) else "—" if value is None else str(value)
        grid.add_row(name, said)
    Console().print(grid)


def print_parts(found: dict[str, Any]) -> None:
    """Several tables one below the other, each under its name."""
    for name, part in found.items():
        if isinstance(part, list | dict) or part is None:
            typer.echo(name)
            print_rows(part if isinstance(part, list) else [part] if part else [])


def stop(says: str) -> NoReturn:
    """Say why there is nothing to show, and leave with 1."""
    Console(stderr=True).print(says, highlight=False, soft_wrap=True)
    raise typer.Exit(1)
