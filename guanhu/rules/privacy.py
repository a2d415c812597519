"""个人信息: how near a field comes to a person, what it is kept for and how long, and in which form it is shown.

Every field of every record is declared in these words; what is not declared fails the build. Classes are those of
JR/T 0171 as the specification reads them (reliability.md §9, C1, C2).
"""

from __future__ import annotations

from dataclasses import dataclass

from guanhu.rules.access import Reach, Role, Viewer
from guanhu.rules.kinds import Kind


class DataClass(Kind):
    """信息类别: C3 opens accounts and is never taken in, C2 tells who somebody is or has, C1 is the bank's own."""

    C1 = "c1", "C1 内部信息", "C1 internal"
    C2 = "c2", "C2 个人信息", "C2 personal"
    C3 = "c3", "C3 鉴别信息", "C3 authentication"


class DataPurpose(Kind):
    """处理目的: what a personal field is for; one without a purpose is not taken in (C13)."""

    CONTACT = "contact", "联系客户", "Reaching the customer"
    IDENTIFY = "identify", "确认本人", "Knowing who it is"
    CARE = "care", "关怀与服务", "Care and service"
    WEALTH = "wealth", "资产与到期提醒", "Assets and maturities"
    SUITABILITY = "suitability", "适当性", "Suitability"
    CONSENT = "consent", "同意与拒绝", "Consent and refusal"
    EVIDENCE = "evidence", "销售留证", "Evidence of how we sold"
    REPAIR = "repair", "送数更正", "Mending deliveries"
    STAFFING = "staffing", "员工管理", "Managing colleagues"
    SECURITY = "security", "账号安全", "Security of accounts"
    RIGHTS = "rights", "个人信息权利", "A person's own rights"


class Keep(Kind):
    """留存期限: until when a personal field may be kept."""

    WHILE_CUSTOMER = "while_customer", "客户存续期及其后 90 天", "While a customer, and 90 days"
    WHILE_STAFF = "while_staff", "在职期间", "While the colleague works here"
    FIVE_YEARS = "five_years", "五年", "Five years after it was written"
    CONSENT = "consent", "同意有效期及其后五年", "The life of a consent and five years"
    THIRTY_SIX_MONTHS = "thirty_six_months", "三十六个月", "Thirty-six months"
    THIRTEEN_MONTHS = "thirteen_months", "十三个月", "Thirteen months"
    TWELVE_MONTHS = "twelve_months", "十二个月", "Twelve months"
    THIRTY_DAYS = "thirty_days", "三十天", "Thirty days"
    FOURTEEN_DAYS = "fourteen_days", "十四天", "Fourteen days"
    EXPORT = "export", "申请在办期间，获准后 24 小时", "While it is asked for, and 24 hours"
    TWO_NIGHTS = "two_nights", "两个夜间", "Replaced two nights later"


class MaskKind(Kind):
    """掩码规则: what is hidden of a value where it need not be read in full."""

    NAME = "name", "姓名掩码", "Name"
    IDENTITY = "identity", "证件掩码", "Identity number"
    PHONE = "phone", "电话掩码", "Phone"
    EMAIL = "email", "邮箱掩码", "E-mail"
    ADDRESS = "address", "地址到区县", "Address to the district"
    ACCOUNT = "account", "末四位", "Last four"
    BIRTH = "birth", "月日或年龄段", "Month and day, or an age band"
    AMOUNT = "amount", "金额区间", "Amount as a band"
    OPEN = "open", "范围内可见", "Shown in scope"
    KEEPER = "keeper", "仅管户人可见", "For the keeper alone"
    SEALED = "sealed", "只示其有", "Only that there is one"
    HIDDEN = "hidden", "不显示", "Not shown"


class Form(Kind):
    """呈现: how clearly somebody may read a field, from the clearest down."""

    FULL = "full", "完整", "In full"
    MASKED = "masked", "掩码", "Masked"
    BAND = "band", "区间", "As a band"
    NONE = "none", "不可见", "Not at all"


class RevealField(Kind):
    """可查看项: what is masked on every page and may be read in full one at a time, with a purpose."""

    PHONE = "phone", "手机号码", "Phone number"
    ID_NO = "id_no", "证件号码", "Identity number"
    ADDRESS = "address", "详细地址", "Address"
    EMAIL = "email", "电子邮箱", "E-mail address"
    ACCOUNT_NO = "account_no", "账号", "Account number"
    CARD_NO = "card_no", "卡号", "Card number"


class RevealPurpose(Kind):
    """查看目的: why a masked value is read in full; a closed list, beside it a few words of one's own."""

    CALL = "call", "拨打电话", "Making a call"
    VERIFY = "verify", "核对客户身份", "Checking who it is"
    SERVE = "serve", "办理客户当面提出的业务", "Doing what the customer asks for"
    DELIVER = "deliver", "寄送材料", "Sending papers"
    CORRECT = "correct", "更正资料", "Correcting the file"
    COMPLAINT = "complaint", "处理投诉或纠纷", "Settling a complaint"


@dataclass(frozen=True)
class Personal:
    """One personal field: how near it comes to the person, what for, until when, and what is hidden of it."""

    klass: DataClass
    purpose: DataPurpose
    keep: Keep
    mask: MaskKind


def personal(purpose: DataPurpose, keep: Keep, /, **masks: MaskKind) -> dict[str, Personal]:
    """Declare several fields of class C2 with one purpose and one keep, each with its mask."""
    return {field: Personal(DataClass.C2, purpose, keep, mask) for field, mask in masks.items()}


_ORDER = tuple(Form)
BY_REVEAL = frozenset({MaskKind.IDENTITY, MaskKind.PHONE, MaskKind.EMAIL, MaskKind.ADDRESS, MaskKind.ACCOUNT,
                       MaskKind.SEALED})  # fmt: skip
"""Masks that no page lifts by itself: in full only by a reveal, with its purpose and its record (A6)."""


def narrower(one: Form, other: Form) -> Form:
    """Of two forms the less clear one."""
    return max(one, other, key=_ORDER.index)


def form_of(viewer: Viewer) -> Form:
    """How clearly this viewer may read the persons in reach: what she keeps in full, a coach masked (§7, §9)."""
    if viewer.reach is Reach.OWN:
        return Form.FULL
    if viewer.reach is Reach.BRANCH:
        return Form.MASKED if viewer.role is Role.COACH else Form.FULL
    return {Reach.ONE: Form.MASKED, Reach.CASE: Form.MASKED, Reach.REGION: Form.BAND}.get(viewer.reach, Form.NONE)
