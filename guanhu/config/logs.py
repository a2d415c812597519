"""Logs as JSON lines on the error stream: what happened, never about whom.

A line of a request holds its route, not its address, because an address may carry a word somebody typed;
and a staff id, never a name.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import ExcInfo

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_logs(level: str) -> None:
    """Send our lines and those of libraries to the error stream as JSON, from this level on."""
    if level not in LEVELS:
        raise SystemExit(f"GUANHU_LOG 只能是 {' '.join(LEVELS)}，现为 {level!r}")
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(_where_it_broke),
                structlog.processors.JSONRenderer(_one_line),
            ],
            foreign_pre_chain=_SHARED,
        )
    )
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, logging.StreamHandler)]:
        if isinstance(old.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(old)
    root.addHandler(out)
    root.setLevel(max(LEVELS[level], logging.INFO))
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("axes").setLevel(logging.ERROR)  # who failed and who is locked stands on the trail


def _one_line(told: Any, **how: Any) -> str:
    """A line as JSON in which no sign ends the line, moves the reader's cursor or turns the direction of writing."""
    line = json.dumps(told, ensure_ascii=False, **how)
    return line if line.isprintable() else "".join(each if each.isprintable() else _spelt(each) for each in line)


def _spelt(sign: str) -> str:
    """A sign as JSON spells it, in one or two halves."""
    halves = sign.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{halves[place : place + 4]}" for place in range(0, len(halves), 4))


_FRAMES = ExceptionDictTransformer(show_locals=False)


def _where_it_broke(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """The kinds and places of a fault, never its words or values: they may quote a name, a phone, a row."""
    return [{"exc_type": one["exc_type"], "frames": one["frames"]} for one in _FRAMES(exc_info)]


class RequestLog:
    """One line a request: route, status, milliseconds, staff id and a number to find it again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Measure the rest of the chain and write the line."""
        begun = time.perf_counter()
        number = request.request_id = uuid4().hex  # type: ignore[attr-defined]
        known = structlog.contextvars.bind_contextvars(request_id=number)
        try:
            response = self.get_response(request)
            match = request.resolver_match
            staff = getattr(getattr(request, "viewer", None), "staff_id", None)  # never asks a database that failed
            structlog.get_logger("guanhu.request").info(
                "request",
                method=request.method,
                route=match.route if match else "-",
                status=response.status_code,
                ms=round((time.perf_counter() - begun) * 1000, 1),
                staff=staff,
            )
        finally:
            structlog.contextvars.reset_contextvars(**known)
        response["X-Request-ID"] = number
        return response
