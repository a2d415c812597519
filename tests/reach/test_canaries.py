"""A thousand persons with values nobody else has, and every page of every role: nothing clearer than allowed.

What is allowed stands here by hand, after reliability.md §9; the site's own declarations are not asked. A5, B4.
"""

from __future__ import annotations

import html
import math
import random
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation

from guanhu.apps.customers import queries as customer_queries
from guanhu.apps.people.models import SignIn
from guanhu.rules import masks
from guanhu.rules.access import Role
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.evening import week_of
from guanhu.rules.exports import ExportColumn
from tests import doors
from tests.databases import working_in
from tests.night.residue import everything_logged
from tests.night.town import FRIDAY, NOW
from tests.reach import canaries
from tests.reach.canaries import Planted, staff_no

pytestmark = [pytest.mark.slow, pytest.mark.long]

PERSONS = 1_000
LINKS = re.compile(r'\b(href|src|action|hx-get|hx-post|hx-push-url|hx-replace-url|data-href|poster)="([^"]*)"')
FORMS, TITLE = re.compile(r"<form\b[^>]*>"), re.compile(r"<title>(.*?)</title>", re.DOTALL)
FOLLOWED = ("href", "hx-get", "src")
BRIEF = ("today", "brief", "record", "call", "defer", "undo", "undo_defer")
"""Addresses that show one person beside a list."""
LISTS = (
    "book",
    "find",
    "search",
    "counter",
    "visit",
    "visitors",
    "notices",
    "covers",
    "trail",
    "trail_find",
    "log",
    "colleague_log",
)
"""Addresses that show nobody in particular."""
OF_CUSTOMERS = ("keeper", "head", "coach", "counter", "region", "bank")
"""Roles on whose pages customers may be named at all; the rest see no sign of any."""
FIGURE = re.compile(r"(?<![\d.,–])\d[\d,.]* ?(?:万|亿|元)(?!以[上下]|–|\d)")
"""An amount that is no band."""
BESIDE, WHOLE, PART = re.compile(r"/today/[0-9a-f-]{36}/"), 100, {"HX-Request": "true"}
"""So many briefs before a release are asked for with the whole list beside them, the others alone."""
SURE, MOMENTARY = 5, re.compile(r"\b[A-Za-z0-9]{32,64}\b")
"""So often a page and its part are the same until the usual run asks for the page alone; before a release for both."""
ASKED = 300
"""So many ways to ask the list are walked before a release."""
PERSON = re.compile(r"/[0-9a-f-]{36}/")
EXPORT = "reason of an export"
WORDS = re.compile(r"<[^>]*>")
PLAIN_NUMBER = re.compile(r"(?<![\w:-])\d{6,}(?![\w-])")

MATURING = re.compile(r'/intentions/"[^>]*>.*?name="item" value="([0-9a-f-]{36})"')
"""The form of what she will do when something of hers matures."""

FIELDS: dict[str, set[str]] = {
    "planted": {
        "customers.Customer.name", "customers.Customer.customer_no", "customers.Customer.id_no",
        "customers.Customer.birth_on", "customers.Customer.occupation", "customers.Customer.address",
        "customers.Customer.email", "customers.ContactPoint.value", "customers.Account.account_no",
        "customers.Account.card_no", "customers.Consent.evidence", "customers.StageRecord.note",
        "customers.ImportantDay.person", "customers.ImportantDay.about",
        "customers.Offer.bought", "customers.Offer.what", "customers.Offer.instead", "customers.Course.text",
        "customers.Intention.business",
        "customers.Course.owner", "customers.Course.result",
        "customers.Fact.text", "customers.Fact.person", "customers.Fact.found_how", "customers.Fact.purpose",
        "customers.Visit.note",
        "customers.Complaint.subject", "customers.Quarantined.value", "customers.Quarantined.raw", "work.Touch.said",
        "work.Review.best", "work.Review.missed", "work.WeekGoal.said",
        "work.Deferral.reason", "people.Staff.phone", "people.Staff.licence_no", "people.RoleGrant.reason",
        "people.Cover.reason", "customers.Export.reason", "portfolio.Claim.called", "portfolio.Claim.tail",
        "portfolio.Claim.because", "portfolio.Handover.called", "portfolio.Handover.tail", "portfolio.Handover.told",
        "portfolio.Handover.met", "portfolio.Handover.begun",
    },
    "made of those": {
        "customers.Customer.name_pinyin", "customers.Customer.found_as", "customers.SearchKey.key",
        "customers.Customer.id_no_hash", "customers.Customer.email_hash",
        "customers.ContactPoint.value_hash", "customers.ContactPoint.tail_hash", "customers.Account.account_no_hash",
        "customers.Account.card_no_hash", "audit.Entry.person", "audit.Entry.people", "audit.Entry.record",
        "people.Looked.unplanned", "people.SecondFactor.key",
    },
}  # fmt: skip
"""Personal fields that hold a canary here, and those made of one; the rest are figures, days and words of a list."""
FREE_TEXT = {
    "name", "name_pinyin", "said", "note", "reason", "evidence", "subject", "address", "email", "phone", "raw", "value",
    "occupation", "id_no", "account_no", "card_no", "licence_no", "asks", "result", "content", "person",
    "about", "text", "found_how", "explained",
}  # fmt: skip
"""Names of fields in which people write what they like, or which name somebody."""
LATER = {
    "customers.Case.asks", "customers.Case.result", "customers.CaseCopy.content", "customers.Hold.reason",
    "people.Alarm.note", "people.SignIn.address", "people.RoleGrant.ended_because", "people.Cover.ended_because",
    "work.ReviewNote.said", "work.Flag.note", "work.Flag.explained", "work.Opportunity.evidence",
    "customers.LedgerEntry.id_no", "customers.LedgerEntry.phone", "customers.Prospect.name",
    "customers.Prospect.id_no", "customers.Prospect.phone", "customers.ExportFile.content",
    "customers.LedgerPart.content",
}  # fmt: skip
"""What other tests write and read, and what is no text of a person."""


