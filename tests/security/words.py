"""Every place where somebody's text is kept, and a bank in which each has a row: texts are put there, pages shown.

The fields are enumerated from the models. What is no text of anybody's but a code of a closed list stands in ``CODES``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from django.apps import apps
from django.db import models

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.cases.models import CaseCopy
from guanhu.apps.customers.cases.shapes import Column, Copy, Section
from guanhu.apps.customers.living import actions as living
from guanhu.apps.customers.living import queries as living_queries
from guanhu.apps.customers.living.shapes import DayWords, FactWords
from guanhu.apps.customers.models import Account, Customer, Export, LedgerRefusal, LedgerUpload
from guanhu.apps.customers.relations import actions as relations
from guanhu.apps.customers.relations.shapes import TieWords
from guanhu.apps.customers.serving import actions as serving
from guanhu.apps.customers.serving.shapes import CourseWords, IntentionWords, OfferWords
from guanhu.apps.customers.uploads.shapes import UploadTold
from guanhu.apps.customers.visits.actions import note_visit
from guanhu.apps.people.vault import LookupField
from guanhu.apps.work import actions as work
from guanhu.apps.work.arranging import actions as arranging
from guanhu.apps.work.evening import actions as evening
from guanhu.apps.work.evening.models import Review
from guanhu.apps.work.shapes import NextStep
from guanhu.feeds.errors import Problem
from guanhu.feeds.intake import Quarantined as KeptAside
from guanhu.rules.access import Reach
from guanhu.rules.kinds import Calendar
from guanhu.rules.living import DateKind, FactKind, HeardFrom, NeedDepth, NeedFacet, NeedType, Whose
from guanhu.rules.privacy import DataClass, MaskKind, RevealField
from guanhu.rules.relations import Bond
from guanhu.rules.serving import CanOffer, CourseKind, CourseState, Intent
from tests import cast as people
from tests.cast import CUSTOMERS, LI, ZHAO, Cast
from tests.factories import DAY, TODAY, contact_row
from tests.journeys.mornings import FIRST, full_morning
from tests.security.asking import Asked
from tests.security.examples import EARLIER, matures

HER_NUMBER = (Customer, Customer._meta.get_field("customer_no"))
SHORTEST = 30
"""A text that holds fewer signs holds no attack."""
CODES = {
    "catalog.Product": ("product_no",),
    "people.Looked": ("staff_no",),
    "people.Alarm": ("policy",),
    "work.Flag": ("policy",),
    "people.Clearing": ("policy",),
    "people.ClearingPart": ("table", "title"),
    "people.Night": ("policy", "code"),
    "people.Staff": ("password",),
    "people.SignIn": ("session_hash", "address", "agent_hash"),
    "people.PasswordUsed": ("password",),
    "people.SecondFactor": ("key",),
    "people.RecoveryCode": ("code",),
    "customers.Case": ("search_step",),
    "customers.Customer": ("found_as",),
    "customers.LedgerImport": ("digest", "mapping", "shape", "columns"),
    "customers.LedgerEntry": ("line",),
    "customers.Export": ("digest", "approved"),
    "customers.ExportFile": ("keys", "content", "digest"),
    "customers.LedgerUpload": ("digest", "fault"),
    "customers.Finding": ("table", "title"),
    "customers.CaseCopy": ("digest",),
    "customers.Reveal": ("staff_no",),
    "customers.Standing": ("policy",),
    "work.Opportunity": ("policy",),
    "work.PlanLine": ("policy",),
    "work.Touch": ("request_key",),
}
"""Texts drawn or written by the program itself: keys, hashes, versions, names of its own tables."""
PRODUCT = "三年期定期存款"
OF_THE_TRAIL = "audit"
"""The trail cannot be rewritten, by nobody: what stands there came through an action, and is tried there."""


def fields() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every field in which a text of somebody's may stand."""
    for model in apps.get_models():
        if model.__module__.startswith("guanhu.") and model._meta.app_label != OF_THE_TRAIL:
            for field in model._meta.concrete_fields:
                if is_text(field) and field.name not in CODES.get(model._meta.label, ()):
                    yield model, field


def is_text(field: models.Field) -> bool:
    """Does it take any text long enough, and no word of a closed list?"""
    if field.choices or isinstance(field, LookupField):
        return False
    sealed = type(field).__name__ == "SealedField"
    longest = field.max_length or 10_000
    return (isinstance(field, models.CharField | models.TextField) or sealed) and longest >= SHORTEST


def name_of(model: type[models.Model], field: models.Field) -> str:
    return f"{model._meta.label}.{field.name}"


