"""读音: a character is asked for by itself without the book of words; a word is spoken as a word all the same."""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

ASKED = """
import json, sys
from guanhu.apps.customers.search.sounds import readings
from guanhu.apps.people.spoken import as_words
first = readings("重庆")
opened = "pypinyin.phrases_dict" in sys.modules
print(json.dumps([first, opened, as_words("重庆"), readings("重庆") == first]))
"""


@pytest.mark.slow
def test_characters_are_read_with_the_book_of_words_closed_and_words_with_it_open():
    done = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, text=True, check=True)
    first, opened, word, same = json.loads(done.stdout)
    assert (opened, word, same) == (False, "chongqing", True)
    assert first[0][0] == "chong"
    assert ["zhong", "qing"] in first
