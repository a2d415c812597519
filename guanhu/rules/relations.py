"""客户之间的关系: of which kind a tie is, how it reads from the other side, and whose assets count together. P176."""

from __future__ import annotations

from guanhu.rules.kinds import Kind


class RelationKind(Kind):
    """关系种类: the seven kinds of tie between two customers."""

    KIN = "kin", "亲戚", "Kin"
    FRIEND = "friend", "好友", "Friends"
    SCHOOL = "school", "师生同学", "School"
    COLLEAGUE = "colleague", "同事", "Colleagues"
    TOWNSMAN = "townsman", "同乡", "Same home town"
    BUSINESS = "business", "生意往来", "Business"
    OTHER = "other", "其他关系", "Another tie"


class Bond(Kind):
    """是其何人: what the other one is to the customer."""

    SPOUSE = "spouse", "配偶", "Spouse"
    PARENT = "parent", "父母", "Parent"
    CHILD = "child", "子女", "Child"
    GRANDPARENT = "grandparent", "祖辈", "Grandparent"
    GRANDCHILD = "grandchild", "孙辈", "Grandchild"
    SIBLING = "sibling", "兄弟姐妹", "Brother or sister"
    RELATIVE = "relative", "其他亲戚", "Another relative"
    FRIEND = "friend", "好友", "Friends"
    TEACHER = "teacher", "老师", "Teacher"
    STUDENT = "student", "学生", "Student"
    CLASSMATE = "classmate", "同学", "Classmate"
    COLLEAGUE = "colleague", "同事", "Colleagues"
    TOWNSMAN = "townsman", "同乡", "Same home town"
    BUSINESS = "business", "生意往来", "Business"
    OTHER = "other", "其他关系", "Another tie"


class Introduced(Kind):
    """谁介绍谁: which of the two brought the other one to the bank."""

    BY = "by", "由对方介绍来", "Introduced by the other"
    OF = "of", "介绍了对方", "Introduced the other"


KIN = (Bond.SPOUSE, Bond.PARENT, Bond.CHILD, Bond.GRANDPARENT, Bond.GRANDCHILD, Bond.SIBLING, Bond.RELATIVE)
"""Only kin live in one household and are counted together."""
_SCHOOL = (Bond.TEACHER, Bond.STUDENT, Bond.CLASSMATE)
_INVERSE = {
    Bond.PARENT: Bond.CHILD, Bond.CHILD: Bond.PARENT, Bond.GRANDPARENT: Bond.GRANDCHILD,
    Bond.GRANDCHILD: Bond.GRANDPARENT, Bond.TEACHER: Bond.STUDENT, Bond.STUDENT: Bond.TEACHER,
}  # fmt: skip
"""How a bond reads from the other side; one that is not here reads the same from both."""


def kind_of(bond: Bond) -> RelationKind:
    """关系种类: of which of the seven kinds a bond is."""
    if bond in KIN:
        return RelationKind.KIN
    return RelationKind.SCHOOL if bond in _SCHOOL else RelationKind(bond.value)


def inverse_of(bond: Bond) -> Bond:
    """从对方看: what the customer is to the other one."""
    return _INVERSE.get(bond, bond)


def turned(introduced: Introduced | None) -> Introduced | None:
    """从对方看介绍: who brought whom, as the other one's file says it."""
    return introduced and {Introduced.BY: Introduced.OF, Introduced.OF: Introduced.BY}[introduced]


def may_share_household(bond: Bond) -> bool:
    """同一家庭: may the assets of these two be counted together?"""
    return bond in KIN
