"""What a person would send: an id for every name an address gives one, and good values for every field of a form."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from guanhu.apps.customers.cases.models import Case, CaseCopy, Finding, Hold
from guanhu.apps.customers.cases.shapes import Copy, Section
from guanhu.apps.customers.exports import actions as exports
from guanhu.apps.customers.exports.models import Export
from guanhu.apps.customers.exports.shapes import Selection, Wanted
from guanhu.apps.customers.living import actions as living
from guanhu.apps.customers.living.actions import keep_fact
from guanhu.apps.customers.living.queries import facts_of
from guanhu.apps.customers.living.shapes import FactWords
from guanhu.apps.customers.models import Holding, Merge, Prospect
from guanhu.apps.customers.serving.queries import item_of
from guanhu.apps.people.alarms.models import Alarm
from guanhu.apps.people.clearing.models import Clearing
from guanhu.apps.people.models import Branch, Cover, RoleGrant, Staff
from guanhu.apps.portfolio.models import Claim, Handover, Member, Round
from guanhu.apps.portfolio.rounds import actions as rounds
from guanhu.apps.work import actions, queries
from guanhu.apps.work.models import DayCount, Deferral, Flag, Promise, Review
from guanhu.rules.access import Role
from guanhu.rules.living import FactKind, HeardFrom, NeedDepth, NeedFacet, NeedType
from tests.apps.uploads import brought
from tests.cast import LI, ZHAO, Cast
from tests.factories import DAY, NOW, TODAY
from tests.reach.asking import FORM
from tests.web.conftest import outcome

EARLIER = NOW.replace(year=2020)
COMING = date(2099, 1, 5)
"""A day that lies ahead whenever the tests run: what a cover of that day opens is not open yet."""
"""Before anything a request of these tests does, whatever the clock says."""


class SentAgain(SimpleUploadedFile):
    """A file that is whole each time it is sent."""

    def read(self, *args: Any) -> bytes:
        """All of it, from its beginning."""
        self.seek(0)
        return super().read()


NEED = FactWords(FactKind.NEED, "要稳", HeardFrom.CUSTOMER, TODAY, need_type=NeedType.MAINTENANCE,
                 need_depth=NeedDepth.EXPLICIT, need_facet=NeedFacet.AHEAD)  # fmt: skip


def need_of(cast: Cast) -> str:
    """A need of hers, written down where none is known yet."""
    needs = [each for each in facts_of(cast.shen, ZHAO) if each.now.said.kind is FactKind.NEED]
    if not needs:
        keep_fact(by=cast.shen, customer=cast.zhao, said=NEED, today=TODAY, now=EARLIER)
        return need_of(cast)
    return str(needs[0].item)


def matures(cast: Cast) -> UUID:
    """Something she holds that matures in a week, by the name under which her intention is kept."""
    told = {"product_no": "P1", "kind": "deposit", "amount_fen": 500_000_00, "started_on": TODAY, "rate_bp": 260,
            "auto_renew": False}  # fmt: skip
    night = Branch.objects.get(pk=cast.shen.branch_id).current_night
    held, _new = Holding.objects.for_system("a scene").get_or_create(
        night=night, holding_key=9077,
        defaults={**told, "customer_id": ZHAO, "account_key": 1, "matures_on": TODAY + timedelta(7)},
    )  # fmt: skip
    return item_of(held.holding_key)


Typed = Callable[[Cast], dict[str, Any]]
TYPED: dict[str, Typed] = {
    "sign_in": lambda cast: {"staff_no": "S01", "password": "not-the-password"},
    "code": lambda cast: {"code": "000000"},
    "language": lambda cast: {"language": "zh-hans", "next": "/today/"},
    "theme": lambda cast: {"theme": "dark", "next": "/today/"},
    "role": lambda cast: {"role": "keeper"},
    "told": lambda cast: {"next": "/today/"},
    "password": lambda cast: {"current": "not-the-password", "new": "Eleven-Lanterns-7", "again": "Eleven-Lanterns-7"},
    "factor": lambda cast: {"step": "prepare", "code": "000000"},
    "confirm": lambda cast: {"proof": "not-the-password", "next": "/account/"},
    "record": lambda cast: outcome(cast, said="想留点活钱", version="2"),  # set aside and taken back since
    "defer": lambda cast: {"reason": "客户在外地"},
    "view_save": lambda cast: {
        "title": "常看",
        "shared": "own",
        "where": "tier:A",
        "sort": "-silent",
        "cols": "gap",
        "group": "",
        "pinned": "yes",
        "first": "yes",
    },
    "view_remove": lambda cast: {"view": str(cast.zhao)},
    "settle": lambda cast: {"how": "move", "until": "2026-11-25", "reason": "客户在外地"},
    "review_rest": lambda cast: {"reason": "今天时间不够"},
    "review_write": lambda cast: {"best": "先问近况", "missed": "利率低的那位"},
    "comment": lambda cast: {"comment": "开场好", "day": "2026-11-24"},
    "arrange": lambda cast: {"due_on": "2026-11-26", "at": "14:30", "channel": "meeting", "purpose": "要来办转存"},
    "week_goal": lambda cast: {"week_on": "2026-11-23", "contacts": "60", "meetings": "5", "goal": "到期的都见一遍"},
    "week_find": lambda cast: {"words": "赵"},
    "book_defer": lambda cast: {"reason": "网点停电", "where": "", "seen": "", "board": ""},
    "book_undefer": lambda cast: {"aside": "00000000-0000-0000-0000-000000000007", "where": ""},
    "find": lambda cast: {"words": "赵"},
    "search": lambda cast: {"words": "赵"},
    "export_form": lambda cast: {"words": "赵", "where": ""},
    "export_ask": lambda cast: {
        "words": "赵",
        "where": "",
        "columns": "name",
        "file": "csv",
        "use": "review",
        "why": "开会用",
    },
    "reveal": lambda cast: {"what": "phone", "purpose": "verify", "words": "客户来电"},
    "marketing": lambda cast: {"granted": "no", "evidence": "电话里说的"},
    "dates": lambda cast: {
        "date_kind": "other",
        "whose": "parent",
        "calendar": "lunar",
        "month": "9",
        "day": "9",
        "year": "2001",
        "person": "林家二老",
        "about": "重阳看望",
        "version": "0",
        "item": "",
    },
    "facts": lambda cast: {
        "fact_kind": "need",
        "fact": "要稳",
        "heard_from": "customer",
        "heard_on": "2026-11-20",
        "need_type": "maintenance",
        "need_depth": "latent",
        "need_facet": "trouble",
        "found_how": "三次问能不能提前取",
        "person": "老林",
        "version": "0",
        "item": "",
    },
    "mark_visitor": lambda cast: {"fact_kind": "potential", "fact": "想给孩子存一笔"},
    "merge": lambda cast: {"keep": "one", "address": "other"},
    "open_prospect": lambda cast: {"customer_no": "13900004444", "name": "江望舒", "wish": "开卡"},
    "remove_prospects": lambda cast: {"prospect": str(WALK_IN), "why": "重复登记"},
    "restore_prospects": lambda cast: {"prospect": str(THROWN_AWAY)},
    "restore_note": lambda cast: taken_off(cast),
    "imports": lambda cast: {"ledger": SentAgain("台账.csv", "客户号,爱好\nC000101,棋\n".encode())},
    "import_columns": lambda cast: {"c0": "customer_no", "c1": "extra", "c2": "phone"},
    "import_trial": lambda cast: {"rule": "phone", "place": "3", "way": "empty"},
    "import_writing": lambda cast: {"do": "write"},
    "intentions": lambda cast: {
        "item": str(matures(cast)),
        "intent": "renew",
        "business": "三年期定存",
        "come_on": "2026-12-01",
        "come_at": "10:30",
        "version": "0",
    },
    "offers": lambda cast: {
        "item": need_of(cast),
        "can": "not_yet",
        "bought": "定存",
        "offered": "",
        "instead": "通知存款",
        "version": "1",
    },
    "keep_course": lambda cast: {
        "course_kind": "step",
        "text": "约谈",
        "owner": "沈知微",
        "due_on": "2026-12-01",
        "course_state": "reached",
        "came": "谈了",
        "version": "0",
        "item": "",
    },
    "relations": lambda cast: {
        "other": str(cast.li),
        "bond": "spouse",
        "household": "on",
        "introduced": "by",
        "version": "0",
        "item": "",
    },
    "round_open": lambda cast: {
        "post": "relationship",
        "round_kind": "monthly",
        "effective_on": "2099-01-05",
        "because": "人手变化",
        "leaver": "",
        "claims": "yes",
    },
    "round_limits": lambda cast: {"moves": "0", "protects": "stage"},
    "round_pin": lambda cast: {"keeper": staff_id("S02"), "only": ""},
    "round_submit": lambda cast: {"number": "1", "sure": "发布"},
    "round_send_back": lambda cast: {"because": "先缓一缓"},
    "round_revert": lambda cast: {"because": "发早了"},
    "round_drop": lambda cast: {"because": "下月再说"},
    "change_keeper": lambda cast: {"keeper": staff_id("S02"), "because": "住得近"},
    "claims_find": lambda cast: {"words": "赵桂芳"},
    "claim": lambda cast: {"customer": member_of(102), "known": "well", "because": "同小区"},
    "handover_step": lambda cast: {"step": "told", "note": "知道了，挺好"},
    "stage": lambda cast: {"stage": "habit", "current": "relied_on", "note": "半年没有来"},
    "book_line": lambda cast: {
        "stage": "habit",
        "current": "relied_on",
        "note": "半年没有来",
        "fact_kind": "interest",
        "fact": "每周三去合唱团",
        "heard_from": "customer",
        "where": "",
        "sort": "",
        "cols": "",
    },
    "stage_move": lambda cast: {
        "stage": "habit",
        "current": "relied_on",
        "note": "半年没有来",
        "board": "stage",
        "where": "",
        "sort": "",
        "cols": "",
        "group": "",
    },
}
"""Where good values depend on the address; elsewhere the heap will do."""


OTHER: dict[tuple[str, str], str] = {
    ("end_role", "grant_id"): "running_grant", ("export_make", "export_id"): "approved_export",
    ("round_approve", "round_id"): "asked_round", ("round_send_back", "round_id"): "asked_round",
    ("round_revert", "round_id"): "due_round", ("resume", "deferral_id"): "dropped",
}  # fmt: skip
"""Where an address means another kind of what it names."""


def heap(cast: Cast) -> dict[str, str]:
    """A good value for every field a form may have, whatever the form."""
    staff = {row.staff_no: str(row.public_id) for row in Staff.objects.all()}
    branch = str(Branch.objects.get(branch_no="B2").public_id)
    return {**FORM, "giver": staff["S02"], "taker": staff["S01"], "branch": branch, "customer_no": "C000101",
            "staff_no": "S02"}  # fmt: skip


def ids(cast: Cast) -> dict[str, str]:
    """Something there for every name an id has in an address."""
    staff = {row.staff_no: row for row in Staff.objects.all()}
    proposer = Staff.objects.get(staff_no=colleague(Role.HEAD))
    cover = Cover.objects.create(
        giver=staff["S02"], taker=staff["S01"], from_on=COMING, to_on=COMING, reason="休假",
        granted_by=staff["S04"], granted_at=EARLIER,
    )  # fmt: skip
    Cover.objects.create(
        giver=staff["S01"], taker=staff["S02"], from_on=COMING, to_on=COMING, reason="休假",
        granted_by=staff["S04"], granted_at=EARLIER, ended_by=staff["S04"], ended_at=EARLIER, ended_because="提前回来",
    )  # fmt: skip
    found = {
        "public_id": cast.zhao, "touch_id": contact(cast), "deferral_id": aside(cast),
        "staff_id": staff["S02"].public_id, "cover_id": cover.public_id,
        "grant_id": grant(staff["S02"], Role.SYSTEM, staff["S04"]).public_id,
        "running_grant": grant(staff["S02"], Role.BANK, staff["S04"], staff["S03"]).public_id,
        "dropped": dropped(cast), "review_id": reviewed(staff["S02"]), "promise_id": arranged(cast),
        "proposal_id": grant(staff["S02"], Role.DATA, proposer).public_id,
    }  # fmt: skip
    return {
        name: str(each)
        for name, each in {
            **found,
            **of_offices(cast),
            **of_two_files(cast),
            **of_exports(cast),
            **of_rounds(cast),
        }.items()
    }


WALK_IN, THROWN_AWAY = UUID(int=77), UUID(int=78)


def reviewed(who: Staff) -> UUID:
    """What a colleague wrote about her day."""
    row = Review.objects.create(staff=who, branch=who.branch, day_on=TODAY, best="先问近况", written_at=EARLIER)
    row.refresh_from_db(fields=["public_id"])
    return row.public_id


def dropped(cast: Cast) -> UUID:
    """A line of the day before that was dropped until one to come."""
    row = Deferral.objects.create(customer_id=LI, staff_id=cast.shen.staff_id, day_on=DAY, reason="出国",
                                  left_until=COMING, recorded_at=EARLIER)  # fmt: skip
    row.refresh_from_db(fields=["public_id"])
    return row.public_id


def arranged(cast: Cast) -> UUID:
    """A contact that stands on a day, agreed in none."""
    row = Promise.objects.create(customer_id=ZHAO, staff_id=cast.shen.staff_id, made_on=TODAY, channel="message",
                                 due_on=TODAY + timedelta(7), purpose="发资料")  # fmt: skip
    row.refresh_from_db(fields=["public_id"])
    return row.public_id


def of_two_files(cast: Cast) -> dict[str, Any]:
    """Two files that were one for a while; who came in, known and unknown, and what was thrown away."""
    shen = Staff.objects.get(staff_no="S01")
    told = {"branch": shen.branch, "keeper": shen, "wish": "开卡", "opened_by": shen, "opened_at": EARLIER,
            "opened_on": EARLIER.date()}  # fmt: skip
    Prospect.objects.create(public_id=WALK_IN, name="江望舒", phone="13900002222", **told)
    Prospect.objects.create(public_id=THROWN_AWAY, name="江远山", phone="13900003333", removed_by=shen,
                            removed_at=NOW, removed_why="重复登记", **told)  # fmt: skip
    made = Merge.objects.create(customer_id=101, joined_id=102, by=shen, merged_at=EARLIER, merged_on=EARLIER.date(),
                                split_by=shen, split_at=EARLIER)  # fmt: skip
    made.refresh_from_db()
    return {"other_id": cast.li, "merge_id": made.public_id}


def taken_off(cast: Cast) -> dict[str, Any]:
    """Something learnt that was taken off the file again."""
    said = FactWords(FactKind.LIKE, "爱喝绿茶", HeardFrom.SEEN, NOW.date())
    told: dict[str, Any] = {"by": cast.shen, "customer": cast.zhao, "now": NOW}
    living.keep_fact(said=said, today=NOW.date(), **told)
    item = next(one.item for one in facts_of(cast.shen, 101) if one.now.said == said)
    living.remove_fact(item=item, version=1, **told)
    return {"customer": str(cast.zhao), "kind": "facts", "item": str(item), "version": "2"}


def of_exports(cast: Cast) -> dict[str, Any]:
    """A list that lies ready to be taken, one that was approved, one that waits, and one that was sent back."""
    wanted = Wanted(Selection(words="赵"), ("customer_no", "name"), "csv", "review", "开会用")
    ready, approved, waits, back = (
        exports.ask(by=cast.shen, wanted=wanted, sign_in=10**9, now=EARLIER) for _ in range(4)
    )  # fmt: skip
    rows = Export.objects.for_system("a test")
    told: dict[str, Any] = {"sign_in": 10**9 + 1, "now": EARLIER}
    for made in (ready, approved):
        exports.approve(by=cast.qin, export=made, digest=rows.get(public_id=made).digest, **told)
    exports.make(by=cast.shen, export=ready, now=EARLIER)
    exports.refuse(by=cast.qin, export=back, why="列太多", **told)
    rows.update(until=EARLIER.replace(year=2099))
    return {"export_id": ready, "approved_export": approved, "asked_id": waits}


def staff_id(staff_no: str) -> str:
    """A colleague's public id."""
    return str(Staff.objects.values_list("public_id", flat=True).get(staff_no=staff_no))


