"""Every query and every action, found by looking into the modules: one's own works, all else is as if absent."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from types import ModuleType
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.db import transaction
from django.db.models import Q

from guanhu.apps.catalog import actions as catalog_actions
from guanhu.apps.catalog import queries as catalog_queries
from guanhu.apps.customers import actions as customer_actions
from guanhu.apps.customers import queries as customer_queries
from guanhu.apps.customers.living import actions as living_actions
from guanhu.apps.customers.living import queries as living_queries
from guanhu.apps.customers.living.shapes import DayWords, FactWords
from guanhu.apps.customers.models import Customer, OfCustomer
from guanhu.apps.customers.relations import actions as relation_actions
from guanhu.apps.customers.relations import queries as relation_queries
from guanhu.apps.customers.relations.shapes import Ties, TieWords
from guanhu.apps.customers.serving import actions as serving_actions
from guanhu.apps.customers.serving import queries as serving_queries
from guanhu.apps.customers.serving.shapes import CourseWords, IntentionWords, OfferWords
from guanhu.apps.people import actions as people_actions
from guanhu.apps.people import queries as people_queries
from guanhu.apps.people.compiled import Compiled
from guanhu.apps.people.errors import Invisible
from guanhu.apps.people.scope import Scoped, Viewer
from guanhu.apps.work import actions, queries
from guanhu.apps.work.file import queries as files
from guanhu.rules.kinds import Calendar, ConsentPurpose
from guanhu.rules.living import DateKind, FactKind, HeardFrom, NeedDepth, NeedFacet, NeedType, Whose
from guanhu.rules.relations import Bond
from guanhu.rules.serving import CanOffer, CourseKind, Intent
from tests import cast as people
from tests.apps.test_intake import digest
from tests.cast import LI, ZHAO, Cast
from tests.factories import NOW, TODAY, WAN, contact_row
from tests.factories import publish as publish_night

MODULES: tuple[ModuleType, ...] = (
    catalog_actions, catalog_queries, customer_actions, customer_queries, people_actions, people_queries, actions,
    queries, files, living_actions, living_queries, relation_actions, relation_queries,
    serving_actions, serving_queries,
)  # fmt: skip
HOLDING = {
    "holding": 9001, "account": 501, "customer": ZHAO, "product_no": "P1", "kind": "deposit", "amount_fen": 50 * WAN,
    "started_on": date(2023, 12, 1), "matures_on": date(2026, 12, 1), "rate_bp": 260, "auto_renew": False,
}  # fmt: skip
NOBODY, NO_KEY = uuid5(UUID(int=0), "nobody"), 999_999
WRITTEN = ("work_touch", "work_promise", "work_deferral", "customers_consent", "customers_stagerecord",
           "customers_customer", "customers_importantday", "customers_fact",
           "customers_relation", "customers_offer", "customers_intention", "customers_course")  # fmt: skip

FOR_THE_NIGHT = {
    "take_in", "take_contacts", "publish_answers", "publish_plan", "keep_quarantine", "keepers_as_of",
    "consents_as_of", "contacts_between", "promises_as_of", "preferences_as_of",
    "pauses_as_of", "covers_as_of", "stands", "files_merged", "month_ends_known", "standings_follow",
    "begin_night", "finish_night", "flip", "keep_rates",
    "hand_over", "carry_out", "due", "goes_far", "other", "moves_left", "stale", "change_hands", "wanted",
    "every_post", "figures_of",
    "forget_old_nights", "last_published", "last_published_before", "running", "nights", "current_nights",
}  # fmt: skip
"""Asked by the night and by nobody who looks at pages."""
ABOUT_NOBODY = {
    "age_on", "shown", "shown_of", "night_of", "covers_of",
    "kept", "not_to_be_written", "wants_of",
    "hold_day", "set_password", "staff_ids", "branch_ids", "viewer_of", "roles_of", "by_number",
    "products_by_no", "keys_of", "item_of",
}  # fmt: skip
"""Say nothing about a customer."""

TOLD: dict[str, Any] = {
    "now": NOW, "day": TODAY, "channel": "call", "outcome": "reached", "request_key": "k", "reason": "出差",
    "evidence": "柜面签字", "field": "phone", "purpose": "call",
    "today": TODAY, "version": 1, "since": NOW, "after": None,
    "stage": "friend", "current": "relied_on", "note": "介绍了同事",
}  # fmt: skip
"""What an action is told beside for whom."""


SAID = {
    DayWords: DayWords(DateKind.WEDDING, Whose.SELF, Calendar.SOLAR, 1, 18),
    FactWords: FactWords(FactKind.LIKE, "爱喝绿茶", HeardFrom.SEEN, TODAY),
    TieWords: TieWords(Bond.SPOUSE, household=True),
    OfferWords: OfferWords(CanOffer.NOT_YET, instead="赵桂芳另选"),
    IntentionWords: IntentionWords(Intent.RENEW, "赵桂芳还存三年"),
    CourseWords: CourseWords(CourseKind.GOAL, "续存"),
}
"""What is written in the file."""


def functions() -> dict[str, Callable[..., Any]]:
    """Every public function of the apps' queries and actions, those they pass on for the night among them."""
    found = {}
    for module in MODULES:
        app = module.__name__.rpartition(".")[0]
        own = {module.__name__, f"{app}.intake", f"{app}.publishing", f"{app}.numbers.actions"}
        for name, function in inspect.getmembers(module, is_asked):
            if not name.startswith("_") and inspect.unwrap(function).__module__ in own:
                found[f"{module.__name__.removeprefix('guanhu.apps.')}.{name}"] = function
    return found


