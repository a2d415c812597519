"""What ``./do check`` compares and ``./do fix`` renews: reference, migrations, translations, settings of a checkout."""

from __future__ import annotations

import os
import shutil
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
def deployment() -> None:
    """Whether Django has anything to say against the settings as a bank runs them, behind TLS."""
    asked = [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "WARNING"]
    if subprocess.run(asked, cwd=ROOT, env={**os.environ, "GUANHU_HTTPS": "1"}, check=False).returncode:
        raise typer.Exit(1)


@app.command()
def translations(check: Check = False) -> None:
    """The catalogue of translations, extracted, merged and compiled; no sentence may be without its English."""
    with tempfile.TemporaryDirectory() as folder:
        renewed = Path(folder) / "locale"
        shutil.copytree(LOCALE, renewed)
        _renew(renewed, Path(folder) / "django.pot")
        differ = [
            file.relative_to(renewed).as_posix()
            for file in sorted(renewed.rglob("django.?o"))
            if file.read_bytes() != (LOCALE / file.relative_to(renewed)).read_bytes()
        ]
        empty = _untranslated(renewed / "en" / "LC_MESSAGES" / "django.po")
        for name in differ:
            out.print(f"guanhu/locale/{name}: {'not current, run ./do fix' if check else 'written'}")
            if not check:
                shutil.copyfile(renewed / name, LOCALE / name)
        for sentence in empty:
            out.print(f"no English: {sentence}")
    if empty or (check and differ):
        raise typer.Exit(1)


def _renew(folder: Path, template: Path) -> None:
    """Extract, merge and compile below ``folder``; Babel's own ``--check`` errs on words with a context."""
    keywords = ("-k", "gettext_lazy", "-k", "gettext_noop", "-k", "pgettext:1c,2", "-k", "pgettext_lazy:1c,2",
                "-k", "npgettext:1c,2,3")  # fmt: skip
    plain = ("--no-location", "--omit-header", "--sort-output")
    _babel("extract", "-F", str(ROOT / "babel.cfg"), *keywords, *plain, "-o", str(template), ".")
    kept = ("--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")
    _babel("update", "-D", "django", "-i", str(template), "-d", str(folder), *kept)
    _babel("compile", "-D", "django", "-d", str(folder))


def _untranslated(catalogue: Path) -> list[str]:
    """Sentences of the catalogue that have no English yet."""
    from babel.messages.pofile import read_po

    with catalogue.open("rb") as file:
        return [str(message.id) for message in read_po(file) if message.id and not _whole(message.string)]


def _whole(translated: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(translated) if isinstance(translated, tuple | list) else bool(translated)


def _babel(*words: str) -> None:
    program = [sys.executable, "-m", "babel.messages.frontend", "-q", *words]
    if subprocess.run(program, cwd=ROOT, check=False).returncode:
        out.print(f"pybabel {words[0]} failed")
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
