"""Whatever is typed or delivered stays a word on every page: in the page's structure first, then in a real browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from typing import Any
from unittest import mock

import pytest
from django.db import models
from django.template import engines
from jinja2 import Environment, TemplateError

from guanhu.apps.catalog.scripts import SLOT, SLOTS, Script, scripts
from guanhu.web import drawing as shipped
from tests.cast import Cast
from tests.conftest import IN_FULL
from tests.security import words
from tests.security.asking import Asked, ask_all, tried, undone
from tests.security.payloads import SSTI, XSS
from tests.web.conftest import signed_in

pytestmark = [pytest.mark.slow, pytest.mark.long]
LEADING = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data", "srcset", "poster", "xlink:href"}
UNSEEN = {
    "catalog.Product.drawbacks": "for the night's recommendations",
    "customers.Case.customer_no": "the same number as the customer's own, by which it is found",
    "customers.Complaint.subject": "pages say that there is a complaint, and since when",
    "customers.Customer.name_pinyin": "a key to sort and to search by",
    "customers.SearchKey.key": "what is made of a name to find it by",
    "customers.LedgerEntry.id_no": "sealed; no page shows ledgers yet",
    "customers.LedgerEntry.number": "sealed; no page shows ledgers yet",
    "customers.LedgerEntry.phone": "sealed; no page shows ledgers yet",
    "customers.LedgerEntry.told": "sealed; no page shows ledgers yet",
    "customers.Prospect.id_no": "sealed; masked on every page",
    "customers.Prospect.name": "masked on every page",
    "customers.Prospect.phone": "sealed; masked on every page",
    "customers.LedgerPart.content": "sealed; no page reads it",
    "customers.Quarantined.raw": "sealed, for who repairs the file",
    "customers.Quarantined.value": "sealed, for who repairs the file",
    "customers.SavedView.asks": "read as conditions; what is none is told where the view is opened",
    "customers.SavedView.columns": "read as codes of a closed list; what is none is left out",
    "people.Branch.address": "no page needs it yet",
    "people.Branch.region_no": "a key between branches",
    "people.Staff.licence_no": "for the night's recommendations",
    "people.Staff.phone": "no page needs it yet",
    "work.Touch.staff_no": "the name is shown",
}
"""Fields whose text no page shows, and why that is so."""


@pytest.fixture
def full(cast: Cast) -> dict[str, Asked]:
    """Everything there is to show, and a request for every address."""
    words.deliver()
    asked = ask_all(cast, signed_in())
    words.fill(cast)
    return asked


class Skeleton(HTMLParser):
    """A page without its texts: which elements, which attributes they carry, where they lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.leads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.leads += [value for name, value in attrs if name in LEADING and value]


def faults(page: str) -> list[str]:
    """Elements, attributes and ways that a template of ours never writes."""
    skeleton = Skeleton()
    skeleton.feed(page)
    found = [f"<{tag}>" for tag, _ in skeleton.elements if tag in STRANGE]
    named = [(tag, name) for tag, names in skeleton.elements for name in names]
    found += [f"<{tag} {name}>" for tag, name in named if name.startswith(HANDLERS) or name in ACTING]
    return found + [f"leads to {way[:40]}" for way in skeleton.leads if leads_away(way)]


def worked_out(page: str) -> list[str]:
    """What stood between its two ends and is no longer what was typed."""
    return [told for told in TYPED.findall(html.unescape(page)) if told.replace(*PARTED) not in SSTI]


