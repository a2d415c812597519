"""隔离区 on the page: where a row stands and why it was kept aside, never what it says."""

from datetime import timedelta

import pytest
from django.test import Client

from guanhu.apps.customers import actions as customers
from guanhu.feeds.errors import Problem
from guanhu.feeds.intake import Quarantined
from guanhu.rules.access import GRANTS, Permission, Role
from tests.audit.conftest import entries
from tests.factories import DAY
from tests.offices import OFFICES, Offices
from tests.web.conftest import signed_in, text

pytestmark = pytest.mark.slow
RAW = "3601021963O3050428"


def keep(rows: int = 3, *, day=DAY, file: str = "customers.csv", raw: dict[str, str | None] | None = None) -> None:
    """Rows kept aside on a day."""
    problems = [
        Quarantined(
            Problem(file, n + 2, "id_no", "customers/form", "证件号码的末位应为数字或 X", RAW, "请核对"),
            {"id_no": RAW, "name": "钱不识"} if raw is None else raw,
        )
        for n in range(rows)
    ]
    customers.keep_quarantine(day, problems)


def browser(role: Role = Role.DATA) -> Client:
    return signed_in(next(no for no, (_, _, each) in OFFICES.items() if each is role), role)


def test_an_empty_quarantine_says_what_would_be_here(offices: Offices):
    assert "隔离区是空的" in text(browser().get("/quarantine/"))


@pytest.mark.parametrize("role", sorted(GRANTS[Permission.QUARANTINE_READ]))
def test_rows_are_shown_with_their_address_and_reason_and_without_what_they_say(role: Role, offices: Offices):
    keep()
    page = text(browser(role).get("/quarantine/"))
    for told in ("customers.csv", "第 2 行", "id_no", "customers/form", "末位应为数字或 X", "已封存"):
        assert told in page
    for raw in (RAW, RAW[:6], RAW[-4:], "钱不识"):
        assert raw not in page


def test_a_row_of_which_nothing_was_kept_says_so(offices: Offices):
    problem = Problem("accounts.csv", 9, "cvv", "c3/column", "C3 数据列有值；值未保留", None, "")
    customers.keep_quarantine(DAY, [Quarantined(problem, {})])
    assert "未保留" in text(browser().get("/quarantine/")).split("<tbody>")[1]


def test_days_and_files_are_counted_and_chosen(offices: Offices):
    keep(3)
    keep(2, day=DAY - timedelta(days=1), file="holdings.csv")
    page = text(browser().get("/quarantine/"))
    assert f"{DAY:%m-%d} 3" in page
    assert f"{DAY - timedelta(days=1):%m-%d} 2" in page
    assert "holdings.csv" not in page.split("<tbody>")[1]
    other = text(browser().get("/quarantine/", {"day": (DAY - timedelta(days=1)).isoformat()}))
    assert other.split("<tbody>")[1].count("holdings.csv") == 2
    none = text(browser().get("/quarantine/", {"file": "nothing.csv"}))
    assert "这个文件没有隔离的行" in none


def test_a_page_holds_fifty_rows(offices: Offices):
    keep(60)
    first, last = (text(browser().get("/quarantine/", {"page": n})) for n in ("1", "2"))
    assert [page.split("<tbody>")[1].count("<tr>") for page in (first, last)] == [50, 10]
    assert text(browser().get("/quarantine/", {"page": "99"})).split("<tbody>")[1].count("<tr>") == 10


@pytest.mark.parametrize("asked", [{"day": "soon"}, {"day": "2020-01-01"}, {"page": "x"}, {"page": "9" * 12}])
def test_an_odd_address_brings_the_latest_day(asked: dict[str, str], offices: Offices):
    keep()
    assert "customers.csv" in text(browser().get("/quarantine/", asked))


@pytest.mark.parametrize("role", [role for role in Role if role not in GRANTS[Permission.QUARANTINE_READ]])
def test_nobody_else_finds_the_page(role: Role, offices: Offices):
    keep()
    number = next((no for no, (_, _, each) in OFFICES.items() if each is role), None)
    number = number or {Role.COUNTER: "S05", Role.KEEPER: "S01", Role.HEAD: "S04"}[role]
    assert signed_in(number, role).get("/quarantine/").status_code == 404


def test_looking_is_on_the_trail_with_how_many_rows(offices: Offices):
    keep()
    browser().get("/quarantine/")
    told = next(one for one in reversed(entries("B1")) if one["action"] == "quarantine_view")
    assert (told["actor"], told["told"]["id"], told["told"]["count"]) == ("A5", DAY.isoformat(), 3)
