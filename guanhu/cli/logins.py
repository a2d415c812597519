"""Who can sign in to the demo: passwords, the roles beside a post, and the second factor of its administrators.

Everything goes the way it goes in a bank: the first two security administrators by the command line, every other role
proposed by one of them and approved by the other, each phone with a code of its own.
"""

from __future__ import annotations

import json
import os
from base64 import b32decode
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from guanhu.cli.staff import drawn_password
from guanhu.demo.cast import KEEPERS, OTHERS, Colleague
from guanhu.rules.access import Role, Viewer, is_administrative

DUTIES = {
    "顾怀远": Role.COACH, "温如许": Role.AUDIT, "章以宁": Role.SECURITY, "龚若水": Role.SECURITY,
    "祁砚舟": Role.SYSTEM, "阮清越": Role.PRIVACY, "骆听澜": Role.DATA, "岑远山": Role.REGION, "黎照野": Role.BANK,
}  # fmt: skip
"""Roles beside the post."""
NAMES = ("沈知微", "周予安", "秦岚", "何小满", *DUTIES)
"""Who can sign in; the rest of the staff is there without a password."""
WHY = "演示银行的分工（虚构）"
STEP = timedelta(seconds=30)

Row = dict[str, str]


@dataclass(frozen=True)
class Login:
    """One colleague of the demo and what she has from before."""

    person: Colleague
    before: Row

    @property
    def role(self) -> Role | None:
        """Her role beside the post."""
        return DUTIES.get(self.person.name)


def give_logins(kept: Path, now: datetime) -> list[Row]:
    """Logins of the cast: what still opens is kept, else drawn anew; the file is ours alone to read."""
    from guanhu.apps.audit import trail
    from guanhu.apps.people import queries

    before = {row["staff_no"]: row for row in read(kept)}
    there = queries.staff_ids()
    people = [person for person in (*KEEPERS, *OTHERS) if person.name in NAMES and person.no in there]
    logins = [Login(person, before.get(person.no, {})) for person in people]
    with trail.during(trail.Source(device="guanhu demo", at=now)):
        give_roles(logins, there, now)
        rows = [_row(login, there[login.person.no], now) for login in logins]
    keep(kept, rows)
    return rows


def _row(login: Login, staff_id: int, now: datetime) -> Row:
    from guanhu.apps.people import actions
    from guanhu.apps.people.signing.actions import passwords

    person, role = login.person, login.role
    password = login.before.get("password", "")
    if not passwords.opens(person.no, password):
        password = drawn_password()
        actions.set_password(staff_no=person.no, password=password)
    row = {"staff_no": person.no, "name": person.name, "post": person.post.zh, "password": password}
    row |= {"role": role.zh} if role else {}
    if role and is_administrative(role):
        row["totp"] = _secret(login, staff_id, now)
    return row


def _secret(login: Login, staff_id: int, now: datetime) -> str:
    """The key of her phone: the one from before while it is in use, else a new one."""
    from django_otp.oath import TOTP

    from guanhu.apps.people.signing import queries
    from guanhu.apps.people.signing.actions import factors

    if login.before.get("totp") and queries.has_factor(staff_id):
        return login.before["totp"]
    key = factors.prepare(staff_id, now=now).key
    plain = key.replace(" ", "")
    clock = TOTP(b32decode(plain))
    clock.time = (now - STEP).timestamp()
    factors.accept(staff_id, f"{clock.token():06d}", now=now - STEP)
    return plain


def give_roles(logins: list[Login], there: dict[str, int], now: datetime) -> None:
    """Every role of the demo that is not there yet."""
    from django.utils.timezone import localdate

    from guanhu.apps.people.rights import queries
    from guanhu.apps.people.rights.actions import roles

    day = localdate(now)
    wanted = [login for login in logins if login.role and _as(login, there, day) is None]
    for login in wanted:
        if login.role is Role.SECURITY:
            roles.appoint_security(staff_no=login.person.no, reason=WHY, now=now)
    proposer, approver = (_as(login, there, day) for login in logins if login.role is Role.SECURITY)
    for login in wanted:
        if proposer and approver and login.role and login.role is not Role.SECURITY:
            (line,) = queries.colleagues(proposer, day, search=login.person.no).lines
            grant = roles.propose_role(by=proposer, staff=line.public_id, role=login.role.value, from_on=day,
                                       until_on=None, reason=WHY, now=now)  # fmt: skip
            roles.approve_role(by=approver, grant=grant, now=now)


def _as(login: Login, there: dict[str, int], day: date) -> Viewer | None:
    """The colleague in her role beside the post; null while she does not hold it."""
    from guanhu.apps.people.queries import viewer_of
    from guanhu.apps.people.signing.queries import colleague

    return viewer_of(colleague(there[login.person.no]), login.role, day)


def keep(kept: Path, rows: list[Row]) -> None:
    """Write the file so that it is there whole or as it was, for our eyes alone."""
    draft = kept.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(rows, out, ensure_ascii=False, indent=1)
    draft.replace(kept)


def read(kept: Path) -> list[Row]:
    """What the file says; nothing before there is one."""
    if not kept.exists():
        return []
    rows: list[Row] = json.loads(kept.read_text(encoding="utf-8"))
    return rows


def show(console: Console, rows: list[Row], title: str) -> None:
    """Who may sign in, as what, with what; nothing is cut on a narrow terminal."""
    shown = Table(title=title, title_justify="left")
    for heading in ("姓名", "角色", "工号", "密码"):
        shown.add_column(heading, no_wrap=True, overflow="fold")
    for row in rows:
        shown.add_row(row["name"], row.get("role") or row["post"], row["staff_no"], row["password"])
    console.print(shown)
    keys = [row for row in rows if row.get("totp")]
    if keys:
        console.print("管理员登录还要动态码；把密钥加入手机上的验证器：")
    for row in keys:
        console.print(f"  {row['staff_no']} {row['name']}  {row['totp']}", highlight=False)
