"""拒绝该渠道: who will not be reached by a channel is not, whatever the reason; a duty that can go nowhere is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhu.engine.lake import Lake
from guanhu.night.reasons import reasons
from guanhu.night.why import NO_WAY, why
from guanhu.rules import contact
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import Channel, ConsentPurpose, Tier, Withheld
from guanhu.rules.policy import SHIPPED
from tests.night.desks import DAY, TODAY, Branch, short

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def branch(lake: Lake) -> Branch:
    made = Branch(lake)
    made.keeper()
    return made


def due_tomorrow(branch: Branch, key: int, *refused: str, own: bool = False) -> int:
    """A customer whose deposit matures tomorrow, which is a duty, and who refused these channels."""
    branch.reason(branch.customer(key), "maturity", 900_00, duty=True, step="t-1", due=TODAY + timedelta(days=1))
    for channel in refused:
        branch.consent(key, granted=False, purpose=channel, own=own)
    return key


def test_every_channel_can_be_refused_under_its_own_code() -> None:
    assert {channel.value for channel in Channel} <= {purpose.value for purpose in ConsentPurpose}


@pytest.mark.practice("P116")
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize(("refused", "way"), [((), "meeting"), (("meeting",), "call"), (("call",), "meeting")])
def test_a_refused_channel_is_not_offered_even_for_a_duty(
    branch: Branch, refused: tuple[str, ...], way: str, own: bool
) -> None:
    key = due_tomorrow(branch, 1, *refused, own=own)
    assert short(branch.plan()) == [(key, way)]


@pytest.mark.practice("P116")
def test_a_duty_that_can_go_nowhere_is_not_planned_and_is_shown_as_left(branch: Branch) -> None:
    key = due_tomorrow(branch, 1, "call", "meeting")
    assert [line for line in branch.plan() if line["task_group"] == "duty"] == []
    told = why(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR, customer=key)
    assert told is not None
    assert told.duty_left
    assert NO_WAY in told.lines
    assert {(channel, barred) for kind, channel, barred in told.withheld} == {
        (Channel.CALL, Withheld.CHANNEL), (Channel.MEETING, Withheld.CHANNEL),
    }  # fmt: skip


def test_a_duty_by_an_open_channel_is_not_shown_as_left(branch: Branch) -> None:
    key = due_tomorrow(branch, 1, "meeting")
    branch.plan()
    told = why(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR, customer=key)
    assert told is not None
    assert not told.duty_left


def test_a_promise_by_a_refused_channel_is_left_though_another_duty_goes(branch: Branch) -> None:
    key = due_tomorrow(branch, 1, "call")
    branch.promise(key, "call")
    assert short(branch.plan()) == [(key, "meeting")]
    told = why(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR, customer=key)
    assert told is not None
    assert told.duty_left
    assert NO_WAY in told.lines


def test_routine_service_keeps_off_a_refused_channel(lake: Lake) -> None:
    branch = Branch(lake, SHIPPED)
    branch.keeper()
    branch.consent(branch.customer(1, Tier.C.value), granted=False, purpose="message")
    branch.customer(2, Tier.C.value)
    assert {customer for customer, _ in short(branch.plan())} == {2}


def test_a_channel_allowed_again_later_is_open(branch: Branch) -> None:
    key = due_tomorrow(branch, 1, "meeting")
    branch.consent(key, granted=True, purpose="meeting", on=DAY, own=True)
    assert short(branch.plan()) == [(key, "meeting")]


def test_refusing_a_channel_refuses_neither_marketing_nor_the_other_channels(branch: Branch) -> None:
    key = branch.customer(1)
    branch.reason(key, "near_line", 900_00, marketing=True)
    branch.consent(key, granted=False, purpose="meeting")
    assert short(branch.plan()) == [(key, "call")]


def test_the_twin_a_gate_that_forgets_refused_channels_turns_red(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = due_tomorrow(branch, 1, "call", "meeting")
    branch.lay()
    whole = contact.withheld_by
    monkeypatch.setattr(contact, "withheld_by", lambda **gate: whole(**gate | {"channel_refused": False}))
    offered = reasons(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR).collect()
    assert offered.filter(offered["withheld"].is_null())["customer"].to_list().count(key) > 0
