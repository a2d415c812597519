"""客情关系: five stages, climbed one by one with evidence; they can fall back (P72–P77, P80).

Stages are set by hand, for one customer at a time: these are rules of the day only, never read by column.
"""

from __future__ import annotations

from guanhu.rules.kinds import Stage

ORDER: tuple[Stage, ...] = (Stage.KNOWN, Stage.ACCEPTED, Stage.HABIT, Stage.RELIED_ON, Stage.FRIEND)
"""认识 → 接受 → 习惯 → 依赖 → 朋友."""


def stage_rank(stage: Stage | None) -> int:
    """How far the relation has come: 1 for 认识 to 5 for 朋友, 0 when nothing is recorded."""
    return 0 if stage is None else ORDER.index(stage) + 1


def allowed_moves(stage: Stage | None) -> tuple[Stage, ...]:
    """To which stages a customer may be moved from here: one down or one up, from nothing only to 认识. P77."""
    rank = stage_rank(stage)
    return tuple(other for other in ORDER if abs(stage_rank(other) - rank) == 1)


def may_move_stage(stage: Stage | None, to: Stage, *, evidence: str) -> bool:
    """May the relation be moved to this stage — one step, and with evidence written down? P77."""
    return to in allowed_moves(stage) and bool(evidence.strip())
