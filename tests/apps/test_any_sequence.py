"""Whatever three colleagues do in whatever order, the records agree with a ledger kept by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Consent, Customer
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work import actions, lines, queries
from guanhu.apps.work.lines import Desk
from guanhu.apps.work.shapes import NextStep, Recorded
from guanhu.rules.days import SHIPPED_CALENDAR
from tests import cast as people
from tests.apps.ledger import Entry, Ledger
from tests.apps.test_intake import digest
from tests.cast import LI, SUN, WU, ZHAO
from tests.factories import NOW, TODAY, line_row, publish, quota_rows

PLAN: dict[str, list[int]] = {"S01": [ZHAO, LI], "S02": [SUN], "S03": [WU]}
WRITTEN = ("work_touch", "work_promise", "work_deferral", "customers_consent")
COLLEAGUES = st.sampled_from(sorted(PLAN))
WHO = st.sampled_from([*[None] * 6, *sorted(PLAN)])
"""Mostly the keeper, now and then just anybody."""
CUSTOMERS = st.sampled_from([ZHAO, LI, SUN])
CONTACTS = st.sampled_from([
    ("call", "reached", 60), ("call", "reached", 59), ("call", "no_answer", None), ("call", "declined", 300),
    ("call", "hung_up", 5), ("message", "sent", None), ("meeting", "reached", None),
])  # fmt: skip
STEPS = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["call", "meeting"])), max_size=2, unique=True)


after = Desk.after


class Morning(RuleBasedStateMachine):
    """Three colleagues, four customers, a few days; after every step the records and the ledger agree."""

    cast: ClassVar[people.Cast]

    @initialize()
    def begin(self) -> None:
        """The cast's morning, to be rolled back when the sequence ends."""
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        keeper = {customer: who for who, mine in PLAN.items() for customer in mine}
        said = [(ZHAO, date(2025, 3, 4), True), (LI, date(2025, 3, 4), False)]
        self.book = Ledger(keeper, PLAN, TODAY, consents=said)
        self.who: dict[str, Viewer] = {"S01": self.cast.shen, "S02": self.cast.zhou, "S03": self.cast.yan}
        self.ids = {ZHAO: self.cast.zhao, LI: self.cast.li, SUN: self.cast.sun, WU: self.cast.wu}
        self.marks: list[tuple[Entry, Any]] = []
        self.keys: dict[tuple[str, str], Entry] = {}
        self.seen, self.steps = dict.fromkeys(self.ids, 0), 0

    def teardown(self) -> None:
        """Nothing stays."""
        if hasattr(self, "rolled_back"):
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    @contextmanager
    def refused(self, error: type[Exception] | None, *, says: str = "") -> Iterator[None]:
        """What is refused raises just this, and leaves everything as it was."""
        if error is None:
            yield
            return
        before = digest(*WRITTEN)
        with pytest.raises(error, match=says or None), transaction.atomic():
            yield
        assert digest(*WRITTEN) == before

    def absent(self, who: str, customer: int) -> type[Exception] | None:
        return None if self.book.keeper[customer] == who else Invisible

    @rule(who=WHO, customer=CUSTOMERS, contact=CONTACTS, steps=STEPS, key=st.sampled_from("abcdefghijklmnop"))
    def record(self, who: str | None, customer: int, contact: Any, steps: Any, key: str) -> None:
        self.write(who, customer, contact, steps, key)

    @rule(customer=CUSTOMERS, again=st.sampled_from([None, 59, 60]))
    def nobody_answers(self, customer: int, again: int | None) -> None:
        """A try, with the promise of another today; perhaps the other too, for so many seconds."""
        self.write(None, customer, ("call", "no_answer", None), [(0, "call")], f"n{len(self.marks)}")
        if again:
            self.write(None, customer, ("call", "reached", again), [], f"n{len(self.marks)}")

    def write(self, who: str | None, customer: int, contact: Any, steps: Any, key: str) -> None:
        who = who or self.book.keeper[customer]
        channel, outcome, seconds = contact
        promised = [(self.book.today + timedelta(days=ahead), way) for ahead, way in steps]
        before = self.keys.get((who, key))
        reused = Refused if before and before.customer != customer else None
        with self.refused(self.absent(who, customer) or reused):
            done = actions.record_touch(
                by=self.who[who], customer=self.ids[customer], now=NOW, channel=channel, outcome=outcome,
                seconds=seconds, refusal="no_need" if outcome == "declined" else "", request_key=key,
                next_steps=[NextStep(due_on, way, "再谈") for due_on, way in promised],
            )  # fmt: skip
            assert done.already is (before is not None)
            if before is None:
                entry = Entry(who, customer, self.book.today, channel, outcome, seconds, promised=promised)
                self.keys[who, key] = entry
                self.book.written.append(entry)
                self.marks.append((entry, done.touch))
            following = self.book.next_open(who, customer)
            assert done.next_id == (following and self.ids[following])
            if len(self.marks) % 3 == 0:  # all of them would take twice as long and find no more
                self.told_as_anew(self.who[who], done)

    def told_as_anew(self, viewer: Viewer, done: Recorded) -> None:
        """What is told of the day after a contact is what the whole day says when it is read anew."""
        whole, after, whom = queries.today(viewer), queries.today_after(viewer, done), done.customer.public_id
        of_one: dict[str, Any] = {"customers": None, "groups": (), "done": (), "deferred": ()}
        assert replace(after, **of_one) == replace(whole, **of_one)
        assert [line for group in after.groups for line in group.lines] == [
            line for group in whole.groups for line in group.lines if line.public_id == whom
        ]
        assert list(after.done) == [line for line in whole.done if line.public_id == whom]
        assert list(after.deferred) == [line for line in whole.deferred if line.public_id == whom]

    @rule(who=WHO, customer=CUSTOMERS)
    def look(self, who: str | None, customer: int) -> None:
        """She looks at a line and remembers how it was."""
        who = who or self.book.keeper[customer]
        brief = queries.brief(self.who[who], self.ids[customer])
        assert (brief is None) is bool(self.absent(who, customer))
        if brief is not None:
            assert brief.version == self.book.changes(customer)
            self.seen[customer] = brief.version

    @rule(customer=CUSTOMERS, key=st.sampled_from("xyz"))
    def record_over(self, customer: int, key: str) -> None:
        """She writes on a line as she saw it; if somebody wrote since, she hears who."""
        who = self.book.keeper[customer]
        stale = self.seen[customer] != self.book.changes(customer)
        told: dict[str, Any] = {"by": self.who[who], "customer": self.ids[customer], "now": NOW, "channel": "message",
                                "outcome": "sent", "request_key": f"{key}{len(self.marks)}"}  # fmt: skip
        contacts = [one for one in self.book.written if one.channel and one.customer == customer
                    and one.day == self.book.today]  # fmt: skip
        first = ""
        if contacts and not contacts[-1].undone:
            first = "你在另一个窗口" if contacts[-1].by == who else self.who[contacts[-1].by].name
        with self.refused(Conflict if stale else None, says=first):
            done = actions.record_touch(version=self.seen[customer], **told)
            entry = Entry(who, customer, self.book.today, "message", "sent")
            self.book.written.append(entry)
            self.marks.append((entry, done.touch))

    @precondition(lambda self: self.marks)
    @rule(who=WHO, data=st.data())
    def undo(self, who: str | None, data: st.DataObject) -> None:
        entry, mark = data.draw(st.sampled_from(self.marks[-4:]))
        who = who or self.book.keeper[entry.customer]
        not_hers = Refused if entry.day != self.book.today or (entry.channel and entry.by != who) else None
        with self.refused(self.absent(who, entry.customer) or not_hers):
            if entry.channel:
                actions.undo_touch(by=self.who[who], touch=mark, now=NOW)
            else:
                actions.undo_deferral(by=self.who[who], deferral=mark, now=NOW)
            entry.undone = True

    @rule(who=WHO, customer=CUSTOMERS, ahead=st.sampled_from([None, 0, 2]))
    def defer(self, who: str | None, customer: int, ahead: int | None) -> None:
        who = who or self.book.keeper[customer]
        until = None if ahead is None else self.book.today + timedelta(days=ahead)
        unplanned = customer not in self.book.mine(who)
        wrong = Refused if unplanned or ahead == 0 or self.book.is_done(customer) else None
        with self.refused(self.absent(who, customer) or wrong):
            actions.defer(by=self.who[who], customer=self.ids[customer], now=NOW, reason="出差", until_on=until)
            if not self.book.live(customer, aside=True):
                promised = [(until, "call")] if until else []
                entry = Entry(who, customer, self.book.today, promised=promised)
                self.book.written.append(entry)
                aside = queries.Deferral.objects.for_system("the test's mark").latest("pk").public_id
                self.marks.append((entry, aside))

    @rule(who=WHO, customer=CUSTOMERS, granted=st.booleans())
    def say_on_marketing(self, who: str | None, customer: int, granted: bool) -> None:
        who = who or self.book.keeper[customer]
        say = customers.grant_marketing if granted else customers.refuse_marketing
        own = [said[1:] for said in self.book.consents[2:] if said[0] == customer]
        too_soon = Refused if granted and own[-1:] == [(self.book.today, False)] else None
        with self.refused(self.absent(who, customer) or too_soon):
            say(by=self.who[who], customer=self.ids[customer], day=self.book.today, now=NOW, evidence="电话里说的")
            self.book.consents.append((customer, self.book.today, granted))

    @rule(customer=CUSTOMERS, to=COLLEAGUES)
    def hand_over(self, customer: int, to: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "update customers_customer set keeper_id = %s where key = %s", [self.who[to].staff_id, customer]
            )
        self.book.keeper = {**self.book.keeper, customer: to}

    @precondition(lambda self: self.book.today < TODAY + timedelta(days=8))
    @rule()
    def next_day(self) -> None:
        day, self.book.today = self.book.today, SHIPPED_CALENDAR.next(self.book.today)
        before = digest(*WRITTEN)
        for branch_no, staff in (("B1", ("S01", "S02")), ("B2", ("S03",))):
            plan = [line_row(customer, place, keeper_no=who, day_on=self.book.today)
                    for who in staff for place, customer in enumerate(PLAN[who], 1)]  # fmt: skip
            publish(day, self.book.today, branch_no=branch_no, lines=plan,
                    quotas=[row for who in staff for row in quota_rows(who)])  # fmt: skip
        assert digest(*WRITTEN) == before
        self.seen = dict.fromkeys(self.ids, 0)

    @invariant()
    def the_lists_agree(self) -> None:
        self.steps += 1
        who, book = sorted(self.who)[self.steps % 3], self.book
        today = queries.today(self.who[who])
        open_lines = [line for group in today.groups for line in group.lines]
        done = [customer for customer in self.ids if book.keeper[customer] == who and book.is_done(customer)]
        aside = [one for one in book.mine(who) if book.live(one, aside=True) and not book.is_done(one)]
        assert [line.public_id for line in open_lines] == self.public(book.open(who))
        assert {line.public_id: (line.touch.outcome, line.touch.seconds) for line in today.done} == {
            self.ids[one]: (book.live(one)[-1].outcome, book.live(one)[-1].seconds) for one in done
        }
        assert [line.public_id for line in today.deferred] == self.public(aside)
        key = {public_id: key for key, public_id in self.ids.items()}
        assert all(line.attempts == len(book.live(key[line.public_id])) for line in open_lines)
        assert all(line.version == book.changes(key[line.public_id]) for line in (*open_lines, *today.done))
        assert [(each.channel, (each.done, each.attempts)) for each in today.quotas] == [
            (channel, book.quota(who, channel)) for channel in ("message", "call", "meeting")
        ]

    def public(self, keys: Any) -> list[Any]:
        return [self.ids[key] for key in keys]

    @invariant()
    def promises_and_consents_agree(self) -> None:
        promises = queries.promises_as_of(self.book.today)
        assert {tuple(row.values()) for row in promises} == self.book.for_the_night()
        for customer in self.ids:
            word = queries.customers.consents_of(self.who[self.book.keeper[customer]], customer)[0]
            assert word.granted is self.book.granted(customer)


