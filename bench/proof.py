"""The proof sheet of a split on a real bank's books: ``python -m bench.proof`` writes docs/split-of-berka.md.

The Berka accounts with their real balances are split over twenty keepers: first at the end of February 1994, beside
what they would be by the districts of their branches; then a month later, when balances have moved and accounts were
opened. Whom a keeper knows is not in the books; the days since an account was opened stand for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from guanhu.optimise.allocation import NOBODY, Limits, Problem, Split, check, deviation, solve
from guanhu.optimise.allocation.explain import Row, moved, rows, say

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "split-of-berka.md"
KEEPERS, FIRST, LATER = 20, "940228", "940330"
A_SHARE, B_SHARE = 0.2, 0.5
"""A are the wealthiest fifth, B reach down to the half; as the policy says (20 % and 30 %)."""
LOCK_SHARE = 0.95
"""The twentieth who have been with the bank longest are locked."""
MOVES_SHARE = 0.03

ACCOUNTS = """
select a.account_id::bigint as account, a.district_id::bigint as district,
       date_diff('day', strptime('19' || a.date, '%Y%m%d'), strptime('19' || '{day}', '%Y%m%d')) as days,
       greatest(0, sum(case t.type when 'PRIJEM' then t.amount::decimal(18, 2) else -t.amount::decimal(18, 2) end) * 100
       )::bigint as balance
from {trans} t join {account} a using (account_id) where t.date <= '{day}' group by all order by account
"""


def main(_arguments: list[str]) -> int:
    """Write the sheet; 0 when both splits pass the checker."""
    text, faults = sheet(Path(os.environ.get("GUANHU_DATA", ROOT.parent / "shared" / "data")) / "berka")
    PAGE.write_text(text, "utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(faults)} faults")
    return 1 if faults else 0


def sheet(folder: Path) -> tuple[str, list[str]]:
    """The page, and what the checker has against it."""
    account, district, _, balance = books(folder, FIRST)
    tier = tiers(balance)
    fresh = Problem.of(account, balance, tier, np.full(KEEPERS, 1000), owner=by_district(district))
    nobody = Problem.of(account, balance, tier, np.full(KEEPERS, 1000))
    split = solve(nobody)
    month, again = a_month(folder, dict(zip(nobody.numbers.tolist(), split.owner.tolist(), strict=True)))
    text = "\n".join([
        HEAD.format(keepers=KEEPERS, many=len(account)),
        FIRST_HEAD.format(total=money(int(balance.sum()))),
        *table(rows(fresh, split)),
        "", proven(fresh, nobody, split),
        MONTH_HEAD.format(new=int((~month.held).sum())),
        *table(rows(month, again)),
        "", proven(month, month, again), "",
        *(f"- account {one.number}: {one.before + 1} → {one.after + 1}. {say(one)}" for one in moved(month, again)),
        "",
    ])  # fmt: skip
    return text, check(nobody, split) + check(month, again)


def books(folder: Path, day: str) -> Any:
    """Accounts with a movement up to this day: number, district, days since opening, hundredths of a crown."""
    files = {
        name: f"read_csv('{folder / name}.csv.gz', delim=';', header=true, quote='\"', all_varchar=true)"
        for name in ("trans", "account")
    }
    found = duckdb.connect().sql(ACCOUNTS.format(day=day, **files)).fetchnumpy()
    return tuple(np.asarray(found[name]).astype(np.int64) for name in ("account", "district", "days", "balance"))


def tiers(balance: Any) -> Any:
    """A, B, C as 0, 1, 2 by the rank of the balance."""
    order = np.lexsort((np.arange(len(balance)), -balance))
    rank = np.empty(len(balance), np.int64)
    rank[order] = np.arange(len(balance))
    return (rank >= A_SHARE * len(balance)).astype(np.int64) + (rank >= B_SHARE * len(balance))


def by_district(district: Any) -> Any:
    """Whole districts to keepers in turn: how it is done where nobody splits."""
    return (district - 1) % KEEPERS


def a_month(folder: Path, kept: dict[int, int]) -> tuple[Problem, Split]:
    """A month later: real balances, new accounts without a keeper, the longest known locked."""
    account, _, days, balance = books(folder, LATER)
    owner = np.array([kept.get(one, NOBODY) for one in account.tolist()])
    trust = days * 10_000 // max(1, int(days.max()))
    problem = Problem.of(
        account, balance, tiers(balance), np.full(KEEPERS, 1000), owner=owner, trust_bp=trust,
        locked=days >= np.quantile(days, LOCK_SHARE), limits=Limits(moves=int(len(account) * MOVES_SHARE)),
    )  # fmt: skip
    return problem, solve(problem)


# ---------------------------------------------------------------- the page

HEAD = """# A split of a real bank's accounts

<!-- written by ./do bench proof; do not edit -->

The accounts of the Berka data set (real and anonymised, a Czech bank) with a movement up to the day, split over
{keepers} keepers by their real balances in crowns. An account stands for a customer; balances below nothing count as
nothing; tiers are the policy's shares (A 20 %, B 30 %). `./do bench proof` writes this page, a test compares it.
"""
FIRST_HEAD = """## First allocation, 1994-02-28

Before: whole districts to keepers in turn. After: our split. {total} crowns in all.
"""
MONTH_HEAD = """
## A month later, 1994-03-30

Balances are those of the new day; {new} accounts had their first movement meanwhile and have no keeper. At most 3 % of
the accounts may change a keeper, the twentieth with the bank longest may not. What a keeper is to each customer is not
in the books: the days since the account was opened stand for it.
"""


def table(lists: tuple[Row, ...]) -> list[str]:
    """Keeper by keeper: customers, tiers, assets, deviation, before and after."""
    heads = ("keeper", "accounts", "A · B · C before", "after", "crowns before", "after", "off before", "after",
             "came", "went")  # fmt: skip
    said = [_line(heads), _line(["---"] * len(heads))]
    for one in lists:
        before, after = (" · ".join(str(n) for n in each) for each in one.tiers)
        said.append(_line([
            str(one.keeper + 1), f"{one.customers[0]} → {one.customers[1]}", before, after,
            money(one.assets[0]), money(one.assets[1]), f"{one.deviation(False):+.1%}", f"{one.deviation():+.3%}",
            str(one.comes), str(one.goes),
        ]))  # fmt: skip
    return said


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def proven(before: Problem, problem: Problem, split: Split) -> str:
    """What was reached beside what nothing can fall below."""
    change = problem.held & (split.owner != problem.owner)
    many, most = int(change.sum()), problem.limits.moves
    said = [
        f"Largest deviation {deviation(before, before.owner):.1%} before, {split.deviation:.1e} after;",
        f"no split goes below {split.bounds.deviation:.1e}.",
        f"Whales counted for less than they have: {len(problem.whales)}.",
    ]
    if problem.held.any():
        said.append(f"Changed a keeper who is still there: {many} of {int(problem.held.sum())}"
                    f" ({split.bounds.moves} at least, {most} at most).")  # fmt: skip
        said += ["All changes that are allowed are used up; the rest is for the next round."] if many == most else []
    return " ".join(said)


def money(hundredths: int) -> str:
    """Whole crowns, in thousands apart."""
    return f"{hundredths // 100:,}"


if __name__ == "__main__":
    raise SystemExit(main([]))
