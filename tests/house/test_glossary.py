"""One word each way: every list, every word of it and every record stands in the glossary, and in one row only."""

import ast
import re

import pytest

from guanhu.rules import (
    alarms,
    cases,
    flags,
    kinds,
    lists,
    living,
    notes,
    privacy,
    relations,
    retention,
    rounds,
    search,
    serving,
)
from tests.house.source import ROOT

CELL = re.compile(r"`([^`]+)`")


def rows(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The rows of the glossary: the word in Chinese and its identifiers."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:2] == "| "]
    return [(zh, tuple(CELL.findall(identifiers))) for zh, identifiers, _ in cells if zh != "中文"]


def faults(text: str, needed: dict[str, str | None]) -> list[str]:
    """What a glossary lacks, says twice, or says otherwise than the screen; ``needed`` is identifier → its label."""
    told: dict[str, str] = {}
    found: list[str] = []
    words: set[str] = set()
    for zh, identifiers in rows(text):
        found += [f"{zh} stands in two rows"] * (zh in words) + [f"{zh} has no identifier"] * (not identifiers)
        words.add(zh)
        for identifier in identifiers:
            found += [f"{identifier} stands in two rows"] * (identifier in told)
            told[identifier] = zh
    found += [f"{identifier} is missing" for identifier in needed if identifier not in told]
    wrong = {name: label for name, label in needed.items() if label is not None and told.get(name, label) != label}
    return found + [f"{name} is {told[name]} here and {label} on the screen" for name, label in wrong.items()]


def needed_words() -> dict[str, str | None]:
    """Every list of ``kinds.py``, each of its words with its label, and every record of the apps."""
    told = (kinds, privacy, alarms, cases, flags, retention, search, living, notes, lists, relations, rounds, serving)
    closed = [one for module in told for one in vars(module).values() if is_list_of(module, one)]
    needed: dict[str, str | None] = {one.__name__: None for one in closed if one is not kinds.Kind}
    needed |= {f"{type(member).__name__}.{member.name}": member.zh for one in closed for member in one}
    for path in (*sorted(ROOT.glob("guanhu/apps/*/models.py")), *sorted(ROOT.glob("guanhu/apps/*/*/models.py"))):
        needed |= dict.fromkeys(records(path.read_text(encoding="utf-8")))
    return needed


def is_list_of(module: object, one: object) -> bool:
    """Is this one of the lists of words the module itself defines?"""
    return isinstance(one, type) and issubclass(one, kinds.Kind) and one.__module__ == module.__name__


def records(source: str) -> list[str]:
    """The records a module of models defines: classes with a table of their own, bases and managers left out."""
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    kept = [node for node in classes if not node.name.endswith("Manager")]
    return [node.name for node in kept if "abstract = True" not in ast.unparse(node)]


def test_every_word_of_the_code_stands_in_the_glossary_once():
    assert faults((ROOT / "GLOSSARY.md").read_text(encoding="utf-8"), needed_words()) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("| 电话 | `Channel.CALL` | Call |", "Tier is missing"),
        ("| 分层 | `Tier` | |\n| 分层 | `Channel.CALL` | |", "分层 stands in two rows"),
        ("| 分层 | `Tier` | |\n| 层级 | `Tier` · `Channel.CALL` | |", "Tier stands in two rows"),
        ("| 分层 | `Tier` | |\n| 来电 | `Channel.CALL` | |", "Channel.CALL is 来电 here and 电话 on the screen"),
        ("| 分层 | `Tier` · `Channel.CALL` | |\n| 名单 | | |", "名单 has no identifier"),
    ],
)
def test_a_word_missing_double_or_said_otherwise_is_found(text, fault):
    assert fault in faults(text, {"Tier": None, "Channel.CALL": "电话"})


def test_a_base_or_a_manager_is_no_record():
    source = "class Base(Model):\n class Meta:\n  abstract = True\nclass StaffManager(M): ...\nclass Staff(Model): ..."
    assert records(source) == ["Staff"]
