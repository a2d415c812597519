"""Which database: the embedded one of this folder, or the bank's own by its address."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from guanhu.cli.postgres import DATABASE, OWNER, PORT, socket_folder

Database = dict[str, object]


def embedded(var: Path) -> Database:
    """The embedded database of this folder; the host is the folder of its socket."""
    return {"HOST": str(socket_folder(var)), "PORT": str(PORT), "USER": OWNER, "NAME": DATABASE}


def from_url(url: str) -> Database:
    """The database at ``postgresql://user:password@host:port/name?sslmode=…``; a query's ``host`` may be a folder."""
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
