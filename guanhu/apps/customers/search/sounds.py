"""读音: how a name may be read, every reading of it, and under what it is therefore found.

A surname is often read otherwise than the word (单 shan, 仇 qiu), a given name not always as one thinks (乐 le, yue).
What pypinyin knows of a character counts, and what it does not know of surnames stands here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain, islice, product

from guanhu.apps.people.spoken import characters
from guanhu.rules.search import LONGEST, FoundBy, written

MOST_READINGS = 36
"""Of one name; the usual ones first. Three characters of three readings each are 27."""
LONG = 6
"""From so many characters on it is a company: read in the usual way alone."""
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "朴": "piao", "区": "ou", "查": "zha", "盖": "ge",
    "乐": "yue", "覃": "qin", "员": "yun", "繁": "po", "洗": "xian", "缪": "miao", "翟": "zhai", "牟": "mu",
    "秘": "bi", "尉": "yu", "召": "shao", "祭": "zhai", "黑": "he", "折": "she", "种": "chong", "郇": "xun",
    "重": "chong", "句": "gou", "能": "nai", "澹": "tan", "卜": "bu", "阚": "kan",
}  # fmt: skip
"""How a character is read first where it is a surname, if otherwise than as a word; its other readings count, too."""
_TOKEN = re.compile(r"[0-9a-z]+|.")
_SYLLABLE = re.compile(r"[a-z]+")

Key = tuple[FoundBy, bool, str]
"""What it is, whether it begins where the name begins, and how it is written."""


def keys_of(name: str, customer_no: str) -> list[Key]:
    """Everything a customer is found by at its beginning: name, sounds, initials and number, whole and from each part.

    What is written alike stands once, as the first it is.
    """
    plain, number = written(name), written(customer_no)
    several = readings(plain)
    told = chain(
        ((FoundBy.NAME, at == 0, plain[at:]) for at in range(len(plain))),
        ((FoundBy.SOUND, whole, text) for whole, text in _each("".join, several, 1)),
        ((FoundBy.INITIALS, whole, text) for whole, text in _each(_initials, several, 2)),
        [(FoundBy.NUMBER, True, number), (FoundBy.NUMBER, False, number.lstrip("abcdefghijklmnopqrstuvwxyz"))],
    )
    first: dict[tuple[bool, str], FoundBy] = {}
    for by, whole, text in told:
        if text and (whole or (True, text) not in first):
            first.setdefault((whole, text[:LONGEST]), by)
    return [(by, whole, text) for (whole, text), by in first.items()]


def usual(name: str) -> str:
    """The name's sound without tones as it is usually read, for order."""
    return "".join(readings(written(name))[0]) if written(name) else ""


def readings(plain: str) -> list[tuple[str, ...]]:
    """How a name may be read, the usual way first: syllable by syllable, foreign words as they are."""
    tokens = _TOKEN.findall(plain)
    ways = [_surname(token) if at == 0 else _ways(token) for at, token in enumerate(tokens)]
    if len(tokens) >= LONG:
        return [tuple(way[0] for way in ways)]
    return list(islice(product(*ways), MOST_READINGS))


def _surname(token: str) -> tuple[str, ...]:
    known = SURNAMES.get(token)
    return tuple(dict.fromkeys((known, *_ways(token)))) if known else _ways(token)


@cache
def _ways(token: str) -> tuple[str, ...]:
    """The readings of one character; a foreign word, and what nobody can read, stands for itself."""
    if token.isascii():
        return (token,)
    library = characters()
    normal = library.Style.NORMAL
    usually, every = (library.pinyin(token, style=normal, heteronym=several)[0] for several in (False, True))
    told = [one.replace("ü", "v") for one in (*usually, *every) if _SYLLABLE.fullmatch(one.replace("ü", "v"))]
    return tuple(dict.fromkeys(told)) or (token,)


def _initials(syllables: Sequence[str]) -> str:
    return "".join(syllable[0] for syllable in syllables)


def _each(
    form: Callable[[Sequence[str]], str], several: list[tuple[str, ...]], shortest: int
) -> Iterator[tuple[bool, str]]:
    """Every reading in a form, from its beginning and from each later syllable on."""
    for syllables in several:
        for at in range(len(syllables)):
            if at == 0 or len(syllables) - at >= shortest:
                yield at == 0, form(syllables[at:])
