"""Writing: what the night publishes about customers, and what a colleague changes about one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.intake import take_in as take_in
from guanhu.apps.customers.models import (
    Consent,
    Customer,
    Holding,
    MonthEnd,
    Quarantined,
    Source,
    StageRecord,
    Standing,
)
from guanhu.apps.customers.notices.actions import tell_keeper
from guanhu.apps.customers.numbers.actions import reveal as reveal
from guanhu.apps.customers.quality.actions import count_files
from guanhu.apps.people.compiled import compiled
from guanhu.apps.people.copying import copy_in, merge_in, replace_in
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import ConsentPurpose, Stage, TrailAction
from guanhu.rules.stages import may_move_stage

Rows = Iterable[Mapping[str, Any]]

OF_BRANCH = "night_id = %s AND customer_id IN (SELECT key FROM customers_customer WHERE branch_id = %s)"
"""The rows one night published for one branch's customers."""


class Problem(Protocol):
    """One fault of the bank's files, with its address (``feeds.errors.Problem``)."""

    file: str
    row: int | None
    column: str | None
    rule: str
    says: str
    value: str | None


class KeptAside(Protocol):
    """One row kept aside (``feeds.intake.Quarantined``)."""

    @property
    def problem(self) -> Any:
        """Why."""

    @property
    def raw(self) -> dict[str, str | None]:
        """The row."""


@transaction.atomic
def publish_answers(night_id: int, branch_id: int, *, standings: Rows, holdings: Rows, month_ends: Rows) -> None:
    """Publish one branch's standings and holdings under this night, its month-ends for good, and count its files.

    Rows in the columns of ``engine.tables`` (month-ends with ``day_on``). Repeating it changes nothing.
    """
    replace_in(
        Standing,
        ("night_id", "branch_id", "customer_id", "tier", "entitlement", "balance_fen", "average_fen", "gap_fen",
         "in30_fen", "out30_fen", "value_fen", "last_move_on", "last_contact_on", "policy", "changed_on",
         "changes_fen", *Standing.BOND),
        (_standing(row, night_id, branch_id) for row in standings),
        where="night_id = %s AND branch_id = %s",
        values=(night_id, branch_id),
    )  # fmt: skip
    replace_in(
        Holding,
        ("night_id", "customer_id", "holding_key", "account_key", "product_no", "kind", "amount_fen", "started_on",
         "matures_on", "rate_bp", "auto_renew"),
        (_holding(row, night_id) for row in holdings),
        where=OF_BRANCH,
        values=(night_id, branch_id),
    )  # fmt: skip
    merge_in(
        MonthEnd,
        ("customer_id", "day_on", "balance_fen", "average_fen", "net_fen"),
        ({**row, "customer_id": row["customer"]} for row in month_ends),
        key=("customer_id", "day_on"),
    )
    count_files(night_id, branch_id)


def standings_follow(night_id: int, branch_id: int) -> None:
    """Whoever got a customer while the night was being written gets her standing, too.

    To be called with the branch held (``people.actions.flip``), so that from now on nobody else gets one until the
    night is there for everybody.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_standing mine SET keeper_id = whose.keeper_id FROM customers_customer whose"
            " WHERE whose.key = mine.customer_id AND whose.cleared_on IS NULL AND mine.night_id = %s"
            " AND mine.branch_id = %s AND mine.keeper_id IS DISTINCT FROM whose.keeper_id",
            [night_id, branch_id],
        )


def _standing(row: Mapping[str, Any], night_id: int, branch_id: int) -> dict[str, Any]:
    return {
        **row,
        "night_id": night_id,
        "branch_id": branch_id,
        "customer_id": row["customer"],
        "protection": row.get("protection") or 0,
    }


@dataclass(frozen=True)
class Change:
    """One customer who changes her keeper: from whom to whom, by the keys of the records; null: nobody."""

    customer: int
    before: int | None
    after: int | None
    kept_by: str = Source.OWN.value
    """Whether the keeper is ours from now on, or the bank names her again."""


@recorded
def hand_over(changes: Sequence[Change]) -> list[int]:
    """换手: give these customers to other keepers, and with them all that follows; returns whom it did not find so.

    Whoever is not with the keeper she was with when this was decided is let be. From now on the bank's list does not
    name her keeper any more. The numbers of one person go together. For ``portfolio``, which says why.
    """
    names = ("customer", "before", "after", "kept_by")
    with connection.cursor() as cursor:
        cursor.execute(_HAND_OVER, [[getattr(one, name) for one in changes] for name in names])
        moved = {key for (key,) in cursor.fetchall()}
        cursor.execute(_NUMBERS_FOLLOW, [sorted(moved)])
    return sorted({one.customer for one in changes} - moved)


_HAND_OVER = """
    UPDATE customers_customer AS mine SET keeper_id = told.after, kept_by = told.kept_by
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) AS told(key, before, after, kept_by)
    WHERE mine.key = told.key AND mine.keeper_id IS NOT DISTINCT FROM told.before AND mine.cleared_on IS NULL
    AND mine.merged_into_id IS NULL
    RETURNING mine.key
