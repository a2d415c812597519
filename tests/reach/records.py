"""Open records about a customer, one of every kind that has an address or a table of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from guanhu.apps.customers.cases.models import Case, CaseCopy, Finding, Hold
from guanhu.apps.customers.cases.shapes import Copy, Section
from guanhu.apps.customers.exports import actions
from guanhu.apps.customers.exports.shapes import Selection, Wanted
from guanhu.apps.customers.models import (
    Course,
    Customer,
    Export,
    ExportFile,
    Fact,
    ImportantDay,
    Intention,
    LedgerEntry,
    LedgerImport,
    LedgerUpload,
    Merge,
    Notice,
    NotSame,
    Offer,
    Prospect,
    Relation,
    Reveal,
    SavedView,
    StageRecord,
    Visit,
)
from guanhu.apps.people.alarms.models import Alarm
from guanhu.apps.people.clearing.models import Clearing
from guanhu.apps.people.models import Cover, RoleGrant, Staff
from guanhu.apps.people.queries import viewer_of
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.models import Claim, Handover, Member, Proposal, Round
from guanhu.apps.work.models import DayCount, Deferral, Flag, Promise, Review, ReviewNote, Touch, WeekGoal
from guanhu.rules.access import Role
from guanhu.rules.exports import APPROVER
from tests.apps.uploads import brought
from tests.factories import DAY, NOW, TODAY

FIGURES = (
    "before_ppb", "after_ppb", "bound_ppb", "moves", "least_moves", "placed", "pinned", "protected", "trust_lost_bp",
    "claims", "claims_met", "claims_bp", "claims_met_bp", "claims_bound_bp", "whale_fen", "pool",
)  # fmt: skip


def of(customer: Customer, writer: Staff, sign: str) -> dict[str, Any]:
    """What the writer left open about this customer, by the name its id has in an address; the sign is in all of it."""
    told: dict[str, Any] = {"customer": customer}
    touch = Touch.objects.create(
        source="own", staff=writer, staff_no=writer.staff_no, day_on=TODAY, at_time=NOW.time(), channel="message",
        outcome="sent", said=f"{sign}说好", request_key=f"world-{customer.key}", recorded_at=NOW, **told,
    )  # fmt: skip
    aside = Deferral.objects.create(
        staff=writer, day_on=TODAY, reason=f"{sign}出差", left_until=TODAY + timedelta(20), recorded_at=NOW, **told
    )
    arranged = Promise.objects.create(
        staff=writer, made_on=TODAY, due_on=TODAY + timedelta(9), channel="call", purpose=f"{sign}要来", **told
    )
    Promise.objects.create(
        staff=writer, made_on=TODAY, made_in=touch, due_on=TODAY + timedelta(3), channel="call", purpose=f"{sign}到期",
        **told,
    )  # fmt: skip
    StageRecord.objects.create(
        source="own", stage="known", stage_on=TODAY, note=f"{sign}来过", by=writer, recorded_at=NOW, **told
    )
    ImportantDay.objects.create(
        item=customer.public_id, version=1, kind="other", whose="parent", calendar="lunar", month=9, day=9,
        person=f"{sign}老", about=f"{sign}重阳", by=writer, recorded_at=NOW, **told,
    )  # fmt: skip
    Fact.objects.create(
        item=customer.public_id, version=1, kind="need", text=f"{sign}要稳", heard_from="customer", heard_on=TODAY,
        contact=touch.public_id, whose="self", person=f"{sign}老", need_type="maintenance", need_depth="latent",
        need_facet="trouble", found_how=f"{sign}自己看出来", by=writer, recorded_at=NOW, **told,
    )  # fmt: skip
    shared = ("own", "branch", "bank")[customer.key % 3]
    SavedView.objects.for_system("the world").get_or_create(
        owner=writer, branch=writer.branch, shared=shared, title=f"常看{shared}", defaults={"saved_at": NOW}
    )
    Offer.objects.create(
        item=customer.public_id, version=1, can="not_yet", bought=f"{sign}定存", what=f"{sign}两年",
        instead=f"{sign}通知", by=writer, recorded_at=NOW, **told,
    )  # fmt: skip
    Intention.objects.create(
        item=customer.public_id, version=1, intent="renew", business=f"{sign}三年期", come_on=TODAY, by=writer,
        recorded_at=NOW, **told,
    )  # fmt: skip
    Course.objects.create(
        item=customer.public_id, version=1, kind="step", text=f"{sign}约谈", owner=f"{sign}管", due_on=TODAY,
        state="reached", result=f"{sign}谈了", by=writer, recorded_at=NOW, **told,
    )  # fmt: skip
    Reveal.objects.create(staff_no=writer.staff_no, field="phone", at=NOW, **told)
    Visit.objects.create(staff=writer, day_on=TODAY, at=NOW, purpose="cash", note=f"{sign}取钱", **told)
    other = Staff.objects.exclude(pk=writer.pk).order_by("pk")[0]
    Notice.objects.create(to=writer, by=other, what="visit", at=NOW, **told)
    ledger(customer, writer, sign)
    _walk_in(customer)
    upload = brought.laid_out(writer.staff_no, Role.KEEPER.value, sign, customer.key)
    made = {"upload_id": upload, "touch_id": touch, "deferral_id": aside, "promise_id": arranged,
            "case_id": _case(customer, writer, sign),
            "merge_id": _other_files(customer, writer)}  # fmt: skip
    return {**made, **_round(customer, writer, sign)}


def _round(customer: Customer, writer: Staff, sign: str) -> dict[str, Any]:
    """A round of the split the customer is part of, a claim for her, and a handover that the writer takes over."""
    row, _made = Round.objects.for_system("the world").get_or_create(
        branch=customer.branch, post="wealth", kind="monthly", state="claiming",
        defaults={"figures_on": TODAY, "effective_on": TODAY, "moves": 1, "opened_at": NOW},
    )  # fmt: skip
    other = Staff.objects.get(staff_no="K6")
    told = {"round": row, "customer": customer, "tier": "A"}
    member = Member.objects.create(
        asset_fen=1, maturing_fen=0, difficulty=0, trust_bp=0, stage="known", before=customer.keeper, after=other,
        why="swapped", **told,
    )  # fmt: skip
    masked = {"called": f"{sign}*", "tail": "0000"}
    claim = Claim.objects.create(staff=writer, known="well", because=f"{sign}同乡", at=NOW, **masked, **told)
    handover = Handover.objects.create(
        giver=other, taker=writer, why="swapped", effective_on=TODAY, handed_at=NOW, told=f"{sign}知道",
        met=f"{sign}见过", begun=f"{sign}破冰", **masked, **told,
    )  # fmt: skip
    _proposal(row)
    made = {"round_id": row, "member_id": member, "claim_id": claim, "handover_id": handover}
    for each in made.values():
        each.refresh_from_db(fields=["public_id"])
    return made


def _proposal(row: Round) -> None:
    told = {**dict.fromkeys((*FIGURES, "limit"), 0), "made_at": NOW, "digest": "0" * 64}
    Proposal.objects.for_system("the world").get_or_create(round=row, number=1, defaults=told)


def rounds_on_their_way(by_no: Mapping[str, Staff]) -> dict[tuple[str, str], UUID]:
    """Rounds of the home branch that wait for the region's word, and that may be taken back by the head."""
    head, now, made = by_no[f"V-{Role.HEAD.value}"], timezone.now(), {}
    for role, post, state in ((Role.REGION, "relationship", "approval"), (Role.HEAD, "lobby", "in_force")):
        row = Round.objects.create(
            branch=head.branch, post=post, kind="monthly", state=state, figures_on=TODAY, effective_on=TODAY, moves=1,
            opened_at=NOW, asked_by=head, asked_at=NOW, handed_at=now if state == "in_force" else None,
        )  # fmt: skip
        row.refresh_from_db(fields=["public_id"])
        _proposal(row)
        made[role.value, "fresh"] = row.public_id
    return made


