"""权限: who may do what, and on which rows: one table. What is not in it is denied.

A colleague signs in with one active role. Business roles also carry the keeper's rights on the customers they keep or
cover today, whatever the post; administrative roles never do. Grants add, scopes intersect (reliability.md §7).
``docs/reference/permissions.md``, the matrix of the tests and ``guanhu show permissions`` are read from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from guanhu.rules.kinds import Kind, Post
from guanhu.rules.lists import ViewScope


class Role(Kind):
    """角色: the hat a colleague wears for one session."""

    COUNTER = "counter", "柜面", "Counter"
    KEEPER = "keeper", "管户人", "Keeper"
    HEAD = "head", "网点负责人", "Branch head"
    REGION = "region", "分支行管理", "Regional management"
    BANK = "bank", "总行零售", "Head office retail"
    DATA = "data", "数据管理员", "Data administrator"
    AUDIT = "audit", "审计管理员", "Auditor"
    SYSTEM = "system", "系统管理员", "System administrator"
    SECURITY = "security", "安全管理员", "Security administrator"
    PRIVACY = "privacy", "消保专员", "Privacy officer"
    COACH = "coach", "督导", "Coach"


class Reach(Kind):
    """范围: which rows a permission opens; each has its own reader in the database."""

    NOBODY = "nobody", "不涉及客户", "No customer"
    SELF = "self", "本人", "Oneself"
    OWN = "own", "名下与代管", "Kept and covered"
    ONE = "one", "当面的一位", "The one present"
    BRANCH = "branch", "本网点", "Own branch"
    REGION = "region", "辖内网点", "Own region"
    CASE = "case", "个案当事人", "The person of a case"
    CASES = "cases", "全部个案", "All cases, without their persons"
    STAFF = "staff", "人员与权限", "Colleagues and rights"
    EXPORTS = "exports", "导出申请", "Requests for exports"
    FEEDS = "feeds", "送数与隔离区", "Deliveries and quarantine"
    TRAIL = "trail", "全部留痕", "The whole trail"


class Permission(Kind):
    """许可: what an address may ask for; every address names exactly one."""

    PUBLIC = "public", "登录之前", "Before signing in"
    ACCOUNT = "account", "自己的账号", "One's own account"
    TODAY_READ = "today_read", "看今日名单", "Read today's list"
    TODAY_WRITE = "today_write", "记结果、顺延、撤销", "Record, defer, undo"
    BOOK_READ = "book_read", "看客户名单", "Read the list of customers"
    VIEW_WRITE = "view_write", "存名单视图", "Keep views of the list"
    CUSTOMER_READ = "customer_read", "看客户", "Read a customer's file"
    CALL = "call", "拨打", "Call"
    REVEAL = "reveal", "查看完整号码", "Reveal a number"
    MARKETING_WRITE = "marketing_write", "记营销同意与拒绝", "Record consent and refusal"
    STAGE_WRITE = "stage_write", "调整客情阶段", "Move the stage"
    FILE_WRITE = "file_write", "记客户档案", "Write in a customer's file"
    RELATION_WRITE = "relation_write", "记客户之间的关系", "Tie customers"
    LEDGER_IMPORT = "ledger_import", "导入与撤回台账", "Import ledgers and take them back"
    MERGE = "merge", "查重、合并与拆回", "Find duplicates, merge and split"
    BIN = "bin", "移入与恢复回收站", "Remove to the bin and restore"
    EXPORT_ASK = "export_ask", "申请导出与下载", "Ask for exports and download them"
    EXPORT_APPROVE = "export_approve", "批准导出", "Approve exports"
    EXPORT_READ = "export_read", "看全部导出申请", "Read all requests for exports"
    NOTICE_READ = "notice_read", "看给自己的提醒", "Read one's notices"
    QUALITY_READ = "quality_read", "看资料质量", "Read how complete files are"
    QUALITY_LIST = "quality_list", "看待补档案", "List files to be filled"
    RATES_READ = "rates_read", "看成效", "Read what contacts bring"
    VISIT_WRITE = "visit_write", "记来访", "Note a visit"
    COUNTER_FIND = "counter_find", "按出示的客户号查一位", "Find the customer present"
    COUNTER_OPEN = "counter_open", "登记到访的潜在客户", "Register a walk-in"
    ROUND_READ = "round_read", "看分户方案", "Read rounds of the split"
    ROUND_WRITE = "round_write", "做分户方案", "Work on a round of the split"
    ROUND_APPROVE = "round_approve", "复核分户方案", "Approve a round of the split"
    CLAIM_WRITE = "claim_write", "认领客户", "Claim customers"
    HANDOVER_WRITE = "handover_write", "交接客户", "Hand customers over"
    REVIEW_READ = "review_read", "看网点的复盘与日志，评复盘", "Read the branch's reviews and logs, comment"
    COVER_WRITE = "cover_write", "安排代管", "Arrange cover"
    STAFF_READ = "staff_read", "看人员与权限", "Read colleagues and rights"
    SESSION_READ = "session_read", "看登录与锁定", "Read sign-ins and locks"
    STAFF_WRITE = "staff_write", "停用、解锁、结束会话", "Lock, unlock, end sessions"
    STAFF_MOVE = "staff_move", "调动网点", "Move a colleague to a branch"
    ROLE_PROPOSE = "role_propose", "提出授权", "Propose a role"
    ROLE_APPROVE = "role_approve", "复核授权", "Approve a role"
    QUARANTINE_READ = "quarantine_read", "看隔离区", "Read the quarantine"
    CASE_OPEN = "case_open", "受理个人信息请求", "Open a person's case"
    CASE_READ = "case_read", "按个案查看", "Read on a case"
    CASE_WRITE = "case_write", "办理个案", "Work on a case"
    RETENTION_READ = "retention_read", "看到期清理", "Read clearings"
    RETENTION_PROPOSE = "retention_propose", "提出到期清理", "Propose a clearing"
    RETENTION_APPROVE = "retention_approve", "复核到期清理", "Approve a clearing"
    TRAIL_OWN = "trail_own", "看自己的操作", "Read one's own actions"
    TRAIL_READ = "trail_read", "查看留痕", "Read the trail"
    COUNT_READ = "count_read", "看点数与习惯", "Read counts and habits"
    FLAG_EXPLAIN = "flag_explain", "说明自己的点数提示", "Explain flags about oneself"
    FLAG_ANSWER = "flag_answer", "答复点数提示", "Answer flags"
    ALARM_READ = "alarm_read", "看异常提醒", "Read alarms"
    ALARM_WRITE = "alarm_write", "答复异常提醒", "Answer alarms"


BUSINESS = (Role.COUNTER, Role.KEEPER, Role.HEAD, Role.REGION, Role.BANK, Role.COACH)
"""Roles that carry the keeper's rights on the customers their holder keeps or covers."""
ADMINISTRATIVE = tuple(role for role in Role if role not in BUSINESS)
"""Roles that need a second factor and never open a customer by themselves."""

