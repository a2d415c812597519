"""活档案: what a keeper learns about a customer, beside what the bank's own system says of her. P1, P2, P136."""

from __future__ import annotations

from datetime import date

from guanhu.rules.kinds import Calendar, Kind
from guanhu.rules.lunar import birthday_in
from guanhu.rules.policy import Policy


class DateKind(Kind):
    """日子种类: what comes round on an important date."""

    BIRTHDAY = "birthday", "生日", "Birthday"
    WEDDING = "wedding", "结婚纪念日", "Wedding anniversary"
    OPENING = "opening", "开业纪念日", "Anniversary of the business"
    OTHER = "other", "其他日子", "Another day"


class Whose(Kind):
    """谁的日子: the customer's own, or which close person's."""

    SELF = "self", "客户本人", "The customer"
    SPOUSE = "spouse", "配偶", "Spouse"
    PARENT = "parent", "父母", "Parent"
    CHILD = "child", "子女", "Child"
    GRANDCHILD = "grandchild", "孙辈", "Grandchild"
    OTHER = "other", "其他亲友", "Another close person"


MAY_BE_CHILDREN = (Whose.CHILD, Whose.GRANDCHILD, Whose.OTHER)
"""Close persons who may be children: their birthday is kept once the year shows that they are none any more."""


class FactKind(Kind):
    """了解到的种类: what a keeper learns about a person."""

    INTEREST = "interest", "兴趣", "Interest"
    LIKE = "like", "喜好与忌讳", "Likes and dislikes"
    NEED = "need", "需求", "Need"
    FAMILY = "family", "家人", "Family"
    NATIVE_PLACE = "native_place", "籍贯", "Native place"
    SCHOOL = "school", "毕业院校", "School"
    BUSINESS = "business", "本人生意", "Own business"
    PERSONALITY = "personality", "性格", "Personality"
    BEST_TIME = "best_time", "方便联系的时段", "Best time to call"
    TARGET = "target", "目标客户", "Target customer"
    POTENTIAL = "potential", "潜力客户", "Potential customer"


MARKS = (FactKind.TARGET, FactKind.POTENTIAL)
"""客户挖掘: as what a keeper marks somebody who came in, with the reason she saw for it. P18."""


class NeedType(Kind):
    """需求类型: does its want disappoint, or does its presence delight? P153."""

    MAINTENANCE = "maintenance", "保健型需求", "Maintenance"
    MOTIVATING = "motivating", "激励型需求", "Motivating"


class NeedDepth(Kind):
    """需求深浅: said by the customer, or found by us. P154."""

    EXPLICIT = "explicit", "说出来的需求", "Explicit"
    LATENT = "latent", "没说出口的需求", "Latent"


class NeedFacet(Kind):
    """需求方面: what it would do for her. P155."""

    TROUBLE = "trouble", "解决麻烦", "Takes away a trouble"
    EXTRA = "extra", "额外好处", "Extra benefit"
    AHEAD = "ahead", "提前准备", "Preparing ahead"


class AgeBand(Kind):
    """孩子的年龄段: all that is kept of how old a child is."""

    INFANT = "infant", "0–2 岁", "0–2"
    SMALL = "small", "3–5 岁", "3–5"
    PUPIL = "pupil", "6–13 岁", "6–13"
    GROWN = "grown", "14 岁及以上", "14 or older"


class HeardFrom(Kind):
    """了解的来源: who or what says so."""

    CUSTOMER = "customer", "客户说的", "The customer said"
    FAMILY = "family", "家人说的", "The family said"
    SEEN = "seen", "看到的", "Seen"
    PAPER = "paper", "资料上的", "On paper"


def has_no_birthday_yet(
    whose: Whose, year: int | None, calendar: Calendar, month: int, day: int, leap: bool, today: date, policy: Policy
) -> bool:
    """儿童生日: must this birthday stay out of the file, because whose it is may be a child under fourteen?

    Without the year nobody knows; then it stays out. On the birthday itself she is fourteen.
    """
    if whose not in MAY_BE_CHILDREN:
        return False
    if year is None or year + policy.child_years > today.year + 1:
        return True
    born = year + policy.child_years
    return birthday_in(born, calendar=calendar, month=month, day=day, leap=leap) > today


def may_be_a_child(whose: Whose, band: AgeBand | None) -> bool:
    """可能是儿童: is this somebody of whom only an age band is kept: a child or grandchild not known to be fourteen?"""
    return whose in (Whose.CHILD, Whose.GRANDCHILD) and band is not AgeBand.GROWN
