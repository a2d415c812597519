"""The second lock: for the length of a transaction the database itself shows only the rows in the viewer's reach."""

from __future__ import annotations

from typing import Any

from django.db import connection

from guanhu.rules.access import BUSINESS, Reach, Viewer

READERS: dict[Reach, str] = {
    Reach.NOBODY: "guanhu_self",
    Reach.SELF: "guanhu_self",
    Reach.OWN: "guanhu_own",
    Reach.ONE: "guanhu_one",
    Reach.CASE: "guanhu_one",
    Reach.CASES: "guanhu_cases",
    Reach.BRANCH: "guanhu_area",
    Reach.REGION: "guanhu_area",
    Reach.STAFF: "guanhu_staff",
    Reach.EXPORTS: "guanhu_exports",
    Reach.FEEDS: "guanhu_feeds",
    Reach.TRAIL: "guanhu_auditor",
}
"""Which role of the database reads for a reach; their policies stand in ``cli/sql/rows.sql``."""

_SET = (
    "select set_config('role', %s, true), set_config('app.keepers', %s, true), set_config('app.branches', %s, true), "
    "set_config('app.number', %s, true), set_config('app.staff', %s, true)"
)


def look_as(viewer: Viewer) -> None:
    """Until the transaction ends the database shows what this viewer may see, and nothing else. Reliability A3."""
    keepers, branches = (",".join(map(str, keys)) for keys in (viewer.keepers, viewer.branches))
    database: Any = connection
    database.ask(_SET, [_reader(viewer), keepers, branches, viewer.number, viewer.staff_no])


def _reader(viewer: Viewer) -> str:
    """On pages about herself, too, a colleague of a business role may read whom she keeps: the frame counts them."""
    own = viewer.reach is Reach.SELF and viewer.role in BUSINESS
    return READERS[Reach.OWN if own else viewer.reach]


def look_as_nobody() -> None:
    """Give the connection back to its own login, where a transaction outlives the page."""
    database: Any = connection
    database.ask(_SET, ["none", "", "", "", ""])
