"""导出: nothing personal leaves without a second person of another role, and only what that person approved. A9"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from guanhu.apps.audit.models import Entry
from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.exports import actions, columns, queries
from guanhu.apps.customers.exports.models import Export, ExportFile
from guanhu.apps.customers.exports.shapes import Selection, Wanted
from guanhu.apps.people import vault
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Denied, Role
from guanhu.rules.exports import APPROVER, ExportColumn, ExportState, FileKind
from guanhu.rules.policy import SHIPPED
from tests import cast as people
from tests.apps.test_at_the_same_time import Race, kinds, two_windows
from tests.cast import LI, ZHAO, Cast
from tests.factories import NOW, customer_row
from tests.offices import OFFICES, Offices, viewer

pytestmark = pytest.mark.slow
HERS, HIS = 1, 2
"""Two sessions."""
HOUR = timedelta(hours=1)
PLAIN = tuple(column.value for column in (ExportColumn.BRANCH, ExportColumn.OPENED))
PERSONAL = tuple(column.value for column in ExportColumn)


def wanted(*chosen: str, where: str = "", words: str = "", kind: str = "csv", reason: str = "周末拜访") -> Wanted:
    """The whole list with every column, unless told otherwise."""
    return Wanted(Selection(where, words), chosen or PERSONAL, kind, "visit", reason)


def asked(by: Viewer, *chosen: str, **told: Any) -> UUID:
    return actions.ask(by=by, wanted=wanted(*chosen, **told), sign_in=HERS, now=NOW)


def row(made: UUID) -> Export:
    return Export.objects.for_system("a test").get(public_id=made)


def lies(made: UUID) -> ExportFile:
    return ExportFile.objects.for_system("a test").get(export__public_id=made)


def approve(by: Viewer, made: UUID, *, sign_in: int = HIS, now: Any = NOW, digest: str = "") -> None:
    actions.approve(by=by, export=made, digest=digest or row(made).digest, sign_in=sign_in, now=now)


def taken(cast: Cast, made: UUID, now: Any = NOW) -> Any:
    """The file, made and taken by 沈知微."""
    actions.make(by=cast.shen, export=made, now=now)
    return actions.take(by=cast.shen, export=made, now=now)


def told(made: UUID) -> list[str]:
    """What the trail says became of a request, in order."""
    rows = Entry.objects.filter(action="export", object_id=row(made).number).order_by("chain", "seq")
    return [one.result for one in rows.order_by("at", "seq")]


# ---------------------------------------------------------------- the way of one request


@pytest.mark.practice("P14")
def test_a_list_is_asked_for_approved_made_and_taken_once_and_then_it_is_gone(cast: Cast):
    made = asked(cast.shen)
    assert row(made).state == ExportState.ASKED
    assert lies(made).content is None
    approve(cast.qin, made)
    file = taken(cast, made)
    text = file.content.decode("utf-8-sig")
    assert "赵*芳" in text
    assert "138 **** 2716" in text
    assert not any(clear in text for clear in ("赵桂芳", "13812342716", "360102196303050428", "1963"))
    assert "孙" not in text
    assert lies(made).content is None
    assert lies(made).keys is None
    with pytest.raises(Conflict):
        actions.take(by=cast.shen, export=made, now=NOW)
    assert told(made) == ["asked", "approved", "made", "taken"]


def test_the_trail_names_whom_the_file_held(cast: Cast):
    made = asked(cast.shen)
    approve(cast.qin, made)
    taken(cast, made)
    last = Entry.objects.get(action="export", result="taken")
    assert len(last.people) == 2
    record = json.loads(last.record)
    assert record["fields"] == list(PERSONAL)
    assert record["reason"] == "visit：周末拜访"


def test_the_file_lies_sealed_and_opens_for_nobody_else(cast: Cast):
    made = asked(cast.shen)
    approve(cast.qin, made)
    actions.make(by=cast.shen, export=made, now=NOW)
    lying = lies(made)
    assert b"C000101" not in lying.content.raw
    assert vault.open(lying, "keys") == json.dumps([ZHAO, LI])
    for other in (cast.zhou, cast.qin, cast.yan):
        with pytest.raises((Invisible, Denied)):
            actions.take(by=other, export=made, now=NOW)


def test_without_personal_columns_the_file_is_there_at_once(cast: Cast):
    made = asked(cast.shen, *PLAIN)
    assert row(made).state == ExportState.READY
    text = actions.take(by=cast.shen, export=made, now=NOW).content.decode("utf-8-sig")
    assert "2009-04-01" in text
    assert "赵" not in text


@pytest.mark.parametrize("column", ExportColumn)
def test_every_column_of_a_personal_field_needs_the_second_person(cast: Cast, column: ExportColumn):
    personal = column not in (ExportColumn.CUSTOMER_KIND, ExportColumn.OPENED, ExportColumn.BRANCH, ExportColumn.KEEPER)
    made = row(asked(cast.shen, column.value))
    assert (made.state, made.approver) == (("asked", "head") if personal else ("ready", ""))


def test_the_book_s_filters_bound_the_list(cast: Cast):
    assert row(asked(cast.shen, where="tier:A")).rows == 1
    assert row(asked(cast.shen, words="李")).rows == 1
    with pytest.raises(Refused, match="没有客户"):
        asked(cast.shen, words="吴莲")


def test_what_is_missing_or_unknown_is_said_field_by_field(cast: Cast):
    with pytest.raises(Refused) as said:
        actions.ask(by=cast.shen, wanted=Wanted(Selection(), ("password",), "exe", "", " "), sign_in=1, now=NOW)
    assert set(said.value.errors) == {"columns", "kind", "purpose", "reason"}


def test_a_file_holds_no_more_than_the_policy_allows(cast: Cast, settings: Any):
    settings.GUANHU_POLICY = replace(SHIPPED, export_rows=1, export_rows_own=1, export_rows_branch=2)
    for chosen in (PERSONAL, PLAIN):
        with pytest.raises(Refused, match="最多 1 户"):
            asked(cast.shen, *chosen)
    with pytest.raises(Refused, match="最多 2 户"):
        asked(cast.qin, *PLAIN)
    assert SHIPPED.export_rows == 5_000
    assert row(asked(cast.shen, where="tier:A")).rows == 1


def test_so_many_requests_of_one_colleague_are_under_way_at_once(cast: Cast):
    made = [asked(cast.shen) for _ in range(SHIPPED.export_open)]
    with pytest.raises(Refused, match="已有 5 个申请在办"):
        asked(cast.shen)
    actions.withdraw(by=cast.shen, export=made[0], now=NOW)
    asked(cast.shen)
    asked(cast.zhou)


def test_only_the_policy_puts_a_number_in_clear(cast: Cast, settings: Any):
    settings.GUANHU_POLICY = replace(SHIPPED, export_in_clear=("phone",))
    made = asked(cast.shen)
    approve(cast.qin, made)
    text = taken(cast, made).content.decode("utf-8-sig")
    assert "13812342716" in text
    assert "360102196303050428" not in text


# ---------------------------------------------------------------- the second person


def colleagues(cast: Cast, offices: Offices) -> Iterator[Viewer]:
    """Somebody in each role, none of them the one who asks."""
    yield replace(cast.zhou, role=Role.COUNTER)
    yield cast.zhou
    yield cast.qin
    for number in OFFICES:
        yield viewer(number)


def approvers(cast: Cast, offices: Offices, made: UUID) -> set[Role]:
    """In which roles a request can be approved; every try is taken back."""
    found = set()
    for one in colleagues(cast, offices):
        try:
            with transaction.atomic():
                approve(one, made)
                found.add(one.role)
                transaction.set_rollback(True)
        except (Denied, Invisible, Refused):
            continue
    return found


def askers(cast: Cast) -> dict[Role, Viewer]:
    """沈知微 in each role that carries the keeper's rights, and 秦岚 for the branch."""
    return {role: replace(cast.shen, role=role) for role in APPROVER if role is not Role.HEAD} | {Role.HEAD: cast.qin}


