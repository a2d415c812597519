"""Templates speak one language each, and what a person typed stays typed."""

from __future__ import annotations

from itertools import count
from threading import Barrier, Thread, local
from types import SimpleNamespace
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.template import engines
from django.templatetags.static import static
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe
from django.utils.translation import trans_real
from jinja2 import UndefinedError
from markupsafe import Markup, escape

from guanhu.rules.access import Viewer
from guanhu.web import drawing
from guanhu.web.drawing import NOBODY, url_of
from guanhu.web.navigation import places
from guanhu.web.routes import ROUTES

LANGUAGES = {"zh-hans": ("我的客户", "3 户"), "en": ("My customers", "3 customers")}


def drawn(text: str, language: str, **context: Any) -> str:
    """The template in this language."""
    with translation.override(language):
        return str(engines["jinja2"].env.from_string(text).render(context))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_template_says_is_in_the_language_of_the_page(language: str):
    said, counted = LANGUAGES[language]
    assert drawn("{{ _('我的客户') }}", language) == said
    assert counted in drawn("{% trans n=n %}{{ n }} 户{% endtrans %}", language, n=3)


def test_words_said_outright_are_not_looked_up_when_drawn():
    with translation.override("en"):
        environment = engines["jinja2"].env
        said, told = (environment.from_string(text) for text in ("{{ _('我的客户') }}", "{{ _(word) }}"))
        with mock.patch.dict(environment.globals, gettext=mock.Mock(side_effect=LookupError)):
            assert said.render() == "My customers"
            with pytest.raises(LookupError):
                told.render(word="我的客户")


def test_marks_and_addresses_said_outright_are_drawn_when_the_template_is_read():
    environment = engines["jinja2"].env
    said = environment.from_string("{{ icon('up', True) }}{{ url('book') }}{{ url('today') if yes else '' }}")
    told = environment.from_string("{{ icon(name) }}")
    with mock.patch.dict(environment.globals, icon=mock.Mock(side_effect=LookupError), url=None):
        assert said.render(yes=True) == f"{mark('up', True)}{reverse('book')}{reverse('today')}"
        with pytest.raises(LookupError):
            told.render(name="up")
    assert told.render(name="up") == mark("up")


def mark(name: str, small: bool = False) -> str:
    """One mark of the sheet, as the pages draw it."""
    size = " i-s" if small else ""
    return f'<svg class="i{size}" aria-hidden="true"><use href="{static("icons.svg")}#i-{name}"/></svg>'


def test_a_mark_that_somebody_typed_is_escaped():
    assert "<b>" not in drawn("{{ icon(typed) }}", "zh-hans", typed='"><b>')


SHOWN = {
    "<b>": "&lt;b&gt;", "a&b": "a&amp;b", '"': "&#34;", "'": "&#39;", "赵桂芳": "赵桂芳", "": "", 12: "12",
    None: "None", 2.5: "2.5", True: "True", Markup("<u>"): "<u>", mark_safe("<i>"): "<i>", NOBODY: str(NOBODY),
}  # fmt: skip


@pytest.mark.parametrize("value", SHOWN)
def test_a_value_is_shown_as_jinja_shows_it(value: object):
    assert drawn("{{ value }}", "zh-hans", value=value) == SHOWN[value] == str(escape(value))


class Typed(str):
    """A text of a kind of its own."""


class Lazy:
    """Somebody's own text, made when it is shown."""

    def __str__(self) -> str:
        return "<script>"


@pytest.mark.parametrize("value", [Typed("<script>"), Lazy(), ["<script>"], {"<script>": 1}, lazystr("<script>")])
def test_a_value_of_any_other_kind_is_escaped(value: object):
    found = drawn("{{ value }}{% set kept %}{{ value }}{% endset %}{{ kept }}", "zh-hans", value=value)
    assert "<" not in found
    assert found.count("&lt;script&gt;") == 2


