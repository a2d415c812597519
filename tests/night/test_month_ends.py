"""Month-ends are published once, and again only when the records know them otherwise."""

from datetime import date

import pytest
from django.db.models import F

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.queries import MonthEnd
from guanhu.apps.people import actions as people
from guanhu.night.stages import NightStopped
from tests.night.town import SATURDAY, SUNDAY

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.mark.practice("P20")
def test_only_month_ends_the_records_lack_or_know_otherwise_are_sent(town, monkeypatch):
    sent, whole = [], customers.publish_answers

    def watched(night_id, branch_id, **rows):
        sent.extend({row["day_on"] for row in rows["month_ends"]})
        whole(night_id, branch_id, **rows)

    monkeypatch.setattr(customers, "publish_answers", watched)
    town.night(SATURDAY)
    assert sent == []
    october = date(2026, 10, 31)
    MonthEnd.objects.for_system("a figure gone wrong").filter(day_on=october).update(net_fen=F("net_fen") + 1)
    town.night(SUNDAY)
    assert set(sent) == {october}


def test_a_branch_that_fails_quotes_no_row(town, monkeypatch):
    def fails(branch_id, night_id):
        raise KeyError("13812342716")

    monkeypatch.setattr(people, "flip", fails)
    with pytest.raises(NightStopped, match="KeyError") as stopped:
        town.night(SATURDAY)
    assert "13812342716" not in str(stopped.value)
