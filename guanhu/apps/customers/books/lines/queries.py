"""Reading: the lines of the book as whoever looks may read them, and what lies in other tables beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from guanhu.apps.customers.models import Consent, Customer, Holding
from guanhu.apps.customers.quality.queries import meters
from guanhu.apps.customers.queries import age_on
from guanhu.apps.customers.shapes import BookRow
from guanhu.apps.people import policy
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import shown as shown_as
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Reach
from guanhu.rules.kinds import ConsentPurpose
from guanhu.rules.lists import ConsentWord, Trait
from guanhu.rules.masks import band_floor
from guanhu.rules.privacy import Form, form_of

WHO = ("key", "public_id", "customer_no", "name", "kind", "birth_on", "stage", "keeper_id", "opened_on")
FIGURES = ("tier", "entitlement", "balance_fen", "average_fen", "in30_fen", "out30_fen", "last_contact_on", "gap_fen",
           "value_fen")  # fmt: skip
NUMBER = WHO.index("customer_no")
KEEPER = WHO.index("keeper_id")
PLACE = len(WHO) + len(FIGURES)
"""Behind the columns of a line: what its order looks at."""

Row = tuple[Any, ...]
"""The columns of ``WHO`` and ``FIGURES`` and the place in the order; null where last night did not measure her."""


def lines_of(viewer: Viewer, now: Shown | None, rows: Sequence[Row], columns: Sequence[Trait]) -> tuple[BookRow, ...]:
    """The lines of these rows, with what these columns ask for beside."""
    keepers: dict[int, str] = {}
    if viewer.reach is not Reach.OWN:
        keepers = dict(_names(sorted({row[KEEPER] for row in rows if row[KEEPER]})))
    lines = tuple(_seen(_line(row, now, keepers), viewer, row[KEEPER]) for row in rows)
    return _told_more(viewer, now, rows, lines, columns)


@compiled(tuple)
def _names(staff: list[int]) -> Any:
    """What colleagues are called, asked for these lines alone: beside the order it is looked up for all in reach."""
    return Staff.objects.filter(AnyOf("pk", staff)).values_list("pk", "name")


def _seen(line: BookRow, viewer: Viewer, keeper_id: int | None) -> BookRow:
    """A line as this viewer may read it: amounts as a band for a coach."""
    if viewer.reach is Reach.OWN or keeper_id in viewer.keepers or form_of(viewer) is Form.FULL:
        return line
    floor = band_floor(line.balance_fen, policy.in_force().amount_bands)
    return replace(line, age=None, balance_fen=None, average_fen=None, net30_fen=None, in30_fen=None, out30_fen=None,
                   gap_fen=None, value_fen=None, band_fen=floor)  # fmt: skip


def _line(row: Sequence[Any], now: Shown | None, keepers: Mapping[int, str]) -> BookRow:
    """The line of one row; ``keepers``: their names, in a list of several."""
    _key, public_id, _number, name, kind, birth_on, stage, keeper_id, opened_on = row[: len(WHO)]
    tier, entitlement, balance_fen, average_fen, in30_fen, out30_fen, since, gap_fen, value_fen = row[len(WHO) : PLACE]
    return BookRow(
        public_id=public_id,
        name=shown_as(Customer, "name", name, Form.MASKED, kind=kind),
        age=age_on(birth_on, now.today) if now else None,
        kind=kind,
        tier=tier or "",
        entitlement=entitlement or "",
        stage=stage,
        keeper=keepers.get(keeper_id, ""),
        balance_fen=balance_fen,
        average_fen=average_fen,
        net30_fen=None if in30_fen is None else in30_fen - out30_fen,
        last_contact_on=since,
        days_since_contact=(now.today - since).days if since and now else None,
        in30_fen=in30_fen,
        out30_fen=out30_fen,
        gap_fen=gap_fen,
        value_fen=value_fen,
        opened_on=opened_on,
    )


def _told_more(
    viewer: Viewer, now: Shown | None, rows: Sequence[Row], lines: tuple[BookRow, ...], columns: Sequence[Trait]
) -> tuple[BookRow, ...]:
    """The lines with what lies in other tables, asked for a whole page at once, and only where a column shows it."""
    keys = [row[0] for row in rows]
    if Trait.MATURES in columns and keys and now is not None:
        due: dict[int, date] = {}
        for key, on in _next_due(viewer, now.night_id, now.today, keys):
            due.setdefault(key, on)
        lines = tuple(replace(line, matures_on=due.get(key)) for key, line in zip(keys, lines, strict=True))
    if Trait.MARKETING in columns and keys:
        said: dict[int, list[Consent]] = {}
        for word in _marketing_words(viewer, ConsentPurpose.MARKETING.value, keys):
            said.setdefault(word.customer_id, []).append(word)
        lines = tuple(
            replace(line, marketing=_said(Consent.in_force(said.get(key, ()))))
            for key, line in zip(keys, lines, strict=True)
        )
    if Trait.COMPLETE in columns and now is not None and form_of(viewer) is Form.FULL:
        shares = meters(viewer, now, keys)
        lines = tuple(
            replace(line, share_bp=shares[key].share_bp if key in shares else None)
            for key, line in zip(keys, lines, strict=True)
        )
    return lines


def _said(word: Consent | None) -> str:
    return ConsentWord.UNASKED if word is None else ConsentWord.YES if word.granted else ConsentWord.NO


@compiled(tuple)
def _next_due(viewer: Viewer, night_id: int, today: date, keys: list[int]) -> Any:
    held = Holding.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), night_id=night_id, matures_on__gte=today)
    return held.order_by("matures_on").values_list("customer_id", "matures_on")


@compiled(Consent)
def _marketing_words(viewer: Viewer, purpose: str, keys: list[int]) -> Any:
    return Consent.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), purpose=purpose)
