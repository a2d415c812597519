"""What two files have in common weighs for or against one person; what is not known says nothing."""

from itertools import product

import pytest

from guanhu.rules.duplicates import Likeness, Traits, is_duplicate, likeness, score, weighed
from guanhu.rules.policy import SHIPPED

L = Likeness
ZHAO = Traits("personal", "赵桂芳", "zhaoguifang", ("1963-10-17", "lunar"), "女", b"1", b"m", frozenset([b"p"]),
              frozenset([b"2716"]))  # fmt: skip
SILENT = Traits("personal", "王某", "wangmou", None, "", None, None, frozenset(), frozenset())


def signs(**other) -> set[Likeness]:
    return set(likeness(ZHAO, Traits(**{**vars(ZHAO), **other})))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({}, {L.IDENTITY, L.PHONE, L.EMAIL, L.NAME, L.BIRTH}),
        ({"name": "赵贵芳"}, {L.IDENTITY, L.PHONE, L.EMAIL, L.SOUND, L.BIRTH}),
        ({"identity": b"2", "birth": ("1963-10-17", "solar")},
         {L.OTHER_IDENTITY, L.PHONE, L.EMAIL, L.NAME, L.OTHER_BIRTH}),
        ({"phones": frozenset([b"q"]), "gender": "男"},
         {L.IDENTITY, L.TAIL, L.EMAIL, L.NAME, L.BIRTH, L.OTHER_GENDER}),
        ({"kind": "corporate"}, set()),
    ],
)  # fmt: skip
def test_what_two_files_say_of_each_other(other: dict, said: set[Likeness]):
    assert signs(**other) == said


def test_what_is_not_known_speaks_neither_for_nor_against():
    assert likeness(ZHAO, SILENT) == likeness(SILENT, SILENT)[2:] == ()


@pytest.mark.parametrize(
    ("said", "worth"),
    [
        ({L.IDENTITY}, True), ({L.IDENTITY, L.OTHER_BIRTH, L.OTHER_GENDER}, True),
        ({L.PHONE, L.NAME}, True), ({L.NAME, L.BIRTH}, False), ({L.NAME, L.BIRTH, L.TAIL}, True),
        ({L.PHONE, L.BIRTH, L.OTHER_IDENTITY}, False), ({L.PHONE}, False), ({L.PHONE, L.NAME, L.OTHER_IDENTITY}, False),
    ],
)  # fmt: skip
def test_a_couple_with_one_phone_is_no_double_and_one_identity_number_is(said: set[Likeness], worth: bool):
    assert is_duplicate(score(said, SHIPPED), SHIPPED) is worth


def test_every_sign_has_its_points_and_the_weightiest_stands_first():
    told = weighed(Likeness, SHIPPED)
    assert [abs(one.points) for one in told] == sorted(
        (abs(points) for points in SHIPPED.duplicate_points.values()), reverse=True
    )
    assert sum(one.points for one in told) == score(Likeness, SHIPPED)


def compared(said: set[Likeness]) -> bool:
    """Are two files with these signs compared at all? A same name sounds the same, a phone has its tail."""
    sounds, tails = said & {L.NAME, L.SOUND}, said & {L.PHONE, L.TAIL}
    return bool(said & {L.IDENTITY, L.PHONE, L.EMAIL} or {L.NAME, L.BIRTH} <= said or (sounds and tails))


def lost(is_compared) -> list[set[Likeness]]:
    """Sets of signs above the line that nobody would compare."""
    every = (
        {sign for sign, there in zip(L, told, strict=True) if there} for told in product([False, True], repeat=len(L))
    )
    return [said for said in every if is_duplicate(score(said, SHIPPED), SHIPPED) and not is_compared(said)]


def test_whoever_is_worth_a_look_shares_enough_to_be_compared():
    assert lost(compared) == []


def test_a_kind_of_comparison_left_out_would_lose_somebody():
    assert lost(lambda said: compared(said - {L.EMAIL}))