def put(text_for: Callable[[type[models.Model], models.Field], str]) -> None:
    """Write a text into every such field of every row; where each must be another, its key comes behind."""
    for model, field in fields():
        for row in rows_of(model, field):
            room = field.max_length or 10_000
            text = text_for(model, field)
            single = field.unique or any(
                field.name in each.fields and each.condition is None
                for each in model._meta.constraints
                if isinstance(each, models.UniqueConstraint)
            )
            text = f"{text[: room - 12]}{row.pk}"[:room] if single else text[:room]
            text = WRAPPED[type(row)](text) if type(row) in WRAPPED else text
            text = json.dumps({"words": text}) if isinstance(row, Export) and field.name == "selection" else text
            text = text_for(*HER_NUMBER)[:room] if field.name == "customer_no" and is_hers(row) else text
            setattr(row, field.attname, text)
            row.save(update_fields=[field.attname])


def a_copy(text: str) -> str:
    """What a person gets to read of herself, with this text wherever it has one."""
    columns = (Column(text, DataClass.C2.value, MaskKind.OPEN.value),)
    section = Section(text, text, text, text, text, text, columns, ((text,),), text)
    return json.dumps(Copy(text, text, text, text, (section,)).plain())


def an_upload(text: str) -> str:
    """What a ledger tells of itself, with this text wherever it has one."""
    fields = {text: "extra", "手机": "phone"}
    return UploadTold(text, text, text, text, (text,), (text, "手机"), 1, ((text,), ()), fields, stopped=text).plain()


WRAPPED: dict[type[models.Model], Callable[[str], str]] = {
    CaseCopy: a_copy, LedgerUpload: an_upload,
    LedgerRefusal: lambda text: json.dumps([text] * 4),
}  # fmt: skip
"""Records whose sealed text is made of many; every text of one of these is."""


def rows_of(model: type[models.Model], field: models.Field) -> Any:
    """The rows a text is put into; one holding keeps the number of its product, so that the product's name is shown."""
    rows = model._base_manager.all()
    return rows.exclude(product_no=PRODUCT) if (model.__name__, field.name) == ("Holding", "product_no") else rows


def is_hers(row: models.Model) -> bool:
    """赵桂芳, and her request, which is found by her number."""
    return getattr(row, "key", 0) == ZHAO or getattr(row, "number", "") == "GX1"


def deliver() -> None:
    """The bank delivers a row of everything, and a morning with every reason on the list."""
    full_morning()
    reached = {"phone": "13812342716", "email": "a@b.cn", "address": "某市某路 1 号", "id_no": "360102196303050428"}
    rows = [{**row, **(reached if row["customer"] in (ZHAO, LI) else {})} for row in CUSTOMERS]
    customers.take_in(people.persons(
        customers=rows,
        accounts=[{"account": 5001, "customer": ZHAO, "account_no": "6222020200001122", "card_no": "6217000011112222",
                   "kind": "deposit", "account_class": "1", "opened_on": date(2023, 12, 1), "closed_on": None}],
        complaints=[{"complaint": 601, "customer": ZHAO, "opened_on": date(2026, 11, 20), "closed_on": None,
                     "subject": "到账慢"}],
        products=[{"product_no": PRODUCT, "name": "三年定期", "kind": "deposit", "term_days": 1095}],
    ))  # fmt: skip
    work.take_contacts({"contacts": [contact_row(1, ZHAO, note="问收益"), contact_row(2, LI)]})
    wrong = Problem("customers.csv", 7, "phone", "phone.shape", "号码不对", "138")
    customers.keep_quarantine(DAY, [KeptAside(wrong, {"name": "某人", "phone": "138"})])


