"""Every list of words the branch chooses from: its code, its 中文 and its English label.

The codes are stored and travel through the lake, the tables and the pages; the labels are shown.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A word from a closed list, with a label in both languages."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str = "", en: str = "") -> Kind:
        """Keep both labels beside the code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh, member.en = zh, en
        return member

    def label(self, language: str = "zh") -> str:
        """The word as people read it, in Chinese unless English is asked for."""
        return self.en if language.startswith("en") else self.zh


class Tier(Kind):
    """分层: how much of the branch's assets a customer holds, by rank (P21)."""

    A = "A", "A 类", "Tier A"
    B = "B", "B 类", "Tier B"
    C = "C", "C 类", "Tier C"


class Entitlement(Kind):
    """权益等级: which money line the month's average reaches (P131–P133); another word than tier."""

    BASIC = "basic", "普通", "Basic"
    SILVER = "silver", "银卡", "Silver"
    GOLD = "gold", "金卡", "Gold"
    VIP = "vip", "VIP", "VIP"
    PLATINUM = "platinum", "白金", "Platinum"
    PRIVATE = "private", "私行", "Private"


class CustomerKind(Kind):
    """个人或对公."""

    PERSONAL = "personal", "个人", "Personal"
    CORPORATE = "corporate", "对公", "Corporate"


class Post(Kind):
    """岗位: what a colleague does in the branch (P42)."""

    WEALTH = "wealth", "理财经理", "Wealth manager"
    RELATIONSHIP = "relationship", "客户经理", "Relationship manager"
    LOBBY = "lobby", "大堂经理", "Lobby manager"
    TELLER = "teller", "柜员", "Teller"
    HEAD = "head", "网点负责人", "Branch head"
    OFFICE = "office", "机关岗位", "Back office"


class Stage(Kind):
    """客情关系: how far the relation has come (P72–P77)."""

    KNOWN = "known", "认识", "Known"
    ACCEPTED = "accepted", "接受", "Accepted"
    HABIT = "habit", "习惯", "Habit"
    RELIED_ON = "relied_on", "依赖", "Relied on"
    FRIEND = "friend", "朋友", "Friend"


class Channel(Kind):
    """渠道: by which way we reach a customer (P52)."""

    MESSAGE = "message", "消息", "Message"
    CALL = "call", "电话", "Call"
    MEETING = "meeting", "面访", "Meeting"


class Outcome(Kind):
    """结果: what came of a contact (P103)."""

    REACHED = "reached", "接通", "Reached"
    NO_ANSWER = "no_answer", "未接", "No answer"
    DECLINED = "declined", "拒绝", "Declined"
    BOOKED = "booked", "约见", "Booked"
    CLOSED = "closed", "成交", "Closed"
    SENT = "sent", "已发送", "Sent"
    HUNG_UP = "hung_up", "挂断", "Hung up"
    ABUSED = "abused", "恶语", "Abusive"


class Refusal(Kind):
    """拒绝原因: why a customer said no (P215–P217)."""

    ELSEWHERE = "elsewhere", "已有他行产品", "Holds it elsewhere"
    NO_NEED = "no_need", "没需要", "No need"
    TROUBLE = "trouble", "嫌麻烦", "Too much trouble"
    DISTRUST = "distrust", "不信任", "Distrust"
    LOW_YIELD = "low_yield", "收益低", "Yield too low"
    GRUDGE = "grudge", "有过不快", "Bad past experience"


class SignalKind(Kind):
    """信号: what is about to happen to a customer's money or life (group G)."""

    MATURITY = "maturity", "到期", "Maturity"
    NEAR_LINE = "near_line", "临界", "Near a line"
    OUTFLOW = "outflow", "流失", "Outflow"
    LARGE_MOVE = "large_move", "异动", "Large movement"
    DORMANT = "dormant", "睡眠", "Dormant"
    OTHER_BANK = "other_bank", "他行", "Other bank"
    DATES = "dates", "生日", "Important date"


class Reason(Kind):
    """为什么是今天: what puts a customer on today's list, beside the signals."""

    PROMISE = "promise", "约定回电", "Promised call-back"
    COMPLAINT = "complaint", "投诉", "Complaint"
    INTRODUCTION = "introduction", "新管户", "New keeper"
    ROUTINE = "routine", "例行维护", "Routine service"


