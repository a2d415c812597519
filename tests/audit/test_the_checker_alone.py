"""The checker runs by itself: without Django, from a copy, over a database or a file; its exit code is its answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from guanhu.apps.audit import actions, sealing, trail, verify
from guanhu.cli import postgres
from guanhu.rules.kinds import TrailAction
from guanhu.rules.policy import SHIPPED
from tests.audit.conftest import SHEN, YAN
from tests.house.source import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.long]
NOW = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)


@pytest.fixture
def anchors(tmp_path) -> Path:
    """A small trail, sealed."""
    file = tmp_path / "outside" / "seals.jsonl"
    for by in (SHEN, YAN, SHEN, None):
        trail.note(by, TrailAction.LIST_VIEW, people=[1, 2, 3])
    sealing.seal(NOW, secret=bytes(32), anchors=file, policy=SHIPPED)
    return file


@pytest.fixture
def export(anchors, tmp_path) -> Path:
    file = tmp_path / "trail.jsonl"
    with file.open("w", encoding="utf-8") as out:
        assert actions.hand_out(out) == 5
    return file


def run(*arguments: str, program: str) -> subprocess.CompletedProcess[str]:
    listed = f"{program}\nimport sys; sys.stderr.write('\\n'.join(sorted(sys.modules)))"
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.argv[1:] = {list(arguments)!r}\n{listed}"],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def asked(anchors: Path, address: str) -> list[str]:
    return ["--anchors", str(anchors), "--database", address]


def test_the_command_knows_neither_django_nor_what_writes_the_trail(anchors, database_url):
    program = """
from typer.testing import CliRunner
from guanhu.cli.app import app
import sys
done = CliRunner().invoke(app, ["trail", "verify", *sys.argv[1:]])
sys.stdout.write(done.output)
assert done.exit_code == 0, done.output
"""
    done = run(*asked(anchors, database_url), program=program)
    assert "完好：4 条记录，3 条链，1 封签" in done.stdout, done.stderr
    loaded = set(done.stderr.split())
    assert not {one for one in loaded if one.split(".")[0] == "django"}
    ours = {one for one in loaded if one.startswith("guanhu.apps")}
    assert ours == {"guanhu.apps", "guanhu.apps.audit", "guanhu.apps.audit.verify"}


def test_a_copy_of_the_file_is_a_program_of_its_own(anchors, database_url, tmp_path):
    copied = tmp_path / "elsewhere" / "verify.py"
    copied.parent.mkdir()
    shutil.copy(verify.__file__, copied)
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-I", str(copied), *asked(anchors, database_url)],
        cwd=copied.parent, capture_output=True, text=True, check=False, env=alone,
    )  # fmt: skip
    assert (done.returncode, done.stdout[:2]) == (0, "完好"), done.stderr


def test_what_was_bent_is_said_and_the_exit_code_tells(anchors, database_url, login, capsys):
    login("postgres").execute("update audit_entry set result = 'x' where chain = 'B1' and seq = 2")
    assert verify.main(asked(anchors, database_url)) == 1
    assert "第一处：链 B1 第 2 号：列 result 与原文不符" in capsys.readouterr().out


@pytest.mark.parametrize(
    "given",
    [
        ["--anchors", "nowhere/seals.jsonl", "--file", "nowhere"],
        ["--anchors", "{anchors}", "--file", "nowhere.jsonl"],
        ["--anchors", "{anchors}", "--database", "postgresql:///nothing?host={anchors}"],
        ["--anchors", "{anchors}", "--key", "nowhere.pub", "--file", "x"],
    ],
)
def test_what_cannot_be_read_is_no_verdict(anchors, given, capsys):
    assert verify.main([one.format(anchors=anchors) for one in given]) == 2
    told = capsys.readouterr()
    assert "没有核验" in told.err
    assert told.out == ""


def test_one_source_must_be_named(anchors):
    with pytest.raises(SystemExit):
        verify.main(["--anchors", str(anchors)])


def test_the_login_of_the_pages_sees_too_little_to_call_it_whole(anchors, postgres_server):
    from django.db import connection

    address = postgres_server.url(connection.settings_dict["NAME"], "app")
    assert verify.main(asked(anchors, address)) == 2


def test_a_connection_that_may_only_read_is_enough(anchors, login):
    db = login("guanhu_app")
    db.execute("set role guanhu_auditor")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("update audit_chain set seq = 1")
    keys = verify.read_keys(anchors.with_suffix(".pub").read_text("ascii"))
    assert verify.check_database(db, anchors, keys).bad == []


# ---------------------------------------------------------------- a file


def file_verdict(export: Path, anchors: Path) -> verify.Report:
    return verify.check_file(export, anchors, verify.read_keys(anchors.with_suffix(".pub").read_text("ascii")))


def test_an_exported_trail_is_whole_by_itself(anchors, export):
    report = file_verdict(export, anchors)
    assert (report.bad, report.records, report.chains) == ([], 5, 3)


def bend_line(number: int, **new: object):
    def bend(lines: list[str]) -> list[str]:
        told = json.loads(lines[number]) | new
        return [*lines[:number], json.dumps(told, ensure_ascii=False) + "\n", *lines[number + 1 :]]

    return bend


@pytest.mark.parametrize(
    ("bend", "first"),
    [
        (bend_line(2, record='{"action":"sign_out","at":"2026-11-24T02:10:00.000000Z","v":1}'), ("B1", 2)),
        (lambda lines: [*lines[:1], *lines[2:]], ("B1", 1)),
        (lambda lines: [*lines[:2], *lines[3:]], ("B1", 2)),
        (lambda lines: [one for one in lines if '"B2"' not in one[:20]], ("B2", 1)),
        (lambda lines: [lines[0].replace('"B1":[2', '"B1":[1'), *lines[1:2], *lines[3:]], ("B1", 2)),
        (lambda lines: [lines[0].replace('"seal":1', '"seal":0'), *lines[1:2], *lines[3:]], ("B1", 2)),
    ],
)
def test_a_bent_export_is_found(anchors, export, bend, first):
    lines = export.read_text("utf-8").splitlines(keepends=True)
    export.write_text("".join(bend(lines)), "utf-8")
    bad = file_verdict(export, anchors).first
    assert bad is not None
    assert (bad.chain, bad.seq) == first


def test_an_export_is_itself_on_the_trail(export):
    last = export.read_text("utf-8").splitlines()[-1]
    bank = [json.loads(line) for line in export.read_text("utf-8").splitlines() if '"chain":"bank"' in line]
    assert json.loads(bank[-1]["record"])["action"] == "trail_export", last


# ---------------------------------------------------------------- the commands


ONE_AFTER_THE_OTHER = """
import json, sys
from typer.testing import CliRunner
from guanhu.cli.app import app
for line in sys.stdin:
    done = CliRunner().invoke(app, ["trail", *json.loads(line)])
    print(json.dumps([done.exit_code, done.stdout, done.stderr]), flush=True)
