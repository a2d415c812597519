"""``guanhu demo``: an invented bank from its files to a wealth manager's morning, in one command.

Whatever is there already is kept: the bank's files, published nights, passwords. A second demo beside a running one
changes nothing.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from guanhu.cli import serve
from guanhu.cli.bank import open_bank
from guanhu.cli.books import these_books
from guanhu.cli.logins import give_logins
from guanhu.cli.logins import show as show_logins
from guanhu.cli.night import carry_out
from guanhu.cli.places import var_folder
from guanhu.cli.progress import Steps

TODAY = date(2026, 11, 24)
HISTORY_END = date(2026, 11, 20)
SEED = 52030
POLICY = {
    "version": "2026-11-01+demo",
    "other_bank_legal_basis": "演示银行个人客户协议第十二条（虚构），合规部二〇二六年十月备案",
}
"""What the invented bank recorded: the legal basis without which money sent to other banks is not looked at."""


def demo(
    once: Annotated[bool, typer.Option("--once", help="做完并打印摘要，不开网页")] = False,
    port: serve.Port = serve.PORT,
) -> None:
    """The demo bank: files, nights, logins, and the pages unless ``--once``."""
    console = Console(stderr=True)
    begun = time.monotonic()
    with only_one(var_folder() / "demo.lock"):
        if not once:
            serve.refuse_taken_port(port)
        with Steps(console) as steps:
            steps.begin("数据库")
            record_policy(var_folder())
            with open_bank() as bank:
                from django.utils.timezone import now

                folder = bank.var / "demo"
                steps.begin("静态文件")
                serve.collect_static()
                make_files(folder, steps)
                nights = run_nights(folder, steps)
                steps.begin("登录")
                logins = give_logins(bank.var / "demo-logins.json", now())
                steps.end()
                show(Console(), logins, nights, time.monotonic() - begun)
                if not once:
                    say_where = f"\n打开 [bold]{serve.address(port)}[/]   Ctrl-C 停止"
                    serve.run_site(port, min(2, serve.usual_workers()), lambda: Console().print(say_where))


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold the demo's lock; the kernel frees it even when the command is killed."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+b") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"演示已在运行 ({lock.parent})；未作任何改动。另开一家银行请设 GUANHU_VAR") from None
        yield


def record_policy(var: Path) -> None:
    """Write down what the invented bank decided, unless somebody has; the shipped numbers stay as they are."""
    path = var / "policy.json"
    if path.exists():
        return
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(POLICY, ensure_ascii=False, indent=1) + "\n", "utf-8")
    draft.replace(path)


def make_files(folder: Path, steps: Steps) -> None:
    """Write the invented bank's files once; written elsewhere and moved, so that they are there whole or not at all."""
    if (folder / "truth.json").exists():
        return
    from guanhu.demo.write import write_bank

    advance = steps.begin("演示银行的文件")
    draft = folder.with_name("demo.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    write_bank(draft, seed=SEED, on_progress=advance)
    draft.rename(folder)


def business_days() -> list[tuple[date, str]]:
    """Every night to run before the demo's today, with the folder its files lie in."""
    later = (HISTORY_END + timedelta(days=n) for n in range(1, (TODAY - HISTORY_END).days))
    return [(HISTORY_END, "history"), *((day, day.isoformat()) for day in later)]


def run_nights(folder: Path, steps: Steps) -> int:
    """Run the nights that have not been published; how many that were."""
    from guanhu.apps.people import queries
    from guanhu.night.stages import NightStopped

    done = {night.day for night in queries.nights() if night.state == "published"}
    wanted = [(day, name) for day, name in business_days() if day not in done]
    books = these_books()
    for day, name in wanted:
        try:
            carry_out(books, day, folder / name, "guanhu", steps)
        except NightStopped as stopped:
            raise SystemExit(f"{day.isoformat()} 的夜间没有发布：{stopped}") from None
    return len(wanted)


def show(console: Console, logins: list[dict[str, str]], nights: int, seconds: float) -> None:
    """Say what is there now and who may sign in."""
    show_logins(console, logins, f"演示银行 · 今天 {TODAY.isoformat()}")
    console.print(f"新跑夜间 {nights} 个，用时 {seconds:.1f} 秒；客户与数据均为虚构")