def _walk_in(customer: Customer) -> None:
    """Two unknown persons came to where she is kept, and one of them was thrown away; they are nobody's customers."""
    told = {"branch": customer.branch, "keeper": customer.keeper, "wish": "开户", "opened_at": NOW, "opened_on": TODAY}
    for n, away in enumerate((None, NOW)):
        by = Staff.objects.get(staff_no="K1")
        gone = {"removed_at": away, "removed_by": by, "removed_why": "重复"} if away else {}
        Prospect.objects.create(public_id=uuid5(customer.public_id, str(n)), name="来客", phone="13800000000",
                                opened_by=by, **told, **gone)  # fmt: skip


def _other_files(customer: Customer, writer: Staff) -> Merge:
    """The file was merged with another and taken apart again, and with a third it is not the same."""
    others = Customer.objects.for_system("the world").exclude(key=customer.key).order_by("key")
    made = Merge.objects.create(
        customer=customer, joined=others[0], by=writer, merged_at=NOW, merged_on=TODAY, split_by=writer, split_at=NOW
    )
    made.refresh_from_db()
    if higher := others.filter(key__gt=customer.key).last():
        NotSame.objects.create(customer=customer, other=higher, by=writer, found_at=NOW)
    return made


def tie(one: Customer, other: Customer, writer: Staff) -> None:
    """A tie of one household between two customers, on both their files."""
    item = uuid5(one.public_id, str(other.public_id))
    for mine, theirs in ((one, other), (other, one)):
        Relation.objects.create(
            customer=mine, other=theirs, item=item, version=1, bond="sibling", household=True, by=writer,
            recorded_at=NOW, keeper_id=theirs.keeper_id,
        )  # fmt: skip


