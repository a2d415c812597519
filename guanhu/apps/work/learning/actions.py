"""Writing: a contact with what it taught: known facts confirmed, one more learnt; all of it, or nothing. P19."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.living.actions import keep_fact
from guanhu.apps.customers.living.queries import facts_of
from guanhu.apps.customers.living.shapes import FactWords
from guanhu.apps.customers.queries import customer_of, keys_of
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.actions import record_touch
from guanhu.apps.work.lines import ANSWERED
from guanhu.apps.work.shapes import Recorded
from guanhu.rules.living import FactKind, HeardFrom

PLAIN = (FactKind.INTEREST, FactKind.LIKE, FactKind.BEST_TIME, FactKind.PERSONALITY, FactKind.NATIVE_PLACE,
         FactKind.SCHOOL, FactKind.BUSINESS)  # fmt: skip
"""What one line says whole; a need and a close person have a form of their own in the file."""


def record_and_learn(
    *, confirmed: Sequence[tuple[UUID, int]] = (), learnt: tuple[str, str] = ("", ""), **contact: Any
) -> Recorded:
    """Write down one contact as ``record_touch`` does, and with it what it confirmed and taught.

    ``confirmed``: facts the customer said still hold, each with the wording the writer saw; where somebody wrote a
    later wording since, that one stands and nothing is confirmed · ``learnt``: the kind and the words of one more.
    Raises ``Refused`` also where nobody spoke in the contact. Sent twice it is once.
    """
    said = (learnt[0], learnt[1].strip())
    return _record_with(confirmed, said, **contact) if confirmed or said[1] else record_touch(**contact)


@recorded
def _record_with(
    confirmed: Sequence[tuple[UUID, int]], learnt: tuple[str, str], *, by: Viewer, customer: UUID, now: datetime,
    outcome: str, **contact: Any,
) -> Recorded:  # fmt: skip
    done = record_touch(by=by, customer=customer, now=now, outcome=outcome, **contact)
    if done.already:
        return done
    if outcome not in ANSWERED:
        raise Refused({"learnt": _("没有说上话，核对和了解到的先空着，接通以后再记")})
    told: dict[str, Any] = {"by": by, "customer": customer, "today": done.customer.day, "now": now}
    _confirm(by, customer, confirmed, done.touch, told)
    kind, text = learnt
    if text:
        if kind not in PLAIN:
            raise Refused({"learnt": _("选一下这是哪一方面的情况")})
        said = FactWords(FactKind(kind), text, HeardFrom.CUSTOMER, done.customer.day, done.touch)
        keep_fact(said=said, **told)
    return done


def _confirm(
    by: Viewer, customer: UUID, confirmed: Sequence[tuple[UUID, int]], touch: UUID, told: dict[str, Any]
) -> None:
    """The next wording of each: the same words, heard today in this contact."""
    row = customer_of(by, customer)
    if row is None:
        raise Invisible(str(customer))
    held = {(each.item, each.version): each for each in facts_of(by, *keys_of(row))}
    for item, version in dict.fromkeys(confirmed):
        fact = held.get((item, version))
        if fact is not None:
            said = replace(fact.now.said, heard_on=told["today"], contact=touch, heard_from=HeardFrom.CUSTOMER)
            keep_fact(said=said, item=item, version=version, **told)
