"""What was done with a round, told to the trail in figures."""

from __future__ import annotations

from typing import Any

from guanhu.apps.audit import trail
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.models import Round
from guanhu.rules.kinds import TrailAction


def note(by: Viewer | None, row: Round, what: str, *, count: int | None = None, reason: str = "") -> None:
    """Write on the trail what was done with a round."""
    told: dict[str, Any] = {"kind": row.kind, "post": row.post, "effective_on": row.effective_on.isoformat()}
    trail.note(by, TrailAction.ROUND, object=("round", str(row.public_id)), fields=(what,), after=told, count=count,
               reason=reason)  # fmt: skip
