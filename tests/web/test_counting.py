"""点数与提示 as a page: a flag with its figures, the colleague first, then her head; nobody beyond her reach."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhu.apps.people.models import Cover, Staff
from guanhu.apps.work.models import DayCount, Flag, Touch
from guanhu.rules.access import Role
from tests.cast import LI, ZHAO, Cast
from tests.doors import signed_in
from tests.factories import DAY, NOW, TODAY
from tests.offices import Offices
from tests.web.conftest import outcome, text
from tests.web.test_what_a_page_is_made_of import read

pytestmark = [pytest.mark.slow, pytest.mark.practice("P54", "P55")]


def staff(no: str) -> Staff:
    return Staff.objects.get(staff_no=no)


def browser(no: str):
    """Signed in, in the role her office brings."""
    return signed_in(no, {"A7": Role.REGION, "A9": Role.COACH}.get(no, ""))


def flagged(no: str = "S01", kind: str = "near", **told) -> Flag:
    """A flag on a day of hers, with two calls behind it."""
    rows = [
        Touch.objects.create(
            customer_id=key, source="own", staff=staff(no), staff_no=no, day_on=DAY, at_time=NOW.time(), channel="call",
            outcome="reached", seconds=61, said="客户表示会考虑", request_key=f"{no}{kind}{key}", recorded_at=NOW,
        )
        for key in (ZHAO, LI)
    ]  # fmt: skip
    made = Flag.objects.create(
        staff=staff(no), day=DAY, kind=kind, seen=6, among=7, line=5, contacts=[row.pk for row in rows],
        raised_at=NOW, policy="test", **told,
    )  # fmt: skip
    made.refresh_from_db()
    return made


def counted(no: str = "S01", **told) -> None:
    given = {"attempts": 9, "done": 7, "effective": 7, "declared": 6, "quota": 20, "planned": 12, "kept": 5, **told}
    DayCount.objects.create(staff=staff(no), day_on=DAY, channel="call", **given)


def answers(client, flag: Flag, **typed: str):
    return client.post(f"/counting/{flag.public_id}/answer/", {"answered": "talked", "note": "看过录音", **typed})


def test_a_head_reads_the_weeks_counts_with_what_is_declared_and_the_flags(offices: Offices):
    counted()
    counted("S03")
    flag = flagged()
    page = text(signed_in("S04").get("/counting/"))
    assert read(page).found == []
    assert "自报 6" in page
    assert "尝试 9 次" in page
    assert "6 通自报时长在 60 到 70 秒之间，全天有效电话 7 通；从 5 通起提示" in page
    assert f'href="/counting/{flag.public_id}/"' in page
    assert "严书白" not in page


def test_a_flag_shows_the_records_behind_it_and_the_head_answers_with_a_sentence(offices: Offices):
    flag, head = flagged(), signed_in("S04")
    page = text(head.get(f"/counting/{flag.public_id}/"))
    assert read(page).found == []
    assert "赵*芳" in page
    assert "1分1秒" in page
    assert "自报" in page
    assert "客户表示会考虑" in page
    assert answers(head, flag, note=" ").status_code == 422
    assert answers(head, flag, answered="harmless").status_code == 422
    assert answers(head, flag).headers["Location"].endswith("?done=answered")
    flag.refresh_from_db()
    assert (flag.answer, flag.note, flag.answered_by.staff_no) == ("talked", "看过录音", "S04")
    assert answers(head, flag, note="再看").status_code == 409
    assert "看过录音" in text(head.get("/counting/"))


def test_the_colleague_explains_first_and_not_after_the_answer(offices: Offices):
    flag, shen, head = flagged(), signed_in("S01"), signed_in("S04")
    where = f"/counting/{flag.public_id}/"
    assert "记下说明" in text(shen.get(where))
    assert shen.post(f"{where}explain/", {"words": ""}).status_code == 422
    assert shen.post(f"{where}explain/", {"words": "话机坏了，估的时长"}).status_code == 302
    assert "话机坏了，估的时长" in text(head.get(where))
    assert answers(shen, flag).status_code == 404, "she may not answer it herself"
    answers(head, flag, answered="explained")
    assert shen.post(f"{where}explain/", {"words": "又想起来"}).status_code == 409
    flag.refresh_from_db()
    assert flag.explained == "话机坏了，估的时长"


@pytest.mark.parametrize(("who", "status"), [("S02", 404), ("S03", 404), ("S06", 404), ("A9", 200), ("A7", 200)])
def test_a_flag_is_absent_for_colleagues_and_other_heads_and_there_for_coach_and_region(offices: Offices, who, status):
    flag = flagged()
    assert browser(who).get(f"/counting/{flag.public_id}/").status_code == status


def test_who_covers_her_does_not_read_her_flags_and_the_region_reads_no_customers(offices: Offices):
    flag = flagged()
    Cover.objects.create(giver=staff("S01"), taker=staff("S02"), from_on=TODAY, to_on=TODAY, reason="休假",
                         granted_by=staff("S04"), granted_at=NOW)  # fmt: skip
    assert signed_in("S02").get(f"/counting/{flag.public_id}/").status_code == 404
    page = text(browser("A7").get(f"/counting/{flag.public_id}/"))
    assert "另有 2 次的客户不在你可看的范围内" in page
    assert "赵" not in page.split("涉及的记录")[1]
    coach = text(browser("A9").get(f"/counting/{flag.public_id}/"))
    assert "客户表示会考虑" not in coach


def test_nobody_answers_a_flag_on_herself(offices: Offices):
    flag = flagged("S04")
    head = signed_in("S04")
    assert answers(head, flag).status_code == 422
    assert "关于自己的提示" in text(answers(head, flag))
    assert answers(browser("A7"), flag).status_code == 302


def test_without_counts_and_flags_both_pages_teach_what_will_stand_here(offices: Offices):
    page = text(signed_in("S01").get("/counting/"))
    assert "这一周还没有点数" in page
    assert "没有关于你的提示" in page
    assert "还没有一周可看" in text(signed_in("S01").get("/habits/"))


# ---------------------------------------------------------------- habits


def year(no: str, *, drives: bool) -> None:
    """52 weeks of calls, even or in drives; the last two with a plan."""
    monday = DAY
    for n in range(52):
        calls = 60 if drives and n % 13 == 5 else 12
        planned = {"planned": 20, "kept": 9, "quota": 100, "selling": 3} if n < 2 else {}
        DayCount.objects.create(staff=staff(no), day_on=monday - timedelta(weeks=n), channel="call", attempts=calls,
                                done=calls - 2, effective=calls - 2, declared=0, **planned)  # fmt: skip


@pytest.mark.practice("P70", "P71")
def test_a_year_in_drives_is_told_from_an_even_one(offices: Offices):
    year("S01", drives=False)
    year("S02", drives=True)
    head = signed_in("S04")
    page = text(head.get("/habits/"))
    assert read(page).found == []
    assert page.count("像突击") == 1
    zhou = text(head.get(f"/habits/?staff={staff('S02').public_id}"))
    assert "像突击：" in zhou
    assert "名单做了 45%" in zhou
    own = text(signed_in("S01").get("/habits/"))
    assert "均匀：没有哪一周远高于平常" in own
    assert "周予安" not in own
    assert "沈知微" in own
    assert "像突击" not in text(head.get(f"/habits/?staff={staff('S03').public_id}")).split("各位的一年")[0]


@pytest.mark.practice("P71")
def test_weeks_before_the_first_plan_are_drawn_without_one(offices: Offices):
    DayCount.objects.create(staff=staff("S01"), day_on=DAY - timedelta(weeks=3), channel="call", attempts=3, done=2,
                            effective=2, declared=0)  # fmt: skip
    page = text(signed_in("S01").get("/habits/"))
    assert "名单从启用那天起才有" in page
    assert "联系还不满半年" in page
    assert 'class="ought" x1' not in page


@pytest.mark.practice("P52", "P57")
def test_who_covers_has_the_covered_quota_with_her_own(offices: Offices):
    Cover.objects.create(giver=staff("S02"), taker=staff("S01"), from_on=TODAY, to_on=TODAY, reason="休假",
                         granted_by=staff("S04"), granted_at=NOW)  # fmt: skip
    page = text(signed_in("S01").get("/today/"))
    assert "含代管 20" in page
    assert "0 <small>/ 40</small>" in page


def test_what_she_writes_today_is_marked_as_declared(cast: Cast):
    shen = signed_in("S01")
    shen.post(f"/today/{cast.zhao}/outcome/", outcome(cast))
    page = text(shen.get("/today/"))
    assert "2分钟（自报）" in page
    assert "自报 1" in page
    assert "2分钟（自报）" in text(shen.get(f"/customers/{cast.zhao}/timeline/"))