def member_of(key: int) -> str:
    """A customer's key in the round that takes claims."""
    there = Member.objects.for_system("a test").filter(customer_id=key, round__state="claiming")
    return str(there.values_list("public_id", flat=True).first())


def of_rounds(cast: Cast) -> dict[str, Any]:
    """Rounds as a draft, before a second person, awaiting their day and taking claims; a claim, a handover."""
    zhou, shen = (Staff.objects.get(staff_no=number) for number in ("S02", "S01"))
    asked = {"asked_by_id": cast.qin.staff_id, "asked_at": EARLIER}
    draft, waits, due = (
        _round(103, zhou, state=state, **more)
        for state, more in (("draft", {}), ("approval", asked), ("due", {"effective_on": COMING, **asked}))
    )
    rounds.solve(by=cast.qin, round_id=draft.public_id, now=EARLIER)
    open_now = _round(101, shen, post="wealth", kind="monthly", state="claiming")
    told: dict[str, Any] = {"round": open_now, "called": "赵*芳", "tail": "0101", "tier": "A"}
    Member.objects.create(round=open_now, customer_id=102, before=shen, **FIGURES)
    claim = Claim.objects.create(customer_id=101, staff=shen, known="well", because="同乡", at=EARLIER, **told)
    handover = Handover.objects.create(
        customer_id=101, giver=shen, taker=zhou, why="swapped", effective_on=TODAY, **DONE, **told
    )
    for made in (claim, handover):
        made.refresh_from_db()
    member = Member.objects.for_system("a test").get(round=draft)
    return {"round_id": draft.public_id, "asked_round": waits.public_id, "due_round": due.public_id,
            "member_id": member.public_id, "claim_id": claim.public_id,
            "handover_id": handover.public_id}  # fmt: skip


