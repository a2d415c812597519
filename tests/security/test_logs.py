"""A log says what happened and never about whom; nothing that is sent can make a line look like another."""

from __future__ import annotations

import io
import json
import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from django.core.handlers.base import BaseHandler
from django.test import Client

from guanhu.config import logs
from tests.cast import CUSTOMERS, Cast
from tests.security.asking import Asked, tried
from tests.security.payloads import LOG, SQL, XSS
from tests.security.test_headers import breaking

pytestmark = [pytest.mark.slow, pytest.mark.long]
SPELLED_OUT = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
PERSONAL = ("name", "id_no", "phone", "address", "email", "occupation", "birth_on")


@contextmanager
def logging_to(stream: io.StringIO, level: str = "info") -> Iterator[None]:
    """What the site logs at this level goes into the stream, as the shipped site writes it."""
    root, request = logging.getLogger(), logging.getLogger("django.request")
    before, levels = list(root.handlers), (root.level, request.level)
    told = structlog.get_config()
    try:
        logs.configure_logs(level)
        ours = [each for each in root.handlers if each not in before]
        for each in ours:
            each.setStream(stream)
        yield
    finally:
        for each in [each for each in root.handlers if each not in before]:
            root.removeHandler(each)
        for each in before:
            if each not in root.handlers:
                root.addHandler(each)
        root.setLevel(levels[0])
        request.setLevel(levels[1])
        structlog.configure(**told)


def faults(written: str, events: int | None = None) -> list[str]:
    """What is wrong with what was written: a line that is no record, a sign that moves the reader, too many lines."""
    lines = written.split("\n")[:-1]
    found = [] if events is None or len(lines) == events else [f"{len(lines)} lines for {events} events"]
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            found.append(f"no record: {line[:60]!r}")
            continue
        found += ["forged"] if record.get("event") == "zq7" or record.get("level") not in logs.LEVELS else []
        moving = sorted({sign for sign in line if unicodedata.category(sign) in SPELLED_OUT})
        found += [f"moves the reader: {moving!r}"] if moving else []
        found += ["more than a line"] if len(line.splitlines()) != 1 else []
    return found


@pytest.mark.parametrize("sent", LOG, ids=ascii)
def test_no_sign_in_a_value_makes_another_line(sent: str):
    stream = io.StringIO()
    with logging_to(stream):
        log = structlog.get_logger("guanhu.test")
        log.info(sent, typed=sent, **{"a key": sent})
        logging.getLogger("a.library").warning("said %s", sent)
        logging.getLogger("a.library").error(sent)
    assert faults(stream.getvalue(), 3) == []
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == [sent, f"said {sent}", sent]


def test_a_log_of_plain_lines_is_noticed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logs, "_one_line", lambda told, **_: f"{told['event']}")
    stream = io.StringIO()
    with logging_to(stream):
        for sent in LOG:
            logging.getLogger("a.library").warning(sent)
    assert len(faults(stream.getvalue(), len(LOG))) > len(LOG) // 2


def test_a_log_that_spells_nothing_out_is_noticed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logs, "_one_line", lambda told, **_: json.dumps(told, ensure_ascii=False, default=str))
    stream = io.StringIO()
    with logging_to(stream):
        for sent in LOG:
            logging.getLogger("a.library").warning(sent)
    assert faults(stream.getvalue())


def everything_sent(asked: dict[str, Asked], sent: str) -> int:
    """Put a word wherever a request can carry one; how many requests that were."""
    plain = "".join(sign for sign in sent if sign.isprintable() and sign.isascii())
    headers = {"HTTP_USER_AGENT": plain, "HTTP_REFERER": plain, "HTTP_HX_CURRENT_URL": plain,
               "HTTP_X_REQUEST_ID": plain, "HTTP_X_FORWARDED_FOR": plain}  # fmt: skip
    many = 0
    for each in asked.values():
        each.client.raise_request_exception = False
        with tried(each):
            each.send(query={sent: sent}, **dict.fromkeys(each.typed, sent), **headers)
            each.client.generic("GET", each.address.rstrip("/") + "/" + plain.replace("/", ""))
            many += 2
    Client().get("/today/", HTTP_HOST=plain or "x")
    return many


def test_what_is_sent_forges_no_line_and_stands_in_none(
    asked: dict[str, Asked], monkeypatch: pytest.MonkeyPatch, gate_share: float
):
    stream = io.StringIO()
    with logging_to(stream):
        for sent in (*LOG[:4], SQL[0], XSS[0]) if gate_share == 1 else (LOG[0], XSS[0]):
            everything_sent(asked, sent)
        with monkeypatch.context() as patch:
            patch.setattr(BaseHandler, "make_view_atomic", breaking(ValueError(LOG[1])))
            everything_sent(asked, LOG[1])
    assert faults(stream.getvalue()) == []
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    spoken = [one for one in told if one["event"] == "request" and "zq7" in json.dumps(one)]
    assert spoken == []


def whom(cast: Cast) -> set[str]:
    """Everything the bank told of the cast that no log may hold."""
    of = {str(row[name]) for row in CUSTOMERS for name in PERSONAL if row.get(name)}
    return {word for word in of if len(word) > 1}


def test_no_log_says_anything_of_a_person(asked: dict[str, Asked], cast: Cast, monkeypatch: pytest.MonkeyPatch):
    stream = io.StringIO()
    with logging_to(stream):
        for each in asked.values():
            each.client.raise_request_exception = False
            for word in ("赵桂芳", "13812342716"):
                with tried(each):
                    each.send(**dict.fromkeys(each.typed, word))
                    each.send(query={"words": word})
            each.client.get(f"/customers/赵桂芳/{each.route.name}")
        with monkeypatch.context() as patch:
            patch.setattr(
                BaseHandler, "make_view_atomic", breaking(ValueError("赵桂芳 13812342716 360102196303050428"))
            )
            for each in asked.values():
                each.send()
    written = stream.getvalue()
    assert written.count('"event": "request"') > 2 * len(asked)
    assert "ValueError" in written
    assert {word for word in whom(cast) if word in written} == set()


def test_a_log_that_quotes_a_fault_is_noticed(asked: dict[str, Asked], cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logs, "_where_it_broke", lambda told: [{"exc_value": str(told[1])}])
    monkeypatch.setattr(BaseHandler, "make_view_atomic", breaking(ValueError("赵桂芳")))
    stream = io.StringIO()
    with logging_to(stream):
        asked["today"].client.raise_request_exception = False
        asked["today"].send()
    assert {word for word in whom(cast) if word in stream.getvalue()} == {"赵桂芳"}


def test_the_number_of_a_request_is_drawn_here_and_not_believed(asked: dict[str, Asked]):
    answer: Any = asked["today"].send(HTTP_X_REQUEST_ID="zq7")
    assert len(answer.headers["X-Request-ID"]) == 32
    assert "zq7" not in answer.headers["X-Request-ID"]
