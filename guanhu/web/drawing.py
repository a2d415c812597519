"""Drawing templates: Jinja2 with Django's translations, one environment a language.

What a template says outright is worked out when the template is read, not each time it is drawn: a list of fifty lines
says three hundred such words, marks and addresses. What stands around every page is drawn once for all who see it so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from functools import cache, lru_cache, partial
from itertools import chain
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
from django.utils.safestring import SafeString
from jinja2 import Environment, StrictUndefined, Template, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

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


_MARKS, _SIGNLESS = frozenset((Markup, SafeString)), frozenset((int, UUID))
"""Texts that are marks already, and kinds of values written without any sign that could be one."""
_marked = re.compile("[&<>'\"]").search


def plain(value: Any) -> str:
    """What a page shows of a value, no sign of it read as a mark; most are words without any."""
    kind = type(value)
    if kind is str:
        return escape(value) if _marked(value) else value
    if kind in _MARKS:
        return value
    return str(value) if kind in _SIGNLESS else escape(value)


class _Shorter(CodeGenerator):
    """Writes templates down as Jinja does, with fewer steps for what each of them does hundreds of times: show a
    value, and take a field of a record.
    """

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("plain, lacking = environment.plain, environment.lacking")

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("plain(")

    def visit_Getattr(self, node: nodes.Getattr, frame: Any) -> None:
        """The field where there is one; else as Jinja looks for it: by its name as a key, or undefined."""
        self.write("(field if (field := getattr((record := ")
        self.visit(node.node, frame)
        name = repr(node.attr)
        self.write(f"), {name}, lacking)) is not lacking else environment.getattr(record, {name}))")


class _Sheet(Template):
    """A template whose own names are those of its environment: what another one takes from it is made once."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module()


class Speaking(Environment):
    """An environment that reads templates in one language."""

    language = settings.LANGUAGE_CODE
    code_generator_class = _Shorter
    template_class = _Sheet
    plain = staticmethod(plain)
    lacking = object()

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

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        """An address shown at once, ``url('customer', id)``, becomes its parts with the id between."""
        told: list[nodes.Expr] = []
        for each in node.nodes:
            told += _parts(each) or [each]
        node.nodes = told
        return self.generic_visit(node)

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


def _parts(node: nodes.Expr) -> list[nodes.Expr]:
    """What an address of one thing is made of, where a template says outright of which kind; else nothing."""
    if not isinstance(node, nodes.Call) or getattr(node.node, "name", "") != "url" or node.dyn_args or node.kwargs:
        return []
    name, *ids = node.args
    if not ids or not isinstance(name, nodes.Const):
        return []
    before, *after = _address(name.value, len(ids))
    between = [[one, nodes.TemplateData(rest)] for one, rest in zip(ids, after, strict=True)]
    return [nodes.TemplateData(before), *chain.from_iterable(between)]


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