def is_asked(thing: object) -> bool:
    """Can this be called to read or to change?"""
    return inspect.isfunction(thing) or isinstance(thing, Compiled)


def asked_by(function: Callable[..., Any]) -> str:
    """The parameter that says who is looking; empty where there is none."""
    return next((name for name in ("viewer", "by") if name in inspect.signature(function).parameters), "")


SEEN = {name: function for name, function in functions().items() if asked_by(function)}


def test_every_function_says_for_whom_it_is():
    free = {name.rpartition(".")[2] for name, function in functions().items() if not asked_by(function)}
    assert free - FOR_THE_NIGHT - ABOUT_NOBODY == set()
    assert len(SEEN) >= 20


@pytest.fixture
def marks(cast: Cast) -> dict[str, Any]:
    """赵桂芳 with a row in every table, and how each parameter names her or something of hers."""
    people.morning(holdings=[HOLDING])
    account = {"account": 501, "customer": ZHAO, "account_no": "6222020200001122", "kind": "deposit",
               "opened_on": date(2023, 12, 1)}  # fmt: skip
    complaint = {"complaint": 1, "customer": ZHAO, "opened_on": date(2026, 11, 20), "subject": "赵桂芳说慢"}
    customer_actions.take_in({"accounts": [account], "complaints": [complaint]})
    actions.take_contacts({"contacts": [contact_row(1, ZHAO)]})
    told: dict[str, Any] = {"by": cast.shen, "now": NOW, "customer": cast.zhao}
    done = actions.record_touch(channel="message", outcome="sent", request_key="0", **told)
    actions.undo_touch(by=cast.shen, touch=done.touch, now=NOW)
    actions.defer(reason="出差", until_on=date(2026, 12, 1), **told)
    aside = queries.today(cast.shen).deferred[0].deferral_id
    heard = DayWords(DateKind.OTHER, Whose.PARENT, Calendar.LUNAR, 9, 9, person="赵家二老", about="赵桂芳的父母")
    living_actions.keep_day(by=cast.shen, customer=cast.zhao, said=heard, today=TODAY, now=NOW)
    learnt = FactWords(FactKind.INTEREST, "赵桂芳去合唱团", HeardFrom.CUSTOMER, TODAY)
    living_actions.keep_fact(by=cast.shen, customer=cast.zhao, said=learnt, today=TODAY, now=NOW)
    (day_kept,), (fact_kept,) = living_queries.days_of(cast.shen, ZHAO), living_queries.facts_of(cast.shen, ZHAO)
    tied = TieWords(Bond.SPOUSE, household=True)
    relation_actions.relate(by=cast.shen, customer=cast.zhao, other=cast.li, said=tied, now=NOW)
    row = queries.customers.customer_of(cast.shen, cast.zhao)
    day = people_queries.shown(cast.shen.branch_id)
    wants = FactWords(FactKind.NEED, "赵桂芳要稳", HeardFrom.CUSTOMER, TODAY, need_type=NeedType.MAINTENANCE,
                      need_depth=NeedDepth.EXPLICIT, need_facet=NeedFacet.AHEAD)  # fmt: skip
    living_actions.keep_fact(by=cast.shen, customer=cast.zhao, said=wants, today=TODAY, now=NOW)
    goal = CourseWords(CourseKind.GOAL, "赵桂芳的钱留住")
    serving_actions.keep_course(by=cast.shen, customer=cast.zhao, said=goal, now=NOW)
    (course_kept,), facts = serving_queries.course_of(cast.shen, ZHAO), living_queries.facts_of(cast.shen, ZHAO)
    (need_kept,) = (each for each in facts if each.now.said.kind is FactKind.NEED)
    told["item"] = need_kept.item
    held = {"item": serving_queries.item_of(HOLDING["holding"]), "today": TODAY}
    serving_actions.keep_intention(said=SAID[IntentionWords], **{**told, **held})
    serving_actions.keep_offer(said=OfferWords(CanOffer.NOT_YET, instead="赵桂芳另选"), **told)
    (tie_kept,) = relation_queries.ties_of(cast.shen, ZHAO, day.night_id).held
    return {
        "public_id": cast.zhao, "touch": done.touch, "deferral": aside,
        "item": {"day": day_kept.item, "fact": fact_kept.item, "tie": tie_kept.item,
                 "need": need_kept.item, "course": course_kept.item, "held": serving_queries.item_of(9001)},
        "key": ZHAO,
        "other": cast.li,
        "keys": [ZHAO, LI], "customer_key": ZHAO, "customer": {UUID: cast.zhao, Customer: row},
        "night_id": day.night_id, "now": day, "done": done, "desk": queries.desk_of(cast.shen, day),
    }  # fmt: skip


