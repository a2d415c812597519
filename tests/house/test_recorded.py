"""Whoever does something on behalf of somebody does it on the trail: every such action is whole with its records."""

import ast

import pytest

from tests.house.source import Module, modules

NO_ACTIONS = {
    "guanhu/apps/audit/actions.py: check": "checks and notes; what it reads lies in a transaction of its own",
    "guanhu/apps/customers/actions.py: locked": "holds a row for an action around it",
    "guanhu/apps/customers/living/wordings/actions.py: keep": "a part of the actions that write in the file",
    "guanhu/apps/customers/living/wordings/actions.py: numbers_of": "reads for an action around it",
    "guanhu/apps/customers/living/wordings/actions.py: remove": "a part of the actions that write in the file",
    "guanhu/apps/customers/living/wordings/actions.py: restore": "a part of the actions that write in the file",
    "guanhu/apps/customers/notices/actions.py: tell_keeper": "a part of the actions a keeper is told of",
    "guanhu/apps/customers/notices/actions.py: tell_of_review": "a part of the action that comments on a review",
    "guanhu/apps/work/arranging/actions.py: open_day": "holds the day for an action around it",
    "guanhu/apps/work/bulk/actions.py: hold_customers": "holds rows for an action around it",
    "guanhu/apps/work/bulk/actions.py: set_aside": "a part of the actions that set many lines aside, with its records",
    "guanhu/apps/customers/numbers/actions.py: reveal": "its record is committed before the value leaves",
    "guanhu/apps/people/rights/actions/colleagues.py: after_moving": "a part of the actions that move colleagues",
    "guanhu/apps/people/rights/actions/covers.py: end_covers_of": "a part of the actions that move colleagues",
    "guanhu/apps/people/rights/actions/roles.py: leave_duties": "a part of the actions that move colleagues",
    "guanhu/apps/people/rights/actions/roles.py: locked": "holds a row for an action around it",
    "guanhu/apps/people/signing/actions/locks.py: somebody_else": "asks a question",
    "guanhu/apps/people/signing/actions/sessions.py: renew": "a session's new key tells nothing new",
    "guanhu/apps/people/signing/actions/sessions.py: tell": "she has read a note",
}
"""Functions beside the actions that take a person and are none, each with what it is."""


def unrecorded(module: Module) -> list[str]:
    """Public functions of an actions module that act for somebody and are not ``recorded``."""
    path = module.path.removesuffix(".py").split("/")
    if path[:2] != ["guanhu", "apps"] or "actions" not in path:
        return []
    said = []
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name[0] != "_":
            given = {each.arg for each in [*node.args.args, *node.args.kwonlyargs]}
            marks = {ast.unparse(each).split(".")[-1] for each in node.decorator_list}
            if given & {"by", "viewer"} and "recorded" not in marks:
                said.append(f"{module.path}: {node.name}")
    return said


def test_every_action_is_whole_with_its_records():
    found = {said for module in modules() for said in unrecorded(module)}
    assert found - NO_ACTIONS.keys() == set()


def test_every_exception_is_still_there():
    found = {said for module in modules() for said in unrecorded(module)}
    assert NO_ACTIONS.keys() - found == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def act(*, by): ...", 1),
        ("@transaction.atomic\ndef act(by): ...", 1),
        ("@trail.recorded\ndef act(by): ...", 0),
        ("@recorded\ndef act(viewer): ...", 0),
        ("def _inner(by): ...", 0),
        ("def night(day): ...", 0),
    ],
)
def test_an_action_beside_the_trail_is_found(text, found):
    assert len(unrecorded(Module("guanhu/apps/work/actions.py", text))) == found
