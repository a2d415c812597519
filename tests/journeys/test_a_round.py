"""A whole round of 分户 in browsers: claimed, disputed, solved, locked, solved again, approved, given, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from guanhu.apps.portfolio.models import Round
from guanhu.rules.access import Role
from guanhu.rules.rounds import RoundState
from tests import offices as people
from tests.apps.portfolio import team
from tests.apps.portfolio.team import HE, LU, SHEN
from tests.cast import Cast
from tests.journeys.conftest import Desk, sizes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DISPUTED, HELD = "C000205", "C000260"
"""沈知微's, whom 何若溪 and 陆景行 both ask for; and 陆景行's, whom the head keeps where she is."""


@pytest.fixture
def branch(morning: Cast) -> dict[int, str]:
    """The offices and the three wealth managers with their sixty; who keeps whom before the round."""
    people.enter(timezone.now())
    team.enter(staff=[*people.STAFF, *team.NEW], protected=(201, 202))
    return team.kept()


def sits_down(window: Callable[..., Desk], staff_no: str, size: str, role: Role | str = "") -> Desk:
    """A colleague before her own browser."""
    desk = window(size)
    desk.come_in(staff_no, role)
    return desk


def claims(desk: Desk, number: str, because: str) -> None:
    """She names a customer by her number and says how she knows her."""
    desk.open("/claims/")
    page = desk.page
    page.get_by_label("姓名全名或客户号").fill(number)
    page.get_by_role("button", name="查找").click()
    page.get_by_label("怎么熟的").fill(because)
    page.get_by_role("button", name="认领", exact=True).click()
    expect(page.get_by_text(because)).to_be_visible()


def opens(head: Desk) -> str:
    """The head begins a first round with claims; returns its address."""
    head.open("/allocation/")
    assert head.seen("allocation-empty") == []
    page = head.page
    page.get_by_label("种类").select_option("first")
    page.get_by_label("先让同事认领").check()
    page.get_by_role("button", name="开始这一轮").click()
    expect(page.get_by_role("button", name="结束认领并求解")).to_be_visible()
    return "/allocation/" + page.url.split("/allocation/")[1].split("?")[0]


def settles(head: Desk, address: str) -> None:
    """She solves, says who gets the one two ask for, keeps another where she is, and solves again."""
    head.open(address)
    page = head.page
    page.get_by_role("button", name="结束认领并求解").click()
    expect(page.get_by_text("待定").first).to_be_visible()
    assert head.seen("round-draft") == []
    row = page.locator("tr.sel").first
    row.locator("select").select_option(label="陆景行（认领）")
    row.get_by_role("button", name="定", exact=True).click()
    head.settle()
    expect(page.locator("tr.sel")).to_have_count(0)
    page.get_by_role("button", name="不调整").first.click()
    head.settle()
    page.get_by_role("button", name="重新求解").click()
    head.settle()
    expect(page.get_by_text("v2").first).to_be_visible()
    assert page.get_by_role("button", name="解除锁定").count() == 2


def publishes(head: Desk) -> None:
    """She publishes what she sees, and types the word."""
    page = head.page
    page.get_by_role("link", name="发布方案").click()
    head.settle()
    assert head.seen("round-publish") == []
    page.get_by_label("输入“发布”确认").fill("发布")
    page.get_by_role("button", name="提请复核").click()
    expect(page.get_by_text("已提请发布，等上级复核")).to_be_visible()


def handed_over(page: Page, word: str) -> int:
    """How many customers the page says came or went."""
    return page.locator("details.handover", has=page.get_by_text(word, exact=True)).count()


@pytest.mark.practice("P8", "P42", "P45", "P48")
@sizes("1440")
def test_a_round_from_the_claims_to_its_taking_back(window: Callable[..., Desk], branch: dict[int, str], size: str):
    head = sits_down(window, "S04", size)
    address = opens(head)
    he, lu = (sits_down(window, number, size) for number in (HE, LU))
    claims(he, DISPUTED, "她女儿的班主任")
    claims(lu, DISPUTED, "同一个小区")
    expect(lu.page.get_by_text("待定").first).to_be_visible()
    assert lu.seen("claims") == []
    settles(head, address)
    publishes(head)
    assert team.kept() == branch
    region = sits_down(window, "A7", size, Role.REGION)
    region.open(address)
    assert region.seen("round-of-region") == []
    expect(region.page.get_by_text("罗", exact=False)).to_have_count(0)
    region.page.get_by_role("button", name="复核通过").click()
    region.settle()
    after = team.kept()
    assert after != branch
    assert after[205] == LU
    assert (after[201], after[202]) == (SHEN, SHEN)
    shen = sits_down(window, SHEN, size)
    shen.open("/handovers/")
    assert shen.seen("handovers") == []
    lu.open("/handovers/")
    assert handed_over(shen.page, "调出") == sum(branch[key] == SHEN != after[key] for key in branch)
    assert handed_over(lu.page, "调入") == sum(after[key] == LU != branch[key] for key in branch)
    shen.page.get_by_label("客户怎么说").first.fill("知道了，认得陆景行")
    shen.page.get_by_role("button", name="做了").first.click()
    expect(shen.page.get_by_text("知道了，认得陆景行")).to_be_visible()
    head.open(address)
    assert head.seen("round-in-force") == []
    head.page.locator("summary", has_text="撤回").click()
    head.page.get_by_label("为什么撤回").fill("先开个会")
    head.page.get_by_role("button", name="撤回", exact=True).click()
    head.settle()
    assert team.kept() == branch
    assert Round.objects.for_system("a test").get().state == RoundState.REVERTED
    lu.open("/handovers/")
    expect(lu.page.get_by_text("最近两个月名单没有变动")).to_be_visible()