ITEMS = {"keep_offer": "need", "keep_intention": "held", "unrelate": "tie", "relate_again": "tie"}
"""Of which thing an action takes one, where its name does not say it."""
ABSENT = {"public_id": NOBODY, "touch": NOBODY, "deferral": NOBODY,
          "item": dict.fromkeys(("day", "fact", "tie", "need", "course", "held"), NOBODY),
          "key": NO_KEY, "keys": [NO_KEY],
          "other": NOBODY,
          "customer_key": NO_KEY, "customer": {UUID: NOBODY, Customer: Customer(key=NO_KEY)}}  # fmt: skip


def arguments(function: Callable[..., Any], named: dict[str, Any]) -> dict[str, Any]:
    """Each parameter that must be given, by its name; one nobody told this test about is a KeyError."""
    told = {}
    for name, parameter in inspect.signature(function, eval_str=True).parameters.items():
        if name in ("viewer", "by"):
            continue
        kind, given = parameter.annotation, parameter.default is inspect.Parameter.empty
        if name == "customer":
            told[name] = named[name][kind]
        elif name == "said" and kind in SAID:
            told[name] = SAID[kind]
        elif name == "item" and given:
            told[name] = named[name][ITEMS.get(function.__name__, function.__name__.rpartition("_")[2])]
        elif name == "now" and kind is not datetime:
            told[name] = named[name]
        elif given:
            told[name] = TOLD[name] if name in TOLD else named[name]
    return told


def answer(function: Callable[..., Any], viewer: Viewer, named: dict[str, Any]) -> str:
    """What comes of it, as text without the ids that were asked for; nothing stays."""
    told = arguments(function, named)
    try:
        with transaction.atomic():
            said = repr(function(*by_place(function, viewer, told), **told))
            transaction.set_rollback(True)
    except Exception as refused:
        said = f"{type(refused).__name__}: {refused}"
    for word in told.values():
        said = said.replace(str(word), "…") if isinstance(word, UUID) else said
    return said


def by_place(function: Callable[..., Any], viewer: Viewer, told: dict[str, Any]) -> list[Any]:
    """What is given by place: for whom, and of questions put into SQL once and of several keys all of it."""
    kinds = inspect.signature(function).parameters.values()
    if all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in kinds):
        told[asked_by(function)] = viewer
        return []
    several = any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in kinds)
    places = [one for one in kinds if one.kind is not inspect.Parameter.KEYWORD_ONLY]
    given: list[Any] = []
    for one in places if several or isinstance(function, Compiled) else places[:1]:
        value = viewer if one.name in ("viewer", "by") else told.pop(one.name)
        given += value if one.kind is inspect.Parameter.VAR_POSITIONAL else [value]
    return given


def is_about_somebody(function: Callable[..., Any]) -> bool:
    return bool(set(inspect.signature(function).parameters) & {*ABSENT, "done"})


def of_nobody(marks: dict[str, Any]) -> dict[str, Any]:
    """The same parameters, naming nobody; a contact that was recorded, with nobody for its customer."""
    done = marks["done"]
    return {**marks, **ABSENT, "done": replace(done, customer=replace(done.customer, key=NO_KEY))}


