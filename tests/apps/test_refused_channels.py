"""拒绝该渠道 on the brief and the card: a refused channel is closed for every reason, the others stay open."""

import pytest

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers import queries as customer_queries
from guanhu.apps.customers.models import Consent, Source
from guanhu.apps.work import queries
from guanhu.apps.work.file import queries as files
from guanhu.apps.work.shapes import Brief, Silence
from guanhu.apps.work.silence import Known
from guanhu.rules.kinds import Channel
from guanhu.web.briefs import pane_of
from guanhu.web.cards import rest_of
from tests.cast import CONSENTS, ZHAO, Cast
from tests.factories import NOW, TODAY, line_row, opportunity_row, publish

REFUSED = {channel.value: Silence("channel_refused", None) for channel in Channel}


def refuse(cast: Cast, *channels: str) -> Brief:
    """赵桂芳 refused these channels; a deposit of hers matures tomorrow."""
    rows = [{"customer": ZHAO, "purpose": one, "granted": False, "changed_on": TODAY, "evidence": ""}
            for one in channels]  # fmt: skip
    customers.take_in({"consents": [*CONSENTS, *rows]})
    publish(opportunities=[opportunity_row(ZHAO, "maturity", duty=True, step="t-1")], lines=[line_row(ZHAO, 1)])
    return queries.brief(cast.shen, cast.zhao)


@pytest.mark.practice("P116")
@pytest.mark.parametrize("channel", [channel.value for channel in Channel])
def test_a_refused_channel_is_closed_even_for_a_duty(cast: Cast, channel: str):
    brief = refuse(cast, channel)
    assert brief.withheld == {channel: REFUSED[channel]}
    assert (brief.reachable, brief.may_market) == (True, True)


def test_who_refused_every_channel_is_not_reached_at_all(cast: Cast):
    brief = refuse(cast, *REFUSED)
    assert (brief.withheld, brief.reachable) == (REFUSED, False)


@pytest.mark.practice("P116")
def test_no_number_is_offered_to_call_who_refused_calls(cast: Cast):
    assert pane_of(refuse(cast, "meeting"), now=NOW).can_call
    assert not pane_of(refuse(cast, "call"), now=NOW).can_call


def test_the_card_shows_a_channel_only_when_the_customer_said_something_about_it(cast: Cast):
    def shown() -> list[str]:
        return [words for _, words in rest_of(files.card(cast.shen, cast.zhao)).consents]

    before = shown()
    refuse(cast, "call")
    assert len(before) == 2
    assert [words for words in shown() if words not in before] == [f"接电话：拒绝 {TODAY}"]


def test_our_own_word_on_a_channel_goes_out_to_the_night(cast: Cast):
    Consent.objects.create(
        customer_id=ZHAO, source=Source.OWN, purpose="call", granted=False, changed_on=TODAY, evidence="请发消息",
        by_id=cast.shen.staff_id, recorded_at=NOW,
    )  # fmt: skip
    assert refuse(cast).withheld == {"call": REFUSED["call"]}
    said = {"customer": ZHAO, "purpose": "call", "granted": False, "changed_on": TODAY}
    assert customer_queries.consents_as_of(TODAY) == [said]


def test_the_twin_a_gate_that_forgets_refused_channels_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    whole, forgotten = Known.gate, {"channel_refused": False}
    monkeypatch.setattr(Known, "gate", lambda self, *how, **duty: whole(self, *how, **duty) | forgotten)
    assert refuse(cast, "call").withheld == {}