def ledger(customer: Customer, writer: Staff, sign: str) -> None:
    """What the writer's ledger says of the customer, and of somebody the bank does not know."""
    brought = {"keeper": writer, "branch": writer.branch}
    batch = LedgerImport.objects.create(
        by=writer, digest=f"{customer.key:064}", mapping="0" * 64, shape="0" * 64, columns="{}", rows=2, done=2,
        begun_at=NOW, touched_at=NOW, **brought,
    )  # fmt: skip
    told = {"batch": batch, "told": json.dumps({"附加信息": {"爱好": sign}}), "told_on": TODAY}
    LedgerEntry.objects.create(key=customer.key * 2 + 10**9, customer=customer, **brought, **told)
    LedgerEntry.objects.create(key=customer.key * 2 + 10**9 + 1, number=f"{sign}外", **brought, **told)


def _case(customer: Customer, writer: Staff, sign: str) -> Case:
    """A request of the person, searched for and answered with a copy, and a hold on what would be deleted."""
    case = Case.objects.create(
        number=f"GX{customer.key}", customer_no=customer.customer_no, kind="copy", proof="document",
        asks=f"{sign}要副本", opened_by=writer, opened_at=NOW, opened_on=TODAY, due_on=TODAY + timedelta(15),
    )  # fmt: skip
    Finding.objects.create(case=case, place="database", table="客户", title=sign, rows=1, position=1)
    copy = Copy(
        case.number, customer.customer_no, "", "", (Section(sign, "", "", "", "", "", (), (), f"{sign}的一切"),)
    )
    CaseCopy.objects.create(
        case=case, made_at=NOW, made_on=TODAY, content=json.dumps(copy.plain()), digest=f"{customer.key:064}"
    )
    Hold.objects.create(customer=customer, case=case, reason=f"{sign}诉讼", since_on=TODAY, by=writer, set_at=NOW)
    return case


def of_the_bank(by_no: Mapping[str, Staff]) -> dict[str, UUID]:
    """A clearing that waits for its second person, and an alarm that waits for an answer."""
    clearing = Clearing.objects.create(as_of=TODAY, state="counted", asked_by=by_no["V-data"], asked_at=NOW,
                                       counted_at=NOW, policy="matrix")  # fmt: skip
    alarm = Alarm.objects.create(staff=by_no["K1"], day=TODAY, kind="surge", measure="viewed", seen=90, usual=20,
                                 line=60, raised_at=NOW, updated_at=NOW, policy="matrix")  # fmt: skip
    for made in (clearing, alarm):
        made.refresh_from_db()
    return {"clearing_id": clearing.public_id, "alarm_id": alarm.public_id}


