"""Today's lines go with the customer: who takes her over finds her at the end of her own list. P8, target 15."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from guanhu.apps.customers.actions import Change
from guanhu.apps.portfolio.registry import mover

_FOLLOW = """
    UPDATE work_planline AS mine SET keeper_id = told.after, place = told.place
    FROM (
        SELECT line.id, wanted.after, 1000000 + mod(line.id, 1000000000) AS place
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS wanted(key, before, after)
        JOIN customers_customer seen ON seen.key = wanted.key
        JOIN people_branch here ON here.id = seen.branch_id
        JOIN work_planline line ON line.night_id = here.current_night_id AND line.customer_id = wanted.key
            AND line.keeper_id = wanted.before
    ) AS told
    WHERE mine.id = told.id
"""


_OF_NIGHT = """
    UPDATE work_planline AS mine SET keeper_id = seen.keeper_id, place = 1000000 + mod(mine.id, 1000000000)
    FROM customers_customer seen
    WHERE mine.night_id = %s AND seen.key = mine.customer_id AND seen.branch_id = %s
    AND seen.keeper_id IS NOT NULL AND mine.keeper_id <> seen.keeper_id
"""


def lines_of_night_follow(night_id: int, branch_id: int) -> None:
    """Whoever got a customer while the night was being written gets her line, too; with the branch held."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_NIGHT, [night_id, branch_id])


@mover("work_planline")
def lines_follow(changes: Sequence[Change]) -> None:
    """Put the lines of these customers behind those of their new keepers, also those one does not see."""
    taken = [one for one in changes if one.after is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            _FOLLOW, [[one.customer for one in taken], [one.before for one in taken], [one.after for one in taken]]
        )
