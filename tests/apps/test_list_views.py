"""Named ways to see the list: whose they are, who shares them with whom, which opens first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from guanhu.apps.audit.models import Entry
from guanhu.apps.customers.books.views import actions, queries
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Reach, Role
from tests.cast import Cast
from tests.factories import NOW

pytestmark = pytest.mark.slow


def head(cast: Cast) -> Viewer:
    """秦岚 before the list of her branch."""
    return replace(cast.qin, role=Role.HEAD, reach=Reach.BRANCH)


def bank(cast: Cast) -> Viewer:
    """严书白 as head office."""
    return replace(cast.yan, role=Role.BANK)


def save(by: Viewer, title: str, **told: Any) -> UUID:
    return actions.save_view(by=by, title=title, **{"shared": "own", "now": NOW, **told})


def titles(viewer: Viewer) -> list[str]:
    return [view.title for view in queries.views(viewer)]


@pytest.mark.practice("P10")
def test_a_view_is_ones_own_the_branchs_or_the_banks(cast: Cast):
    save(cast.shen, "久未联系", asks="silent:90..", order="-silent", columns="gap", layout="group:stage")
    save(head(cast), "网点临界", shared="branch", asks="gap:..5")
    save(bank(cast), "全行到期", shared="bank", asks="matures:..30")
    assert titles(cast.shen) == ["久未联系", "网点临界", "全行到期"]
    assert titles(cast.zhou) == ["网点临界", "全行到期"]
    assert titles(cast.yan) == ["全行到期"]
    assert titles(replace(cast.shen, reach=Reach.STAFF)) == []
    mine = queries.views(cast.shen)[0]
    assert (mine.asks, mine.order, mine.columns, mine.layout, mine.mine) == (
        "silent:90..", "-silent", "gap", "group:stage", True,
    )  # fmt: skip
    assert [view.mine for view in queries.views(cast.zhou)] == [False, False]


@pytest.mark.parametrize(
    ("who", "shared"), [("shen", "branch"), ("shen", "bank"), ("head", "bank"), ("bank", "branch"), ("shen", "x")]
)
def test_nobody_shares_further_than_her_role(cast: Cast, who: str, shared: str):
    by = {"shen": cast.shen, "head": head(cast), "bank": bank(cast)}[who]
    with pytest.raises(Refused, match="负责人"):
        save(by, "给大家", shared=shared)
    assert titles(cast.zhou) == []


def test_the_same_name_is_the_same_view_and_one_opens_first(cast: Cast):
    first = save(cast.shen, "常看", asks="tier:A", opens_first=True)
    assert save(cast.shen, " 常看 ", asks="tier:B", opens_first=True) == first
    save(cast.shen, "另一个", opens_first=True)
    assert [(view.title, view.asks, view.opens_first) for view in queries.views(cast.shen)] == [
        ("另一个", "", True), ("常看", "tier:B", False),
    ]  # fmt: skip
    shared = save(head(cast), "网点的", shared="branch", opens_first=True)
    assert not next(view for view in queries.views(head(cast)) if view.public_id == shared).opens_first


@pytest.mark.parametrize("title", ["", "  ", "长" * 25, "13812342716 的名单"])
def test_a_name_is_short_and_holds_no_number(cast: Cast, title: str):
    with pytest.raises(Refused):
        save(cast.shen, title)


def test_nobody_removes_what_is_not_hers(cast: Cast):
    view = save(head(cast), "网点临界", shared="branch")
    assert not actions.remove_view(by=cast.shen, view=view, now=NOW)
    assert titles(cast.zhou) == ["网点临界"]
    assert actions.remove_view(by=head(cast), view=view, now=NOW)
    assert not actions.remove_view(by=head(cast), view=view, now=NOW + timedelta(1))
    assert titles(cast.zhou) == []
    save(head(cast), "网点临界", shared="branch")
    assert titles(cast.zhou) == ["网点临界"], "the name is free again"


def test_a_person_keeps_so_many_and_each_is_on_the_trail(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "OWN_MOST", 2)
    save(cast.shen, "一")
    second = save(cast.shen, "二")
    with pytest.raises(Refused, match="最多存 2 个"):
        save(cast.shen, "三")
    actions.remove_view(by=cast.shen, view=second, now=NOW)
    save(cast.shen, "三")
    told = [json.loads(entry.record) for entry in Entry.objects.filter(action="view").order_by("seq")]
    assert [(one["fields"], one["id"] == str(second)) for one in told] == [
        (["saved"], False), (["saved"], True), (["removed"], True), (["saved"], False),
    ]  # fmt: skip
