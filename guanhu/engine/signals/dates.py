"""生日: birthdays in the coming days, by the sun's calendar or the moon's (P136)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend
from guanhu.engine.backend import day_number, day_of
from guanhu.engine.evidence import evidence, signal_columns
from guanhu.engine.night import Night
from guanhu.rules.kinds import Calendar, CustomerKind, SignalKind
from guanhu.rules.lunar import celebrated_on
from guanhu.rules.signals import expires_day, is_date_near

DAYS = {"birth_calendar": "text", "birth_month": "number", "birth_day_of_month": "number", "date_day": "day"}


def build(night: Night, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """生日: a person's birthday today or within the next week; lunar ones by the lunar table.

    A calendar not recorded is the sun's. In: people. Out: ``answers/signals``; due on the birthday; the amount is
    what the customer keeps with us. P136.
    """
    policy = night.policy
    calendar = nw.coalesce("birth_calendar", nw.lit(Calendar.SOLAR.value))
    persons = people.filter(col("kind") == CustomerKind.PERSONAL.value).with_columns(birth_calendar=calendar)
    near = persons.join(
        celebrated(night).lazy(), on=["birth_calendar", "birth_month", "birth_day_of_month"], how="inner"
    ).filter(is_date_near(col("date_day"), night.today, policy))
    why = evidence(
        "dates", what="birthday", calendar=col("birth_calendar"), due_on=col("date_day"), tier=col("tier"),
        balance_fen=col("balance_fen"),
    )  # fmt: skip
    return near.select(**signal_columns(
        policy.version, SignalKind.DATES.value, amount_fen=col("balance_fen").clip(0), evidence=why,
        due_day=col("date_day"), expires_day=expires_day(SignalKind.DATES, col("date_day"), policy),
    ))  # fmt: skip


def celebrated(night: Night) -> nw.DataFrame[Any]:
    """Which recorded days are celebrated on each of the coming days: the small table the customers meet."""
    ahead = range(night.policy.birthday_ahead_days + 1)
    days = [day_of(night.today.day) + timedelta(days=number) for number in ahead]
    rows = [
        dict(zip(DAYS, (calendar.value, month, of_month, day_number(day)), strict=True))
        for day in days
        for calendar, month, of_month in celebrated_on(day)
    ]
    return backend.frame(rows, DAYS)
