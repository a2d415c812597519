"""The page of practices says only what is so: each has a place in the product and tests that show it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guanhu.cli.practices import PRACTICES, TESTS, Practice, Shown, faults, marked

ONE = Practice(127, "到期前提醒", ("today",), ("rules.signals.maturity_step",))
TOLD = {127: [Shown("tests/x.py", "a deposit due in a week is worth a call")]}


def test_every_practice_has_its_place_and_its_tests():
    assert list(faults(PRACTICES, marked(TESTS))) == []


def test_each_practice_is_named_once():
    numbers = [each.number for each in PRACTICES]
    assert sorted(numbers) == sorted(set(numbers))


@pytest.mark.parametrize(
    ("broken", "tests", "said"),
    [
        (replace(ONE, pages=("nowhere",)), TOLD, "no address is called nowhere"),
        (replace(ONE, does=("rules.signals.nothing",)), TOLD, "there is no guanhu.rules.signals.nothing"),
        (replace(ONE, does=("rules.nothing.at_all",)), TOLD, "there is no guanhu.rules.nothing.at_all"),
        (replace(ONE, does=()), TOLD, "no rule and no action"),
        (ONE, {}, "no test holds it up"),
        (ONE, {**TOLD, 9: TOLD[127]}, "P9: a deposit due in a week is worth a call: no screen and no action"),
    ],
)
def test_what_is_not_so_fails(broken, tests, said):
    assert list(faults((ONE,), TOLD)) == []
    found = list(faults((broken,), tests))
    assert len(found) == 1
    assert said in found[0]


def test_tests_are_found_by_their_marks(tmp_path: Path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(
        'pytestmark = pytest.mark.practice("P9")\n\n\n@pytest.mark.practice("P127", "P128")\n'
        "def test_one_is_there(): ...\ndef test_two_is_there(): ...\ndef told(): ...\n",
        encoding="utf-8",
    )
    found = marked(tmp_path / "tests")
    assert {number: [one.sentence for one in those] for number, those in found.items()} == {
        9: ["one is there", "two is there"], 127: ["one is there"], 128: ["one is there"],
    }  # fmt: skip
    assert found[9][0].file == "tests/test_a.py"