def fill(cast: Cast) -> None:
    """The colleagues write something of every kind."""
    said: dict[str, Any] = {"by": cast.shen, "customer": cast.zhao, "channel": "call", "seconds": 90, "said": "听到的"}
    later = TODAY + timedelta(days=3)
    told: list[dict[str, Any]] = [
        {"outcome": "reached", "next_steps": [NextStep(later, "call", "再谈")]},
        {"outcome": "booked", "meeting_on": later, "meeting_place": "贵宾室"},
        {"outcome": "closed", "product": "三年期定存", "amount_fen": 10_000_00},
        {"outcome": "declined", "refusal": "no_need"},
    ]
    for place, outcome in enumerate(told):
        work.record_touch(now=EARLIER, request_key=f"w{place}", **{**said, **outcome})
    customers.set_stage(by=cast.shen, customer=cast.zhao, stage="habit", current="relied_on", note="半年没来",
                        day=TODAY, now=EARLIER)  # fmt: skip
    customers.refuse_marketing(by=cast.shen, customer=cast.zhao, day=TODAY, now=EARLIER, evidence="电话里说的")
    words = DayWords(DateKind.OTHER, Whose.PARENT, Calendar.LUNAR, 9, 9, person="林家二老", about="重阳看望")
    living.keep_day(by=cast.shen, customer=cast.zhao, said=words, today=TODAY, now=EARLIER)
    heard: dict[str, Any] = {"text": "要稳", "heard_from": HeardFrom.CUSTOMER, "heard_on": TODAY}
    need = {"need_type": NeedType.MAINTENANCE, "need_depth": NeedDepth.LATENT, "need_facet": NeedFacet.TROUBLE}
    facts = (FactWords(FactKind.NEED, found_how="三次问起", **need, **heard),
             FactWords(FactKind.FAMILY, whose=Whose.SPOUSE, person="老林", **heard))  # fmt: skip
    for fact in facts:
        living.keep_fact(by=cast.shen, customer=cast.zhao, said=fact, today=TODAY, now=EARLIER)
    counter = replace(cast.zhou, reach=Reach.ONE, number=f"C{ZHAO:06d}")
    note_visit(by=counter, purpose="deposit", note="问到期", day=TODAY, now=EARLIER)
    need = living_queries.facts_of(cast.shen, ZHAO)[0].item
    offered = OfferWords(CanOffer.NOT_YET, "三年期定存", "两年期", "通知存款")
    serving.keep_offer(by=cast.shen, customer=cast.zhao, item=need, said=offered, now=EARLIER)
    item = matures(cast)
    day = IntentionWords(Intent.RENEW, "三年期定存", TODAY + timedelta(3), time(10, 30))
    serving.keep_intention(by=cast.shen, customer=cast.zhao, item=item, said=day, today=TODAY, now=EARLIER)
    goal = CourseWords(CourseKind.GOAL, "到期稳住", "沈知微", TODAY, CourseState.REACHED, "续了两年")
    serving.keep_course(by=cast.shen, customer=cast.zhao, said=goal, now=EARLIER)
    tied = TieWords(Bond.SPOUSE, household=True)
    relations.relate(by=cast.shen, customer=cast.zhao, other=cast.li, said=tied, now=EARLIER)
    other = customers.Customer.objects.for_system("a test").get(key=FIRST).public_id
    work.defer(by=cast.shen, customer=other, now=EARLIER, reason="出差")
    arranging.set_goal(by=cast.shen, now=EARLIER, week_on=DAY, contacts=60, meetings=5, said="到期的都见一遍")
    review = Review.objects.create(staff_id=cast.shen.staff_id, branch_id=cast.shen.branch_id, day_on=TODAY,
                                   best="先问近况", missed="利率低的那位", written_at=EARLIER)  # fmt: skip
    review.refresh_from_db(fields=["public_id"])
    evening.comment(by=cast.qin, review=review.public_id, said="开场好", now=EARLIER)


def pages(asked: dict[str, Asked]) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every page of the site: each address looked at, and each form sent as it is meant and with nothing in it."""
    for name, each in asked.items():
        each.client.raise_request_exception = False
        if "GET" in each.route.methods:
            yield f"{name} page", lambda each=each: each.client.get(each.address)
            yield f"{name} part", lambda each=each: each.client.get(each.address, HTTP_HX_REQUEST="true")
        for what in REVEALED if name == "reveal" else ():
            yield f"{name} of {what}", lambda each=each, what=what: each.send(what=of_account(what))
        if name == "marketing":
            yield f"{name} beside another", lambda each=each: each.send(seen="999999")
        if each.method == "POST" and name != "sign_out":
            yield f"{name} sent", lambda each=each: each.send()
            yield f"{name} sent by script", lambda each=each: each.send(HTTP_HX_REQUEST="true")
            yield f"{name} empty", lambda each=each: each.client.post(each.address, {})


REVEALED = [field.value for field in RevealField]


def of_account(what: str) -> str:
    """What the form sends to read a value in full: an account's with the id of the account."""
    account = Account._base_manager.first()
    return f"{what}:{account.public_id}" if what in (RevealField.ACCOUNT_NO, RevealField.CARD_NO) and account else what


def with_texts(asked: Asked, text: str) -> dict[str, str]:
    """The form of an address with a text in every field that comes back when something is wrong."""
    return {name: text for name in asked.typed if name not in {"version", "request_key"}}
