"""隔离: when so many rows of a file were kept aside that a person has to look before anything is published."""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import fill, whole
from guanhu.rules.policy import Policy

WHOLE_BP = 10_000
"""All of a file's rows, in basis points."""


def is_too_much_aside(rows_in: Any, quarantined: Any, policy: Policy) -> Any:
    """隔离过多: are so many rows of this file kept aside that publication waits for a person?

    More than ``quarantine_stop_bp`` of the rows that came in, and ``quarantine_stop_rows`` rows at least; both must
    hold. Unknown counts are none.
    """
    came, aside = whole(fill(rows_in, 0)), whole(fill(quarantined, 0))
    return (aside * WHOLE_BP > came * policy.quarantine_stop_bp) & (aside >= policy.quarantine_stop_rows)
