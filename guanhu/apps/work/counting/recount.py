"""重数: the counts a second time, straight from the contacts by SQL written by hand, and where what is kept differs.

It knows nothing of ``engine.counts`` nor of the rules it is built of: the words of the definition stand here once more,
so that a slip in one of the two is a difference. P52–P57.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

FIGURES = ("attempts", "done", "effective", "declared")

RECOUNT = """
with heard as (
    select staff_no, day_on, channel, customer_id, outcome, seconds, contact_key is not null as delivered,
        max(seconds) filter (where channel = 'call' and contact_key is not null)
            over (partition by staff_no, day_on, channel, customer_id) as measured
    from work_touch where day_on between %(first)s and %(last)s and undone_at is null
        and day_on between (select min(day_on) from work_daycount) and (select max(day_on) from work_daycount)
), judged as (
    select *, outcome in ('reached', 'declined', 'booked', 'closed') as spoke,
        coalesce(measured, seconds, 0) >= %(seconds)s as long_enough from heard
), persons as (
    select staff_no, day_on, channel, customer_id, max(measured) as measured,
        greatest(count(*) filter (where delivered), count(*) filter (where not delivered)) as tries,
        bool_or(channel = 'meeting' and spoke or channel = 'call' and spoke and long_enough) as effective,
        bool_or(channel = 'message' or channel = 'meeting' and spoke or channel = 'call' and spoke and long_enough)
            as counts
    from judged group by staff_no, day_on, channel, customer_id
), again as (
    select staff_no, day_on, channel, sum(tries)::integer as attempts,
        count(*) filter (where counts)::integer as done, count(*) filter (where effective)::integer as effective,
        count(*) filter (where counts and channel = 'call' and measured is null)::integer as declared
    from persons where staff_no in (select staff_no from people_staff) group by staff_no, day_on, channel
), kept as (
    select s.staff_no, d.day_on, d.channel, d.attempts, d.done, d.effective, d.declared
    from work_daycount d join people_staff s on s.id = d.staff_id where d.day_on between %(first)s and %(last)s
)
select staff_no, day_on, channel, coalesce(kept.attempts, 0), coalesce(kept.done, 0), coalesce(kept.effective, 0),
    coalesce(kept.declared, 0), coalesce(again.attempts, 0), coalesce(again.done, 0), coalesce(again.effective, 0),
    coalesce(again.declared, 0)
from again full join kept using (staff_no, day_on, channel) order by staff_no, day_on, channel
"""


@dataclass(frozen=True)
class Recounted:
    """One colleague's day by one channel: what is kept and what the contacts say, in the order of ``FIGURES``."""

    staff_no: str
    day: date
    channel: str
    kept: tuple[int, ...]
    again: tuple[int, ...]

    @property
    def differs(self) -> bool:
        """Does what is shown differ from the contacts?"""
        return self.kept != self.again


def recounted(first: date, last: date, *, effective_call_seconds: int) -> list[Recounted]:
    """Every colleague's days from the first to the last counted again, beside what is kept; run as the night.

    Days before the first count and after the last, such as the open one, are not shown anywhere and are left out.
    """
    told: dict[str, Any] = {"first": first, "last": last, "seconds": effective_call_seconds}
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, told)
        rows = cursor.fetchall()
    return [Recounted(who, day, channel, tuple(told[:4]), tuple(told[4:])) for who, day, channel, *told in rows]
