"""分户 on the page: a head opens a round, pins, publishes and takes it back; colleagues claim and hand over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Customer
from guanhu.apps.people.models import Staff
from guanhu.apps.portfolio.models import Claim, Handover, Member, Proposal, Round
from guanhu.apps.work.models import Touch
from guanhu.rules.access import Role
from tests import cast as people
from tests import offices as office_people
from tests.factories import NOW, TODAY, WAN, customer_row, publish, standing_row
from tests.offices import id_of
from tests.web.conftest import HTMX, signed_in, text
from tests.web.test_a_morning import plain
from tests.web.test_what_a_page_is_made_of import read

pytestmark = pytest.mark.slow
LU, HE = "S11", "S12"
"""陆景行 and 何若溪, wealth managers beside 沈知微."""
KEYS = range(2001, 2031)


def keeper_of(n: int) -> str | None:
    """沈知微 keeps two of three of them, 何若溪 every fifth, nobody the rest."""
    return "S01" if n % 3 else HE if n % 5 == 0 else None


@pytest.fixture
def branch(offices: office_people.Offices) -> Client:
    """秦岚's browser; 沈知微 keeps far more than 陆景行 and 何若溪 do."""
    settle(KEYS)
    return signed_in("S04")


def settle(keys: Any) -> None:
    """Let the three wealth managers and their customers in, and publish how they stand."""
    staff = [
        *office_people.STAFF,
        {"staff_no": LU, "name": "陆景行", "branch_no": "B1", "post": "wealth", "capability": 95},
        {"staff_no": HE, "name": "何若溪", "branch_no": "B1", "post": "wealth", "capability": 102},
    ]
    rows = [customer_row(key, name=f"周{chr(0x4E00 + key)}", keeper_no=keeper_of(key)) for key in keys]
    customers.take_in(people.persons(staff=staff, customers=[*people.CUSTOMERS, *rows]))
    told = [
        standing_row(key, tier="ABC"[key % 3], average_fen=(key % 17 + 3) * 10 * WAN,
                     last_contact_on=date(2026, 11, 1) if key % 2 else None)
        for key in keys
    ]  # fmt: skip
    publish(standings=[standing_row(people.ZHAO, tier="A", average_fen=180 * WAN), standing_row(people.LI), *told])


def begun(head: Client, **given: Any) -> Round:
    """A round of the wealth managers, opened on the page."""
    answer = head.post(reverse("round_open"), {"post": "wealth", "round_kind": "monthly", "effective_on": "", **given})
    assert answer.status_code == 302, plain(text(answer))
    row: Round = Round.objects.for_system("a test").get()
    assert answer.headers["Location"] == f"{address(row)}?done=opened"
    return row


def address(row: Round, name: str = "round", *more: Any) -> str:
    return reverse(name, args=[row.public_id, *more])


def members(row: Round) -> Any:
    return Member.objects.for_system("a test").filter(round=row)


# ---------------------------------------------------------------- a round from its opening to its end


@pytest.mark.practice("P43")
def test_a_branch_without_rounds_is_told_what_one_is_and_may_begin(branch: Client):
    page = text(branch.get("/allocation/"))
    assert "还没有分过户" in page
    assert "先让同事认领" in page
    assert "陆景行" in page
    assert read(page).found == []


@pytest.mark.practice("P43", "P47")
def test_a_round_is_opened_solved_and_shown_before_and_after(branch: Client):
    row = begun(branch, because="人手变化")
    page = text(branch.get(address(row)))
    said, last = plain(page), Proposal.objects.for_system("a test").get(round=row)
    assert read(page).found == []
    assert f"{row.effective_on.month}月月度微调" in said
    assert "人手变化" in said
    assert f"变更关系 {last.moves} 户" in said
    assert "延续" in said
    assert "陆景行 系数 0.95" in said
    assert "关系延续" in said
    assert "发布方案" in said
    assert "各轮方案 1" in plain(text(branch.get("/allocation/")))