def of_exports(by_no: Mapping[str, Staff], others: Mapping[str, tuple[str, str]], relations: Iterable[str]) -> Ids:
    """Exports of one's own, one to be taken and one to be made; and what others ask for, waiting for each role.

    ``others``: who stands in a relation to everybody, as for colleagues.
    """
    ids: Ids = {"export_id": {}, "asked_id": {}}
    for relation in relations:
        other = by_no[others.get(relation, ("K1", ""))[0]] if relation != "deleted" else None
        row = _asked(other, Role.HEAD) if other else None
        ids["export_id"]["", relation] = ids["asked_id"]["", relation] = row.public_id if row else UUID(int=8)
    for role, approver in APPROVER.items():
        ready, approved = (_approved(by_no, role, approver) for _ in range(2))
        actions.make(by=viewer_in(by_no, role), export=ready.public_id, now=NOW)
        ids["export_id"][role.value, "own"] = ids["asked_id"][role.value, "own"] = ready.public_id
        ids["export_id"][role.value, "fresh"] = approved.public_id
        ids["asked_id"][approver.value, "fresh"] = _asked(by_no["K1"], approver).public_id
    return ids


def _approved(by_no: Mapping[str, Staff], role: Role, approver: Role) -> Export:
    """What the colleague in this role asked for, approved by somebody."""
    wanted = Wanted(Selection(), ("customer_no", "name"), "csv", "review", "矩阵")
    made = actions.ask(by=viewer_in(by_no, role), wanted=wanted, sign_in=1, now=NOW)
    row = Export.objects.for_system("the world").get(public_id=made)
    row.state, row.approved, row.decided_by, row.decided_at = "approved", row.digest, by_no["K5"], NOW
    row.decided_role, row.decided_in = approver.value, 2
    row.save()
    return row


def _asked(who: Staff, approver: Role) -> Export:
    """What somebody else asks for."""
    row = Export.objects.create(
        number=f"DX{Export.objects.for_system('the world').count()}", asked_by=who, asked_role=Role.KEEPER, asked_in=1,
        asked_at=NOW, branch=who.branch, selection="{}", columns=["name"], kind="csv", purpose="review", reason="矩阵",
        rows=1, digest="d" * 32, approver=approver.value, until=NOW + timedelta(1),
    )  # fmt: skip
    ExportFile.objects.create(export=row, number=row.number, keys="[]")
    row.refresh_from_db()
    return row


def viewer_in(by_no: Mapping[str, Staff], role: Role) -> Viewer:
    """The colleague who works in this role."""
    found = viewer_of(by_no[f"V-{role.value}"], role, TODAY)
    assert found is not None
    return found


def forget(customer: Customer) -> None:
    """Delete a customer with everything that hangs on her."""
    Hold.objects.for_system("the world").filter(customer=customer).delete()
    walk_ins = [uuid5(customer.public_id, str(n)) for n in range(2)]
    Prospect.objects.for_system("the world").filter(pk__in=walk_ins).delete()
    Case.objects.for_system("the world").filter(customer_no=customer.customer_no).delete()
    LedgerUpload.objects.for_system("the world").filter(key=customer.key).delete()
    customer.delete()


Ids = dict[str, dict[tuple[str, str], UUID]]