def leaks(seen: dict[str, Callable[..., Any]], cast: Cast, marks: dict[str, Any]) -> Iterator[str]:
    """Function and colleague for whom 赵桂芳 is anything else than absent."""
    secrets = [str(cast.zhao), str(cast.li), "赵", "桂芳", "C000101", "C000102", "李*华"]
    for name, function in seen.items():
        for who in ("zhou", "yan", "qin"):
            viewer = getattr(cast, who)
            before = digest(*WRITTEN)
            said = answer(function, viewer, marks)
            if is_about_somebody(function) and said != answer(function, viewer, of_nobody(marks)):
                yield f"{name} tells {who} that she is there"
            if any(secret in said for secret in secrets):
                yield f"{name} shows {who} a name"
            if digest(*WRITTEN) != before:
                yield f"{name} lets {who} write"


def test_what_is_not_ones_own_is_as_if_absent_for_colleague_other_branch_and_head(cast: Cast, marks: dict[str, Any]):
    assert list(leaks(SEEN, cast, marks)) == []


@pytest.mark.parametrize("name", [name for name, function in SEEN.items() if is_about_somebody(function)])
def test_ones_own_works_and_nobody_is_absent(cast: Cast, marks: dict[str, Any], name: str):
    if name == "work.actions.defer":
        actions.undo_deferral(by=cast.shen, deferral=marks["deferral"], now=NOW)
    own, nobody = answer(SEEN[name], cast.shen, marks), answer(SEEN[name], cast.shen, of_nobody(marks))
    assert own != nobody or name == "customers.actions.refuse_marketing"
    assert not own.startswith(("Invisible", "Refused", "Conflict", "TypeError", "KeyError", "AttributeError"))
    if name in COUNTS:
        assert COUNTS[name] in nobody
        return
    assert nobody.startswith("Invisible") or nobody in EMPTY.get(name, {"None", "()", "[]", "{}", "''"})


EMPTY = {
    "customers.queries.consents_of": {
        str(tuple(customer_queries.ConsentRow(purpose.value, None, None, "", "") for purpose in ConsentPurpose))
    },
    "customers.queries.files_of": {"<ScopedQuerySet []>"},
    "customers.relations.queries.ties_of": {str(Ties())},
    "customers.queries.assets_of": {"Assets(standing=None, holdings=[], months=[])"},
}
"""What is said about nobody where it is more than nothing."""
COUNTS = {"work.queries.today_after": "groups=(), done=(), deferred=()"}
"""What stands in an answer about nobody that counts the writer's own day beside."""


BROKEN: dict[str, tuple[Any, str, Any]] = {
    "a scope of the branch": (Customer, "visible_to", lambda viewer: Q(branch_id=viewer.branch_id)),
    "rows of anybody": (OfCustomer, "visible_to", lambda viewer: Q()),
    "a lock of anybody": (actions, "locked", lambda by, customer: Customer.objects.for_system("broken").first()),
    "a telling refusal": (actions, "Invisible", lambda mark: Invisible(f"not yours: {mark != str(NOBODY)}")),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_door_left_open_is_noticed(
    cast: Cast, marks: dict[str, Any], sql_anew: None, monkeypatch: pytest.MonkeyPatch, fault: str
):
    where, name, broken = BROKEN[fault]
    monkeypatch.setattr(where, name, broken)
    assert list(leaks(SEEN, cast, marks)) != []


def test_every_table_of_customers_has_a_scope_of_its_own_or_its_customers():
    tables = [model for model in _subclasses(Scoped) if not model._meta.abstract]
    assert {model.__name__ for model in tables if model.visible_to.__func__ is Scoped.visible_to.__func__} == {
        "ContactPoint", "Account", "Holding", "MonthEnd", "Consent", "StageRecord", "Complaint",
        "Opportunity", "Ahead", "Touch", "Promise", "Deferral", "ImportantDay", "Fact", "Visit", "Relation", "Offer",
        "Course", "Intention",
        "Merge", "NotSame", "Member", "Assignment",
    }  # fmt: skip


def _subclasses(model: type) -> Iterator[Any]:
    for below in model.__subclasses__():
        yield below
        yield from _subclasses(below)


def test_a_month_end_of_another_keeper_stays_hidden_in_the_file(cast: Cast):
    row = {"customer": ZHAO, "day_on": date(2026, 10, 31), "balance_fen": WAN, "average_fen": WAN, "net_fen": 0}
    publish_night(month_ends=[row])
    day = people_queries.shown(cast.zhou.branch_id)
    for viewer, months in ((cast.shen, 1), (cast.zhou, 0)):
        assert len(customer_queries.assets_of(viewer, day, ZHAO).months) == months