@pytest.mark.parametrize(
    ("given", "said"),
    [({"post": ""}, "选一个岗位"), ({"round_kind": "customer"}, "选一个种类"), ({"effective_on": "soon"}, "日期写成"),
     ({"leaver": "x"}, "选一位同事"), ({"post": "teller"}, "这个岗位不管户"),
     ({"because": "卡号 6222020200001122"}, "没有存")],
)  # fmt: skip
def test_what_is_wrong_with_a_new_round_stands_beside_its_field(branch: Client, given: dict[str, str], said: str):
    answer = branch.post(
        reverse("round_open"), {"post": "wealth", "round_kind": "monthly", "because": "人手变化", **given}
    )
    assert answer.status_code == 422
    assert said in text(answer)
    assert 'role="alert"' in text(answer)
    assert not Round.objects.for_system("a test").exists()


@pytest.mark.practice("P46")
def test_when_a_colleague_leaves_her_customers_are_placed_and_the_page_says_how_many(branch: Client):
    row = begun(branch, round_kind="leaver", leaver=str(id_of(HE)))
    gone = members(row).filter(before__staff_no=HE).count()
    page = plain(text(branch.get(address(row))))
    assert "离岗交接" in page
    assert "何若溪 离岗" in page
    assert f"随离岗换人 {gone} 户" in page
    assert "原管户人离岗，按层级和资产分给在岗的同事" in page
    assert not members(row).filter(after__staff_no=HE).exists()


def test_a_second_round_of_the_same_post_waits_for_the_first(branch: Client):
    begun(branch)
    answer = branch.post(reverse("round_open"), {"post": "wealth", "round_kind": "monthly"})
    assert (answer.status_code, "已有一轮在进行" in text(answer)) == (422, True)


@pytest.mark.practice("P47")
def test_what_the_limits_forbid_is_said_with_its_arithmetic(branch: Client):
    row = begun(branch)
    branch.post(address(row, "round_limits"), {"moves": "0", "protects": ["stage"]})
    branch.post(address(row, "round_solve"))
    page = text(branch.get(address(row)))
    assert "这一轮不许自愿变更，所以保持现状" in page
    assert "没有要变更的客户" in page or "公共池" in page
    wrong = branch.post(address(row, "round_limits"), {"moves": "999"})
    assert (wrong.status_code, "最多" in text(wrong)) == (422, True)
    assert 'value="999"' in text(wrong)


@pytest.mark.practice("P48")
def test_whom_a_round_protects_is_chosen_on_its_page(branch: Client):
    row = begun(branch)
    branch.post(address(row, "round_limits"), {"moves": str(row.moves), "protects": ["promise", "household"]})
    row.refresh_from_db()
    assert row.protects == ["promise", "household"]
    assert branch.post(address(row, "round_limits"), {"moves": "0", "protects": ["anything"]}).status_code == 422


@pytest.mark.practice("P47")
def test_the_head_pins_a_customer_and_the_next_solution_heeds_it(branch: Client):
    row = begun(branch, round_kind="quarterly")
    one = members(row).filter(before__staff_no="S01").exclude(after__staff_no="S01").first()
    pin = address(row, "round_pin", one.public_id)
    answer = branch.post(pin, {"keeper": str(id_of("S01"))}, **HTMX)
    part, buttons = text(answer), text(branch.get(address(row) + "?part=acts", **HTMX))
    assert read(part).found == read(buttons).found == []
    assert answer.headers["HX-Trigger"] == "pinned"
    assert f'id="m-{one.public_id}"' in part
    assert 'aria-pressed="true"' in part
    assert "1 处改动未求解" in buttons
    assert "请重新求解" in text(submitted(branch, row))
    branch.post(address(row, "round_solve"))
    one.refresh_from_db()
    assert (one.after.staff_no, one.why) == ("S01", "pinned")
    assert "已锁定 1" in plain(text(branch.get(address(row) + "?only=pinned")))
    plainly = branch.post(pin, {"keeper": "", "only": "pinned"})
    assert plainly.headers["Location"] == f"{address(row)}?only=pinned&done=pinned#m-{one.public_id}"
    one.refresh_from_db()
    assert one.pinned is None


def submitted(head: Client, row: Round, **given: Any) -> Any:
    last = Proposal.objects.for_system("a test").filter(round=row).latest("number")
    return head.post(address(row, "round_submit"), {"number": last.number, "sure": "发布", **given})


