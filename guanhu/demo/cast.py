"""The named colleagues of the demo: three branches of one region, twelve keepers, their heads, tellers, the offices."""

from __future__ import annotations

from dataclasses import dataclass

from guanhu.rules.kinds import Post


@dataclass(frozen=True)
class Branch:
    """One branch of the invented bank."""

    no: str
    name: str
    address: str
    region: str = "0100"


@dataclass(frozen=True)
class Colleague:
    """One colleague; ``customers`` is the length of the list kept, of 7,200 in all."""

    no: str
    name: str
    branch: int
    post: Post
    customers: int = 0
    capability: int = 100
    diligence: float = 1.0
    """How often this keeper gets in touch, against the average."""
    drives: float = 1.0
    """How much harder this keeper works in the last days of a quarter (突击)."""
    leave: tuple[str, str] = ("", "")


BRANCHES: tuple[Branch, ...] = (
    Branch("0101", "星湖支行", "清屿市星湖区湖东路 18 号（演示数据，地址虚构）"),
    Branch("0102", "望澜支行", "清屿市望澜区晴川路 66 号（演示数据，地址虚构）"),
    Branch("0103", "松渡支行", "清屿市松渡区石桥街 9 号（演示数据，地址虚构）"),
)

_W, _R, _L = Post.WEALTH, Post.RELATIONSHIP, Post.LOBBY
KEEPERS: tuple[Colleague, ...] = (
    Colleague("1101", "沈知微", 0, _W, 612, 115, 1.25, 1.2),
    Colleague("1102", "周予安", 0, _W, 604, 100, 0.85, 3.2),
    Colleague("1103", "罗砚秋", 0, _R, 588, 105, 1.0, 1.6, ("2026-11-24", "2026-11-27")),
    Colleague("1104", "叶蓁", 0, _L, 597, 90, 0.9, 1.5),
    Colleague("1201", "严书衡", 1, _W, 606, 110, 1.1, 1.4),
    Colleague("1202", "陆清和", 1, _W, 600, 100, 1.0, 1.8),
    Colleague("1203", "宋怀瑾", 1, _R, 592, 95, 0.8, 2.4),
    Colleague("1204", "江予舟", 1, _L, 601, 90, 0.9, 1.5, ("2026-08-03", "2026-08-14")),
    Colleague("1301", "林疏影", 2, _W, 609, 108, 1.05, 1.5),
    Colleague("1302", "程砚之", 2, _W, 598, 98, 0.95, 2.0),
    Colleague("1303", "唐以歌", 2, _R, 590, 100, 1.0, 1.6),
    Colleague("1304", "苏见溪", 2, _L, 603, 88, 0.85, 1.7),
)
"""Everybody who keeps a list, in the order in which lists are drawn; 7,200 customers in all."""

OTHERS: tuple[Colleague, ...] = (
    Colleague("1100", "秦岚", 0, Post.HEAD),
    Colleague("1109", "顾怀远", 0, Post.OFFICE),
    Colleague("1119", "温如许", 0, Post.OFFICE),
    Colleague("1111", "何小满", 0, Post.TELLER),
    Colleague("1112", "田牧", 0, Post.TELLER),
    Colleague("1200", "沈望舒", 1, Post.HEAD),
    Colleague("1211", "许南星", 1, Post.TELLER),
    Colleague("1212", "白芷", 1, Post.TELLER),
    Colleague("1300", "孟知行", 2, Post.HEAD),
    Colleague("1311", "方晴", 2, Post.TELLER),
    Colleague("1312", "杜若", 2, Post.TELLER),
    Colleague("1901", "章以宁", 0, Post.OFFICE),
    Colleague("1902", "龚若水", 0, Post.OFFICE),
    Colleague("1903", "祁砚舟", 0, Post.OFFICE),
    Colleague("1904", "阮清越", 0, Post.OFFICE),
    Colleague("1905", "骆听澜", 0, Post.OFFICE),
    Colleague("1906", "岑远山", 0, Post.OFFICE),
    Colleague("1907", "黎照野", 0, Post.OFFICE),
)
"""Heads, tellers, the coach (顾怀远), the auditor (温如许), who looks after rights, systems, persons' requests and
data, the manager of the region and head office's retail: no list of their own."""

SHEN, ZHOU, QIN, GU = "1101", "1102", "1100", "1109"
STAFF = tuple(sorted(KEEPERS + OTHERS, key=lambda colleague: colleague.no))


def list_lengths(customers: int) -> list[int]:
    """How many customers each keeper has when the bank has ``customers``; 612 for 沈知微 at full size."""
    full = sum(keeper.customers for keeper in KEEPERS)
    lengths = [keeper.customers * customers // full for keeper in KEEPERS]
    for place in range(customers - sum(lengths)):
        lengths[place % len(lengths)] += 1
    return lengths
