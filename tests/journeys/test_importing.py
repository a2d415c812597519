"""Two real ledgers come in through the browser: one without a key, one with planted faults, mended and undone."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from guanhu.apps.customers.uploads.actions.work import Worker
from tests.apps.ledgers.brought import in_force
from tests.apps.uploads.brought import rows
from tests.cast import Cast
from tests.conftest import IN_FULL
from tests.journeys.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.practice("P14")]
MANY, SOME = (45_211, 4_500) if IN_FULL else (300, 80)
LOOKS = [("1440", "light"), ("1024", "dark"), ("390", "light")]
USUALLY = {"columns": LOOKS[:1], "writing": LOOKS[1:2], "trial": LOOKS[2:]}
"""Which pages the usual run looks at, and how; before a release all of them in each look."""


def of_marketing(data: Path, folder: Path) -> Path:
    """The bank's campaign, whole or as many of its rows: no column tells who a row is about."""
    path = folder / "活动名单.csv.gz"
    with gzip.open(data / "uci-bank-marketing" / "bank-full.csv.gz", "rb") as whole, gzip.open(path, "wb") as part:
        part.writelines(islice(whole, MANY + 1))
    return path


def of_clients(data: Path, folder: Path) -> Path:
    """Berka's clients with a day of contact planted beside them: every tenth is no day, every fortieth two rows."""
    path = folder / "老客户.csv"
    with gzip.open(data / "berka" / "client.csv.gz", "rt", newline="") as whole, path.open("w", newline="") as file:
        out = csv.writer(file)
        for n, cells in enumerate(islice(csv.reader(whole, delimiter=";"), SOME + 1)):
            day = "2026-02-30" if n % 10 == 0 else "2026-02-03"
            out.writerow([*cells, day if n else "联系日期"])
            if n and n % 40 == 0:
                out.writerow([*cells[:-1], "别处", "2026-02-03"])
    return path


def everything_done() -> None:
    """What waits beside the pages is done."""
    worker = Worker(timezone.now)
    while worker.attend():
        pass


def brought(desk: Desk, path: Path) -> None:
    """A file goes from the form to its columns."""
    desk.open("/imports/")
    desk.page.locator("#i-file").set_input_files(path)
    desk.page.get_by_role("button", name="上传").click()
    expect(desk.page.get_by_role("heading", name="正在打开")).to_be_visible()
    everything_done()
    expect(desk.page.get_by_role("heading", name="列对应", exact=True)).to_be_visible()  # by itself


def looked_at(desk: Desk, what: str) -> list[str]:
    """What axe and the width say, at three widths; in the usual run three pages at one each."""
    desk.settle()
    chosen = LOOKS if IN_FULL else USUALLY.get(what, [])
    return [said for look in chosen for said in desk.seen_as(look, f"import-{what}")]


def test_two_real_ledgers_come_in_and_one_goes_back(
    window: Callable[..., Desk], morning: Cast, real_data: Path, tmp_path: Path
):
    desk = window("1440")
    page = desk.page
    desk.come_in("S01")
    desk.open("/imports/")
    expect(page.get_by_text("还没有导入过")).to_be_visible()
    assert looked_at(desk, "empty") == []

    brought(desk, of_marketing(real_data, tmp_path))
    page.get_by_role("button", name="试运行").click()
    expect(page.get_by_role("alert").first).to_contain_text("以行号为键")
    desk.complaints.clear()  # the browser itself reports the 422
    page.get_by_label("以行号为键").check()
    page.get_by_label("education 写入字段").select_option(label="不导入")
    assert looked_at(desk, "columns") == []
    page.get_by_role("button", name="试运行").click()
    expect(page.get_by_role("heading", name="正在试运行")).to_be_visible()
    everything_done()
    expect(page.get_by_text("每一行都能收")).to_be_visible()
    page.get_by_role("button", name=re.compile("^写入")).click()
    expect(page.get_by_role("heading", name="正在写入")).to_be_visible()
    assert looked_at(desk, "writing") == []
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_role("heading", name="已暂停")).to_be_visible()
    page.get_by_role("button", name="继续写入").click()
    everything_done()
    expect(page.get_by_text("写完了")).to_be_visible()
    written = len(in_force())
    assert written == rows()[-1].rows == MANY

    brought(desk, of_clients(real_data, tmp_path))
    page.get_by_role("button", name="试运行").click()
    everything_done()
    expect(page.get_by_role("heading", name="同类更正")).to_be_visible()
    assert looked_at(desk, "trial") == []
    page.get_by_role("button", name="改为当月最后一天").click()
    everything_done()
    expect(page.get_by_role("button", name="改为当月最后一天")).to_have_count(0)
    expect(page.get_by_role("heading", name="试运行报告")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载拒收行").click()
    assert "double" in taken.value.path().read_text("utf-8-sig")
    page.get_by_role("button", name=re.compile("^写入")).click()
    everything_done()
    expect(page.get_by_text("写完了")).to_be_visible()
    assert len(in_force()) == written + SOME
    assert looked_at(desk, "written") == []
    page.get_by_role("button", name="整批撤回").click()
    everything_done()
    expect(page.get_by_text("已整批撤回")).to_be_visible()
    assert len(in_force()) == written
    desk.open("/imports/")
    assert looked_at(desk, "list") == []
