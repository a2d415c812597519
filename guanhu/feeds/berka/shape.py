"""From Berka's tables to ours: owners as customers, regions as branches, movements with a sign, balances by day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from guanhu.engine import backend
from guanhu.feeds import layouts, parse
from guanhu.feeds.berka.files import REGIONS, Disposition, Movement, Operation, Symbol
from guanhu.feeds.keys import Keys
from guanhu.feeds.layouts import Layout
from guanhu.feeds.records import ROW
from guanhu.rules import kinds
from guanhu.rules.columns import pick

Frame = nw.DataFrame[Any]

CUSTOMERS_A_MANAGER = 300
CURRENT, LOAN = "CURRENT", "LOAN"
WOMEN_MONTHS = 50
TYPES: dict[str, Any] = {
    "number": nw.Int32, "money": nw.Int64, "percent": nw.Int64, "date": nw.Date, "flag": nw.Boolean,
}  # fmt: skip


def bank(berka: Mapping[str, Frame], keys: Keys) -> dict[str, Frame]:
    """Every file of our own layout as if the bank had sent it, typed and linked."""
    owned = _owned(berka, keys)
    staff = _staff(owned)
    products = [
        {"product_no": CURRENT, "name": "活期账户", "kind": str(kinds.ProductKind.CURRENT)},
        {"product_no": LOAN, "name": "贷款", "kind": str(kinds.ProductKind.LOAN)},
    ]
    branches = [{"branch_no": branch_no(region), "name": region} for region in REGIONS]
    return {
        "branches": _rows(branches, layouts.BRANCHES),
        "staff": _rows(staff, layouts.STAFF),
        "customers": _customers(owned),
        "accounts": _complete(owned.select("account_no", "customer_no", "kind", "opened_on", "customer", "account"),
                              layouts.ACCOUNTS, "customer", "account"),
        "products": _rows(products, layouts.PRODUCTS),
        "holdings": _loans(berka["loan"], owned, keys),
        "balances": _balances(berka["trans"], owned),
        "transactions": _moves(berka["trans"], owned, keys),
        "consents": _nothing(layouts.CONSENTS, "customer"),
        "contacts": _nothing(layouts.CONTACTS, "customer", "contact"),
        "complaints": _nothing(layouts.COMPLAINTS, "customer", "complaint"),
    }  # fmt: skip


def branch_no(region: str) -> str:
    """The number of a region as a branch: 1 to 8 in fixed order."""
    return str(REGIONS.index(region) + 1)


def related(made: Mapping[str, Frame], disp: Frame, client: Frame) -> Frame:
    """Who may dispose of an account without owning it: related persons of the owner, for the database."""
    accounts = made["accounts"].select("account_no", "account", "customer")
    others = disp.filter(nw.col("type") == str(Disposition.DISPONENT)).join(client, on="client_id", how="inner")
    joined = _born(others).join(accounts, left_on="account_id", right_on="account_no", how="inner")
    return joined.select(
        "customer", "account", "birth_on", "gender", related_no="client_id", relation=nw.lit("disponent"),
        name=nw.concat_str(nw.lit("关系人 "), nw.col("client_id")),
    )  # fmt: skip


def _owned(berka: Mapping[str, Frame], keys: Keys) -> Frame:
    """One row an account: its owner, branch, keeper and both keys. Lists are dealt by customer number in the branch."""
    owners = berka["disp"].filter(nw.col("type") == str(Disposition.OWNER)).select("client_id", "account_id")
    regions = berka["district"].select("A1", "A3")
    accounts = berka["account"].select("account_id", "district_id", opened_on="date")
    born = berka["client"].drop(ROW)
    frame = owners.join(accounts, on="account_id", how="inner").join(born, on="client_id", how="inner")
    frame = frame.join(regions, left_on="district_id", right_on="A1", how="inner").rename(
        {"client_id": "customer_no", "account_id": "account_no"}
    )
    number = nw.col("customer_no").cast(nw.Int64)
    numbers = {region: branch_no(region) for region in REGIONS}
    frame = frame.with_columns(
        _number=number,
        kind=nw.lit(str(kinds.ProductKind.CURRENT)),
        branch_no=nw.col("A3").replace_strict(numbers, return_dtype=nw.String),
    ).sort("_number")
    frame = frame.with_columns(
        _place=nw.col("_number").rank("ordinal").over("branch_no").cast(nw.Int64) - 1,
        _managers=(nw.col("_number").count().over("branch_no") + CUSTOMERS_A_MANAGER - 1) // CUSTOMERS_A_MANAGER,
    )
    desk = (nw.col("_place") % nw.col("_managers") + 1).cast(nw.String).str.zfill(2)
    frame = frame.with_columns(keeper_no=nw.concat_str(nw.col("branch_no"), desk))
    return keys.add(keys.add(_born(frame), "customer_no", "customer"), "account_no", "account")


def _staff(owned: Frame) -> list[dict[str, Any]]:
    """The managers the rule asks for: invented, and their names say so."""
    pairs = sorted(owned.select("keeper_no", "branch_no").unique().iter_rows())
    return [
        {"staff_no": staff_no, "branch_no": branch, "name": f"虚构经理 {staff_no}", "post": str(kinds.Post.WEALTH)}
        for staff_no, branch in pairs
    ]


def _customers(owned: Frame) -> Frame:
    """Owners as customers; Berka has no names."""
    frame = owned.select(
        "customer_no", "branch_no", "keeper_no", "gender", "birth_on", "opened_on", "customer",
        kind=nw.lit(str(kinds.CustomerKind.PERSONAL)),
        birth_calendar=nw.lit(str(kinds.Calendar.SOLAR)),
        name=nw.concat_str(nw.lit("客户 "), nw.col("customer_no")),
    )  # fmt: skip
    return _complete(frame, layouts.CUSTOMERS, "customer")


def _born(frame: Frame) -> Frame:
    """Gender and birthday out of the birth number: 706213 is a woman born on 1970-12-13."""
    text = nw.col("birth_number")
    month = text.str.slice(2, 2).cast(nw.Int32)
    woman = month > WOMEN_MONTHS
    month = pick(woman, month - WOMEN_MONTHS, month).cast(nw.String).str.zfill(2)
    born = nw.concat_str(nw.lit("19"), text.str.slice(0, 2), nw.lit("-"), month, nw.lit("-"), text.str.slice(4, 2))
    return frame.with_columns(birth_on=born, gender=pick(woman, "女", "男"))


def _loans(loan: Frame, owned: Frame, keys: Keys) -> Frame:
    """Loans as holdings; one matures its duration in months after it was granted, at most at the month's end."""
    durations = sorted(loan.get_column("duration").unique().to_list())
    matures: Any = nw.lit(None, nw.Date)
    for months in durations:
        matures = pick(nw.col("duration") == months, nw.col("date").dt.offset_by(f"{months}mo"), matures)
    whose = owned.select("account_no", "account", "customer")
    frame = loan.join(whose, left_on="account_id", right_on="account_no", how="inner")
    frame = frame.with_columns(
        holding_no=nw.col("loan_id"), product_no=nw.lit(LOAN), started_on=nw.col("date"), matures_on=matures,
        product_kind=nw.lit(str(kinds.ProductKind.LOAN)), auto_renew=nw.lit(False),
    )  # fmt: skip
    kept = ("holding_no", "product_no", "product_kind", "account", "customer", "amount_fen", "started_on", "matures_on",
            "auto_renew")  # fmt: skip
    return _complete(keys.add(frame.select(*kept), "holding_no", "holding"), layouts.HOLDINGS, "holding", "account",
                     "customer", "product_kind")  # fmt: skip