def of_colleagues(by_no: Mapping[str, Staff], relations: Mapping[str, tuple[str, str]]) -> Ids:
    """A colleague in each relation, a cover of hers to come, a role proposed for her; one of them is gone again."""
    ids: Ids = {"staff_id": {}, "cover_id": {}, "grant_id": {}, "proposal_id": {}, "flag_id": {}}
    told = [("", relation, by_no[who], by_no.get(taker)) for relation, (who, taker) in relations.items()]
    told += [(role.value, "own", by_no[f"V-{role.value}"], by_no["K3"]) for role in Role]
    for of, relation, who, taker in told:
        ids["staff_id"][of, relation] = who.public_id
        flag = _counted(who)
        ids["flag_id"][of, relation] = flag.public_id
        cover = _cover(who, taker) if taker else Cover.objects.filter(giver=who).order_by("pk")[0]
        ids["cover_id"][of, relation] = cover.public_id
        wanted = Role.REGION if who.staff_no == "V-bank" else Role.BANK
        grant = _proposed(who, by_no["K1" if who.staff_no != "K1" else "K3"], wanted)
        ids["grant_id"][of, relation] = ids["proposal_id"][of, relation] = grant.public_id
        if relation == "deleted":
            DayCount.objects.for_system("the world").filter(staff=who).delete()
            flag.delete()
            grant.delete()
            cover.delete()
            who.delete()
    for role in Role:  # one proposal made by each for the same colleague
        if role is not Role.BANK:
            mine = _proposed(by_no["K3"], by_no[f"V-{role.value}"], role)
            ids["proposal_id"][role.value, "fresh"] = mine.public_id
    running = RoleGrant.objects.filter(public_id=ids["grant_id"]["", "branch"])
    running.update(approved_by=by_no["K5"], approved_at=NOW)
    RoleGrant.objects.filter(staff=by_no["K3"], role=Role.BANK.value).update(proposed_by=by_no["V-bank"])
    return ids


def of_days(by_no: Mapping[str, Staff], relations: Mapping[str, tuple[str, str]]) -> Ids:
    """What a colleague in each relation wrote about her day, with a comment by somebody else; one of them is gone."""
    ids: Ids = {"review_id": {}}
    told = [("", relation, by_no.get(who)) for relation, (who, _taker) in relations.items()]
    told += [(role.value, "own", by_no[f"V-{role.value}"]) for role in Role]
    for of, relation, who in told:
        if who is None:  # the deleted one
            ids["review_id"][of, relation] = UUID(int=9)
            continue
        row, made = Review.objects.for_system("the world").get_or_create(
            staff=who, day_on=TODAY, defaults={"branch": who.branch, "best": "先问近况", "written_at": NOW}
        )
        if made:
            other = by_no["K1" if who.staff_no != "K1" else "K3"]
            WeekGoal.objects.create(staff=who, week_on=DAY, contacts=60, meetings=5, said="多见面", set_at=NOW)
            ReviewNote.objects.create(review=row, by=other, said="开场好", at=NOW)
            row.refresh_from_db(fields=["public_id"])
        ids["review_id"][of, relation] = row.public_id
    return ids


def _counted(who: Staff) -> Flag:
    """A day of hers in numbers, and a flag on it that waits for a word; once for each colleague."""
    for channel in ("call", "message"):
        DayCount.objects.for_system("the world").get_or_create(
            staff=who, day_on=TODAY, channel=channel, defaults={"attempts": 3, "done": 2, "effective": 1, "declared": 1}
        )
    told = {"seen": 12, "among": 14, "line": 10, "raised_at": NOW, "policy": "matrix"}
    flag, _new = Flag.objects.for_system("the world").get_or_create(staff=who, day=TODAY, kind="bulk", defaults=told)
    flag.refresh_from_db()
    return flag


def every_contact_behind_flags() -> None:
    """As if each flag rested on every contact of the bank: a page must leave out those of customers out of reach."""
    keys = list(Touch.objects.for_system("the world").values_list("pk", flat=True))
    Flag.objects.for_system("the world").update(contacts=keys)


def _cover(giver: Staff, taker: Staff) -> Cover:
    days = {"from_on": TODAY + timedelta(20), "to_on": TODAY + timedelta(25)}
    made = Cover.objects.create(giver=giver, taker=taker, reason="矩阵", granted_by=giver, granted_at=NOW, **days)
    made.refresh_from_db()
    return made


def _proposed(staff: Staff, by: Staff, role: Role) -> RoleGrant:
    told = {"role": role.value, "reason": "矩阵", "from_on": TODAY, "proposed_at": NOW}
    made = RoleGrant.objects.create(staff=staff, proposed_by=by, **told)
    made.refresh_from_db()
    return made
