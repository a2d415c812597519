"""来访与提醒: a visit is noted at the counter in three inputs and reaches the keeper, the file and the evening."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guanhu.apps.customers.living.models import Fact
from guanhu.apps.customers.models import Notice, Visit
from tests.audit.conftest import entries
from tests.cast import LI, WU, ZHAO, Cast
from tests.factories import publish, standing_row
from tests.offices import Offices
from tests.web.conftest import HTMX, outcome, signed_in, text

pytestmark = pytest.mark.slow


@pytest.fixture
def he(offices: Offices) -> Client:
    """何小满's browser, a teller of B1."""
    return signed_in("S05")


def note(client: Client, key: int = ZHAO, **typed: Any) -> Any:
    return client.post("/counter/visit/", {"customer_no": f"C{key:06d}", "visit": "deposit", "remark": "", **typed})


def visits() -> list[Visit]:
    return list(Visit.objects.for_system("a test").select_related("staff").order_by("pk"))


def notices() -> list[tuple[str, str, str, bool]]:
    rows = Notice.objects.for_system("a test").select_related("to", "by").order_by("pk")
    return [(row.to.staff_no, row.by.staff_no, row.what, row.read_at is None) for row in rows]


@pytest.mark.practice("P16")
def test_a_visit_is_noted_in_three_inputs_and_reaches_the_keeper_and_the_file(he: Client, cast: Cast):
    found = text(he.post("/counter/", {"customer_no": f"C{ZHAO:06d}"}))
    form = found.split('action="/counter/visit/"')[1].split("</form>")[0]
    assert form.count("<select") + form.count("<input") - form.count('type="hidden"') == 2  # and the number before them
    assert "沈知微 会收到提醒" in text(note(he, remark="存单下周到期，先来问问"))
    (visit,) = visits()
    assert (visit.customer_id, visit.staff.staff_no, visit.purpose, visit.note) == (
        ZHAO, "S05", "deposit", "存单下周到期，先来问问",
    )  # fmt: skip
    assert notices() == [("S01", "S05", "visit", True)]
    shen = signed_in("S01")
    rest = text(shen.get(f"/customers/{cast.zhao}/rest/", **HTMX))
    assert "来访：存单与到期" in rest
    assert "存单下周到期，先来问问" in rest
    assert "提醒，1 条未读" in text(shen.get("/customers/"))


def test_the_same_visit_sent_twice_is_one_and_is_on_the_trail_once(he: Client):
    before = len(entries("B1"))
    for _time in range(2):
        assert note(he).status_code == 200
    assert len(visits()) == 1
    acts = [entry for entry in entries("B1")[before:] if entry["action"] == "visit"]
    assert [(entry["actor"], bool(entry["person"])) for entry in acts] == [("S05", True)]


@pytest.mark.parametrize(
    "typed", [{"visit": ""}, {"visit": "nothing"}, {"remark": "x" * 121}, {"remark": "电话 13812342716"}]
)
def test_what_is_no_visit_is_refused_and_what_was_typed_stays(he: Client, typed: Any):
    answer = note(he, **typed)
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert (visits(), notices()) == ([], [])


def test_nobody_of_another_branch_and_nobody_unknown_is_noted(he: Client):
    for key in (WU, 999999):
        answer = note(he, key)
        assert (answer.status_code, "没有查到" in text(answer), "已记下" in text(answer)) == (422, True, False)
    assert visits() == []


@pytest.mark.practice("P18")
def test_in_the_evening_the_keeper_sees_who_was_here_and_one_question_each(he: Client, cast: Cast):
    assert "今天还没有记到来访" in text(signed_in("S01").get("/visitors/"))
    note(he, remark="问到期")
    note(he, LI, visit="cash")
    page = text(signed_in("S01").get("/visitors/"))
    assert "赵*芳" in page
    assert "存单与到期" in page
    assert "问到期" not in page  # what was written stands in the file, not in a list
    assert "李*华" in page
    assert "这笔钱近两年有什么打算" in page
    assert "2 位" in page
    other = text(signed_in("S02").get("/visitors/"))
    assert "赵*芳" not in other
    head = text(signed_in("S04").get("/visitors/"))
    assert "赵*芳" in head
    assert f"/today/{cast.zhao}/" not in head


@pytest.mark.practice("P18")
def test_who_came_is_marked_with_what_shows_it_and_introduced_to_her_keeper(he: Client, cast: Cast):
    note(he, LI, visit="product")
    shen = signed_in("S01")
    assert "发介绍消息" not in text(shen.get("/visitors/"))
    done = shen.post(f"/visitors/{cast.li}/mark/", {"fact_kind": "potential", "fact": "说想给孩子存一笔"})
    assert (done.status_code, done.headers["Location"]) == (302, f"/visitors/#v-{cast.li}")
    page = text(shen.get("/visitors/"))
    assert '<span class="tag tag-violet">潜力客户</span>' in page
    assert "说想给孩子存一笔" not in page  # it stands in the file
    assert f'href="/today/{cast.li}/?channel=message"' in page
    assert "说想给孩子存一笔" in text(shen.get(f"/customers/{cast.li}/rest/", **HTMX))
    assert f"/customers/{cast.li}/" in text(shen.get("/rosters/list/?list=marked"))
    assert "潜力客户" in text(signed_in("S04").get("/visitors/"))