"""


@contextmanager
def commands(bank: Path) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """``guanhu trail …`` on this bank, in one process that stays up; ``alone`` in a process of its own."""
    ours = ("DATABASE_", "GUANHU_", "DJANGO_")
    named = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env = {**named, "GUANHU_VAR": str(bank), "GUANHU_LOG": "error", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", ONE_AFTER_THE_OTHER], cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as staying:  # fmt: skip

        def guanhu(*arguments: str, alone: bool = False) -> subprocess.CompletedProcess[str]:
            if alone:
                line = [sys.executable, "-m", "guanhu.cli", "trail", *arguments]
                return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, env=env)
            assert staying.stdin
            assert staying.stdout
            staying.stdin.write(json.dumps(arguments) + "\n")
            staying.stdin.flush()
            return subprocess.CompletedProcess(arguments, *json.loads(staying.stdout.readline()))

        yield guanhu


def test_the_commands_seal_check_show_and_export(tmp_path, postgres_server):
    server = postgres.ensure_running(tmp_path / "bank", {"fsync": "off"})
    try:
        with commands(tmp_path / "bank") as guanhu:
            seal_check_show_and_export(tmp_path, server, guanhu)
    finally:
        server.leave()


def seal_check_show_and_export(tmp_path: Path, server: postgres.Server, guanhu: Callable[..., Any]) -> None:
    """One bank's trail through all commands."""
    assert "封签 1" in guanhu("seal").stdout
    shown = guanhu("show", "--customer", "C000001", "--json")
    assert json.loads(shown.stdout)[0]["动作"] == "查阅留痕", shown.stderr
    out = tmp_path / "trail.jsonl"
    assert guanhu("export", str(out)).returncode == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert guanhu("export", str(out)).returncode == 2
    with (tmp_path / "bank" / "anchors" / "seals.jsonl").open("r+b") as outside:
        kept = outside.read()
        outside.truncate(0)
    assert "完好：2 条记录" in guanhu("verify", "--file", str(out)).stdout
    (tmp_path / "bank" / "anchors" / "seals.jsonl").write_bytes(kept)
    assert "完好：2 条记录" in guanhu("verify").stdout
    with psycopg.connect(server.url(postgres.DATABASE, "owner"), autocommit=True) as db:
        db.execute("update audit_entry set actor = 'S99' where seq = 1")
    assert guanhu("verify", alone=True).returncode == 1
    (tmp_path / "bank" / "anchors" / "seals.jsonl").write_text("")
    refused = guanhu("seal", alone=True)
    assert (refused.returncode, "没有封签" in refused.stderr) == (1, True)