DONE = {
    "told": "知道了",
    "told_at": EARLIER,
    "met": "喝了茶",
    "met_at": EARLIER,
    "begun": "认识了",
    "begun_at": EARLIER,
}
FIGURES = {"tier": "B", "asset_fen": 1, "maturing_fen": 0, "difficulty": 0, "trust_bp": 0, "stage": "known"}


def _round(customer: int, keeper: Staff, **given: Any) -> Round:
    """A round about one customer, whom her keeper keeps on."""
    told = {"post": keeper.post, "kind": "customer", "effective_on": TODAY, **given}
    row: Round = Round.objects.create(branch=keeper.branch, figures_on=TODAY, moves=0, opened_at=EARLIER, **told)
    row.refresh_from_db()
    Member.objects.create(round=row, customer_id=customer, before=keeper, after=keeper, **FIGURES)
    return row


def of_offices(cast: Cast) -> dict[str, Any]:
    """A person's request searched for, a clearing that waits for its second person, an alarm without an answer."""
    by = {role: Staff.objects.get(staff_no=colleague(role)) for role in (Role.PRIVACY, Role.DATA)}
    case, _other = (
        Case.objects.create(
            number=number, customer_no=customer_no, kind="copy", proof="document", asks="要副本",
            opened_by=by[Role.PRIVACY], opened_at=EARLIER, opened_on=EARLIER.date(), due_on=EARLIER.date(),
        )
        for number, customer_no in (("GX1", "C000101"), ("GX2", "C000102"))
    )  # fmt: skip
    copy = Copy(case.number, "C000101", "", "", (Section("资料", "", "", "", "", "", (), (), "一切"),))
    content = json.dumps(copy.plain(), ensure_ascii=False)
    CaseCopy.objects.create(case=case, made_at=EARLIER, made_on=EARLIER.date(), content=content, digest="0" * 64)
    Finding.objects.create(case=case, place="database", table="客户", title="资料", rows=1, position=1)
    clearing = Clearing.objects.create(
        as_of=EARLIER.date(), state="counted", asked_by=by[Role.DATA], asked_at=EARLIER, counted_at=EARLIER, policy="x"
    )
    Clearing.objects.create(as_of=EARLIER.date(), state="declined", declined="还不到期", asked_by=by[Role.DATA],
                            asked_at=EARLIER, policy="x")  # fmt: skip
    alarm = Alarm.objects.create(
        staff=Staff.objects.get(staff_no="S02"), day=EARLIER.date(), kind="surge", measure="viewed", seen=90, usual=20,
        line=60, raised_at=EARLIER, updated_at=EARLIER, policy="x",
    )  # fmt: skip
    Alarm.objects.create(
        staff=Staff.objects.get(staff_no="S02"), day=EARLIER.date(), kind="surge", measure="viewed", seen=9, usual=2,
        line=6, raised_at=EARLIER, updated_at=EARLIER, policy="x", answer="harmless", note="清查名单",
        answered_by=by[Role.DATA], answered_at=EARLIER,
    )  # fmt: skip
    Hold.objects.create(
        customer_id=101, case=case, reason="诉讼", since_on=EARLIER.date(), by=by[Role.PRIVACY], set_at=EARLIER
    )
    flag = Flag.objects.create(
        staff=Staff.objects.get(staff_no="S01"), day=EARLIER.date(), kind="bulk", seen=12, among=14, line=10,
        raised_at=EARLIER, policy="x",
    )  # fmt: skip
    Flag.objects.create(
        staff=Staff.objects.get(staff_no="S02"), day=EARLIER.date(), kind="last", seen=9, among=9, line=8,
        raised_at=EARLIER, policy="x", explained="早上开会", explained_at=EARLIER, answer="explained", note="属实",
        answered_by=by[Role.DATA], answered_at=EARLIER,
    )  # fmt: skip
    DayCount.objects.create(
        staff=Staff.objects.get(staff_no="S01"), day_on=EARLIER.date(), channel="call", attempts=3, done=2, effective=2,
        declared=2,
    )  # fmt: skip
    for made in (case, clearing, alarm, flag):
        made.refresh_from_db()
    upload = brought.laid_out("S01", Role.KEEPER.value, "台账", 7001, EARLIER)
    return {
        "upload_id": upload.public_id,
        "case_id": case.public_id,
        "clearing_id": clearing.public_id,
        "alarm_id": alarm.public_id,
        "flag_id": flag.public_id,
    }


