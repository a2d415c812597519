"""An invented bank of its own in a process of its own: files, every night before the demo's today, one login.

``python -m tests.journeys.evening CUSTOMERS PASSWORD`` on the database and the folder of the environment;
``python -m tests.journeys.evening --forgetful`` runs the night after, its notes lost on the way: the seeded fault.
"""

import shutil
import sys
from datetime import date
from pathlib import Path

from rich.console import Console

DAY = date(2026, 11, 24)
"""The demo's today, whose night is run after the morning."""


def main() -> None:
    """Do what the arguments say."""
    from guanhu.cli.bank import open_bank
    from tests.compiled import compiled_once

    with open_bank() as bank, compiled_once():
        if sys.argv[1] == "--forgetful":
            forgetful_night(bank.var / "demo")
        else:
            make(bank.var / "demo", int(sys.argv[1]), sys.argv[2])


def make(folder: Path, customers: int, password: str) -> None:
    """The bank as it stands in the evening before the morning, with 沈知微 able to sign in."""
    from guanhu.apps.people import actions
    from guanhu.cli import demo
    from guanhu.cli.progress import Steps
    from guanhu.demo.cast import SHEN
    from guanhu.demo.write import write_bank

    write_bank(folder, seed=demo.SEED, customers=customers)
    demo.record_policy(folder.parent)
    with Steps(Console(stderr=True)) as steps:
        demo.run_nights(folder, steps)
    actions.set_password(staff_no=SHEN, password=password)
    shutil.rmtree(folder / "history")


def forgetful_night(folder: Path) -> None:
    """The night of the morning's day by an export that finds no contacts."""
    from guanhu.apps.work import queries
    from guanhu.cli.books import these_books
    from guanhu.cli.night import carry_out
    from guanhu.cli.progress import Steps

    queries.contacts_between = lambda first, last: []
    with Steps(Console(stderr=True)) as steps:
        carry_out(these_books(), DAY, folder / DAY.isoformat(), "guanhu", steps)


if __name__ == "__main__":
    main()
