"""The cast, a colleague in each role that works with persons' rights, and a lake of this test's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from guanhu.apps.people.models import RoleGrant, Staff
from guanhu.apps.people.queries import viewer_of
from guanhu.engine.lake import Lake
from guanhu.night.clearing import Grounds
from guanhu.rules.access import Role, Viewer
from guanhu.rules.policy import SHIPPED
from tests import cast as people
from tests.factories import NOW, TODAY


@dataclass(frozen=True)
class Office:
    """Those who look after data, rights and the trail."""

    data: Viewer
    privacy: Viewer
    audit: Viewer
    security: Viewer


OFFICE = {"data": ("D01", "骆听澜"), "privacy": ("P01", "阮清越"), "audit": ("A01", "温如许"),
          "security": ("X01", "章以宁")}  # fmt: skip


@pytest.fixture
def cast(db: None) -> people.Cast:
    """沈知微 and the others."""
    return people.enter()


def in_role(staff_no: str, role: Role, day: date = TODAY) -> Viewer:
    """A colleague in one of her roles."""
    viewer = viewer_of(Staff.objects.get(staff_no=staff_no), role, day)
    assert viewer is not None
    return viewer


def grant(staff_no: str, role: Role) -> None:
    """A role beside the post, approved by 秦岚."""
    staff, head = Staff.objects.get(staff_no=staff_no), Staff.objects.get(staff_no="S04")
    RoleGrant.objects.create(
        staff=staff, role=role, reason="岗位", from_on=date(2026, 1, 1), proposed_at=NOW, approved_by=head,
        approved_at=NOW,
    )  # fmt: skip


@pytest.fixture
def office(cast: people.Cast) -> Office:
    """A data administrator, a privacy officer, an auditor and a security administrator."""
    branch = Staff.objects.get(staff_no="S01").branch
    for role, (staff_no, name) in OFFICE.items():
        Staff.objects.create(staff_no=staff_no, name=name, branch=branch, post="office", is_active=True)
        grant(staff_no, Role(role))
    return Office(**{role: in_role(staff_no, Role(role)) for role, (staff_no, _name) in OFFICE.items()})


@pytest.fixture
def grounds(lake: Lake, tmp_path: Path) -> Grounds:
    """Everything as of today, by the shipped policy."""
    return Grounds(lake, tmp_path / "uploads", SHIPPED, TODAY)
