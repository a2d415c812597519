"""Who acts at the terminal: a colleague shows her password and code there as she does on the page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from guanhu.rules.access import Permission, Viewer


def shown_by(staff_no: str, permission: Permission, now: datetime) -> Viewer:
    """The colleague with this number in a role that has the permission, once she showed that it is she; else it stops.

    The password is asked for without echo, the code after it where she has one. The database must be up.
    """
    from guanhu.apps.people.queries import by_number, roles_of, viewer_of
    from guanhu.apps.people.signing.actions import factors, passwords
    from guanhu.apps.people.signing.queries import has_factor
    from guanhu.rules.access import is_administrative, may

    staff = by_number(staff_no)
    password = typer.prompt("密码", hide_input=True)
    if staff is None or not passwords.opens(staff_no, password):
        raise typer.BadParameter("工号或密码不对。什么也没有改动")
    seen = [viewer_of(staff, role, now.date()) for role in roles_of(staff, now.date())]
    able = next((viewer for viewer in seen if viewer and may(viewer, permission)), None)
    if able is None:
        raise typer.BadParameter(f"{staff_no} 没有「{permission.zh}」的权限。什么也没有改动")
    if has_factor(staff.pk) or is_administrative(able.role):
        code = typer.prompt("动态码", hide_input=True)
        if not factors.check_code(staff.pk, code, now=now):
            raise typer.BadParameter("动态码不对。什么也没有改动")
    return able
