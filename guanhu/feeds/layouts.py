"""What the bank sends: every file, every column, its type and what it is for.

The layout is versioned. Later versions add files or optional columns; they never change a column.
``docs/reference/feeds.md`` is generated from here.

A delivery is a folder with ``manifest.json`` and one file for each layout below. Snapshot files hold
everything as of the business date; daily files hold the days from ``covers_from`` to the business date.

``manifest.json``: ``layout``, ``layout_version``, ``business_date``, ``covers_from``, ``version``, ``currency``,
``synthetic``, optionally ``encoding`` (utf-8 or gb18030; better written: without it a file of a few rows that reads
both ways is refused), and ``files``: for each ``table``, ``file``, ``rows``,
``sums`` (column → text in yuan, such as ``"12345.67"``) and optionally ``sha256`` of the file as it lies.

Files: CSV with a header line naming every column (any order; those marked 可无 may be left out), comma between fields,
quotes ``"`` where needed, every line ended; plain, ``.gz`` or ``.zst``; UTF-8 (with or without BOM) or GB18030; or
``.parquet``. Spaces and tabs around a value are no part of it; numbers, money, dates and times are half-width, money
without thousands separators.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import EnumType
from typing import Literal

from guanhu.rules import kinds

VERSION = 1

Type = Literal[
    "text", "number", "money", "percent", "date", "birth", "time", "flag", "word", "yymmdd", "stamp", "birth_number"
]
"""text · whole number · money in yuan with at most two decimals · percent with two decimals (2.60) ·
date YYYY-MM-DD · birth YYYY-MM-DD in the customer's own calendar · time HH:MM · flag Y/N · word of a list.
Of the Berka files alone: yymmdd (19YY) · stamp (yymmdd 00:00:00) · birth_number (yymmdd, women month + 50)."""

Goes = Literal["lake", "database", "both", "key", "nowhere"]
"""Where the door sends a column: to the lake, to the database alone (personal), to both, it becomes a surrogate key,
or it is left at the door."""


@dataclass(frozen=True)
class Field:
    """One column of a bank's file."""

    name: str
    zh: str
    type: Type
    goes: Goes
    required: bool = False
    words: EnumType | None = None
    note: str = ""
    low: int | None = None
    """The smallest accepted value, in the unit kept (fen, basis points, whole numbers)."""
    high: int | None = None
    longest: int = 100
    """The most characters of a text."""
    optional: bool = False
    """A bank may leave the whole column out of its file."""


@dataclass(frozen=True)
class Layout:
    """One file of the bank: its columns, its key, and whether it is a snapshot or the days alone."""

    table: str
    zh: str
    mode: Literal["snapshot", "daily"]
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    refers: tuple[tuple[str, str, str], ...] = ()
    """(column, table, column): a value that must stand in another file of the delivery."""
    sums: tuple[str, ...] = ()
    """Money columns whose sum stands in the manifest."""
    in_order: tuple[tuple[str, str], ...] = ()
    """Pairs of dates of which the first may not lie after the second."""
    required: bool = True

    def field(self, name: str) -> Field:
        """One column by its name."""
        return next(field for field in self.fields if field.name == name)


class Direction(kinds.Kind):
    """方向: which way money moved."""

    IN = "in", "转入", "In"
    OUT = "out", "转出", "Out"


def _f(name: str, zh: str, type: Type, goes: Goes = "lake", *, must: bool = False,
       words: EnumType | None = None, note: str = "", low: int | None = None, high: int | None = None,
       longest: int = 0, optional: bool = False) -> Field:  # fmt: skip
    """A column, shortly written; the bank's numbers have at most 40 characters, other texts 100 unless said."""
    most = longest or (40 if name.endswith("_no") else 100)
    return Field(name, zh, type, goes, must, words, note, low, high, most, optional)


BRANCHES = Layout("branches", "网点", "snapshot", ("branch_no",), (
    _f("branch_no", "网点号", "text", must=True),
    _f("name", "网点名称", "text", "both", must=True),
    _f("address", "网点地址", "text", "database", longest=200),
    _f("region_no", "上级分支行号", "text", "database", optional=True, note="同号的网点归同一位分支行管理"),
))  # fmt: skip

