"""The product's own text, as the house's promises read it."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "guanhu"


@dataclass(frozen=True)
class Module:
    """One file of Python: where it stands and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def modules(folder: str = "guanhu") -> list[Module]:
    """Every module below a folder, migrations left out: those are written by a machine."""
    found = sorted((ROOT / folder).rglob("*.py"))
    return [
        Module(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
        for file in found
        if "migrations" not in file.parts
    ]


def tracked() -> list[Path]:
    """Every file of the tree that is kept: as git lists them, else all but what is made."""
    asked = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(asked, capture_output=True, check=True).stdout.decode().split("\0")
        files = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        files = [file for file in ROOT.rglob("*") if not {".git", ".venv", "var"} & set(file.relative_to(ROOT).parts)]
    return [file for file in files if file.is_file()]


def p90(numbers: list[int]) -> int:
    """The size nine of ten stay within."""
    return sorted(numbers)[max(0, -(-len(numbers) * 9 // 10) - 1)]
