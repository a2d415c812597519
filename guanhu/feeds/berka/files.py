"""What the Berka files look like: columns, codes, row counts and seals; there is no manifest, so they stand here.

Fields are separated by ``;``, money has a dot, dates are YYMMDD of the 1900s. ``trans`` is whole with 49,102 rows.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from guanhu.feeds.layouts import Field, Goes, Layout, Type

SEPARATOR = ";"
CURRENCY = "CZK"
FIRST_DAY = date(1993, 1, 1)
LAST_WHOLE_DAY = date(1994, 3, 30)
"""1994-03-31 is cut in mid-day."""

REGIONS = (
    "Prague", "central Bohemia", "south Bohemia", "west Bohemia", "north Bohemia", "east Bohemia", "south Moravia",
    "north Moravia",
)  # fmt: skip
"""District column A3: our branches, in this order."""


class Disposition(StrEnum):
    """Who someone is to an account."""

    OWNER = "OWNER"
    DISPONENT = "DISPONENT"


class Movement(StrEnum):
    """Which way money went; VYBER is a debit the guide does not list."""

    PRIJEM = "PRIJEM"
    VYDAJ = "VYDAJ"
    VYBER = "VYBER"


class Operation(StrEnum):
    """How money moved; empty means interest credited."""

    CASH_IN = "VKLAD"
    CASH_OUT = "VYBER"
    CARD = "VYBER KARTOU"
    FROM_BANK = "PREVOD Z UCTU"
    TO_BANK = "PREVOD NA UCET"


class Symbol(StrEnum):
    """What a payment was for; empty and one space both mean none."""

    INTEREST = "UROK"
    PENALTY = "SANKC. UROK"
    FEE = "SLUZBY"
    HOUSEHOLD = "SIPO"
    PENSION = "DUCHOD"
    INSURANCE = "POJISTNE"
    LOAN = "UVER"
    LEASING = "LEASING"


class Status(StrEnum):
    """How a loan stood at the end of 1998."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class CardType(StrEnum):
    """What card it is."""

    JUNIOR = "junior"
    CLASSIC = "classic"
    GOLD = "gold"


def _f(name: str, zh: str, type: Type = "text", goes: Goes = "lake", *, must: bool = True,
       words: type[StrEnum] | None = None, low: int | None = None) -> Field:  # fmt: skip
    return Field(name, zh, type, goes, must, words, low=low)


def _left(*names: str) -> tuple[Field, ...]:
    """Columns nobody here needs: left at the door, whatever stands in them (``?`` included)."""
    return tuple(Field(name, name, "text", "nowhere") for name in names)


DISTRICT = Layout("district", "地区", "snapshot", ("A1",), (
    _f("A1", "地区号"), _f("A2", "地区名", goes="nowhere"), _f("A3", "大区"), *_left(*(f"A{n}" for n in range(4, 17))),
))  # fmt: skip
ACCOUNT = Layout("account", "账户", "snapshot", ("account_id",), (
    _f("account_id", "账户号", goes="key"), _f("district_id", "地区号"), _f("frequency", "对账单", goes="nowhere"),
    _f("date", "开户日", "yymmdd"),
), refers=(("district_id", "district", "A1"),))  # fmt: skip
CLIENT = Layout("client", "客户", "snapshot", ("client_id",), (
    _f("client_id", "客户号"), _f("birth_number", "出生号", "birth_number", "both"),
    _f("district_id", "地区号", goes="nowhere"),
), refers=())  # fmt: skip
DISP = Layout("disp", "账户与客户", "snapshot", ("disp_id",), (
    _f("disp_id", "编号"), _f("client_id", "客户号"), _f("account_id", "账户号", goes="key"),
    _f("type", "身份", "word", words=Disposition),
), refers=(("client_id", "client", "client_id"), ("account_id", "account", "account_id")))  # fmt: skip
ORDER = Layout("order", "定期付款", "snapshot", ("order_id",), (
    _f("order_id", "编号"), _f("account_id", "账户号", goes="key"), *_left("bank_to", "account_to"),
    _f("amount", "金额", "money", low=0), _f("k_symbol", "用途", "word", must=False, words=Symbol),
), refers=(("account_id", "account", "account_id"),), sums=("amount",))  # fmt: skip
LOAN = Layout("loan", "贷款", "snapshot", ("loan_id",), (
    _f("loan_id", "贷款号", goes="key"), _f("account_id", "账户号", goes="key"), _f("date", "放款日", "yymmdd"),
    _f("amount", "金额", "money", low=0), _f("duration", "期限（月）", "number", low=1),
    _f("payments", "月还款", "money", "nowhere"), _f("status", "状态", "word", "nowhere", words=Status),
), refers=(("account_id", "account", "account_id"),), sums=("amount",))  # fmt: skip
CARD = Layout("card", "卡", "snapshot", ("card_id",), (
    _f("card_id", "卡编号"), _f("disp_id", "账户与客户编号"), _f("type", "种类", "word", words=CardType),
    _f("issued", "发卡日", "stamp"),
), refers=(("disp_id", "disp", "disp_id"),))  # fmt: skip
TRANS = Layout("trans", "交易", "snapshot", ("trans_id",), (
    _f("trans_id", "流水号", goes="key"), _f("account_id", "账户号", goes="key"), _f("date", "日期", "yymmdd"),
    _f("type", "收支", "word", words=Movement), _f("operation", "方式", "word", must=False, words=Operation),
    _f("amount", "金额", "money", low=0), _f("balance", "余额", "money"),
    _f("k_symbol", "用途", "word", must=False, words=Symbol), _f("bank", "对方银行", must=False), *_left("account"),
), refers=(("account_id", "account", "account_id"),), sums=("amount",))  # fmt: skip

LAYOUTS = (DISTRICT, ACCOUNT, CLIENT, DISP, ORDER, TRANS, LOAN, CARD)
"""In the order in which they are read."""


class Whole(NamedTuple):
    """A file as it was published: how many rows, and the SHA-256 of its text."""

    rows: int
    sha256: str


WHOLE: dict[str, Whole] = {
    "account": Whole(4_500, "58d7f50abd72e9b1a5568346f74bb54cd71224ee1db9f09a27d7cac563f38cc6"),
    "client": Whole(5_369, "e435c6b92d246f4f0dfd5e2827469d745c06238714c32b3ffb415eebe794e1a7"),
    "disp": Whole(5_369, "ebd801f77b6d322e8ebc08e52f188e7c8fca539325f85f57f8c73434da9d32d8"),
    "loan": Whole(682, "68535f609a254aa7a3f03dd8e27dcb822b532df12a0d6046f0666b8dc0b8ae8e"),
    "order": Whole(6_471, "035930fa6acd2ca42a935e654b21e1bb260248f49b6dc6e7de6351b7c4d56d02"),
    "card": Whole(892, "fc669bde6adf6457d87421c0bfb218e9c384a7032c6accd348d207a405e72109"),
    "district": Whole(77, "7f03cf3b9b82f0fdcc3abdf6cc716f145db8e9875c68e2d2e2f7151e9ecf4df3"),
    "trans": Whole(49_102, "51e826ad355479df75908f85431d1967bddf8199871a92e0162961e5ba38ae62"),
}
