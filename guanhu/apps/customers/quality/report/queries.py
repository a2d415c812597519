"""Reading: how complete many files are as the night counted them, and which files of one keeper lack something. P13."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import Customer, FileCount
from guanhu.apps.customers.quality.models import DOUBLES
from guanhu.apps.customers.quality.queries import meters_of_keeper, meters_of_mine
from guanhu.apps.customers.quality.shapes import Filled, Part, Report, Sums, ToFill, Unfilled
from guanhu.apps.people import policy
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import shown as shown_as
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer, one_of
from guanhu.rules.access import WIDE, Reach, Role
from guanhu.rules.completeness import FULL_BP, Meter, is_enough, weights_of
from guanhu.rules.kinds import FileItem, Tier, TrailAction
from guanhu.rules.privacy import Form

PAGE = 50
Row = Mapping[str, Any]
COLUMNS = ("kind", "tier", "item", "files", "known", "stale", "keeper__name", "keeper__public_id", "branch__name",
           "branch__branch_no", "keeper__staff_no", "branch__current_night__day")  # fmt: skip


def report(viewer: Viewer) -> Report:
    """资料质量: her own files; of a branch by keeper; of a region or the bank by branch. Figures of the last night."""
    counts = FileCount.objects.filter(_in_reach(viewer), night_id=F("branch__current_night_id"))
    rows: list[Row] = list(counts.order_by("branch__branch_no", "keeper__staff_no").values(*COLUMNS))
    days = [row["branch__current_night__day"] for row in rows]
    return Report(min(days, default=None), sums_of(rows), tuple(_parts(viewer, rows)))


def _in_reach(viewer: Viewer) -> Q:
    """Whose figures: those of her own customers, of her branches, or of the whole bank; they name no customer."""
    if viewer.reach is Reach.OWN:
        return one_of("keeper_id", viewer.keepers)
    if viewer.reach in WIDE:
        return one_of("branch_id", viewer.branches)
    return Q() if viewer.reach is Reach.NOBODY and viewer.role is Role.BANK else Q(pk__in=[])


def _parts(viewer: Viewer, rows: Iterable[Row]) -> Iterable[Part]:
    """By keeper within one branch, by branch where there are several."""
    by_branch = viewer.reach not in (Reach.OWN, Reach.BRANCH)
    parts: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        parts[row["branch__branch_no"] if by_branch else row["keeper__staff_no"]].append(row)
    for those in parts.values():
        first = those[0]
        if by_branch:
            yield Part(first["branch__name"], sums_of(those))
        else:
            yield Part(first["keeper__name"] or "", sums_of(those), first["keeper__public_id"])


def sums_of(rows: Iterable[Row]) -> Sums:
    """Some counts together; the mean completeness is that of the files, each weighed as its own kind and tier is."""
    groups: dict[tuple[Any, ...], int] = {}
    items: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    doubles = dict.fromkeys(DOUBLES, 0)
    got = 0
    for row in rows:
        if row["item"] in doubles:
            doubles[row["item"]] += row["files"]
            continue
        groups[row["keeper__staff_no"], row["branch__branch_no"], row["kind"], row["tier"]] = row["files"]
        for place, name in enumerate(("files", "known", "stale")):
            items[row["item"]][place] += row[name]
        got += _share(row)
    files = sum(groups.values())
    filled = tuple(Filled(FileItem(item), *items[item]) for item in FileItem if item in items)
    return Sums(files, got // files if files else 0, filled, doubles)


def _share(row: Row) -> int:
    """What the known of one item adds to the completeness of its files, all of them together; basis points."""
    numbers = policy.in_force()
    weights = weights_of(row["kind"], row["tier"], numbers)
    weight = weights.get(FileItem(row["item"]), 0)
    full = (row["known"] - row["stale"]) * FULL_BP + row["stale"] * numbers.file_stale_bp
    return int(full * weight // sum(weights.values()))


# ---------------------------------------------------------------- which files


def to_fill(viewer: Viewer, now: Shown, *, keeper: UUID | None = None, item: FileItem | None = None) -> ToFill | None:
    """Files of one keeper that lack something: this item, or so much that they are not complete enough.

    ``keeper`` null: the viewer's own and covered. Null for a keeper who is no colleague here. The higher tier first,
    then the emptier file; no more than a page. On the trail.
    """
    if keeper is None and viewer.reach is not Reach.OWN:
        return None
    who = Staff.objects.filter(public_id=keeper).first() if keeper else None
    if keeper and (who is None or (viewer.reach is Reach.BRANCH and who.branch_id != viewer.branch_id)):
        return None
    known = meters_of_keeper(viewer, now, who.pk) if who else meters_of_mine(viewer, now)
    lacking = {key: one for key, one in known.items() if _lacks(one, item)}
    faces = {row[0]: row[1:] for row in _faces(viewer, now.night_id, sorted(lacking))}
    order = sorted((key for key in lacking if key in faces), key=lambda key: (
        _rank(faces[key][-1]), lacking[key].share_bp, key))  # fmt: skip
    chosen = order[:PAGE]
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "to_fill"), people=chosen)
    return ToFill(who.name if who else "", tuple(_unfilled(faces[key], lacking[key]) for key in chosen), len(order))


def left_to_fill(viewer: Viewer, now: Shown) -> int:
    """How many of her own and covered files are not complete enough."""
    return sum(_lacks(one, None) for one in meters_of_mine(viewer, now).values())


def _lacks(meter: Meter, item: FileItem | None) -> bool:
    if item is not None:
        return item in meter.missing or item in meter.stale
    return not is_enough(meter.share_bp, policy.in_force())


def _rank(tier: str | None) -> int:
    return list(Tier).index(Tier(tier)) if tier else len(Tier)


def _unfilled(face: tuple[Any, ...], meter: Meter) -> Unfilled:
    public_id, name, kind, tier = face
    return Unfilled(public_id, shown_as(Customer, "name", name, Form.MASKED, kind=kind), tier or "", meter)


@compiled(tuple)
def _faces(viewer: Viewer, night_id: int, keys: list[int]) -> Any:
    measured = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    rows = Customer.objects.seen_by(viewer).filter(AnyOf("key", keys)).annotate(last=measured)
    return rows.values_list("key", "public_id", "name", "kind", "last__tier")
