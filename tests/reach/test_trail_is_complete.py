"""What is shown and what is done stands on the trail: one record for each act, nobody shown unrecorded. B1"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

import guanhu
from guanhu.apps.audit import trail
from guanhu.apps.audit.canonical import person_id
from guanhu.feeds.keys import Keys
from guanhu.rules.kinds import TrailAction
from guanhu.web.routes import ROUTES
from tests.reach.asking import Cell, Site, expects, ids_in
from tests.reach.world import VIEWERS, World

pytestmark = [pytest.mark.slow, pytest.mark.long]

LOOKS = {"list_view", "customer_view", "search", "trail_read", "alarm_view", "quarantine_view"}
"""Actions that only look."""
NO_ACT = {"viewed", "listed", "nobody", "failed", "TooMany", "ConfirmFirst"}
"""Results that tell of a look, or of what did not happen."""
ACTS: dict[str, list[str]] = {
    "record": ["touch"], "undo": ["touch_undo"], "defer": ["defer"], "undo_defer": ["defer_undo"],
    "merge": ["merge"], "not_same": ["not_same"],
    "view_save": ["view"], "stage": ["stage"], "stage_move": ["stage"], "book_line": ["file", "stage"],
    "book_defer": ["list_act"], "settle": ["defer"], "arrange": ["arrange"],
    "cancel": ["arrange"], "resume": ["defer_undo"], "week_goal": ["goal"],
    "tomorrow_confirm": ["review"], "review_rest": ["list_act"], "review_write": ["review"],
    "comment": ["review"],
    "dates": ["file"], "facts": ["file"], "visit": ["visit"], "keep_course": ["file"],
    "marketing": ["consent"], "call": ["call"], "reveal": ["reveal"],
    "sign_out": ["sign_out"], "covers": ["cover"], "end_cover": ["cover_end"], "propose": ["role_propose"],
    "approve": ["role_approve"], "refuse": ["role_end"], "withdraw": ["role_end"], "end_role": ["role_end"],
    "lock": ["lock"], "unlock": ["unlock"], "end_session": ["session_end"], "reset_factor": ["second_factor"],
    "move": ["staff_change"], "role": ["role_switch"], "cases": ["case"], "case_search": ["case"],
    "case_settle": ["case"], "case_hold": ["case"], "case_lift": ["case"], "case_copy": ["export"],
    "clearing_propose": ["clearing"], "clearing_approve": ["clearing"], "clearing_decline": ["clearing"],
    "clearing_withdraw": ["clearing"], "export_ask": ["export"], "export_approve": ["export"],
    "export_refuse": ["export"], "export_make": ["export"], "export_file": ["export"], "export_withdraw": ["export"],
    "alarm_answer": ["alarm"], "leaving": ["staff_change"],
    "imports": ["import"], "import_columns": ["import"], "import_trial": ["import"], "import_writing": ["import"],
    "import_drop": ["import"],
    "round_open": ["round"], "round_limits": ["round"], "round_pin": ["round"], "round_solve": ["round"],
    "round_approve": ["round"], "round_send_back": ["round"], "round_revert": ["round"], "round_drop": ["round"],
    "claim": ["claim"], "withdraw_claim": ["claim"], "handover_step": ["handover"],
    "flag_explain": ["flag"], "flag_answer": ["flag"],
}  # fmt: skip
"""What each address does when it does something, as the trail calls it."""
BRINGS = {
    "move": {"cover_end", "role_end", "session_end"}, "lock": {"session_end"}, "end_session": {"session_end"},
    "reset_factor": {"session_end"}, "end_role": {"session_end"}, "book_defer": {"defer"}, "review_rest": {"defer"},
    "round_submit": {"round"}, "round_approve": {"round"}, "change_keeper": {"round"},
}  # fmt: skip
"""What else an act brings about, each with a record of its own."""
ACTING = ("keeper", "head", "region", "counter", "security", "coach", "privacy", "data")
"""Roles that between them do all of this."""
QUIET = ("sign_out", "role", "end_session", "unlock", "reset_factor")
"""Addresses that change nothing but sessions and locks."""
UNUSED = {"refused", "transfer", "publish", "import", "quarantine_repair", "rule_change", "key_use", "case",
          "clearing", "backup", "restore", "clock_jump"}  # fmt: skip
"""Words the trail has for what the product does not do yet, or does at night."""
LINK = re.compile(r"[0-9a-f-]{36}")
WHOLE = {"v", "at", "zone", "actor", "role", "unit", "session", "address", "request", "action", "kind", "result",
         "policy"}  # fmt: skip
"""Who, when, from where, what, with what result, under which rules."""


@pytest.fixture(scope="module")
def site(bank: World) -> Site:
    return Site(bank)


@contextmanager
def overheard() -> Iterator[list[dict[str, Any]]]:
    """The records written meanwhile, as they go to the database."""
    records: list[dict[str, Any]] = []

    def listen(execute: Any, statement: str, parameters: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if "audit_append" in statement:
            told = parameters[1] if isinstance(parameters[1], list) else [parameters[1]]
            records.extend(json.loads(one) for one in told)
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(listen):
        yield records


def questions() -> Iterator[Cell]:
    """Each address by each of its methods, by each colleague, about her own, a covered one and her branch's."""
    for route in ROUTES:
        for viewer in VIEWERS:
            relations = ("own", "fresh", "cover", "branch") if ids_in(route) else ("own",)
            channel = "body" if route.number and not ids_in(route) else "path"  # where the number is sent
            for relation in relations:
                for method in route.methods:
                    yield Cell(route, viewer, relation, method, channel)


