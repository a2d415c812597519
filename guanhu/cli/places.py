"""Where a bank's things lie on this machine: one folder, its parts and its secrets."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from pathlib import Path


def var_folder() -> Path:
    """The folder of this bank: GUANHU_VAR, else ``var`` in the folder the command is called from."""
    return Path(os.environ.get("GUANHU_VAR") or "var").expanduser().absolute()


def secret(file: Path, size: int = 32) -> bytes:
    """The secret kept in a file; drawn once, readable by its owner alone.

    Two processes that start at once agree: the file is linked into place whole, the second finds the first's.
    """
    if not file.exists():
        private_folder(file.parent)
        descriptor, draft = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_bytes(size))
            os.fsync(out.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
        _keep(file.parent)
    held = file.read_bytes()
    if len(held) != size:
        raise SystemExit(f"{file}: 密钥长度应为 {size} 字节，实为 {len(held)}；请恢复备份，不要重新生成")
    return held


def _keep(folder: Path) -> None:
    """See that what was linked into a folder outlives the power: before anything is sealed with it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def anchors_file(var: Path) -> Path:
    """Where the seals of the trail lie outside the database: GUANHU_ANCHORS, else in the bank's folder."""
    named = os.environ.get("GUANHU_ANCHORS")
    return Path(named).expanduser().absolute() if named else var / "anchors" / "seals.jsonl"


def sign_key(var: Path) -> bytes:
    """The key the trail's seals are signed with; only commands hold it, never the pages."""
    return secret(var / "secret" / "trail-sign.key")


def private_folder(folder: Path) -> Path:
    """A folder only its owner may enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def on_terminal() -> bool:
    """Whether a person is watching."""
    return sys.stderr.isatty()


def keep_compiled() -> None:
    """Keep what is compiled beside the program, or in the bank's folder where nobody may write there."""
    beside = Path(__file__).parents[1] / "optimise" / "allocation"
    if not os.access(beside, os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(var_folder() / "numba"))
