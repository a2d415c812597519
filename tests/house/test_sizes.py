"""House numbers: modules and functions stay small enough to be read in one go."""

import pytest

from tests.house.source import Module, modules, p90

MODULE_MOST, MODULE_P90 = 400, 250
FUNCTION_MOST, FUNCTION_P90 = 60, 30


def too_long(found: list[Module]) -> list[str]:
    """Modules and functions over the largest size, each with its size."""
    said = [f"{module.path}: {module.lines} lines" for module in found if module.lines > MODULE_MOST]
    for module in found:
        for function in module.functions():
            if length(function) > FUNCTION_MOST:
                said.append(f"{module.path}: {function.name}: {length(function)} lines")
    return said


def length(function) -> int:
    return function.end_lineno - function.lineno + 1


def function_sizes(found: list[Module]) -> list[int]:
    return [length(function) for module in found for function in module.functions()]


def test_no_module_and_no_function_is_too_long():
    assert too_long(modules()) == []


def test_nine_modules_of_ten_are_short():
    assert p90([module.lines for module in modules()]) <= MODULE_P90


def test_nine_functions_of_ten_are_short():
    assert p90(function_sizes(modules())) <= FUNCTION_P90


def test_a_long_module_is_found():
    assert too_long([Module("m.py", "x = 1\n" * (MODULE_MOST + 1))]) == [f"m.py: {MODULE_MOST + 1} lines"]


@pytest.mark.parametrize(("body", "found"), [(FUNCTION_MOST - 1, False), (FUNCTION_MOST, True)])
def test_a_long_function_is_found(body, found):
    text = "def f():\n" + "    x = 1\n" * body
    assert bool(too_long([Module("m.py", text)])) is found


def test_nine_of_ten_means_nine_of_ten():
    assert p90([1] * 9 + [100]) == 1
    assert p90([1] * 8 + [100] * 2) == 100