def links_of(page: str) -> list[tuple[str, str]]:
    """Every address a page holds; a form that only asks counts as a link."""
    found = [(name, html.unescape(value)) for name, value in LINKS.findall(page)]
    asking = [form for form in FORMS.findall(page) if "post" not in form.lower()]
    return found + [("href", html.unescape(value)) for form in asking for name, value in LINKS.findall(form)]


@dataclass
class Seen:
    """One answer: who asked for what, and what came."""

    role: str
    address: str
    route: str
    person: str
    """The customer the address names, by her number; empty where it names none."""
    body: str
    headers: str
    links: list[tuple[str, str]] = field(default_factory=list)
    title: str = ""


def read(role: str, address: str, response: Any, planted: Planted) -> Seen:
    """An answer, taken apart."""
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    body = raw.decode() if "text" in kind or "json" in kind or "xml" in kind else ""
    title = TITLE.search(body) if "html" in kind else None
    path = address.partition("?")[0]
    try:
        match = resolve(path)
        route, named = match.url_name or "", str(match.kwargs.get("public_id", ""))
    except Resolver404:
        route, named = "", ""
    told = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    sent = [
        ("location", response.headers[name])
        for name in ("Location", "HX-Redirect", "HX-Push-Url")
        if name in response.headers
    ]
    return Seen(role, address, route, planted.ids.get(named, ""), html.unescape(body), told + response.cookies.output(),
                links_of(body) + sent if "html" in kind else sent, title[1] if title else "")  # fmt: skip


def too_clear(seen: Seen, planted: Planted) -> Iterator[str]:
    """What stands in this answer more clearly than the table of §9 allows for this role and place."""
    where = f"{seen.route or seen.address} as {seen.role}"
    own = planted.keepers.get(seen.person, "") in _keepers(seen.role)
    for about in sorted(planted.sealed.found_in(seen.body)):
        yield f"{where}: {about} in full"
    runs = PLAIN_NUMBER.findall(seen.body) if seen.person else []
    for number in planted.numbers.get(seen.person, ()):
        shown = [run for run in runs if any(number[n : n + 6] in run for n in range(len(number) - 5))]
        if shown:
            yield f"{where}: more of a number than its mask shows"
    full = {planted.names[name] for name in planted.names_in(seen.body)}
    open_ones = {seen.person} if own else set()
    if seen.role in ("keeper", "head", "coach") and seen.route in BRIEF:
        others = {no for no in full - open_ones if planted.keepers[no] in _keepers(seen.role)}
        open_ones |= others if len(others) <= 2 else set()
    if full - open_ones:
        yield f"{where}: {len(full - open_ones)} names in full"
    if planted.births_in(seen.body):
        yield f"{where}: a whole date of birth"
    said = planted.telling.found_in(seen.body) - {"licence", "reason of a role", "reason of a cover", EXPORT}
    if seen.route in LISTS and said:
        yield f"{where}: {sorted(said)} in a list"
    if seen.role == "coach" and not own and seen.route == "customer":
        figures = FIGURE.findall(WORDS.sub(" ", _main(seen.body)))
        yield from [f"{where}: {figures[:3]} to the yuan"] if figures else []
        yield from [f"{where}: {sorted(said)} to a coach"] if said else []
    if seen.role not in OF_CUSTOMERS and (said or any(f"{name[0]}*{name[-1]}" in seen.body for name in planted.names)):
        yield f"{where}: speaks of a customer"
    yield from _around(seen, planted, where)


