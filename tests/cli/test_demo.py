"""The demo: one at a time, whole files, kept passwords."""

import os
import signal
import socket
import stat
import subprocess
import sys
from datetime import date

import pytest

from guanhu.cli import demo, logins, serve

HOLD = (
    "import sys, time; from pathlib import Path; from guanhu.cli.demo import only_one\n"
    "with only_one(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)"
)


@pytest.fixture
def holder(tmp_path):
    """Another demo that runs beside."""
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "demo.lock")], stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"held\n"
    yield child
    child.kill()
    child.wait()
    child.stdout.close()


@pytest.mark.slow
def test_a_second_demo_says_so_and_changes_nothing(holder, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SystemExit, match="已在运行"), demo.only_one(tmp_path / "demo.lock"):
        pytest.fail("two at once")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.slow
def test_a_killed_demo_does_not_stand_in_the_way(holder, tmp_path):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with demo.only_one(tmp_path / "demo.lock"):
        pass


@pytest.mark.slow
def test_the_command_beside_a_running_demo_leaves_with_one(holder, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "guanhu.cli", "demo", "--once"],
        env={**os.environ, "GUANHU_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "已在运行" in done.stderr) == (1, True)
    assert [file.name for file in tmp_path.iterdir()] == ["demo.lock"]


def test_the_nights_end_the_day_before_today():
    assert demo.business_days() == [
        (date(2026, 11, 20), "history"),
        (date(2026, 11, 21), "2026-11-21"),
        (date(2026, 11, 22), "2026-11-22"),
        (date(2026, 11, 23), "2026-11-23"),
    ]


def test_logins_are_kept_for_us_alone(tmp_path):
    kept = tmp_path / "demo-logins.json"
    logins.keep(kept, [{"staff_no": "1101", "password": "x"}])
    logins.keep(kept, [{"staff_no": "1101", "password": "y"}])
    assert logins.read(kept) == [{"staff_no": "1101", "password": "y"}]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.enable_socket
def test_a_taken_port_is_told_before_anything_starts():
    with socket.socket() as taken:
        taken.bind((serve.HOST, 0))
        taken.listen()
        with pytest.raises(SystemExit, match="已被占用"):
            serve.refuse_taken_port(taken.getsockname()[1], patience=0)
