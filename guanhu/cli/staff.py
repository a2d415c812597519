"""``guanhu staff …``: what somebody at the machine does for a colleague: passwords, the first security administrators,
locks, a lost phone. Everything is on the trail as done by the command line.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer

from guanhu.cli.bank import open_bank

app = typer.Typer(help="人员：设密码、任命首批安全管理员、解锁、重置动态码（都会留痕）", no_args_is_help=True)

Number = Annotated[str, typer.Argument(metavar="工号", help="员工的工号")]
_LETTERS, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"
GROUPS, LENGTH = 4, 4


@app.command()
def password(
    staff_no: Number,
    keep: Annotated[bool, typer.Option("--keep", help="不要求本人登录后更换")] = False,
    typed: Annotated[bool, typer.Option("--stdin", help="从标准输入读密码；不写则随机生成并显示一次")] = False,
) -> None:
    """给员工设密码；本人登录后须换成自己的"""
    with _at_work() as now:
        from guanhu.apps.people.signing.actions import passwords

        new = sys.stdin.readline().rstrip("\n") if typed else drawn_password()
        passwords.give(None, staff_no, new, now=now, must_change=not keep)
        typer.echo("密码已设，原来的登录已结束" if typed else f"密码：{new}   （只显示这一次，原来的登录已结束）")


@app.command()
def appoint(staff_no: Number, reason: Annotated[str, typer.Option("--reason", help="为什么是她")]) -> None:
    """任命首批安全管理员，至多两位；以后的角色在页面上提出、复核"""
    with _at_work() as now:
        from guanhu.apps.people.rights.actions import roles

        roles.appoint_security(staff_no=staff_no, reason=reason, now=now)
        typer.echo(f"{staff_no} 已是安全管理员；首次登录须绑定动态码")


@app.command()
def unlock(staff_no: Number) -> None:
    """解锁账号：管理员的锁、连续输错后的锁"""
    with _at_work() as now:
        from guanhu.apps.people.signing.actions import locks

        locks.unlock(None, staff_no, now=now)
        typer.echo(f"{staff_no} 已解锁")


@app.command("reset-factor")
def reset_factor(staff_no: Number) -> None:
    """手机丢了又没有恢复码：重置动态码，下次登录重新绑定"""
    with _at_work() as now:
        from guanhu.apps.people.signing.actions import factors

        factors.reset(None, staff_no, now=now)
        typer.echo(f"{staff_no} 的动态码已重置，登录已结束")


def drawn_password() -> str:
    """A password that keeps the bank's rules and can be read out: four groups, small and large letters and digits."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS)]
    at = secrets.randbelow(GROUPS)
    groups[at] = groups[at].capitalize()
    groups[(at + 1) % GROUPS] = "".join(secrets.choice(_DIGITS) for _ in range(LENGTH))
    return "-".join(groups)


@contextmanager
def _at_work() -> Iterator[datetime]:
    """The bank opened, the trail told that it is the command line; what is refused is told in a sentence."""
    with open_bank():
        from django.utils import timezone

        from guanhu.apps.audit import trail
        from guanhu.apps.people.errors import Refused

        now = timezone.now()
        try:
            with trail.during(trail.Source(device="guanhu staff", at=now)):
                yield now
        except Refused as refused:
            typer.echo("；".join(refused.errors.values()), err=True)
            raise typer.Exit(1) from None
