"""How each kind of cell of a ledger is read: a number in its one form, a day that exists, or why it cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from guanhu.feeds.ledgers.headings import LedgerField
from guanhu.rules.identifiers import SHORTEST_PHONE, email_form, identity_form, phone_form

LONGEST_NUMBER, LONGEST_NAME, LONGEST_PHONE, SHORTEST_IDENTITY = 40, 120, 20, 6
OLDEST_YEAR = 1880
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")


class Wrong(Exception):
    """One cell that cannot be taken: rule, words, suggestion, and where it is another column, which."""


def _number(text: str, today: date) -> str:
    if len(text) > LONGEST_NUMBER:
        raise Wrong("customer_no", f"客户号超过 {LONGEST_NUMBER} 位", "核对客户号")
    return text


def _identity(text: str, today: date) -> str:
    number = identity_form(text)
    if len(number) < SHORTEST_IDENTITY or len(number) > LONGEST_NUMBER:
        raise Wrong("id_no", "证件号码位数不对", "核对证件")
    return number


def _phone(text: str, today: date) -> str:
    number = phone_form(text)
    digits = number.removeprefix("+")
    if len(digits) < SHORTEST_PHONE or len(digits) > LONGEST_PHONE:
        raise Wrong("phone", "电话位数不对", "核对号码；一格只写一个")
    if len(digits) > 8 and digits[0] == "1" and not number.startswith("+") and len(digits) != 11:
        raise Wrong("phone", "手机号应为 11 位", "核对号码；一格只写一个")
    return number


def _name(text: str, today: date) -> str:
    if len(text) > LONGEST_NAME:
        raise Wrong("name", f"姓名超过 {LONGEST_NAME} 字", "核对这一列")
    return " ".join(text.split())


def _gender(text: str, today: date) -> str:
    known = {"男": "男", "女": "女", "m": "男", "f": "女", "male": "男", "female": "女", "先生": "男", "女士": "女"}
    if text.casefold() not in known:
        raise Wrong("gender", "性别应为男或女", "改为男或女，不知道就留空")
    return known[text.casefold()]


def day_of(text: str) -> date | None:
    """A day as ledgers write them: 2026-11-24, 2026/1/5, 2026.1.5, 2026年1月5日, 20261124; null for no such day."""
    found = _DAY.fullmatch(text)
    if not found:
        return None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _past_day(rule: str) -> Callable[[str, date], str]:
    def read(text: str, today: date) -> str:
        day = day_of(text)
        if day is None:
            raise Wrong(rule, "日期不存在或写法不认识", "写成 2026-11-24 这样")
        if day > today or day.year < OLDEST_YEAR:
            raise Wrong(rule, "日期晚于今天，或早得不可能", "核对年份")
        return day.isoformat()

    return read


def _email(text: str, today: date) -> str:
    form = email_form(text)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", form):
        raise Wrong("email", "不是邮箱地址", "核对，或留空")
    return form


READ: dict[LedgerField, Callable[[str, date], str]] = {
    LedgerField.CUSTOMER_NO: _number,
    LedgerField.ID_NO: _identity,
    LedgerField.PHONE: _phone,
    LedgerField.NAME: _name,
    LedgerField.GENDER: _gender,
    LedgerField.BIRTH_ON: _past_day("birth_on"),
    LedgerField.EMAIL: _email,
    LedgerField.CONTACTED_ON: _past_day("contacted_on"),
}
"""How each field is read; the others are kept as they are written."""