def walk(sequences: int) -> None:
    """Try so many sequences of up to twenty steps."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(max_examples=sequences, stateful_step_count=20, deadline=None, derandomize=True, database=None,
                   phases=[Phase.generate], suppress_health_check=quiet)  # fmt: skip
    run_state_machine_as_test(Morning, settings=how)


@pytest.fixture
def morning(cast: people.Cast) -> None:
    Morning.cast = cast


@pytest.mark.slow
@pytest.mark.practice("P54")
def test_no_sequence_of_a_few_days_puts_the_records_and_the_ledger_apart(morning: None):
    walk(6)


@pytest.mark.long
@pytest.mark.slow
def test_hundreds_of_sequences_do_not_either(morning: None, gate_share: float):
    walk(int(400 * gate_share))


def counts_short_calls(channel: str, seconds: int | None, outcome: str, policy: Any) -> bool:
    return channel != "call" or outcome in ("reached", "declined")


def forgets_what_was_kept(desk: Desk, touch: Any, kept: Any, promised: Any) -> Desk:
    return after(desk, touch, (), promised)


def oldest_word(said: Any) -> Consent | None:
    return min(said, key=lambda one: (one.changed_on, one.pk), default=None)


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "a short call counts": (lines, "counts_for_quota", counts_short_calls),
    "an undone contact is still there": (Desk, "live", lambda desk, customer: desk.touches.get(customer, ())),
    "an undone contact still does the line": (Desk, "is_done", lambda desk, customer: customer in desk.touches),
    "another try is forgotten": (Desk, "is_done", lambda desk, customer: bool(desk.live(customer))),
    "the version comes back": (Desk, "version", lambda desk, customer: len(desk.live(customer))),
    "nothing keeps a promise": (actions, "_keep_promises", lambda by, touch: []),
    "a promise kept just now is still told": (Desk, "after", forgets_what_was_kept),
    "a list is the branch's": (Customer, "visible_to", lambda viewer: Q(branch_id=viewer.branch_id)),
    "the latest word is the oldest": (Consent, "in_force", staticmethod(oldest_word)),
}


RARE = {"the latest word is the oldest"}
"""A fault that only a rare sequence brings to light."""


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_records_is_noticed(
    morning: None, sql_anew: None, monkeypatch: pytest.MonkeyPatch, fault: str, gate_share: float
):
    if gate_share < 1 and fault in RARE:
        pytest.skip("found after some minutes: tried in ./do test-all")
    where, name, broken = FAULTS[fault]
    monkeypatch.setattr(where, name, broken)
    with pytest.raises((AssertionError, Invisible, Refused, pytest.fail.Exception)):
        walk(120)
