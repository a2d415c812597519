"""Colleagues ask for customers they know, in the open, and never see more of them than that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio import queries as rounds
from guanhu.apps.portfolio.claims import actions, queries
from guanhu.apps.portfolio.models import Member, Round
from guanhu.apps.portfolio.rounds import actions as deciding
from guanhu.rules.kinds import Post
from guanhu.rules.rounds import RoundKind
from tests.apps.portfolio import team
from tests.apps.portfolio.team import HE, LU, SHEN, WEALTH, page_of
from tests.cast import viewer
from tests.factories import NOW


@pytest.fixture
def qin(db: None) -> Viewer:
    """秦岚, whose branch takes claims for a first split."""
    team.enter(keepers=False)
    head = viewer("S04")
    deciding.open_round(by=head, branch_id=head.branch_id, post=WEALTH, kind=RoundKind.FIRST, claims=True, now=NOW)
    return head


def ask(number: str, customer: int, known: str = "close") -> None:
    """Somebody claims."""
    with page_of(number) as seen:
        (one,) = queries.claimable(seen, f"C{customer:06d}") or (None,)
        member = one.member if one else "gone"
        actions.claim(by=seen, member=member, known=known, because="同小区", now=NOW)


def found(number: str, said: str) -> list[tuple[str, str]]:
    """Whom somebody finds: how she is called, and the tail of her number."""
    with page_of(number) as seen:
        return [(one.called, one.tail) for one in queries.claimable(seen, said)]


@pytest.mark.practice("P45")
def test_everybody_sees_who_asks_for_whom_and_where_two_ask_for_one(qin: Viewer):
    ask(SHEN, 201)
    ask(LU, 201, "well")
    ask(HE, 202)
    told = queries.open_claims(viewer(HE))
    assert told is not None
    assert [(one.staff, one.disputed, one.mine) for one in told.claims if one.tail == "0201"] == [
        ("沈知微", True, False), ("陆景行", True, False),
    ]  # fmt: skip
    assert [one.mine for one in told.claims if one.tail == "0202"] == [True]
    assert all(one.called == "罗*萍" for one in told.claims)


@pytest.mark.practice("P45")
def test_claims_are_met_and_a_conflict_is_the_heads_to_settle(qin: Viewer):
    for key in (201, 206):
        ask(SHEN, key)
    ask(LU, 206)
    row = Round.objects.for_system("a test").get()
    deciding.solve(by=qin, round_id=row.public_id, now=NOW)
    moves = rounds.moves_of(qin, row.public_id, only="disputed")
    assert moves is not None
    assert moves.disputed == 1
    assert moves.rows[0].wanted_by == ("沈知微", "陆景行")
    one, to = moves.rows[0].public_id, team.staff(LU).public_id
    deciding.pin(by=qin, round_id=row.public_id, member_id=one, keeper=to, now=NOW)
    deciding.solve(by=qin, round_id=row.public_id, now=NOW)
    after = dict(Member.objects.for_system("a test").filter(round=row).values_list("customer_id", "after__staff_no"))
    assert (after[201], after[206]) == (SHEN, LU)
    told = rounds.moves_of(qin, row.public_id, only="disputed")
    assert told is not None
    assert told.disputed == 0


def test_a_keeper_finds_by_full_name_or_number_only_while_claims_are_open(qin: Viewer):
    assert {tail for _, tail in found(HE, "罗二萍")} == {f"02{n:02d}" for n in range(1, 61) if n % 10 == 1}
    assert found(HE, "C000205") == [("罗*萍", "0205")]
    assert found(HE, "罗") == found(HE, "C000") == []
    row = Round.objects.for_system("a test").get()
    deciding.solve(by=qin, round_id=row.public_id, now=NOW)
    assert found(HE, "C000205") == []
    assert queries.open_claims(viewer(HE)) is None
    with pytest.raises(Conflict):
        ask(HE, 205)


def test_a_claim_says_how_she_is_known_and_may_be_taken_back(qin: Viewer):
    with pytest.raises(Refused) as refused, page_of(HE) as seen:
        actions.claim(by=seen, member="C000205", known="heard of", because="", now=NOW)
    assert set(refused.value.errors) == {"customer", "known", "because"}
    ask(HE, 203)
    ask(HE, 203, "seen")
    told = queries.open_claims(viewer(HE))
    assert told is not None
    assert [(one.known, one.mine) for one in told.claims] == [("seen", True)]
    with pytest.raises(Invisible):
        actions.withdraw(by=viewer(LU), claim=told.claims[0].public_id, now=NOW)
    actions.withdraw(by=viewer(HE), claim=told.claims[0].public_id, now=NOW)
    again = queries.open_claims(viewer(HE))
    assert again is not None
    assert again.claims == ()


def test_another_post_is_not_asked(qin: Viewer):
    assert queries.open_claims(viewer("S02")) is None
    assert found("S02", "C000205") == []


def test_a_wish_list_has_an_end(qin: Viewer, settings: Any):
    settings.GUANHU_POLICY = replace(settings.GUANHU_POLICY, post_capacity={Post.WEALTH: 10})
    for key in (201, 202):
        ask(HE, key)
    with pytest.raises(Refused, match="到上限"):
        ask(HE, 203)