_R = Role
_EVERYBODY = dict.fromkeys(Role, Reach.SELF)

GRANTS: dict[Permission, dict[Role, Reach]] = {
    Permission.PUBLIC: dict.fromkeys(Role, Reach.NOBODY),
    Permission.ACCOUNT: _EVERYBODY,
    Permission.TODAY_READ: {_R.KEEPER: Reach.OWN},
    Permission.TODAY_WRITE: {_R.KEEPER: Reach.OWN},
    Permission.BOOK_READ: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH, _R.COACH: Reach.BRANCH},
    Permission.VIEW_WRITE: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH, _R.COACH: Reach.BRANCH},
    Permission.CUSTOMER_READ: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH, _R.COACH: Reach.BRANCH},
    Permission.CALL: {_R.KEEPER: Reach.OWN},
    Permission.REVEAL: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH},
    Permission.MARKETING_WRITE: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH},
    Permission.STAGE_WRITE: {_R.KEEPER: Reach.OWN},
    Permission.FILE_WRITE: {_R.KEEPER: Reach.OWN},
    Permission.RELATION_WRITE: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH},
    Permission.LEDGER_IMPORT: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH},
    Permission.MERGE: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH},
    Permission.BIN: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH},
    Permission.EXPORT_ASK: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH},
    Permission.EXPORT_APPROVE: {
        _R.HEAD: Reach.BRANCH,
        _R.REGION: Reach.REGION,
        **dict.fromkeys((_R.BANK, _R.PRIVACY), Reach.EXPORTS),
    },
    Permission.EXPORT_READ: {_R.AUDIT: Reach.TRAIL},
    Permission.NOTICE_READ: {_R.KEEPER: Reach.OWN},
    Permission.QUALITY_READ: {
        _R.KEEPER: Reach.OWN,
        _R.HEAD: Reach.BRANCH,
        _R.COACH: Reach.BRANCH,
        _R.REGION: Reach.REGION,
        _R.BANK: Reach.NOBODY,
    },
    Permission.QUALITY_LIST: {_R.KEEPER: Reach.OWN, _R.HEAD: Reach.BRANCH},
    Permission.RATES_READ: dict.fromkeys((_R.HEAD, _R.REGION, _R.BANK, _R.COACH), Reach.NOBODY),
    Permission.VISIT_WRITE: {_R.COUNTER: Reach.ONE},
    Permission.COUNTER_FIND: {_R.COUNTER: Reach.ONE},
    Permission.COUNTER_OPEN: {_R.COUNTER: Reach.ONE},
    Permission.ROUND_READ: {_R.HEAD: Reach.BRANCH, _R.REGION: Reach.REGION},
    Permission.ROUND_WRITE: {_R.HEAD: Reach.BRANCH},
    Permission.ROUND_APPROVE: {_R.REGION: Reach.REGION},
    Permission.CLAIM_WRITE: {_R.KEEPER: Reach.OWN},
    Permission.HANDOVER_WRITE: {_R.KEEPER: Reach.OWN},
    Permission.REVIEW_READ: {_R.HEAD: Reach.BRANCH, _R.COACH: Reach.BRANCH},
    Permission.COVER_WRITE: {_R.HEAD: Reach.BRANCH},
    Permission.STAFF_READ: {
        _R.HEAD: Reach.BRANCH,
        **dict.fromkeys((_R.BANK, _R.DATA, _R.SYSTEM, _R.SECURITY, _R.AUDIT), Reach.STAFF),
    },
    Permission.SESSION_READ: dict.fromkeys((_R.SYSTEM, _R.SECURITY, _R.AUDIT), Reach.STAFF),
    Permission.STAFF_WRITE: dict.fromkeys((_R.SYSTEM, _R.SECURITY), Reach.STAFF),
    Permission.STAFF_MOVE: {_R.SECURITY: Reach.STAFF},
    Permission.ROLE_PROPOSE: dict.fromkeys((_R.HEAD, _R.BANK, _R.DATA, _R.SECURITY), Reach.STAFF),
    Permission.ROLE_APPROVE: {_R.SECURITY: Reach.STAFF},
    Permission.QUARANTINE_READ: dict.fromkeys((_R.DATA, _R.AUDIT), Reach.FEEDS),
    Permission.CASE_OPEN: {
        **dict.fromkeys((_R.COUNTER, _R.KEEPER, _R.HEAD), Reach.NOBODY),
        _R.PRIVACY: Reach.CASES,
    },
    Permission.CASE_READ: {_R.PRIVACY: Reach.CASE},
    Permission.CASE_WRITE: {_R.PRIVACY: Reach.CASE},
    Permission.RETENTION_READ: dict.fromkeys((_R.DATA, _R.PRIVACY, _R.AUDIT), Reach.NOBODY),
    Permission.RETENTION_PROPOSE: {_R.DATA: Reach.FEEDS},
    Permission.RETENTION_APPROVE: {_R.PRIVACY: Reach.FEEDS},
    Permission.TRAIL_OWN: _EVERYBODY,
    Permission.TRAIL_READ: {_R.AUDIT: Reach.TRAIL},
    Permission.COUNT_READ: {
        _R.KEEPER: Reach.OWN,
        _R.HEAD: Reach.BRANCH,
        _R.COACH: Reach.BRANCH,
        _R.REGION: Reach.REGION,
    },
    Permission.FLAG_EXPLAIN: {_R.KEEPER: Reach.OWN},
    Permission.FLAG_ANSWER: {_R.HEAD: Reach.BRANCH, _R.REGION: Reach.REGION},
    Permission.ALARM_READ: dict.fromkeys((_R.AUDIT, _R.SECURITY), Reach.TRAIL),
    Permission.ALARM_WRITE: dict.fromkeys((_R.AUDIT, _R.SECURITY), Reach.TRAIL),
}
"""The table: permission → role → reach. A role that is not named is denied."""

