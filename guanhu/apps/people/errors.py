"""What an action may answer instead of doing it. Pages show these; nothing was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


class Invisible(LookupError):
    """There is no such thing for this person: pages answer 404, as if absent."""


class MovedTo(LookupError):
    """What was asked for stands in another file now: pages go on to it."""

    def __init__(self, public_id: UUID) -> None:
        super().__init__(str(public_id))
        self.public_id = public_id


class Refused(ValueError):
    """What was asked cannot be done as it stands: a message for each field, ready to be shown."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


class TooMany(Refused):
    """The day's limit is reached: nothing more of the kind until tomorrow."""


class ConfirmFirst(Refused):
    """So much in so short a time: who is at the desk confirms it is she, then it goes on."""


@dataclass(frozen=True)
class Difference:
    """One field about which two people say different things, as values, to be put into words by a page."""

    field: str
    yours: Any
    theirs: Any


class Conflict(RuntimeError):
    """Somebody was first: nothing was written; pages answer 409 with the fresh state.

    The message names who and when; ``differences`` says field by field what each of the two wrote. Reliability D6.
    """

    def __init__(
        self, says: str, *, yours: Mapping[str, Any] | None = None, theirs: Mapping[str, Any] | None = None,
        who: str = "", at: datetime | None = None,
    ) -> None:  # fmt: skip
        super().__init__(says)
        mine, other = yours or {}, theirs or {}
        self.who, self.at = who, at
        self.differences = tuple(
            Difference(name, mine.get(name), value) for name, value in other.items() if mine.get(name) != value
        )