class MaturityStep(Kind):
    """到期节点: where a maturing sum stands on its timeline (P127–P129)."""

    MONTH = "t-30", "30 天内到期", "Due within 30 days"
    WEEK = "t-7", "7 天内到期", "Due within 7 days"
    EVE = "t-1", "明天到期 · 二次确认", "Due tomorrow, confirm again"
    DUE = "t0", "今天到期", "Due today"
    AFTER = "t+1", "到期未转存 · 回访", "Not renewed, call back"


class Group(Kind):
    """任务分组: under which heading a line stands on today's list."""

    DUTY = "duty", "必做", "Must do"
    MEETING = "meeting", "面访", "Meetings"
    CALL = "call", "电话", "Calls"
    MESSAGE = "message", "消息", "Messages"


class ProductKind(Kind):
    """产品类别: what kind of thing the customer holds with us."""

    CURRENT = "current", "活期", "Current deposit"
    DEPOSIT = "deposit", "定期存款", "Time deposit"
    WEALTH = "wealth", "理财", "Wealth product"
    FUND = "fund", "基金", "Fund"
    INSURANCE = "insurance", "保险", "Insurance"
    LOAN = "loan", "贷款", "Loan"


class MoveKind(Kind):
    """交易种类: what a movement on an account was."""

    TRANSFER = "transfer", "转账", "Transfer"
    CASH = "cash", "现金", "Cash"
    CARD = "card", "消费", "Card payment"
    SALARY = "salary", "代发", "Payroll"
    OWN = "own", "本人账户互转", "Between own accounts"
    INTEREST = "interest", "结息", "Interest"
    FEE = "fee", "费用", "Fee"
    AUTOPAY = "autopay", "代扣", "Direct debit"


class ConsentPurpose(Kind):
    """授权用途: for what the customer lets us get in touch; a channel has the code it has as a channel."""

    MARKETING = "marketing", "营销", "Marketing"
    SERVICE = "service", "服务提醒", "Service notices"
    MESSAGE = "message", "收消息", "Receiving messages"
    CALL = "call", "接电话", "Taking calls"
    MEETING = "meeting", "见面", "Meeting in person"


class Withheld(Kind):
    """不打扰的理由: why a customer is left alone today, or this way is closed (P116, P196)."""

    CHANNEL = "channel_refused", "拒绝该渠道", "Channel refused"
    SERVICE = "service_refused", "拒绝服务联系", "Service contact refused"
    COMPLAINT = "complaint_quiet", "投诉未了", "Complaint not settled"
    CONSENT = "no_consent", "无营销授权", "No marketing consent"
    MESSAGE = "message_cap", "一周内已发营销消息", "Marketing message this week"
    COOLING = "cooling", "冷静期", "Cooling down"
    CAP = "cap", "联系已达上限", "Contact cap reached"
    PAUSED = "paused", "管户人已放下", "Dropped for a time by her keeper"


class FileItem(Kind):
    """档案要项: what a keeper should know of a customer; by these the file is called complete (P5)."""

    PHONE = "phone", "手机号码", "Phone number"
    BIRTH = "birth", "生日", "Birthday"
    RISK = "risk", "风险评估", "Risk assessment"
    CONSENT = "consent", "营销授权", "Marketing consent"
    OCCUPATION = "occupation", "职业", "Occupation"
    NEED = "need", "需求", "Need"
    INTEREST = "interest", "兴趣", "Interest"
    FAMILY = "family", "家人", "Family"
    BEST_TIME = "best_time", "方便联系的时段", "Best time to call"
    PERSONALITY = "personality", "性格", "Personality"
    NATIVE_PLACE = "native_place", "籍贯", "Native place"
    SCHOOL = "school", "毕业院校", "School"
    BUSINESS = "business", "经营状况", "How the business runs"