def _around(seen: Seen, planted: Planted, where: str) -> Iterator[str]:
    """Canaries in addresses, titles and headers: none in any form."""
    around = unquote("\n".join(address for _, address in seen.links)) + unquote(seen.headers)
    for place, text in (("an address or a header", around), ("a title", seen.title)):
        found = planted.sealed.found_in(text) | planted.telling.found_in(text)
        found |= {"name" for _name in planted.names_in(text)}
        found |= {"customer number" for _no in planted.customers_in(text)}
        for about in sorted(found):
            yield f"{where}: {about} in {place}"


def _keepers(role: str) -> set[str]:
    """Whose customers are one's own, the covered ones among them."""
    return {f"V-{role}", *({"S2"} if role == "keeper" else ())}


def _main(body: str) -> str:
    """What stands in the middle of a page; the frame counts one's own."""
    return body.partition("<main")[2].partition("</main")[0]


# ---------------------------------------------------------------- walking


def crawl(role: str, planted: Planted, share: float) -> Iterator[Seen]:
    """Every address this colleague can come to by following links and asking forms; lists and briefs as parts, too.

    ``share``: of the briefs that are asked for with the whole list beside them, and of all ways to ask the list.
    """
    beside, kinds, alike = round(WHOLE * share), Counter[str](), Counter[str]()
    browser = doors.signed_in(staff_no(Role(role)))
    browser.raise_request_exception = False
    waiting, known, whole = deque(["/", "/login"]), Counter(["/", "/login"]), 0
    while waiting:
        address = waiting.popleft()
        whole += bool(BESIDE.match(address))
        only_part = BESIDE.match(address) and whole > beside
        bodies = []
        only_whole = share < 1 and alike[kind_of(address)] >= SURE
        for headers in (PART,) if only_part else ({},) if only_whole else ({}, PART):
            seen = read(role, address, browser.get(address, headers=headers), planted)
            translation.deactivate()
            yield seen
            bodies.append(MOMENTARY.sub("", seen.body))
            for kind, link in seen.links:
                target = urldefrag(link)[0]
                place = target if not PERSON.search(target) else target.partition("?")[0]
                if (kind in FOLLOWED or kind == "location") and target.startswith("/") and known[place] < 1:
                    known[place] += 1
                    kinds[kind_of(target)] += 1
                    if kinds[kind_of(target)] <= most_of(target, share):
                        waiting.append(target)
            if seen.route == "customer" or seen.address.startswith("/static"):
                break
        alike[kind_of(address)] += len(bodies) == 2 and bodies[0] == bodies[1]


def kind_of(target: str) -> str:
    """What an address shows, whosever and however asked."""
    return PERSON.sub("/…/", target.partition("?")[0])


def most_of(target: str, share: float) -> float:
    """How many of its kind are walked to: all, but of the endless ways to ask a list."""
    path, _, query = target.partition("?")
    endless = path == "/customers/" and query and not query.startswith("after=")
    return ASKED * share if endless else math.inf


