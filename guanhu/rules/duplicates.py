"""疑似同一人: what two files have in common, what speaks against it, and how much that weighs together (asks 2).

Every sign has its signed points in the policy; the sum is compared with a line. Nothing is merged by it: a person looks
at both files first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guanhu.rules.kinds import Kind
from guanhu.rules.policy import Policy


class Likeness(Kind):
    """相同之处: what speaks for one person behind two files, or against it."""

    IDENTITY = "identity", "证件号码相同", "Same identity number"
    PHONE = "phone", "手机相同", "Same phone"
    EMAIL = "email", "邮箱相同", "Same e-mail"
    NAME = "name", "姓名相同", "Same name"
    SOUND = "sound", "姓名读音相同", "Names sound the same"
    BIRTH = "birth", "生日相同", "Same birthday"
    TAIL = "tail", "手机后四位相同", "Same last four of the phone"
    OTHER_IDENTITY = "other_identity", "证件号码不同", "Other identity number"
    OTHER_BIRTH = "other_birth", "生日不同", "Other birthday"
    OTHER_GENDER = "other_gender", "性别不同", "Other gender"


@dataclass(frozen=True)
class Traits:
    """What of one file is compared: numbers as their keyed hashes, never themselves. Empty or null: not known."""

    kind: str
    name: str
    sound: str
    birth: tuple[str, str] | None
    """The day and its calendar."""
    gender: str
    identity: bytes | None
    email: bytes | None
    phones: frozenset[bytes]
    tails: frozenset[bytes]


@dataclass(frozen=True)
class Weighed:
    """One sign with its points."""

    sign: Likeness
    points: int


def likeness(one: Traits, other: Traits) -> tuple[Likeness, ...]:
    """Every sign the two files give; none where one is a company and the other not. What is not known is silent."""
    if one.kind != other.kind:
        return ()
    found = {
        Likeness.IDENTITY: _same(one.identity, other.identity),
        Likeness.PHONE: bool(one.phones & other.phones),
        Likeness.EMAIL: _same(one.email, other.email),
        Likeness.NAME: _same(one.name, other.name),
        Likeness.SOUND: _same(one.sound, other.sound) and one.name != other.name,
        Likeness.BIRTH: _same(one.birth, other.birth),
        Likeness.TAIL: bool(one.tails & other.tails) and not one.phones & other.phones,
        Likeness.OTHER_IDENTITY: _differs(one.identity, other.identity),
        Likeness.OTHER_BIRTH: _differs(one.birth, other.birth),
        Likeness.OTHER_GENDER: _differs(one.gender, other.gender),
    }
    return tuple(sign for sign, is_there in found.items() if is_there)


def weighed(signs: Iterable[Likeness], policy: Policy) -> tuple[Weighed, ...]:
    """Each sign with its points, the weightiest first."""
    told = (Weighed(sign, policy.duplicate_points[sign.value]) for sign in signs)
    return tuple(sorted(told, key=lambda one: (-abs(one.points), one.sign.value)))


def score(signs: Iterable[Likeness], policy: Policy) -> int:
    """How much speaks for one person, all signs together."""
    return sum(one.points for one in weighed(signs, policy))


def is_duplicate(points: int, policy: Policy) -> bool:
    """Is it worth a look: may these two files be of one person?"""
    return points >= policy.duplicate_line


def _same(one: object, other: object) -> bool:
    return bool(one) and one == other


def _differs(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other