class Roster(Kind):
    """系统名单: the lists the system keeps by itself (P17)."""

    NEW = "new", "本月新客户", "New this month"
    SILENT = "silent", "久未联系", "Long not contacted"
    MATURING = "maturing", "近期到期", "Maturing soon"
    BIRTHDAY = "birthday", "近期生日", "Birthday soon"
    NEAR_LINE = "near_line", "临近权益线", "Close to a line"
    OUTFLOW = "outflow", "资金在流出", "Money leaving"
    UNASKED = "unasked", "没问过营销授权", "Never asked for consent"
    MARKED = "marked", "目标与潜力客户", "Targets and potentials"


class VisitPurpose(Kind):
    """来办什么: what brought a customer to the counter (P16)."""

    CASH = "cash", "存取现金", "Cash in or out"
    TRANSFER = "transfer", "转账汇款", "Sending money"
    DEPOSIT = "deposit", "存单与到期", "Deposits and maturities"
    PRODUCT = "product", "咨询产品", "Asking about products"
    PAPERS = "papers", "补办资料", "Papers and cards"
    TROUBLE = "trouble", "反映问题", "Something went wrong"
    OTHER = "other", "别的事", "Something else"


class Calendar(Kind):
    """历法: how a date is counted."""

    SOLAR = "solar", "公历", "Solar"
    LUNAR = "lunar", "农历", "Lunar"


class RiskGrade(Kind):
    """客户风险等级: from the bank's own test, never set here (C8)."""

    C1 = "C1", "C1 保守", "C1 conservative"
    C2 = "C2", "C2 稳健", "C2 steady"
    C3 = "C3", "C3 平衡", "C3 balanced"
    C4 = "C4", "C4 成长", "C4 growth"
    C5 = "C5", "C5 进取", "C5 aggressive"


class RiskLevel(Kind):
    """产品风险等级."""

    R1 = "R1", "R1 低", "R1 low"
    R2 = "R2", "R2 中低", "R2 lower-middle"
    R3 = "R3", "R3 中", "R3 middle"
    R4 = "R4", "R4 中高", "R4 upper-middle"
    R5 = "R5", "R5 高", "R5 high"


class TrailAction(Kind):
    """留痕动作: what the trail tells of; a thing that is not named here cannot be noted."""

    SIGN_IN = "sign_in", "登录", "Signed in"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败", "Sign-in failed"
    SIGN_OUT = "sign_out", "退出登录", "Signed out"
    LOCK = "lock", "账号锁定", "Account locked"
    UNLOCK = "unlock", "账号解锁", "Account unlocked"
    SECOND_FACTOR = "second_factor", "双因素验证", "Second factor"
    CONFIRM = "confirm", "再次确认身份", "Confirmed again"
    PASSWORD = "password", "更改密码", "Password changed"
    SESSION_END = "session_end", "会话结束", "Session ended"
    ROLE_SWITCH = "role_switch", "切换角色", "Role switched"
    ROLE_PROPOSE = "role_propose", "提出授予角色", "Role proposed"
    ROLE_APPROVE = "role_approve", "复核授予角色", "Role approved"
    ROLE_END = "role_end", "收回角色", "Role taken back"
    COVER = "cover", "设定代管", "Cover arranged"
    COVER_END = "cover_end", "结束代管", "Cover ended"
    STAFF_CHANGE = "staff_change", "人员变动", "Colleague changed"
    REFUSED = "refused", "越权被拒", "Refused for want of rights"
    LIST_VIEW = "list_view", "查看名单", "List viewed"
    CUSTOMER_VIEW = "customer_view", "查看客户", "Customer viewed"
    SEARCH = "search", "查找客户", "Searched for a customer"
    REVEAL = "reveal", "查看完整信息", "Revealed in full"
    CALL = "call", "拨号", "Dialled"
    TOUCH = "touch", "记录触达", "Contact recorded"
    VISIT = "visit", "记录来访", "Visit noted"
    TOUCH_UNDO = "touch_undo", "撤销触达", "Contact undone"
    DEFER = "defer", "名单顺延", "Line set aside"
    DEFER_UNDO = "defer_undo", "撤销顺延", "Line put back"
    ARRANGE = "arrange", "安排联系", "Contact arranged"
    GOAL = "goal", "定本周目标", "Goal of the week set"
    REVIEW = "review", "写复盘或评语", "Review or comment written"
    STAGE = "stage", "调整客情", "Stage moved"
    FILE = "file", "记入档案", "File written"
    MERGE = "merge", "合并档案", "Files merged"
    SPLIT = "split", "拆回档案", "Files split back"
    NOT_SAME = "not_same", "判定不是同一人", "Found to be two persons"
    PROSPECT = "prospect", "登记潜在客户", "Prospect registered"
    BIN = "bin", "移入回收站", "Moved to the bin"
    UNBIN = "unbin", "从回收站恢复", "Put back from the bin"
    LIST_ACT = "list_act", "批量办理", "Done for many at once"
    VIEW = "view", "名单视图", "View of the list kept"
    CONSENT = "consent", "记录授权", "Consent recorded"
    ROUND = "round", "分户方案", "Split of customers"
    CLAIM = "claim", "认领客户", "Customer claimed"
    HANDOVER = "handover", "交接客户", "Customer handed over"
    PUBLISH = "publish", "发布名单", "Plan published"
    IMPORT = "import", "导入数据", "Data imported"
    QUARANTINE_VIEW = "quarantine_view", "查看隔离区", "Quarantine viewed"
    RULE_CHANGE = "rule_change", "更改规则", "Rules changed"
    KEY_CHANGE = "key_change", "更换密钥", "Keys changed"
    EXPORT = "export", "导出数据", "Data exported"
    CASE = "case", "办理个人信息请求", "Person's request worked on"
    CLEARING = "clearing", "到期清理", "Expired data cleared"
    ALARM = "alarm", "异常提醒", "Alarm raised"
    ALARM_VIEW = "alarm_view", "查看异常提醒", "Alarms viewed"
    FLAG = "flag", "点数提示", "Flag on the counting"
    TRAIL_READ = "trail_read", "查阅留痕", "Trail read"
    TRAIL_VERIFY = "trail_verify", "核验留痕", "Trail verified"
    TRAIL_EXPORT = "trail_export", "导出留痕", "Trail exported"
    RESTORE = "restore", "从备份恢复", "Restored from a backup"
    CLOCK_JUMP = "clock_jump", "时钟跳变", "Clock jumped"


