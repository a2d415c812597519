"""What an action may answer instead of doing it. Pages show these; nothing was changed."""

from __future__ import annotations

from collections.abc import Mapping


class Invisible(LookupError):
    """There is no such thing for this person: pages answer 404, as if absent."""


class Refused(ValueError):
    """What was asked cannot be done as it stands: a message for each field, ready to be shown."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


class TooMany(Refused):
    """The day's limit is reached: nothing more of the kind until tomorrow."""


class ConfirmFirst(Refused):
    """So much in so short a time: who is at the desk confirms it is she, then it goes on."""


class Conflict(RuntimeError):
    """Somebody was first: the message names who and when; pages answer 409 with the fresh state."""
