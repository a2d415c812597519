"""``guanhu keys rotate`` in a process of its own; ``broken`` writes the new key down last, as one must not."""

import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Turn the key as the command does."""
    from guanhu.cli import keys
    from guanhu.cli.app import app

    if "broken" in sys.argv[1:]:
        break_turning(keys)
    app(["keys", "rotate"])


def break_turning(keys: Any) -> None:
    """The seeded fault: rows are sealed with a key that is written down only when all are done."""
    from guanhu.cli.bank import prepare_django

    prepare_django()
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
