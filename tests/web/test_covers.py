"""代管 on the page: a head sees her branch's covers, arranges one and ends one; nobody else finds the page."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guanhu.apps.people.models import Cover
from guanhu.rules.access import Role
from tests import offices as people
from tests.cast import Cast
from tests.offices import Offices, id_of
from tests.web.conftest import signed_in, text

pytestmark = pytest.mark.slow
ONE = timedelta(days=1)


@pytest.fixture
def qin(offices: Offices) -> Client:
    """秦岚's browser."""
    return signed_in("S04")


def today() -> date:
    return timezone.localdate(timezone.now())


def typed(**given: Any) -> dict[str, Any]:
    """What the form sends: 周予安 covers 沈知微 for three days."""
    return {"giver": str(id_of("S01")), "taker": str(id_of("S02")), "from_on": today().isoformat(),
            "to_on": (today() + 2 * ONE).isoformat(), "why": "年休假", **given}  # fmt: skip


def test_a_branch_without_covers_is_told_what_they_are(qin: Client):
    page = text(qin.get("/team/covers/"))
    assert "现在没有代管" in page
    assert "一次最多 30 天" in page


def test_a_cover_is_arranged_and_opens_the_customers_with_the_next_request(qin: Client, cast: Cast):
    zhou = signed_in("S02")
    assert zhou.get(reverse("customer", args=[cast.zhao])).status_code == 404
    answer = qin.post("/team/covers/", typed())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/team/covers/?done=arranged")
    page = text(qin.get(answer.headers["Location"]))
    assert "周予安 代管 沈知微 的客户" in page
    assert "代管已安排" in page
    assert zhou.get(reverse("customer", args=[cast.zhao])).status_code == 200
    made = Cover.objects.get().public_id
    qin.post(reverse("end_cover", args=[made]), {"why": "提前回来"})
    assert zhou.get(reverse("customer", args=[cast.zhao])).status_code == 404
    assert "提前回来" in text(qin.get("/team/covers/"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"giver": ""}, "选一位同事"), ({"taker": "x"}, "选一位同事"), ({"why": ""}, "写一句理由"),
        ({"from_on": "soon"}, "日期写成"), ({"to_on": ""}, "填到哪天止"),
        ({"to_on": (date(2026, 1, 1)).isoformat()}, "结束日不能早于开始日"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_comes_back(qin: Client, given, said):
    answer = qin.post("/team/covers/", typed(**given))
    page = text(answer)
    assert answer.status_code == 422
    assert said in page
    assert 'role="alert"' in page
    if "why" not in given:
        assert 'value="年休假"' in page
    assert not Cover.objects.exists()


def test_a_colleague_of_another_branch_is_absent(qin: Client):
    assert qin.post("/team/covers/", typed(giver=str(id_of("S03")))).status_code == 404
    assert "严书白" not in text(qin.get("/team/covers/"))


def test_a_cover_ended_by_another_window_is_a_conflict_that_says_so(qin: Client, offices: Offices):
    qin.post("/team/covers/", typed())
    made = Cover.objects.get().public_id
    address = reverse("end_cover", args=[made])
    assert qin.post(address, {"why": ""}).status_code == 422
    assert qin.post(address, {"why": "回来了"}).status_code == 302
    again = qin.post(address, {"why": "回来了"})
    assert again.status_code == 409
    assert "秦岚 已先结束了这次代管" in text(again)


@pytest.mark.parametrize("staff_no", ["S01", "S05", *people.OFFICES])
def test_nobody_but_a_head_finds_the_page(staff_no: str, offices: Offices):
    role = people.OFFICES[staff_no][2] if staff_no in people.OFFICES else Role.KEEPER if staff_no == "S01" else ""
    browser = signed_in(staff_no, role)
    assert browser.get("/team/covers/").status_code == 404
    assert browser.post("/team/covers/", typed()).status_code == 404
    assert "代管" not in text(browser.get("/account/")).split("</nav>")[0]


def test_the_page_of_another_head_shows_none_of_them(qin: Client, offices: Offices):
    qin.post("/team/covers/", typed())
    other = signed_in("S06")
    page = text(other.get("/team/covers/"))
    assert "沈知微" not in page
    assert other.post(reverse("end_cover", args=[Cover.objects.get().public_id]), {"why": "x"}).status_code == 404
