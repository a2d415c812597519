"""期限: until when each kind of personal data is kept, on what ground, and when clearing it may begin. Reliability §10.

The table is data: every ``Keep`` has its days in the policy and its basis here. What falls due is a comparison of two
days; nothing falls due by itself, a second person of another role approves (``ClearingState``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from guanhu.rules.kinds import Kind
from guanhu.rules.policy import Policy
from guanhu.rules.privacy import Keep

FULL_BP = 10_000


class ClearingState(Kind):
    """清理状态: how far a clearing has come."""

    ASKED = "asked", "等待试算", "Waiting for its dry run"
    COUNTED = "counted", "等待复核", "Waiting for approval"
    APPROVED = "approved", "等待执行", "Approved, waiting for the night"
    RUNNING = "running", "执行中", "Being carried out"
    DONE = "done", "已完成", "Carried out"
    DECLINED = "declined", "已退回", "Declined"
    LAPSED = "lapsed", "已失效", "Lapsed"


class ClearingWay(Kind):
    """清理方式: what becomes of what falls due."""

    DELETE = "delete", "删除", "Deleted"
    BLANK = "blank", "清空字段", "Fields emptied"
    ROWS = "rows", "剔除行", "Rows taken out"
    COUNT = "count", "只计数", "Counted only"


@dataclass(frozen=True)
class Term:
    """How long one kind of keeping lasts: days from the day it is counted from; null days end with a night."""

    keep: Keep
    days: int | None
    since: str
    basis: str


def terms(policy: Policy) -> tuple[Term, ...]:
    """The dated table: each ``Keep`` with its days, what they are counted from, and the ground."""
    return (
        Term(Keep.WHILE_CUSTOMER, policy.keep_left_customer_days, "客户离开之日", "个人信息保护法 19、47"),
        Term(Keep.WHILE_STAFF, policy.keep_left_staff_days, "离岗之日", "个人信息保护法 13、19"),
        Term(Keep.FIVE_YEARS, policy.keep_evidence_days, "记下、办结或解除之日", "销售行为留证，银行自定"),
        Term(Keep.CONSENT, policy.keep_consent_days, "撤回或离开之日；拒绝无期限", "个人信息保护法 14、15；广告法 43"),
        Term(Keep.THIRTY_SIX_MONTHS, policy.keep_trail_days, "写入之日；导出封存之后", "网络安全法；等保 2.0"),
        Term(Keep.THIRTEEN_MONTHS, policy.keep_snapshot_days, "快照之日", "处理目的：同比十二个月"),
        Term(Keep.TWELVE_MONTHS, policy.keep_sign_in_days, "发生之日", "网络安全法；等保 2.0"),
        Term(Keep.THIRTY_DAYS, policy.keep_quarantine_days, "业务日或制作之日", "个人信息保护法 19"),
        Term(Keep.FOURTEEN_DAYS, policy.keep_upload_days, "业务日", "可重跑"),
        Term(Keep.EXPORT, None, "下载、退回、失效或满 24 小时，由值守即时销毁", "处理目的：一次导出"),
        Term(Keep.TWO_NIGHTS, None, "再下一夜发布时，由夜间自行替换", "处理目的：今日名单"),
    )  # fmt: skip


def term_of(keep: Keep, policy: Policy) -> Term:
    """The term of one kind of keeping; every kind has one."""
    return next(term for term in terms(policy) if term.keep is keep)


def cut(keep: Keep, as_of: date, policy: Policy) -> date | None:
    """What is counted from a day before this one has fallen due as of ``as_of``; null where nothing ever does.

    A row of that very day is kept: days are counted in full.
    """
    days = term_of(keep, policy).days
    return None if days is None else as_of - timedelta(days=days)


def is_due(since: date | None, keep: Keep, as_of: date, policy: Policy) -> bool:
    """Has what is counted from this day fallen due? Null: its days have not begun."""
    line = cut(keep, as_of, policy)
    return since is not None and line is not None and since < line


def left_on(absent_on: date | None, last_closed_on: date | None, *, has_open_account: bool) -> date | None:
    """离开之日: when a person stopped being a customer; null while she is one.

    When her last account was closed (``last_closed_on``, with none open); else since when the bank's list does not name
    her (``absent_on``). Somebody listed without any account is a customer still.
    """
    return last_closed_on if last_closed_on is not None and not has_open_account else absent_on


def is_fresh(counted_on: date, today: date, policy: Policy) -> bool:
    """Is the dry run young enough to be approved and carried out?"""
    return 0 <= (today - counted_on).days <= policy.clearing_stale_days


def is_as_counted(counted: int, now: int, policy: Policy) -> bool:
    """Does a second count as of the same day agree with the one that was approved?"""
    apart = abs(now - counted)
    return apart <= policy.clearing_differs_rows or apart * FULL_BP <= counted * policy.clearing_differs_bp
