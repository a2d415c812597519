"""From rows to the customer page: figures, holdings, structure, timeline, important dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.timezone import localtime

from guanhu.apps.catalog.queries import ProductView
from guanhu.apps.customers.living.shapes import HeardIn, KeptDay, KeptFact, KeptIntention, Version, Want
from guanhu.apps.customers.models import Account, Customer, Holding, Source, StageRecord, Visit
from guanhu.apps.customers.numbers.queries import hidden_of, masked_account, masked_identity
from guanhu.apps.customers.queries import DAYS, Assets, age_on, keys_of
from guanhu.apps.customers.relations.shapes import Ties, TieVersion
from guanhu.apps.customers.serving.queries import item_of
from guanhu.apps.customers.shapes import (
    Chip,
    ConsentRow,
    DayPoint,
    Event,
    Head,
    HoldingRow,
    ImportantDate,
    MonthPoint,
    Rest,
    Share,
    StageStep,
)
from guanhu.apps.people import policy
from guanhu.apps.people.queries import Shown
from guanhu.apps.work.models import Promise, Touch
from guanhu.rules.complaints import is_complaint_open
from guanhu.rules.completeness import Meter
from guanhu.rules.days import SHIPPED_CALENDAR, day_number
from guanhu.rules.kinds import Calendar, Channel, CustomerKind, Outcome, ProductKind, Stage
from guanhu.rules.lunar import next_birthday
from guanhu.rules.masks import HIDDEN
from guanhu.rules.stages import ORDER, stage_rank

YEAR_OF_MONTHS = 12
MATURITIES_AHEAD_DAYS = 90
FULL_BP = 10_000
HEARD_IN = 20
"""So many contacts are offered as evidence of what was learnt."""
PLANNED = 3
"""So many contacts to come stand on the timeline."""


@dataclass(frozen=True)
class HeadRows:
    """What the tables say for the head."""

    now: Shown
    customer: Customer
    sources: Mapping[str, Customer]
    phone: str
    assets: Assets
    stages: list[StageRecord]
    changes: Mapping[date, int] | None = None
    """What the assets changed by, by day, where they are asked for day by day."""


@dataclass(frozen=True)
class RestRows:
    """What the tables say for the rest."""

    now: Shown
    customer: Customer
    sources: Mapping[str, Customer]
    phone: str
    holdings: list[Holding]
    accounts: list[Account]
    stages: list[StageRecord]
    complaints: list[tuple[date, date | None]]
    chips: tuple[Chip, ...]
    products: Mapping[str, ProductView]
    touches: list[Touch]
    touched: int
    promises: list[Promise]
    planned: Sequence[tuple[date, str, list[str]]]
    """What the night planned for days after today: day, channel, what for."""
    consents: tuple[ConsentRow, ...]
    kept: tuple[KeptDay, ...]
    facts: tuple[KeptFact, ...]
    ties: Ties
    wants: tuple[Want, ...]
    intentions: Mapping[UUID, KeptIntention]
    around: tuple[UUID | None, UUID | None, int | None, int]
    meter: Meter | None
    visits: list[Visit]


def head_of(rows: HeadRows) -> Head:
    """The head, put together."""
    now, customer, standing = rows.now, rows.customer, rows.assets.standing
    return Head(
        public_id=customer.public_id,
        day=now.today,
        data_day=now.data_day,
        currency=now.currency,
        name=customer.name,
        customer_no=customer.customer_no,
        kind=customer.kind,
        gender=customer.gender,
        age=age_on(customer.birth_on, now.today),
        occupation=customer.occupation,
        phone=rows.phone,
        id_no=masked_identity(rows.sources.get("id_no", customer)),
        opened_on=customer.opened_on,
        keeper=customer.keeper.name if customer.keeper else "",
        branch=customer.branch.name,
        tier=standing.tier if standing else "",
        entitlement=standing.entitlement if standing else "",
        stage=customer.stage,
        stage_on=customer.stage_on,
        risk_grade=customer.risk_grade,
        risk_on=customer.risk_on,
        balance_fen=standing.balance_fen if standing else None,
        growth_fen=_growth(rows),
        average_fen=standing.average_fen if standing else None,
        value_fen=standing.value_fen if standing else None,
        gap_fen=standing.gap_fen if standing else None,
        structure=structure_of(standing.balance_fen if standing else 0, rows.assets.holdings),
        trend=tuple(MonthPoint(m.day_on, m.balance_fen, m.average_fen, m.net_fen) for m in rows.assets.months),
        days=_days(rows),
        stages=_stages(rows),
        joined=len(keys_of(customer)) - 1,
    )


def rest_of(rows: RestRows) -> Rest:
    """The rest, put together."""
    now, customer = rows.now, rows.customer
    previous_id, next_id, place, places = rows.around
    return Rest(
        public_id=customer.public_id,
        day=now.today,
        data_day=now.data_day,
        currency=now.currency,
        hidden=hidden_of(customer, rows.phone, rows.accounts, rows.sources),
        chips=rows.chips,
        holdings=tuple(_holding(row, rows) for row in rows.holdings),
        timeline=_timeline(rows),
        touches=rows.touched,
        dates=_dates(rows),
        facts=rows.facts,
        heard_in=_heard_in(rows.touches),
        ties=rows.ties,
        wants=rows.wants,
        core_occupation=customer.occupation,
        consents=rows.consents,
        open_complaints=tuple(opened for opened, closed in rows.complaints if _is_open(opened, closed, now.today)),
        previous_id=previous_id,
        next_id=next_id,
        place=place,
        places=places,
        meter=rows.meter,
    )


def _heard_in(touches: list[Touch]) -> tuple[HeardIn, ...]:
    """The last contacts that stand, as evidence to choose from."""
    live = [HeardIn(each.public_id, each.day_on, each.channel) for each in touches if each.undone_at is None]
    return tuple(live[:HEARD_IN])


def _is_open(opened: date, closed: date | None, today: date) -> bool:
    return bool(is_complaint_open(day_number(opened), day_number(closed) if closed else None, day_number(today)))


def _days(rows: HeadRows) -> tuple[DayPoint, ...]:
    """The last three months day by day, worked out backwards from what the customer has now."""
    standing, last = rows.assets.standing, rows.now.data_day
    if standing is None or rows.changes is None:
        return ()
    balance, points = standing.balance_fen, []
    for n in range(min(DAYS, (last - rows.customer.opened_on).days + 1)):
        day = last - timedelta(n)
        change = rows.changes.get(day, 0)
        points.append(DayPoint(day, balance, change))
        balance -= change
    return tuple(reversed(points))


def _growth(rows: HeadRows) -> int | None:
    """What the assets grew by since the month's end twelve months ago."""
    standing, day = rows.assets.standing, rows.now.data_day
    then = [
        m for m in rows.assets.months if (day.year - m.day_on.year) * 12 + day.month - m.day_on.month >= YEAR_OF_MONTHS
    ]
    return standing.balance_fen - then[-1].balance_fen if standing and then else None


