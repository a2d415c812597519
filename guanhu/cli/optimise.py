"""``guanhu optimise``: a split, or desks' next weeks, from a file of numbers, without a bank: to try and to judge."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from guanhu.optimise.asked import NotMeant

if TYPE_CHECKING:
    from guanhu.optimise import horizon
    from guanhu.optimise.allocation import Problem

app = typer.Typer(help="对一份数字求解分户或排期（不需要银行数据）", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="一份 .npz：客户资产、分层、能力系数、在岗……", exists=True, dir_okay=False)]
Out = Annotated[Path, typer.Option("--out", help="写到哪里：按客户顺序，每行一个管户人序号")]


@app.command("split", help="首次分户：没有人有管户人，先满足认领")
def split(file: File, out: Out) -> None:
    """Solve a first allocation and write who keeps whom."""
    _solve(file, out, again=False)


@app.command("rebalance", help="再平衡：保住信任，只动必须动的")
def rebalance(file: File, out: Out) -> None:
    """Solve a round among keepers who have their customers, and write who is to keep whom."""
    _solve(file, out, again=True)


@app.command("desks", help="排期：每位管户人今后若干个工作日的联系计划")
def desks(
    file: Annotated[Path, typer.Argument(help="一份 .npz：每位管户人的名额、事项与做法", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option("--out", help="写到哪里：每行 管户人,客户,渠道,日,事项")],
) -> None:
    """Plan every desk of a file and write what is done when; each plan with its bound."""
    from guanhu.optimise import horizon

    lines: list[str] = []
    figures: list[dict[str, Any]] = []
    try:
        for at, problem in enumerate(read_desks(file)):
            plan = horizon.solve(problem)
            faults = horizon.check(problem, plan)
            if faults:
                raise SystemExit("\n".join(("求得的排期没有通过校验，未写出：", *faults[:20])))
            lines += [f"{at},{row}\n" for row in _lines(problem, plan)]
            figures.append({"desk": at, **told_of_desk(problem, plan)})
    except NotMeant as wrong:
        typer.echo(f"{file.name}：{wrong}", err=True)
        raise typer.Exit(2) from wrong
    out.write_text("".join(lines), "utf-8")
    typer.echo(json.dumps(figures, ensure_ascii=False, indent=1))


def read_desks(file: Path) -> Iterator[horizon.Problem]:
    """The desks a file of arrays states, one after the other. Raises ``NotMeant`` in a sentence."""
    from guanhu.optimise.horizon import Problem

    given = _arrays(file)
    if "desks" not in given or given["desks"].size != 1:
        raise NotMeant("缺少 desks，不知道有几位管户人")
    for at in range(int(given["desks"])):
        lacking = [name for name in DESK if f"d{at}_{name}" not in given]
        if lacking:
            raise NotMeant(f"第 {at} 位缺少 {'、'.join(lacking)}")
        one = {name: given[f"d{at}_{name}"] for name in DESK}
        if one["opt"].ndim != 2 or one["opt"].shape[1] != 4:
            raise NotMeant(f"第 {at} 位的 opt 应为四列：事项、渠道、日、价值")
        try:
            yield Problem.of(
                range(len(one["hist"])), one["hist"], one["cap"], customer=one["tcust"], before=one["tpred"],
                options=tuple(one["opt"].T),
            )  # fmt: skip
        except (NotMeant, TypeError, ValueError, IndexError) as wrong:
            raise NotMeant(f"第 {at} 位：{wrong if isinstance(wrong, NotMeant) else '数组的类型或形状不对'}") from wrong


DESK = ("hist", "cap", "tcust", "tpred", "opt")
"""The arrays a desk needs: contacts of the last four days, slots, tasks, and what each brings how and when."""


def _lines(problem: horizon.Problem, plan: horizon.Plan) -> Iterator[str]:
    keys = problem.tasks.keys.tolist()
    for task, day in enumerate(plan.day.tolist()):
        if day >= 0:
            yield f"{problem.numbers[problem.tasks.customer[task]]},{plan.channel[task]},{day},{keys[task]}"


def told_of_desk(problem: horizon.Problem, plan: horizon.Plan) -> dict[str, Any]:
    """The figures of a desk's plan, with what no plan could exceed."""
    return {
        "worth_fen": plan.worth_fen,
        "bound_fen": plan.bound_fen,
        "gap": plan.gap,
        "done": int((plan.day >= 0).sum()),
        "tasks": len(problem.tasks),
        "rounds": plan.rounds,
    }


