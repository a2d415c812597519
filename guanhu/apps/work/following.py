"""Today's lines go with the customer: who takes her over finds her at the end of her own list. P8, target 15."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from guanhu.apps.customers.actions import Change
from guanhu.apps.portfolio.registry import mover

_FOLLOW = """
    UPDATE work_planline AS mine SET keeper_id = told.after, place = told.place
    FROM (
        SELECT line.id, wanted.after,
            row_number() OVER (PARTITION BY line.night_id, wanted.after ORDER BY line.place, line.id)
            + coalesce((SELECT max(other.place) FROM work_planline other
                        WHERE other.night_id = line.night_id AND other.keeper_id = wanted.after), 0) AS place
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS wanted(key, before, after)
        JOIN customers_customer seen ON seen.key = wanted.key
        JOIN people_branch here ON here.id = seen.branch_id
        JOIN work_planline line ON line.night_id = here.current_night_id AND line.customer_id = wanted.key
            AND line.keeper_id = wanted.before
    ) AS told
    WHERE mine.id = told.id
"""


@mover("work_planline")
def lines_follow(changes: Sequence[Change]) -> None:
    """Put the lines of these customers behind those of their new keepers."""
    taken = [one for one in changes if one.after is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            _FOLLOW, [[one.customer for one in taken], [one.before for one in taken], [one.after for one in taken]]
        )