EXCLUSIVE: frozenset[frozenset[Role]] = frozenset(
    frozenset(pair)
    for pair in (
        (Role.SYSTEM, Role.SECURITY), (Role.SYSTEM, Role.AUDIT), (Role.SECURITY, Role.AUDIT), (Role.DATA, Role.AUDIT)
    )
)  # fmt: skip
"""互斥: no colleague holds both of a pair, at any time."""

ROLE_OF_POST: dict[str, Role] = {
    Post.WEALTH: Role.KEEPER,
    Post.RELATIONSHIP: Role.KEEPER,
    Post.LOBBY: Role.COUNTER,
    Post.TELLER: Role.COUNTER,
    Post.HEAD: Role.HEAD,
}
"""The role a post brings by itself; every other is granted, and approved by a second person."""

OF_UNIT = (Role.COUNTER, Role.KEEPER, Role.HEAD, Role.COACH)
"""Roles inside one branch: those its head may propose for her own colleagues."""
OF_PLACE = (*OF_UNIT, Role.REGION)
"""Roles whose rows follow from where their holder works: granted ones end when she moves to another branch."""

WIDE = (Reach.BRANCH, Reach.REGION)
"""Reaches over the customers of others."""
OF_ONE = (Reach.ONE, Reach.CASE)
"""Reaches to a single customer, named by number."""


