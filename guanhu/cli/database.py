"""Which database, and as whom: the embedded one of this folder, or the bank's own by its addresses.

Three logins, each with the least it needs: ``app`` for the pages, ``night`` for the night and the commands, ``owner``
for migrations alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from guanhu.cli.postgres import DATABASE, LOGINS, PORT, socket_folder

Database = dict[str, object]

ADDRESSES = {"app": "DATABASE_URL", "night": "DATABASE_NIGHT_URL", "owner": "DATABASE_OWNER_URL"}
"""Which setting names the address of each login on the bank's own server."""
PREPARED: Database = {
    "server_side_binding": True, "prepare_threshold": 2, "options": "-c plan_cache_mode=force_generic_plan",
}  # fmt: skip
"""The pages ask the same few questions all day under row security: the database plans each once a connection."""


def database(var: Path, login: str) -> Database:
    """Where the database is for this login: the bank's own where ``DATABASE_URL`` names one, else the embedded."""
    if login not in LOGINS:
        raise SystemExit(f"GUANHU_LOGIN 只能是 {'、'.join(LOGINS)}，现为 {login!r}")
    if not os.environ.get("DATABASE_URL"):
        found = embedded(var, login)
    else:
        found = from_url(os.environ.get(ADDRESSES[login]) or os.environ["DATABASE_URL"])
    options = dict(found.get("OPTIONS") or {})  # type: ignore[call-overload]
    prepared = options.pop("prepared", "yes") != "no" and login == "app"
    return {**found, "OPTIONS": {**(PREPARED if prepared else {}), **options}}


@contextmanager
def as_login(var: Path, login: str) -> Iterator[None]:
    """Let Django's connection be this login's for a while."""
    from django.db import connection

    mine, theirs = connection.settings_dict, database(var, login)
    kept = {name: mine.get(name) for name in ("HOST", "PORT", "USER", "PASSWORD", "OPTIONS")}
    connection.close()
    mine.update({name: theirs.get(name, "") for name in kept})
    try:
        yield
    finally:
        connection.close()
        mine.update(kept)


def embedded(var: Path, login: str) -> Database:
    """The embedded database of this folder; the host is the folder of its socket."""
    return {"HOST": str(socket_folder(var)), "PORT": str(PORT), "USER": LOGINS[login], "NAME": DATABASE}


def from_url(url: str) -> Database:
    """The database at ``postgresql://user:password@host:port/name?sslmode=…``; a query's ``host`` may be a folder.

    ``prepared=no`` in the query: behind a pool that cannot keep prepared statements.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise SystemExit("DATABASE_URL 应形如 postgresql://用户：密码@主机：5432/库名")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", PORT)),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": name,
        "OPTIONS": options,
    }
