"""What happens to people: complaints, windfalls, silence, waking up, money from outside for the sake of a line."""

from __future__ import annotations

import numpy as np

from guanhu.demo import places
from guanhu.demo.calendar import day_of
from guanhu.demo.money import THOUSAND, choose
from guanhu.demo.world import LONG_AGO, Complaint, World
from guanhu.rules.kinds import MoveKind

VIP_LINE = 50_000_000
"""50 万: the line the invented bank advertises on its door."""

SUBJECTS = (
    "理财到期资金到账慢，柜面说法前后不一", "短信收到非本人购买的保险推介", "手机银行限额调整未提前通知",
    "柜面排队超过一小时无人疏导", "存单到期未提醒，按活期计息", "信用卡年费未经告知扣收",
    "客户经理更换后无人交接，约定的事没有下文", "自助机吞卡，取卡来回跑了三趟", "代发工资到账晚一天，影响还贷",
)  # fmt: skip


def happen(world: World, t: int) -> None:
    """Today's turns of fate, and the outcomes of earlier ones that are due today."""
    _complain(world, t)
    _receive(world, t)
    _used_or_gone(world, t)
    day = day_of(t).day
    if day == 16:
        _wake_or_fall_silent(world, t)
    if day == 24:
        _reach_for_the_line(world, t)
    if day == 28:
        _slip_away(world, t)


def open_complaint(world: World, t: int, customer: int, subject: str, closed: int | None) -> None:
    """A complaint is taken down."""
    world.complaints.append(Complaint(customer, t, closed, subject))
    world.complained[customer] = t


def _complain(world: World, t: int) -> None:
    """Now and then somebody is angry; what matters is whether anybody calls within three days."""
    rng, people = world.rng, world.people
    calm = world.here(t) & ~people.named & (world.leaving > t) & (world.complained < 0)
    for customer in np.flatnonzero(calm & (rng.random(people.n) < np.where(people.quiet, 0.00002, 0.00013))).tolist():
        closed = t + int(rng.integers(4, 24))
        open_complaint(world, t, customer, SUBJECTS[int(rng.integers(len(SUBJECTS)))], closed)
    asked = np.flatnonzero((world.complained == t - 3) & (world.leaving > t) & ~people.named)
    if len(asked):
        lost = world.record.draw(rng, "complaint", asked, t, world.talked[asked], people.band[asked])
        world.leaving[asked[lost]] = t + rng.integers(2, 25, int(lost.sum()))
    for complaint in world.complaints[-400:]:
        if complaint.closed == t:
            world.complained[complaint.customer] = LONG_AGO


def receive(world: World, t: int, customers: np.ndarray, amount: np.ndarray, bank: np.ndarray | int) -> None:
    """A large sum comes in from outside."""
    world.books.post(t, customers, amount, MoveKind.TRANSFER, places.BATCH, bank)
    world.inflow[customers] = t


def _receive(world: World, t: int) -> None:
    """A house sold, a policy paid out, a good year: a large sum, out of the blue."""
    rng, people = world.rng, world.people
    able = world.here(t) & ~people.company & ~people.named & ~people.quiet & (world.leaving > t)
    who = np.flatnonzero(able & (rng.random(people.n) < np.array([0.0009, 0.0005, 0.0002])[people.band]))
    amount = np.round(rng.lognormal(np.log([180, 110, 70]), 0.7, (len(who), 3))[np.arange(len(who)), people.band[who]])
    receive(
        world,
        t,
        who,
        np.maximum(amount, 50).astype(np.int64) * THOUSAND,
        rng.integers(1, len(places.OTHER_BANKS), len(who)),
    )


def _used_or_gone(world: World, t: int) -> None:
    """Five days after a large sum came in: put to work here, left lying, or sent on to another bank."""
    rng, people, books = world.rng, world.people, world.books
    who = np.flatnonzero((world.inflow == t - 5) & ~people.named)
    if not len(who):
        return
    stays = world.record.draw(rng, "large_inflow", who, t, world.talked[who], people.band[who])
    amount = (books.current[who] * rng.uniform(0.6, 0.85, len(who))).astype(np.int64) // THOUSAND * THOUSAND
    mine = who[stays]
    books.buy(t, mine, choose(rng, people, mine, amount[stays]), amount[stays])
    gone = ~stays & (rng.random(len(who)) < 0.2)
    books.spend(
        t, who[gone], amount[gone], MoveKind.TRANSFER, places.MOBILE, 1 + who[gone] % (len(places.OTHER_BANKS) - 1)
    )
    world.moved[who[stays | gone]] = t


def _wake_or_fall_silent(world: World, t: int) -> None:
    """沉睡: some wake up, more of them after a conversation; some whom nobody called for half a year fall silent."""
    rng, people = world.rng, world.people
    asleep = np.flatnonzero(people.quiet & world.here(t) & (world.moved < t - 120) & ~people.named & ~people.company)
    if len(asleep):
        awake = asleep[world.record.draw(rng, "dormant", asleep, t, world.talked[asleep], people.band[asleep])]
        people.quiet[awake] = False
        amount = rng.integers(20, 400, len(awake)) * THOUSAND
        world.books.post(
            t, awake, amount, MoveKind.TRANSFER, places.MOBILE, rng.integers(1, len(places.OTHER_BANKS), len(awake))
        )
        world.moved[awake] = t
    forgotten = (
        ~people.quiet & (world.talked < t - 180) & ~people.named & (people.employer < 0) & (people.opened < t - 180)
    )
    people.quiet[forgotten & (rng.random(people.n) < 0.006)] = True


def _reach_for_the_line(world: World, t: int) -> None:
    """Those a little below the bank's line who were talked to this month bring money from outside."""
    people = world.people
    assets = world.books.assets()
    near = (assets >= VIP_LINE * 6 // 10) & (assets < VIP_LINE) & ~people.company & ~people.named & (world.leaving > t)
    who = np.flatnonzero(near & world.here(t))
    brings = who[world.record.draw(world.rng, "near_line", who, t, world.talked[who], people.band[who])]
    amount = (VIP_LINE - assets[brings]) * 107 // 100 // THOUSAND * THOUSAND + 2 * THOUSAND
    world.books.post(t, brings, amount, MoveKind.TRANSFER, places.MOBILE, 1 + brings % (len(places.OTHER_BANKS) - 1))
    world.moved[brings] = t


def _slip_away(world: World, t: int) -> None:
    """68 in 100 leave without a particular reason: nobody had been in touch."""
    people = world.people
    staying = world.here(t) & (world.leaving > t) & ~people.quiet & ~people.named & ~people.company
    who = np.flatnonzero(staying)
    gone = who[world.record.draw(world.rng, "silent_leaving", who, t, world.talked[who], people.band[who])]
    world.leaving[gone] = t + 1
