"""Ties between customers: seven kinds, each reads right from the other side, and only kin live together."""

import pytest

from guanhu.rules.relations import Bond, Introduced, RelationKind, inverse_of, kind_of, may_share_household, turned


@pytest.mark.practice("P176")
def test_every_bond_is_of_one_of_the_seven_kinds_and_each_kind_has_one():
    assert len(RelationKind) == 7
    assert {kind_of(bond) for bond in Bond} == set(RelationKind)


@pytest.mark.parametrize("bond", Bond)
def test_the_other_side_of_the_other_side_is_this_one_and_of_the_same_kind(bond: Bond):
    assert inverse_of(inverse_of(bond)) is bond
    assert kind_of(inverse_of(bond)) is kind_of(bond)


@pytest.mark.parametrize(
    ("bond", "across"),
    [(Bond.PARENT, Bond.CHILD), (Bond.GRANDCHILD, Bond.GRANDPARENT), (Bond.STUDENT, Bond.TEACHER),
     (Bond.SPOUSE, Bond.SPOUSE), (Bond.COLLEAGUE, Bond.COLLEAGUE)],
)  # fmt: skip
def test_a_parents_other_side_is_a_child(bond: Bond, across: Bond):
    assert inverse_of(bond) is across


def test_who_was_brought_by_her_brought_the_other():
    assert [turned(each) for each in (Introduced.BY, Introduced.OF, None)] == [Introduced.OF, Introduced.BY, None]


def test_only_kin_share_a_household():
    assert {kind_of(bond) for bond in Bond if may_share_household(bond)} == {RelationKind.KIN}
