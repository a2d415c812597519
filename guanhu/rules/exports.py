"""导出: taking a list of customers out of the product: what it may hold, who approves it, how long it lives.

Whatever personal column a file has, a second person of another role approves it first (reliability A9, §7).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from guanhu.rules.access import Reach, Role
from guanhu.rules.kinds import Kind
from guanhu.rules.policy import Policy


class ExportState(Kind):
    """导出状态: how far a request has come."""

    ASKED = "asked", "待批准", "Awaiting approval"
    APPROVED = "approved", "已批准", "Approved"
    READY = "ready", "可下载", "Ready"
    TAKEN = "taken", "已下载", "Downloaded"
    REFUSED = "refused", "未批准", "Not approved"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
    EXPIRED = "expired", "已过期", "Expired"
    CHANGED = "changed", "已失效", "Void"


class ExportPurpose(Kind):
    """导出用途: what a list is taken out for; a closed list, beside it a few words of one's own."""

    VISIT = "visit", "外出拜访", "Visits outside"
    EVENT = "event", "组织活动", "An event"
    REVIEW = "review", "经营分析", "A review of the business"
    HANDOVER = "handover", "移交核对", "Checking a handover"
    CHECK = "check", "检查与审计", "An inspection or audit"


class FileKind(Kind):
    """文件格式: how the list is written."""

    XLSX = "xlsx", "Excel 工作簿", "Excel workbook"
    CSV = "csv", "CSV 文本", "CSV text"


class ExportColumn(Kind):
    """导出列: what of a customer a file may hold; nothing else leaves."""

    NUMBER = "customer_no", "客户号", "Customer number"
    NAME = "name", "姓名", "Name"
    CUSTOMER_KIND = "kind", "个人或对公", "Personal or corporate"
    AGE = "age", "年龄段", "Age band"
    PHONE = "phone", "手机", "Phone"
    IDENTITY = "id_no", "证件号码", "Identity number"
    TIER = "tier", "分层", "Tier"
    ENTITLEMENT = "entitlement", "权益等级", "Entitlement"
    STAGE = "stage", "关系阶段", "Stage"
    BALANCE = "balance", "管理资产", "Assets"
    AVERAGE = "average", "30 天日均", "30-day average"
    NET = "net30", "近 30 天净流入", "Net inflow of 30 days"
    CONTACTED = "last_contact", "上次联系", "Last contact"
    OPENED = "opened", "建户日", "Customer since"
    BRANCH = "branch", "网点", "Branch"
    KEEPER = "keeper", "管户人", "Keeper"


USUAL = (ExportColumn.NUMBER, ExportColumn.NAME, ExportColumn.TIER, ExportColumn.AVERAGE, ExportColumn.CONTACTED)
"""Columns that stand chosen when one begins to ask."""
AMOUNTS = (ExportColumn.BALANCE, ExportColumn.AVERAGE, ExportColumn.NET)
"""Columns in whole units of the branch's currency, with two decimals."""
LIVING = (ExportState.ASKED, ExportState.APPROVED, ExportState.READY)
"""States from which a request may still go on."""

APPROVER: dict[Role, Role] = {
    Role.COUNTER: Role.HEAD,
    Role.KEEPER: Role.HEAD,
    Role.COACH: Role.HEAD,
    Role.HEAD: Role.REGION,
    Role.REGION: Role.BANK,
    Role.BANK: Role.PRIVACY,
}
"""Who approves what somebody in this role asks for: always another role, one step up."""


def state_at(state: ExportState, until: datetime, now: datetime) -> ExportState:
    """Where a request stands at this moment: what lives on has run out when its time is over, swept away or not."""
    return ExportState.EXPIRED if state in LIVING and now >= until else state


def waits_until(asked_at: datetime, policy: Policy) -> datetime:
    """Until when a request waits for its second person."""
    return asked_at + timedelta(hours=policy.export_wait_hours)


def lives_until(begun_at: datetime, policy: Policy) -> datetime:
    """When the file dies; counted from the approval, or from the asking where none was needed."""
    return begun_at + timedelta(hours=policy.export_hours)


def most_rows(reach: Reach, policy: Policy, *, personal: bool) -> int:
    """How many customers one file may hold: with personal columns as approved, without them by reach."""
    if personal:
        return policy.export_rows
    return policy.export_rows_own if reach is Reach.OWN else policy.export_rows_branch
