"""Open records about a customer, one of every kind that has an address or a table of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from guanhu.apps.customers.cases.models import Case, CaseCopy, Finding, Hold
from guanhu.apps.customers.models import Customer, Reveal, StageRecord
from guanhu.apps.people.models import Staff
from guanhu.apps.work.models import Deferral, Promise, Touch
from tests.factories import NOW, TODAY


def of(customer: Customer, writer: Staff, sign: str) -> dict[str, Any]:
    """What the writer left open about this customer, by the name its id has in an address; the sign is in all of it."""
    told: dict[str, Any] = {"customer": customer}
    touch = Touch.objects.create(
        source="own", staff=writer, staff_no=writer.staff_no, day_on=TODAY, at_time=NOW.time(), channel="message",
        outcome="sent", said=f"{sign}说好", request_key=f"world-{customer.key}", recorded_at=NOW, **told,
    )  # fmt: skip
    aside = Deferral.objects.create(staff=writer, day_on=TODAY, reason=f"{sign}出差", recorded_at=NOW, **told)
    Promise.objects.create(
        staff=writer, made_on=TODAY, made_in=touch, due_on=TODAY + timedelta(3), channel="call", purpose=f"{sign}到期",
        **told,
    )  # fmt: skip
    StageRecord.objects.create(
        source="own", stage="known", stage_on=TODAY, note=f"{sign}来过", by=writer, recorded_at=NOW, **told
    )
    Reveal.objects.create(staff_no=writer.staff_no, field="phone", at=NOW, **told)
    return {"touch_id": touch, "deferral_id": aside, "case_id": _case(customer, writer, sign)}


def _case(customer: Customer, writer: Staff, sign: str) -> Case:
    """A request of the person, searched for and answered with a copy, and a hold on what would be deleted."""
    case = Case.objects.create(
        number=f"GX{customer.key}", customer_no=customer.customer_no, kind="copy", proof="document",
        asks=f"{sign}要副本", opened_by=writer, opened_at=NOW, opened_on=TODAY, due_on=TODAY + timedelta(15),
    )  # fmt: skip
    Finding.objects.create(case=case, place="database", table="客户", title=sign, rows=1, position=1)
    CaseCopy.objects.create(
        case=case, made_at=NOW, made_on=TODAY, content=f"{sign}的一切", digest=f"{customer.key:064}"
    )
    Hold.objects.create(customer=customer, case=case, reason=f"{sign}诉讼", since_on=TODAY, by=writer, set_at=NOW)
    return case


def forget(customer: Customer) -> None:
    """Delete a customer with everything that hangs on her."""
    Hold.objects.for_system("the world").filter(customer=customer).delete()
    Case.objects.for_system("the world").filter(customer_no=customer.customer_no).delete()
    customer.delete()
