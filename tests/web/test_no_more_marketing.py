"""A customer who wants no marketing says so once: beside a refusal or on the file; consent comes back with evidence."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers import queries as customer_queries
from guanhu.apps.customers.models import Consent
from guanhu.apps.work import queries
from tests import cast as people
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.web.conftest import HTMX, outcome, text

pytestmark = pytest.mark.practice("P116")


def limits(cast: Cast) -> bool:
    """May nothing be offered to 赵桂芳?"""
    return queries.brief(cast.shen, cast.zhao).no_marketing is not None


def decline(client: Client, cast: Cast, **typed: str):
    """Record that 赵桂芳 declined."""
    sent = outcome(cast, outcome="declined", refusal="distrust", **typed)
    return client.post(reverse("record", args=[cast.zhao]), sent, **HTMX)


@pytest.mark.parametrize(("typed", "stopped"), [({"no_marketing": "1"}, True), ({}, False)])
def test_a_refusal_stops_marketing_only_where_the_customer_asks(
    cast: Cast, shen: Client, typed: dict[str, str], stopped: bool
):
    assert decline(shen, cast, **typed).status_code == 200
    assert limits(cast) is stopped


def test_the_box_of_another_outcome_counts_for_nothing(cast: Cast, shen: Client):
    shen.post(reverse("record", args=[cast.zhao]), outcome(cast, no_marketing="1"), **HTMX)
    assert not limits(cast)


@pytest.mark.parametrize(("typed", "says"), [({"no_marketing": "1"}, True), ({}, False)])
def test_taking_the_contact_back_leaves_the_word_standing_and_says_so(
    cast: Cast, shen: Client, typed: dict[str, str], says: bool
):
    undo = re.findall(r'hx-post="(/today/undo/[^"]+)"', text(decline(shen, cast, **typed)))[0]
    assert ("「不再营销」仍然有效" in text(shen.post(undo, **HTMX))) is says
    assert limits(cast) is says


def test_the_file_takes_the_word_down_and_a_new_consent_with_its_evidence(cast: Cast, shen: Client):
    address, page = reverse("marketing", args=[cast.zhao]), reverse("customer_rest", args=[cast.zhao])
    assert "客户不要再营销" in text(shen.get(page))
    assert shen.post(address, {"granted": "no"}).status_code == 302
    assert limits(cast)
    assert "营销：拒绝" in text(shen.get(page))

    unproven = shen.post(address, {"granted": "yes", "evidence": "柜面签字"})
    assert (unproven.status_code, limits(cast)) == (422, True)
    assert "今天刚记下客户不要营销，新的同意最早明天记" in text(unproven)


def test_a_new_consent_needs_its_evidence(cast: Cast, shen: Client):
    address = reverse("marketing", args=[cast.li])
    unproven = shen.post(address, {"granted": "yes", "evidence": " "})
    assert unproven.status_code == 422
    assert "请写下客户同意的凭据" in text(unproven)
    assert queries.brief(cast.shen, cast.li).no_marketing
    done = shen.post(address, {"granted": "yes", "evidence": "柜面签字"})
    assert "已记下，今晚起照此排名单" in text(shen.get(done.headers["Location"]))
    assert not queries.brief(cast.shen, cast.li).no_marketing


def test_the_night_reads_the_word_the_page_shows(cast: Cast):
    for granted in (False, True):
        Consent.objects.for_system("test").create(
            customer_id=people.ZHAO, source="own", purpose="marketing", granted=granted, changed_on=TODAY,
            evidence="电话里说的", by_id=cast.shen.staff_id, recorded_at=NOW,
        )  # fmt: skip
    assert limits(cast)
    assert [row["granted"] for row in customer_queries.consents_as_of(TODAY)] == [False]
