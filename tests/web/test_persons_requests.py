"""个人信息请求 on the page: taken at a counter, worked on bound to the person's number, and the copy handed out."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guanhu.apps.audit.models import Entry
from guanhu.apps.customers.cases.models import Case, Hold
from guanhu.apps.people.models import SignIn
from guanhu.engine.lake import Lake
from guanhu.night.standby import Standby
from guanhu.rules.access import Role
from guanhu.rules.policy import SHIPPED
from tests.offices import Offices
from tests.web.conftest import signed_in, text

pytestmark = pytest.mark.slow


@pytest.fixture
def officer(offices: Offices) -> Client:
    """许问渠's browser: she works on persons' requests."""
    return signed_in("A6", Role.PRIVACY)


def typed(**given: Any) -> dict[str, Any]:
    """What the form sends: 赵桂芳 wants a copy."""
    return {"customer_no": "C000101", "kind": "copy", "proof": "document", "asks": "想知道留了什么", **given}


def opened(client: Client, **given: Any) -> Case:
    """A case taken on the page."""
    answer = client.post("/cases/", typed(**given))
    assert answer.status_code == 302, text(answer)
    return Case.objects.for_system("test").order_by("pk").last()


def searched(officer: Client, case: Case, tmp_path) -> None:
    """Ask for the search on the page, and let whoever stands by do it."""
    assert officer.post(reverse("case_search", args=[case.public_id])).status_code == 302
    Standby(Lake(tmp_path), tmp_path / "uploads", SHIPPED, timezone.now).attend()


def test_a_request_is_taken_at_the_counter_and_seen_by_who_took_it_and_by_the_officer(offices, officer):
    teller = signed_in("S05")
    assert "没有请求" in text(teller.get("/cases/"))
    case = opened(teller)
    page = text(teller.get(f"/cases/?done={case.number}"))
    assert f"个案号 {case.number}" in page
    assert reverse("case", args=[case.public_id]) not in page
    assert teller.get(reverse("case", args=[case.public_id])).status_code == 404
    assert case.number not in text(signed_in("S01").get("/cases/"))
    assert reverse("case", args=[case.public_id]) in text(officer.get("/cases/"))


@pytest.mark.parametrize(
    ("field", "value"), [("customer_no", " "), ("kind", "other"), ("proof", ""), ("asks", "长" * 501)]
)
def test_a_request_that_is_not_whole_comes_back_with_what_was_typed(officer, field, value):
    answer = officer.post("/cases/", typed(**{field: value, "asks": value if field == "asks" else "想知道"}))
    assert answer.status_code == 422
    page = text(answer)
    assert 'aria-invalid="true"' in page
    assert ("想知道" in page) is (field != "asks")
    assert not Case.objects.for_system("test").exists()


def confirmed() -> None:
    """Everybody has just shown who she is."""
    SignIn.objects.update(confirmed_at=timezone.now())


def test_a_search_reports_where_something_lies_and_a_copy_is_previewed_masked(officer, cast, tmp_path):
    signed_in("S01").get(reverse("customer", args=[cast.zhao]))
    case = opened(officer)
    address = reverse("case", args=[case.public_id])
    assert "还没有查找" in text(officer.get(address))
    assert officer.post(reverse("case_search", args=[case.public_id])).status_code == 302
    waiting = officer.get(reverse("case_progress", args=[case.public_id]), HTTP_HX_REQUEST="true")
    assert "等待开始" in text(waiting)
    Standby(Lake(tmp_path), tmp_path / "uploads", SHIPPED, timezone.now).attend()
    done = officer.get(reverse("case_progress", args=[case.public_id]), HTTP_HX_REQUEST="true")
    assert done.headers["HX-Redirect"] == address
    page = text(officer.get(address))
    assert "customers_contactpoint" in page
    assert "audit_entry" in page
    assert "13812342716" not in page
    preview = text(officer.get(reverse("case_preview", args=[case.public_id])))
    assert "138 **** 2716" in preview
    assert "金卡" in preview
    assert not {"13812342716", "360102196303050428", "赵桂芳"} & {sign for sign in _signs() if sign in preview}


def _signs() -> set[str]:
    return {"13812342716", "360102196303050428", "赵桂芳", "李建华"}


@pytest.mark.parametrize("form", ["page", "json"])
def test_the_copy_in_full_holds_hers_alone_and_is_on_the_trail(officer, tmp_path, form):
    case = opened(officer)
    searched(officer, case, tmp_path)
    confirmed()
    answer = officer.post(reverse("case_copy", args=[case.public_id]), {"form": form})
    said = text(answer)
    assert {sign for sign in _signs() if sign in said} == _signs() - {"李建华"}
    if form == "json":
        assert json.loads(said)["customer_no"] == "C000101"
        assert "attachment" in answer.headers["Content-Disposition"]
    assert Entry.objects.filter(action="export", case_no=case.number, actor="A6").count() == 1


def test_whoever_has_not_just_shown_who_she_is_confirms_first(officer, tmp_path):
    case = opened(officer)
    searched(officer, case, tmp_path)
    SignIn.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))
    answer = officer.post(reverse("case_copy", args=[case.public_id]), {"form": "json"})
    assert answer.headers["Location"].startswith("/account/confirm")
    assert not Entry.objects.filter(action="export").exists()


def test_a_case_is_settled_once_with_an_answer(officer):
    case = opened(officer, kind="explain")
    address = reverse("case_settle", args=[case.public_id])
    assert officer.post(address, {"state": "done", "result": " "}).status_code == 422
    assert officer.post(address, {"state": "opened", "result": "好"}).status_code == 422
    assert officer.post(address, {"state": "refused", "result": "非本人，证件不符"}).status_code == 302
    page = text(officer.get(reverse("case", args=[case.public_id])))
    assert "非本人，证件不符" in page
    assert "不予办理" in page
    answer = officer.post(address, {"state": "done", "result": "再改"})
    assert answer.status_code == 409
    assert "已经办结" in text(answer)
    assert officer.post(reverse("case_search", args=[case.public_id])).status_code == 409


def test_a_hold_is_set_with_its_ground_and_lifted(officer):
    case = opened(officer, kind="delete")
    address = reverse("case_hold", args=[case.public_id])
    assert officer.post(address, {"why": ""}).status_code == 422
    assert officer.post(address, {"why": "反洗钱法第三十四条"}).status_code == 302
    assert "反洗钱法第三十四条" in text(officer.get(reverse("case", args=[case.public_id])))
    assert officer.post(address, {"why": "再一次"}).status_code == 409
    assert officer.post(reverse("case_lift", args=[case.public_id])).status_code == 302
    assert officer.post(reverse("case_lift", args=[case.public_id])).status_code == 409
    assert Hold._base_manager.get().lifted_on is not None


def test_of_who_is_no_customer_the_page_says_so(officer, tmp_path):
    case = opened(officer, customer_no="NOBODY")
    searched(officer, case, tmp_path)
    page = text(officer.get(reverse("case", args=[case.public_id])))
    assert "没有这个客户号的档案" in page
    assert officer.post(reverse("case_hold", args=[case.public_id]), {"why": "x"}).status_code == 422


def test_a_case_there_is_not_is_not_found(officer):
    nothing = UUID("00000000-0000-4000-8000-000000000000")
    for name in ("case", "case_progress", "case_preview"):
        assert officer.get(reverse(name, args=[nothing])).status_code == 404
    for name in ("case_search", "case_settle", "case_copy", "case_hold", "case_lift"):
        assert (
            officer.post(reverse(name, args=[nothing]), {"why": "x", "state": "done", "result": "x"}).status_code == 404
        )
