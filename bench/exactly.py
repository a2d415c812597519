"""The split as a mixed-integer programme for an exact solver: the yardstick of the benchmark, in a process of its own.

Reads one problem as JSON from standard input and writes the answer: a keeper for each customer, the bound, CPU seconds.
With ``owner`` and ``trust`` it finds the least trust lost within a tolerance, with lists as even as ours; else the
least deviation.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import highspy
import numpy as np

from guanhu.optimise.allocation.problem import BASIS, MOVE_BP

MOVE = MOVE_BP / BASIS
"""What one move counts for besides the trust lost."""


def main() -> None:
    """Build, solve, answer."""
    told = json.load(sys.stdin)
    begun = time.process_time()
    model, columns = build(told)
    model.setOptionValue("time_limit", float(told["seconds"]))
    model.setOptionValue("threads", 1)
    model.run()
    info = model.getInfo()
    owner = None
    if info.primal_solution_status == 2:
        values = np.array(model.getSolution().col_value)[:columns].reshape(-1, told["keepers"])
        owner = values.argmax(axis=1).tolist()
    json.dump({
        "owner": owner, "bound": info.mip_dual_bound, "value": info.objective_function_value,
        "seconds": time.process_time() - begun,
    }, sys.stdout)  # fmt: skip


def build(told: dict[str, Any]) -> tuple[Any, int]:
    """One choice a customer and keeper; each tier within the floor and the ceiling; assets within a deviation."""
    asset, tier, keepers = np.array(told["asset"], float), np.array(told["tier"]), told["keepers"]
    many, ought = len(asset), asset.sum() / keepers
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    again = "owner" in told
    count = many * keepers + (not again)
    cost = np.zeros(count)
    upper = np.ones(count)
    if again:
        owner, trust = np.array(told["owner"]), np.array(told["trust"]) / BASIS
        each = np.repeat(trust + MOVE, keepers).reshape(many, keepers)
        each[np.arange(many), owner] = 0
        closed = np.array(told["locked"])[:, None] & (np.arange(keepers) != owner[:, None])
        cost[:], upper[:] = each.ravel(), np.where(closed, 0.0, 1.0).ravel()
    else:
        cost[-1], upper[-1] = 1.0, highspy.kHighsInf
    empty = np.empty(0)
    model.addCols(count, cost, np.zeros(count), upper, 0, np.empty(0, np.int32), np.empty(0, np.int32), empty)
    whole = np.full(many * keepers, highspy.HighsVarType.kInteger)
    model.changeColsIntegrality(many * keepers, np.arange(many * keepers, dtype=np.int32), whole)
    for i in range(many):
        row = np.arange(i * keepers, (i + 1) * keepers, dtype=np.int32)
        model.addRow(1.0, 1.0, keepers, row, np.ones(keepers))
    for k in range(tier.max() + 1):
        mine = np.flatnonzero(tier == k)
        for j in range(keepers):
            row = (mine * keepers + j).astype(np.int32)
            model.addRow(float(len(mine) // keepers), float(-(-len(mine) // keepers)), len(row), row, np.ones(len(row)))
    within = told.get("within", 0.0)
    for j in range(keepers):
        row = (np.arange(many) * keepers + j).astype(np.int32)
        share = asset / ought
        if again:
            model.addRow(1 - within, 1 + within, many, row, share)
            model.addRow(float(many // keepers), float(-(-many // keepers)), many, row, np.ones(many))
            continue
        both = np.append(row, many * keepers).astype(np.int32)
        model.addRow(-highspy.kHighsInf, 1.0, many + 1, both, np.append(share, -1.0))
        model.addRow(1.0, highspy.kHighsInf, many + 1, both, np.append(share, 1.0))
    return model, many * keepers


if __name__ == "__main__":
    main()
