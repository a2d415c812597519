"""What ``./do check`` compares and ``./do fix`` renews: reference pages, migrations, translations. For a checkout."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "guanhu" / "locale"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Check = Annotated[bool, typer.Option("--check", help="compare only; exit code 1 when something is stale")]
out = Console(stderr=True, highlight=False)


@app.command()
def reference(check: Check = False) -> None:
    """The pages of docs/reference."""
    from guanhu.cli import reference as pages

    folder = ROOT / "docs" / "reference"
    names = pages.stale(folder) if check else pages.write(folder)
    for name in names:
        out.print(f"docs/reference/{name}: {'not current, run ./do fix' if check else 'written'}")
    if check and names:
        raise typer.Exit(1)


@app.command()
def migrations(check: Check = False) -> None:
    """Whether the migrations say what the models say; without --check they are written."""
    from guanhu.cli.bank import open_bank

    with open_bank():
        from django.core.management import call_command

        call_command("makemigrations", verbosity=1 if check else 0, dry_run=check, check_changes=check)


@app.command()
def translations(check: Check = False) -> None:
    """The catalogue of translations: extracted, brought up to date, compiled."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "django.pot"
        _babel(
            *("extract", "-F", str(ROOT / "babel.cfg"), "-k", "gettext_lazy", "-k", "pgettext:1c,2"),
            *("-k", "npgettext:1c,2,3", "--no-location", "--omit-header", "--sort-output", "-o", str(template), "."),
        )
        update = [
            "update",
            "-D",
            "django",
            "-i",
            str(template),
            "-d",
            str(LOCALE),
            "--omit-header",
            "--no-fuzzy-matching",
        ]
        if check:
            update.append("--check")
        _babel(*update)
    if not check:
        _babel("compile", "-D", "django", "-d", str(LOCALE))


def _babel(*words: str) -> None:
    code = subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "-q", *words], cwd=ROOT, check=False
    ).returncode
    if code:
        out.print(f"pybabel {words[0]}: stale or failed; run ./do fix")
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