def test_each_role_is_approved_by_its_own_next_one_and_by_no_other(cast: Cast, offices: Offices):
    found = {role: approvers(cast, offices, asked(who)) for role, who in askers(cast).items()}
    assert found == {role: {approver} for role, approver in APPROVER.items()}


def test_the_matrix_sees_an_approver_too_many(cast: Cast, offices: Offices, monkeypatch: pytest.MonkeyPatch):
    honest = actions._to_decide
    monkeypatch.setattr(
        actions, "_to_decide",
        lambda by, export, sign_in, now: row(export) if by.role is Role.REGION else honest(by, export, sign_in, now),
    )  # fmt: skip
    made = asked(cast.shen)
    Export.objects.for_system("the twin").filter(public_id=made).update(approver="region")
    assert approvers(cast, offices, made) != {Role.HEAD}


def test_roles_that_keep_nobody_may_not_even_ask(cast: Cast, offices: Offices):
    for role in (Role.DATA, Role.AUDIT, Role.SYSTEM, Role.SECURITY, Role.PRIVACY):
        with pytest.raises(Denied):
            asked(replace(cast.shen, role=role))


SAME = {
    "the same person in the approver's role": lambda cast: (replace(cast.shen, role=Role.HEAD), HIS),
    "another person in the same session": lambda cast: (cast.qin, HERS),
}