@pytest.mark.practice("P8")
def test_publishing_asks_for_the_word_and_says_how_many_change(branch: Client):
    row = begun(branch)
    asked = text(branch.get(address(row) + "?ask=publish"))
    assert "位同事会在“名单变动”里看到" in asked
    assert "data-modal" in asked
    wrong = submitted(branch, row, sure="好")
    assert (wrong.status_code, "再确认" in text(wrong)) == (422, True)
    assert not Handover.objects.for_system("a test").exists()
    assert submitted(branch, row).headers["Location"].endswith("?done=published")
    row.refresh_from_db()
    assert row.state == "in_force"
    assert "已换手" in text(branch.get(address(row)))


def test_a_proposal_somebody_renewed_meanwhile_is_a_conflict_with_the_fresh_state(branch: Client):
    row = begun(branch)
    branch.post(address(row, "round_solve"))
    answer = submitted(branch, row, number=1)
    assert answer.status_code == 409
    assert "已有更新的一版 v2" in text(answer)
    assert "发布方案" in text(answer)
    submitted(branch, row)
    again = branch.post(address(row, "round_solve"))
    assert (again.status_code, "这一步现在做不了" in text(again)) == (409, True)


def test_a_conflict_comes_to_a_script_as_the_whole_page_in_its_place(branch: Client):
    row = begun(branch)
    one = members(row).first()
    submitted(branch, row)
    answer = branch.post(address(row, "round_pin", one.public_id), {"keeper": ""}, **HTMX)
    assert answer.status_code == 409
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reselect"]) == ("#main", "#main")


@pytest.mark.practice("P46")
def test_a_great_round_takes_a_second_person_who_may_send_it_back(branch: Client):
    row, region = begun(branch, round_kind="quarterly"), signed_in("A7", Role.REGION)
    assert "要由上级复核" in text(branch.get(address(row) + "?ask=publish"))
    assert submitted(branch, row).headers["Location"].endswith("?done=submitted")
    page = text(region.get(address(row)))
    assert "复核通过" in page
    assert "重新求解" not in page
    assert branch.post(address(row, "round_approve")).status_code == 404
    empty = region.post(address(row, "round_send_back"), {"because": ""})
    assert (empty.status_code, "写下退回的理由" in text(empty)) == (422, True)
    assert region.post(address(row, "round_send_back"), {"because": "先缓一缓"}).status_code == 302
    assert "复核退回：先缓一缓" in text(branch.get(address(row)))
    submitted(branch, row)
    assert region.post(address(row, "round_approve")).headers["Location"].endswith("?done=published")
    row.refresh_from_db()
    assert row.state == "in_force"


def test_a_round_is_taken_back_with_a_reason_and_everybody_is_where_she_was(branch: Client):
    row = begun(branch)
    before = dict(Customer.objects.for_system("a test").values_list("key", "keeper"))
    submitted(branch, row)
    assert dict(Customer.objects.for_system("a test").values_list("key", "keeper")) != before
    refused = branch.post(address(row, "round_revert"), {"because": " "})
    assert (refused.status_code, "写下撤回的理由" in text(refused)) == (422, True)
    assert branch.post(address(row, "round_revert"), {"because": "发早了"}).status_code == 302
    assert dict(Customer.objects.for_system("a test").values_list("key", "keeper")) == before
    assert "已撤回：发早了" in plain(text(branch.get(address(row))))


def test_a_round_that_comes_to_nothing_is_dropped(branch: Client):
    row = begun(branch)
    assert branch.post(address(row, "round_drop"), {"because": "下月再说"}).status_code == 302
    assert "已作废" in text(branch.get("/allocation/"))


# ---------------------------------------------------------------- who may look


@pytest.mark.parametrize("name", ["round", "round_proof"])
def test_a_round_of_another_branch_is_absent(branch: Client, name: str):
    row, other = begun(branch), signed_in("S06")
    assert other.get(address(row, name)).status_code == 404
    assert "月度微调" not in text(other.get("/allocation/")).split("<form")[0]
    assert other.post(address(row, "round_solve")).status_code == 404
    assert signed_in("S01").get(address(row, name)).status_code == 404


