"""Cells of the matrix: every address × colleague × relation × method × place of the id; asked, and judged.

The addresses, their methods and permissions are read from the site's own table; what should come of it is
``oracle``'s. An answer is judged by its status, by every sign of a customer in it, and by what was written.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from guanhu.apps.people.models import SignIn
from guanhu.web import decisions, evening_forms, filing, forms, routes
from guanhu.web.routes import ROUTES, Route
from tests import doors
from tests.reach import oracle
from tests.reach.world import ANONYMOUS, RELATIONS, VIEWERS, Person, World, staff_no

FORMS = (forms, decisions, filing, evening_forms)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CELLS = 21_000
"""How many are tried in full; there are more, and each run of all addresses and colleagues takes its share of them."""
CHANNELS = ("path", "query", "body")
FORM = {
    "outcome": "reached", "channel": "call", "minutes": "2", "seconds": "0", "version": "0", "said": "",
    "reason": "出差", "granted": "no", "evidence": "柜面签字", "stage": "accepted", "current": "known",
    "note": "介绍了同事", "what": "phone", "purpose": "serve", "words": "明", "why": "岗位需要", "role": "coach",
    "from_on": "2026-12-20", "to_on": "2026-12-22", "kind": "copy", "proof": "document", "asks": "要副本",
    "state": "done", "result": "已答复", "form": "page", "word": "harmless", "staff_no": "K1", "last_on": "2026-12-31",
    "date_kind": "wedding", "whose": "self", "calendar": "solar", "month": "10", "day": "17", "year": "1990",
    "person": "", "about": "", "item": "", "fact_kind": "interest", "fact": "唱歌", "heard_from": "customer",
    "columns": "name", "file": "csv", "use": "review", "digest": "d" * 32,
    "heard_on": "", "contact": "", "band": "", "need_type": "", "need_depth": "", "need_facet": "", "found_how": "",
    "do": "write", "rule": "phone", "place": "3", "way": "empty", "line": "", "cell": "", "c0": "customer_no",
    "title": "常看", "shared": "own", "where": "", "sort": "", "cols": "", "group": "", "pinned": "yes",
    "first": "", "seen": "",
    "visit": "cash", "remark": "", "learnt": "", "learnt_kind": "",
    "bond": "spouse", "introduced": "", "household": "on", "removed": "",
    "intent": "renew", "business": "", "come_on": "", "come_at": "",
    "can": "yes", "bought": "", "offered": "通知存款", "instead": "", "course_kind": "goal", "text": "续存",
    "owner": "",
    "due_on": "2026-11-26", "course_state": "open", "came": "", "consented": "", "kept_for": "", "back": "",
    "post": "wealth", "round_kind": "monthly", "effective_on": "", "moves": "0", "protects": "stage", "number": "1",
    "contacts": "60", "meetings": "5", "week_on": "2026-11-23", "goal": "到期的都见一遍",
    "how": "move", "until": "2026-11-25", "best": "先问近况", "missed": "", "comment": "开场好",
    "sure": "发布", "known": "well", "because": "岗位需要", "step": "begun", "claims": "",
    "answered": "explained",
}  # fmt: skip
"""What the site's forms send, in one heap: each takes its own fields."""
KINDS = {
    "staff_id": "colleague", "grant_id": "colleague", "proposal_id": "proposal", "cover_id": "cover",
    "clearing_id": "of the bank", "alarm_id": "of the bank", "export_id": "export", "asked_id": "asked",
    "upload_id": "upload", "round_id": "round", "member_id": "round", "claim_id": "upload",
    "review_id": "review",
    "flag_id": "flag",
}  # fmt: skip
"""What an id in an address names, where it is no customer or something of one."""
NAMED = {
    "giver": "staff_id", "taker": "staff_id", "keeper": "staff_id", "leaver": "staff_id", "branch": "branch_id",
    "done": "touch_id", "aside": "deferral_id",
}  # fmt: skip
"""Of what kind an id is that is sent under such a name; where nothing is said, a customer's."""
CHOSEN = ("giver", "taker", "branch")
"""Names under which forms send what was chosen from a list."""
IN_BODY = {"covers": "colleague"}
"""Addresses to which an id is sent in the body, and of what."""
THERE = {200, 302, 409, 422}
"""What an address answers that was found: the page, on to another, somebody was first, the form again."""
AWAY = ("/login", "/account/")
"""Where one is sent who has to do something else first."""
WRITES = re.compile(r'^\s*(?:insert into|update|delete from)\s+"?(\w+)', re.IGNORECASE)
BOOKKEEPING = ("django_session", "axes_", "people_signin", "audit_")
"""Tables in which a refused request may leave its own trace."""


