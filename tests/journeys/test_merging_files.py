"""Two files of one person in a browser: found, looked at side by side, merged, and split back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from guanhu.apps.customers import actions as customers
from tests.cast import CUSTOMERS, Cast
from tests.conftest import IN_FULL
from tests.factories import customer_row
from tests.journeys.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = {
    "zh": {"compare": "并排核对", "merge": "是同一人，合并", "merged": "已并入这份档案", "split": "拆回"},
    "en": {"compare": "Compare", "merge": "Same person, merge", "merged": "was merged into this file",
           "split": "Split back"},
}  # fmt: skip
LOOKS = [("390", "zh")] + ([("1440", "en"), ("1440", "zh"), ("390", "en")] if IN_FULL else [])


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_two_files_are_found_compared_merged_and_split_back(
    window: Callable[..., Desk], morning: Cast, size: str, language: str
):
    words = WORDS[language]
    same = {
        "name": "赵桂芳",
        "phone": "13812342716",
        "id_no": "360102196303050428",
        "address": "南昌市西湖区站前路 1 号",
    }
    customers.take_in({"customers": [*CUSTOMERS, customer_row(205, **same)]})
    desk = window(size)
    desk.come_in("S01")
    if language == "en":
        desk.page.context.add_cookies([{"name": "guanhu_language", "value": "en", "url": desk.site}])
    desk.open("/customers/duplicates/")
    assert desk.seen(f"duplicates-{language}") == []
    desk.page.get_by_role("link", name=words["compare"]).click()
    desk.page.locator("input[name=address][value=other]").check()
    assert desk.seen(f"pair-{language}") == []
    desk.page.get_by_role("button", name=words["merge"]).click()
    banner = desk.page.locator(".joined")
    expect(banner).to_contain_text("C000205")
    expect(banner).to_contain_text(words["merged"])
    assert desk.seen(f"merged-{language}") == []
    banner.get_by_role("button", name=words["split"]).click()
    expect(desk.page.get_by_role("link", name=words["compare"])).to_be_visible()
