"""The list that comes with a delivery: which files, how many rows, which sums, for which day."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from guanhu.feeds.errors import refused
from guanhu.feeds.layouts import LAYOUTS, VERSION

NAME = "manifest.json"
_YUAN = re.compile(r"(-?)(\d{1,18})(?:\.(\d{1,2}))?")
_TYPES: dict[str, type] = {
    "layout": str, "layout_version": int, "business_date": str, "covers_from": str, "version": int, "currency": str,
    "synthetic": bool, "files": list,
}  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One file as the manifest lists it; sums are whole fen."""

    table: str
    file: str
    rows: int
    sums: dict[str, int] = field(default_factory=dict)
    sha256: str | None = None


@dataclass(frozen=True)
class Manifest:
    """A delivery as the bank declares it."""

    layout: str
    layout_version: int
    business_date: date
    covers_from: date
    version: int
    currency: str
    synthetic: bool
    files: tuple[Listed, ...]
    encoding: str | None = None

    def listed(self, table: str) -> Listed | None:
        """The file of one table, if the manifest lists it."""
        return next((file for file in self.files if file.table == table), None)


def read(folder: Path) -> Manifest:
    """Read and judge the manifest; anything missing or ambiguous refuses the delivery."""
    path = folder / NAME
    if not path.is_file():
        raise refused(NAME, "manifest/missing", "没有清单文件，交付不完整", suggestion="请补交后重跑")
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise refused(NAME, "manifest/json", "清单读不出来，可能被截断", suggestion="须为 UTF-8 的 JSON") from error
    if not isinstance(content, dict):
        raise refused(NAME, "manifest/json", "清单须为一个 JSON 对象")
    manifest = _manifest(content)
    _judge(manifest)
    return manifest


def _manifest(content: dict[str, Any]) -> Manifest:
    """The manifest with every field in its type."""
    for name, kind in _TYPES.items():
        if name not in content:
            raise refused(NAME, "manifest/field", "清单缺少这一项", column=name)
        if not isinstance(content[name], kind) or (kind is int and isinstance(content[name], bool)):
            raise refused(NAME, "manifest/field", "清单这一项的类型不对", column=name)
    encoding = content.get("encoding")
    if encoding not in (None, "utf-8", "gb18030"):
        raise refused(NAME, "manifest/field", "编码只能写 utf-8 或 gb18030", column="encoding")
    return Manifest(
        layout=content["layout"],
        layout_version=content["layout_version"],
        business_date=_day(content["business_date"], "business_date"),
        covers_from=_day(content["covers_from"], "covers_from"),
        version=content["version"],
        currency=content["currency"],
        synthetic=content["synthetic"],
        files=tuple(_listed(item) for item in content["files"]),
        encoding=encoding,
    )


def _judge(manifest: Manifest) -> None:
    """Is it our layout, a sensible span, and one file for every table?"""
    if manifest.layout != "guanhu" or not 1 <= manifest.layout_version <= VERSION:
        raise refused(NAME, "manifest/layout", f"布局或其版本不认识，本系统读 guanhu 第 1 至 {VERSION} 版")
    if manifest.covers_from > manifest.business_date:
        raise refused(NAME, "manifest/span", "起始日晚于业务日期", column="covers_from")
    if manifest.version < 1 or not re.fullmatch("[A-Z]{3}", manifest.currency):
        raise refused(NAME, "manifest/field", "版本须为正整数，币种须为三个大写字母")
    tables = [file.table for file in manifest.files]
    for table in sorted(set(tables)):
        if tables.count(table) > 1:
            raise refused(NAME, "manifest/twice", f"同一张表列了两次：{table}")
    missing = [layout for layout in LAYOUTS if layout.required and layout.table not in tables]
    if missing:
        names = "、".join(f"{layout.zh}（{layout.table}）" for layout in missing)
        raise refused(NAME, "manifest/missing", f"清单缺少文件：{names}", suggestion="没有数据也要交只有表头的文件")


def _listed(item: Any) -> Listed:
    """One entry of ``files``."""
    if not isinstance(item, dict) or not isinstance(item.get("table"), str) or not isinstance(item.get("file"), str):
        raise refused(NAME, "manifest/files", "每个文件须写明 table、file 与 rows")
    file, rows, sums, seal = item["file"], item.get("rows"), item.get("sums") or {}, item.get("sha256")
    if not file or Path(file).name != file or file in (".", "..") or "\\" in file:
        raise refused(NAME, "manifest/files", "文件名里不能有目录")
    if not isinstance(rows, int) or isinstance(rows, bool) or rows < 0:
        raise refused(file, "manifest/rows", "清单没有写明行数")
    if not isinstance(sums, dict):
        raise refused(file, "manifest/sums", "清单的合计须按列写明")
    if seal is not None and not (isinstance(seal, str) and re.fullmatch("[0-9a-f]{64}", seal)):
        raise refused(file, "manifest/sha256", "sha256 须为 64 位小写十六进制")
    layout = next((one for one in LAYOUTS if one.table == item["table"]), None)
    for column in layout.sums if layout else ():
        if column not in sums:
            raise refused(file, "manifest/sums", "清单没有写明这一列的合计", column=column)
    return Listed(item["table"], file, rows, {name: _fen(file, name, text) for name, text in sums.items()}, seal)


def _fen(file: str, column: str, text: Any) -> int:
    """A sum in yuan, written as text, in whole fen."""
    match = _YUAN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise refused(file, "manifest/sums", '合计须写成文字，单位元，最多两位小数，如 "12345.67"', column=column)
    fen = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
    return -fen if match[1] else fen


def _day(text: str, name: str) -> date:
    """A date of the manifest."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise refused(NAME, "manifest/field", "日期须写成 2026-11-24", column=name)
