"""读音: how characters and words are spoken, as pypinyin knows it.

Its book of 47,000 words costs a process 40 MB and a fifth of a second. It is opened where a word is spoken as a word,
and not where each character is asked for by itself, which every night and every page of names does.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any


@cache
def characters() -> Any:
    """The library as it knows characters, its book of words still closed."""
    closed = "PYPINYIN_NO_PHRASES"  # the one way the library offers to leave it so
    if "pypinyin" not in sys.modules and closed not in os.environ:
        os.environ[closed] = "1"
        try:
            import pypinyin
        finally:
            del os.environ[closed]
    import pypinyin

    return pypinyin


def as_words(text: str) -> str:
    """A text without tones as it is spoken word by word: 重庆 is chongqing."""
    return "".join(_words().lazy_pinyin(text))


@cache
def _words() -> Any:
    """The library with its book of words open; what it says of a character by itself stays."""
    library = characters()
    from pypinyin.phrases_dict import phrases_dict

    library.load_phrases_dict(phrases_dict)
    return library
