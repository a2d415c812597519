"""The old way of working: uneven, in drives, never on a holiday, and careful with those who refused."""

from datetime import date

import numpy as np
import pytest

from guanhu.demo import stories, today, touch
from guanhu.demo.calendar import t_of
from guanhu.demo.money import founded
from guanhu.demo.people import population
from guanhu.demo.personas import PERSONAS
from guanhu.demo.truth import TALK_SECONDS
from guanhu.demo.world import LONG_AGO, World
from guanhu.rules.kinds import Channel, Outcome

pytestmark = pytest.mark.slow
WAN = 1_000_000


@pytest.fixture
def world() -> World:
    rng = np.random.default_rng(8)
    return founded(rng, population(rng, 1200))


def t(day: str) -> int:
    return t_of(date.fromisoformat(day))


def work(world: World, *days: str) -> None:
    for day in days:
        touch.get_in_touch(world, t(day), world.books.assets())


@pytest.mark.parametrize("day", ["2026-10-03", "2026-11-22", "2026-02-17"])
def test_nobody_works_on_a_holiday(world, day):
    work(world, day)
    assert world.contacts == []


def test_a_keeper_on_leave_calls_nobody(world):
    away = [place for place, keeper in enumerate(touch.cast.KEEPERS) if keeper.no == "1204"]
    work(world, *(f"2026-08-{day:02d}" for day in range(3, 15)))
    assert world.contacts
    assert not [contact for contact in world.contacts if contact.keeper in away]


def test_who_refused_marketing_is_called_for_service_alone(world):
    world.people.marketing[:] = 0
    world.complained[100:140] = t("2026-03-02")
    work(world, *(f"2026-03-{day:02d}" for day in range(2, 21)))
    assert {contact.reason for contact in world.contacts} <= {touch.DUE, touch.COMPLAINT, touch.INFLOW}
    assert {contact.reason for contact in world.contacts} >= {touch.DUE, touch.COMPLAINT}


def test_the_named_customers_have_their_own_story(world):
    work(world, *(f"2026-03-{day:02d}" for day in range(2, 31)))
    assert min(contact.customer for contact in world.contacts) >= len(PERSONAS)


def test_a_message_is_sent_and_takes_no_time(world):
    work(world, *(f"2026-03-{day:02d}" for day in range(2, 31)))
    sent = touch.OUTCOMES.index(Outcome.SENT)
    for contact in world.contacts:
        message = touch.CHANNELS[contact.channel] is Channel.MESSAGE
        assert message == (contact.outcome == sent)
        assert not message or contact.seconds == 0


def test_only_a_real_conversation_is_remembered(world):
    work(world, *(f"2026-03-{day:02d}" for day in range(2, 31)))
    talks = {contact.customer for contact in world.contacts if contact.seconds >= TALK_SECONDS}
    assert set(np.flatnonzero(world.talked > LONG_AGO).tolist()) == talks
    good = {touch.OUTCOMES.index(outcome) for outcome in (Outcome.REACHED, Outcome.BOOKED, Outcome.CLOSED)}
    assert all(contact.outcome in good for contact in world.contacts if contact.seconds >= TALK_SECONDS)


def test_no_call_lasts_about_a_minute(world):
    """Between a brush-off and a conversation there is a gap, so that no threshold near a minute decides anything."""
    work(world, *(f"2026-03-{day:02d}" for day in range(2, 31)))
    assert not [contact for contact in world.contacts if 48 <= contact.seconds < TALK_SECONDS]


def test_a_drive_makes_more_contacts_than_a_quiet_week(world):
    work(world, *(f"2026-05-{day:02d}" for day in range(11, 16)))
    quiet = len(world.contacts)
    work(world, *(f"2026-06-{day:02d}" for day in range(22, 27)))
    assert len(world.contacts) - quiet > 1.2 * quiet


def test_festivals_bring_greetings(world):
    work(world, "2026-02-13")
    assert sum(contact.reason == touch.FESTIVAL for contact in world.contacts) > 50


