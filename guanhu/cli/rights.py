"""``guanhu show permissions`` and ``guanhu show routes``: who may do what, and what each address asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from guanhu.cli.bank import prepare_django
from guanhu.cli.sheets import print_rows_or_json
from guanhu.rules.access import EXCLUSIVE, GRANTS, Permission, Reach, Role

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def permissions(as_json: Json = False) -> None:
    """权限表：每一种许可，哪个角色、在什么范围内"""
    rows = [
        {"permission": permission.value, "zh": permission.zh}
        | {role.value: granted.get(role, "") and granted[role].value for role in Role}
        for permission, granted in GRANTS.items()
    ]
    print_rows_or_json(rows, as_json)


def routes(as_json: Json = False) -> None:
    """每个网址：允许的方法与所要的许可"""
    print_rows_or_json(all_routes(), as_json)


def all_routes() -> list[dict[str, Any]]:
    """Every address of the site as the site itself resolves it: address, name, methods, permission."""
    prepare_django()
    from django.urls import get_resolver

    found = sorted(_leaves(get_resolver().url_patterns), key=lambda one: str(one.address))
    return [
        {"address": "/" + one.address, "name": one.name, "methods": list(one.methods), "permission": one.permission}
        for one in found
    ]


def _leaves(patterns: Iterable[Any]) -> Iterator[Any]:
    """What the ends of the tree of addresses lead to."""
    for each in patterns:
        if hasattr(each, "url_patterns"):
            yield from _leaves(each.url_patterns)
        else:
            yield each.callback.route


def page() -> str:
    """The reference of rights in Markdown: roles, permissions by role, reaches, addresses."""
    parts = ["# 权限 · Permissions\n", "没有写在表里的，一律不许。What is not in the table is denied.\n"]
    parts += ["## 角色 · Roles\n", "| 代码 | 中文 | English | 互斥 |", "|---|---|---|---|"]
    for role in Role:
        against = "、".join(other.zh for other in Role if frozenset((role, other)) in EXCLUSIVE)
        parts.append(f"| `{role.value}` | {role.zh} | {role.en} | {against or '—'} |")
    parts += ["\n## 范围 · Reaches\n", "| 代码 | 中文 | English |", "|---|---|---|"]
    parts += [f"| `{reach.value}` | {reach.zh} | {reach.en} |" for reach in Reach]
    parts += ["\n## 许可 · Permissions\n", f"| 许可 | | {' | '.join(role.zh for role in Role)} |"]
    parts.append("|---|---|" + "---|" * len(Role))
    for permission in Permission:
        cells = [GRANTS[permission][role].zh if role in GRANTS[permission] else "—" for role in Role]
        parts.append(f"| `{permission.value}` | {permission.zh} | {' | '.join(cells)} |")
    parts.append(
        "\n柜面、管户人、网点负责人、分支行管理、总行零售、督导，另有「管户人」一列的权利，限于自己名下与当日代管的客户。\n"
    )
    parts += ["## 网址 · Addresses\n", "| 网址 | 方法 | 许可 |", "|---|---|---|"]
    parts += [f"| `{one['address']}` | {' '.join(one['methods'])} | `{one['permission']}` |" for one in all_routes()]
    return "\n".join(parts) + "\n"
