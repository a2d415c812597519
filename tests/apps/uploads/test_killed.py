"""A step killed at any statement is taken up by whoever looks next: no row twice, none lost. Reliability §6."""

from __future__ import annotations

import signal
from collections.abc import Callable
from uuid import UUID

import pytest

from guanhu.apps.customers.ledgers.models import LedgerEntry, LedgerImport
from guanhu.apps.customers.uploads.actions import asking
from guanhu.apps.customers.uploads.models import LedgerUpload
from guanhu.apps.customers.uploads.shapes import UploadState as S
from tests.apps.ledgers.test_killed import Kill, content
from tests.apps.ledgers.test_killed import cast as cast
from tests.apps.ledgers.test_killed import kill as kill
from tests.apps.uploads.brought import at, counts, kept, rows, seen, work
from tests.cast import Cast
from tests.conftest import IN_FULL
from tests.factories import NOW

pytestmark = [
    pytest.mark.slow, pytest.mark.long, pytest.mark.practice("P14"), pytest.mark.django_db(transaction=True),
]  # fmt: skip

KILLS = 50 if IN_FULL else 2
"""Of each step."""
LEDGER = "手机,爱好\n" + "".join(f"1370000000{n},{'画' * n}\n" for n in range(1, 8)) + "137,坏\n"
REPORT = (7, 0, 0, 1)


def sweep() -> None:
    for model in (LedgerUpload, LedgerEntry):
        model.objects.for_system("the next trial").delete()
    LedgerImport.objects.all().delete()


def before_opening(cast: Cast) -> UUID:
    return asking.bring(by=at(cast.shen), file="台账.csv", raw=LEDGER.encode(), now=NOW)


def before_trying(cast: Cast) -> UUID:
    upload = before_opening(cast)
    work()
    fields = dict(enumerate(seen(cast.shen, upload).told.columns.values()))
    asking.say_columns(by=at(cast.shen), upload=upload, fields=fields, numbered=False, now=NOW)
    return upload


def before_writing(cast: Cast) -> UUID:
    upload = before_trying(cast)
    work()
    asking.write(by=at(cast.shen), upload=upload, now=NOW)
    return upload


def before_undoing(cast: Cast) -> UUID:
    upload = before_writing(cast)
    work()
    asking.ask_undo(by=at(cast.shen), upload=upload, now=NOW)
    return upload


AFTERWARDS = {
    before_opening: (S.COLUMNS, 0, (1, 0)), before_trying: (S.TRIED, 0, (1, 1)), before_writing: (S.WRITTEN, 7, (0, 1)),
    before_undoing: (S.UNDONE, 0, (0, 1)),
}  # fmt: skip
"""Step → its end: the state, the entries there are, what is kept of the file and of refused rows."""


def wrong_after(cast: Cast, upload: UUID, step: Callable[[Cast], UUID]) -> list[str]:
    """What is not as it is when nobody is killed."""
    work()
    state, entries, files = AFTERWARDS[step]
    view, found = seen(cast.shen, upload), []
    found += [f"{view.state} {view.told.stopped}{view.fault}"] if view.state is not state else []
    found += [f"{len(content())} entries"] if len(set(content())) != entries or len(content()) != entries else []
    found += [f"kept {kept()}"] if kept() != files or len(rows()) != 1 else []
    return found + ([f"{counts(view)}"] if step is not before_opening and counts(view) != REPORT else [])


@pytest.mark.parametrize("step", AFTERWARDS if IN_FULL else [before_writing])
def test_a_step_killed_anywhere_is_done_by_whoever_looks_next(
    cast: Cast, kill: Kill, step: Callable[[Cast], UUID]
):  # fmt: skip
    upload = step(cast)
    every = kill(None, 0)
    assert every["code"] == 0
    assert wrong_after(cast, upload, step) == []
    trials = [(number, after) for number in range(1, every["sent"] + 1) for after in (False, True)]
    apart = max(1, len(trials) // KILLS)
    for number, after in trials[apart // 2 :: apart]:
        sweep()
        upload = step(cast)
        assert kill(None, number, after=after)["code"] == -signal.SIGKILL
        assert wrong_after(cast, upload, step) == [], (number, after)


def test_a_step_that_is_not_one_transaction_loses_the_file_and_this_is_found(cast: Cast, kill: Kill):
    before_opening(cast)
    every = kill(None, 0, broken=True)["sent"]
    for number in range(every, 0, -1):
        sweep()
        upload = before_opening(cast)
        kill(None, number, after=True, broken=True)
        if wrong_after(cast, upload, before_opening):
            return
    pytest.fail("nothing was lost, wherever it was killed")
