"""The version of the product, read from CHANGELOG.md; an installed package carries it in its metadata."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

_CHANGES = Path(__file__).resolve().parents[2] / "CHANGELOG.md"


def newest(changes: str) -> str:
    """The version of the first heading that holds one."""
    found = re.search(r"^## (\d+\.\d+\.\d+)", changes, re.MULTILINE)
    if not found:
        raise ValueError("CHANGELOG.md holds no heading with a version")
    return found.group(1)


VERSION = newest(_CHANGES.read_text(encoding="utf-8")) if _CHANGES.is_file() else version("guanhu")