def _name_of(row: Holding, rows: RestRows) -> str:
    product = rows.products.get(row.product_no)
    return product.name if product else row.product_no


def _holding(row: Holding, rows: RestRows) -> HoldingRow:
    product, item = rows.products.get(row.product_no), item_of(row.holding_key)
    return HoldingRow(
        name=_name_of(row, rows),
        kind=row.kind,
        risk_level=product.risk_level if product else "",
        amount_fen=row.amount_fen,
        started_on=row.started_on,
        matures_on=row.matures_on,
        days=(row.matures_on - rows.now.today).days if row.matures_on else None,
        rate_bp=row.rate_bp,
        auto_renew=row.auto_renew,
        account=next((masked_account(one) for one in rows.accounts if one.key == row.account_key), HIDDEN),
        item=item if row.matures_on else None,
        intention=rows.intentions.get(item),
    )


def structure_of(balance_fen: int, holdings: list[Holding]) -> tuple[Share, ...]:
    """In which kinds of product the assets lie, the largest first; what no term explains lies in the current account.

    Loans are no assets. Shares in basis points of the sum shown.
    """
    held: dict[str, int] = defaultdict(int)
    for row in holdings:
        if row.kind != ProductKind.LOAN:
            held[row.kind] += row.amount_fen
    rest = balance_fen - sum(held.values())
    if rest > 0:
        held[ProductKind.CURRENT.value] += rest
    whole = sum(held.values())
    ordered = sorted(((fen, kind) for kind, fen in held.items() if fen > 0), reverse=True)
    return tuple(Share(kind, fen, fen * FULL_BP // whole) for fen, kind in ordered)


def _timeline(rows: RestRows) -> tuple[Event, ...]:
    """Promises ahead first and what is planned, then what happened, the latest first."""
    ahead = sorted(rows.promises, key=lambda row: (row.due_on, row.pk))
    past = [*map(_touched, rows.touches), *map(_visited, rows.visits), *_signals(rows), *_stage_events(rows),
            *_money(rows), *_changes(rows)]  # fmt: skip
    past.sort(key=lambda event: (event.on, event.at or time.min), reverse=True)
    firm = SHIPPED_CALENDAR.add(rows.now.today, policy.in_force().firm_days - 1)
    return (*map(_promised, ahead), *(_planned(row, firm) for row in rows.planned[:PLANNED]), *past)


def _planned(row: tuple[date, str, list[str]], firm: date) -> Event:
    """A contact the night planned: after the last day that is told as the plan it is an outlook."""
    on, channel, kinds = row
    what = "plan" if on <= firm else "outlook"
    return Event(what, on, None, " ".join(kinds), channel, None, "", None, "", "next")


def _promised(row: Promise) -> Event:
    return Event("promise", row.due_on, row.at_time, "promise", row.channel, None, row.purpose, None, "", "next")


def _touched(row: Touch) -> Event:
    mark = {Outcome.NO_ANSWER: "miss", Outcome.CLOSED: "deal"}.get(Outcome(row.outcome), "")
    who = row.staff.name if row.staff else row.staff_no
    text = " ".join(part for part in (row.product, row.said) if part)
    undone = row.undone_at is not None
    return Event(
        "touch", row.day_on, row.at_time, row.outcome, row.channel, row.seconds, text, row.amount_fen, who, mark,
        undone, row.source == Source.OWN and row.channel == Channel.CALL,
    )  # fmt: skip


def _visited(row: Visit) -> Event:
    at = localtime(row.at).time()
    return Event("visit", row.day_on, at, row.purpose, "", None, row.note, None, row.staff.name, "")


def _signals(rows: RestRows) -> list[Event]:
    """What the night saw that has already happened."""
    return [
        Event("signal", chip.due_on, None, chip.kind, "", None, "", chip.amount_fen, "", "")
        for chip in rows.chips
        if chip.due_on and chip.due_on <= rows.now.data_day
    ]


def _stage_events(rows: RestRows) -> list[Event]:
    return [
        Event("stage", row.stage_on, None, row.stage, "", None, row.note, None, row.by.name if row.by else "", "")
        for row in rows.stages
    ]


def _money(rows: RestRows) -> list[Event]:
    """What she began to hold, as far as she holds it still."""
    return [
        Event("money", row.started_on, None, row.kind, "", None, _name_of(row, rows), row.amount_fen, "", "")
        for row in rows.holdings
        if row.started_on <= rows.now.data_day
    ]


def _changes(rows: RestRows) -> Iterator[Event]:
    """What was written in her file, wording by wording, and what she allowed, refused or complained of."""
    for date_kept in rows.kept:
        for version in (date_kept.now, *date_kept.before):
            yield _written("date", version.said.kind, version)
    for fact in rows.facts:
        for told in (fact.now, *fact.before):
            yield _written("fact", told.said.kind, told)
    for intention in rows.intentions.values():
        for spoken in (intention.now, *intention.before):
            yield _written("intention", spoken.said.intent, spoken)
    for tie in (*rows.ties.held, *rows.ties.removed):
        for wording in (tie.now, *tie.before):
            yield _written("untied" if wording.removed else "tied", wording.said.bond, wording)
    for row in rows.consents:
        if row.changed_on:
            word = "granted" if row.granted else "refused"
            yield Event("change", row.changed_on, None, word, "", None, row.purpose, None, "", "")
    for opened, closed in rows.complaints:
        yield Event("change", opened, None, "complaint", "", None, "", None, "", "")
        if closed:
            yield Event("change", closed, None, "settled", "", None, "", None, "", "")


def _written(what: str, kind: str, version: Version[Any] | TieVersion) -> Event:
    """One wording of the file: of what kind it is, by whom and when; its words stand in their own card."""
    at = localtime(version.at)
    return Event("change", at.date(), at.time(), what, "", None, kind, None, version.who, "")


def _dates(rows: RestRows) -> tuple[ImportantDate, ...]:
    """The next birthday, what matures within three months, and what her keeper wrote down, by day."""
    today = rows.now.today
    found = [
        ImportantDate("maturity", row.matures_on, (row.matures_on - today).days, row.amount_fen, row.kind, None)
        for row in rows.holdings
        if row.matures_on and 0 <= (row.matures_on - today).days <= MATURITIES_AHEAD_DAYS
    ]
    found += [_kept(each, today) for each in rows.kept]
    birthday = _birthday(rows.customer, today)
    return tuple(sorted([*found, *([birthday] if birthday else [])], key=lambda one: (one.on, one.what)))


def _kept(each: KeptDay, today: date) -> ImportantDate:
    said, on = each.now.said, each.now.said.next_on(today)
    lunar = (said.month, said.day) if said.calendar is Calendar.LUNAR else None
    return ImportantDate(said.kind.value, on, (on - today).days, None, "", lunar, each)


def _birthday(customer: Customer, today: date) -> ImportantDate | None:
    if customer.kind != CustomerKind.PERSONAL or len(customer.birth_on) < 10:
        return None
    month, day = int(customer.birth_on[5:7]), int(customer.birth_on[8:10])
    calendar = Calendar(customer.birth_calendar)
    on = next_birthday(today, calendar=calendar, month=month, day=day)
    return ImportantDate(
        "birthday", on, (on - today).days, None, "", (month, day) if calendar is Calendar.LUNAR else None
    )


def _stages(rows: HeadRows) -> tuple[StageStep, ...]:
    """The five stages, each with the day it was last reached."""
    reached = {row.stage: row.stage_on for row in rows.stages}
    now = stage_rank(Stage(rows.customer.stage))
    return tuple(
        StageStep(stage.value, reached.get(stage.value), stage_rank(stage) <= now, stage_rank(stage) == now)
        for stage in ORDER
    )
