"""今日复盘 on the page: lines are settled, two questions answered, the head comments, the keeper is told."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.work.evening.models import Review, ReviewNote
from guanhu.apps.work.models import Deferral
from guanhu.rules.access import Role
from tests import offices as office_people
from tests.cast import Cast
from tests.web.conftest import outcome, signed_in, text
from tests.web.test_a_morning import plain

pytestmark = pytest.mark.slow
PAGE = "/today/review/"
SAID = {"best": "先问外孙女，再谈存单", "missed": ""}


def settle(site: Client, customer: object, **sent: str) -> object:
    return site.post(f"{PAGE}{customer}/", {"how": "move", "until": "2026-11-25", "reason": "客户在外地", **sent})


def handed_in(site: Client, cast: Cast, **more: str) -> Review:
    settle(site, cast.zhao)
    assert site.post(f"{PAGE}write/", {**SAID, **more}).status_code == 302
    row: Review = Review.objects.for_system("a test").get()
    return row


@pytest.mark.practice("P63")
def test_the_tab_shows_what_must_have_a_result_first_and_what_the_day_came_to(cast: Cast, shen: Client):
    shen.post(f"/today/{cast.li}/outcome/", outcome(cast, customer=cast.li))
    page = plain(text(shen.get(PAGE)))
    assert "没做完的 1 件" in page
    assert "必做 1 件未闭环" in page
    assert "1 / 2 件" in page
    assert "100% 1 / 1 通" in page
    assert "放下到这天" not in page
    assert reverse("review") in text(shen.get("/today/"))


@pytest.mark.practice("P63")
def test_a_line_is_dropped_on_the_page_shown_with_its_reason_and_put_back(cast: Cast, shen: Client):
    answer = settle(shen, cast.li, how="drop", until="2026-12-15", reason="出国一个月")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{PAGE}?said=settled")
    page = plain(text(shen.get(PAGE)))
    assert "放下到 12-15" in page
    assert "出国一个月" in page
    assert "放下到 12-15" in plain(text(shen.get("/today/")))
    row = Deferral.objects.for_system("a test").get()
    back = shen.post(reverse("undo_defer", args=[row.public_id]), {"back": "review"})
    assert back.headers["Location"] == f"{PAGE}?said=back"
    assert "放下到 12-15" not in plain(text(shen.get(PAGE)))


@pytest.mark.parametrize(
    ("sent", "says"),
    [({"reason": ""}, "写一句原因"), ({"until": "2026-11-28"}, "选一个工作日"), ({"until": "明天"}, "日期写成"),
     ({"how": "drop", "until": ""}, "选放下到哪天"), ({"reason": "电话 13812345678"}, "没有存，写到了")],
)  # fmt: skip
def test_what_is_wrong_stands_beside_the_line_and_nothing_is_kept(cast: Cast, shen: Client, sent, says):
    answer = settle(shen, cast.li, **sent)
    assert answer.status_code == 422
    assert says in plain(text(answer))
    assert not Deferral.objects.for_system("a test").exists()


def test_a_duty_cannot_be_dropped_by_a_form_made_by_hand(cast: Cast, shen: Client):
    answer = settle(shen, cast.zhao, how="drop", until="2026-12-15")
    assert (answer.status_code, Deferral.objects.for_system("a test").exists()) == (422, False)


@pytest.mark.practice("P63")
def test_everything_else_waits_for_tomorrow_at_once(cast: Cast, shen: Client):
    answer = shen.post(f"{PAGE}rest/", {"reason": "今天时间不够"})
    assert answer.headers["Location"] == f"{PAGE}?said=moved&n=1"
    page = plain(text(shen.get(answer.headers["Location"])))
    assert "1 件已顺延到下一个工作日" in page
    assert "今晚重新安排" in page
    assert shen.post(f"{PAGE}rest/", {"reason": "再来"}).status_code == 422


@pytest.mark.practice("P65")
def test_two_questions_are_answered_and_answered_anew_until_the_day_is_over(cast: Cast, shen: Client):
    first = shen.post(f"{PAGE}write/", SAID)
    assert first.status_code == 422
    assert "必做还有 1 件没有交代" in plain(text(first))
    assert "先问外孙女" in text(first)
    handed_in(shen, cast)
    assert shen.post(f"{PAGE}write/", {"best": "", "missed": "利率低的那位"}).status_code == 302
    row = Review.objects.for_system("a test").get()
    assert (row.best, row.missed) == ("", "利率低的那位")
    assert "改好了，再提交" in text(shen.get(PAGE))


@pytest.mark.parametrize("said", ["她信佛", "卡号 6222020200001122"])
def test_what_may_not_be_kept_of_a_person_stands_in_no_review_and_no_comment(cast: Cast, shen: Client, said: str):
    settle(shen, cast.zhao)
    assert shen.post(f"{PAGE}write/", {"best": said, "missed": ""}).status_code == 422
    row = handed_in(shen, cast)
    head = signed_in("S04")
    assert head.post(reverse("comment", args=[row.public_id]), {"comment": said}).status_code == 422
    assert not ReviewNote.objects.for_system("a test").exists()


@pytest.mark.practice("P65")
def test_the_head_reads_who_wrote_and_who_did_not_and_her_comment_reaches_the_keeper(cast: Cast, shen: Client):
    row = handed_in(shen, cast)
    head = signed_in("S04")
    page = plain(text(head.get("/team/reviews/")))
    assert "2 位里 1 位写了复盘" in page
    assert "先问外孙女，再谈存单" in page
    assert page.index("沈知微 理财经理") < page.index("周予安")
    answer = head.post(
        reverse("comment", args=[row.public_id]), {"comment": "开场好，明天带上利率表", "day": "2026-11-24"}
    )
    assert answer.headers["Location"] == "/team/reviews/?said=commented&day=2026-11-24"
    told = plain(text(shen.get("/notices/")))
    assert "秦岚 评了你的复盘 · 今日复盘" in told
    assert "开场好，明天带上利率表" in plain(text(shen.get(PAGE)))


def test_a_comment_said_twice_is_told_once_while_it_is_unread(cast: Cast, shen: Client):
    row, head = handed_in(shen, cast), signed_in("S04")
    for said in ("好", "很好"):
        head.post(reverse("comment", args=[row.public_id]), {"comment": said})
    assert text(shen.get("/notices/")).count("评了你的复盘") == 1
    assert ReviewNote.objects.for_system("a test").count() == 2


def test_reviews_are_closed_to_colleagues_and_other_branches(cast: Cast, shen: Client):
    row = handed_in(shen, cast)
    for who in ("S01", "S02", "S03"):
        assert signed_in(who).get("/team/reviews/").status_code == 404
        assert signed_in(who).post(reverse("comment", args=[row.public_id]), {"comment": "好"}).status_code == 404


def test_a_coach_reads_and_comments_too(offices: office_people.Offices, cast: Cast, shen: Client):
    row = handed_in(shen, cast)
    coach = signed_in("A9", Role.COACH)
    assert "先问外孙女" in text(coach.get("/team/reviews/"))
    assert coach.post(reverse("comment", args=[row.public_id]), {"comment": "问得好"}).status_code == 302


def test_a_branch_without_a_night_is_told_what_will_stand_here(db: None):
    from guanhu.apps.customers import actions as customers
    from tests import cast as people

    customers.take_in(people.persons())
    assert "还没有可以复盘的一天" in text(signed_in("S01").get(PAGE))
    assert "还没有可看的复盘" in text(signed_in("S04").get("/team/reviews/"))
