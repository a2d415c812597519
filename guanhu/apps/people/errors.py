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


class Conflict(RuntimeError):
    """Somebody was first: the message names who and when; pages answer 409 with the fresh state."""
