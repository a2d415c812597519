from typing import Any

import pytest

from guanhu.rules.contact import (
    cool_down_days,
    counts_for_quota,
    effective_call,
    is_answered,
    is_channel_refused,
    is_cooling,
    is_effective,
    may_contact,
    withheld_by,
)
from guanhu.rules.kinds import Channel, Outcome, Withheld
from guanhu.rules.policy import SHIPPED

OPEN: dict[str, Any] = {
    "channel": "call",
    "marketing": True,
    "duty": False,
    "marketing_granted": True,
    "service_granted": True,
    "channel_refused": False,
    "complaint_quiet": False,
    "cooling": False,
    "recent_contacts": 0,
    "paused": False,
    "message_age_days": None,
    "policy": SHIPPED,
}
SERVICE = {"marketing": False, "marketing_granted": False}
DUTY = {**SERVICE, "duty": True}


def _why(**told: Any) -> Any:
    return withheld_by(**{**OPEN, **told})


def test_a_customer_who_agreed_and_was_left_in_peace_may_be_called() -> None:
    assert may_contact(**OPEN)
    assert _why() is None


@pytest.mark.parametrize("granted", [False, None])
def test_without_consent_there_is_no_marketing_on_any_channel(granted: bool | None) -> None:
    for channel in Channel:
        assert _why(channel=channel, marketing_granted=granted) == Withheld.CONSENT
        assert not may_contact(**{**OPEN, "channel": channel, "marketing_granted": granted})


def test_service_stands_apart_from_a_refusal_of_marketing() -> None:
    assert _why(**SERVICE) is None
    assert _why(**SERVICE, service_granted=None) is None
    assert _why(**SERVICE, service_granted=False) == Withheld.SERVICE


@pytest.mark.practice("P196")
def test_an_open_complaint_silences_marketing() -> None:
    assert _why(complaint_quiet=True) == Withheld.COMPLAINT
    assert _why(**SERVICE, complaint_quiet=True) is None


@pytest.mark.practice("P116")
def test_two_contacts_in_five_working_days_are_enough() -> None:
    assert [_why(recent_contacts=number) for number in (0, 1, 2, 3)] == [None, None, "cap", "cap"]


@pytest.mark.practice("P116")
def test_one_marketing_message_a_week() -> None:
    assert _why(channel="message", message_age_days=6) == Withheld.MESSAGE
    assert _why(channel="message", message_age_days=7) is None
    assert _why(channel="call", message_age_days=1) is None
    assert _why(**SERVICE, channel="message", message_age_days=1) is None


def test_a_duty_passes_the_caps_but_never_a_refusal() -> None:
    busy = {"recent_contacts": 9, "cooling": True}
    assert _why(**DUTY, **busy) is None
    assert _why(**SERVICE, **busy) == Withheld.COOLING
    assert _why(**DUTY, **busy, channel_refused=True) == Withheld.CHANNEL
    assert _why(**DUTY, **busy, service_granted=False) == Withheld.SERVICE


def test_marketing_is_never_a_duty() -> None:
    assert _why(duty=True, recent_contacts=2) == Withheld.CAP


def test_the_gravest_reason_is_told_first() -> None:
    everything = {
        "channel": "message",
        "complaint_quiet": True,
        "marketing_granted": False,
        "message_age_days": 0,
        "cooling": True,
        "recent_contacts": 5,
    }
    told = []
    for calm in (
        {"channel_refused": True},
        {},
        {"complaint_quiet": False},
        {"marketing_granted": True},
        {"message_age_days": None},
        {"cooling": False},
        {"recent_contacts": 0},
    ):
        everything = {**everything, "channel_refused": False, **calm}
        told.append(_why(**everything))
    assert told == ["channel_refused", "complaint_quiet", "no_consent", "message_cap", "cooling", "cap", None]


def test_nothing_known_is_marketing_without_consent() -> None:
    unknown = dict.fromkeys(OPEN, None) | {"policy": SHIPPED}
    assert withheld_by(**unknown) == Withheld.CONSENT


# ---------------------------------------------------------------- 冷静期


@pytest.mark.practice("P103")
@pytest.mark.parametrize(("outcome", "days"), [("abused", 30), ("declined", 30), ("hung_up", 7), ("no_answer", 1)])
def test_an_outcome_asks_for_its_rest(outcome: str, days: int) -> None:
    assert cool_down_days(outcome, SHIPPED) == days
    assert is_cooling(outcome, 100, 100 + days - 1, SHIPPED)
    assert not is_cooling(outcome, 100, 100 + days, SHIPPED)


def test_a_good_contact_asks_for_none() -> None:
    for outcome in ("reached", "booked", "closed", "sent", None):
        assert not is_cooling(outcome, 100, 100, SHIPPED)
    assert not is_cooling(None, None, 100, SHIPPED)
    assert not is_cooling("abused", None, 100, SHIPPED)


# ---------------------------------------------------------------- 有效


@pytest.mark.practice("P55")
@pytest.mark.parametrize(
    ("seconds", "outcome", "effective"),
    [
        (60, "reached", True),
        (59, "reached", False),
        (600, "declined", True),
        (60, "booked", True),
        (60, "closed", True),
        (90, "no_answer", False),
        (90, "hung_up", False),
        (90, None, False),
        (None, "reached", False),
    ],
)
def test_an_effective_call_is_a_minute_and_a_written_outcome(
    seconds: int | None, outcome: str | None, effective: bool
) -> None:
    assert effective_call(seconds, outcome, SHIPPED) is effective
    assert is_effective("call", seconds, outcome, SHIPPED) is effective


@pytest.mark.practice("P111")
def test_a_message_sent_fills_the_quota_and_is_no_effective_contact() -> None:
    assert counts_for_quota("message", None, "sent", SHIPPED)
    assert not is_effective("message", None, "sent", SHIPPED)
    assert not counts_for_quota("message", None, None, SHIPPED)


def test_a_meeting_counts_when_it_took_place() -> None:
    assert is_effective("meeting", None, "reached", SHIPPED)
    assert not is_effective("meeting", None, "no_answer", SHIPPED)
    assert counts_for_quota("meeting", None, "closed", SHIPPED)


@pytest.mark.practice("P55")
def test_an_attempt_does_not_fill_the_quota() -> None:
    assert not counts_for_quota("call", 0, "no_answer", SHIPPED)
    assert counts_for_quota("call", 61, "declined", SHIPPED)
    assert not counts_for_quota(None, 61, "reached", SHIPPED)


def test_speaking_with_somebody_has_four_outcomes() -> None:
    assert {outcome for outcome in Outcome if is_answered(outcome)} == {"reached", "declined", "booked", "closed"}


@pytest.mark.practice("P116")
@pytest.mark.parametrize(
    ("channel", "message", "call", "meeting", "refused"),
    [
        ("call", None, None, None, False), ("call", True, True, True, False), ("call", True, False, True, True),
        ("message", False, True, True, True), ("meeting", True, True, False, True),
        ("message", True, False, False, False), ("pigeon", False, False, False, False),
    ],
)  # fmt: skip
def test_a_channel_is_closed_by_a_refusal_of_it_alone(
    channel: str, message: bool | None, call: bool | None, meeting: bool | None, refused: bool
) -> None:
    assert is_channel_refused(channel, message, call, meeting) is refused