def _signed(trans: Frame) -> Frame:
    """The amount with its sign: PRIJEM comes in, VYDAJ and VYBER go out."""
    amount = nw.col("amount_fen")
    return trans.with_columns(signed=pick(nw.col("type") == str(Movement.PRIJEM), amount, -amount))


def _balances(trans: Frame, owned: Frame) -> Frame:
    """End of day: of the balances stated that day the one nearest the running sum of signed amounts.

    Neither the file's order nor the number's tells which movement of a day was the last.
    """
    by_day = ("account_id", "date")
    days = _signed(trans).group_by(*by_day).agg(nw.col("signed").sum().alias("net"))
    days = days.with_columns(running=nw.col("net").cum_sum().over("account_id", order_by="date")).drop("net")
    number = nw.col("trans_id").cast(nw.Int64)
    rows = trans.join(days, on=list(by_day), how="inner").with_columns(
        _away=(nw.col("balance_fen") - nw.col("running")).abs(), _number=number
    )
    near = rows.filter(nw.col("_away") == nw.col("_away").min().over(*by_day))
    last = near.filter(nw.col("_number") == nw.col("_number").max().over(*by_day))
    whose = owned.select("account_no", "account", "customer", account_kind="kind")
    joined = last.join(whose, left_on="account_id", right_on="account_no", how="inner")
    return joined.select(
        "account", "customer", "account_kind", "balance_fen", day_on="date", balance_before_fen=nw.lit(0, nw.Int64)
    )