def contact(cast: Cast) -> Any:
    """A contact of one's own of today."""
    said: dict[str, Any] = {"by": cast.shen, "customer": cast.li, "now": EARLIER, "channel": "call"}
    first = actions.record_touch(outcome="reached", request_key="asked", seconds=90, **said)
    actions.undo_touch(by=cast.shen, touch=first.touch, now=EARLIER)
    return actions.record_touch(outcome="reached", request_key="again", seconds=90, **said).touch


def aside(cast: Cast) -> Any:
    """A line of one's own that was set aside and taken back: the id of that."""
    actions.defer(by=cast.shen, customer=cast.zhao, now=EARLIER, reason="出差")
    today = queries.today(cast.shen)
    assert today is not None
    found = today.deferred[0].deferral_id
    actions.undo_deferral(by=cast.shen, deferral=found, now=EARLIER)
    return found


def grant(staff: Staff, role: Role, by: Staff, approved_by: Staff | None = None) -> RoleGrant:
    """A role proposed for somebody, and approved by a second person where one is named."""
    return RoleGrant.objects.create(
        staff=staff, role=role.value, reason="试", from_on=EARLIER.date(), proposed_by=by, proposed_at=EARLIER,
        approved_by=approved_by, approved_at=EARLIER if approved_by else None,
    )  # fmt: skip


def colleague(role: Role) -> str:
    """The number of a colleague who holds this role: proposed by one, approved by another."""
    staff = {row.staff_no: row for row in Staff.objects.all()}
    number = f"R-{role}"
    if number not in staff:
        like = staff["S04"]
        made = Staff.objects.create(staff_no=number, name=f"同事{role.zh}", branch_id=like.branch_id, post=like.post)
        if role is not Role.HEAD:
            grant(made, role, staff["S04"], staff["S03"])
    return number
