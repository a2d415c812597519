"""The columns a file brings against those its layout names: one more is noted, one less refuses the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from guanhu.feeds import forbidden
from guanhu.feeds.errors import refused
from guanhu.feeds.layouts import Layout
from guanhu.feeds.records import ROW

FEWEST_FOR_RETYPED = 10


class Columns(NamedTuple):
    """What the header told: unknown columns (left at the door), columns of class C3, words for a person."""

    extra: tuple[str, ...]
    secret: tuple[str, ...]
    notices: tuple[str, ...]


def compare(file: str, names: Sequence[str], layout: Layout) -> Columns:
    """Hold the header against the layout; missing, renamed or doubled columns refuse the file with the difference."""
    doubled = sorted({name for name in names if names.count(name) > 1 or name == ROW})
    if doubled:
        raise refused(file, "drift/doubled", f"表头有重复或保留的列名：{'、'.join(doubled)}")
    expected = [field.name for field in layout.fields]
    missing = [field.name for field in layout.fields if field.name not in names and not field.optional]
    extra = [name for name in names if name not in expected]
    if missing:
        raise refused(file, "drift/missing", _difference(missing, extra), suggestion="列名须与布局一致")
    secret = tuple(name for name in extra if forbidden.is_forbidden_name(name))
    other = tuple(name for name in extra if name not in secret)
    notices = [f"{file}：多出的列没有收下：{'、'.join(other)}"] if other else []
    if secret:
        notices.append(f"{file}：含 C3 数据列 {'、'.join(secret)}，有值的行已隔离，值未保留")
    return Columns(other, secret, tuple(notices))


def _difference(missing: Sequence[str], extra: Sequence[str]) -> str:
    """Which columns are gone, and which new one may be the old under another name."""
    said = []
    for name in missing:
        near = get_close_matches(name, extra, n=1, cutoff=0.6)
        said.append(f"− {name}" + (f"（可能改名为 {near[0]}）" if near else ""))
    return "列与布局不符：" + "，".join([*said, *(f"＋ {name}" for name in extra)])


def retyped(file: str, layout: Layout, counts: Mapping[str, tuple[int, int]]) -> None:
    """Refuse a file in which not one value of a column reads: that is a changed type, not bad rows."""
    for field in layout.fields:
        present, unread = counts.get(field.name, (0, 0))
        if present >= FEWEST_FOR_RETYPED and present == unread:
            said = f"列的类型变了：{field.name} 应为 {field.type}，{present} 个值没有一个读得出"
            raise refused(file, "drift/retyped", said, column=field.name)
