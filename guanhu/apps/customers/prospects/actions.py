"""Writing: somebody unknown came in, and who was written down so is thrown away and put back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.customers.living.actions import not_to_be_written
from guanhu.apps.customers.models import Customer, Prospect
from guanhu.apps.customers.prospects.queries import kind_of
from guanhu.apps.people import policy, vault
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.models import Branch
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import TrailAction

NAME_LENGTH, WISH_LENGTH, WHY_LENGTH = 60, 120, 60


@trail.recorded
def open_prospect(
    *, by: Viewer, presented: str, name: str, wish: str, today: date, now: datetime
) -> UUID:  # fmt: skip
    """Register somebody unknown who came in, by the phone or identity number she presented; the same one is once a day.

    Raises ``Refused`` when a customer of the branch has this number, for a number that is neither, or without a name.
    """
    kind = kind_of(presented)
    hashed = None if kind == "customer_no" else vault.look_for(Prospect, f"{kind}_hash", presented)
    wrong = {}
    if hashed is None:
        wrong["presented"] = _("登记潜在客户要手机或证件号码，一位不差")
    if not name.strip() or len(name) > NAME_LENGTH:
        wrong["name"] = _("请填姓名，不超过 %(n)s 个字") % {"n": NAME_LENGTH}
    if wrong or hashed is None:
        raise Refused(wrong)
    if Customer.objects.seen_by(by).exists():
        raise Refused({"presented": _("这个号码就是本网点的客户，请重新查询后引荐给管户人")})
    _require_sound(name=name, wish=wish)
    branch = Branch.objects.get(pk=by.branch_id)
    public_id = uuid5(branch.public_id, f"{today} {hashed.hex()}")  # of the keyed hash: the number cannot be tried out
    row = Prospect(
        public_id=public_id, branch=branch, name=name.strip(), wish=wish.strip(), opened_by_id=by.staff_id,
        opened_at=now, opened_on=today, **{kind: presented.strip()},
    )  # fmt: skip
    Prospect.objects.bulk_create([row], ignore_conflicts=True)
    trail.note(by, TrailAction.PROSPECT, object=("prospect", str(public_id)), fields=(kind,))
    return public_id


@trail.recorded
def remove(*, by: Viewer, prospects: Collection[UUID], why: str, now: datetime) -> int:
    """Move prospects to the bin, from where they come back for some days; how many went. Twice is once.

    Raises ``Refused`` without a reason, and where one of them is not in reach: then none of them goes.
    """
    if not why.strip() or len(why) > WHY_LENGTH:
        raise Refused({"why": _("写一句为什么移走，不超过 %(n)s 个字") % {"n": WHY_LENGTH}})
    _require_sound(why=why)
    rows = _held(by, prospects)
    gone = [row for row in rows if row.removed_at is None]
    for row in gone:
        row.removed_at, row.removed_by_id, row.removed_why = now, by.staff_id, why.strip()
        row.save(update_fields=["removed_at", "removed_by", "removed_why"])
        trail.note(by, TrailAction.BIN, object=("prospect", str(row.public_id)), after={"why": why.strip()})
    return len(gone)


@trail.recorded
def restore(*, by: Viewer, prospects: Collection[UUID], now: datetime) -> int:
    """Put prospects back as they were; how many came. Twice is once.

    Raises ``Refused`` when one has lain there too long or is not in reach: then none comes.
    """
    back = [row for row in _held(by, prospects) if row.removed_at is not None]
    days = policy.in_force().bin_days
    if any(now > row.removed_at + timedelta(days=days) for row in back if row.removed_at):
        raise Refused({"prospects": _("移走已过 %(n)s 天，不能再恢复") % {"n": days}})
    for row in back:
        row.removed_at = row.removed_by = None
        row.removed_why = ""
        row.save(update_fields=["removed_at", "removed_by", "removed_why"])
        trail.note(by, TrailAction.UNBIN, object=("prospect", str(row.public_id)))
    return len(back)


def _held(by: Viewer, wanted: Collection[UUID]) -> list[Prospect]:
    """These prospects, held until the transaction ends; ``Refused`` unless all of them are in reach."""
    found = Prospect.objects.seen_by(by).filter(pk__in=set(wanted)).select_for_update().order_by("pk")
    rows = list(found)
    if not rows or len(rows) != len(set(wanted)):
        raise Refused({"prospects": _("有的已不在你能看到的范围；什么都没有动，请刷新后再选")})
    return rows


def _require_sound(**texts: str) -> None:
    """What has no place in free text is refused, and so is a wish that fills a page."""
    wrong = not_to_be_written(consented=False, **texts)
    wrong |= {name: _("请不超过 %(n)s 个字") % {"n": WISH_LENGTH} for name, text in texts.items()
              if len(text) > WISH_LENGTH}  # fmt: skip
    if wrong:
        raise Refused(wrong)
