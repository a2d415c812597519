"""Drawing templates: Jinja2 with Django's translations, one environment a language.

What a template says outright is worked out when the template is read, not each time it is drawn: a list of fifty lines
says three hundred such words, marks and addresses. What stands around every page is drawn once for all who see it so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache, lru_cache, partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.backends import jinja2 as backend
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from jinja2 import Environment, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer

from guanhu.web import words

NOBODY = UUID(int=0)
SAID: dict[str, Callable[..., str]] = {
    "_": translation.gettext, "gettext": translation.gettext, "pgettext": translation.pgettext,
}  # fmt: skip
"""What a template says words with."""
GIVEN = ("icon", "static", "url")
"""What draws the same whenever it is told the same."""
REMEMBERED = 1_000
"""Pieces of pages that are kept drawn in a process, those asked for last."""


class Speaking(Environment):
    """An environment that reads templates in one language."""

    language = settings.LANGUAGE_CODE

    def in_language(self, code: str) -> Speaking:
        """The same environment in another language, with templates of its own."""
        other = self.overlay()
        other.language = code
        return other

    def _generate(self, source: nodes.Template, *told: Any, **more: Any) -> str:
        with translation.override(self.language):
            return super()._generate(_Translated(self.globals).visit(source), *told, **more)


class _Translated(NodeTransformer):
    """Puts what a template says outright in its place: words with no figure and no plural, marks, addresses."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """``_('词')`` becomes its word, ``icon('up')`` its mark, ``url('book')`` its address; the rest stay calls."""
        said = [each.value for each in node.args if isinstance(each, nodes.Const)]
        name = getattr(node.node, "name", "")
        if len(said) < len(node.args) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return self.generic_visit(node)
        if name in SAID:
            return nodes.MarkSafe(nodes.Const(SAID[name](*said) % {}), lineno=node.lineno)
        if name in GIVEN:
            given = self._known[name](*said)
            told = nodes.Const(str(given))
            return nodes.MarkSafe(told, lineno=node.lineno) if hasattr(given, "__html__") else told
        return self.generic_visit(node)


class Jinja2(backend.Jinja2):
    """The engine of the templates: each is drawn by the environment of the page's language."""

    @property
    def env(self) -> Environment:
        """The environment of this moment's language."""
        return self._speaking.get(translation.get_language() or "", self._speaking[settings.LANGUAGE_CODE])

    @env.setter
    def env(self, made: Any) -> None:
        self._speaking = {code: made.in_language(code) for code, _ in settings.LANGUAGES}


def environment(**options: Any) -> Speaking:
    """Jinja2 with Django's translations, nothing undefined passing in silence, and the filters of ``words``."""
    options["undefined"] = StrictUndefined
    options["extensions"] = [*options.get("extensions", ()), "jinja2.ext.i18n"]
    options["trim_blocks"] = options["lstrip_blocks"] = True
    options.pop("autoescape", None)
    made = Speaking(autoescape=True, **options)  # no setting may turn it off
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, pgettext=translation.pgettext,
        npgettext=translation.npgettext, newstyle=True,
    )  # fmt: skip
    made.globals.update(static=cache(static), url=url_of, once=once, icon=cache(partial(_icon, made)))
    made.globals["language"] = lambda: "en" if words.english() else "zh-CN"
    made.filters.update({each.__name__: each for each in words.FILTERS})
    return made


def _icon(drawing: Environment, name: str, small: bool = False) -> Any:
    """A mark of the one sheet of marks."""
    sheet: Any = drawing.get_template("parts/marks.html").module
    return sheet.icon(name, small)


def token(request: HttpRequest) -> dict[str, object]:
    """The sign against forged forms, made at most once a page, and only where a page has a form."""
    return {"csrf_token": SimpleLazyObject(partial(get_token, request))}


def url_of(name: str, *ids: UUID) -> str:
    """The address of a page, of one thing where ids are given; found once for each name."""
    before, *after = _address(name, len(ids))
    return before + "".join(f"{each}{rest}" for each, rest in zip(ids, after, strict=True))


@cache
def _address(name: str, ids: int) -> list[str]:
    return reverse(name, args=[NOBODY] * ids).split(str(NOBODY))


@lru_cache(REMEMBERED)
def once(macro: Callable[..., str], *told: Hashable) -> str:
    """What a macro draws of these, kept: the same for everybody to whom the same is told, so nothing of a person."""
    return macro(*told)
