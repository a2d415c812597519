"""Reading: the customer whose number was presented at the counter, as little of her as the counter needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from guanhu.apps.audit import trail
from guanhu.apps.customers import queries as customers
from guanhu.apps.customers.models import Customer, Standing
from guanhu.apps.people.personal import shown as shown_as
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.models import Opportunity
from guanhu.rules.access import Reach
from guanhu.rules.complaints import is_complaint_open
from guanhu.rules.days import day_number
from guanhu.rules.kinds import ConsentPurpose, TrailAction
from guanhu.rules.privacy import form_of


@dataclass(frozen=True)
class Present:
    """The customer at the counter: nothing of what she has, only who looks after her and whether to send her there."""

    name: str
    """Masked."""
    kind: str
    entitlement: str
    """Empty before the first night."""
    keeper: str
    """Empty: nobody keeps her yet."""
    offers_due: bool


def at_counter(viewer: Viewer) -> Present | None:
    """柜面查一位: the customer with the number this request is bound to, in the viewer's branch.

    Null for a number nobody has and for a customer of another branch alike. Every look is on the trail: whom it
    showed, or the number's keyed hash where it showed nobody. Reliability §7.
    """
    if viewer.reach is not Reach.ONE or not viewer.number:
        return None
    now = shown(viewer.branch_id)
    seen = Customer.objects.seen_by(viewer).defer(*customers.SEALED).select_related("keeper")
    row: Customer | None = seen.first()
    if row is None:
        trail.note(viewer, TrailAction.SEARCH, object=("customer", ""), fields=("customer_no",),
                   after={"customer_no": viewer.number}, result="nobody")  # fmt: skip
        return None
    trail.note(viewer, TrailAction.CUSTOMER_VIEW, person=row.key, object=("customer", str(row.public_id)),
               fields=("name", "entitlement", "keeper"))  # fmt: skip
    return Present(
        name=shown_as(Customer, "name", row.name, form_of(viewer), kind=row.kind),
        kind=row.kind,
        entitlement=_entitlement(viewer, now, row.key),
        keeper=row.keeper.name if row.keeper else "",
        offers_due=now is not None and _offers_due(viewer, now, row.key),
    )


def _entitlement(viewer: Viewer, now: Shown | None, key: int) -> str:
    rows = Standing.objects.seen_by(viewer).filter(customer_id=key, night_id=now.night_id if now else None)
    return str(rows.values_list("entitlement", flat=True).first() or "")


def _offers_due(viewer: Viewer, now: Shown, key: int) -> bool:
    """Is there a reason to see her keeper today? Marketing only where she agreed to it; none while she complains."""
    today = day_number(now.today)
    complaints = customers.complaints_of(viewer, key)
    if any(is_complaint_open(day_number(opened), day_number(closed) if closed else None, today)
           for opened, closed in complaints):  # fmt: skip
        return False
    rows = Opportunity.objects.seen_by(viewer).filter(night_id=now.night_id, customer_id=key)
    open_rows = rows.filter(Q(expires_on=None) | Q(expires_on__gte=now.today))
    words = {row.purpose: row.granted for row in customers.consents_of(viewer, key)}
    if not words.get(ConsentPurpose.MARKETING):
        open_rows = open_rows.filter(marketing=False)
    return bool(open_rows.exists())
