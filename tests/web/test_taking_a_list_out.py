"""导出 on its pages: asked for from the book, decided by another, made, taken once; nobody else finds any of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guanhu.apps.audit.models import Entry
from guanhu.apps.customers.exports.models import Export, ExportFile
from guanhu.apps.people.models import SignIn
from guanhu.rules.access import Role
from tests.cast import Cast
from tests.offices import Offices
from tests.web.conftest import HTMX, signed_in, text

pytestmark = pytest.mark.slow
SENT = {"columns": ["customer_no", "name", "average"], "file": "csv", "use": "visit", "why": "周末拜访"}


def confirm_all() -> None:
    """Everybody has just shown who she is."""
    SignIn.objects.update(confirmed_at=timezone.now())


def asked(browser: Client, **more: Any) -> str:
    """The address of a request made with this form."""
    answer = browser.post("/exports/ask/", {**SENT, **more})
    assert answer.status_code == 302, text(answer)
    return str(answer.headers["Location"]).partition("?")[0]


def waiting(address: str) -> str:
    """The same request as its approver finds it."""
    return address.replace("/exports/", "/exports/approvals/")


def approve(browser: Client, address: str, **more: Any) -> Any:
    """Press what stands on the approver's page."""
    page = text(browser.get(waiting(address)))
    digest = re.search(r'name="digest" value="(\w+)"', page)
    return browser.post(waiting(address) + "approve/", {"digest": digest[1] if digest else "", **more})


@pytest.mark.practice("P14")
def test_a_list_goes_from_the_book_through_the_head_into_a_file_that_is_taken_once(cast: Cast):
    shen = signed_in()
    assert 'action="/exports/new/"' in text(shen.get("/customers/?tier=A"))
    form = text(shen.post("/exports/new/", {"where": "tier:A"}))
    assert "分层：A 类 · 1 户" in form
    assert "由网点负责人批准" in form
    address = asked(shen, where="tier:A")
    page = text(shen.get(address))
    assert "等网点负责人批准" in page
    assert "赵" not in page.partition("<main")[2]
    qin = signed_in("S04")
    assert "1 个待批准" in text(qin.get("/exports/approvals/"))
    assert "周末拜访" in text(qin.get(waiting(address)))
    assert approve(qin, address).headers["Location"] == f"/account/confirm?next={waiting(address)}"
    confirm_all()
    assert approve(qin, address).headers["Location"] == "/exports/approvals/?done=approved"
    decided = text(qin.get("/exports/approvals/"))
    assert "已批准" in decided
    assert "个待批准" not in decided
    assert "生成文件" in text(shen.get(address))
    assert shen.post(address + "make/").headers["Location"] == address + "?done=made"
    SignIn.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))
    assert shen.post(address + "file/").headers["Location"] == f"/account/confirm?next={address}"
    confirm_all()
    file = shen.post(address + "file/")
    number = Export.objects.for_system("a test").get().number
    assert file.headers["Content-Disposition"] == f'attachment; filename="guanhu-{number}.csv"'
    assert "no-store" in file.headers["Cache-Control"]
    assert file.content.decode("utf-8-sig").splitlines()[2] == '"C000101","赵*芳","1800000.00"'
    again = shen.post(address + "file/")
    assert again.status_code == 409
    assert "已下载" in text(again)
    assert ExportFile.objects.for_system("a test").get().content is None


def test_a_workbook_is_handed_out_as_one(cast: Cast):
    shen = signed_in()
    confirm_all()
    address = asked(shen, columns=["kind", "opened"], file="xlsx")
    file = shen.post(address + "file/")
    assert file.content[:2] == b"PK"
    assert file.headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_without_the_second_factor_nothing_is_asked_approved_or_taken(cast: Cast):
    address = asked(signed_in())
    confirm_all()
    shen, qin = signed_in(has_code=False), signed_in("S04", has_code=False)
    for browser, where in ((shen, "/exports/new/"), (shen, "/exports/ask/"), (shen, address + "make/"),
                           (shen, address + "file/"), (qin, waiting(address) + "approve/")):  # fmt: skip
        assert browser.post(where, SENT).headers["Location"] == "/account/factor"
    assert Export.objects.for_system("a test").get().state == "asked"


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(cast: Cast):
    answer = signed_in().post("/exports/ask/", {"columns": ["name"], "file": "csv", "why": "带去拜访", "words": "赵"})
    page = text(answer)
    assert answer.status_code == 422
    assert "选一种用途" in page
    assert 'value="带去拜访"' in page
    assert 'name="words" value="赵"' in page
    assert not Export.objects.for_system("a test").exists()


def test_words_that_find_somebody_stand_in_no_address(cast: Cast):
    shen = signed_in()
    found = text(shen.post("/customers/find/", {"words": "13812342716"}))
    assert '<input type="hidden" name="words" value="13812342716">' in found
    address = asked(shen, words="13812342716")
    assert "13812342716" not in address
    made = Export.objects.for_system("a test").get()
    assert b"13812342716" not in made.selection.raw
    assert made.rows == 1


