"""``guanhu optimise``: the split of a file of numbers, without a bank: to try it, and to let others judge it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from guanhu.optimise.allocation import Problem

app = typer.Typer(help="对一份数字求解分户（不需要银行数据）", no_args_is_help=True)

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


def _solve(file: Path, out: Path, *, again: bool) -> None:
    from guanhu.optimise.allocation import NotMeant, check, solve

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


def read(file: Path, *, again: bool) -> Problem:
    """The problem a file of arrays states; ``again``: with today's keepers. Raises ``NotMeant`` in a sentence."""
    import numpy as np

    from guanhu.optimise.allocation import NotMeant

    needed = ["asset", "tier", "weight", "active", "winsor_cap"]
    needed += ["owner0", "rel", "rel_lock", "max_moves"] if again else []
    try:
        with np.load(file, allow_pickle=False) as told:
            given: dict[str, Any] = {name: told[name] for name in told.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as broken:
        raise NotMeant("读不出来，应为 numpy 的 .npz 文件") from broken
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
