"""What of rounds, claims and handovers falls due, and when."""

from __future__ import annotations

from guanhu.apps.people.falling import Falling
from guanhu.apps.portfolio.models import Claim, Handover, Member
from guanhu.rules.privacy import Keep

FALLING: tuple[Falling, ...] = (
    Falling(Claim, Keep.THIRTEEN_MONTHS, "认领", "at", person="customer_id"),
    Falling(Member, Keep.THIRTEEN_MONTHS, "分户方案中的客户", "round__opened_at", person="customer_id"),
    Falling(Handover, Keep.FIVE_YEARS, "交接", "effective_on", person="customer_id"),
)