def test_an_address_takes_the_conditions_and_no_words(cast: Cast):
    page = text(signed_in().get("/exports/new/", {"where": "tier:A", "words": "李建华"}))
    assert "分层：A 类 · 1 户" in page
    assert "李建华" not in page


def test_an_empty_list_says_so_and_offers_no_form(cast: Cast):
    page = text(signed_in().post("/exports/new/", {"words": "没有这个人"}))
    assert "名单里没有客户" in page
    assert "/exports/ask/" not in page


def test_the_head_sends_a_request_back_with_a_reason(cast: Cast):
    shen = signed_in()
    address = asked(shen)
    qin = signed_in("S04")
    assert qin.post(waiting(address) + "refuse/", {"why": ""}).status_code == 422
    assert qin.post(waiting(address) + "refuse/", {"why": "列太多"}).status_code == 302
    assert "列太多" in text(shen.get(address))
    assert qin.post(waiting(address) + "refuse/", {"why": "列太多"}).status_code == 409


def test_a_request_altered_between_looking_and_pressing_is_not_approved(cast: Cast):
    address = asked(signed_in())
    qin = signed_in("S04")
    confirm_all()
    answer = qin.post(waiting(address) + "approve/", {"digest": "0" * 32})
    assert answer.status_code == 409
    assert "重新看一遍" in text(answer)
    assert Export.objects.for_system("a test").get().state == "asked"


def test_nobody_finds_the_request_of_another(cast: Cast, offices: Offices):
    shen = signed_in()
    confirm_all()
    address = asked(shen)
    for who, role in (("S02", Role.KEEPER), ("S03", Role.KEEPER), ("S06", Role.HEAD), ("A4", Role.AUDIT)):
        other = signed_in(who, role)
        assert other.get(address).status_code == 404
        assert other.post(address + "file/").status_code == 404
        assert other.get(waiting(address)).status_code == 404
    assert shen.get(waiting(address)).status_code == 404
    qin = signed_in("S04")
    assert qin.get(address).status_code == 404


def test_the_head_s_own_list_is_decided_by_the_region_and_not_by_herself(cast: Cast, offices: Offices):
    qin = signed_in("S04")
    address = asked(qin)
    assert qin.get(waiting(address)).status_code == 404
    assert qin.post(waiting(address) + "approve/", {"digest": ""}).status_code == 404
    region = signed_in("A7", Role.REGION)
    assert "网点负责人" in text(region.get(waiting(address)))
    confirm_all()
    assert approve(region, address).status_code == 302
    qin.post(address + "make/")
    confirm_all()
    assert "孙" in qin.post(address + "file/").content.decode("utf-8-sig")


def test_the_auditor_sees_every_request_and_that_is_on_the_trail(cast: Cast, offices: Offices):
    asked(signed_in(), words="赵桂芳")
    audit = signed_in("A4", Role.AUDIT)
    page = text(audit.get("/exports/all/"))
    assert "沈知微" in page
    assert "按查找词" in page
    assert "赵" not in page
    assert Entry.objects.filter(action="export", result="listed", actor="A4").exists()
    assert signed_in().get("/exports/all/").status_code == 404


def test_the_pages_and_the_file_speak_english_to_who_reads_it(cast: Cast):
    shen, qin = signed_in(), signed_in("S04")
    for browser in (shen, qin):
        browser.post("/language", {"language": "en"})
    address = asked(shen, tier="A", columns=["tier", "average"], why="visits")
    pages = [shen.get("/exports/new/?tier=A"), shen.get("/exports/"), shen.get(address)]
    pages += [qin.get("/exports/approvals/"), qin.get(waiting(address))]
    for page in pages:
        middle = re.sub(r"<[^>]*>", " ", text(page).partition("<main")[2].partition("</main")[0])
        assert not re.findall("[\u3400-\u9fff]+", re.sub("沈知微|秦岚|星湖支行", "", middle))
    confirm_all()
    approve(qin, address)
    shen.post(address + "make/")
    confirm_all()
    file = shen.post(address + "file/").content.decode("utf-8-sig").splitlines()
    assert file[1:3] == ['"Tier","30-day average (CNY)"', '"Tier A","1800000.00"']


def test_what_is_taken_back_leaves_nothing(cast: Cast):
    shen = signed_in()
    address = asked(shen)
    assert shen.post(address + "withdraw/", **HTMX).headers["HX-Redirect"] == address + "?done=withdrawn"
    assert "没有文件留下" in text(shen.get(address))
    assert shen.post(address + "withdraw/").status_code == 409
    assert shen.post(address + "make/").status_code == 409


def test_who_may_not_ask_is_offered_nothing_and_lists_that_are_empty_teach(cast: Cast, offices: Offices):
    assert "再按「导出」" in text(signed_in().get("/exports/"))
    assert "没有等你批准的导出" in text(signed_in("S04").get(reverse("approvals")))
    assert "保留三十六个月" in text(signed_in("A4", Role.AUDIT).get("/exports/all/"))
    assert signed_in("A5", Role.DATA).get("/exports/").status_code == 404
