"""掩码: how names and numbers are shown where they need not be read in full (house rule of least exposure)."""

from __future__ import annotations

import re

from guanhu.rules.kinds import CustomerKind

STAR = "*"
_COMPOUND = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 "
    "公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 "
    "拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 南荣 第五 即墨 达奚 褚师"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
"""复姓: surnames of two characters; both are shown and the given name is hidden."""

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def _mask_chinese(name: str) -> str:
    """赵桂芳 → 赵*芳, 张伟 → 张*, 欧阳娜娜 → 欧阳**."""
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:
        return name[:2] + STAR * (len(name) - 2)
    if len(name) <= 2:
        return name[:1] + STAR if len(name) == 2 else STAR
    return name[0] + STAR * (len(name) - 2) + name[-1]


def mask_name(name: str, kind: str = CustomerKind.PERSONAL) -> str:
    """A name as lists show it: 赵*芳, 张*, 欧阳**; other scripts keep each word's first letter: J* N*.

    A company is no person: its name stands on its door and is shown in full.
    """
    words = name.split()
    if kind == CustomerKind.CORPORATE:
        return " ".join(words)
    if len(words) == 1 and _CHINESE.match(words[0]):
        return "·".join(_mask_chinese(part) for part in words[0].split("·") if part)
    return " ".join(word[0] + STAR for word in words)


def mask_phone(phone: str) -> str:
    """A phone number as lists show it: 138 **** 2716; other than a mainland mobile shows its last four only."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) > 11 and digits[-11] == "1" and digits[:-11] in ("86", "086", "0086"):
        digits = digits[-11:]
    if len(digits) == 11 and digits[0] == "1":
        return f"{digits[:3]} {STAR * 4} {digits[-4:]}"
    return f"{STAR * 4} {digits[-4:]}" if len(digits) >= 7 else STAR * 4


def mask_id(number: str) -> str:
    """An identity number as pages show it: the first three and the last four."""
    number = number.strip()
    if len(number) < 10:
        return STAR * len(number)
    return number[:3] + STAR * (len(number) - 7) + number[-4:]


def mask_account(number: str) -> str:
    """An account or card number as pages show it: the last four."""
    digits = re.sub(r"[\s-]", "", number)
    return f"{STAR * 4} {digits[-4:]}" if len(digits) >= 8 else STAR * 4
