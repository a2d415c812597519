"""Prints the specs as documentation: every ledger with its sentence and its answer, as ``docs/signals.md``.

``python -m tests.spec.printed`` writes the page; a test compares it.
"""

import ast
from pathlib import Path
from textwrap import dedent

from guanhu.engine.signals import SIGNALS

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "signals.md"
HEAD = "<!-- printed from tests/spec by: python -m tests.spec.printed -->\n\n# 信号，以例为证 · Signals by example\n"


def page() -> str:
    """The whole page: the signals in their order, what each looks for, and its examples."""
    parts = [HEAD]
    for kind, build in SIGNALS.items():
        parts.append(f"\n## {kind.zh} · {kind.en} (`{kind.value}`)\n\n{_told(build.__doc__ or '')}\n")
        tree = ast.parse((HERE / f"test_{kind.value}.py").read_text("utf-8"))
        names = {n.targets[0].id: ast.literal_eval(n.value) for n in tree.body
                 if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)
                 and isinstance(n.value, ast.Constant)}  # fmt: skip
        parts += [_example(node, names) for node in tree.body if isinstance(node, ast.FunctionDef)]
    return "".join(parts)


def _told(docstring: str) -> str:
    return " ".join(docstring.split()).replace("``", "`")


def _example(test: ast.FunctionDef, names: dict[str, str]) -> str:
    """One test: its name as a sentence, its ledgers, its answer."""
    call = next(n for n in ast.walk(test) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "signal")
    given = {word.arg: _value(word.value, names) for word in call.keywords}
    sentence = test.name.removeprefix("test_").replace("_", " ").capitalize()
    told = [f"\n**{sentence}.** {_told(ast.get_docstring(test) or '')}".rstrip()]
    told.append(f"\n\n```\nnight {given.pop('day')}\n")
    answer = given.pop("gives")
    for name, text in given.items():
        shown = dedent(text).strip() if isinstance(text, str) and "\n" in text else text
        told.append(f"\n{name}\n{shown}\n" if isinstance(text, str) and "\n" in text else f"\n{name}: {shown}\n")
    told.append("\n→ " + ("，".join(f"{who} {what}" for who, what in answer.items()) or "—") + "\n```\n")
    return "".join(told)


def _value(node: ast.expr, names: dict[str, str]) -> object:
    return names[node.id] if isinstance(node, ast.Name) else ast.literal_eval(node)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
