"""The generator knows the bank's words and the bank's files, and none of the rules it will be measured by."""

import ast

import pytest

from tests.house.source import modules

ALLOWED = ("guanhu.demo", "guanhu.rules.kinds", "guanhu.feeds.layouts")
ENGINES = {"polars", "narwhals", "duckdb", "pyspark", "django", "scipy"}


def strangers(text: str) -> list[str]:
    """Every import of the product beyond what the demo may know, and every engine."""
    found = []
    for node in ast.walk(ast.parse(text)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            whole = module in ("guanhu", "guanhu.rules", "guanhu.feeds")
            names = [f"{module}.{alias.name}" for alias in node.names] if whole or node.level else [module]
        for name in names:
            ours = name.split(".")[0] == "guanhu" and not any(name == a or name.startswith(f"{a}.") for a in ALLOWED)
            if ours or name.split(".")[0] in ENGINES:
                found.append(name)
    return found


def test_the_demo_imports_no_threshold_and_no_engine():
    mine = [module for module in modules() if module.path.startswith("guanhu/demo/")]
    assert len(mine) > 15
    assert {module.path: strangers(module.text) for module in mine if strangers(module.text)} == {}


@pytest.mark.parametrize(
    "line",
    [
        "from guanhu.rules import policy",
        "from guanhu.rules.policy import SHIPPED",
        "import guanhu.rules.signals",
        "from guanhu.rules import kinds, tiers",
        "from guanhu.engine.tables import MOVES",
        "from guanhu.feeds import door",
        "from guanhu import engine",
        "import polars as pl",
    ],
)
def test_a_forbidden_import_is_found(line):
    assert strangers(line)


@pytest.mark.parametrize(
    "line",
    [
        "from guanhu.rules import kinds",
        "from guanhu.rules.kinds import Post",
        "from guanhu.feeds.layouts import LAYOUTS",
    ],
)
def test_words_and_files_may_be_known(line):
    assert strangers(line) == []
