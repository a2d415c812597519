"""Chinese is the source; English is whole, in step with it, and compiled."""

import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import reverse

from guanhu.web import words
from tests.cast import Cast
from tests.web.conftest import HTMX, outcome, text

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "guanhu" / "locale"
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
CHINESE = re.compile("[\u3400-\u9fff]")
EXTRACT = ("extract", "-F", "babel.cfg", "-k", "gettext_lazy", "-k", "gettext_noop", "-k", "pgettext:1c,2",
           "-k", "pgettext_lazy:1c,2", "-k", "npgettext:1c,2,3", "--no-location", "--omit-header",
           "--sort-output")  # fmt: skip
SLOT = re.compile(r"%\((\w+)\)s")


def babel(*arguments: str) -> None:
    """Run Babel's command in the checkout."""
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "-q", *arguments], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The English catalogue as it stands."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def empty(catalog: Catalog) -> list[str]:
    """Words without a translation, or with one nobody confirmed."""
    found = []
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (not all(forms) or message.fuzzy):
            found.append(str(message.id))
    return found


def slots_differ(catalog: Catalog) -> list[str]:
    """Translations that fill other slots than their source."""
    found = []
    for message in catalog:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not {slot for form in forms for slot in SLOT.findall(form)} <= set(SLOT.findall(ids[0])):
            found.append(ids[0])
    return found


@pytest.mark.slow
def test_the_catalogue_is_in_step_with_the_source(tmp_path: Path):
    babel(*EXTRACT, "-o", str(tmp_path / "django.pot"), ".")
    copy = tmp_path / "locale"
    shutil.copytree(LOCALE, copy)
    babel("update", "--ignore-pot-creation-date", "--ignore-obsolete", "-D", "django", "-i",
          str(tmp_path / "django.pot"), "-d", str(copy))  # fmt: skip
    updated = copy / "en" / "LC_MESSAGES" / "django.po"
    assert updated.read_text(encoding="utf-8") == ENGLISH.read_text(encoding="utf-8")


def test_nothing_is_left_untranslated(english: Catalog):
    assert len(english) > 200
    assert empty(english) == []


def test_the_same_figures_stand_in_both_languages(english: Catalog):
    assert slots_differ(english) == []


def test_what_is_missing_would_be_found():
    catalog = Catalog(locale="en")
    catalog.add("今天", "")
    catalog.add("%(n)s 户", "%(m)s customers")
    assert empty(catalog) == ["今天"]
    assert slots_differ(catalog) == ["%(n)s 户"]


def test_the_compiled_catalogue_is_the_written_one(english: Catalog):
    made = BytesIO()
    write_mo(made, english)
    assert made.getvalue() == ENGLISH.with_suffix(".mo").read_bytes()


OWN_WORDS = ("赵桂芳", "赵*芳", "李建华", "李*华", "沈知微", "星湖支行", "退休教师", "中文",
             "南昌市东湖区", "赵", "沈", "李", "女")  # fmt: skip


def seen(page: str) -> str:
    """What an English reader sees that is not a name or a note of the cast."""
    page = re.sub(r"<script.*?</script>|<!--.*?-->", "", page, flags=re.S)
    for own in OWN_WORDS:
        page = page.replace(own, "")
    return page


@pytest.mark.parametrize("page", ["/login", "/today/", "/customers/", "brief", "customer", "/nothing/"])
def test_an_english_page_holds_no_chinese(page: str, cast: Cast, shen: Client):
    shen.post("/language", {"language": "en"})
    address = page if page.startswith("/") else reverse(page, args=[cast.zhao])
    found = [line.strip() for line in seen(text(shen.get(address))).splitlines() if CHINESE.search(line)]
    assert found == []


def test_an_english_answer_holds_no_chinese(cast: Cast, shen: Client):
    shen.post("/language", {"language": "en"})
    for typed in ({}, {"outcome": "booked"}, {"outcome": "declined", "refusal": "no_need", "version": 1}):
        answer = shen.post(reverse("record", args=[cast.zhao]), outcome(cast, **typed), **HTMX)
        assert [line for line in seen(text(answer)).splitlines() if CHINESE.search(line)] == []


@pytest.mark.parametrize(
    ("language", "fen", "shown"),
    [
        ("zh-hans", 50_000_000, "50万"), ("zh-hans", 186_400_000, "186.4万"), ("zh-hans", 850_00, "850元"),
        ("en", 50_000_000, "¥500k"), ("en", 120_000_000, "¥1.2m"), ("en", None, "—"),
    ],
)  # fmt: skip
def test_money_reads_as_each_language_says_it(language: str, fen: int | None, shown: str):
    from django.utils import translation

    with translation.override(language):
        assert words.money(fen) == shown
