"""How the process of the pages looks for what nobody needs any more."""

from __future__ import annotations

import gc

SELDOM = 20_000
"""New things between two looks: some pages' worth, and a few megabytes at most."""


def settle() -> None:
    """What the program itself is made of is not looked through again; of what pages leave behind next to nothing holds
    itself, so that a look a few pages is enough.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM, 10, 10)