@dataclass(frozen=True)
class Cell:
    """One question to the site."""

    route: Route
    viewer: str
    relation: str
    method: str
    channel: str

    @property
    def part(self) -> bool:
        """Does a script ask, for a part of a page? Every other cell."""
        return (RELATIONS.index(self.relation) + METHODS.index(self.method) + CHANNELS.index(self.channel)) % 2 == 1

    def __str__(self) -> str:
        who = self.viewer or "anonymous"
        return f"{self.method} {self.route.name} as {who}, {self.relation} in the {self.channel}"


@cache
def ids_in(route: Route) -> tuple[str, ...]:
    """The names of the ids in an address."""
    return tuple(re.findall(r"<(?:\w+:)?(\w+)>", route.address))


@cache
def asked_for() -> tuple[str, ...]:
    """Every name under which a view looks for something sent to it, and every name an id has in an address."""
    source = "\n".join(file.read_text("utf-8") for file in Path(routes.__file__).parent.rglob("*.py"))
    named = set(re.findall(r'\b(?:GET|POST)\.(?:get|getlist)\(\s*"(\w+)"', source))
    named |= set(re.findall(r'\b(?:GET|POST)\[\s*"(\w+)"', source))
    named |= {name for each in FORMS for form in vars(each).values() for name in getattr(form, "base_fields", ())}
    return tuple(sorted(named | {name for route in ROUTES for name in ids_in(route)}))


def cells(routes: Iterable[Route] = ROUTES, viewers: Iterable[str] = VIEWERS) -> Iterator[Cell]:
    """All of them. An id in the body of what carries none is no cell of its own, nor is one in no path."""
    for route in routes:
        for viewer in viewers:
            for relation in RELATIONS:
                for method in METHODS:
                    for channel in CHANNELS:
                        if channel == "path" and not ids_in(route):
                            continue
                        if channel == "body" and method in ("GET", "HEAD"):
                            continue
                        yield Cell(route, viewer, relation, method, channel)


def share_of(every: Iterable[Cell], share: float) -> list[Cell]:
    """So many cells, as many for each address and colleague; of those a quarter by the ways the address takes."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in every:
        groups.setdefault((cell.route.name, cell.viewer), []).append(cell)
    chosen = []
    for (route, viewer), group in groups.items():
        dice = random.Random(f"{route} {viewer}")
        size = min(len(group), int(CELLS * share / len(ROUTES) / len(VIEWERS) + dice.random()))
        dice.shuffle(group)
        taken = sorted(group, key=lambda cell: cell.method not in cell.route.methods)
        chosen += taken[: max(1, size // 4)] + dice.sample(taken[max(1, size // 4) :], size - max(1, size // 4))
    return chosen


class Site:
    """The bank's site with a browser for each colleague; every request is taken back after its answer."""

    def __init__(self, bank: World) -> None:
        """Sign everybody in."""
        self.bank = bank
        self.browsers = {viewer: signed_in(viewer) for viewer in VIEWERS}
        self.cookies = {viewer: browser.cookies.output(header="") for viewer, browser in self.browsers.items()}
        self.sign = re.compile("|".join(re.escape(sign) for person in bank.persons for sign in person.signs))
        self.whose = {sign: person for person in bank.persons for sign in person.signs}

    def stay(self) -> None:
        """Nobody was idle, and everybody has just shown who she is."""
        SignIn.objects.filter(ended_at=None).update(seen_at=timezone.now(), confirmed_at=timezone.now())

    def ask(self, cell: Cell) -> tuple[Any, set[str]]:
        """The answer, and the tables that were written while it was made."""
        written: set[str] = set()

        def watch(execute: Any, statement: str, parameters: Any, many: bool, context: Mapping[str, Any]) -> Any:
            answer = execute(statement, parameters, many, context)
            if (found := WRITES.match(statement)) and context["cursor"].rowcount != 0:
                written.add(found[1])
            return answer

        with connection.execute_wrapper(watch), self.taken_back(cell.viewer):
            response = self.send(cell)
        return response, {table for table in written if not table.startswith(BOOKKEEPING)}

    @contextmanager
    def taken_back(self, viewer: str) -> Iterator[Client]:
        """This colleague's browser; what it does is taken back, on the server and in the browser."""
        with transaction.atomic():
            yield self.browsers[viewer]
            transaction.set_rollback(True)
        translation.deactivate()
        self.browsers[viewer].cookies = SimpleCookie(self.cookies[viewer])

    def send(self, cell: Cell) -> Any:
        """The request of this cell."""
        address = self.address(cell)
        sent: dict[str, Any] = {}
        if cell.method not in ("GET", "HEAD"):
            sent = {**FORM, "request_key": f"cell-{cell.viewer}-{cell.relation}"}
            sent |= {name: self.ids_for(replace(cell, relation="branch"), name) for name in CHOSEN}
            if cell.channel == "body":
                sent |= {name: self.ids_for(cell, name) for name in asked_for() if name not in FORM}
        more: dict[str, Any] = {"headers": {"HX-Request": "true"}} if cell.part else {}
        if cell.channel == "query":
            more["query_params"] = {name: self.ids_for(cell, name) for name in asked_for()}
        browser = self.browsers[cell.viewer]
        if cell.method in ("GET", "HEAD", "OPTIONS"):
            return getattr(browser, cell.method.lower())(address, **more)
        if cell.method == "POST":
            return browser.post(address, sent, **more)
        return getattr(browser, cell.method.lower())(address, sent, content_type="application/json", **more)

    def address(self, cell: Cell) -> str:
        """The address of this cell, with the ids it has in its path."""
        about = self.about(cell, "path")
        return reverse(cell.route.name, args=[self.bank.id_of(name, cell.viewer, about) for name in ids_in(cell.route)])

    def about(self, cell: Cell, channel: str) -> str:
        """The relation of the id in this place: the one asked about in the cell's own channel, one's own elsewhere."""
        return cell.relation if cell.channel == channel else "own"

    def ids_for(self, cell: Cell, name: str) -> str:
        """What is sent under this name: an id of its kind, else that of the customer."""
        if name in ("customer", "customer_no"):
            return self.bank.number_of(cell.viewer, cell.relation)
        kind = name if name in self.bank.ids else NAMED.get(name, "public_id")
        return str(self.bank.id_of(kind, cell.viewer, "fresh" if name == "taker" else cell.relation))

    def all_sent(self, cell: Cell) -> set[str]:
        """Every id the question held: to hear it again is to learn nothing."""
        in_path = {str(self.bank.id_of(name, cell.viewer, self.about(cell, "path"))) for name in ids_in(cell.route)}
        return in_path | {self.ids_for(cell, name) for name in asked_for()}

    def wrong(self, cell: Cell) -> list[str]:
        """What is wrong with the answer to this cell; nothing when all is as the oracle says."""
        response, written = self.ask(cell)
        expected = expects(cell)
        said = []
        if not fits(cell, response, expected):
            said.append(f"{cell}: expected {expected}, came {response.status_code} {sent_to(response)}")
        if expected != "there" and written:
            said.append(f"{cell}: refused, and yet wrote {sorted(written)}")
        told = text_of(response)
        for asked in self.all_sent(cell):
            told = told.replace(asked, "…")
        for found in sorted({self.whose[sign].key for sign in self.sign.findall(told)}):
            person = self.person(found)
            permission, relation = cell.route.permission.value, self.bank.relation(person, cell.viewer)
            named = permission not in oracle.ONE or relation == self.bank.relation(self.named(cell), cell.viewer)
            if not (named and oracle.allowed(permission, cell.viewer, relation)):
                said.append(f"{cell}: tells of a customer in the relation {relation}")
        return said

    def named(self, cell: Cell) -> Person:
        """The customer whose number the question holds, or the number of the case it is about."""
        number = self.bank.number_of(cell.viewer, self.about(cell, "path") if ids_in(cell.route) else cell.relation)
        return next(person for person in self.bank.persons if f"C{person.key:06d}" == number)

    def person(self, key: int) -> Any:
        """The customer with this key."""
        return next(person for person in self.bank.persons if person.key == key)


