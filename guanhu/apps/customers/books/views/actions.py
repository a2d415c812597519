"""Writing: a way to see the list is kept under a name, put in the place of one of the same name, or removed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.books.models import SavedView
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import shares_lists_with
from guanhu.rules.kinds import TrailAction
from guanhu.rules.lists import ViewScope
from guanhu.rules.notes import note_fault

TITLE_LONGEST = 24
OWN_MOST = 20
"""Views one person keeps; a bar with more is no help."""


@recorded
def save_view(
    *, by: Viewer, title: str, shared: str, asks: str = "", order: str = "", columns: str = "", layout: str = "",
    pinned: bool = True, opens_first: bool = False, now: datetime,
) -> UUID:  # fmt: skip
    """Keep a way to see the list; one's own of the same name and reach is replaced. Returns its public id.

    ``shared``: with whom; a head shares with her branch, head office with the bank, anybody else with nobody
    (``Refused``). The texts are canonical (``rules.lists``). P10.
    """
    title = title.strip()
    _require_sound(by, title, shared)
    kept = SavedView.objects.seen_by(by).filter(owner_id=by.staff_id, removed_at=None)
    first = opens_first and shared == ViewScope.OWN
    if first:
        kept.filter(opens_first=True).update(opens_first=False)
    told = {"asks": asks, "order": order, "columns": columns, "layout": layout, "pinned": pinned,
            "opens_first": first, "saved_at": now}  # fmt: skip
    same = kept.filter(shared=shared, title=title).first()
    if same is None and kept.count() >= OWN_MOST:
        raise Refused({"title": _("最多存 %(n)s 个视图，先移除不用的") % {"n": OWN_MOST}})
    if same is None:
        same = SavedView.objects.create(
            owner_id=by.staff_id, branch_id=by.branch_id, shared=shared, title=title, **told
        )
        same.refresh_from_db(fields=["public_id"])
    else:
        SavedView.objects.seen_by(by).filter(pk=same.pk).update(**told)
    trail.note(
        by, TrailAction.VIEW, object=("view", str(same.public_id)), fields=("saved",), hidden=False,
        after={"shared": shared, "asks": asks},
    )  # fmt: skip
    public_id: UUID = same.public_id
    return public_id


def _require_sound(by: Viewer, title: str, shared: str) -> None:
    if not title:
        raise Refused({"title": _("给视图起个名字")})
    if len(title) > TITLE_LONGEST or note_fault(title):
        raise Refused({"title": _("名称最多 24 个字，不写客户的姓名和号码")})
    if shared not in shares_lists_with(by):
        raise Refused({"shared": _("给本网点的视图由负责人存，给全行的由总行零售存")})


@recorded
def remove_view(*, by: Viewer, view: UUID, now: datetime) -> bool:
    """Take one's own view off the list; what is not hers, or gone already, stays as it is. Tells whether it went."""
    mine = SavedView.objects.seen_by(by).filter(owner_id=by.staff_id, public_id=view, removed_at=None)
    gone = bool(mine.update(removed_at=now, opens_first=False))
    if gone:
        trail.note(by, TrailAction.VIEW, object=("view", str(view)), fields=("removed",))
    return gone