def test_a_birthday_is_greeted_on_its_day(world):
    people = world.people
    people.birth_month[:], people.birth_day[:], people.lunar[:] = 3, 4, False
    work(world, "2026-03-04")
    greeted = [contact for contact in world.contacts if contact.reason == touch.BIRTHDAY]
    assert len(greeted) > 100
    assert all(people.band[contact.customer] < 2 for contact in greeted)


def test_a_complaint_opens_and_closes(world):
    stories.open_complaint(world, 50, 300, "排队太久", 60)
    assert world.complained[300] == 50
    for day in range(51, 61):
        stories._complain(world, day)
    assert world.complained[300] == LONG_AGO


def test_an_angry_customer_decides_after_three_days(world):
    for customer in range(100, 400):
        stories.open_complaint(world, 50, customer, "排队太久", None)
    world.talked[100:250] = 51
    stories._complain(world, 53)
    cases = world.record.columns("complaint")
    assert set(cases["customer"]) >= set(range(100, 400))
    left = world.leaving < 100
    assert left[100:250].sum() < left[250:400].sum()


def test_a_large_sum_is_used_or_left_after_five_days(world):
    who = np.flatnonzero(~world.people.named & ~world.people.company)[:80]
    stories.receive(world, 50, who, np.full(80, 50 * WAN), 1)
    assert (world.inflow[who] == 50).all()
    holdings = world.books.holdings
    stories._used_or_gone(world, 55)
    cases = world.record.columns("large_inflow")
    assert len(cases["customer"]) == 80
    assert world.books.holdings == holdings + sum(cases["happened"])


def test_who_reaches_for_the_line_passes_it(world):
    assets = world.books.assets()
    world.talked[:] = 99
    stories._reach_for_the_line(world, 100)
    cases = world.record.columns("near_line")
    brings = np.array(cases["customer"])[np.array(cases["happened"])]
    assert len(brings) > 3
    assert (assets[brings] < stories.VIP_LINE).all()
    assert (world.books.assets()[brings] > stories.VIP_LINE).all()


def test_who_slips_away_begins_to_leave_tomorrow(world):
    for day in range(60, 460, 30):
        stories._slip_away(world, day)
    cases = world.record.columns("silent_leaving")
    gone = {
        (c, day) for c, day, happened in zip(cases["customer"], cases["t"], cases["happened"], strict=True) if happened
    }
    assert gone
    assert all(world.leaving[customer] == day + 1 for customer, day in gone)


def test_the_asleep_wake_up_with_money(world):
    world.people.quiet[200:600], world.moved[200:600] = True, -200
    world.talked[200:400] = 95
    stories._wake_or_fall_silent(world, 100)
    cases = world.record.columns("dormant")
    awake = [c for c, happened in zip(cases["customer"], cases["happened"], strict=True) if happened]
    assert awake
    assert not world.people.quiet[awake].any()
    assert (world.moved[awake] == 100).all()


def test_every_keeper_gets_birthdays_around_today(world):
    today.set_birthdays(world.rng, world.people)
    people = world.people
    for keeper in range(12):
        mine = (people.keeper == keeper) & (people.birth_month == 11) & (people.birth_day == 25)
        assert mine.sum() >= 1


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
def test_a_named_customers_story_can_be_told(persona):
    for lot in persona.lots:
        assert lot.product in touch.shelf.NO
        assert lot.wan > 0
        assert not lot.due or lot.start < lot.due
    for event in persona.events:
        assert "2025-05-22" <= event.day <= "2026-11-23"
        assert event.what in ("in", "out", "complaint", "contact")
        assert event.text or event.what in ("in", "out")


def test_every_named_holding_is_in_the_books_when_it_should_be(lively):
    books, last = lively.books, t("2026-11-23")
    live = books.live(last)
    for i, persona in enumerate(PERSONAS):
        mine = live[books.h_customer[live] == i]
        held = {(touch.shelf.PRODUCTS[books.h_product[h]].no, int(books.h_amount[h])) for h in mine}
        running = {(lot.product, int(lot.wan * WAN)) for lot in persona.lots if not lot.due or lot.due >= "2026-11-22"}
        assert held == running, persona.name
