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
