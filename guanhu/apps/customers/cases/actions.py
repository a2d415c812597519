"""Writing: a case opened and settled, its search asked for and kept, its copy handed over, and legal holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.customers.cases.models import Case, CaseCopy, Finding, Hold
from guanhu.apps.customers.cases.queries import case_of, copy_of, key_of
from guanhu.apps.customers.cases.shapes import (
    LONGEST_ASKS,
    LONGEST_NUMBER,
    LONGEST_REASON,
    LONGEST_RESULT,
    Copy,
    Hit,
)
from guanhu.apps.customers.models import Customer
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Permission, require
from guanhu.rules.cases import CaseKind, CaseState, Proof, due_on, may_move
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import TrailAction


@trail.recorded
def open_case(
    *, by: Viewer, customer_no: str, kind: str, proof: str, asks: str, today: date, now: datetime
) -> tuple[UUID, str]:
    """受理: write down what a person asks about herself; returns the case and its number. Raises ``Refused``.

    The number is taken as she gives it: whether it is a customer's the one who opens the case is not told.
    """
    seen = require(by, Permission.CASE_OPEN)
    _refuse({
        "customer_no": _("请填客户出示的客户号") if not _fits(customer_no, LONGEST_NUMBER) else "",
        "kind": _("选一种请求") if kind not in set(CaseKind) else "",
        "proof": _("选怎样核实了身份") if proof not in set(Proof) else "",
        "asks": _("请不超过 %(n)s 个字") % {"n": LONGEST_ASKS} if len(asks) > LONGEST_ASKS else "",
    })  # fmt: skip
    row = Case(
        number=_next_number(today), customer_no=customer_no.strip(), kind=kind, proof=proof, asks=asks.strip(),
        opened_by_id=seen.staff_id, opened_at=now, opened_on=today,
        due_on=due_on(today, SHIPPED_CALENDAR, settings.GUANHU_POLICY),
    )  # fmt: skip
    row.save()
    row.refresh_from_db(fields=["public_id"])
    _note(by, row, "opened")
    return row.public_id, row.number


def _next_number(today: date) -> str:
    """个案号: the day and the next number there is."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('customers_case', 'id'))")
        return f"G{today:%Y%m%d}-{cursor.fetchone()[0]:04d}"


def _fits(text: str, longest: int) -> bool:
    return bool(text.strip()) and len(text) <= longest and text.isprintable()


def _refuse(errors: dict[str, str]) -> None:
    wrong = {name: says for name, says in errors.items() if says}
    if wrong:
        raise Refused(wrong)


@trail.recorded
def settle(*, by: Viewer, case: UUID, state: str, result: str, today: date, now: datetime) -> None:
    """Take a case up, settle it, or refuse it with reasons. Raises ``Conflict`` when it was settled already."""
    row = _mine(by, case)
    known = {each.value: each for each in CaseState}
    if row.state not in (CaseState.OPENED, CaseState.WORKING):
        raise Conflict(_("这个请求已经办结"))
    if state not in known or not may_move(CaseState(row.state), known[state], result=result):
        raise Refused({"result": _("请写下给客户的答复；不予办理的，写明理由")})
    if len(result) > LONGEST_RESULT:
        raise Refused({"result": _("请不超过 %(n)s 个字") % {"n": LONGEST_RESULT}})
    changed: dict[str, Any] = {"state": state, "handled_by": by.staff_id}
    if state != CaseState.WORKING:
        changed |= {"result": result.strip(), "closed_at": now, "closed_on": today}
    if not Case.objects.seen_by(by).filter(pk=row.pk, state=row.state).update(**changed):
        raise Conflict(_("另一位同事刚改了这个请求，请看最新的内容"))
    _note(by, row, state, reason=result.strip())


@trail.recorded
def ask_search(*, by: Viewer, case: UUID, now: datetime) -> None:
    """Have everything about the person looked for; the search runs beside the pages under its own login."""
    row = _mine(by, case)
    if row.state not in (CaseState.OPENED, CaseState.WORKING):
        raise Conflict(_("这个请求已经办结"))
    row.search_asked_at, row.search_begun_at, row.search_done_at, row.search_fault = now, None, None, ""
    row.search_step, row.search_done, row.search_of = "", 0, 0
    row.state, row.handled_by_id = CaseState.WORKING, by.staff_id
    row.save(update_fields=["search_asked_at", "search_begun_at", "search_done_at", "search_fault", "search_step",
                            "search_done", "search_of", "state", "handled_by"])  # fmt: skip
    _note(by, row, "search_asked")


def _mine(by: Viewer, case: UUID) -> Case:
    """The case a request is bound to; raises ``Invisible`` for any other."""
    require(by, Permission.CASE_WRITE)
    row = case_of(by, case)
    if row is None:
        raise Invisible(str(case))
    return row


def _note(by: Viewer | None, row: Case, result: str, *, reason: str = "", count: int | None = None) -> None:
    trail.note(by, TrailAction.CASE, person=key_of(row.customer_no), object=("case", str(row.public_id)),
               case=row.number, result=result, reason=reason, count=count, fields=(row.kind,))  # fmt: skip


