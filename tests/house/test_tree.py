"""What the tree may not hold: addresses in lock files, paths of one machine, stale reference pages."""

import re
import tomllib

import pytest

from guanhu.cli import reference
from tests.house.source import ROOT, tracked

LOCK_LINE = re.compile(
    r"^(?:[A-Za-z0-9._-]+(?:\[[a-z0-9,-]+\])?==[A-Za-z0-9.!+_-]+(?: ; [^/:\\]+)? \\"
    r"|    --hash=sha256:[0-9a-f]{64}(?: \\)?)$"
)
ELSEWHERE = ("work", "home", "root", "Users")
MACHINE = re.compile("|".join(rf"(?<![\w.}}*-])/{name}/\w" for name in ELSEWHERE) + r"|[A-Z]:\\+Users")


def strange_lock_lines(text: str) -> list[str]:
    """Lines of a lock file that are neither a pinned package nor its hash."""
    return [line for line in text.splitlines() if not LOCK_LINE.match(line)]


def machine_paths(text: str) -> list[str]:
    """Paths that exist on one machine only."""
    return MACHINE.findall(text)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_holds_packages_and_hashes_and_nothing_else(name):
    assert strange_lock_lines((ROOT / name).read_text(encoding="ascii")) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple", "django @ https://example.org/django.whl", "-e ./guanhu",
        "# uv pip compile requirements.in", "django==5.2.19", "    # via -r requirements.in",
    ],
)  # fmt: skip
def test_an_address_or_an_unhashed_package_in_a_lock_file_is_found(line):
    assert strange_lock_lines(line)


def test_the_lock_of_the_product_is_part_of_the_lock_of_its_tests():
    pins = [
        {line.split(" ")[0] for line in (ROOT / name).read_text(encoding="ascii").splitlines() if "==" in line}
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0] < pins[1]


def test_every_dependency_has_its_reason_beside_it():
    assert unreasoned((ROOT / "pyproject.toml").read_text(encoding="utf-8")) == []


def unreasoned(text: str) -> list[str]:
    """Dependencies without a comment that says why."""
    project = tomllib.loads(text)
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return [name for name in named if not re.search(re.escape(f'"{name}",') + r"\s*# \S", text)]


def test_a_dependency_without_a_reason_is_found():
    text = '[project]\ndependencies = [\n "a>=1",  # because\n "b>=1",\n]\n[dependency-groups]\ndev = []\n'
    assert unreasoned(text) == ["b>=1"]


def test_nothing_in_the_tree_names_a_path_of_one_machine():
    said = []
    for file in tracked():
        if file.suffix in {".png", ".gz", ".zst", ".parquet", ".mo", ".ico", ".woff2"}:
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        said += [f"{file.relative_to(ROOT)}: {path}" for path in machine_paths(text)]
    assert said == []


@pytest.mark.parametrize("path", ["/".join(["", place, "li"]) for place in ELSEWHERE] + ["\\".join(["C:", "Users"])])
def test_a_path_of_one_machine_is_found(path):
    assert machine_paths(f"see {path} for more")


def test_the_reference_pages_say_what_the_program_says():
    assert reference.stale(ROOT / "docs" / "reference") == []


def test_a_stale_or_stray_reference_page_is_found(tmp_path):
    reference.write(tmp_path)
    assert reference.stale(tmp_path) == []
    (tmp_path / "tables.md").write_text("old", encoding="utf-8")
    (tmp_path / "stray.md").write_text("mine", encoding="utf-8")
    assert reference.stale(tmp_path) == ["tables.md", "stray.md"]
