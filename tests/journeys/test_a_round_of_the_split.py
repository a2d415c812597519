"""分户 in a browser: a head pins, solves, publishes; the colleagues see what changed; each page without a barrier."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from guanhu.apps.portfolio.models import Claim, Member, Round
from guanhu.apps.portfolio.rounds import actions
from guanhu.rules.access import Role
from guanhu.rules.kinds import Post
from guanhu.rules.rounds import RoundKind
from tests import offices as people
from tests.cast import Cast
from tests.journeys.conftest import Desk, sizes
from tests.journeys.test_odd_pages import speak_english
from tests.offices import viewer
from tests.web.test_allocation import HE, LU, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KEYS = range(2001, 2091)


@pytest.fixture
def branch(morning: Cast) -> None:
    """Three wealth managers, one of whom keeps far more than the others."""
    people.enter(timezone.now())
    settle(KEYS)


def opened(kind: RoundKind, *, claims: bool = False) -> Round:
    now = timezone.now()
    head = viewer("S04", now)
    return actions.open_round(
        by=head, branch_id=head.branch_id, post=Post.WEALTH, kind=kind, claims=claims, because="人手变化", now=now
    )


def claimed(row: Round) -> None:
    """Two ask for the same customer."""
    one = Member.objects.for_system("a test").filter(round=row).order_by("pk")[0]
    told = {"called": "周*", "tail": "2001", "tier": "A", "known": "well", "because": "同小区", "at": row.opened_at}
    for number in (LU, HE):
        staff = viewer(number, timezone.now()).staff_id
        Claim.objects.create(round=row, customer_id=one.customer_id, staff_id=staff, **told)


def desk_of(window: Callable[..., Desk], staff_no: str, size: str, role: Role | str = "") -> Desk:
    desk = window(size)
    desk.come_in(staff_no, role)
    return desk


@sizes("1440")
def test_a_head_pins_by_one_press_solves_and_publishes_with_the_word(
    window: Callable[..., Desk], branch: None, size: str
):
    row = opened(RoundKind.MONTHLY)
    desk = desk_of(window, "S04", size)
    page = desk.page
    desk.open(f"/allocation/{row.public_id}/")
    page.get_by_role("button", name=re.compile("^锁定")).first.click()
    expect(page.locator("#round-acts")).to_contain_text("1 处改动未求解")
    expect(page.locator(".lock[aria-pressed=true]")).to_have_count(1)
    assert desk.seen("round-pinned") == []
    page.get_by_role("button", name="重新求解").click()
    expect(page.locator("h1")).to_contain_text("v2")
    page.get_by_role("link", name="发布方案").click()
    box = page.get_by_role("dialog")
    expect(box.get_by_label("输入“发布”确认")).to_be_focused()
    assert desk.seen("round-publish") == []
    box.get_by_label("输入“发布”确认").fill("发布")
    box.get_by_role("button", name="发布并通知").click()
    expect(page.locator("#toasts")).to_contain_text("已发布")
    other = desk_of(window, LU, size)
    other.open("/handovers/")
    expect(other.page.get_by_text("调入").first).to_be_visible()
    assert other.seen("handovers") == []


@sizes("390")
def test_no_page_of_a_round_has_a_barrier(window: Callable[..., Desk], branch: None, size: str):
    row = opened(RoundKind.QUARTERLY, claims=True)
    claimed(row)
    here = f"/allocation/{row.public_id}/"
    found = {}
    for staff_no, role, pages in (
        ("S04", "", {"rounds": "/allocation/", "round-claiming": here, "stability": "/allocation/stability/"}),
        (LU, "", {"claims": "/claims/"}),
    ):
        desk = desk_of(window, staff_no, size, role)
        for what, address in pages.items():
            desk.open(address)
            found[what] = desk.seen(what)
    actions.solve(by=viewer("S04", timezone.now()), round_id=row.public_id, now=timezone.now())
    head, region = desk_of(window, "S04", size), desk_of(window, "A7", size, Role.REGION)
    for desk, what in ((head, "round"), (head, "round-proof"), (region, "round-of-region")):
        desk.open(here + ("proof/" if what == "round-proof" else ""))
        found[what] = desk.seen(what)
    head.open(here)
    speak_english(head)
    head.open(here)
    found["round-en"] = head.seen("round-en")
    assert {what: said for what, said in found.items() if said} == {}
