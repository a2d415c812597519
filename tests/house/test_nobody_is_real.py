"""Nothing in the repository could be a person: no identity or card number passes its own check (C14)."""

import re
from collections.abc import Iterator

import pytest

from tests.house.source import ROOT, tracked

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-8]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
CARD = re.compile(r"(?<!\d)(?:62|4\d|5[1-5])\d{14,17}(?!\d)")
PRINTED = {"11010519491231002X", "4111111111111111"}
"""Numbers printed as examples, in the national standard (GB 11643) and by the makers of card readers."""


def rightly_checked(number: str) -> bool:
    """Does an identity number end in its own check sign?"""
    return "10X98765432"[sum(int(d) * w for d, w in zip(number, WEIGHTS, strict=False)) % 11] == number[17]


def luhn(number: str) -> bool:
    """Does a card number pass the Luhn test?"""
    digits = [int(digit) for digit in reversed(number)]
    return sum(d if place % 2 == 0 else d * 2 - 9 * (d > 4) for place, d in enumerate(digits)) % 10 == 0


def somebodys(text: str) -> Iterator[str]:
    """Numbers in a text that could be somebody's."""
    yield from (found for found in map(str.upper, IDENTITY.findall(text)) if rightly_checked(found))
    yield from (found for found in CARD.findall(text) if luhn(found))


def test_no_number_in_the_repository_could_be_somebodys():
    found = {
        (str(file.relative_to(ROOT)), number)
        for file in tracked()
        if file.suffix not in {".mo", ".png", ".lock", ".parquet"}
        for number in somebodys(file.read_text(encoding="utf-8", errors="replace"))
        if number not in PRINTED
    }
    assert found == set()


@pytest.mark.parametrize("text", ["证件 11010519491231002x。", "卡 4111111111111111", "id=11010519491231002X,"])
def test_a_number_that_could_be_somebodys_is_found(text: str):
    assert list(somebodys(text)) != []


@pytest.mark.parametrize(
    "text", ["360102196303050428", "6222020200001122", "x" + "11010519491231002X", "20261124093000"]
)
def test_a_number_that_cannot_be_is_let_be(text: str):
    assert list(somebodys(text)) == []