@pytest.mark.parametrize("who", SAME)
def test_who_asked_may_not_approve_nor_the_session_in_which_it_was_asked(cast: Cast, who: str):
    made = asked(cast.shen)
    by, sign_in = SAME[who](cast)
    with pytest.raises(Refused, match="不能自己批准"):
        approve(by, made, sign_in=sign_in)
    assert row(made).state == ExportState.ASKED


def test_of_all_persons_sessions_and_roles_one_combination_alone_approves(cast: Cast):
    made, passed = asked(cast.shen), []
    tries = [(one, sign_in, role) for one in (cast.shen, cast.qin) for sign_in in (HERS, HIS) for role in Role]
    for one, sign_in, role in tries:
        try:
            with transaction.atomic():
                approve(replace(one, role=role), made, sign_in=sign_in)
                passed.append((one, sign_in, role))
                transaction.set_rollback(True)
        except (Denied, Invisible, Refused):
            continue
    assert passed == [(cast.qin, HIS, Role.HEAD)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda made: {"decided_by_id": made.asked_by_id, "decided_in": HIS, "decided_role": "head"},
        lambda made: {"decided_by_id": made.asked_by_id + 1, "decided_in": HERS, "decided_role": "head"},
        lambda made: {"decided_by_id": made.asked_by_id + 1, "decided_in": HIS, "decided_role": "keeper"},
        lambda made: {"state": "approved", "approved": made.digest},
        lambda made: {"state": "ready", "decided_by_id": made.asked_by_id + 1, "decided_in": HIS, "decided_at": NOW,
                      "decided_role": "head", "approved": "0" * 32},
    ],
)  # fmt: skip
def test_the_database_itself_takes_no_other_approval(cast: Cast, wrong: Callable[[Export], dict[str, Any]]):
    made = row(asked(cast.shen))
    rows = Export.objects.for_system("a tampering").filter(pk=made.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**wrong(made))


def test_a_branch_decides_nothing_of_another(cast: Cast, offices: Offices):
    made = asked(cast.yan)
    with pytest.raises(Invisible):
        approve(cast.qin, made)
    approve(offices.other_head, made)


def test_a_request_goes_back_with_a_reason_and_no_file_is_made(cast: Cast):
    made = asked(cast.shen)
    with pytest.raises(Refused):
        actions.refuse(by=cast.qin, export=made, why=" ", sign_in=HIS, now=NOW)
    actions.refuse(by=cast.qin, export=made, why="列太多", sign_in=HIS, now=NOW)
    with pytest.raises(Conflict):
        actions.make(by=cast.shen, export=made, now=NOW)
    assert actions.sweep(NOW) == 1
    assert not ExportFile.objects.for_system("a test").filter(export__public_id=made).exists()
    assert told(made) == ["asked", "refused"]


# ---------------------------------------------------------------- what changed after the approval


def tamper(made: UUID, **changes: Any) -> None:
    """Somebody with a hand on the database changes a request."""
    Export.objects.for_system("a tampering").filter(public_id=made).update(**changes)


def other_filter(made: UUID, cast: Cast) -> None:
    changed = row(made)
    changed.selection = json.dumps({"where": "tier:B"})
    changed.save(update_fields=["selection"])


def other_customers(made: UUID, cast: Cast) -> None:
    changed = lies(made)
    changed.keys = json.dumps([ZHAO, people.SUN])
    changed.save(update_fields=["keys"])


