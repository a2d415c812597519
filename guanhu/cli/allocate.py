"""``guanhu allocate``: a round of the split for every post of every branch at once, as proposals for their heads."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console

from guanhu.cli.bank import open_bank, prepare_django
from guanhu.cli.progress import Steps

KINDS = ("first", "monthly", "quarterly")


@dataclass(frozen=True)
class Done:
    """What came of one post: its figures, or why it could not be split; deviations as shares."""

    branch_no: str
    post: str
    customers: int = 0
    moves: int = 0
    before: float = 0.0
    after: float = 0.0
    bound: float = 0.0
    refused: str = ""


def allocate(
    every: Annotated[bool, typer.Option("--all", help="全行每个网点、每个岗位")] = False,
    branch: Annotated[str, typer.Option("--branch", help="只做这个网点（网点号）")] = "",
    kind: Annotated[str, typer.Option("--kind", help="first 首次、monthly 月度、quarterly 季度")] = "monthly",
    processes: Annotated[int, typer.Option("--processes", help="同时做几个；0 为按处理器个数", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """各网点各岗位求一份分户草案；由负责人看过再发布，这里什么也不生效"""
    if kind not in KINDS or every == bool(branch):
        raise typer.BadParameter("请写 --all 或 --branch 网点号；--kind 只有 first、monthly、quarterly")
    with open_bank():
        from guanhu.apps.portfolio.rounds.calendar.queries import every_post

        wanted = [(pk, number, post.value) for pk, number, post in every_post(branch)]
        with Steps(Console(stderr=True)) as steps:
            advance = steps.begin("分户求解")
            done = []
            for one in _solved(wanted, kind, processes or os.cpu_count() or 1):
                done.append(one)
                advance(len(done), len(wanted), f"{one.branch_no} {one.post}")
            steps.end()
    done.sort(key=lambda one: (one.branch_no, one.post))
    typer.echo(json.dumps([asdict(one) for one in done], ensure_ascii=False) if as_json else _told(done))
    if any(one.refused for one in done):
        raise typer.Exit(1)


def _solved(wanted: list[tuple[int, str, str]], kind: str, processes: int) -> Iterator[Done]:
    """Each post in a process of its own, as they come; nothing of one depends on another."""
    if not wanted:
        return
    apart = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(wanted)), mp_context=apart, initializer=prepare_django) as pool:
        for future in as_completed([pool.submit(solve_one, *one, kind) for one in wanted]):
            yield future.result()


def solve_one(branch_id: int, branch_no: str, post: str, kind: str) -> Done:
    """Open and solve a round of one post; a refusal is told, not raised, so that the others go on."""
    from django.db import DatabaseError
    from django.utils import timezone

    from guanhu.apps.audit import trail
    from guanhu.apps.people.copying import first_sentence
    from guanhu.apps.people.errors import Refused
    from guanhu.apps.portfolio.rounds import actions
    from guanhu.rules.kinds import Post
    from guanhu.rules.rounds import RoundKind

    now = timezone.now()
    try:
        with trail.during(trail.Source(device="guanhu allocate", at=now)):
            made = actions.open_round(by=None, branch_id=branch_id, post=Post(post), kind=RoundKind(kind), now=now)
    except (Refused, DatabaseError) as refused:
        return Done(branch_no, post, refused=first_sentence(refused))
    return Done(branch_no, post, **actions.figures_of(made))


def _told(done: list[Done]) -> str:
    """A line a post, and the sum."""
    solved = [one for one in done if not one.refused]
    end = f"{len(solved)} 份草案，{sum(one.customers for one in solved):,} 户"
    return "\n".join([*(f"{one.branch_no} {one.post}：{_line(one)}" for one in done), end])


def _line(one: Done) -> str:
    if one.refused:
        return f"没有求解，{one.refused}"
    said = f"{one.customers:,} 户，变更 {one.moves:,} 户，最大偏差 {one.before:.2%} → {one.after:.3%}"
    return f"{said}（下界 {one.bound:.3%}）"
