"""The bank's desks run Chromium 86: every style must be one it knows, or stand behind ``@supports``."""

import re

import pytest
import tinycss2

from tests.house.source import PACKAGE

SELECTORS = (":has(", ":is(", ":where(", ":user-invalid", ":user-valid", ":autofill", ":open", "::backdrop-filter")
RULES = {"container", "layer", "scope", "starting-style", "view-transition", "position-try", "property"}
PROPERTIES = {
    "inset", "inset-inline", "inset-block", "aspect-ratio", "accent-color", "container", "container-type",
    "container-name", "translate", "rotate", "scale", "margin-inline", "margin-block", "padding-inline",
    "padding-block", "border-inline", "border-block", "scrollbar-gutter", "scrollbar-color", "scrollbar-width",
    "text-wrap", "text-underline-offset", "text-decoration-thickness", "forced-color-adjust", "print-color-adjust",
    "field-sizing", "interpolate-size", "view-transition-name", "anchor-name", "mask", "mask-image", "mask-size",
    "mask-position", "mask-repeat", "hyphenate-character", "animation-timeline", "offset-path",
}  # fmt: skip
FUNCTIONS = {
    "color-mix", "light-dark", "oklch", "oklab", "lch", "lab", "hwb", "color", "linear", "round", "mod", "rem", "sin",
    "cos", "anchor", "if",
}  # fmt: skip
UNITS = {
    "dvh",
    "svh",
    "lvh",
    "dvw",
    "svw",
    "lvw",
    "dvi",
    "svi",
    "dvb",
    "svb",
    "vi",
    "vb",
    "cqw",
    "cqh",
    "cqi",
    "cqb",
    "lh",
}
REFINING = {
    "accent-color": "boxes keep the system's colour",
    "text-underline-offset": "the line sits a pixel higher",
    "forced-color-adjust": "only read where the system forces its colours, which this browser cannot",
}
"""What an old browser skips without harm, each with what is seen then."""
KEYWORDS = {("overflow", "clip"), ("overflow-x", "clip"), ("overflow-y", "clip"), ("display", "math"),
            ("grid-template-columns", "subgrid"), ("grid-template-rows", "subgrid")}  # fmt: skip


def unknown(css: str) -> list[str]:
    """What Chromium 86 would not understand, each with its line."""
    return _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _rules(nodes, inside_rule: bool = False) -> list[str]:
    said = []
    for node in nodes:
        at = f"line {node.source_line}"
        if node.type == "error":
            said.append(f"{at}: {node.message}")
        elif node.type == "declaration":
            said += [f"{at}: {name}" for name in _declaration(node)]
        elif node.type == "at-rule":
            said += _at_rule(node, at)
        elif node.type == "qualified-rule":
            prelude = tinycss2.serialize(node.prelude)
            if inside_rule:
                said.append(f"{at}: nesting")
            said += [f"{at}: {word}" for word in SELECTORS if word in prelude]
            said += [f"{at}: :not() of a list" for inner in re.findall(r":not\(([^)]*)\)", prelude) if "," in inner]
            said += _rules(_block(node.content), inside_rule=True)
    return said


def _block(content):
    return tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)


def _at_rule(node, at: str) -> list[str]:
    name = node.lower_at_keyword
    if name == "supports":
        return []
    said = [f"{at}: @{name}"] if name in RULES else []
    if name == "media" and re.search(r"[<>]", tinycss2.serialize(node.prelude)):
        said.append(f"{at}: media range with < or >")
    if node.content is not None and name in {"media", "layer", "container"}:
        said += _rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))
    return said


def _declaration(node) -> list[str]:
    name = node.lower_name
    found = [name] if name in PROPERTIES - REFINING.keys() else []
    return found + [
        word
        for word in _values(node.value)
        if (word.removesuffix("()") in FUNCTIONS and word.endswith("()")) or (name, word) in KEYWORDS or word in UNITS
    ]


def _values(tokens) -> list[str]:
    words = []
    for token in tokens:
        if token.type == "function":
            words += [f"{token.lower_name}()", *_values(token.arguments)]
        elif token.type in {"() block", "[] block"}:
            words += _values(token.content)
        elif token.type == "ident":
            words.append(token.lower_value)
        elif token.type == "dimension":
            words.append(token.lower_unit)
    return words


def test_every_style_is_one_that_chromium_86_knows():
    sheets = sorted((PACKAGE / "web" / "static").rglob("*.css"))
    assert sheets
    assert [f"{sheet.name} {said}" for sheet in sheets for said in unknown(sheet.read_text(encoding="utf-8"))] == []


def test_no_template_carries_a_style_of_its_own():
    pages = sorted((PACKAGE / "web" / "templates").rglob("*.html"))
    assert pages
    inline = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:")
    assert [page.name for page in pages if inline.search(page.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "css",
    [
        ".a:has(.b) { color: red }", ":is(.a, .b) { color: red }", ":where(.a) { color: red }",
        ".a { inset: 0 }", ".a { aspect-ratio: 1 }", ".a { color: color-mix(in srgb, red, blue) }",
        ":root { --x: light-dark(red, blue) }", "@layer x { .a { color: red } }",
        "@container (min-width: 1px) { .a { color: red } }", ".a { color: red; .b { color: blue } }",
        ".a { color: red; &:hover { color: blue } }", ".a { height: 100dvh }", ".a { margin-inline: auto }",
        "@media (width >= 10px) { .a { color: red } }", "@media print { .a { inset: 0 } }", ".a { overflow: clip }",
        ".a:not(.b, .c) { color: red }", ".a { width: calc(1px + (2 * 3cqw)) }",
    ],
)  # fmt: skip
def test_a_style_too_new_is_found(css):
    assert unknown(css)


@pytest.mark.parametrize(
    "css",
    [
        ".a { gap: 4px; width: clamp(1px, 2vw, 3px) }", ".a:focus-visible { outline: 0 }",
        "@supports (aspect-ratio: 1) { .a { aspect-ratio: 1 } }", "@media (min-width: 3px) { .a { top: 0 } }",
        "@keyframes x { from { opacity: 0 } to { opacity: 1 } }", ".a { padding-inline-start: 4px }",
    ],
)  # fmt: skip
def test_a_style_old_enough_is_let_be(css):
    assert unknown(css) == []
