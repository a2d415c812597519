"""Habits no scanner knows: nothing escapes the escaping, no statement is pasted together, no call waits for ever."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT, Module, modules

pytestmark = pytest.mark.long

TEMPLATES = ROOT / "guanhu" / "web" / "templates"
SCRIPTS = ROOT / "guanhu" / "web" / "static"
DRAWN = {"guanhu/web/signing.py"}
"""Where a library's drawing goes into a page as it is."""
SQL_OF_OURS = {"guanhu/apps/people/copying.py", "guanhu/apps/people/resealing.py"}
"""Where statements are put together from the names of our own models, with the driver's own quoting."""
STATEMENTS = {"execute", "executemany", "raw", "extra", "RawSQL", "copy", "mogrify"}
UNESCAPING = {"Markup", "mark_safe", "SafeString", "html_safe", "SafeText"}
RUNNING = {"eval", "exec", "compile", "__import__"}
LOADING = {"pickle", "marshal", "shelve", "dill", "yaml", "xml", "lxml", "telnetlib", "ftplib"}
PATIENT = {"urlopen", "socket.create_connection", "HTTPConnection", "HTTPSConnection"}


def name_of(call: ast.Call) -> str:
    """The last word of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in module.nodes if isinstance(node, ast.Call))


def at(module: Module, node: ast.expr, what: str) -> str:
    return f"{module.path}:{node.lineno}: {what}"


def constants(module: Module) -> set[str]:
    """Names of this module that hold a text written out, or one put together from such."""
    return {
        target.id
        for node in module.tree.body
        if isinstance(node, ast.Assign) and not _pasted(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _pasted(node: ast.AST) -> bool:
    """Is this text put together from something that is not a text itself?"""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) and not _shouted(part.value) for part in node.values)
    if isinstance(node, ast.BinOp):
        return _pasted(node.left) or _pasted(node.right) or isinstance(node.op, ast.Mod) or not _written(node)
    formatted = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return formatted and isinstance(node.func.value, ast.Constant | ast.JoinedStr)  # type: ignore[attr-defined]


def _written(node: ast.BinOp) -> bool:
    return all(isinstance(side, ast.Constant | ast.BinOp) or _shouted(side) for side in (node.left, node.right))


def _shouted(node: ast.AST) -> bool:
    """A constant of the module."""
    return isinstance(node, ast.Name) and node.id.isupper()


def pasted_statements(module: Module) -> list[str]:
    """A statement for the database pasted together from values instead of sent with them."""
    if module.path in SQL_OF_OURS:
        return []
    return [
        at(module, call, name_of(call))
        for call in calls(module)
        if name_of(call) in STATEMENTS and call.args and _pasted(call.args[0])
    ]


def unescaped(module: Module) -> list[str]:
    """A text declared to be safe for a page."""
    if module.path in DRAWN:
        return []
    return [at(module, call, name_of(call)) for call in calls(module) if name_of(call) in UNESCAPING]


def running_text(module: Module) -> list[str]:
    """A text run as a program, or through a shell."""
    said = [at(module, call, name_of(call)) for call in calls(module)
            if isinstance(call.func, ast.Name) and call.func.id in RUNNING]  # fmt: skip
    for call in calls(module):
        shell = any(word.arg == "shell" and not _is(word.value, False) for word in call.keywords)
        dotted = ast.unparse(call.func)
        said += [at(module, call, dotted)] if shell or dotted in {"os.system", "os.popen"} else []
    return said


def _is(node: ast.AST, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def loading_anything(module: Module) -> list[str]:
    """A library that runs or believes what it reads."""
    brought = [(node, alias.name) for node in module.nodes if isinstance(node, ast.Import)
               for alias in node.names]  # fmt: skip
    brought += [(node, node.module or "") for node in module.nodes if isinstance(node, ast.ImportFrom)]
    return [f"{module.path}:{node.lineno}: {name}" for node, name in brought if name.split(".")[0] in LOADING]


def waiting_for_ever(module: Module) -> list[str]:
    """A call over the network without an end."""
    return [
        at(module, call, name_of(call))
        for call in calls(module)
        if {name_of(call), ast.unparse(call.func)} & PATIENT
        and not any(word.arg in {"timeout", None} for word in call.keywords)
    ]


def templates_from_text(module: Module) -> list[str]:
    """A template that comes from a value instead of from a file."""
    said = [at(module, call, name_of(call)) for call in calls(module) if name_of(call) in {"from_string", "Template"}]
    for call in calls(module):
        if name_of(call) == "render_to_string" and call.args and not _named(call.args[0]):
            said.append(at(module, call, "render_to_string"))
    return said


def _named(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant | ast.Name)


def pages_pasted_together(module: Module) -> list[str]:
    """A page put together without a template."""
    return [
        at(module, call, "HttpResponse")
        for call in calls(module)
        if name_of(call).startswith("HttpResponse") and "Redirect" not in name_of(call)
        and call.args and _pasted(call.args[0])
    ]  # fmt: skip


def forms_of_models(module: Module) -> list[str]:
    """A form made of a model, or an object that takes whatever was typed."""
    said = [at(module, call, name_of(call)) for call in calls(module)
            if name_of(call) in {"modelform_factory", "inlineformset_factory", "modelformset_factory"}]  # fmt: skip
    said += [f"{module.path}:{node.lineno}: {node.attr}" for node in module.nodes
             if isinstance(node, ast.Attribute) and node.attr == "ModelForm"]  # fmt: skip
    for call in calls(module):
        given = [ast.unparse(word.value) for word in call.keywords if word.arg is None]
        said += [at(module, call, text) for text in given if re.search(r"\b(request\.(POST|GET)|cleaned_data)\b", text)]
    return said


def doors_left_open(module: Module) -> list[str]:
    """A view that does not ask for its token, or a way to an address somebody else wrote."""
    said = [f"{module.path}:{node.lineno}: csrf_exempt" for node in module.nodes
            if isinstance(node, ast.Name) and node.id == "csrf_exempt"]  # fmt: skip
    for call in calls(module):
        if name_of(call) in {"HttpResponseRedirect", "redirect", "go", "HttpResponseClientRedirect"}:
            text = " ".join(ast.unparse(each) for each in call.args)
            said += [at(module, call, text)] if re.search(r"request\.(GET|POST|META|headers)\b", text) else []
    return said


CHECKS = (
    pasted_statements, unescaped, running_text, loading_anything, waiting_for_ever, templates_from_text,
    pages_pasted_together, forms_of_models, doors_left_open,
)  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_no_module_has_an_unsafe_habit(check):
    assert [said for module in modules() for said in check(module)] == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (pasted_statements, 'cursor.execute(f"select {x}")'),
        (pasted_statements, 'cursor.execute("select %s" % x)'),
        (pasted_statements, 'cursor.execute("select " + x)'),
        (pasted_statements, 'cursor.execute("select {}".format(x))'),
        (pasted_statements, 'Touch.objects.raw(f"select {x}")'),
        (pasted_statements, 'q = RawSQL("lower(" + x + ")", [])'),
        (unescaped, "from markupsafe import Markup\nx = Markup(y)"),
        (unescaped, "x = mark_safe(y)"),
        (running_text, "eval(x)"),
        (running_text, "subprocess.run(x, shell=True)"),
        (running_text, "os.system(x)"),
        (loading_anything, "import pickle"),
        (loading_anything, "from xml.etree import ElementTree"),
        (waiting_for_ever, "urlopen(x)"),
        (waiting_for_ever, "socket.create_connection((a, b))"),
        (templates_from_text, "environment.from_string(x)"),
        (templates_from_text, 'render_to_string("desks/" + x)'),
        (pages_pasted_together, 'HttpResponse(f"<b>{x}</b>")'),
        (forms_of_models, "class A(forms.ModelForm):\n    pass"),
        (forms_of_models, "Touch.objects.create(**request.POST.dict())"),
        (forms_of_models, "actions.defer(**form.cleaned_data)"),
        (doors_left_open, "@csrf_exempt\ndef view(request):\n    pass"),
        (doors_left_open, 'HttpResponseRedirect(request.GET["next"])'),
    ],
)
def test_an_unsafe_habit_is_found(check, text: str):
    assert len(check(Module("guanhu/web/x.py", text + "\n"))) == 1


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (pasted_statements, 'cursor.execute("select %s", [x])'),
        (pasted_statements, 'cursor.execute(sql.SQL("select {}").format(sql.Identifier(x)))'),
        (pasted_statements, 'cursor.execute(f"select {COLUMNS}")'),
        (running_text, "subprocess.run([x], shell=False)"),
        (waiting_for_ever, "urlopen(x, timeout=5)"),
        (doors_left_open, 'go(request, safe_next(request, ""))'),
    ],
)
def test_a_safe_habit_is_let_be(check, text: str):
    assert check(Module("guanhu/web/x.py", text + "\n")) == []


# ---------------------------------------------------------------- templates and scripts

IN_TEMPLATES = (r"\|\s*safe\b", r"autoescape", r"\|\s*forceescape\b", r"\bMarkup\b", r"<style", r"\sstyle=",
                r"\son\w+=", r"javascript:", r"<script(?![^>]*\ssrc=)", r"hx-on", r"hx-vals=.js",
                r"{%\s*include\s+\w")  # fmt: skip
IN_SCRIPTS = (r"\beval\(", r"\bnew Function\b", r"\.innerHTML\b", r"\.outerHTML\b", r"insertAdjacentHTML",
              r"document\.write", r"setTimeout\(\s*[\"']", r"\.setAttribute\(\s*[\"']on", r"srcdoc")  # fmt: skip


def found(patterns: tuple[str, ...], text: str) -> list[str]:
    return [pattern for pattern in patterns if re.search(pattern, text)]


def test_no_template_takes_off_the_escaping_or_brings_a_script_of_its_own():
    files = sorted(TEMPLATES.rglob("*.html"))
    assert files
    said = {file.name: found(IN_TEMPLATES, file.read_text(encoding="utf-8")) for file in files}
    assert {name: each for name, each in said.items() if each} == {}


def test_no_script_of_ours_writes_markup_or_runs_text():
    files = [file for file in sorted(SCRIPTS.rglob("*.js")) if ".min." not in file.name]
    assert files
    said = {file.name: found(IN_SCRIPTS, file.read_text(encoding="utf-8")) for file in files}
    assert {name: each for name, each in said.items() if each} == {}


@pytest.mark.parametrize(
    "text",
    ["{{ name|safe }}", "{% autoescape false %}", '<p style="color:red">', "<p onclick='x'>", "<script>x</script>",
     '<a href="javascript:x">', "{% include name %}"],
)  # fmt: skip
def test_a_template_that_does_is_found(text: str):
    assert found(IN_TEMPLATES, text)


@pytest.mark.parametrize("text", ["a.innerHTML = b;", "eval(a)", "new Function(a)", 'setTimeout("x", 1)'])
def test_a_script_that_does_is_found(text: str):
    assert found(IN_SCRIPTS, text)


# ---------------------------------------------------------------- the scanner, and Django's own word

FLAWED = """
import subprocess, pickle
def find(cursor, name):
    cursor.execute("select * from customer where name = '%s'" % name)
def run(word):
    subprocess.run(word, shell=True)
def load(data):
    return pickle.loads(data)
"""


def bandit(*paths: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("bandit")), "-q", "-ll", "-r", *map(str, paths)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_scanner_finds_nothing_in_the_product_and_every_exception_says_why():
    told = bandit("guanhu")
    assert told.returncode == 0, told.stdout
    said = [line for module in modules() for line in module.text.splitlines() if "nosec" in line]
    assert [line for line in said if not re.search(r"# nosec B\d+ # \w.{10,}", line)] == []


@pytest.mark.slow
def test_the_scanner_finds_what_was_sown(tmp_path: Path):
    (tmp_path / "flawed.py").write_text(FLAWED, encoding="utf-8")
    told = bandit(tmp_path)
    assert all(code in told.stdout for code in ("B608", "B602", "B301"))
