"""The loop of one day: a morning is recorded in the browser, the night counts it, the next morning shows it.

A real small bank: the invented bank's files, read, measured, planned and published by the product's own nights.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from guanhu.cli.postgres import LOGINS, Server
from guanhu.demo.cast import SHEN
from tests.conftest import IN_FULL
from tests.databases import copy_of
from tests.journeys.conftest import PASSWORD, Desk
from tests.journeys.evening import DAY
from tests.night.conftest import worker_database as worker_database
from tests.site import ROOT, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CUSTOMERS = 1200
"""Enough for a list of nine at 沈知微's share of the quota."""
NEXT = re.compile(r"(\d\d-\d\d) · \S+ (?:系统排的下一次|往后的展望)")
"""The next planned contact as the timeline tells it: soon as a plan, later as an outlook."""


@dataclass(frozen=True)
class Bank:
    """A bank of its own: its folder and the address of its database."""

    var: Path
    url: str

    def run(self, *command: str) -> None:
        """A command of the product on this bank, in a process of its own."""
        environment = {
            **os.environ, "GUANHU_VAR": str(self.var), "PYTHONPATH": str(ROOT), "GUANHU_LOG": "error",
            "DJANGO_SETTINGS_MODULE": "guanhu.config.settings", "DATABASE_URL": self.url,
            "DATABASE_OWNER_URL": self.url.replace(LOGINS["night"], LOGINS["owner"]),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def night(self, *, forgetful: bool = False) -> None:
        """The night of the morning's day, by the command; or by one that loses the day's contacts."""
        if forgetful:
            self.run("tests.journeys.evening", "--forgetful")
        else:
            folder = self.var / "demo" / DAY.isoformat()
            self.run("guanhu.cli", "night", "--day", DAY.isoformat(), "--from", str(folder))


@pytest.fixture(scope="module")
def evening(postgres_server: Server, worker_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """The bank with every night up to 2026-11-23 published; today is the 24th."""
    with copy_of(postgres_server, worker_database) as name:
        bank = Bank(tmp_path_factory.mktemp("evening"), postgres_server.url(name))
        bank.run("tests.journeys.evening", str(CUSTOMERS), PASSWORD)
        yield bank


@pytest.fixture
def bank(evening: Bank, postgres_server: Server, tmp_path: Path) -> Iterator[Bank]:
    """That bank once more, for one test alone."""
    with copy_of(postgres_server, evening.url.split("@/")[1].split("?")[0]) as name:
        yield Bank(Path(shutil.copytree(evening.var, tmp_path / "var")), postgres_server.url(name))


@contextmanager
def desk_at(bank: Bank, window: Callable[..., Desk]) -> Iterator[Desk]:
    """沈知微's browser before the site of this bank, signed in."""
    with serving(bank.url, GUANHU_VAR=str(bank.var)) as site:
        desk = window()
        desk.site = site
        desk.sign_in(SHEN)
        yield desk


@dataclass
class Morning:
    """Whom the morning dealt with and how, by public id."""

    who: dict[str, str] = field(default_factory=dict)
    undone_days: int | None = None
    """Days since the last contact with the one taken back, before it was written; none where there never was one."""


def line(desk: Desk) -> str:
    """Whose brief is open."""
    desk.settle()
    return str(desk.page.locator("#brief [data-line]").get_attribute("data-line"))


def fact(desk: Desk, customer: str, word: str) -> str:
    """One figure of a customer's brief."""
    desk.open(f"/today/{customer}/")
    return desk.page.locator(f"#brief dt:text-is('{word}') + dd").inner_text().replace("\n", " ")


def figure(text: str) -> int:
    """+1,272 元 as a number."""
    sign = -1 if text.strip()[0] == "−" else 1
    return sign * int("".join(re.findall(r"\d", text)))


def days_since(text: str) -> int | None:
    """「12 天前」 as a number; nothing where there was no contact."""
    return figure(text) if re.search(r"\d", text) else None


def signs_add_up(desk: Desk) -> bool:
    """Do the signed reasons of the open brief add up to the total below them?"""
    *parts, total = [figure(text) for text in desk.page.locator("#brief .why-list .n").all_inner_texts()]
    return bool(parts) and sum(parts) == total


def listed(desk: Desk) -> dict[str, Locator]:
    """Today's open lines by customer."""
    rows = desk.page.locator(".task.open-line").all()
    return {str(row.get_attribute("id")).removeprefix("line-"): row for row in rows}


def group(desk: Desk, code: str) -> list[str]:
    """Who stands under one heading of the list."""
    rows = desk.page.locator(f"section[aria-labelledby=g-{code}] .task").all()
    return [str(row.get_attribute("id")).removeprefix("line-") for row in rows]


def walk_the_morning(desk: Desk) -> Morning:
    """J and K, every line's why, then each outcome by its key, and one of them taken back."""
    page, morning = desk.page, Morning()
    lines = list(listed(desk))
    assert len(lines) == 9
    assert line(desk) == lines[0]
    for expected in lines[1:]:
        assert signs_add_up(desk)
        page.keyboard.press("j")
        assert line(desk) == expected
    assert signs_add_up(desk)
    for expected in reversed(lines[:-1]):
        page.keyboard.press("k")
        assert line(desk) == expected

    def record(what: str, *keys: str, **fields: str) -> None:
        morning.who[what] = line(desk)
        said = desk.record(*keys, **fields)
        assert "已记下" in said, said

    record("reached", "1", said="想把一半续三年")
    record("closed", "5", minutes="4", seconds="20", product="三年期定期", amount_wan="20")
    record("no answer", "2", retry_on="2026-11-25", retry_at="15:30")
    record("booked", "4", minutes="2", meeting_on="2026-11-25", meeting_at="10:00", meeting_place="贵宾室")
    record("sent", "1", said="发了到期提醒")
    record("answered", "2")
    refuse(desk, "不信任")
    page.get_by_label("客户说不要再营销").check()
    record("no marketing")
    refuse(desk, "没需要")
    record("declined")
    morning.undone_days = days_since(page.locator("#brief dt:text-is('上次联系') + dd").inner_text())
    record("undone", "2")
    expect(page.locator("#brief")).to_contain_text("今天的任务都做完了")
    with page.expect_response(re.compile("/undo/")):
        page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("已撤销")
    assert line(desk) == morning.who["undone"]
    expect(page.locator("#quota")).to_contain_text("2 / 3")
    return morning


def refuse(desk: Desk, why: str) -> None:
    """拒绝, with the reason."""
    desk.page.keyboard.press("3")
    desk.page.get_by_label(why).check(force=True)


def the_next_morning(desk: Desk, morning: Morning) -> list[str]:
    """What the page of the 25th says wrongly about the 24th; nothing when the loop is closed."""
    desk.open("/today/")
    page, who = desk.page, morning.who
    head = page.locator("main").inner_text()
    open_lines, duties = listed(desk), group(desk, "duty")
    says = {
        "today is the next day": "11月25日 星期三" in head,
        "the data is of last night": "11-24" in page.locator(".nav-foot").inner_text(),
        "the rings start at nothing": page.locator("#quota p.v").all_inner_texts() == ["0 / 5", "0 / 3", "0 / 1"],
        "nothing is done yet": page.locator("#g-done").count() == 0,
        "who was reached needs no call that is no duty": who["reached"] not in open_lines or who["reached"] in duties,
        "the appointment stands": who["booked"] in duties and "承诺回访" in open_lines[who["booked"]].inner_text(),
        "the call-back stands": who["no answer"] in duties and "承诺回访" in open_lines[who["no answer"]].inner_text(),
    }
    waits = who["undone"] in open_lines or NEXT.search(timeline(desk, who["undone"])) is not None
    says["what was taken back changed nothing"] = waits
    planned = NEXT.search(timeline(desk, who["declined"]))
    rests = planned is None or planned[1] >= "12-24"  # thirty days from the day on which he declined
    says["who declined is left alone"] = rests and who["declined"] not in open_lines
    desk.open("/today/")
    for what, days in {"reached": "1 天前", "closed": "1 天前", "booked": "1 天前"}.items():
        says[f"last contact with {what}"] = fact(desk, who[what], "上次联系") == days
    since, before = days_since(fact(desk, who["undone"], "上次联系")), morning.undone_days
    says["the undone contact is no contact"] = since == (None if before is None else before + 1)
    desk.open(f"/today/{who['no marketing']}/")
    brief = page.locator("#brief").inner_text()
    says["no marketing to who wants none"] = "不谈营销：无营销授权" in brief and "门槛" not in brief
    says["the signs add up"] = all(signs_add_up(desk) for each in open_lines if opened(desk, each))
    return [what for what, holds in says.items() if not holds]


def opened(desk: Desk, customer: str) -> bool:
    """Open a customer's brief."""
    desk.open(f"/today/{customer}/")
    return line(desk) == customer


def timeline(desk: Desk, customer: str) -> str:
    """What a customer's file tells of the past and of what is ahead."""
    desk.open(f"/customers/{customer}/")
    return re.sub(r"\s+", " ", desk.page.locator("section[aria-labelledby=h-x]").inner_text())


def test_a_morning_is_counted_by_the_night_and_seen_the_next_day(bank: Bank, window: Callable[..., Desk]):
    with desk_at(bank, window) as desk:
        expect(desk.page.locator("h1")).to_have_text("11月24日 星期二")
        morning = walk_the_morning(desk)
        bank.night()
        assert the_next_morning(desk, morning) == []
        desk.open("/today/")
        desk.shot("next-morning")

        told = {
            "booked": "今天 10:00 · 面访 约定的下一次联系 贵宾室",
            "reached": "沈知微 接通 想把一半续三年",
            "no answer": "今天 15:30 · 电话 约定的下一次联系 未接再拨",
            "closed": "成交 20万 4分20秒（自报） 三年期定期",
            "sent": "已发送 发了到期提醒",
            "declined": "拒绝",
            "undone": "（已撤销）",
        }
        said = {what: timeline(desk, morning.who[what]) for what in told}
        assert {what: said[what] for what, words in told.items() if words not in said[what]} == {}
        assert all("昨天" in words for words in said.values())
        desk.shot("next-morning-file")


@pytest.mark.skipif(not IN_FULL, reason="a second night of the bank: in ./do test-all")
def test_a_night_that_loses_the_contacts_is_found(bank: Bank, window: Callable[..., Desk]):
    with desk_at(bank, window) as desk:
        morning = walk_the_morning(desk)
        bank.night(forgetful=True)
        found = the_next_morning(desk, morning)
    assert {"who declined is left alone", "last contact with reached", "last contact with booked"} <= set(found)
