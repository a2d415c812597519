"""Reading: with whom a customer is tied, as far as the viewer sees both; of others only whom to ask about family."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.db.models import FilteredRelation, Q
from django.db.models.functions import Coalesce

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import Customer, Relation
from guanhu.apps.customers.queries import files_of
from guanhu.apps.customers.relations.shapes import Household, Tie, TiedTo, Ties, TieVersion
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.personal import shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import TrailAction
from guanhu.rules.privacy import Form
from guanhu.rules.relations import may_share_household

Side = list[Relation]
"""All wordings of one side of a tie, the last one first."""
Face = list[Any]
"""Public id, name, kind, keeper, the keeper's name, assets as last measured."""


def ties_of(viewer: Viewer, key: int, night_id: int, others: Sequence[int] = ()) -> Ties:
    """The ties of a customer in reach: to whom, as what, and what her household has together. P176.

    A tie holds until one of the sides the viewer sees was taken off. Of who is out of reach nothing is told but that
    there is one more of the family, and who keeps her. ``others``: her further numbers; of another person
    with several numbers the file that was kept is named, and two numbers of one person are no tie.
    """
    keys = [key, *others]
    sides = [side for side in _grouped(_sides(viewer, keys)) if side[0].other_id not in keys]
    if not sides:
        return Ties()
    faces = _faces_of(viewer, night_id, {side[0].other_id for side in sides})
    theirs = _grouped(_sides(viewer, sorted(faces))) if faces else []
    off = {(side[0].item, side[0].other_id) for side in theirs if side[0].removed}
    known = [side for side in sides if side[0].other_id in faces]
    held = [side for side in known if not side[0].removed and (side[0].item, side[0].customer_id) not in off]
    household, counted = _household(viewer, keys, night_id, held, theirs)
    if told := {*faces, *counted} - {*keys}:
        trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "relations"), people=told)
    beyond = [side[0] for side in sides if side[0].other_id not in faces and not side[0].removed]
    return Ties(
        held=_told(viewer, held, faces),
        removed=_told(viewer, [side for side in known if side not in held], faces),
        household=household,
        beyond=tuple(
            sorted(row.keeper.name if row.keeper else "" for row in beyond if may_share_household(row.said().bond))
        ),
    )


def _grouped(rows: Iterable[Relation]) -> list[Side]:
    return [list(side) for _tie, side in groupby(rows, key=lambda row: (row.item, row.customer_id))]


def _faces_of(viewer: Viewer, night_id: int, keys: set[int]) -> dict[int, Face]:
    """Who of these is in reach, under every number of hers; what she has is the sum of them."""
    rows = _faces(viewer, night_id, sorted(keys))
    files = {key: face for key, file, *face in rows if key == file}
    for key, file, *_who, balance_fen in rows:
        if key != file and balance_fen is not None and file in files:
            files[file][-1] = (files[file][-1] or 0) + balance_fen
    return {key: files.get(file) or face for key, file, *face in rows}


def _told(viewer: Viewer, sides: list[Side], faces: Mapping[int, Face]) -> tuple[Tie, ...]:
    return tuple(
        Tie(side[0].item, side[0].version, _version(side[0]), tuple(map(_version, side[1:])),
            _tied_to(viewer, faces[side[0].other_id]))
        for side in sorted(sides, key=lambda side: (not side[0].household, side[0].recorded_at, side[0].pk))
    )  # fmt: skip


def _version(row: Relation) -> TieVersion:
    return TieVersion(row.said(), row.removed, row.by.name, row.recorded_at)


def _tied_to(viewer: Viewer, face: Face) -> TiedTo:
    public_id, name, kind, keeper_id, keeper, balance_fen = face
    own = keeper_id in viewer.keepers
    told = name if own else str(shown(Customer, "name", name, Form.MASKED, kind=kind))
    return TiedTo(public_id, told, balance_fen, "" if own else keeper or "")


def _household(
    viewer: Viewer, keys: Sequence[int], night_id: int, held: list[Side], theirs: list[Side]
) -> tuple[Household | None, set[int]]:
    """What she has together with those of one household with her, and with those of one household with these.

    Who is out of reach is not in the sum. With it, whose figures are in it.
    """
    first = {side[0].other_id for side in held if side[0].household}
    if not first:
        return None, set()
    further = {side[0].other_id for side in theirs
               if side[0].customer_id in first and side[0].household and not side[0].removed}  # fmt: skip
    faces = _faces_of(viewer, night_id, {*keys, *first, *further})
    persons = {face[0]: face for face in faces.values()}
    return Household(len(persons), sum(face[-1] or 0 for face in persons.values())), {*faces}


@compiled(Relation)
def _sides(viewer: Viewer, keys: list[int]) -> Any:
    rows = Relation.objects.seen_by(viewer).filter(AnyOf("customer_id", keys))
    return rows.select_related("by", "keeper").order_by("item", "customer_id", "-version")


@compiled(tuple)
def _faces(viewer: Viewer, night_id: int, keys: list[int]) -> Any:
    measured = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    files = files_of(viewer, keys)
    rows = (
        Customer.objects.seen_by(viewer).filter(Q(pk__in=files) | Q(merged_into_id__in=files)).annotate(last=measured)
    )
    return rows.values_list(
        "key",
        Coalesce("merged_into_id", "key"),
        "public_id",
        "name",
        "kind",
        "keeper_id",
        "keeper__name",
        "last__balance_fen",
    )