STAFF = Layout("staff", "员工", "snapshot", ("staff_no",), (
    _f("staff_no", "工号", "text", must=True),
    _f("name", "姓名", "text", "database", must=True, longest=60),
    _f("branch_no", "网点号", "text", must=True),
    _f("post", "岗位", "word", "both", must=True, words=kinds.Post),
    _f("capability", "能力系数", "number", note="百分数，80–130，缺省 100", low=80, high=130),
    _f("licence_no", "执业资格证号", "text", "database"),
    _f("licence_until", "证书有效期", "date", "database"),
    _f("phone", "工作手机", "text", "database", longest=40),
    _f("leave_from", "休假起", "date"),
    _f("leave_to", "休假止", "date"),
), refers=(("branch_no", "branches", "branch_no"),), in_order=(("leave_from", "leave_to"),))  # fmt: skip

CUSTOMERS = Layout("customers", "客户", "snapshot", ("customer_no",), (
    _f("customer_no", "客户号", "text", "both", must=True),
    _f("kind", "个人或对公", "word", "both", must=True, words=kinds.CustomerKind),
    _f("name", "姓名或户名", "text", "database", must=True),
    _f("branch_no", "网点号", "text", "both", must=True),
    _f("keeper_no", "管户人工号", "text", "both"),
    _f("gender", "性别", "text", "database", note="男、女", longest=4),
    _f("birth_on", "出生日期", "birth", "both", note="数据湖只留月与日"),
    _f("birth_calendar", "生日历法", "word", "both", words=kinds.Calendar, note="缺省公历"),
    _f("id_no", "证件号码", "text", "database"),
    _f("phone", "手机", "text", "database", longest=40),
    _f("address", "地址", "text", "database", longest=200),
    _f("email", "邮箱", "text", "database"),
    _f("occupation", "职业", "text", "database", longest=60),
    _f("risk_grade", "风险等级", "word", "both", words=kinds.RiskGrade),
    _f("risk_on", "风险评估日", "date", "both"),
    _f("stage", "客情阶段（旧系统）", "word", "database", words=kinds.Stage),
    _f("stage_on", "阶段日期（旧系统）", "date", "database"),
    _f("opened_on", "建户日", "date", "both", must=True),
), refers=(("branch_no", "branches", "branch_no"), ("keeper_no", "staff", "staff_no")))  # fmt: skip

ACCOUNTS = Layout("accounts", "账户", "snapshot", ("account_no",), (
    _f("account_no", "账号", "text", "key", must=True, note="明文只进数据库"),
    _f("customer_no", "客户号", "text", "key", must=True),
    _f("kind", "产品类别", "word", must=True, words=kinds.ProductKind),
    _f("account_class", "账户类别", "text", "database", note="Ⅰ、Ⅱ、Ⅲ 类：1、2、3", longest=4),
    _f("card_no", "卡号", "text", "database"),
    _f("opened_on", "开户日", "date", "both", must=True),
    _f("closed_on", "销户日", "date", "both"),
), refers=(("customer_no", "customers", "customer_no"),), in_order=(("opened_on", "closed_on"),))  # fmt: skip

PRODUCTS = Layout("products", "产品", "snapshot", ("product_no",), (
    _f("product_no", "产品号", "text", "both", must=True),
    _f("name", "产品名称", "text", "both", must=True),
    _f("kind", "产品类别", "word", "both", must=True, words=kinds.ProductKind),
    _f("risk_level", "风险等级", "word", "both", words=kinds.RiskLevel),
    _f("term_days", "期限（天）", "number", low=0, high=36500),
    _f("drawbacks", "须告知的不足", "text", "database", note="产品说明书里要先讲清的缺点（P159）", longest=2000),
))  # fmt: skip

