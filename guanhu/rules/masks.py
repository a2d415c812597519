"""掩码: how names and numbers are shown where they need not be read in full (reliability.md §9, goal A5).

``in_form`` is the one door: it gives a value as clearly as its class, its mask and the form asked for allow.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from guanhu.rules.identifiers import identity_form, phone_form
from guanhu.rules.kinds import CustomerKind
from guanhu.rules.money import wan
from guanhu.rules.privacy import BY_REVEAL, DataClass, Form, MaskKind

STAR = "*"
HIDDEN = STAR * 4
MOBILE, SHORTEST_NUMBER, SHORTEST_IDENTITY, SHORTEST_PASSPORT = 11, 7, 15, 6
_COMPOUND = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 "
    "公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 "
    "拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 南荣 第五 即墨 达奚 褚师"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
"""复姓: surnames of two characters; both are shown and the given name is hidden."""

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)")
_DISTRICT = re.compile(
    r"(?:[^省市区县\s\d]{2,8}?(?:省|自治区|特别行政区))?(?:[^省市区县\s\d]{1,10}?(?:市|自治州|地区|盟))?"
    r"(?:[^省市区县\s\d]{1,9}?(?:(?<![小社园厂校院片库景])区|县|旗|市))?"
)
"""Province, city and district at the head of an address; 小区 and 社区 are no districts."""


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
    """A phone number as lists show it: 138 **** 2716; a landline its area and last two, others their last four."""
    number = phone_form(phone)
    if len(number) == MOBILE and number[0] == "1":
        return f"{number[:3]} {HIDDEN} {number[-4:]}"
    area = _AREA.match(number)
    if area and len(number) - area.end() >= SHORTEST_NUMBER:
        return f"{area.group()} {HIDDEN} {number[-2:]}"
    digits = number.removeprefix("+")
    return f"{HIDDEN} {digits[-4:]}" if len(digits) >= SHORTEST_NUMBER else HIDDEN


def mask_id(number: str) -> str:
    """A resident's identity number shows its first three and last four, a passport's its first and last two."""
    number = number.strip()
    plain = identity_form(number)
    if not number:
        return ""
    if len(plain) >= SHORTEST_IDENTITY and plain[:-1].isdigit():
        return number[:3] + STAR * (len(number) - 7) + number[-4:]
    return number[0] + STAR * (len(number) - 3) + number[-2:] if len(number) >= SHORTEST_PASSPORT else HIDDEN


def mask_account(number: str) -> str:
    """An account or card number as pages show it: the last four."""
    digits = re.sub(r"[\s-]", "", number)
    return f"{HIDDEN} {digits[-4:]}" if len(digits) >= 8 else HIDDEN


def mask_email(address: str) -> str:
    """An e-mail address: its first sign and the house it goes to, z***@example.com."""
    name, at, house = address.strip().rpartition("@")
    if not at:
        return "***" if address.strip() else ""
    return f"{name[:1] if len(name) > 1 else ''}***@{house}"


def mask_address(address: str) -> str:
    """An address down to the district: 南昌市东湖区***; where no district can be told nothing is shown."""
    found = _DISTRICT.match(address.strip())
    return f"{found.group()}***" if found and found.group() else "***" if address.strip() else ""


def mask_birth(birth_on: str) -> str:
    """A birth date by month and day, for care: 03-05."""
    return birth_on[5:10] if len(birth_on) >= 10 else ""


def age_band(birth_on: str, on: date | None, language: str = "zh") -> str:
    """The ten years of age she is in on a day: 60–69 岁; nothing where year or day are not known."""
    if len(birth_on) < 10 or on is None:
        return ""
    age = on.year - int(birth_on[:4]) - ((on.month, on.day) < (int(birth_on[5:7]), int(birth_on[8:10])))
    first = max(age, 0) // 10 * 10
    return f"{first}–{first + 9}" if language.startswith("en") else f"{first}–{first + 9} 岁"


def band_floor(fen: int | None, lines: tuple[int, ...]) -> int | None:
    """The lower line of the band an amount lies in; nought below the first line, null where nothing is known."""
    return None if fen is None else max((line for line in lines if line <= fen), default=0)


def amount_band(fen: int | None, lines: tuple[int, ...], language: str = "zh", *, currency: str = "CNY") -> str:
    """The band an amount lies in, between two lines of the policy: 10万–50万, below 1万, 500万 and above."""
    if fen is None:
        return ""
    english = language.startswith("en")
    words = [wan(line, language, currency=currency, short=True) for line in lines]
    above = sum(line <= fen for line in lines)
    if above == 0:
        return f"below {words[0]}" if english else f"{words[0]}以下"
    if above == len(lines):
        return f"{words[-1]} and above" if english else f"{words[-1]}以上"
    return f"{words[above - 1]}–{words[above]}"


def in_form(
    value: Any, klass: DataClass, mask: MaskKind, form: Form, *, kind: str = CustomerKind.PERSONAL,
    on: date | None = None, lines: tuple[int, ...] = (), language: str = "zh",
) -> Any:  # fmt: skip
    """A value as clearly as its class and this form allow: itself, masked, as a band, or an empty text.

    What is only ever revealed (numbers, addresses) stays masked even in full. ``kind`` of the customer, for names ·
    ``on`` and ``lines``: the day and the policy's lines, for bands. C3 is never given. Reliability A5.
    """
    if value is None or klass is DataClass.C3 or form is Form.NONE or mask is MaskKind.HIDDEN:
        return ""
    if klass is DataClass.C1 or (form is Form.FULL and mask not in BY_REVEAL):
        return value
    if mask is MaskKind.BIRTH:
        return age_band(value, on, language) if form is Form.BAND else mask_birth(value)
    if mask is MaskKind.AMOUNT:
        return amount_band(value, lines, language)
    if form is Form.BAND:
        return ""
    return _masked(value, mask, kind)


def _masked(value: Any, mask: MaskKind, kind: str) -> Any:
    if mask is MaskKind.SEALED:
        return HIDDEN if value else ""
    if mask is MaskKind.NAME:
        return mask_name(value, kind)
    if mask is MaskKind.KEEPER:
        return HIDDEN
    masks = {
        MaskKind.IDENTITY: mask_id, MaskKind.PHONE: mask_phone, MaskKind.EMAIL: mask_email,
        MaskKind.ADDRESS: mask_address, MaskKind.ACCOUNT: mask_account,
    }  # fmt: skip
    return masks[mask](value) if mask in masks else value
