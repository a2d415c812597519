"""What ``./do check`` compares: the catalogue of translations and the migrations, each with a fault that it finds."""

import os
import shutil

import pytest
import typer
from django.core.management import call_command

from guanhu.cli import upkeep

pytestmark = pytest.mark.long

CATALOGUE = "en/LC_MESSAGES/django.po"


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """A copy of the translations that a test may spoil."""
    shutil.copytree(upkeep.LOCALE, tmp_path / "locale")
    monkeypatch.setattr(upkeep, "LOCALE", tmp_path / "locale")
    return tmp_path / "locale" / CATALOGUE


@pytest.mark.slow
def test_every_sentence_of_the_pages_has_its_english():
    upkeep.translations(check=True)


@pytest.mark.slow
def test_a_sentence_that_nobody_translated_is_found(catalogue, capsys):
    text = catalogue.read_text(encoding="utf-8")
    head, found, rest = text.partition('msgid "今日工作台"\n')
    assert found
    catalogue.write_text(head + rest.split("\n\n", 1)[1], encoding="utf-8")
    with pytest.raises(typer.Exit):
        upkeep.translations(check=True)
    assert "no English: 今日工作台" in capsys.readouterr().err


@pytest.mark.slow
def test_a_catalogue_that_was_not_compiled_is_found(catalogue, capsys):
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text.replace('msgstr "Today', 'msgstr "This day', 1), encoding="utf-8")
    with pytest.raises(typer.Exit):
        upkeep.translations(check=True)
    assert "django.mo: not current" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_a_model_without_its_migration_is_found(monkeypatch):
    from django.apps import apps

    field = apps.get_model("people", "Branch")._meta.get_field("name")
    monkeypatch.setattr(field, "max_length", 7)
    with pytest.raises(SystemExit):
        call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


@pytest.mark.slow
def test_the_settings_of_a_bank_stand_up_to_djangos_own_check(tmp_path, monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "guanhu.config.settings")
    monkeypatch.setenv("GUANHU_VAR", str(tmp_path))
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # journeys in a browser leave it behind
    upkeep.deployment()


@pytest.mark.slow
def test_a_loose_setting_is_found(tmp_path, monkeypatch):
    (tmp_path / "loose.py").write_text(
        "from guanhu.config.settings import *\nSESSION_COOKIE_SECURE = False\n", encoding="utf-8"
    )
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "loose")
    monkeypatch.setenv("GUANHU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("PYTHONPATH", f"{upkeep.ROOT}{os.pathsep}{tmp_path}")
    with pytest.raises(typer.Exit):
        upkeep.deployment()