"""
_NUMBERS_FOLLOW = """
    UPDATE customers_customer AS mine SET keeper_id = file.keeper_id, kept_by = file.kept_by
    FROM customers_customer AS file
    WHERE mine.merged_into_id = file.key AND file.key = any(%s) AND mine.keeper_id IS DISTINCT FROM file.keeper_id
"""


def _holding(row: Mapping[str, Any], night_id: int) -> dict[str, Any]:
    return {
        **row,
        "night_id": night_id,
        "customer_id": row["customer"],
        "holding_key": row["holding"],
        "account_key": row["account"],
        "auto_renew": bool(row.get("auto_renew")),
    }


@transaction.atomic
def keep_quarantine(day: date, problems: Sequence[KeptAside]) -> int:
    """Keep the rows set aside on this day, sealed, in place of what was kept for the day before; returns how many."""
    Quarantined.objects.for_system("the night's intake").filter(day=day).delete()
    return copy_in(
        Quarantined,
        ("day", "file", "row", "column", "rule", "says", "value", "raw"),
        (
            {
                "day": day,
                "file": kept.problem.file,
                "row": kept.problem.row or 0,
                "column": kept.problem.column or "",
                "rule": kept.problem.rule,
                "says": kept.problem.says,
                "value": kept.problem.value,
                "raw": _row_text(kept.raw),
            }
            for kept in problems
        ),
    )


def _row_text(raw: Mapping[str, str | None]) -> str | None:
    """The raw row as JSON, to be sealed; nothing where a whole file is meant."""
    return json.dumps(raw, ensure_ascii=False) if raw else None


@recorded
def set_stage(*, by: Viewer, customer: UUID, stage: str, current: str, note: str, day: date, now: datetime) -> None:
    """Move the relation one stage up or down, with what shows it.

    ``current`` is the stage the person saw; raises ``Conflict`` when someone changed it since, ``Refused`` for a jump
    or a missing note, ``Invisible`` for a customer of somebody else. The same form twice is once (P77).
    """
    row = locked(by, customer, in_force=True)
    if row.stage != current:
        return _unless_moved(by, row, stage, note.strip())
    known = {each.value: each for each in Stage}
    if stage not in known or not may_move_stage(Stage(row.stage), known[stage], evidence=note):
        says = {"stage": _("阶段一次只能升或降一级")} if note.strip() else {"note": _("请写下依据")}
        raise Refused(says)
    StageRecord.objects.create(
        customer=row,
        source=Source.OWN,
        stage=stage,
        stage_on=day,
        note=note.strip(),
        by_id=by.staff_id,
        recorded_at=now,
    )
    trail.note(
        by, TrailAction.STAGE, person=row.key, object=("customer", str(row.public_id)), fields=("stage",),
        before={"stage": row.stage}, after={"stage": stage, "note": note.strip()},
    )  # fmt: skip
    tell_keeper(by, row, TrailAction.STAGE, now)
    row.stage, row.stage_on = stage, day
    row.save(update_fields=["stage", "stage_on"])


def _unless_moved(by: Viewer, row: Customer, stage: str, note: str) -> None:
    """Nothing when this very move was made already by the same person, else ``Conflict``: who was first, and how."""
    moves = StageRecord.objects.for_system("naming who was first").filter(customer=row).select_related("by")
    last = moves.order_by("-pk").first()
    if last and (last.by_id, last.stage, last.note) == (by.staff_id, stage, note) and row.stage == stage:
        return
    who = last.by.name if last and last.by else _("银行名单")
    words = {"who": who, "stage": Stage(row.stage).label(get_language() or "zh")}
    raise Conflict(
        _("%(who)s 已先改为「%(stage)s」") % words, who=who, at=last.recorded_at if last else None,
        yours={"stage": stage, "note": note}, theirs={"stage": row.stage, "note": last.note if last else ""},
    )  # fmt: skip


@recorded
def refuse_marketing(
    *, by: Viewer, customer: UUID, day: date, now: datetime, evidence: str = "", seen: int | None = None
) -> None:
    """Write down that the customer wants no marketing: it closes marketing on all channels. Twice is once (P116).

    ``seen`` is the word the person saw (``ConsentRow.key``, 0 for none; null: whatever it is now); ``Conflict`` when
    somebody wrote another since.
    """
    _require_same_word(by, locked(by, customer), seen, granted=False, evidence=evidence.strip())
    _consent(by, customer, ConsentPurpose.MARKETING, granted=False, day=day, now=now, evidence=evidence)


@recorded
def grant_marketing(
    *, by: Viewer, customer: UUID, day: date, now: datetime, evidence: str, seen: int | None = None
) -> None:
    """Write down a new consent to marketing; ``Refused`` without evidence, and on the day of a refusal.

    ``seen`` as for a refusal.
    """
    if not evidence.strip():
        raise Refused({"evidence": _("请写下客户同意的凭据")})
    row = locked(by, customer, in_force=True)
    _require_same_word(by, row, seen, granted=True, evidence=evidence.strip())
    if _said_no_on(by, row, day):
        raise Refused({"evidence": _("今天刚记下客户不要营销，新的同意最早明天记")})
    _consent(by, customer, ConsentPurpose.MARKETING, granted=True, day=day, now=now, evidence=evidence)


def _require_same_word(by: Viewer, row: Customer, seen: int | None, *, granted: bool, evidence: str) -> None:
    """Refuse to write beside a word on marketing that the person has not seen; her own form sent twice is let be."""
    words = Consent.objects.seen_by(by).filter(customer=row, purpose=ConsentPurpose.MARKETING.value)
    last = Consent.in_force(words.select_related("by"))
    if seen is None or seen == (last.pk if last else 0):
        return
    if last and (last.by_id, last.granted, last.evidence) == (by.staff_id, granted, evidence):
        return
    who = last.by.name if last and last.by else _("银行名单")
    said = _("%(who)s 已先记下「同意营销」") if last and last.granted else _("%(who)s 已先记下「不要营销」")
    raise Conflict(
        said % {"who": who}, who=who, at=last.recorded_at if last else None,
        yours={"granted": granted, "evidence": evidence},
        theirs={"granted": last.granted, "evidence": last.evidence} if last else {},
    )  # fmt: skip


def _said_no_on(by: Viewer, row: Customer, day: date) -> bool:
    """Is a refusal of marketing of this day the last word, whoever wrote it down?"""
    words = Consent.objects.seen_by(by).filter(customer=row, purpose=ConsentPurpose.MARKETING.value, changed_on=day)
    return bool(words.filter(granted=False).exists())


def _consent(
    by: Viewer, customer: UUID, purpose: ConsentPurpose, *, granted: bool, day: date, now: datetime, evidence: str
) -> None:
    row = locked(by, customer)
    last = Consent.objects.seen_by(by).filter(customer=row, source=Source.OWN, purpose=purpose).order_by("-pk").first()
    if last and last.granted == granted and last.changed_on == day and evidence.strip() in ("", last.evidence):
        return
    Consent.objects.create(
        customer=row, source=Source.OWN, purpose=purpose.value, granted=granted, changed_on=day,
        evidence=evidence.strip(), by_id=by.staff_id, recorded_at=now,
    )  # fmt: skip
    trail.note(
        by, TrailAction.CONSENT, person=row.key, object=("customer", str(row.public_id)), fields=(purpose.value,),
        after={purpose.value: granted, "evidence": evidence.strip()},
    )  # fmt: skip
    tell_keeper(by, row, TrailAction.CONSENT, now)


def locked(by: Viewer, customer: UUID, *, in_force: bool = False) -> Customer:
    """The customer, held until the transaction ends, so that two people change her one after the other.

    ``in_force``: of a file that was merged into another one, that other one: there it goes on. Raises ``Invisible``
    when she is not the viewer's.
    """
    row = _held(by, customer)
    if row and in_force and row[0].merged_into_id is not None:
        row = list(Customer.objects.seen_by(by).filter(key=row[0].merged_into_id).select_for_update())
    if not row:
        raise Invisible(str(customer))
    return row[0]


@compiled(Customer)
def _held(viewer: Viewer, public_id: UUID) -> Any:
    return Customer.objects.seen_by(viewer).filter(public_id=public_id).select_for_update()
