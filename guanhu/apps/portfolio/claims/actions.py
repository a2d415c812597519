"""Writing: a colleague asks for a customer she knows, or takes it back; the head settles where two ask for one. P45."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people import policy as bank
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.calling import called
from guanhu.apps.portfolio.claims.queries import found_by, rounds_open
from guanhu.apps.portfolio.models import Claim, Round
from guanhu.rules.access import Permission, require
from guanhu.rules.kinds import Post, TrailAction
from guanhu.rules.portfolio import WHOLE_BP
from guanhu.rules.rounds import Acquaintance, RoundState

LONGEST = 120


@trail.recorded
def claim(*, by: Viewer, member: str, known: str, because: str, now: datetime) -> Claim:
    """认领: ask to keep this member of the round, in the open: how well she is known, and from where.

    Asked for again it says the last. Raises ``Conflict`` where no claims are open, ``Refused`` for whom the round does
    not hold, without a reason, and past what one may choose at all.
    """
    seen = require(by, Permission.CLAIM_WRITE)
    row = rounds_open(seen).first()
    if row is None:
        raise Conflict(_("现在没有在认领的一轮，可能刚刚求解了"))
    found = [one for one in found_by(row.pk, member.strip()) if str(one[1]) == member.strip()]
    wrong = {
        "customer": "" if found else _("这一轮里没有这位客户：请核对姓名或客户号"),
        "known": "" if known in set(Acquaintance) else _("选出熟悉的程度"),
        "because": "" if 0 < len(because.strip()) <= LONGEST else _("写下怎么熟的，不超过 %(n)s 个字") % {"n": LONGEST},
    }  # fmt: skip
    if any(wrong.values()):
        raise Refused({name: says for name, says in wrong.items() if says})
    key, _member, number, name, kind, tier, _keeper = found[0]
    mine = Claim.objects.seen_by(seen).filter(round=row, staff_id=by.staff_id, withdrawn_at=None)
    mine.filter(customer_id=key).update(withdrawn_at=now)
    _refuse_greed(row, mine.count())
    made: Claim = Claim.objects.create(
        round=row, customer_id=key, staff_id=by.staff_id, called=called(name, kind), tail=number[-4:], tier=tier,
        known=known, because=because.strip(), at=now,
    )  # fmt: skip
    trail.note(by, TrailAction.CLAIM, object=("round", str(row.public_id)), person=key, fields=("claimed",))
    return made


def _refuse_greed(row: Round, mine: int) -> None:
    """Twice what may be met at most: a wish list longer than that tells nothing. P45."""
    policy = bank.in_force()
    most = max(1, 2 * policy.post_capacity[Post(row.post)] * policy.round_claims_count_bp // WHOLE_BP)
    if mine >= most:
        raise Refused({"customer": _("已认领 %(n)s 户，到上限了：先收回几户") % {"n": mine}})


@trail.recorded
def withdraw(*, by: Viewer, claim: UUID, now: datetime) -> None:
    """收回认领; twice is once. Raises ``Invisible`` for a claim that is not hers or whose round is past claims."""
    seen = require(by, Permission.CLAIM_WRITE)
    mine = Claim.objects.seen_by(seen).filter(public_id=claim, staff_id=by.staff_id, round__state=RoundState.CLAIMING)
    row = mine.select_related("round").first()
    if row is None:
        raise Invisible(str(claim))
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        trail.note(by, TrailAction.CLAIM, object=("round", str(row.round.public_id)), person=row.customer_id,
                   fields=("withdrawn",))  # fmt: skip