def handed_over(made: UUID, cast: Cast) -> None:
    rows = [one | {"keeper_no": "S02"} if one["customer"] == LI else one for one in people.CUSTOMERS]
    customers.take_in(people.persons(customers=rows))


CHANGES: dict[str, Callable[[UUID, Cast], None]] = {
    "another filter": other_filter,
    "a column more": lambda made, cast: tamper(made, columns=[*PERSONAL[:3], "balance"]),
    "another purpose": lambda made, cast: tamper(made, purpose="event"),
    "another reason": lambda made, cast: tamper(made, reason="别的事"),
    "another form": lambda made, cast: tamper(made, kind="xlsx"),
    "more customers": lambda made, cast: tamper(made, rows=3),
    "other customers": other_customers,
    "a customer who is no longer hers": handed_over,
}


def handed_out(cast: Cast, change: Callable[[UUID, Cast], None], *, made_before: bool) -> bool:
    """Is the file handed out although something changed after the approval?"""
    made = asked(cast.shen, *PERSONAL[:3])
    approve(cast.qin, made)
    if made_before:
        actions.make(by=cast.shen, export=made, now=NOW)
    change(made, cast)
    if not made_before and actions.make(by=cast.shen, export=made, now=NOW) is not ExportState.READY:
        assert (lies(made).content, row(made).state) == (None, ExportState.CHANGED)
        return False
    return actions.take(by=cast.shen, export=made, now=NOW) is not None