def posts(role: str, planted: Planted, dice: random.Random) -> Iterator[Seen]:
    """What is asked by posting: searches, refused forms, wrong methods, addresses nobody has, an act of each kind."""
    browser = doors.signed_in(staff_no(Role(role)))
    browser.raise_request_exception = False
    phone = next(number for number, about in planted.sealed.numbers.items() if about == "phone")
    name, no = next(iter(planted.names.items()))
    mine = next((one for one, number in planted.ids.items() if planted.keepers[number] == staff_no(Role(role))), None)
    asked: list[tuple[str, dict[str, str]]] = [
        ("/customers/find/", {"words": name[:1]}), ("/customers/find/", {"words": phone[-4:]}),
        ("/search/", {"words": name}), ("/search/", {"words": phone}), ("/search/", {"words": no}),
        ("/counter/", {"customer_no": no}),
        ("/counter/visit/",
         canaries.types({"customer_no": no, "visit": "cash", "remark": "…"}, planted, dice, "visit")),
        ("/trail/find/", {"customer": no}),
        (f"/customers/{phone}/", {}), (f"/{name}/", {}), ("/today/", {}), ("/staff/find/", {"words": "员"}),
    ]  # fmt: skip
    if mine:
        monday = week_of(SHIPPED_CALENDAR.next(FRIDAY)).isoformat()
        asked += [
            ("/today/review/write/", canaries.types({"best": "…", "missed": "…"}, planted, dice, "review")),
            ("/today/week/goal/", canaries.types(
                {"week_on": monday, "contacts": "60", "meetings": "5", "goal": "…"}, planted, dice, "goal")),
            (f"/today/{mine}/outcome/", canaries.types(
                {"outcome": "reached", "channel": "call", "minutes": "2", "seconds": "0", "version": "0",
                 "request_key": f"canary-{role}", "said": "…"}, planted, dice, "said")),
            (f"/customers/{mine}/stage/", canaries.types(
                {"stage": "accepted", "current": "known", "note": "…"}, planted, dice, "note")),
            (f"/customers/{mine}/dates/", canaries.types(
                {"date_kind": "wedding", "whose": "self", "calendar": "solar", "month": "3", "day": "8",
                 "person": "…", "about": "…"}, planted, dice, "close person")),
            (f"/customers/{mine}/facts/", canaries.types(
                {"fact_kind": "family", "whose": "spouse", "heard_from": "customer", "person": "…", "fact": "…"},
                planted, dice, "close person")),
            (f"/customers/{mine}/facts/", canaries.types(
                {"fact_kind": "need", "heard_from": "customer", "need_type": "motivating", "need_depth": "latent",
                 "need_facet": "ahead", "found_how": "…", "fact": "…",
                 "kept_for": "…", "consented": "on"}, planted, dice, "need")),
            (f"/customers/{mine}/course/keep/", canaries.types(
                {"course_kind": "goal", "course_state": "reached", "text": "…", "owner": "…", "came": "…"},
                planted, dice, "course")),
            (f"/customers/{mine}/marketing/", canaries.types(
                {"granted": "no", "evidence": "…"}, planted, dice, "evidence")),
        ]  # fmt: skip
        asked += [
            (f"/customers/{mine}/intentions/", canaries.types(
                {"item": item, "version": "0", "intent": "use", "business": "…"}, planted, dice, "intention"))
            for item in MATURING.findall(browser.get(f"/customers/{mine}/rest/").content.decode())
        ]  # fmt: skip
    for address, sent in asked:
        yield read(role, address, browser.post(address, sent), planted)
        translation.deactivate()
        if mine and f"/{mine}/" in address:
            yield read(role, f"/customers/{mine}/rest/", browser.get(f"/customers/{mine}/rest/"), planted)


# ---------------------------------------------------------------- the tests


