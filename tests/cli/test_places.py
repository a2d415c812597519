"""Secrets and folders of one bank."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from guanhu.cli.places import secret, var_folder


def test_a_secret_is_drawn_once_and_read_by_its_owner_alone(tmp_path):
    file = tmp_path / "secret" / "lake.key"
    first = secret(file)
    assert (len(first), secret(file)) == (32, first)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_two_banks_have_two_secrets(tmp_path):
    assert secret(tmp_path / "a.key") != secret(tmp_path / "b.key")


def test_starts_at_once_agree_on_the_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        drawn = set(pool.map(lambda _: secret(tmp_path / "web.key"), range(16)))
    assert len(drawn) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["web.key"]


def test_a_damaged_secret_stops_the_start_instead_of_making_a_new_one(tmp_path):
    (tmp_path / "lake.key").write_bytes(b"short")
    with pytest.raises(SystemExit, match="5"):
        secret(tmp_path / "lake.key")


def test_several_banks_live_side_by_side(tmp_path, monkeypatch):
    monkeypatch.setenv("GUANHU_VAR", str(tmp_path / "other"))
    assert var_folder() == tmp_path / "other"
    monkeypatch.setenv("GUANHU_VAR", "")
    monkeypatch.chdir(tmp_path)
    assert var_folder() == tmp_path / "var"
