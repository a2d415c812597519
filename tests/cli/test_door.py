"""The door ``./do``: plain shell, helpful, and strict about what it does not know."""

import os
import shutil
import subprocess

import pytest

from tests.house.source import ROOT

pytestmark = pytest.mark.slow
NEITHER = 'case "$*" in *version_info*) exit 0;; *) exit 1;; esac'
"""A python new enough, with neither ensurepip nor pip."""


def door(*words: str, folder=ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    return subprocess.run([str(folder / "do"), *words], env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def bare(tmp_path):
    """A checkout with no .venv in a folder with a space, and a search path with nothing but what we put there."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    shutil.copy(ROOT / "do", folder)
    (folder / "requirements-dev.lock").write_text("")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname", "rm", "cksum", "cat"):
        (tools / name).symlink_to(shutil.which(name))
    (tools / "id").write_text("#!/bin/sh\necho 1000\n")
    (tools / "id").chmod(0o755)
    return folder, tools


def python(tools, body: str) -> None:
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)


def test_it_is_plain_shell():
    assert subprocess.run(["sh", "-n", str(ROOT / "do")], check=False).returncode == 0
    assert (ROOT / "do").read_text(encoding="utf-8").startswith("#!/bin/sh\n")


def test_without_a_verb_it_says_what_it_can_do():
    said = door()
    assert said.returncode == 0
    for verb in ("setup", "demo", "test", "test-all", "check", "fix", "night", "serve", "bench"):
        assert f"./do {verb}" in said.stdout


def test_an_unknown_verb_is_refused():
    assert door("dmeo").returncode == 2


def test_a_python_with_neither_ensurepip_nor_pip_is_told_what_to_install(bare):
    folder, tools = bare
    python(tools, NEITHER)
    said = door("setup", folder=folder, PATH=str(tools), GUANHU_PYTHON="python3")
    assert (said.returncode, "python3-venv" in said.stderr) == (1, True)
    assert not (folder / ".venv").exists()


def test_a_python_without_ensurepip_is_helped_by_its_pip(bare):
    folder, tools = bare
    log = folder / "asked"
    python(tools, f'printf "%s\\n" "$*" >>"{log}"\ncase "$*" in *ensurepip*) exit 1;; esac')
    door("setup", folder=folder, PATH=str(tools), GUANHU_PYTHON="python3")
    asked = log.read_text()
    assert f"-m venv --without-pip {folder}/.venv" in asked
    assert f"-m pip --python {folder}/.venv/bin/python install" in asked


def test_a_finished_setup_is_not_done_again(bare):
    folder, tools = bare
    (folder / ".venv" / "bin").mkdir(parents=True)
    made = folder / ".venv" / "bin" / "python"
    made.write_text("#!/bin/sh\nexit 1\n")
    made.chmod(0o755)
    python(tools, NEITHER)
    lock = (folder / "requirements-dev.lock").open("rb")
    with lock:
        (folder / ".venv" / ".lock-sum").write_bytes(
            subprocess.run(["cksum"], stdin=lock, capture_output=True, check=True).stdout
        )
    assert door("setup", folder=folder, PATH=str(tools), GUANHU_PYTHON="python3").returncode == 0
    (folder / "requirements-dev.lock").write_text("changed\n")
    assert door("setup", folder=folder, PATH=str(tools), GUANHU_PYTHON="python3").returncode != 0


def test_the_python_named_is_taken_and_no_other(bare):
    folder, tools = bare
    log = folder / "asked"
    python(tools, "exit 1")
    mine = tools / "a python of mine"
    mine.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>"{log}"\n')
    mine.chmod(0o755)
    door("setup", folder=folder, PATH=str(tools), GUANHU_PYTHON=str(mine))
    assert f"-m venv {folder}/.venv" in log.read_text()
    absent = door("setup", folder=folder, PATH=str(tools), GUANHU_PYTHON=str(tools / "python3"))
    assert (absent.returncode, "python >= 3.11" in absent.stderr) == (1, True)