def test_the_region_reads_a_round_in_figures_without_its_customers(branch: Client):
    row, region = begun(branch), signed_in("A7", Role.REGION)
    page = plain(text(region.get(address(row))))
    assert "调整前后" in page
    assert "陆景行 系数 0.95" in page
    assert "调整清单" not in page
    assert "重新求解" not in page
    assert "星湖支行" in text(region.get("/allocation/"))
    assert "开始一轮" not in text(region.get("/allocation/"))
    assert region.post(address(row, "round_solve")).status_code == 404
    assert signed_in("A9", Role.COACH).get(address(row)).status_code == 404


@pytest.mark.practice("P43")
def test_the_proof_names_the_bound_the_gap_and_the_digest(branch: Client):
    row = begun(branch)
    page = text(branch.get(address(row, "round_proof")))
    last = Proposal.objects.for_system("a test").get(round=row)
    assert read(page).found == []
    assert last.digest in page
    assert f"{last.bound_ppb / 10_000_000:.7f}%" in page
    assert "各管户人，调整前" in page
    assert 'data-act="print"' in page


@pytest.mark.practice("P50")
def test_how_long_customers_have_had_their_keeper_is_drawn_with_since_when(branch: Client):
    page = text(branch.get("/allocation/stability/"))
    assert read(page).found == []
    assert "平均管了多久" in page
    assert "24 个月里有过几位管户人" in page
    assert "换人记录从" in page


@pytest.mark.parametrize("page", ["round", "claims", "handovers"])
def test_a_page_asks_no_more_for_a_long_list(branch: Client, page: str):
    row = begun(branch, round_kind="quarterly", claims="yes" if page == "claims" else "")
    if page == "handovers":
        submitted(branch, row)
        signed_in("A7", Role.REGION).post(address(row, "round_approve"))
    browser = branch if page == "round" else signed_in(LU)
    where = address(row) if page == "round" else f"/{page}/"
    if page == "claims":
        claim_some(row, 0, 1)
    few = asked(browser, where)
    if page == "claims":
        claim_some(row, 1, 9)
    else:
        more(row, page)
    assert asked(browser, where) <= few


