"""Habits read off the source: no clock and no dice, rows only through queries and actions, no drawers for oddments."""

import ast

import pytest

from tests.house.source import Module, modules

CLOCK_AND_DICE = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "timezone.now",
    "uuid4", "uuid.uuid4", "uuid1", "uuid.uuid1", "os.urandom",
}  # fmt: skip
NEEDS_ONE = ("default_rng", "timezone.localtime", "timezone.localdate")
DICE_MODULES = {"random", "secrets", "numpy.random"}
WITH_CLOCK = ("guanhu/cli/", "guanhu/config/")
DRAWERS = {"utils", "util", "helpers", "helper", "common", "core", "misc", "base"}
NAMED_BY_DJANGO = {"guanhu/config/postgresql/base.py"}
ROWS_ALLOWED = {"queries", "actions", "models"}
ODDMENTS = {"TODO", "FIXME", "XXX", "NotImplementedError"}


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of an expression, or nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def clocks_and_dice(module: Module) -> list[str]:
    """Every place that reads the clock or throws dice."""
    if module.path.startswith(WITH_CLOCK):
        return []
    said = []
    for node in module.nodes:
        name = dotted(node)
        tail = ".".join(name.split(".")[-2:])
        if isinstance(node, ast.Attribute) and {name, tail} & CLOCK_AND_DICE:
            said.append(f"{module.path}:{node.lineno}: {name}")
        if isinstance(node, ast.Name) and name in CLOCK_AND_DICE:
            said.append(f"{module.path}:{node.lineno}: {name}")
        if isinstance(node, ast.Call) and dotted(node.func).endswith(NEEDS_ONE) and not node.args:
            said.append(f"{module.path}:{node.lineno}: {dotted(node.func)}() without a seed or a moment")
        brought = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        brought += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        said += [f"{module.path}:{node.lineno}: import {name}" for name in brought if name in DICE_MODULES]
    return said


def loose_rows(module: Module) -> list[str]:
    """Every ``.objects`` outside the queries, actions and models of an app."""
    parts = module.path.removesuffix(".py").split("/")
    if parts[:2] == ["guanhu", "apps"] and ROWS_ALLOWED & set(parts[3:]):
        return []
    return [
        f"{module.path}:{node.lineno}: .{node.attr}"
        for node in module.nodes
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]


def prints(module: Module) -> list[str]:
    """Every call of ``print``."""
    calls = (node for node in module.nodes if isinstance(node, ast.Call))
    return [f"{module.path}:{call.lineno}: print" for call in calls if dotted(call.func) == "print"]


def drawers(module: Module) -> list[str]:
    """A module or folder whose name says nothing."""
    if module.path in NAMED_BY_DJANGO:
        return []
    return [f"{module.path}: {part}" for part in module.path.removesuffix(".py").split("/") if part in DRAWERS]


def oddments(module: Module) -> list[str]:
    """Work left for later."""
    lines = enumerate(module.text.splitlines(), 1)
    return [f"{module.path}:{number}: {word}" for number, line in lines for word in ODDMENTS if word in line]


def undescribed(module: Module) -> list[str]:
    """Public functions of the rules, steps, actions and queries that say nothing of themselves."""
    floors = ("guanhu/rules/", "guanhu/engine/", "guanhu/optimise/", "guanhu/feeds/", "guanhu/night/")
    if not module.path.startswith(floors) and not module.path.endswith(("/actions.py", "/queries.py")):
        return []
    public = (node for node in module.tree.body if isinstance(node, ast.FunctionDef) and node.name[0] != "_")
    return [f"{module.path}: {node.name}" for node in public if not ast.get_docstring(node)]


def shipped_numbers(module: Module) -> list[str]:
    """A page or an action that goes by the shipped policy and not by the bank's."""
    if not module.path.startswith(("guanhu/apps/", "guanhu/web/")):
        return []
    return [
        f"{module.path}:{node.lineno}: SHIPPED"
        for node in module.nodes
        if (isinstance(node, ast.ImportFrom) and any(alias.name == "SHIPPED" for alias in node.names))
        or (isinstance(node, ast.Attribute) and node.attr == "SHIPPED")
    ]


def looked_at(module: Module) -> list[str]:
    """A compiled question that looks at a value it was given by place; only whether there is one may be asked."""
    said = []
    for question in (node for node in module.nodes if isinstance(node, ast.FunctionDef)):
        if any(dotted(each.func) == "compiled" for each in question.decorator_list if isinstance(each, ast.Call)):
            values = {each.arg for each in question.args.args} - {"viewer"}
            said += [f"{module.path}:{node.lineno}: {question.name} looks at {node.id}" for node in looks(question)
                     if node.id in values]  # fmt: skip
    return said