def missing(site: Site, chosen: list[Cell]) -> list[str]:
    """What was shown or done without its record, or recorded without being shown or done."""
    site.stay()
    found = []
    for cell in chosen:
        with overheard() as records:
            response, written = site.ask(cell)
        wrong = [*unrecorded(site, cell, response, records), *acts(cell, written, records)]
        found += [f"{cell}: {said}" for said in wrong]
        found += [
            f"{cell}: a record lacks {sorted(lacks)}" for one in records if (lacks := WHOLE - {*one} - unknown(one))
        ]
    return found


def unknown(one: dict[str, Any]) -> set[str]:
    """What nobody can know of a try that failed: who it really was."""
    return {"actor", "role", "unit"} if one["action"] in ("sign_in_failed", "lock") else set()


def unrecorded(site: Site, cell: Cell, response: Any, records: list[dict[str, Any]]) -> Iterator[str]:
    """Customers of whom the answer tells, and the trail does not; a link to one says nothing yet."""
    told = response.content.decode()
    for asked in site.all_sent(cell):
        told = told.replace(asked, "…")
    if any(one.get("kind") == "ledger_upload" for one in records):
        return  # whom a ledger tells of nobody knows before it is written: its id stands for them
    known = {person for one in records for person in (one.get("person"), *one.get("people", ()))}
    for person in {site.whose[sign].key for sign in site.sign.findall(told) if not LINK.fullmatch(sign)}:
        by_number = Keys(settings.GUANHU_LAKE_KEY).key("customer", f"C{person:06d}")
        if not known & {person_id(settings.GUANHU_TRAIL_KEY, key) for key in (person, by_number)}:
            yield f"{site.bank.relation(site.person(person), cell.viewer)} customer is shown unrecorded"


def acts(cell: Cell, written: set[str], records: list[dict[str, Any]]) -> Iterator[str]:
    """More or fewer records than acts."""
    name, brings = cell.route.name, BRINGS.get(cell.route.name, set())
    told = Counter(one["action"] for one in records if one["result"] not in NO_ACT and one.get("id") != "list")
    done = Counter({action: n for action, n in told.items() if action not in {*LOOKS, "refused", *brings}})
    acted = written or (name in QUIET and set(told) - {"refused"})
    due = Counter(action for action in ACTS.get(name, ()) if acted and action not in brings)
    if done != due:
        yield f"wrote {sorted(written)}, recorded {dict(done)} and not {dict(due)}"


def share_of(share: float) -> list[Cell]:
    """So many questions to each address by each of its methods, as many that find something as that do not."""
    groups: dict[tuple[str, str, bool], list[Cell]] = {}
    for cell in questions():
        groups.setdefault((cell.route.name, cell.method, expects(cell) == "there"), []).append(cell)
    dice = random.Random(7)
    return [cell for group in groups.values() for cell in dice.sample(group, math.ceil(share * len(group)))]


@pytest.mark.long
def test_nobody_is_shown_and_nothing_is_done_unrecorded(site: Site, gate_share: float):
    chosen = share_of(gate_share)
    assert {(cell.route.name, cell.method) for cell in chosen} == {
        (cell.route.name, cell.method) for cell in questions()
    }
    assert {cell.viewer for cell in chosen} == set(VIEWERS)
    assert missing(site, chosen) == []


def test_each_act_of_the_table_is_really_done_by_somebody(site: Site):
    site.stay()
    done: set[str] = set()
    for cell in questions():
        if cell.route.name in set(ACTS) - done and cell.viewer in ACTING and expects(cell) == "there":
            with overheard() as records:
                site.ask(cell)
            done |= {cell.route.name for one in records if one["action"] in ACTS[cell.route.name]}
    # one clearing and one round of the post are open already, and there is one at a time; nobody's post takes claims
    assert set(ACTS) - done == {"clearing_propose", "round_open", "claim"}


def test_a_file_with_ties_becomes_one_with_another_keepers(site: Site):
    site.stay()
    merging = next(route for route in ROUTES if route.name == "merge")
    for relation in ("own", "branch"):
        response, written = site.ask(Cell(merging, "head", relation, "POST", "path"))
        assert (response.status_code, "customers_merge" in written) == (302, True)


def test_every_word_of_the_trail_is_used_or_named_as_unused():
    sources = [file for file in Path(guanhu.__file__).parent.rglob("*.py") if file.name != "kinds.py"]
    said = "\n".join(file.read_text("utf-8") for file in sources)
    unused = {action.value for action in TrailAction if f"TrailAction.{action.name}" not in said}
    assert unused - UNUSED == set()


def some(*names: str) -> list[Cell]:
    """The keeper's questions to these addresses about her own."""
    mine = [cell for cell in questions() if (cell.viewer, cell.relation) == ("keeper", "own")]
    return [cell for cell in mine if cell.route.name in names]


def test_a_look_that_is_not_noted_turns_red(site: Site, monkeypatch: pytest.MonkeyPatch):
    honest = trail.note
    monkeypatch.setattr(
        trail, "note", lambda by, action, **told: action is TrailAction.CUSTOMER_VIEW or honest(by, action, **told)
    )
    assert missing(site, some("customer")) != []


def test_an_act_noted_twice_or_never_turns_red(site: Site, monkeypatch: pytest.MonkeyPatch):
    honest = trail.note

    def twice(by: Any, action: TrailAction, **told: Any) -> None:
        honest(by, action, **told)
        honest(by, action, **told)

    monkeypatch.setattr(trail, "note", twice)
    assert missing(site, some("undo")) != []
    monkeypatch.setattr(
        trail, "note", lambda by, action, **told: action is TrailAction.TOUCH_UNDO or honest(by, action, **told)
    )
    assert missing(site, some("undo")) != []
