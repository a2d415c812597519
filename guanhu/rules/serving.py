"""差异化客户表、到期意向与一户一策: what a customer wants and we can do, what she will do at maturity, her one plan.

P9, P130, P174.
"""

from __future__ import annotations

from guanhu.rules.kinds import Kind


class CanOffer(Kind):
    """能不能提供: can the branch give what the customer wants?"""

    YES = "yes", "可", "Yes"
    NOT_YET = "not_yet", "暂不可", "Not now"


class CourseKind(Kind):
    """一户一策的条目: where it shall lead, or one step on the way."""

    GOAL = "goal", "目标", "Goal"
    STEP = "step", "步骤", "Step"


class CourseState(Kind):
    """做到哪一步: how far a goal or a step has come."""

    OPEN = "open", "在做", "Under way"
    REACHED = "reached", "已做到", "Reached"
    DROPPED = "dropped", "不做了", "Dropped"


class Intent(Kind):
    """到期意向: what a customer will do when something she holds matures."""

    RENEW = "renew", "续存", "Renew it"
    SWITCH = "switch", "换别的产品", "Change to another product"
    PART = "part", "取出一部分", "Take out a part"
    USE = "use", "取出自用", "Take it out for a use"
    ELSEWHERE = "elsewhere", "转到别家", "Move it to another bank"
    UNDECIDED = "undecided", "还没定", "Undecided"


def needs_alternative(can: CanOffer) -> bool:
    """要写替代: must something else be named, because what she wants cannot be had now?"""
    return can is CanOffer.NOT_YET


def needs_result(state: CourseState) -> bool:
    """要写结果: is it over, so that what came of it has to be said?"""
    return state is not CourseState.OPEN


def needs_day(kind: CourseKind, state: CourseState) -> bool:
    """要写日期: is it a step still to be done, which wants a day?"""
    return kind is CourseKind.STEP and state is CourseState.OPEN
