"""``guanhu keys rotate`` in processes of its own, forked from one that has everything loaded.

Each line on standard input is an order: one turning, whose process's number goes to standard output; what it says,
and in the end ``left CODE``, go to standard error. ``broken`` writes the new key down last, as one must not.
"""

import os
import sys
import traceback
from pathlib import Path
from typing import Any


def main() -> None:
    """Carry out orders until there are no more."""
    from guanhu.cli.bank import prepare_django

    prepare_django()
    from guanhu.apps.people import resealing  # noqa: F401
    from guanhu.cli import app, keys  # noqa: F401

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(turned(broken="broken" in line))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stderr.write(f"\nleft {os.waitstatus_to_exitcode(status)}\n")
        sys.stderr.flush()


def turned(*, broken: bool) -> int:
    """Turn the key as the command does; its exit code."""
    from guanhu.cli import keys
    from guanhu.cli.app import app

    try:
        if broken:
            break_turning(keys)
        app(["keys", "rotate"])
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    return 1


def break_turning(keys: Any) -> None:
    """The seeded fault: rows are sealed with a key that is written down only when all are done."""
    from guanhu.apps.people import keyring

    later: list[tuple[Path, int]] = []
    reseal = keys._reseal

    def in_memory(file: Path, size: int) -> bytes:
        later.append((file, size))
        number = int(file.stem.split("-")[1])
        made = keyring._key(number, b"m" * size)
        keyring.Ring.newest = lambda self: made  # type: ignore[method-assign]
        return b""

    def and_write(number: int, steps: Any) -> Any:
        stands = reseal(number, steps)
        for file, _size in later:
            file.write_bytes(b"m" * 32)
        return stands

    keys.secret, keys._reseal = in_memory, and_write


if __name__ == "__main__":
    main()