@pytest.mark.parametrize("made_before", [False, True], ids=["approved", "made"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_differs_from_what_was_approved_is_destroyed_and_not_handed_out(
    cast: Cast, change: str, made_before: bool
):
    assert not handed_out(cast, CHANGES[change], made_before=made_before)


def test_without_the_comparison_what_changed_goes_out(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "_is_as_approved", lambda row, keys: True)
    assert handed_out(cast, CHANGES["a column more"], made_before=False)


def test_a_request_that_is_not_what_stood_on_the_page_is_not_approved(cast: Cast):
    made = asked(cast.shen)
    with pytest.raises(Conflict, match="重新看一遍"):
        approve(cast.qin, made, digest="0" * 32)
    assert row(made).state == ExportState.ASKED


def test_a_personal_list_that_claims_to_need_nobody_is_not_made(cast: Cast):
    made = asked(cast.shen)
    tamper(made, approver="", state="approved", approved=row(made).digest)
    assert actions.make(by=cast.shen, export=made, now=NOW) is ExportState.CHANGED


# ---------------------------------------------------------------- the clock

TIMES = (timedelta(hours=23, minutes=59, seconds=59), timedelta(hours=24))


def lives(cast: Cast, after: timedelta) -> bool:
    """Can a file be taken so long after its approval?"""
    made = asked(cast.shen)
    approve(cast.qin, made)
    actions.make(by=cast.shen, export=made, now=NOW + HOUR)
    try:
        return actions.take(by=cast.shen, export=made, now=NOW + after) is not None
    except Conflict:
        return False


def test_a_file_lives_for_twenty_four_hours_from_its_approval_to_the_second(cast: Cast):
    assert [lives(cast, after) for after in TIMES] == [True, False]


def test_the_clock_test_sees_a_file_that_never_dies(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "state_at", lambda state, until, now: state)
    assert [lives(cast, after) for after in TIMES] != [True, False]


def test_a_file_without_approval_dies_as_soon(cast: Cast):
    made = asked(cast.shen, *PLAIN)
    with pytest.raises(Conflict, match="已过期"):
        actions.take(by=cast.shen, export=made, now=NOW + 24 * HOUR)


def test_a_request_nobody_decided_ends_after_three_days(cast: Cast):
    made = asked(cast.shen)
    with pytest.raises(Conflict, match="已过期"):
        approve(cast.qin, made, now=NOW + 72 * HOUR)
    approve(cast.qin, made, now=NOW + 71 * HOUR)


def test_what_ran_out_is_destroyed_by_who_stands_by_and_told_once(cast: Cast):
    made = asked(cast.shen)
    approve(cast.qin, made)
    actions.make(by=cast.shen, export=made, now=NOW)
    assert actions.sweep(NOW + 23 * HOUR) == 0
    assert actions.sweep(NOW + 24 * HOUR) == 1
    assert actions.sweep(NOW + 25 * HOUR) == 0
    assert not ExportFile.objects.for_system("a test").exists()
    assert row(made).state == ExportState.EXPIRED
    assert told(made)[-1] == "expired"


def test_what_was_taken_back_is_destroyed_and_cannot_be_made(cast: Cast):
    made = asked(cast.shen)
    actions.withdraw(by=cast.shen, export=made, now=NOW)
    assert lies(made).keys is None
    with pytest.raises(Conflict):
        approve(cast.qin, made)
    with pytest.raises(Invisible):
        actions.withdraw(by=cast.qin, export=made, now=NOW)


# ---------------------------------------------------------------- at the same moment


@pytest.fixture
def race(transactional_db: None) -> Iterator[Race]:
    with two_windows() as race:
        yield race


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_decides_and_one_takes(race: Race):
    cast = people.enter()
    other = replace(cast.zhou, role=Role.HEAD)
    for _ in range(3):
        made = asked(cast.shen)
        answers = race(lambda: approve(cast.qin, made), lambda: approve(other, made, sign_in=3))  # noqa: B023
        assert kinds(answers) == ["Conflict", "NoneType"]
        actions.make(by=cast.shen, export=made, now=NOW)
        answers = race(
            lambda: actions.take(by=cast.shen, export=made, now=NOW),  # noqa: B023
            lambda: actions.take(by=cast.shen, export=made, now=NOW),  # noqa: B023
        )
        assert kinds(answers) == ["Conflict", "Taken"]
        assert told(made) == ["asked", "approved", "made", "taken"]


# ---------------------------------------------------------------- who sees which request


def test_in_another_role_one_s_own_request_waits_untouched(cast: Cast):
    made = asked(cast.shen)
    approve(cast.qin, made)
    for act in (actions.make, actions.take, actions.withdraw):
        with pytest.raises(Conflict, match="管户人"):
            act(by=replace(cast.shen, role=Role.COACH), export=made, now=NOW)
    assert actions.make(by=cast.shen, export=made, now=NOW) is ExportState.READY


def test_a_number_typed_to_find_somebody_is_on_no_page_and_the_search_is_on_the_trail(cast: Cast):
    made = asked(cast.shen, words="13812342716")
    deciding = actions.require(cast.qin, actions.Permission.EXPORT_APPROVE)
    pages = (queries.asked(cast.shen, made, NOW), queries.decided(deciding, made, NOW))
    assert [found and found.selection.words for found in pages] == ["〔11 位号码〕"] * 2
    assert Entry.objects.get(action="search", object_id="export").actor == cast.shen.staff_no


def test_a_request_is_seen_by_who_asked_who_decides_and_the_auditor(cast: Cast, offices: Offices):
    made = asked(cast.shen, words="李")
    mine = queries.asked(replace(cast.shen), made, NOW)
    assert mine is not None
    assert mine.selection.words == "李"
    reading = {
        "qin": queries.decided(actions.require(cast.qin, actions.Permission.EXPORT_APPROVE), made, NOW),
        "zhou": queries.asked(cast.zhou, made, NOW),
        "head": queries.asked(cast.qin, made, NOW),
    }
    assert [name for name, found in reading.items() if found] == ["qin"]
    audit = actions.require(offices.audit, actions.Permission.EXPORT_READ)
    assert [one.number for one in queries.every(audit, NOW).rows] == [mine.number]
    assert Entry.objects.filter(action="export", result="listed", actor=audit.staff_no).count() == 1


def test_the_columns_on_offer_are_those_of_the_list_and_each_has_a_class():
    assert [one.column for one in columns.offered()] == list(ExportColumn)
    assert {one.column for one in columns.offered() if not one.personal} == {
        ExportColumn.CUSTOMER_KIND, ExportColumn.OPENED, ExportColumn.BRANCH, ExportColumn.KEEPER,
    }  # fmt: skip
    assert set(FileKind) == set(actions.MIME)


def test_a_workbook_holds_the_whole_list(cast: Cast):
    rows = [customer_row(key, keeper_no="S01") for key in range(5000, 5300)]
    customers.take_in(people.persons(customers=[*people.CUSTOMERS, *rows]))
    made = asked(cast.shen, kind="xlsx")
    approve(cast.qin, made)
    assert row(made).rows == 302
    assert len(taken(cast, made).content) > 10_000
