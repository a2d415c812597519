"""The list side by side: a card moves one stage with evidence, is moved back, and says so when somebody was first."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client

from guanhu.apps.customers.models import Customer, StageRecord
from tests.cast import Cast
from tests.web.conftest import signed_in, text

pytestmark = pytest.mark.slow


def columns(page: str) -> dict[str, list[str]]:
    """Who stands in which column."""
    parts = re.split(r'<section class="board-column" aria-labelledby="b-(\w+)"', page)
    named = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {name: re.findall(r'<a href="/customers/[0-9a-f-]+/">([^<]+)</a>', part) for name, part in named.items()}


def move(site: Client, customer: UUID, current: str, stage: str, note: str = "主动来电问理财"):
    """What the form of a card sends."""
    told = {"current": current, "stage": stage, "note": note, "board": "stage", "where": "kind:personal"}
    return site.post(f"/customers/{customer}/move/", told)


def stage_of(customer: UUID) -> str:
    return Customer.objects.for_system("an oracle").get(public_id=customer).stage


@pytest.mark.practice("P77")
def test_a_card_moves_one_stage_with_evidence_and_back(cast: Cast, shen: Client):
    board = columns(text(shen.get("/customers/?where=kind:personal&board=stage")))
    assert board == {"known": ["李*华"], "accepted": [], "habit": [], "relied_on": ["赵*芳"], "friend": []}
    answer = move(shen, cast.li, "known", "accepted")
    assert answer.headers["Location"].startswith("/customers/?where=kind:personal&board=stage&moved=")
    page = text(shen.get(answer.headers["Location"]))
    assert columns(page)["accepted"] == ["李*华"]
    assert "已移到「接受」" in page
    toast = page.split('class="toast"')[1]
    undo = dict(re.findall(r'name="(\w+)" value="([^"]*)"', toast.split("</form>")[0]))
    assert (undo["current"], undo["stage"], undo["board"]) == ("accepted", "known", "stage")
    shen.post(f"/customers/{cast.li}/move/", undo)
    assert stage_of(cast.li) == "known"
    kept = StageRecord.objects.for_system("an oracle").filter(customer__public_id=cast.li, source="own").order_by("pk")
    assert [(one.stage, one.note) for one in kept] == [("accepted", "主动来电问理财"), ("known", "撤销刚才的移动")]


@pytest.mark.parametrize(
    ("stage", "note", "says"), [("habit", "来过", "一次只能升或降一级"), ("accepted", " ", "依据")]
)
def test_a_jump_or_a_move_without_evidence_stays_and_says_so(
    cast: Cast, shen: Client, stage: str, note: str, says: str
):
    answer = move(shen, cast.li, "known", stage, note)
    assert answer.status_code == 422
    assert says in text(answer).split('role="alert"')[1][:60]
    assert columns(text(answer))["known"] == ["李*华"]
    assert stage_of(cast.li) == "known"


def test_who_was_first_is_named_and_nothing_is_overwritten(cast: Cast, shen: Client):
    move(shen, cast.li, "known", "accepted")
    answer = move(shen, cast.li, "known", "accepted", "另一句")
    assert answer.status_code == 409
    assert stage_of(cast.li) == "accepted"


def test_a_colleagues_customer_is_absent(cast: Cast, shen: Client):
    assert move(shen, cast.sun, "known", "accepted").status_code == 404
    assert stage_of(cast.sun) == "known"


def test_tiers_are_measured_and_a_branch_is_looked_at(cast: Cast, shen: Client):
    """Nobody moves a card between tiers, nor of customers she does not keep."""
    assert 'href="/customers/?board=tier">看板：分层</a>' in text(shen.get("/customers/?board=stage"))
    tiers = text(shen.get("/customers/?board=tier"))
    assert columns(tiers) == {"A": ["赵*芳"], "B": ["李*华"], "C": []}
    assert "/move/" not in tiers
    branch = text(signed_in("S04").get("/customers/?board=stage"))
    assert columns(branch)["known"] == ["李*华", "孙*"]
    assert "/move/" not in branch


def test_a_condition_on_the_stage_leaves_its_columns_and_a_view_keeps_the_board(cast: Cast, shen: Client):
    assert list(columns(text(shen.get("/customers/?where=stage:known,friend&board=stage")))) == ["known", "friend"]
    saved = shen.post("/customers/views/", {"title": "看板", "shared": "own", "board": "stage", "pinned": "yes"})
    assert columns(text(shen.get(saved.headers["Location"])))["relied_on"] == ["赵*芳"]
