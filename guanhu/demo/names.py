"""Invented names, and numbers that cannot be anyone's.

Numbers are synthetic by construction: identity numbers carry an unassigned area (99xxxx) and a wrong check
digit, phones begin with 10 (no mobile does), cards begin with 9 (national, unassigned) and fail the Luhn test.
"""

from __future__ import annotations

import numpy as np


def _words(text: str) -> tuple[str, ...]:
    """Words set apart by spaces and lines."""
    return tuple(text.split())


SURNAMES = "".join(
    _words("""
    王李张刘陈杨黄赵吴周 徐孙马朱胡郭何林高罗 郑梁谢宋唐许韩冯邓曹 彭曾肖田董潘袁蔡蒋余 于杜叶程魏苏吕丁任卢
    姚沈钟姜崔谭陆范汪廖 石金韦贾夏付方邹熊白 孟秦邱侯江尹薛闫段雷 龙黎史陶贺毛郝顾龚邵 万覃武钱戴严莫孔向常 汤
""")
)
RARE_SURNAMES = _words("""
    欧阳 司马 诸葛 上官 皇甫 尉迟 慕容 令狐 端木 澹台 昝 亓 仉 逄 禤 郄 麴 缑 佘 妫
""")

_OLD_F = _words("""
    桂芳 秀英 玉兰 淑珍 凤英 秀兰 桂英 玉珍 素芬 春梅 月娥 惠芳 美英 爱华 翠兰 雪琴 文秀 丽华 佩珍 金凤
""")
_OLD_M = _words("""
    建国 国强 德明 永福 志明 金生 长庚 树林 庆丰 福生 永昌 家栋 国栋 大勇 宝山 洪亮 茂林 正华 学文 振邦
""")
_MID_F = _words("""
    丽娟 海燕 晓红 敏 静 雪梅 艳萍 春燕 慧 莉 红霞 婷 晓琳 芳 燕 娜 秀丽 玲 亚男 瑞芳
""")
_MID_M = _words("""
    伟 强 勇 军 涛 志刚 海波 建平 晓东 文斌 立新 永杰 鹏 宏伟 俊峰 卫东 向阳 少华 国平 剑
""")
_NEW_F = _words("""
    雨桐 思琪 欣怡 梦瑶 诗涵 佳宁 若溪 晨曦 语嫣 一诺 芷若 可欣 书瑶 静怡 念慈 清越
""")
_NEW_M = _words("""
    浩然 子轩 宇航 俊杰 天佑 嘉诚 明哲 一鸣 泽宇 睿 景行 思远 博文 云帆 致远 承志
""")
_RARE = _words("""
    喆 昱 翀 堃 犇 淼 骉 䶮 𬭎 玥 瑀 赟 旻 彧 翯 祎 劼 晟 燚 甡
""")

_BRANDS = _words("""
    启明 远山 澄江 嘉禾 恒润 青禾 万象 同舟 云帆 广厦 金穗 新桥 海棠 长风 百川 向荣 立成 德润 凌云 晨星
""")
_TRADES = _words("""
    建材 商贸 食品 物流 机械 服饰 装饰工程 信息技术 医疗器械 餐饮管理 农业 印务 文化传媒 汽车服务 电子 包装
""")


def person_names(rng: np.random.Generator, birth_year: np.ndarray, female: np.ndarray) -> list[str]:
    """A surname and a given name of the person's generation; one in fifty has a compound or rare surname."""
    n = len(birth_year)
    weight = 1 / np.arange(3, 3 + len(SURNAMES))
    common = rng.choice(len(SURNAMES), n, p=weight / weight.sum())
    rare_surname = rng.random(n) < 0.02
    rare = rng.integers(0, len(RARE_SURNAMES), n)
    rare_given = rng.random(n) < 0.012
    pick = rng.random(n)
    pools = ((_OLD_M, _OLD_F), (_MID_M, _MID_F), (_NEW_M, _NEW_F))
    era = np.digitize(birth_year, (1968, 1992))
    names = []
    for i in range(n):
        surname = RARE_SURNAMES[rare[i]] if rare_surname[i] else SURNAMES[common[i]]
        pool = _RARE if rare_given[i] else pools[era[i]][int(female[i])]
        names.append(surname + pool[int(pick[i] * len(pool))])
    return names


def company_names(rng: np.random.Generator, n: int, city: str) -> list[str]:
    """Companies of an invented city; a running mark keeps them apart."""
    brand, trade = rng.integers(0, len(_BRANDS), n), rng.integers(0, len(_TRADES), n)
    names: list[str] = []
    seen: dict[str, int] = {}
    for b, t in zip(brand.tolist(), trade.tolist(), strict=True):
        base = f"{city}{_BRANDS[b]}{_TRADES[t]}"
        seen[base] = seen.get(base, 0) + 1
        mark = "" if seen[base] == 1 else f"第{'一二三四五六七八九十'[min(seen[base] - 1, 9)]}分"
        names.append(f"{base}{'有限公司' if not mark else mark + '公司'}")
    return names


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_no(i: int, birth: str) -> str:
    """An identity number with an area that does not exist and a check digit that is always wrong."""
    body = f"99{i % 7 + 1:02d}{i % 31 + 1:02d}{birth.replace('-', '')}{i % 1000:03d}"
    right = sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[(right + 3) % 11]


def company_no(i: int) -> str:
    """A company's credit code with a registering office that does not exist."""
    return f"Z9990000MADEMO{i:04d}"


def phone_no(i: int) -> str:
    """Eleven digits beginning with 10, which no mobile number does."""
    return f"10{(i * 7_919_317 + 41_271) % 1_000_000_000:09d}"


def account_no(i: int) -> str:
    """Nineteen digits beginning with 9900."""
    return f"9900{(i * 104_729 + 37) % 10_000_000:07d}{i:08d}"


def card_no(i: int) -> str:
    """Nineteen digits beginning with 9 whose last digit fails the Luhn test."""
    body = f"9{(i * 48_611 + 5_381) % 10_000_000_000:010d}{i:07d}"
    digits = [int(d) for d in reversed(body)]
    total = sum(d if place % 2 else (d * 2 - 9 if d > 4 else d * 2) for place, d in enumerate(digits))
    return f"{body}{(10 - total % 10 + 4) % 10}"
