"""期限清理 and 异常提醒 on their pages: who sees them, what is drawn, and what each may decide."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guanhu.apps.audit import trail
from guanhu.apps.people.alarms.models import Alarm, Leaving, Looked
from guanhu.apps.people.clearing.models import Clearing
from guanhu.apps.people.models import SignIn, Staff
from guanhu.engine.lake import Lake
from guanhu.night.standby import Standby
from guanhu.rules.access import Role
from guanhu.rules.kinds import TrailAction
from guanhu.rules.policy import SHIPPED
from guanhu.rules.retention import ClearingState
from tests.cast import Cast
from tests.offices import Offices
from tests.web.conftest import signed_in, text

pytestmark = pytest.mark.slow


@pytest.fixture
def data(offices: Offices) -> Client:
    """沈见山's browser: the data administrator."""
    return signed_in("A5", Role.DATA)


def privacy() -> Client:
    """许问渠's browser: the privacy officer."""
    return signed_in("A6", Role.PRIVACY)


def stand_by(tmp_path) -> Standby:
    """Somebody beside the pages."""
    return Standby(Lake(tmp_path / "lake"), tmp_path / "uploads", SHIPPED, timezone.now)


def old_day() -> None:
    """Something that has fallen due."""
    day = timezone.localdate(timezone.now()) - timedelta(days=400)
    Looked.objects.create(staff_no="S01", role="keeper", day=day, viewed=1, revealed=0, listed=0, outside=0)


def test_a_round_is_proposed_counted_drawn_and_approved_by_another(data, tmp_path):
    old_day()
    assert "没有进行中的清理" in text(data.get("/retention/"))
    assert data.post("/retention/propose/").status_code == 302
    assert "正在试算" in text(data.get("/retention/"))
    assert data.post("/retention/propose/").status_code == 409
    stand_by(tmp_path).attend()
    page = text(data.get("/retention/"))
    assert "people_looked" in page
    assert "meter-due" in page
    assert "提出的人不能自己复核" in page
    made = Clearing.objects.get()
    assert data.post(reverse("clearing_approve", args=[made.public_id])).status_code == 404
    officer = privacy()
    answer = officer.post(reverse("clearing_approve", args=[made.public_id]))
    assert answer.headers["Location"] == "/account/confirm?next=/retention/"
    SignIn.objects.update(confirmed_at=timezone.now())
    answer = officer.post(reverse("clearing_approve", args=[made.public_id]))
    assert answer.headers["Location"] == "/retention/?done=approved"
    assert stand_by(tmp_path).clear() == 1
    assert Clearing.objects.get().state == ClearingState.DONE
    assert "已完成" in text(data.get("/retention/"))
    assert not Looked.objects.exists()


def test_a_round_goes_back_with_a_reason_and_nothing_happens(data, tmp_path):
    old_day()
    data.post("/retention/propose/")
    stand_by(tmp_path).attend()
    made, officer = Clearing.objects.get(), privacy()
    assert officer.post(reverse("clearing_decline", args=[made.public_id]), {"why": ""}).status_code == 422
    assert officer.post(reverse("clearing_decline", args=[made.public_id]), {"why": "季末再清"}).status_code == 302
    assert "季末再清" in text(officer.get("/retention/"))
    SignIn.objects.update(confirmed_at=timezone.now())
    assert officer.post(reverse("clearing_approve", args=[made.public_id])).status_code == 409
    assert stand_by(tmp_path).clear() is None
    assert Looked.objects.count() == 1


def test_one_may_take_back_ones_own(data):
    data.post("/retention/propose/")
    made = Clearing.objects.get()
    assert data.post(reverse("clearing_withdraw", args=[made.public_id]), {"why": "日期不对"}).status_code == 302
    assert Clearing.objects.get().state == ClearingState.DECLINED


def test_an_auditor_reads_and_decides_nothing_and_a_keeper_sees_no_such_page(data):
    data.post("/retention/propose/")
    auditor = signed_in("A4", Role.AUDIT)
    page = text(auditor.get("/retention/"))
    assert "期限表" in page
    assert "撤回这一轮" not in page
    assert auditor.post("/retention/propose/").status_code == 404
    assert signed_in("S01").get("/retention/").status_code == 404
    assert signed_in("S01").get("/alarms/").status_code == 404


# ---------------------------------------------------------------- alarms


@pytest.fixture
def raised(offices: Offices, cast: Cast, tmp_path) -> Alarm:
    """沈知微 looked at too many."""
    now = timezone.now()
    with trail.recording():
        for key in range(200):
            trail.note(cast.shen, TrailAction.CUSTOMER_VIEW, person=key, object=("file", str(key)), at=now)
    stand_by(tmp_path).attend()
    return Alarm.objects.get(kind="surge")


def test_an_alarm_is_drawn_told_in_a_sentence_and_answered(raised):
    security = signed_in("A1", Role.SECURITY)
    page = text(security.get("/alarms/"))
    assert "打开档案的客户一天 200 位" in page
    assert 'class="spark"' in page
    address = reverse("alarm_answer", args=[raised.public_id])
    answer = security.post(address, {"word": "harmless", "note": ""})
    assert answer.status_code == 422
    assert "checked" in text(answer)
    assert security.post(address, {"word": "harmless", "note": "季末回访"}).status_code == 302
    page = text(security.get("/alarms/"))
    assert "季末回访" in page
    assert security.post(address, {"word": "followed", "note": "再"}).status_code == 409


def test_without_alarms_the_page_says_what_would_stand_there(offices):
    assert "没有待核查的提醒" in text(signed_in("A4", Role.AUDIT).get("/alarms/"))


def test_who_leaves_is_written_down_by_security_alone(offices):
    day = timezone.localdate(timezone.now()) + timedelta(days=20)
    assert signed_in("A4", Role.AUDIT).post("/alarms/leaving/", {"staff_no": "S02", "last_on": day}).status_code == 404
    security = signed_in("A1", Role.SECURITY)
    assert security.post("/alarms/leaving/", {"staff_no": "S99", "last_on": day}).status_code == 422
    assert security.post("/alarms/leaving/", {"staff_no": "S02", "last_on": "x"}).status_code == 422
    assert security.post("/alarms/leaving/", {"staff_no": "S02", "last_on": day}).status_code == 302
    assert Leaving.objects.get().staff == Staff.objects.get(staff_no="S02")
    assert "周予安" in text(security.get("/alarms/"))
