"""人员与权限 on the page: who sees whom, roles proposed and decided by two, accounts looked after."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guanhu.apps.people.models import Branch, RoleGrant, Staff
from guanhu.rules.access import GRANTS, Permission, Role
from tests.cast import Cast
from tests.offices import OFFICES, Offices, id_of
from tests.web.conftest import signed_in, text

pytestmark = pytest.mark.slow


def browser(staff_no: str) -> Client:
    """A colleague of the offices at her desk."""
    return signed_in(staff_no, OFFICES[staff_no][2] if staff_no in OFFICES else "")


def to(name: str, staff_no: str, *more: Any) -> str:
    return reverse(name, args=[id_of(staff_no), *more])


def today() -> str:
    return timezone.localdate(timezone.now()).isoformat()


def waiting() -> RoleGrant:
    return RoleGrant.objects.get(approved_at=None, ended_at=None)


def test_a_role_goes_from_the_head_to_security_to_the_colleague(offices: Offices):
    head, security, zhou = browser("S04"), browser("A2"), signed_in("S02")
    assert zhou.get("/team/covers/").status_code == 404
    sent = head.post(to("propose", "S02"), {"role": "head", "from_on": today(), "until_on": "", "why": "我休假时代理"})
    assert sent.status_code == 302
    page = text(security.get(to("colleague", "S02")))
    assert "待复核" in page
    assert "我休假时代理" in page
    assert "1 位同事有角色等待复核" in text(security.get("/staff/"))
    done = security.post(to("approve", "S02", waiting().public_id))
    assert done.headers["Location"].endswith("?done=approved")
    assert "生效中" in text(security.get(to("colleague", "S02")))
    again = signed_in("S02", Role.HEAD)
    assert again.get("/team/covers/").status_code == 200


def test_who_proposed_sees_no_approval_and_cannot_force_it(offices: Offices):
    first = browser("A1")
    first.post(to("propose", "S02"), {"role": "coach", "from_on": today(), "why": "带班"})
    page = text(first.get(to("colleague", "S02")))
    assert "复核通过" not in page
    assert "撤回提议" in page
    forced = first.post(to("approve", "S02", waiting().public_id))
    assert forced.status_code == 422
    assert "提出的人不能复核" in text(forced)


def test_who_proposed_may_withdraw_and_nobody_else(offices: Offices):
    browser("S04").post(to("propose", "S02"), {"role": "coach", "from_on": today(), "why": "带班"})
    made = waiting().public_id
    assert browser("A8").post(to("withdraw", "S02", made), {"why": "x"}).status_code == 404
    done = browser("S04").post(to("withdraw", "S02", made), {"why": "提错了人"})
    assert done.headers["Location"].endswith("?done=withdrawn")
    assert "提错了人" in text(browser("S04").get(to("colleague", "S02")))


def test_two_decide_and_the_second_is_told_who_was_first(offices: Offices):
    browser("A8").post(to("propose", "S02"), {"role": "coach", "from_on": today(), "why": "带班"})
    made = waiting().public_id
    assert browser("A1").post(to("approve", "S02", made)).status_code == 302
    second = browser("A2").post(to("refuse", "S02", made), {"why": "材料不全"})
    assert second.status_code == 409
    assert "韩守拙 已先复核了「督导」" in text(second)


def test_an_excluded_pair_is_explained(offices: Offices):
    answer = browser("A1").post(to("propose", "A3"), {"role": "audit", "from_on": today(), "why": "兼任"})
    assert answer.status_code == 422
    assert "「审计管理员」与「系统管理员」互斥" in text(answer) or "「系统管理员」与「审计管理员」互斥" in text(answer)
    assert 'value="兼任"' in text(answer)


@pytest.mark.parametrize("staff_no", ["S01", "S05", "A6", "A7", "A9"])
def test_who_may_not_look_finds_no_page(staff_no: str, offices: Offices):
    one = browser(staff_no)
    for address in ("/staff/", to("colleague", "S02")):
        assert one.get(address).status_code == 404


def test_a_head_sees_her_own_branch_and_neither_sign_ins_nor_locks(offices: Offices):
    head = browser("S04")
    page = text(head.get("/staff/"))
    assert "周予安" in page
    assert "严书白" not in page
    assert "上次登录" not in page
    assert head.get(to("colleague", "S03")).status_code == 404
    one = text(head.get(to("colleague", "S02")))
    assert "锁定账号" not in one
    assert "调动网点" not in one


def test_an_auditor_reads_all_and_changes_nothing(offices: Offices):
    auditor = browser("A4")
    page = text(auditor.get(to("colleague", "S02")))
    assert "账号" in page
    assert "锁定账号" not in page
    for name in ("lock", "unlock", "end_session", "reset_factor", "propose", "move"):
        assert auditor.post(to(name, "S02"), {"why": "x"}).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_each_change_is_open_to_the_roles_of_the_table_alone(role: Role, offices: Offices):
    number = next((no for no, (_, _, each) in OFFICES.items() if each is role), None)
    number = number or {Role.COUNTER: "S05", Role.KEEPER: "S01", Role.HEAD: "S04"}[role]
    one = signed_in(number, role)
    needed = {"lock": Permission.STAFF_WRITE, "propose": Permission.ROLE_PROPOSE, "move": Permission.STAFF_MOVE}
    for name, permission in needed.items():
        status = one.post(to(name, "S02"), {}).status_code
        assert (status == 422) == (role in GRANTS[permission]), (name, status)


def test_a_colleague_locked_is_out_with_her_next_request(offices: Offices):
    system, zhou = browser("A3"), signed_in("S02")
    assert zhou.get("/today/").status_code == 200
    assert system.post(to("lock", "S02"), {"why": ""}).status_code == 422
    assert system.post(to("lock", "S02"), {"why": "手机丢失"}).status_code == 302
    assert zhou.get("/today/").headers["Location"].startswith("/login")
    assert "已锁定" in text(system.get("/staff/?only=locked"))
    assert system.post(to("unlock", "S02")).status_code == 302
    assert signed_in("S02").get("/today/").status_code == 200


def test_a_session_ended_and_a_phone_forgotten(offices: Offices):
    system, zhou = browser("A3"), signed_in("S02")
    assert "已登录" in text(system.get(to("colleague", "S02")))
    assert system.post(to("end_session", "S02")).status_code == 302
    assert zhou.get("/today/").status_code == 302
    assert system.post(to("reset_factor", "S02")).status_code == 302


def test_a_colleague_moved_is_of_the_new_branch_with_her_next_request(offices: Offices, cast: Cast):
    security, qin = browser("A1"), signed_in("S04")
    assert qin.get(reverse("customer", args=[cast.zhao])).status_code == 200
    to_b2 = Branch.objects.get(branch_no="B2").public_id
    done = security.post(to("move", "S04"), {"branch": str(to_b2), "why": "轮岗"})
    assert done.status_code == 302
    assert qin.get(reverse("customer", args=[cast.zhao])).status_code == 302
    again = signed_in("S04")
    assert again.get(reverse("customer", args=[cast.zhao])).status_code == 404
    assert again.get(reverse("customer", args=[cast.wu])).status_code == 200


def test_nobody_looks_after_herself(offices: Offices):
    first = browser("A1")
    assert "这是你自己" in text(first.get(to("colleague", "A1")))
    refused = first.post(to("lock", "A1"), {"why": "x"})
    assert refused.status_code == 422
    assert Staff.objects.get(staff_no="A1").locked_at is None


def test_a_grant_is_found_under_its_own_colleague_alone(offices: Offices):
    made = RoleGrant.objects.get(staff__staff_no="A4").public_id
    assert browser("A1").post(to("end_role", "S02", made), {"why": "x"}).status_code == 404
    assert browser("A1").post(to("end_role", "A4", made), {"why": "轮岗"}).status_code == 302


def test_the_list_is_searched_without_a_name_in_an_address(offices: Offices):
    found = text(browser("A1").post("/staff/find/", {"words": "予安"}))
    assert "「予安」找到 1 人" in found
    assert "周予安" in found
    assert "没有找到" in text(browser("A1").post("/staff/find/", {"words": "nobody"}))


def test_an_empty_group_says_what_to_do(offices: Offices):
    assert "这一组没有人" in text(browser("A1").get("/staff/?only=locked"))


@pytest.mark.parametrize("page", ["/staff/?page=99", "/staff/?page=x", "/staff/?only=nothing", "/staff/?only=left"])
def test_an_odd_address_brings_a_page(page: str, offices: Offices):
    assert browser("A1").get(page).status_code == 200