@pytest.fixture(scope="module")
def planted(
    own_database: str, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory, gate_share: float
) -> Iterator[Planted]:
    """The bank of canaries, committed; Django asks as the pages do."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=True):
        with working_in(own_database):
            made = canaries.settle(tmp_path_factory.mktemp("canaries"), round(PERSONS * gate_share))
        with working_in(own_database, "app"):
            yield made


def taken_out(planted: Planted) -> Iterator[Seen]:
    """What the keeper and the head see on the way of an export with every column, and the file itself."""
    keeper, head = (doors.signed_in(staff_no(role)) for role in (Role.KEEPER, Role.HEAD))
    SignIn.objects.filter(ended_at=None).update(confirmed_at=NOW)
    sent: dict[str, Any] = {"columns": [column.value for column in ExportColumn], "file": "csv", "use": "visit"}
    sent |= canaries.types({"why": "…"}, planted, random.Random(11), EXPORT)
    at = keeper.post("/exports/ask/", sent).headers["Location"].partition("?")[0]
    waiting = at.replace("/exports/", "/exports/approvals/")
    page = head.get(waiting)
    yield read("head", waiting, page, planted)
    digest = re.search(r'name="digest" value="(\w+)"', page.content.decode())
    assert digest
    assert head.post(f"{waiting}approve/", {"digest": digest[1]}).status_code == 302
    assert keeper.post(f"{at}make/").status_code == 302
    yield read("keeper", at, keeper.get(at), planted)
    yield read("keeper", f"{at}file/", keeper.post(f"{at}file/"), planted)
    auditor = doors.signed_in(staff_no(Role.AUDIT))
    yield read("audit", "/exports/all/", auditor.get("/exports/all/"), planted)
    translation.deactivate()


def test_a_file_that_is_taken_out_tells_no_more_than_a_list(planted: Planted):
    answers = list(taken_out(planted))
    assert [said for seen in answers for said in too_clear(seen, planted)] == []
    file = next(seen for seen in answers if seen.route == "export_file").body
    held = [no for no, keeper in planted.keepers.items() if keeper in _keepers("keeper")]
    assert all(f'"{no}"' in file for no in held)


def test_every_personal_field_in_which_people_write_is_planted():
    declared = {f"{model._meta.label}.{name}" for model in apps.get_models() for name in getattr(model, "PERSONAL", {})}
    free = {label for label in declared if label.rpartition(".")[2] in FREE_TEXT}
    assert free - FIELDS["planted"] - FIELDS["made of those"] - LATER == {"people.Staff.name"}
    assert (FIELDS["planted"] | FIELDS["made of those"]) - declared == set()


@pytest.mark.long
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_no_page_shows_a_value_in_a_clearer_form_than_allowed(planted: Planted, role: str, gate_share: float):
    found: set[str] = set()
    opened, pages = set(), 0
    with everything_logged() as logged:
        for seen in (*crawl(role, planted, gate_share), *posts(role, planted, random.Random(role))):
            pages += 1
            opened |= {seen.person} if seen.route == "customer" else set()
            found |= set(too_clear(seen, planted))
    lines = "\n".join(logged)
    found |= {f"log: {about}" for about in planted.sealed.found_in(lines) | planted.telling.found_in(lines)}
    found |= {"log: a name" for _name in planted.names_in(lines)}
    assert sorted(found) == []
    assert pages >= 10
    assert opened - {""} == in_reach(role, planted)
    assert role != "keeper" or "intention" in planted.telling.words.values()


def in_reach(role: str, planted: Planted) -> set[str]:
    """Whose pages the walk must have come to."""
    known = set(planted.ids.values())
    if role in ("head", "coach"):
        return known
    return {no for no in known if planted.keepers[no] in _keepers(role)}


# ---------------------------------------------------------------- the same harness on broken variants


def found_on(planted: Planted, role: str, address: str) -> list[str]:
    """What is too clear on one page."""
    browser: Client = doors.signed_in(staff_no(Role(role)))
    return list(too_clear(read(role, address, browser.get(address), planted), planted))


def a_file(planted: Planted, role: str) -> str:
    """The page of one of this colleague's own customers."""
    one = next(one for one, number in planted.ids.items() if planted.keepers[number] == staff_no(Role(role)))
    return f"/customers/{one}/rest/"


def test_a_page_that_prints_a_number_in_full_turns_red(planted: Planted, monkeypatch: pytest.MonkeyPatch):
    assert found_on(planted, "keeper", a_file(planted, "keeper")) == []
    monkeypatch.setattr(masks, "mask_phone", lambda number: number)
    assert any("phone in full" in said for said in found_on(planted, "keeper", a_file(planted, "keeper")))


def test_a_mask_that_shows_too_much_turns_red(planted: Planted, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(masks, "mask_account", lambda number: f"**** {number[-8:]}")
    assert any("than its mask" in said for said in found_on(planted, "keeper", a_file(planted, "keeper")))


def test_a_list_with_names_in_full_turns_red(planted: Planted, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(masks, "mask_name", lambda name, kind="personal": name)
    assert any("names in full" in said for said in found_on(planted, "keeper", "/customers/"))


def test_a_log_line_with_a_name_turns_red(planted: Planted, monkeypatch: pytest.MonkeyPatch):
    import structlog

    honest, log = customer_queries.customer_of, structlog.get_logger("guanhu.broken")

    def telling(*args: Any, **kwargs: Any) -> Any:
        row = honest(*args, **kwargs)
        log.error("opened", name=row.name if row else "")
        return row

    monkeypatch.setattr(customer_queries, "customer_of", telling)
    with everything_logged() as logged:
        found_on(planted, "keeper", a_file(planted, "keeper"))
    assert planted.names_in("\n".join(logged))


def test_a_number_in_an_address_or_a_title_turns_red(planted: Planted):
    no = next(iter(planted.keepers))
    for links, title in (([("href", f"/customers/?no={no}")], ""), ([], next(iter(planted.names)))):
        seen = Seen("keeper", "/customers/", "book", "", "", "", links, title)
        assert list(too_clear(seen, planted)) != []
