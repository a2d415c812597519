"""密码: what a password must be like, after the rules for graded protection; each of them a number of the policy.

The rules of composition and age follow the national standard and depart from ASVS 6.2.5 and 6.2.10: see decision 0018.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from guanhu.rules.kinds import PasswordFault
from guanhu.rules.policy import Policy

_LOOKALIKES = str.maketrans("@430!1$57+", "aaeoiisstt")
_SHORTEST_WORD = 4
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")
_RUN = 5


def password_faults(
    password: str, *, policy: Policy, known: Set[str] = frozenset(), words: Iterable[str] = ()
) -> tuple[PasswordFault, ...]:
    """What is wrong with a password, in the order one would mend it; nothing when it may be used.

    ``known``: words people choose, small letters · ``words``: those of the bank, the branch and the colleague, which
    may not stand in it. The words of the policy are added to them.
    """
    found = []
    if len(password) < policy.password_length:
        found.append(PasswordFault.SHORT)
    if len(_classes(password)) < policy.password_classes:
        found.append(PasswordFault.CLASSES)
    plain = password.lower()
    spelt = plain.translate(_LOOKALIKES)
    own = {word.lower() for word in (*policy.password_words.split(), *words) if len(word) >= _SHORTEST_WORD}
    if any(word in plain or word in spelt for word in own):
        found.append(PasswordFault.WORD)
    core = _core(plain)
    if policy.password_known and ({plain, core, core.translate(_LOOKALIKES)} & known or _runs(plain)):
        found.append(PasswordFault.KNOWN)
    return tuple(found)


def _classes(password: str) -> set[str]:
    """Which of the four kinds of signs stand in it: small and large letters, digits, all else."""
    return {
        "lower" if sign.islower() else "upper" if sign.isupper() else "digit" if sign.isdigit() else "other"
        for sign in password
    }


def _core(text: str) -> str:
    """The letters in the middle: what is left of ``password2026!`` without what was hung on it."""
    return text.strip("0123456789 !@#$%^&*()_+-=.,;:?/\\|~`'\"<>[]{}！。，、？")


def _runs(text: str) -> bool:
    """Is most of it a run along the alphabet, the digits or a row of keys, or a few signs again and again?"""
    if len(set(text)) < _RUN:
        return True
    steps = {row[n : n + _RUN] for line in _ROWS for row in (line, line[::-1]) for n in range(len(row) - _RUN + 1)}
    inside = sum(text[n : n + _RUN] in steps for n in range(len(text) - _RUN + 1))
    return 2 * (inside + _RUN - 1) > len(text) if inside else False
