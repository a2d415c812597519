"""The page on the bank's files, written from the layouts and the rules themselves."""

from __future__ import annotations

from typing import cast

from guanhu.feeds import layouts, reading
from guanhu.feeds.berka import files
from guanhu.feeds.faults import bound
from guanhu.feeds.layouts import Field, Layout
from guanhu.rules.kinds import Kind

GOES = {
    "lake": "湖 lake", "database": "库 database", "both": "湖与库 both", "key": "换成键 key", "nowhere": "不收 dropped",
}  # fmt: skip

_RULES = (
    ("*/required", "必填列为空", "a required column is empty"),
    ("*/form", "不合列的类型，或不在可用的词里", "not of the column's type, or no word of its list"),
    ("*/range", "超出允许的范围", "outside the accepted range"),
    ("*/longest", "文字太长", "the text is too long"),
    ("*/control", "含不可见的控制字符", "an invisible control character"),
    ("*/row", "列数不对，或引号没有闭合", "a wrong number of fields, or an open quote"),
    ("*/order", "两个日期前后颠倒", "two dates the wrong way round"),
    ("*/window", "日期不在本次交付之内", "a day outside the delivery's span"),
    ("customers/birth", "这一天在其历法里不存在", "no such day in its calendar"),
    ("*/refers", "所指的行不存在，或未被接收", "refers to a row that is absent or was kept aside"),
    ("*/copy", "与前面的行完全相同，已收第一行", "an exact copy; the first row is accepted"),
    ("*/key", "同一主键有内容不同的行，全部隔离", "rows of one key contradict each other; all are kept aside"),
    (
        "balances/first",
        "账户第一次出现，上日余额却不为 0；其后的行接着计",
        "an account's first row ever, with a balance before it; the rows after it go on",
    ),
    ("balances/loan", "贷款账户不报日终余额", "a loan account sends no balance"),
    ("c3/column", "C3 数据列有值；值未保留", "a value in a C3 column; not kept"),
    ("c3/value", "疑似 C3 数据；值未保留", "looks like C3 data; not kept"),
)

_REFUSALS = (
    ("manifest/*", "清单缺失、不完整或不合规矩", "the manifest is missing, cut short or against the rules"),
    ("file/missing · file/truncated · file/packed", "文件缺失、截断或压缩包损坏", "a file missing, cut or broken"),
    ("file/rows · file/sums · file/sha256", "行数、合计或摘要与清单不符", "rows, sums or hash are not as listed"),
    ("file/encoding", "编码不明，或不是清单所写的", "an encoding unknown, or another than listed"),
    (
        "drift/missing · drift/doubled · drift/retyped",
        "缺列、改名、重名、换类型",
        "missing, renamed, doubled, retyped",
    ),
    ("file/header · file/type", "没有表头，或 Parquet 列的类型不收", "no header, or a Parquet type not accepted"),
    ("file/overflow · door/lost", "合计超出可存的范围，或行数对不上", "a sum too large, or rows that do not add up"),
    ("file/bad", "坏行太多", "too many bad rows"),
    ("layout", "布局不认识", "an unknown layout"),
    ("version", "同一天内容不同而版本不更高", "another content for the same day without a higher version"),
)


def reference() -> str:
    """The whole page in Markdown: the delivery, each file column by column, what is kept aside, what is refused."""
    told = (layouts.__doc__ or "").split("\n\n", 1)[1].strip().replace("``", "`")
    parts = [f"# 银行的文件 · The bank's files\n\n约定版本 layout_version {layouts.VERSION}\n", told]
    for layout in layouts.LAYOUTS:
        parts += _file(layout)
    parts += _rules()
    parts += _berka()
    return "\n".join(parts) + "\n"


def _file(layout: Layout) -> list[str]:
    """One file: how it comes, what holds between its columns and others, and every column."""
    mode = "全量 snapshot" if layout.mode == "snapshot" else "增量 daily"
    must = "" if layout.required else "；可不送 optional"
    parts = [f"\n## `{layout.table}` {layout.zh}\n\n{mode}{must}；键 key `{', '.join(layout.key)}`\n"]
    parts += [f"- `{column}` 须在 `{table}.{other}` 中出现" for column, table, other in layout.refers]
    parts += [f"- `{first}` 不晚于 `{last}`" for first, last in layout.in_order]
    if layout.sums:
        parts.append(f"- 清单中给出合计 sums：{', '.join(f'`{name}`' for name in layout.sums)}")
    head = "| 列 | 中文 | 类型 | 必填 | 去向 | 取值与说明 |\n|---|---|---|---|---|---|"
    return [*parts, head if len(parts) == 1 else f"\n{head}", *(_column(field) for field in layout.fields)]


def _column(field: Field) -> str:
    """One column as a row of the table."""
    words = [f"`{word.value}` {word.zh}" for word in cast("list[Kind]", list(field.words or ()))]
    limits = [f"≥ {bound(field, field.low)}"] if field.low is not None else []
    limits += [f"≤ {bound(field, field.high)}"] if field.high is not None else []
    limits += [f"至多 {field.longest} 字"] if field.type == "text" else []
    notes = "；".join([*words, *limits, *([field.note] if field.note else [])])
    must = "是" if field.required else "可无" if field.optional else ""
    return f"| `{field.name}` | {field.zh} | {field.type} | {must} | {GOES[field.goes]} | {notes} |"


def _rules() -> list[str]:
    """What sends a row to quarantine and what refuses the delivery."""
    aside = "一行有错，只隔离这一行；读入 = 接收 + 隔离，金额合计相符。"
    aside += "\nA faulty row is kept aside; in = accepted + quarantined."
    parts = ["\n## 隔离 · Kept aside\n", aside, "\n| 规则 | 原因 | reason |\n|---|---|---|"]
    parts += [f"| `{rule}` | {zh} | {en} |" for rule, zh, en in _RULES]
    stays = "整份退回，当日不发布，昨日名单不变。\nThe delivery is refused whole and yesterday's plan stays."
    parts += ["\n## 退回 · Refused\n", stays, "\n| 规则 | 原因 | reason |\n|---|---|---|"]
    parts += [f"| `{rule}` | {zh} | {en} |" for rule, zh, en in _REFUSALS]
    return [*parts, f"\n一份文件最多隔离 {reading.MOST_BAD_ROWS:,} 行。多出的列不收，只作提示。"]


def _berka() -> list[str]:
    """The second layout: the real books we test on."""
    parts = [
        "\n## `berka`\n",
        f"没有清单，行数与摘要由布局自带；币种 {files.CURRENCY}；字段以 `{files.SEPARATOR}` 分隔；日期 YYMMDD。",
        "所有者是客户，大区（A3）是网点，管户人按客户号轮流分派（虚构）；对方账号不收，只留银行代码。",
        "\n| 文件 | 行数 | 内容 |\n|---|---|---|",
    ]
    zh = {layout.table: layout.zh for layout in files.LAYOUTS}
    parts += [f"| `{table}` | {whole.rows:,} | {zh[table]} |" for table, whole in files.WHOLE.items()]
    return parts
