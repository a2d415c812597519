"""留痕: writing the trail. ``recorded`` around an action, ``recording()`` around a view, ``note()`` inside either.

What was noted is written last, just before the outermost one commits, in the transaction of the effect: no effect
without its record, no record without its effect. The head of a chain is locked only for that moment. A savepoint that
is rolled back takes its notes along. When the trail cannot be written, nothing happens: ``TrailDown``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from guanhu.apps.audit.canonical import canonical, clean, keyed, moment, person_id, without_numbers
from guanhu.rules.kinds import TrailAction

BANK = "bank"
"""The chain of whatever belongs to no branch."""
FORM = 1
"""The form of the record; a reader of a later form can still read this one."""

Params = ParamSpec("Params")
Answer = TypeVar("Answer")


class TrailDown(RuntimeError):
    """The trail could not be written, so nothing was done and nothing is shown."""


class By(Protocol):
    """Who acts, as far as the trail needs to know; ``rules.access.Viewer`` is one."""

    @property
    def staff_no(self) -> str:
        """工号."""

    @property
    def role(self) -> Any:
        """The active role."""

    @property
    def branch_no(self) -> str:
        """The branch, whose chain takes the record."""


@dataclass(frozen=True)
class Source:
    """From where something is done: the session, the machine, the request and its moment."""

    session: str = ""
    address: str = ""
    device: str = ""
    request_id: str = ""
    at: datetime | None = None


class _Note:
    """One record that waits for its transaction; Django forgets it with the savepoint it was made in."""

    def __init__(self, chain: str, record: str) -> None:
        self.chain, self.record, self.written = chain, record, False

    def __call__(self) -> None:
        """Nothing is left to do after the commit: the record is in."""


_NOWHERE = Source()
_source: ContextVar[Source] = ContextVar("trail_source", default=_NOWHERE)
_open: ContextVar[bool] = ContextVar("trail_open", default=False)


@contextmanager
def during(source: Source) -> Iterator[None]:
    """Everything noted in here comes from this source."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


@contextmanager
def recording() -> Iterator[None]:
    """One transaction with its records; inside another one, a savepoint that drops its notes when it fails."""
    outermost = not _open.get()
    token = _open.set(True)
    try:
        with transaction.atomic():
            yield
            if outermost:
                _write_noted()
    finally:
        _open.reset(token)


def recorded(action: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """An action that is whole and on the trail, or did not happen."""

    @wraps(action)
    def whole(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        with recording():
            return action(*args, **kwargs)

    return whole


def note(
    by: By | None,
    action: TrailAction,
    *,
    person: int | None = None,
    people: Iterable[int] = (),
    object: tuple[str, str] = ("", ""),
    fields: Sequence[str] = (),
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    hidden: bool = True,
    reason: str = "",
    case: str = "",
    result: str = "done",
    count: int | None = None,
    policy: str = "",
    at: datetime | None = None,
) -> None:
    """Put one thing on the trail: who (null: the system, or nobody known), what, about whom, why, with what result.

    ``person``, ``people``: the keys of customers, stored as keyed hashes · ``hidden``: ``before`` and ``after`` as
    keyed hashes, which is how anything of a person must be · ``count``: how many, where a list stands for them.
    Outside of ``recording()`` it is written at once. Reliability B1, B4.
    """
    source, key = _source.get(), settings.GUANHU_TRAIL_KEY
    listed = sorted({person_id(key, one) for one in people})
    shown = (lambda field, value: keyed(key, field, value)) if hidden else (lambda _, value: clean(str(value)))
    record = {
        "v": FORM,
        "at": moment(at or source.at or settings.GUANHU_NOW()),
        "zone": settings.TIME_ZONE,
        "actor": clean(by.staff_no, 40) if by else "",
        "role": clean(str(by.role), 20) if by else "",
        "unit": clean(by.branch_no, 40) if by else "",
        "session": keyed(key, "session", source.session) if source.session else "",
        "address": clean(source.address, 64),
        "device": clean(source.device, 200),
        "request": clean(source.request_id, 64),
        "action": action.value,
        "kind": clean(object[0], 40),
        "id": clean(object[1], 100),
        "person": None if person is None else person_id(key, person),
        "fields": [clean(field, 60) for field in fields],
        "before": {clean(field, 60): shown(field, value) for field, value in (before or {}).items()},
        "after": {clean(field, 60): shown(field, value) for field, value in (after or {}).items()},
        "reason": without_numbers(reason),
        "case": clean(case, 60),
        "result": clean(result, 20),
        "policy": clean(policy or settings.GUANHU_POLICY.version, 40),
        "count": len(listed) if count is None and listed else count,
        "people": listed,
    }
    kept = {name: value for name, value in record.items() if value not in ("", None, [], {})}
    told = _Note(_chain_of(by), canonical(kept))
    if _open.get() and connection.in_atomic_block:
        transaction.on_commit(told)
    else:
        with transaction.atomic():
            _append([told])


def _chain_of(by: By | None) -> str:
    """The chain of the actor's branch; a branch number with strange signs in it goes to the bank's."""
    number = by.branch_no if by else ""
    return number if number and number.isprintable() and len(number) <= 40 else BANK


def _write_noted() -> None:
    """Write what was noted in this transaction and not taken back, in the order of noting within each chain."""
    waiting = [one[1] for one in connection.run_on_commit]
    _append([one for one in waiting if isinstance(one, _Note) and not one.written])


_SEVERAL = (
    "select count(public.audit_append(chain, record)) from (select chain, record"
    " from unnest(%s::text[], %s::text[]) with ordinality as t(chain, record, n) order by n) as ordered"
)


def _append(notes: list[_Note]) -> None:
    """Write records; chains in one order, so that two transactions never wait for each other crosswise."""
    if not notes:
        return
    database: Any = connection
    ordered = sorted(notes, key=lambda one: one.chain)
    chains, records = [one.chain for one in ordered], [one.record for one in ordered]
    try:
        if len(ordered) == 1:  # most pages leave one
            database.ask("select public.audit_append(%s, %s)", [chains[0], records[0]])
        else:
            database.ask(_SEVERAL, [chains, records])
    except DatabaseError as fault:
        raise TrailDown("留痕写不进去，所以什么也没有做，什么也没有显示") from fault
    for one in notes:
        one.written = True
