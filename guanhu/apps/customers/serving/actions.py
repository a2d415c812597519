"""Writing: what we offer for a need, and the goals and steps of the plan for one customer."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.actions import locked
from guanhu.apps.customers.living.actions import not_to_be_written
from guanhu.apps.customers.living.wordings import actions as wordings
from guanhu.apps.customers.models import Course, Customer, Fact, Intention, Offer
from guanhu.apps.customers.queries import holdings_of
from guanhu.apps.customers.serving.queries import item_of
from guanhu.apps.customers.serving.shapes import CourseWords, IntentionWords, OfferWords
from guanhu.apps.people import policy
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.queries import shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.living import FactKind
from guanhu.rules.serving import needs_alternative, needs_day, needs_result


@recorded
def keep_offer(*, by: Viewer, customer: UUID, said: OfferWords, now: datetime, item: UUID, version: int = 0) -> None:
    """Say what we can offer for a need, or the next wording of it; ``version`` is the wording the writer saw. P9.

    Raises ``Refused`` with what is wrong, ``Conflict`` when somebody wrote a later wording, ``Invisible`` for what is
    no need of hers. The same form twice is once.
    """
    row = locked(by, customer, in_force=True)
    _require_need(by, row, item)
    wrong: dict[str, str] = {}
    if needs_alternative(said.can) and not said.instead:
        wrong["instead"] = _("暂不可时写一句替代的办法")
    if not needs_alternative(said.can) and not said.what:
        wrong["what"] = _("写一句可以提供什么")
    wrong |= not_to_be_written(bought=said.bought, what=said.what, instead=said.instead)
    if wrong:
        raise Refused(wrong)
    wordings.keep(Offer, by, row, said, now, item=item, version=version, most=0)


@recorded
def keep_intention(
    *, by: Viewer, customer: UUID, said: IntentionWords, today: date, now: datetime, item: UUID, version: int = 0
) -> None:
    """Say what a customer will do when something she holds matures, or the next wording of it. P130.

    ``item``: the holding's (``queries.item_of``). Raises ``Refused`` with what is wrong, ``Conflict`` when somebody
    wrote a later wording, ``Invisible`` for what she does not hold. The same form twice is once.
    """
    row = locked(by, customer, in_force=True)
    _require_held(by, row, item)
    wrong = not_to_be_written(business=said.business)
    if said.come_at and not said.come_on:
        wrong["come_on"] = _("写了几点，也写哪天来办")
    if said.come_on and said.come_on < today:
        wrong["come_on"] = _("来办的日子不能早于今天")
    if wrong:
        raise Refused(wrong)
    wordings.keep(Intention, by, row, said, now, item=item, version=version, most=0)


def _require_held(by: Viewer, row: Customer, item: UUID) -> None:
    """Refuse to speak of what this customer does not hold, or what has no day it matures on."""
    day = shown(by.branch_id)
    held = holdings_of(by, day, *wordings.numbers_of(by, row)) if day else []
    if item not in {item_of(one.holding_key) for one in held if one.matures_on}:
        raise Invisible(str(item))


@recorded
def keep_course(
    *, by: Viewer, customer: UUID, said: CourseWords, now: datetime, item: UUID | None = None, version: int = 0
) -> None:
    """Write a goal or a step of the plan for a customer, or its next wording; otherwise as for a date. P174."""
    row = locked(by, customer, in_force=True)
    wrong: dict[str, str] = {}
    if not said.text:
        wrong["text"] = _("写一句要做到什么")
    if needs_day(said.kind, said.state) and said.due_on is None:
        wrong["due_on"] = _("步骤要写哪天之前做")
    if needs_result(said.state) and not said.result:
        wrong["result"] = _("写一句结果怎样")
    wrong |= not_to_be_written(text=said.text, owner=said.owner, result=said.result)
    if wrong:
        raise Refused(wrong)
    wordings.keep(Course, by, row, said, now, item=item, version=version, most=policy.in_force().file_courses)


@recorded
def remove_course(*, by: Viewer, customer: UUID, item: UUID, version: int, now: datetime) -> None:
    """Take a goal or a step off the plan; what it said stays in its history. Twice is once."""
    wordings.remove(Course, by, locked(by, customer, in_force=True), now, item=item, version=version)


def _require_need(by: Viewer, row: Customer, item: UUID) -> None:
    """Refuse an answer to what is not, or no longer, a need of this customer."""
    keys = wordings.numbers_of(by, row)
    last = Fact.objects.seen_by(by).filter(customer_id__in=keys, item=item).order_by("-version", "-pk").first()
    if last is None or last.removed or last.kind != FactKind.NEED:
        raise Invisible(str(item))