class Tenure(Kind):
    """任期: where a role granted or a cover arranged stands on a day."""

    PENDING = "pending", "待复核", "Awaiting approval"
    COMING = "coming", "未开始", "Not begun"
    RUNNING = "running", "生效中", "In force"
    EXPIRED = "expired", "已到期", "Run out"
    ENDED = "ended", "已提前结束", "Ended early"
    REFUSED = "refused", "已退回", "Sent back"


class SessionEnd(Kind):
    """会话怎么结束的: why a session opens nothing any more."""

    SIGNED_OUT = "signed_out", "本人退出", "Signed out"
    IDLE = "idle", "长时间未操作", "Idle"
    TOO_LONG = "too_long", "登录满时限", "Too long"
    REPLACED = "replaced", "另处登录", "Signed in elsewhere"
    BROWSER = "browser", "浏览器变化", "Another browser"
    PLACE = "place", "网络位置变化", "Another network"
    LEFT = "left", "离岗停用", "Left the bank"
    MOVED = "moved", "网点变动", "Moved to another branch"
    ROLE = "role", "角色变动", "Role changed"
    LOCKED = "locked", "管理员锁定", "Locked by an administrator"
    PASSWORD = "password", "密码被重置", "Password reset"
    FACTOR = "factor", "动态码被重置", "Second factor reset"
    ENDED = "ended", "管理员结束", "Ended by an administrator"


class Owed(Kind):
    """登录后先办的事: what has to be done before a session opens any page."""

    NEW_PASSWORD = "new_password", "换掉别人设的密码", "Replace a password set by somebody else"
    OLD_PASSWORD = "old_password", "更换到期密码", "Change a password that is too old"
    SECOND_FACTOR = "second_factor", "绑定动态码", "Set up the second factor"


class PasswordFault(Kind):
    """密码哪里不行: what is wrong with a password."""

    SHORT = "short", "太短", "Too short"
    CLASSES = "classes", "字符种类太少", "Too few kinds of signs"
    WORD = "word", "含本行或本人的词", "Holds a word of the bank or of oneself"
    KNOWN = "known", "太常见", "Too common"
    USED = "used", "最近用过", "Used lately"
