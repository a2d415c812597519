"""What a password must be like: long, of several kinds of signs, and nothing one would guess."""

from dataclasses import replace

import pytest

from guanhu.rules.kinds import PasswordFault as F
from guanhu.rules.passwords import password_faults
from guanhu.rules.policy import SHIPPED

KNOWN = {"password", "dragon", "iloveyou", "p@ssw0rd"}
WORDS = ("1101", "shenzhiwei", "xinghu", "沈知微")


def faults(password: str, **changes: int) -> tuple[F, ...]:
    return password_faults(password, policy=replace(SHIPPED, **changes), known=KNOWN, words=WORDS)


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("Nine-lanterns7", ()),
        ("nine lanterns over 7 lakes", ()),
        ("九盏灯笼照着湖面Lake77", ()),
        ("Nine-lan7", (F.SHORT,)),
        ("nine-lanterns-over", (F.CLASSES,)),
        ("ninelanternsover", (F.CLASSES,)),
        ("short", (F.SHORT, F.CLASSES)),
        ("Password2026!", (F.KNOWN,)),
        ("P@ssw0rd2026", (F.KNOWN,)),
        ("P@$$w0rd-2026", (F.KNOWN,)),
        ("!!Dragon!!123", (F.KNOWN,)),
        ("Qwertyuiop12!", (F.KNOWN,)),
        ("Abcdefghijk1!", (F.KNOWN,)),
        ("1234567890aA", (F.KNOWN,)),
        ("1qaz2wsx3eDC!", (F.KNOWN,)),
        ("aaaaaaaaaA1!", (F.KNOWN,)),
        ("Shenzhiwei2026", (F.WORD,)),
        ("Sh3nzh1w31-2026", (F.WORD,)),
        ("My-xinghu-2026", (F.WORD,)),
        ("Keeper-1101-of", (F.WORD,)),
        ("Lake-Guanhu-77", (F.WORD,)),
        ("我是沈知微Lake-77a", ()),
    ],
)
def test_a_password_is_looked_at_from_all_sides(password: str, found: tuple[F, ...]):
    assert faults(password) == found


@pytest.mark.parametrize(
    ("password", "switch"),
    [
        ("Nine-lan7", {"password_length": 0}),
        ("nine-lanterns-over", {"password_classes": 0}),
        ("Password2026!", {"password_known": 0}),
    ],
)
def test_each_rule_can_be_switched_off(password: str, switch: dict[str, int]):
    assert faults(password)
    assert faults(password, **switch) == ()


def test_the_banks_own_words_are_added_in_the_policy():
    policy = replace(SHIPPED, password_words="qingyu")
    assert password_faults("Lake-Qingyu-77", policy=policy) == (F.WORD,)
    assert password_faults("Lake-Guanhu-77", policy=policy) == ()