def looks(question: ast.FunctionDef) -> list[ast.Name]:
    """The names a function decides by, puts into a text or changes."""
    asked: list[ast.AST] = []
    for node in ast.walk(question):
        if isinstance(node, ast.Compare) and all(isinstance(each, (ast.Is, ast.IsNot)) for each in node.ops):
            continue
        if isinstance(node, (ast.If, ast.IfExp, ast.While)):
            asked += [] if isinstance(node.test, ast.Compare) else [node.test]
        elif isinstance(node, (ast.Compare, ast.BoolOp, ast.JoinedStr, ast.UnaryOp)):
            asked.append(node)
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.value, ast.Name):
            asked.append(node.value)
    return [name for node in asked for name in ast.walk(node) if isinstance(name, ast.Name)]


CHECKS = (looked_at, shipped_numbers, clocks_and_dice, loose_rows, prints, drawers, oddments, undescribed)


@pytest.mark.parametrize("check", CHECKS)
def test_the_house_keeps_its_habits(check):
    assert [said for module in modules() for said in check(module)] == []


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (looked_at, "guanhu/apps/work/queries.py", "@compiled(int)\ndef f(viewer, day):\n    return 1 if day else 2\n"),
        (looked_at, "guanhu/apps/work/queries.py", "@compiled(int)\ndef f(viewer, day):\n    return day.year\n"),
        (clocks_and_dice, "guanhu/rules/x.py", "from datetime import date\nd = date.today()\n"),
        (clocks_and_dice, "guanhu/web/x.py", "import datetime as dt\nd = dt.datetime.now()\n"),
        (clocks_and_dice, "guanhu/night/x.py", "from django.utils import timezone\nn = timezone.now\n"),
        (clocks_and_dice, "guanhu/night/x.py", "from django.utils import timezone\nn = timezone.localtime()\n"),
        (clocks_and_dice, "guanhu/demo/x.py", "import random\n"),
        (clocks_and_dice, "guanhu/apps/work/x.py", "from secrets import token_hex\n"),
        (clocks_and_dice, "guanhu/apps/work/models.py", "from uuid import uuid4\nf = uuid4\n"),
        (clocks_and_dice, "guanhu/demo/x.py", "import numpy as np\nr = np.random.default_rng()\n"),
        (loose_rows, "guanhu/web/desks/x.py", "rows = Customer.objects.all()\n"),
        (loose_rows, "guanhu/apps/work/shapes.py", "rows = Touch._default_manager.all()\n"),
        (prints, "guanhu/cli/x.py", "print('x')\n"),
        (drawers, "guanhu/web/utils.py", ""),
        (drawers, "guanhu/common/x.py", ""),
        (oddments, "guanhu/web/x.py", "# TO" "DO: later\n"),
        (shipped_numbers, "guanhu/apps/work/x.py", "from guanhu.rules.policy import SHIPPED\n"),
        (shipped_numbers, "guanhu/web/x.py", "from guanhu.rules import policy\nn = policy.SHIPPED\n"),
        (undescribed, "guanhu/rules/x.py", "def tier(x):\n    return x\n"),
        (undescribed, "guanhu/apps/work/queries.py", "def lines(viewer):\n    return []\n"),
    ],
)  # fmt: skip
def test_a_bad_habit_is_found(check, path, text):
    assert len(check(Module(path, text))) == 1


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (clocks_and_dice, "guanhu/cli/x.py", "import secrets\n"),
        (clocks_and_dice, "guanhu/web/x.py", "def day(moment):\n    return timezone.localdate(moment)\n"),
        (clocks_and_dice, "guanhu/demo/x.py", "import numpy as np\nr = np.random.default_rng(7)\n"),
        (clocks_and_dice, "guanhu/web/x.py", "def page(request):\n    return request.now\n"),
        (loose_rows, "guanhu/apps/work/queries.py", "rows = Touch.objects.all()\n"),
        (shipped_numbers, "guanhu/night/x.py", "from guanhu.rules.policy import SHIPPED\n"),
        (undescribed, "guanhu/rules/x.py", "def _inner(x):\n    return x\n"),
    ],
)
def test_a_good_habit_is_let_be(check, path, text):
    assert check(Module(path, text)) == []
