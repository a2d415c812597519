"""Before the pages open: is the pages' login held by row security, or could it see everybody?

The first lock is ours, the second the database's. A login that is a superuser, may bypass row security or owns the
tables would be no second lock at all, so the pages refuse to start with it.
"""

from __future__ import annotations

from pathlib import Path

from guanhu.cli.database import as_login

_ASK = {
    "是超级用户": "select rolsuper from pg_roles where rolname = current_user",
    "可以绕过行级权限 (BYPASSRLS)": "select rolbypassrls from pg_roles where rolname = current_user",
    "是数据表的属主": "select exists (select from pg_tables where schemaname = 'public' and tableowner = current_user)",
    "可以成为 guanhu_owner、guanhu_night 或 guanhu_audit": (
        "select bool_or(pg_has_role(current_user, oid, 'member')) from pg_roles"
        " where rolname in ('guanhu_owner', 'guanhu_night', 'guanhu_audit')"
    ),
    "不受行级权限约束：有的表没有强制行级权限": (
        "select exists (select from pg_class where oid in"
        " (select polrelid from pg_policy) and not (relrowsecurity and relforcerowsecurity))"
    ),
    "没有任何行级权限可依": "select not exists (select from pg_policy)",
}


def faults() -> list[str]:
    """What is wrong with the login the pages are about to use; nothing when the second lock holds."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for fault, question in _ASK.items():
            cursor.execute(question)
            if cursor.fetchone()[0]:
                found.append(fault)
    return found


def require(var: Path) -> None:
    """Stop with a sentence when the pages' login is not held by row security. Reliability A3."""
    with as_login(var, "app"):
        found = faults()
    if found:
        raise SystemExit(
            f"网页没有开：DATABASE_URL 所用的数据库登录{'；'.join(found)}。"
            "没有任何数据被读出。请按 guanhu/cli/sql/roles.sql 建立 guanhu_app 并用它连接。"
        )