def _solve(file: Path, out: Path, *, again: bool) -> None:
    from guanhu.optimise.allocation import check, solve

    try:
        problem = read(file, again=again)
    except NotMeant as wrong:
        typer.echo(f"{file.name}：{wrong}", err=True)
        raise typer.Exit(2) from wrong
    found = solve(problem)
    faults = check(problem, found)
    if faults:
        raise SystemExit("\n".join(("求得的分户没有通过校验，未写出：", *faults[:20])))
    out.write_text("".join(f"{keeper}\n" for keeper in found.owner.tolist()), "utf-8")
    typer.echo(json.dumps(told(problem, found), ensure_ascii=False, indent=1))


def _arrays(file: Path) -> dict[str, Any]:
    """The arrays of a file by name. Raises ``NotMeant`` in a sentence."""
    import numpy as np

    try:
        with np.load(file, allow_pickle=False) as told:
            return {name: told[name] for name in told.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as broken:
        raise NotMeant("读不出来，应为 numpy 的 .npz 文件") from broken


def read(file: Path, *, again: bool) -> Problem:
    """The problem a file of arrays states; ``again``: with today's keepers. Raises ``NotMeant`` in a sentence."""
    needed = ["asset", "tier", "weight", "active", "winsor_cap"]
    needed += ["owner0", "rel", "rel_lock", "max_moves"] if again else []
    given = _arrays(file)
    lacking = [name for name in needed if name not in given]
    if lacking:
        raise NotMeant(f"缺少 {'、'.join(lacking)}")
    try:
        return _problem(given, again=again)
    except NotMeant:
        raise
    except (TypeError, ValueError, IndexError) as wrong:
        raise NotMeant("数组的类型或形状不对") from wrong


def _problem(given: dict[str, Any], *, again: bool) -> Problem:
    import numpy as np

    from guanhu.optimise.allocation import Limits, Problem
    from guanhu.optimise.allocation.problem import BASIS

    more: dict[str, Any] = {}
    if again:
        trust = np.round(given["rel"] * BASIS).astype(np.int64)
        more = {
            "owner": given["owner0"], "trust_bp": trust, "locked": given["rel"] >= float(given["rel_lock"]),
            "limits": Limits(moves=int(given["max_moves"])),
        }  # fmt: skip
    if "claim_customer" in given:
        strength = np.round(given["claim_strength"] * BASIS).astype(np.int64)
        more["claims"] = (given["claim_customer"], given["claim_manager"], strength)
    return Problem.of(
        np.arange(len(given["asset"])), given["asset"], given["tier"],
        np.round(given["weight"] * 1000).astype(np.int64), active=given["active"], cap=int(given["winsor_cap"]), **more,
    )  # fmt: skip


def told(problem: Problem, found: Any) -> dict[str, Any]:
    """The figures of a split, with what no split could go below."""
    import numpy as np

    from guanhu.optimise.allocation.claims import strength
    from guanhu.optimise.allocation.problem import BASIS

    moved = problem.held & (found.owner != problem.owner)
    return {
        "deviation": found.deviation,
        "deviation_bound": found.bounds.deviation,
        "claims_met": strength(problem, found.owner) / BASIS,
        "claims_bound": found.bounds.claims_bp / BASIS,
        "moved": int(moved.sum()),
        "moved_bound": found.bounds.moves,
        "trust_lost": int(problem.trust_bp[moved].sum()) / BASIS,
        "trust_bound": found.bounds.trust_bp / BASIS,
        "whales": len(problem.whales),
        "pool": int(np.sum(found.owner < 0)),
        "not_allowed": [
            {"what": each.what, "needed": each.needed, "allowed": each.allowed, "rounds": each.rounds}
            for each in found.short
        ],
    }