@pytest.mark.practice("P18")
def test_who_was_never_contacted_is_introduced_and_who_was_is_greeted(cast: Cast, offices: Offices):
    publish(standings=[standing_row(key) for key in (ZHAO, LI)])
    shen = signed_in("S01")
    words = "以后您在我行的大小事都可以直接找我"
    assert words in text(shen.get(f"/today/{cast.li}/?channel=message"))
    publish(standings=[standing_row(key, last_contact_on=date(2026, 9, 1)) for key in (ZHAO, LI)])
    assert words not in text(shen.get(f"/today/{cast.li}/?channel=message"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"fact_kind": "potential"}, "写一句看中哪一点"),
        ({"fact": "常来"}, "选目标客户或潜力客户"),
        ({"fact_kind": "like", "fact": "爱喝茶"}, "选目标客户或潜力客户"),
        ({"fact_kind": "target", "fact": "电话 13812342716"}, "号码记在联系方式里"),
    ],
)
def test_a_mark_that_says_nothing_is_refused_at_its_line_and_keeps_what_was_typed(
    he: Client, cast: Cast, typed: dict[str, str], said: str
):
    note(he)
    answer = signed_in("S01").post(f"/visitors/{cast.zhao}/mark/", typed)
    form = text(answer).split(f'action="/visitors/{cast.zhao}/mark/"')[1].split("</form>")[0]
    assert (answer.status_code, said in form, typed.get("fact", "") in form) == (422, True, True)
    assert not Fact.objects.for_system("a test").exists()


def test_somebody_elses_visitor_is_marked_by_nobody_else(he: Client, cast: Cast):
    note(he)
    for staff in ("S02", "S04", "S05"):
        told = signed_in(staff).post(f"/visitors/{cast.zhao}/mark/", {"fact_kind": "target", "fact": "常来"})
        assert told.status_code in (403, 404)
    assert not Fact.objects.for_system("a test").exists()


def test_what_others_do_with_a_customer_is_told_to_the_keeper_and_never_to_oneself(cast: Cast, offices: Offices):
    shen, qin = signed_in("S01"), signed_in("S04")
    shen.post(f"/today/{cast.zhao}/outcome/", outcome(cast), **HTMX)
    assert notices() == []
    qin.post(f"/customers/{cast.zhao}/reveal/", {"what": "phone", "purpose": "verify", "words": ""}, **HTMX)
    qin.post(f"/customers/{cast.zhao}/marketing/", {"granted": "no", "evidence": "电话里说的", "seen": ""})
    assert notices() == [("S01", "S04", "reveal", True), ("S01", "S04", "consent", True)]
    page = text(shen.get("/notices/"))
    assert "秦岚" in page
    assert "赵*芳" in page
    assert f"/customers/{cast.zhao}/" in page
    assert "赵桂芳" not in page
    assert text(qin.get("/notices/")).count("没有提醒") == 1


def test_the_same_is_told_once_while_unread_and_again_once_it_was_read(he: Client, cast: Cast):
    for words in ("一", "二", "三"):
        note(he, remark=words)
    assert len(notices()) == 1
    shen = signed_in("S01")
    (row,) = Notice.objects.for_system("a test")
    answer = shen.post("/notices/read/", {"notice": [str(row.public_id), "x", ""]})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/notices/")
    assert notices() == [("S01", "S05", "visit", False)]
    assert "未读" not in text(shen.get("/customers/"))
    note(he, remark="四")
    assert [unread for *_told, unread in notices()] == [False, True]


def test_nobody_puts_anothers_notice_away(he: Client, cast: Cast):
    note(he)
    (row,) = Notice.objects.for_system("a test")
    signed_in("S02").post("/notices/read/", {"notice": [str(row.public_id)]})
    assert notices() == [("S01", "S05", "visit", True)]


def test_the_bell_costs_no_question_of_its_own(he: Client, cast: Cast):
    shen = signed_in("S01")
    shen.get("/customers/")
    with CaptureQueriesContext(connection) as before:
        shen.get("/customers/")
    note(he)
    with CaptureQueriesContext(connection) as after:
        assert "提醒，1 条未读" in text(shen.get("/customers/"))
    assert len(after) == len(before)
    assert sum("customers_notice" in query["sql"] for query in after) == 1


def test_whose_customer_is_hers_no_more_is_told_without_a_name(he: Client, cast: Cast):
    from guanhu.apps.customers import actions as customers
    from tests.factories import customer_row

    note(he)
    customers.take_in({"customers": [customer_row(ZHAO, name="赵桂芳", keeper_no="S02")]})
    page = text(signed_in("S01").get("/notices/"))
    assert "已不由你管户的客户" in page
    assert "赵*芳" not in page
    assert str(cast.zhao) not in page