def _moves(trans: Frame, owned: Frame, keys: Keys) -> Frame:
    """Movements in our words; of the other side only its bank stays."""
    whose = owned.select("account_no", "account", "customer")
    frame = trans.join(whose, left_on="account_id", right_on="account_no", how="inner").rename({"trans_id": "move_no"})
    direction = pick(nw.col("type") == str(Movement.PRIJEM), str(layouts.Direction.IN), str(layouts.Direction.OUT))
    frame = keys.add(frame, "move_no", "move").with_columns(kind=_kind(), direction=direction)
    return frame.select(
        "move", "account", "customer", "amount_fen", "kind", "direction", day_on="date", other_bank="bank",
        channel=nw.lit(None, nw.String),
    )  # fmt: skip


def _kind() -> nw.Expr:
    """What a movement was; the purpose tells more than the way: fees and standing payments are nobody's visit."""
    operation, symbol = nw.col("operation"), nw.col("k_symbol")
    kind: Any = nw.lit(str(kinds.MoveKind.TRANSFER))
    kind = pick(operation.is_in([str(Operation.CASH_IN), str(Operation.CASH_OUT)]), str(kinds.MoveKind.CASH), kind)
    kind = pick(operation == str(Operation.CARD), str(kinds.MoveKind.CARD), kind)
    paid = [str(Symbol.HOUSEHOLD), str(Symbol.INSURANCE), str(Symbol.LOAN), str(Symbol.LEASING)]
    kind = pick(symbol.is_in(paid), str(kinds.MoveKind.AUTOPAY), kind)
    kind = pick(symbol == str(Symbol.PENSION), str(kinds.MoveKind.SALARY), kind)
    kind = pick(symbol.is_in([str(Symbol.FEE), str(Symbol.PENALTY)]), str(kinds.MoveKind.FEE), kind)
    return pick(operation.is_null(), str(kinds.MoveKind.INTEREST), kind)  # type: ignore[no-any-return]


def _rows(rows: list[dict[str, Any]], layout: Layout) -> Frame:
    """A few rows as a frame of the layout's columns."""
    names = list(rows[0])
    texts = {name: [row[name] for row in rows] for name in names}
    return _complete(backend.series(texts, dict.fromkeys(names, "text")), layout)


def _complete(frame: Frame, layout: Layout, *more: str) -> Frame:
    """The layout's columns in its order (empty where Berka has none), and the keys beside them."""
    absent = {
        parse.typed_name(field): nw.lit(None, TYPES.get(field.type, nw.String))
        for field in layout.fields
        if parse.typed_name(field) not in frame.columns
    }
    return frame.with_columns(**absent).select(*(parse.typed_name(field) for field in layout.fields), *more)


def _nothing(layout: Layout, *keys: str) -> Frame:
    """A file Berka does not have: no rows, the right columns."""
    return _complete(backend.series({key: [] for key in keys}, dict.fromkeys(keys, "key")), layout, *keys)