def test_a_field_is_found_as_jinja_finds_it():
    record = SimpleNamespace(name="赵桂芳", none=None, below=SimpleNamespace(items="下"))
    text = "{{ one.name }}{{ one.none }}{{ one.below.items }}{{ told.name }}{{ told.below.deep }}"
    found = drawn(text, "zh-hans", one=record, told={"name": "键", "below": {"deep": "深"}})
    assert found == "赵桂芳None下键深"


@pytest.mark.parametrize("text", ["{{ one.nothing }}", "{{ nobody.name }}", "{{ one.nothing.deeper }}"])
def test_a_field_nobody_has_is_no_empty_text(text: str):
    with pytest.raises(UndefinedError):
        drawn(text, "zh-hans", one=SimpleNamespace())


def test_the_address_of_one_thing_is_put_together_where_it_is_shown():
    text = "{{ url('customer', id) }} {{ url('pair', id, other) }} {% set kept = url('customer', id) %}{{ kept }}"
    one, other = uuid4(), uuid4()
    found = drawn(text, "zh-hans", id=one, other=other)
    here = reverse("customer", args=[one])
    assert found == f"{here} {reverse('pair', args=[one, other])} {here}"
    assert "<b>" not in drawn(text, "zh-hans", id="<b>", other="<b>")


def test_what_is_drawn_once_is_drawn_anew_for_another():
    who = "{% macro who(name) %}{{ name }}{{ count() }}{% endmacro %}"
    text = who + "{{ once(who, a) }}{{ once(who, b) }}{{ once(who, a) }}"
    times = count(1)
    assert drawn(text, "zh-hans", a="<沈>", b="周", count=lambda: next(times)) == "&lt;沈&gt;1周2&lt;沈&gt;1"


def test_what_stands_around_a_page_is_kept_in_each_language():
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = [group.title for group in places(Viewer("S1", 1, 1, "wealth_manager", "沈"), keeps=True)]
    assert found["zh-hans"][0] == "每天"
    assert found["en"][0] != "每天"


def test_a_word_that_is_a_value_is_looked_up_when_drawn():
    assert drawn("{{ _(word) }}", "en", word="我的客户") == "My customers"


def test_what_somebody_typed_is_escaped_beside_them():
    typed = "<b>%(n)s</b>"
    assert drawn("{{ _('我的客户') }}{{ typed }}", "zh-hans", typed=typed) == "我的客户&lt;b&gt;%(n)s&lt;/b&gt;"
    assert "&lt;b&gt;" in drawn(
        "{% trans words=typed, n=1 %}「{{ words }}」找到 {{ n }} 户{% endtrans %}", "en", typed=typed
    )


def test_each_language_keeps_templates_of_its_own():
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = engines["jinja2"].get_template("desks/book.html").template
    assert found["en"] is not found["zh-hans"]
    with translation.override("fr"):
        assert engines["jinja2"].get_template("desks/book.html").template is found["zh-hans"]


def test_an_address_is_what_django_finds():
    for route in ROUTES:
        ids = [uuid4() for _ in range(route.address.count("<uuid:"))]
        assert url_of(route.name, *ids) == reverse(route.name, args=ids)


def test_the_sign_against_forged_forms_is_made_once_a_page_and_only_where_it_is_used():
    with mock.patch.object(drawing, "get_token", return_value="a-sign") as made:
        request = RequestFactory().get("/")
        token = drawing.token(request)["csrf_token"]
        assert made.call_count == 0
        assert drawn("{{ token }}{{ token }}", "zh-hans", token=token) == "a-signa-sign"
        assert made.call_count == 1


def test_each_thread_speaks_its_own_language():
    met, said = Barrier(len(LANGUAGES)), {}

    def speak(language: str) -> None:
        translation.activate(language)
        met.wait(10)  # all have said which before the first word is looked up
        said[language] = translation.gettext("我的客户")

    threads = [Thread(target=speak, args=(language,)) for language in LANGUAGES]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)
    assert said == {language: word for language, (word, _) in LANGUAGES.items()}
    assert isinstance(trans_real._active, local)  # not what also follows tasks, which costs more
