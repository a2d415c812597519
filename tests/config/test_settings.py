"""Settings: read from the environment, and loud about what makes no sense."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guanhu.cli.database import PREPARED, database, embedded, from_url
from guanhu.config.logs import configure_logs


@pytest.mark.parametrize(
    ("url", "part", "value"),
    [
        ("postgresql://li:a%40b@db.bank:6432/guanhu?sslmode=verify-full", "PASSWORD", "a@b"),
        ("postgresql://li:x@db.bank:6432/guanhu?sslmode=verify-full", "PORT", "6432"),
        ("postgresql://li:x@db.bank:6432/guanhu?sslmode=verify-full", "OPTIONS", {"sslmode": "verify-full"}),
        ("postgres://li@db.bank/guanhu", "PORT", "5432"),
        ("postgresql://li@/guanhu?host=/var/run/pg", "HOST", "/var/run/pg"),
        ("postgresql://li@/g%20h", "NAME", "g h"),
    ],
)
def test_the_banks_database_is_read_from_its_address(url, part, value):
    assert from_url(url)[part] == value


@pytest.mark.parametrize("url", ["sqlite:///x.db", "postgresql://li@db.bank/", "guanhu"])
def test_an_address_of_another_kind_stops_the_start(url):
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        from_url(url)


def test_the_embedded_database_is_found_by_its_folder(tmp_path):
    inside = embedded(tmp_path / "var", "app")["HOST"]
    assert inside.endswith(("run", tmp_path.name)) or "guanhu-" in inside
    assert embedded(tmp_path / "a", "app")["HOST"] != embedded(tmp_path / "b", "app")["HOST"]


def test_a_log_level_nobody_knows_stops_the_start():
    with pytest.raises(SystemExit, match="GUANHU_LOG"):
        configure_logs("loud")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"), [("GUANHU_HTTPS", "yes"), ("GUANHU_SECRET_KEY", "short"), ("DATABASE_URL", "mysql://x/y")]
)
def test_a_setting_that_makes_no_sense_stops_the_start(name, value, tmp_path):
    env = {**os.environ, "GUANHU_VAR": str(tmp_path), name: value}
    done = subprocess.run(
        [sys.executable, "-c", "import guanhu.config.settings"], env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, name in done.stderr) == (1, True)


def test_no_page_may_run_foreign_or_inline_script(settings):
    told = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert told["script-src"] == told["style-src"] == ["'self'"]
    assert "unsafe" not in str(told)


def test_the_settings_are_those_of_a_site_in_use(settings):
    assert settings.DEBUG is False
    assert settings.USE_TZ
    assert settings.TIME_ZONE == "Asia/Shanghai"
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.X_FRAME_OPTIONS == "DENY"


def test_statements_of_the_pages_are_planned_once_unless_a_pool_cannot_keep_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    url = "postgresql://u:p@127.0.0.1:5432/bank?sslmode=require"
    monkeypatch.setenv("DATABASE_URL", url)
    assert database(tmp_path, "app")["OPTIONS"] == {**PREPARED, "sslmode": "require"}
    assert database(tmp_path, "night")["OPTIONS"] == {"sslmode": "require"}
    monkeypatch.setenv("DATABASE_URL", f"{url}&prepared=no")
    assert database(tmp_path, "app")["OPTIONS"] == {"sslmode": "require"}
