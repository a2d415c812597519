"""A bank's own numbers hold by day as by night: the pages ask the policy the night asks."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from guanhu.apps.people import policy
from guanhu.apps.work import actions, queries
from guanhu.cli.numbers import policy_in
from guanhu.rules import contact
from guanhu.rules.kinds import Outcome
from guanhu.rules.policy import SHIPPED, Policy
from guanhu.web.briefs import pane_of
from tests.cast import LI, ZHAO, Cast
from tests.factories import NOW, TODAY, contact_row, line_row, opportunity_row, publish


@pytest.fixture
def goes_by(settings: Any) -> Any:
    """The bank goes by these numbers."""

    def go_by(**numbers: Any) -> Policy:
        settings.GUANHU_POLICY = replace(SHIPPED, version="ours", **numbers)
        return policy.in_force()

    return go_by


def near_a_line(cast: Cast, *past: dict[str, Any]) -> Any:
    """赵桂芳 stands near a line; her contacts of the days before."""
    actions.take_contacts({"contacts": [contact_row(n, ZHAO, **one) for n, one in enumerate(past, 1)]})
    publish(opportunities=[opportunity_row(ZHAO, "near_line", marketing=True)], lines=[line_row(LI, 1)])
    return queries.brief(cast.shen, cast.zhao)


def by_night(numbers: Policy, **gate: Any) -> Any:
    """What the night's rule says of the same customer."""
    asked: dict[str, Any] = {
        "channel": "call", "marketing": True, "duty": False, "marketing_granted": True, "service_granted": None,
        "channel_refused": False, "complaint_quiet": False, "cooling": False, "recent_contacts": 0, "paused": False,
        "message_age_days": None,
    }  # fmt: skip
    return contact.withheld_by(**{**asked, **gate}, policy=numbers)


@pytest.mark.parametrize(("cap", "silent"), [(1, "cap"), (2, None)])
def test_the_banks_cap_of_contacts_holds_on_the_page(cast: Cast, goes_by: Any, cap: int, silent: str | None):
    numbers = goes_by(cap_contacts=cap)
    brief = near_a_line(cast, {"outcome": "reached", "day_on": date(2026, 11, 23)})
    said = brief.withheld.get("call")
    assert (said and said.why) == by_night(numbers, recent_contacts=1) == silent


@pytest.mark.parametrize(("rest", "silent"), [(90, "cooling"), (40, None)])
def test_the_banks_rest_after_a_refusal_holds_on_the_page(cast: Cast, goes_by: Any, rest: int, silent: str | None):
    numbers = goes_by(cool_down_days={**SHIPPED.cool_down_days, Outcome.DECLINED: rest})
    then = date(2026, 10, 5)
    brief = near_a_line(cast, {"outcome": "declined", "day_on": then})
    cooling = contact.is_cooling("declined", then.toordinal(), TODAY.toordinal(), numbers)
    said = brief.withheld.get("call")
    assert (said and said.why) == by_night(numbers, cooling=cooling) == silent


@pytest.mark.parametrize(("least", "counts"), [(90, 0), (45, 1)])
def test_the_banks_seconds_of_an_effective_call_hold_on_the_page(cast: Cast, goes_by: Any, least: int, counts: int):
    numbers = goes_by(effective_call_seconds=least)
    done = actions.record_touch(by=cast.shen, customer=cast.zhao, channel="call", outcome="reached", seconds=60,
                                request_key="k", now=NOW)  # fmt: skip
    calls = next(quota for quota in queries.today(cast.shen).quotas if quota.channel == "call")
    assert (done.effective, calls.done) == (bool(counts), counts)
    assert bool(contact.is_effective("call", 60, "reached", numbers)) is bool(counts)
    assert pane_of(queries.brief(cast.shen, cast.li), now=NOW).form.effective_seconds == least


def test_the_banks_minutes_a_channel_hold_on_the_page(cast: Cast, goes_by: Any):
    before = queries.today(cast.shen).minutes_left
    goes_by(minutes=dict.fromkeys(SHIPPED.minutes, 60))
    assert before != queries.today(cast.shen).minutes_left == 120


def test_the_pages_read_the_file_the_night_reads(tmp_path: Path):
    (tmp_path / "policy.json").write_text(json.dumps({"version": "ours", "cap_contacts": 1}), "utf-8")
    assert policy_in(tmp_path).cap_contacts == 1
    assert policy_in(django_settings.GUANHU_VAR) == django_settings.GUANHU_POLICY
