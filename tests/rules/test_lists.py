"""The small language a list is asked in: it says back what it understood, and understands nothing it does not know."""

from __future__ import annotations

import random

import pytest

from guanhu.rules import lists
from guanhu.rules.lists import (
    AMOUNTS,
    ASKED,
    CHOICES,
    COUNTS,
    MAY_LACK,
    NAMED,
    Condition,
    Order,
    Trait,
    among,
    between,
    bound_text,
    read_order,
    read_question,
    read_traits,
    write_question,
)
from guanhu.rules.policy import WAN
from tests.security.payloads import AWKWARD, SQL

TREES = 100_000
"""Questions made by chance before a release. Reliability A12."""


def by_chance(dice: random.Random, trait: Trait) -> Condition:
    """A condition this trait may have."""
    if trait in MAY_LACK and dice.random() < 0.1:
        return Condition(trait, lacks=True)
    if trait in NAMED:
        return Condition(trait, tuple(sorted({f"S{dice.randrange(40):02}" for _ in range(3)})), dice.random() < 0.3)
    if trait in CHOICES:
        picked = {str(each) for each in dice.sample(CHOICES[trait], dice.randint(1, len(CHOICES[trait])))}
        ordered = tuple(str(each) for each in CHOICES[trait] if each in picked)
        return Condition(trait, ordered, dice.random() < 0.3)
    least = -(10**10) if trait is Trait.NET else 0
    most = COUNTS.get(trait, 10**12)
    step = 1 if trait in COUNTS else 100
    ends = sorted(dice.randint(least // step, most // step) * step for _ in range(2))
    low, high = dice.choice([(ends[0], None), (None, ends[1]), (ends[0], ends[1])])
    return Condition(trait, low=low, high=high)


def broken(dice: random.Random, text: str) -> str:
    """A question with a slip in it."""
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice("~:,!.-0A'\"; \x00;—٣") + text[at + dice.randrange(2) :]


def test_what_is_written_reads_back_and_what_is_broken_is_told_or_is_a_question(gate_share: float):
    dice = random.Random(12)
    for _ in range(round(TREES * gate_share)):
        traits = sorted(dice.sample(ASKED, dice.randint(1, 4)), key=ASKED.index)
        conditions = tuple(by_chance(dice, trait) for trait in traits)
        text = write_question(conditions)
        assert read_question(text) == (conditions, ())
        found, strange = read_question(broken(dice, text))
        again = write_question(found)
        assert read_question(again) == (found, ())
        assert len(again) <= lists.LONGEST
        assert all(one.trait in ASKED for one in found)
        assert found != conditions or not strange


def test_a_language_that_forgets_a_bound_does_not_read_back(monkeypatch: pytest.MonkeyPatch):
    """The twin."""
    honest = lists._said
    monkeypatch.setattr(lists, "_said", lambda one: honest(one).replace("..", "..9" if one.high is None else ".."))
    text = write_question((Condition(Trait.AGE, low=3),))
    assert read_question(text)[0] != (Condition(Trait.AGE, low=3),)


@pytest.mark.parametrize("attack", [*SQL, *AWKWARD])
def test_no_attack_is_a_value_of_anything(attack: str):
    known = {"zq7"}  # a staff number is any word of letters and digits; it is bound, never pasted
    for trait in Trait:
        for text in (f"{trait.value}:{attack}", f"{trait.value}:!{attack}", f"{trait.value}:..{attack}"):
            found, _ = read_question(text)
            for one in found:
                assert one.trait is trait
                assert {*one.values} <= {*map(str, CHOICES.get(trait, ()))} | known or one.trait in NAMED
                assert all(bound is None or isinstance(bound, int) for bound in (one.low, one.high))
    assert read_order(attack) is None
    assert read_traits(attack, tuple(Trait)) == ()


@pytest.mark.practice("P10")
@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("tier:B,A", Condition(Trait.TIER, ("A", "B"))),
        ("marketing:!no", Condition(Trait.MARKETING, ("no",), other=True)),
        ("balance:50..", Condition(Trait.BALANCE, low=50 * WAN)),
        ("balance:0.5..1.25", Condition(Trait.BALANCE, low=WAN // 2, high=WAN * 5 // 4)),
        ("net:..-3", Condition(Trait.NET, high=-3 * WAN)),
        ("silent:90..", Condition(Trait.SILENT, low=90)),
        ("silent:none", Condition(Trait.SILENT, lacks=True)),
        ("keeper:none", Condition(Trait.KEEPER, lacks=True)),
        ("birthday:12,1", Condition(Trait.BIRTHDAY, ("1", "12"))),
        ("matures:..30", Condition(Trait.MATURES, high=30)),
    ],
)
def test_a_condition_is_read(text: str, means: Condition):
    assert read_question(text) == ((means,), ())


@pytest.mark.parametrize(
    "text",
    ["tier:D", "tier:", "tier", "tier:A,D", "balance:-1..", "balance:9..3", "balance:..", "balance:1e3..", "age:200..",
     "age:1.5..", "silent:٣..", "stage:none", "opened:1..", "name:a", "password:x..", "keeper:a b", "net:--1.."],
)  # fmt: skip
def test_what_is_no_condition_is_told(text: str):
    assert read_question(text) == ((), (text,))


def test_of_two_conditions_on_one_trait_the_later_holds_and_a_long_question_is_none():
    assert read_question("tier:A~tier:B")[0] == (Condition(Trait.TIER, ("B",)),)
    assert read_question("tier:A~" * 100)[0] == ()


def test_forms_orders_and_bounds_say_the_same():
    assert between(Trait.BALANCE, " 50 ", "") == Condition(Trait.BALANCE, low=50 * WAN)
    assert between(Trait.BALANCE, "", "") is None
    assert among(Trait.TIER, []) is None
    assert among(Trait.STAGE, ["friend", "known"]) == Condition(Trait.STAGE, ("known", "friend"))
    assert str(read_order("-balance")) == "-balance"
    assert read_order("name") == Order(Trait.NAME)
    assert [bound_text(trait, 1500) for trait in (Trait.AGE, AMOUNTS[0])] == ["1500", "0.0015"]
    assert read_traits("gap,stage,gap,nothing", (Trait.STAGE, Trait.GAP)) == (Trait.STAGE, Trait.GAP)