# ---------------------------------------------------------------- the search, under the night's login


@trail.recorded
def begin_search(key: int, *, of: int, now: datetime) -> None:
    """The search begins: so many places."""
    rows = Case.objects.for_system("a search begins").filter(pk=key)
    rows.update(search_begun_at=now, search_of=of, search_done=0)
    trail.note(None, TrailAction.CASE, object=("case", str(key)), case=rows.get().number, result="search_begun")


def progress(key: int, step: str, done: int) -> None:
    """How far the search is, for whoever waits for it."""
    Case.objects.for_system("progress of a search").filter(pk=key).update(search_step=step[:80], search_done=done)


@trail.recorded
def keep_search(key: int, hits: Sequence[Hit], copy: Copy | None, *, now: datetime, today: date) -> None:
    """Keep what was found, and the copy, sealed, in place of what an earlier search of the case found."""
    row = Case.objects.for_system("a search is done").select_for_update().get(pk=key)
    Finding.objects.for_system("a search is done").filter(case=row).delete()
    Finding.objects.for_system("a search is done").bulk_create(
        Finding(
            case=row, place=hit.place, table=hit.table, title=hit.title, rows=hit.rows, sure=hit.sure,
            first_on=hit.first_on, last_on=hit.last_on, where=list(hit.where), position=position,
        )
        for position, hit in enumerate(hits)
    )  # fmt: skip
    if copy is not None:
        _keep_copy(row, copy, now, today)
    row.search_done_at, row.search_step = now, ""
    row.save(update_fields=["search_done_at", "search_step"])
    _note(None, row, "found", count=sum(hit.rows for hit in hits))


def _keep_copy(row: Case, copy: Copy, now: datetime, today: date) -> None:
    CaseCopy.objects.for_system("a copy made anew").filter(case=row).delete()
    text = json.dumps(copy.plain(), ensure_ascii=False, sort_keys=True)
    CaseCopy.objects.for_system("a copy is made").create(
        case=row, made_at=now, made_on=today, content=text, digest=sha256(text.encode()).hexdigest()
    )
    _note(None, row, "copied", count=sum(len(section.rows) for section in copy.sections))


@trail.recorded
def search_failed(key: int, fault: str) -> None:
    """The search broke off; it may be asked for again."""
    rows = Case.objects.for_system("a search failed").filter(pk=key)
    rows.update(search_fault=fault[:200])
    trail.note(None, TrailAction.CASE, object=("case", str(key)), case=rows.get().number, result="search_failed")


# ---------------------------------------------------------------- handing over


@trail.recorded
def hand_over(*, by: Viewer, case: UUID, form: str, now: datetime) -> Copy:
    """The copy in full, to be printed or saved for the person; on the trail before it leaves. Raises ``Refused``.

    ``form``: page or json. Only in the case's own request, and only while the case is worked on or settled.
    """
    row = _mine(by, case)
    copy = copy_of(by, case)
    if copy is None or copy.customer_no != row.customer_no:
        raise Refused({"copy": _("副本还没有做好，请先查找")})
    CaseCopy.objects.seen_by(by).filter(case=row).update(handed_at=now)
    trail.note(by, TrailAction.EXPORT, person=key_of(row.customer_no), object=("case_copy", str(row.public_id)),
               case=row.number, fields=(form,), count=sum(len(section.rows) for section in copy.sections))  # fmt: skip
    return copy


# ---------------------------------------------------------------- legal holds


@trail.recorded
def hold(*, by: Viewer, case: UUID, reason: str, today: date, now: datetime) -> None:
    """冻结: nothing of the person is cleared until the hold is lifted, whatever has fallen due. Raises ``Refused``."""
    row = _mine(by, case)
    person = Customer.objects.seen_by(by).filter(customer_no=row.customer_no).first()
    if person is None:
        raise Refused({"reason": _("没有这个客户号，无可冻结")})
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Refused({"reason": _("请写明法律依据，不超过 %(n)s 个字") % {"n": LONGEST_REASON}})
    told: dict[str, Any] = {"reason": reason.strip(), "since_on": today, "by_id": by.staff_id, "set_at": now}
    if Hold.objects.seen_by(by).filter(customer=person, lifted_on=None).exists():
        raise Conflict(_("已经冻结"))
    Hold(customer=person, case=row, **told).save()
    _note(by, row, "held", reason=reason.strip())


@trail.recorded
def lift(*, by: Viewer, case: UUID, today: date, now: datetime) -> None:
    """Lift the hold on the person of this case."""
    row = _mine(by, case)
    rows = Hold.objects.seen_by(by).filter(customer__customer_no=row.customer_no, lifted_on=None)
    if not rows.update(lifted_by=by.staff_id, lifted_at=now, lifted_on=today):
        raise Conflict(_("冻结已经解除"))
    _note(by, row, "lifted")
