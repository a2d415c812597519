"""On random banks every standing, month-end, signal and opportunity agrees with SQL written by hand."""

from datetime import date, timedelta

import pytest

from guanhu.engine import pipeline, tables
from guanhu.engine.lake import Lake
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import Reason, SignalKind
from guanhu.rules.policy import Policy
from tests.engine import second_road as road
from tests.engine.random_bank import Bank

BASIS = "董事会决议 2022-11"


@pytest.mark.long
@pytest.mark.slow
def test_the_two_roads_meet(tmp_path):
    seen = set().union(*(walked_twice(Lake(tmp_path / str(seed)), seed) for seed in (1, 2)))
    assert seen == {kind.value for kind in (*SignalKind, Reason.PROMISE, Reason.COMPLAINT)}, "too quiet to tell"


def walked_twice(lake: Lake, seed: int) -> set[str]:
    """Both roads over one bank, compared; the kinds of signals they met."""
    first, last = date(2022, 10, 1), date(2023, 6, 5)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    Bank(seed, first, customers=60).write_days(lake, days)
    pipeline.run(lake, last, Policy(other_bank_legal_basis=BASIS), SHIPPED_CALENDAR)
    sql = road.travelled(lake, last, legal_basis=BASIS)
    assert road.ours(lake, tables.STANDINGS, road.STANDING, last) == road.answers(sql, "standings", road.STANDING)
    for day in lake.days(tables.MONTH_ENDS):
        told = road.answers(sql, "month_ends", road.MONTH_END, f"day_on = date '{day}'")
        assert road.ours(lake, tables.MONTH_ENDS, road.MONTH_END, day) == told
    found = road.ours(lake, tables.SIGNALS, road.SIGNAL, last)
    assert found == road.answers(sql, "signals", road.SIGNAL)
    reasons = road.ours(lake, tables.OPPORTUNITIES, road.OPPORTUNITY, last)
    assert reasons == road.answers(sql, "opportunities", road.OPPORTUNITY)
    return {row[2] for row in found | reasons}