HOLDINGS = Layout("holdings", "持有", "snapshot", ("holding_no",), (
    _f("holding_no", "持有编号", "text", "key", must=True),
    _f("account_no", "账号", "text", "key", must=True),
    _f("product_no", "产品号", "text", must=True),
    _f("amount", "本金", "money", must=True, low=0),
    _f("started_on", "起息日", "date", must=True),
    _f("matures_on", "到期日", "date"),
    _f("rate", "年利率", "percent", low=0, high=100_00),
    _f("auto_renew", "自动转存", "flag"),
), refers=(("account_no", "accounts", "account_no"), ("product_no", "products", "product_no")),
   sums=("amount",), in_order=(("started_on", "matures_on"),))  # fmt: skip

BALANCES = Layout("balances", "日终余额", "daily", ("account_no", "day_on"), (
    _f("account_no", "账号", "text", "key", must=True),
    _f("day_on", "日期", "date", must=True),
    _f("balance_before", "上日余额", "money", must=True, note="账户第一次出现时为 0"),
    _f("balance", "日终余额", "money", must=True),
), refers=(("account_no", "accounts", "account_no"),), sums=("balance_before", "balance"))  # fmt: skip

TRANSACTIONS = Layout("transactions", "交易", "daily", ("move_no",), (
    _f("move_no", "流水号", "text", "key", must=True),
    _f("account_no", "账号", "text", "key", must=True),
    _f("day_on", "日期", "date", must=True),
    _f("amount", "金额", "money", must=True, note="正数，方向另列", low=1),
    _f("direction", "方向", "word", must=True, words=Direction),
    _f("kind", "交易种类", "word", must=True, words=kinds.MoveKind),
    _f("channel", "渠道", "text"),
    _f("other_bank", "对方银行", "text", note="本行为空；对方账号不要"),
), refers=(("account_no", "accounts", "account_no"),), sums=("amount",))  # fmt: skip

CONSENTS = Layout("consents", "授权", "snapshot", ("customer_no", "purpose"), (
    _f("customer_no", "客户号", "text", "key", must=True),
    _f("purpose", "用途", "word", must=True, words=kinds.ConsentPurpose),
    _f("granted", "是否同意", "flag", must=True),
    _f("changed_on", "日期", "date", must=True),
    _f("evidence", "凭据", "text", "database", longest=200),
), refers=(("customer_no", "customers", "customer_no"),))  # fmt: skip

CONTACTS = Layout("contacts", "历史联系（旧系统导出）", "daily", ("contact_no",), (
    _f("contact_no", "联系编号", "text", "key", must=True),
    _f("customer_no", "客户号", "text", "key", must=True),
    _f("staff_no", "工号", "text", "both", must=True),
    _f("day_on", "日期", "date", "both", must=True),
    _f("at_time", "时刻", "time", "database"),
    _f("channel", "渠道", "word", "both", must=True, words=kinds.Channel),
    _f("seconds", "时长（秒）", "number", "both", low=0, high=86_400),
    _f("outcome", "结果", "word", "both", must=True, words=kinds.Outcome),
    _f("note", "记录", "text", "database", longest=2000),
), refers=(("customer_no", "customers", "customer_no"),))  # fmt: skip

COMPLAINTS = Layout("complaints", "投诉", "snapshot", ("complaint_no",), (
    _f("complaint_no", "投诉编号", "text", "key", must=True),
    _f("customer_no", "客户号", "text", "key", must=True),
    _f("opened_on", "受理日", "date", "both", must=True),
    _f("closed_on", "办结日", "date", "both"),
    _f("subject", "事由", "text", "database", must=True, longest=2000),
), refers=(("customer_no", "customers", "customer_no"),), in_order=(("opened_on", "closed_on"),))  # fmt: skip

LAYOUTS: tuple[Layout, ...] = (
    BRANCHES, STAFF, CUSTOMERS, ACCOUNTS, PRODUCTS, HOLDINGS, BALANCES, TRANSACTIONS, CONSENTS, CONTACTS, COMPLAINTS,
)  # fmt: skip
"""Every file of a delivery, in the order in which they are read."""