@dataclass(frozen=True)
class Viewer:
    """Who is looking: a colleague in one role, as far as pages and actions need to know."""

    staff_no: str
    staff_id: int
    branch_id: int
    post: str
    name: str
    role: Role = Role.KEEPER
    branch_no: str = ""
    covered: tuple[int, ...] = ()
    """Colleagues whose customers she keeps today in their stead, by the key of their record."""
    region: tuple[int, ...] = ()
    """The branches of her region, by key; empty for roles that have none."""
    reach: Reach = Reach.OWN
    """Which rows this request may read; narrowest until a permission opens more."""
    number: str = ""
    """The customer number a request is bound to, for the reaches to a single customer."""

    @property
    def keepers(self) -> tuple[int, ...]:
        """Whose customers are hers today: her own and those she covers."""
        return (self.staff_id, *self.covered)

    @property
    def branches(self) -> tuple[int, ...]:
        """The branches her reach opens beside her own customers."""
        if self.reach is Reach.REGION:
            return self.region
        return (self.branch_id,) if self.reach in (Reach.BRANCH, Reach.ONE) else ()

    def at_own_desk(self) -> Viewer:
        """The same colleague, reading no more than what she keeps or covers."""
        return self if self.reach is Reach.OWN else replace(self, reach=Reach.OWN)


class Denied(PermissionError):
    """This role may not ask for this; pages answer 404, as if there were no such page."""


def may(viewer: Viewer, permission: Permission) -> Reach | None:
    """Over which rows the viewer has this permission; null when not at all.

    A business role has the wider of its own reach and the keeper's. Reliability A1, A2.
    """
    return reach_of(viewer.role, permission)


def reach_of(role: Role, permission: Permission) -> Reach | None:
    """Over which rows a role has this permission; null when not at all."""
    granted = GRANTS[permission]
    reach = granted.get(role)
    return granted.get(Role.KEEPER) if reach is None and role in BUSINESS else reach


def require(viewer: Viewer, permission: Permission, *, number: str = "") -> Viewer:
    """The viewer with the reach of this permission; raises ``Denied`` when she has none.

    ``number``: the customer number the request is bound to, for reaches to a single customer.
    """
    reach = may(viewer, permission)
    if reach is None:
        raise Denied(permission.value)
    return replace(viewer, reach=reach, number=number if reach in OF_ONE else "")


def shares_lists_with(viewer: Viewer) -> tuple[ViewScope, ...]:
    """With whom this viewer may share a view of the list: a head with her branch, head office with the bank."""
    wider = {Role.HEAD: (ViewScope.BRANCH,), Role.BANK: (ViewScope.BANK,)}
    return (ViewScope.OWN, *wider.get(viewer.role, ()))


def may_propose(viewer: Viewer, role: Role) -> bool:
    """May the viewer propose this role for somebody: any, or inside her own branch those of a branch?"""
    if may(viewer, Permission.ROLE_PROPOSE) is None:
        return False
    return may(viewer, Permission.STAFF_READ) is Reach.STAFF or role in OF_UNIT


def clash(roles: Iterable[Role]) -> tuple[Role, Role] | None:
    """互斥: the first two of these roles that one person may not hold together; null when they go together."""
    for pair in combinations(sorted(set(roles)), 2):
        if frozenset(pair) in EXCLUSIVE:
            return pair
    return None


def is_administrative(role: Role) -> bool:
    """Does this role need a second factor to sign in? Reliability A11."""
    return role in ADMINISTRATIVE