def asked(browser: Client, where: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(where).status_code == 200
    return len(queries)


def claim_some(row: Round, first: int, last: int) -> None:
    told: dict[str, Any] = {"called": "周*", "tail": "0001", "tier": "A", "known": "well", "because": "同乡"}
    mine = people.viewer(LU).staff_id
    for one in members(row).order_by("pk")[first:last]:
        Claim.objects.create(round=row, customer_id=one.customer_id, staff_id=mine, at=row.opened_at, **told)


def more(row: Round, page: str) -> None:
    """Twenty more who change, or who change hands."""
    settle(range(2001, 2051))
    lu, shen = (people.viewer(number).staff_id for number in (LU, "S01"))
    new = Customer.objects.for_system("a test").filter(key__gt=2030, key__lt=2051)
    for one in new:
        Member.objects.create(
            round=row, customer=one, tier="C", asset_fen=WAN, maturing_fen=0, difficulty=0, trust_bp=0, stage="known",
            before_id=shen, after_id=lu, why="swapped",
        )  # fmt: skip
        if page == "handovers":
            Handover.objects.create(round=row, customer=one, giver_id=shen, taker_id=lu, called="周*", tail="0001",
                                    tier="C", why="swapped", effective_on=row.effective_on)  # fmt: skip


# ---------------------------------------------------------------- claims


@pytest.fixture
def claiming(branch: Client) -> Round:
    """A round that takes claims before it is solved."""
    return begun(branch, claims="yes")


@pytest.mark.practice("P45")
def test_a_colleague_claims_whom_she_names_and_everybody_of_the_post_sees_it(claiming: Round, branch: Client):
    lu, he = signed_in(LU), signed_in(HE)
    assert "认领进行中" in text(lu.get("/handovers/"))
    found = text(lu.post(reverse("claims_find"), {"words": "赵桂芳"}))
    assert "赵*芳" in found
    assert "现由 沈知微 管户" in found
    assert read(found).found == []
    assert claimed(lu).headers["Location"] == "/claims/?done=claimed"
    claimed(he, known="close", because="小学同学")
    page = plain(text(he.get("/claims/")))
    assert "陆景行" in page
    assert "小学同学" in page
    assert page.count("待定") == 2
    assert "最多占你名单户数的 10%、资产的 15%" in page
    assert "小学同学" in text(branch.get(address(claiming)))
    assert "结束认领并求解" in text(branch.get(address(claiming)))


def claimed(browser: Client, **given: Any) -> Any:
    member = Member.objects.for_system("a test").filter(customer_id=people.ZHAO).first()
    key = str(member.public_id) if member else "gone"
    return browser.post(reverse("claim"), {"customer": key, "known": "well", "because": "同小区", **given})


@pytest.mark.practice("P45")
def test_two_claims_for_one_are_settled_in_the_row_by_the_head(claiming: Round, branch: Client):
    claimed(signed_in(LU))
    claimed(signed_in(HE))
    branch.post(address(claiming, "round_solve"))
    page = text(branch.get(address(claiming) + "?only=disputed"))
    one = members(claiming).get(customer_id=people.ZHAO)
    assert "都认领" in page
    assert "不调整" in page
    assert 'name="keeper"' in page
    branch.post(address(claiming, "round_pin", one.public_id), {"keeper": str(id_of("S01"))})
    assert "待定 " not in plain(text(branch.get(address(claiming))))


def test_a_claim_is_taken_back_by_who_made_it_alone(claiming: Round):
    lu = signed_in(LU)
    claimed(lu)
    one = Claim.objects.for_system("a test").get()
    address_of = reverse("withdraw_claim", args=[one.public_id])
    assert signed_in(HE).post(address_of).status_code == 404
    assert lu.post(address_of).status_code == 302
    assert "还没有人认领" in text(lu.get("/claims/"))


@pytest.mark.parametrize(
    ("given", "said"),
    [({"customer": "C999999"}, "这一轮里没有这位客户"), ({"known": "x"}, "选出熟悉的程度"),
     ({"because": ""}, "写下怎么熟的"), ({"because": "她信佛"}, "没有存")],
)  # fmt: skip
def test_what_is_wrong_with_a_claim_is_said(claiming: Round, given: dict[str, str], said: str):
    answer = claimed(signed_in(LU), **given)
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert not Claim.objects.for_system("a test").exists()


def test_whoever_is_not_in_the_round_is_not_found(claiming: Round):
    lu = signed_in(LU)
    for words in ("吴莲", "赵", "赵桂"):
        assert "这一轮里没有找到" in text(lu.post(reverse("claims_find"), {"words": words}))


def test_without_a_round_that_takes_claims_the_page_says_what_they_are(branch: Client):
    lu = signed_in(LU)
    assert "现在没有开放认领" in text(lu.get("/claims/"))
    late = claimed(lu)
    assert (late.status_code, "可能刚刚求解了" in text(late)) == (409, True)
    assert "现在没有开放认领" in text(signed_in("S02").get("/claims/"))


# ---------------------------------------------------------------- handovers


@pytest.fixture
def handed(branch: Client) -> Handover:
    """A customer that went from 沈知微 to 陆景行, both to be introduced to each other."""
    asked_for(branch)
    row: Handover = Handover.objects.for_system("a test").get()
    return row


def asked_for(head: Client, **given: Any) -> Any:
    zhao = Customer.objects.for_system("a test").get(key=people.ZHAO).public_id
    told = {"keeper": str(id_of(LU)), "because": "住得近", **given}
    return head.post(reverse("change_keeper", args=[zhao]), told)


@pytest.mark.practice("P51")
def test_a_customer_who_wants_another_keeper_gets_her_from_the_file(branch: Client, cast: people.Cast):
    page = text(branch.get(reverse("customer", args=[cast.zhao])))
    assert "客户想换管户人" in page
    assert "陆景行" in page
    wrong = asked_for(branch, because="")
    assert (wrong.status_code, "写下客户为什么想换" in text(wrong)) == (422, True)
    assert asked_for(branch, keeper=str(id_of("S01"))).status_code == 422
    assert asked_for(branch).headers["Location"].endswith("?done=keeper")
    assert signed_in(LU).get(reverse("customer", args=[cast.zhao])).status_code == 200
    assert signed_in("S01").post(reverse("change_keeper", args=[cast.zhao])).status_code == 404
    assert "客户想换管户人" not in text(signed_in("S02").get(reverse("customer", args=[cast.sun])))


@pytest.mark.practice("P8")
def test_both_colleagues_see_what_changed_why_and_the_three_steps(handed: Handover):
    giver, taker = text(signed_in("S01").get("/handovers/")), text(signed_in(LU).get("/handovers/"))
    assert read(giver).found == read(taker).found == []
    for page in (giver, taker):
        assert "赵*芳" in page
        assert "客户申请更换" in page
        assert "双人面访" in page
    assert "由我的同事陆景行继续照顾您" in giver
    assert "沈知微的同事" in taker
    assert "调出" in giver
    assert "调入" in taker
    assert "最近两个月名单没有变动" in text(signed_in(HE).get("/handovers/"))


@pytest.mark.practice("P8")
def test_a_step_is_done_by_whose_it_is_with_what_the_customer_said(handed: Handover):
    where, shen, lu = reverse("handover_step", args=[handed.public_id]), signed_in("S01"), signed_in(LU)
    assert lu.post(where, {"step": "told", "note": "好的"}).status_code == 404
    empty = shen.post(where, {"step": "told", "note": ""})
    assert (empty.status_code, "写下客户怎么说" in text(empty)) == (422, True)
    assert shen.post(where, {"step": "nothing", "note": "好的"}).status_code == 422
    answer = shen.post(where, {"step": "told", "note": "知道了，挺好"})
    assert answer.headers["Location"] == f"/handovers/?done=told#h-{handed.public_id}"
    assert "知道了，挺好" in text(lu.get("/handovers/"))
    for step in ("met", "begun"):
        lu.post(where, {"step": step, "note": "喝了茶"})
    assert "已交接" in text(lu.get("/handovers/"))


@pytest.mark.practice("P42")
def test_the_pool_says_who_waits_and_who_was_left_alone(branch: Client):
    many = sum(keeper_of(key) is None for key in KEYS)
    page = text(branch.get("/allocation/pool/"))
    assert read(page).found == []
    assert f"{many} 户没有管户人" in page
    assert page.count("一直没有管户人") == many
    assert "没有久未联系的客户" not in page
    assert signed_in(LU).get("/allocation/pool/").status_code == 404


@pytest.mark.practice("P8")
def test_the_list_of_rounds_names_whose_contact_dropped_after_a_handover(branch: Client):
    row = begun(branch)
    one = Member.objects.for_system("a test").filter(round=row).exclude(before=None).order_by("pk")[0]
    taker = Staff.objects.get(staff_no=LU)
    Handover.objects.create(
        round=row, customer_id=one.customer_id, giver_id=one.before_id, taker=taker, called="周*", tail="2001",
        tier="A", why="swapped", effective_on=TODAY, handed_at=NOW - timedelta(days=12),
    )  # fmt: skip
    for n in (3, 9, 15):
        Touch.objects.create(
            customer_id=one.customer_id, source="own", staff=taker, staff_no=LU, channel="call", outcome="reached",
            day_on=TODAY - timedelta(days=12 + n), at_time=NOW.time(), seconds=90, request_key=str(n), recorded_at=NOW,
        )  # fmt: skip
    page = text(branch.get("/allocation/"))
    assert "1 户，联系骤减 1 户" in page
    assert "换手前 30 天联系 3 次，换手后 12 天 0 次" in page


def test_on_a_phone_a_head_finds_the_split_at_the_foot_of_the_page(branch: Client):
    page = text(branch.get("/allocation/"))
    foot = page[page.index('<nav class="tabbar"') :]
    foot = foot[: foot.index("</nav>")]
    assert foot.count("<a ") == 5
    assert 'href="/allocation/" aria-current="page"' in foot
    theirs = text(signed_in(LU).get("/handovers/"))
    assert "/allocation/" not in theirs[theirs.index('<nav class="tabbar"') :]