def subject(cell: Cell) -> tuple[str, str]:
    """In which relation to whoever asks stands what is asked about, and what it is; empty: nobody in particular."""
    names = ids_in(cell.route)
    if cell.channel == "body" and cell.route.name in IN_BODY:
        return cell.relation, IN_BODY[cell.route.name]
    if not names:
        return "", "customer"
    return cell.relation if cell.channel == "path" else "own", KINDS.get(names[-1], "customer")


def expects(cell: Cell) -> str:
    """What should come of it: ``method`` refused, sent to ``sign in``, ``absent`` or ``there``."""
    if cell.method not in cell.route.methods:
        return "method"
    permission = cell.route.permission.value
    if permission != "public" and cell.viewer == ANONYMOUS:
        return "sign in"
    may = oracle.allowed(permission, cell.viewer, *subject(cell))
    return "there" if may else "absent"


def fits(cell: Cell, response: Any, expected: str) -> bool:
    """Is the answer of this kind?"""
    status, away = response.status_code, sent_to(response)
    if expected == "sign in":
        return away.startswith("/login") and status in (200, 302)
    if expected == "there":
        elsewhere = away.startswith(AWAY) and cell.route.permission.value not in ("public", "account")
        return status in THERE and not elsewhere
    return bool(status == {"method": 405, "absent": 404}[expected])


def sent_to(response: Any) -> str:
    """Where the answer sends the browser; empty when it stays."""
    return response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")


def text_of(response: Any) -> str:
    """Everything that leaves the server: body, headers and cookies."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{body.decode()}\n{headers}\n{response.cookies.output()}"


def signed_in(role: str) -> Client:
    """A browser in which the colleague of this role is signed in and has shown who she is; a plain one for nobody."""
    browser = Client() if role == ANONYMOUS else doors.signed_in(staff_no(role))
    browser.raise_request_exception = False
    return browser