TYPED = re.compile(r"zq8<(?:(?!zq8<).)*?>8qz", re.DOTALL)
"""One text from its sign to its sign; what a short field cut off has no end."""
PARTED = ("</code> <code>", "#")
"""Conditions that could not be read come back in pieces, parted where a ``#`` was typed."""
HANDLERS = ("on", "hx-on", "data-hx")
ACTING = {"style", "srcdoc", "formaction", "background"}
OTHER_SITE = re.compile(r"[\\/]{2}|(?!tel:|otpauth:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def leads_away(way: str) -> bool:
    """Does an address lead to another site or into a script, as a browser reads it?"""
    return bool(OTHER_SITE.match(re.sub(r"[\x00-\x20]", "", way)))


STRANGE = {
    "iframe", "object", "embed", "base", "style", "marquee", "video", "audio", "source", "math", "foreignobject",
    "animate", "set", "keygen", "img", "noscript", "template", "x", "frame", "frameset", "applet", "mtext",
    "mi", "scr",
}  # fmt: skip
"""Elements no template of ours has."""


def attack(text: str) -> None:
    """The text stands in every field of every row."""
    words.put(lambda model, field: text)


@contextmanager
def attacked(texts: list[str], signs: dict[str, str] | None = None) -> Iterator[None]:
    """Each row holds the attacks joined where there is room, one of them elsewhere; behind the sign of its field."""
    place = iter(range(10**9))

    @cache
    def text_for(model: type[models.Model], field: models.Field) -> str:
        sign = signs[words.name_of(model, field)] if signs else ""
        return sign + attack_for((field.max_length or 10_000) - len(sign))

    def attack_for(room: int) -> str:
        fitting = [text for text in texts if len(text) <= room]
        joined = " ".join(texts)
        return joined if len(joined) <= room else fitting[next(place) % len(fitting)] if fitting else texts[0]

    with undone():
        words.put(text_for)
        yield


def rounds(share: float) -> list[list[str]]:
    """Ten of the attacks at once, some of each kind; before a release all of them, and each by itself, too."""
    together = [list(XSS[place::12]) for place in range(12)]
    return together + [[text] for text in XSS] if share == 1.0 else together[:1]


TURNS = 12 if IN_FULL else 1
"""Before a release the rounds are shared out, so that none outlasts a session and all cores take part."""


def shown(full: dict[str, Asked], kind: str = "") -> Iterator[tuple[str, Any]]:
    """Every page that comes as HTML, or those of one kind."""
    for what, ask in words.pages(full):
        name, _, its_kind = what.partition(" ")
        if kind not in ("", its_kind):
            continue
        with tried(full[name]):
            answer = ask()
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                yield what, answer


@pytest.mark.parametrize("turn", range(TURNS))
def test_every_text_is_shown_or_said_why_not_and_no_page_takes_it_for_an_element(
    full: dict[str, Asked], gate_share: float, turn: int
):
    signs = {words.name_of(*each): f"zq{number:03}qz" for number, each in enumerate(words.fields())}
    found: dict[str, list[str]] = {}
    missing, shown_as_typed = dict(signs), set[str]()
    for place, texts in list(enumerate(rounds(gate_share)))[turn::TURNS]:
        with attacked([*texts, *SSTI[place % 12 :: 12]], signs):
            for what, answer in shown(full):
                said = answer.content.decode()
                missing = {name: sign for name, sign in missing.items() if sign[:-2] not in said}
                found |= {f"{what} {answer.status_code}": [*faults(said), *worked_out(said)]}
                shown_as_typed |= set(TYPED.findall(html.unescape(said)))
    assert sorted(missing.keys() - UNSEEN.keys()) == []
    assert sorted(UNSEEN.keys() - missing.keys()) == []
    assert {what: said for what, said in found.items() if said} == {}
    assert len(shown_as_typed) >= len(SSTI) // 12
    assert not any(" 500" in what for what in found)
    assert sum(" 200" in what for what in found) > 20


@pytest.mark.parametrize("turn", range(TURNS))
def test_what_is_sent_and_comes_back_is_no_element(full: dict[str, Asked], gate_share: float, turn: int):
    found = []
    for texts in rounds(gate_share)[turn::TURNS]:
        for each in full.values():
            each.client.raise_request_exception = False
            for text in dict.fromkeys((texts[0], " ".join([*texts, *SSTI[turn::12]]))):
                with tried(each):
                    sent = words.with_texts(each, text)
                    query = dict.fromkeys(("tier", "next", "done", "day", "file", "page", "group", "only"), text)
                    for answer in (each.send(query=query, **sent), each.send(**sent, HTTP_HX_REQUEST="true")):
                        said = faults(answer.content.decode()) + worked_out(answer.content.decode())
                        said += ["leads away"] if re.match(r"(//|\w+:)", answer.headers.get("Location", "")) else []
                        said += ["500"] if answer.status_code >= 500 else []
                        found += [f"{each.route.name}: {one}" for one in said]
    assert found == []


@contextmanager
def unescaping() -> Iterator[None]:
    """The twin: the same templates, with nothing escaped."""
    honest = shipped.Speaking
    with mock.patch.object(shipped, "Speaking", lambda **told: honest(**{**told, "autoescape": False})):
        draw_anew()
        yield
    draw_anew()


def draw_anew() -> None:
    """Forget the templates that were read."""
    engines._engines.clear()


def test_a_page_that_escapes_nothing_is_noticed(full: dict[str, Asked]):
    with unescaping(), attacked(rounds(0.1)[0]):
        found = [what for what, answer in shown(some(full), "page") if faults(answer.content.decode())]
    assert len(found) > 10
    assert {"today page", "customer page", "book page"} <= set(found)


def some(full: dict[str, Asked]) -> dict[str, Asked]:
    """As many addresses as a twin needs."""
    known = ("today", "customer", "customer_rest", "book")
    return {name: each for place, (name, each) in enumerate(full.items()) if name in known or place % 3 == 0}


@contextmanager
def read_again() -> Iterator[None]:
    """The twin: whatever is put into a template is read as a template once more."""
    honest = shipped.Speaking

    def again(value: Any) -> Any:
        if not isinstance(value, str) or "zq8<" not in value:
            return value
        try:
            return Environment().from_string(value).render()
        except TemplateError:
            return "zq8<>8qz"

    with mock.patch.object(shipped, "Speaking", lambda **told: honest(**{**told, "finalize": again})):
        draw_anew()
        yield
    draw_anew()


def test_a_page_that_reads_what_was_typed_as_a_template_is_noticed(full: dict[str, Asked]):
    with read_again(), attacked(list(SSTI[::12])):
        found = [what for what, answer in shown(some(full), "page") if worked_out(answer.content.decode())]
    assert len(found) > 10


def filled_wrongly(script: Script, texts: Iterable[str]) -> list[str]:
    """Slots of a script that do not hold what was put into them, and words of the script that changed."""
    found = []
    for text in texts:
        parts = script.filled(dict.fromkeys(SLOTS, text))
        found += [f"{script.code}: {said}" for said, is_slot in parts if is_slot and said != text]
        around = "".join("{}" if is_slot else said for said, is_slot in parts)
        found += [f"{script.code}: {around}"] if around != SLOT.sub("{}", script.text) else []
    return found


def test_no_script_works_out_what_is_put_into_its_slots():
    assert len(SSTI) >= 40
    assert [said for script in scripts() for said in filled_wrongly(script, SSTI)] == []


def test_a_script_that_is_formatted_is_noticed(monkeypatch: pytest.MonkeyPatch):
    def formatted(script: Script, values: dict[str, str]) -> tuple[tuple[str, bool], ...]:
        first = SLOT.sub(lambda slot: values[slot[1]], script.text)
        return ((SLOT.sub(lambda slot: values.get(slot[1], ""), first), False),)

    monkeypatch.setattr(Script, "filled", formatted)
    assert [said for script in scripts() for said in filled_wrongly(script, SSTI)] != []
