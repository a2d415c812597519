"""What each column of a ledger is: guessed from its heading in Chinese or English, or told by a mapping."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guanhu.feeds.forbidden import is_forbidden_name
from guanhu.feeds.ledgers.limits import refusal
from guanhu.rules.kinds import Kind


class LedgerField(Kind):
    """台账栏目: what a column of a ledger may be mapped to."""

    CUSTOMER_NO = "customer_no", "客户号", "Customer number"
    ID_NO = "id_no", "证件号码", "Identity number"
    PHONE = "phone", "手机", "Phone"
    NAME = "name", "姓名", "Name"
    GENDER = "gender", "性别", "Gender"
    BIRTH_ON = "birth_on", "生日", "Birthday"
    OCCUPATION = "occupation", "职业", "Occupation"
    ADDRESS = "address", "地址", "Address"
    EMAIL = "email", "邮箱", "E-mail"
    CONTACTED_ON = "contacted_on", "联系日期", "Contacted on"
    CONTACTED_BY = "contacted_by", "联系人", "Contacted by"
    CONTACT_NOTE = "contact_note", "联系内容", "What was said"
    CHILD = "child", "子女信息", "About a child"
    EXTRA = "extra", "附加信息", "Extra fact"
    SKIP = "skip", "不导入", "Left out"


KEYS = (LedgerField.CUSTOMER_NO, LedgerField.ID_NO, LedgerField.PHONE)
"""By what a row is known again, the strongest first."""
OF_CORE = frozenset(
    {*KEYS, LedgerField.NAME, LedgerField.GENDER, LedgerField.BIRTH_ON, LedgerField.OCCUPATION, LedgerField.ADDRESS,
     LedgerField.EMAIL}
)  # fmt: skip
"""What the bank's own files deliver: of customers they know the ledger's word is not taken."""
MANY = frozenset({LedgerField.CHILD, LedgerField.EXTRA, LedgerField.SKIP})
"""What several columns of one file may be."""

_GUESSES: dict[LedgerField, str] = {
    LedgerField.CUSTOMER_NO: """
        客户号 客户编号 客户代码 核心客户号 客户id 户号 cif cifno custno customerno customernumber customerid clientid
        clientno custid cstno""",
    LedgerField.ID_NO: """
        身份证 身份证号 身份证号码 证件号 证件号码 证件编号 idno idnumber idcard identityno nationalid certno
        passportno""",
    LedgerField.PHONE: """
        手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 移动电话 本人电话 phone phoneno phonenumber mobile mobileno
        mobilephone tel telephone cell cellphone""",
    LedgerField.NAME: """
        姓名 客户姓名 客户名称 客户名 户名 名称 name fullname customername clientname custname""",
    LedgerField.GENDER: "性别 gender sex",
    LedgerField.BIRTH_ON: "生日 出生日期 出生年月日 出生日 birthday birthdate birthon dob dateofbirth",
    LedgerField.OCCUPATION: "职业 工作 职务 occupation job profession",
    LedgerField.ADDRESS: "地址 住址 家庭住址 家庭地址 联系地址 通讯地址 address homeaddress",
    LedgerField.EMAIL: "邮箱 电子邮箱 电子邮件 邮件 email emailaddress mail",
    LedgerField.CONTACTED_ON: """
        联系日期 联系时间 跟进日期 跟进时间 回访日期 拜访日期 最近联系日期 最近联系 contactdate contactedon lastcontact
        lastcontactdate followupdate visitdate""",
    LedgerField.CONTACTED_BY: "联系人 跟进人 回访人 拜访人 记录人 contactedby followupby author recordedby",
    LedgerField.CONTACT_NOTE: """
        联系内容 跟进内容 跟进记录 联系记录 回访内容 回访记录 拜访记录 contactnote contactnotes followup followupnote
        contacthistory""",
}
GUESSES = {word: field for field, words in _GUESSES.items() for word in words.split()}

_CHILD = re.compile(
    r"孩子|子女|儿子|女儿|小孩|宝宝|孙子|孙女|外孙|child|children|kid|kids|\bson\b|daughter|\bsons\b", re.IGNORECASE
)
_PARTED = re.compile(r"[\s_\-./:：()（）*＊#\[\]【】]+")


@dataclass(frozen=True)
class Columns:
    """What each column of one file is, heading by heading."""

    fields: Mapping[str, LedgerField]
    secret: frozenset[str] = frozenset()
    """Columns whose heading names C3 data: a row that has anything there is refused."""

    @property
    def is_numbered(self) -> bool:
        """Has the file no column that tells whom a row is about? Then its rows are known by their numbers."""
        return not set(self.fields.values()) & set(KEYS)

    def plain(self) -> dict[str, str]:
        """To be written down and read again: ``told`` takes it."""
        return {heading: field.value for heading, field in self.fields.items()}


def plain_heading(heading: str) -> str:
    """A heading as it is compared: half-width, small, without spaces and signs between its words."""
    return _PARTED.sub("", unicodedata.normalize("NFKC", heading)).casefold()


def guessed(headings: Sequence[str]) -> Columns:
    """What the columns seem to be; the first of two alike is it, the other an extra fact."""
    fields: dict[str, LedgerField] = {}
    for heading in headings:
        field = LedgerField.CHILD if _CHILD.search(heading.replace("_", " ")) else GUESSES.get(plain_heading(heading))
        taken = field in fields.values() and field not in MANY
        fields[heading] = LedgerField.EXTRA if field is None or taken else field
    return Columns(fields, _secret(headings))


def told(file: str, headings: Sequence[str], says: Mapping[str, object]) -> Columns:
    """What a mapping says, heading → field or field → heading; what it does not name is guessed.

    Raises ``LedgerRefused`` for a word it does not know, a heading that is not there, one field for two columns.
    """
    inner = says.get("columns")
    pairs = inner if isinstance(inner, Mapping) else says
    words = {field.value for field in LedgerField}
    fields: dict[str, LedgerField] = {}
    for left, right in ((str(left), str(right)) for left, right in pairs.items()):
        heading, word = (left, right) if right in words or left in headings else (right, left)
        if heading not in headings or word not in words:
            raise refusal(file, "mapping", f"列对应里的“{left}”对不上", f"栏目可写：{'、'.join(sorted(words))}")
        fields[heading] = LedgerField(word)
    left_over = guessed([heading for heading in headings if heading not in fields]).fields
    single = [field for field in fields.values() if field not in MANY]
    if len(single) != len(set(single)):
        raise refusal(file, "mapping", "两列对应到了同一栏目", "每个栏目只对应一列")
    for heading, field in left_over.items():
        fields[heading] = LedgerField.EXTRA if field in single else field
    return Columns({heading: _safe(heading, fields[heading]) for heading in headings}, _secret(headings))


def _safe(heading: str, field: LedgerField) -> LedgerField:
    """A column that speaks of a child stays one, whatever it is mapped to, unless it is left out."""
    about_a_child = bool(_CHILD.search(heading.replace("_", " ")))
    return LedgerField.CHILD if about_a_child and field is not LedgerField.SKIP else field


def _secret(headings: Sequence[str]) -> frozenset[str]:
    return frozenset(heading for heading in headings if is_forbidden_name(heading))
