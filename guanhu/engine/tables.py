"""Every table of the lake: its columns, their types, what one row is, and how it lies by day.

Personal data (names, phones, identity numbers, addresses, account and card numbers) has no column here.
Customers and accounts travel as surrogate keys, made at the door from the bank's numbers with the bank's
own secret. Money is whole fen, days are dates on disk and day numbers inside the engine (``due_on`` on
disk is ``due_day`` in a step).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["key", "text", "money", "number", "flag", "date"]
"""key: int64 · text: string · money: int64 fen · number: int32 · flag: boolean · date: date."""

Mode = Literal["snapshot", "daily"]
"""snapshot: each day's part holds everything as of that day · daily: each day's part holds that day alone."""


@dataclass(frozen=True)
class Column:
    """One column: its name, its type and what it means in the branch's words."""

    name: str
    type: Type
    meaning: str


@dataclass(frozen=True)
class Table:
    """One table of the lake: ``group/name/day=YYYY-MM-DD/part.parquet``, rows ordered by ``key``."""

    group: Literal["bank", "notes", "answers"]
    name: str
    mode: Mode
    key: tuple[str, ...]
    meaning: str
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        """Its name in a word: the meaning without what follows it."""
        return self.meaning.split("：")[0].split("（")[0]

    @property
    def path(self) -> str:
        """Where the table lies below the lake."""
        return f"{self.group}/{self.name}"


def _columns(text: str) -> tuple[Column, ...]:
    """Read ``name type meaning`` lines."""
    rows = (line.split(maxsplit=2) for line in text.strip().splitlines())
    return tuple(Column(name, kind, meaning) for name, kind, meaning in rows)  # type: ignore[arg-type]


# fmt: off
BRANCHES = Table("bank", "branches", "snapshot", ("branch_no",), "网点", _columns("""
    branch_no text 网点号
    name text 网点名称
"""))

STAFF = Table("bank", "staff", "snapshot", ("staff_no",), "员工（不含姓名）", _columns("""
    staff_no text 工号
    branch_no text 网点号
    post text 岗位，见 kinds.Post
    capability number 能力系数，百分数，100 为平均
    leave_from_on date 休假第一天，空为无
    leave_to_on date 休假最后一天
"""))

CUSTOMERS = Table("bank", "customers", "snapshot", ("customer",), "客户（不含姓名与联系方式）", _columns("""
    customer key 客户的代理键
    customer_no text 客户号
    branch_no text 网点号
    keeper_no text 银行名单上的管户人工号，可空
    kind text 个人或对公，见 kinds.CustomerKind
    birth_month number 出生月，按其历法，可空
    birth_day_of_month number 出生日，按其历法，可空
    birth_calendar text 公历或农历，见 kinds.Calendar
    risk_grade text 客户风险等级 C1–C5，可空
    risk_on date 风险评估日，可空
    opened_on date 建户日
"""))

ACCOUNTS = Table("bank", "accounts", "snapshot", ("account",), "账户（不含账号）", _columns("""
    account key 账户的代理键
    customer key 客户的代理键
    kind text 产品类别，见 kinds.ProductKind
    opened_on date 开户日
    closed_on date 销户日，可空
"""))

PRODUCTS = Table("bank", "products", "snapshot", ("product_no",), "产品", _columns("""
    product_no text 产品号
    name text 产品名称
    kind text 产品类别
    risk_level text 产品风险等级 R1–R5，可空
    term_days number 期限，天，可空
"""))

HOLDINGS = Table("bank", "holdings", "snapshot", ("holding",), "持有：一笔一行，含贷款", _columns("""
    holding key 持有的代理键
    account key 账户的代理键
    customer key 客户的代理键
    product_no text 产品号
    kind text 产品类别
    amount_fen money 本金
    started_on date 起息日
    matures_on date 到期日，可空
    rate_bp number 年利率，万分之一，可空
    auto_renew flag 是否约定自动转存
"""))

BALANCES = Table("bank", "balances", "daily", ("account", "day_on"), "日终余额：当日有变动的账户", _columns("""
    account key 账户的代理键
    customer key 客户的代理键
    kind text 产品类别
    day_on date 日期
    balance_fen money 日终余额
    change_fen money 比上日的变动；账户的第一行为全部余额
"""))

MOVES = Table("bank", "moves", "daily", ("move",), "交易", _columns("""
    move key 交易的代理键
    account key 账户的代理键
    customer key 客户的代理键
    day_on date 日期
    amount_fen money 金额，转入为正，转出为负
    kind text 交易种类，见 kinds.MoveKind
    by_customer flag 是否客户主动（转账、现金、消费）
    other_bank text 对方银行，空为本行或无
    channel text 渠道，可空
"""))

CONSENTS = Table("bank", "consents", "snapshot", ("customer", "purpose"), "授权与拒绝", _columns("""
    customer key 客户的代理键
    purpose text 用途，见 kinds.ConsentPurpose
    granted flag 同意为真，拒绝或撤回为假
    changed_on date 何日
"""))

CONTACTS = Table("bank", "contacts", "daily", ("contact",), "旧系统的联系记录（不含文字）", _columns("""
    contact key 联系的代理键
    customer key 客户的代理键
    staff_no text 工号
    day_on date 日期
    channel text 渠道，见 kinds.Channel
    seconds number 时长，秒，可空
    outcome text 结果，见 kinds.Outcome
"""))

COMPLAINTS = Table("bank", "complaints", "snapshot", ("complaint",), "投诉（不含文字）", _columns("""
    complaint key 投诉的代理键
    customer key 客户的代理键
    opened_on date 受理日
    closed_on date 办结日，空为未结
"""))

QUARANTINE = Table("bank", "quarantine", "daily", ("file", "row", "column"),
    "隔离的行：地址与原因（不含原值）", _columns("""
    file text 文件
    row number 行号，表头为第 1 行
    column text 列
    rule text 规则
    says text 原因
    suggestion text 建议
"""))

OWN_CONTACTS = Table("notes", "contacts", "daily", ("contact",), "本系统记下的联系", CONTACTS.columns)

OWN_CONSENTS = Table("notes", "consents", "snapshot", ("customer", "purpose"),
    "本系统记下的同意与拒绝", CONSENTS.columns)

PROMISES = Table("notes", "promises", "snapshot", ("customer", "due_on", "channel"),
    "约定的下一次联系，未兑现", _columns("""
    customer key 客户的代理键
    due_on date 约定日
    channel text 渠道
"""))

PAUSES = Table("notes", "pauses", "snapshot", ("customer", "from_on"), "放下的客户：到哪天为止不排进名单", _columns("""
    customer key 客户的代理键
    keeper_no text 放下她的人的工号
    from_on date 哪天放下的
    until_on date 到哪天为止，当天仍不排
"""))

CONFIRMED = Table("notes", "confirmed", "snapshot", ("keeper_no",), "谁确认了下一个工作日的计划", _columns("""
    keeper_no text 确认的人的工号
"""))

COVERS = Table("notes", "covers", "snapshot", ("giver_no", "from_on"), "谁代管谁的客户，从哪天到哪天", _columns("""
    giver_no text 原管户人工号
    taker_no text 代管人工号
    from_on date 从哪天起
    to_on date 到哪天止，当天也算
"""))

INTRODUCTIONS = Table("notes", "introductions", "snapshot", ("customer", "keeper_no"),
    "谁刚接了哪位客户，还没当面认识", _columns("""
    customer key 客户的代理键
    keeper_no text 新管户人的工号
    from_on date 哪天换手
    begun flag 已破冰，不必再发消息、打电话
"""))

PREFERENCES = Table("notes", "preferences", "snapshot", ("customer",), "客户愿意星期几、用哪种方式联系", _columns("""
    customer key 客户的代理键
    weekdays number 方便的星期几：周一为 1，周二为 2，周三为 4……相加；0 为没说
    way text 更愿意的渠道，可空
"""))

KEEPERS = Table("notes", "keepers", "snapshot", ("customer",), "谁管哪位客户，以本系统为准", _columns("""
    customer key 客户的代理键
    keeper_no text 管户人工号
    stage text 客情阶段，见 kinds.Stage
"""))

FILES = Table("notes", "files", "snapshot", ("customer",), "同一人的客户号并在哪一份档案里", _columns("""
    customer key 客户的代理键
    file key 她的档案所在的客户的代理键
"""))

STATE = Table("answers", "state", "snapshot", ("customer",),
    "引擎自己的逐日状态：第二天只需新的一天与离开窗口的日子", _columns("""
    customer key 客户的代理键
    balance_fen money 日终管理资产
    lag_fen money 30 天前的日终管理资产
    window_fen money 近 30 个日终之和
    weighted_fen money 各账户余额乘以万分之几的利差，合计
    in30_fen money 近 30 天转入，本人账户互转除外
    out30_fen money 近 30 天转出，本人账户互转除外
    net_fen money 当月净流入，月末当天仍在，次日重计
    first_move_on date 第一次主动交易，可空
    last_move_on date 最近一次主动交易，可空
    moves number 主动交易笔数
    last_contact_on date 最近一次有效联系，可空
    months number 已结的整月数
    sum_yuan money 各月调整后净流入之和，元
    squares_yuan money 各月调整后净流入的平方和，元
    last_months number 最近一个已结月是否计入，1 或 0
    last_yuan money 最近一个已结月调整后净流入，元
    tier text 最近一个月末保住的分层，可空
    months_below number 连续几个月末低于保层线
    policy text 规则版本
"""))

CUT_OFFS = Table("answers", "cut_offs", "snapshot", ("branch_no",), "分层线：每个季末按排名划定", _columns("""
    branch_no text 网点号
    line_a_fen money A 类最后一位的 30 天日均，可空
    line_b_fen money B 类最后一位的 30 天日均，可空
    policy text 规则版本
"""))

STANDINGS = Table("answers", "standings", "snapshot", ("customer",), "每位客户的当日面貌", _columns("""
    customer key 客户的代理键
    branch_no text 网点号
    tier text 分层 A/B/C
    entitlement text 权益等级
    balance_fen money 日终管理资产（贷款除外）
    average_fen money 30 天日均管理资产
    gap_fen money 距下一条权益线，已在最高线则空
    in30_fen money 近 30 天转入
    out30_fen money 近 30 天转出
    value_fen money 一年的价值贡献
    last_move_on date 最近一次主动交易，可空
    last_contact_on date 最近一次有效联系，可空
    policy text 规则版本
"""))

MONTH_ENDS = Table("answers", "month_ends", "daily", ("customer",), "月末时点：每个月末一份", _columns("""
    customer key 客户的代理键
    balance_fen money 月末管理资产
    average_fen money 月末前 30 天日均
    net_fen money 当月净流入
"""))

SIGNALS = Table("answers", "signals", "snapshot", ("customer", "kind", "account", "due_on"), "信号", _columns("""
    customer key 客户的代理键
    account key 账户的代理键，与账户无关则空
    kind text 信号，见 kinds.SignalKind
    step text 到期节点，见 kinds.MaturityStep，其他信号为空
    product text 产品类别，见 kinds.ProductKind，与产品无关则空
    amount_fen money 涉及金额
    due_on date 何日
    expires_on date 过了这天不再提
    evidence text 依据，JSON
    policy text 规则版本
"""))

OPPORTUNITIES = Table("answers", "opportunities", "snapshot", ("customer", "kind", "account", "due_on"),
    "商机：今天值得联系的理由", _columns("""
    customer key 客户的代理键
    account key 账户的代理键，可空
    kind text 信号或理由，见 kinds.SignalKind 与 kinds.Reason
    duty flag 是否必做
    marketing flag 是否属营销（需营销授权）
    step text 到期节点，可空
    product text 产品类别，可空
    amount_fen money 涉及金额
    due_on date 何日
    expires_on date 过了这天不再提
    gain_fen money 一通电话比不联系多带来的一年收入
    with_bp number 一通电话后成事的机会，万分之几；承诺与投诉为空
    without_bp number 不联系成事的机会，万分之几；承诺与投诉为空
    holdout flag 这一例是否留作对照，不主动联系
    evidence text 依据，JSON
    policy text 规则版本
"""))

TRIALS = Table("answers", "trials", "daily", ("kind", "tier", "treatment"),
    "当夜评判的各例：只有数目，不含客户", _columns("""
    kind text 信号，见 kinds.SignalKind
    tier text 开始时的分层
    treatment text 哪种渠道联系到，或没有联系，见 trials.Alone
    day_on date 评判日
    cases number 例数
    successes number 其中成了的
    policy text 规则版本
"""))

RATES = Table("answers", "rates", "snapshot", ("kind", "tier", "channel"),
    "学到的成功率：近一年评判的各例", _columns("""
    kind text 信号，见 kinds.SignalKind
    tier text 分层
    channel text 渠道
    cases number 联系到的例数
    successes number 其中成了的
    held_cases number 留作对照的例数
    held_successes number 其中成了的
    left_cases number 只是没联系到的例数
    left_successes number 其中成了的
    prior_with_bp number 规则给的联系后成功率，万分之几
    prior_without_bp number 规则给的不联系成功率
    with_bp number 学到的联系后成功率
    with_half_bp number 其 95% 区间的半宽
    without_bp number 学到的不联系成功率
    without_half_bp number 其 95% 区间的半宽
    lift_bp number 联系多带来的成功率，可为负
    used flag 例数是否够，夜间是否照此计价
    policy text 规则版本
"""))

PLANS = Table("answers", "plans", "snapshot", ("keeper_no", "place"), "今日名单：一行一位客户", _columns("""
    keeper_no text 管户人工号
    place number 名单里的次序，从 1 起
    customer key 客户的代理键
    day_on date 为哪一天排
    channel text 渠道
    task_group text 分组，见 kinds.Group
    value_fen money 这次联系的价值：各条理由之和
    price_fen money 这个名额的价格：再多一个同渠道名额值多少
    reasons text 带正负号的理由，JSON 列表，合计等于 value_fen
    beat text 它胜过了谁、还可以用哪种渠道，JSON
    policy text 规则版本
"""))

AHEAD = Table("answers", "ahead", "snapshot", ("keeper_no", "customer", "day_on"),
    "往后的安排：今天以后的每次联系；日子是今天的是候补，今天没有排上，空出名额或没打通时接着联系", _columns("""
    keeper_no text 管户人工号
    customer key 客户的代理键
    day_on date 哪一天
    channel text 渠道
    kinds text 为了什么，JSON 列表：信号或理由，见 kinds.SignalKind 与 kinds.Reason
    value_fen money 这次联系的价值：各条理由之和
    price_fen money 这个名额的价格
    agreed flag 是否与客户约好
    policy text 规则版本
"""))

PRICES = Table("answers", "prices", "snapshot", ("keeper_no", "channel", "day_on"),
    "名额的价格：每位管户人每天每个渠道", _columns("""
    keeper_no text 管户人工号
    channel text 渠道
    day_on date 哪一天
    price_fen money 再多一个名额值多少
    room number 有几个名额
    planned number 排了几个
"""))

QUOTAS = Table("answers", "quotas", "snapshot", ("keeper_no", "channel"), "今日工作量 52030", _columns("""
    keeper_no text 管户人工号
    channel text 渠道
    day_on date 为哪一天
    quota number 应做多少
    customers number 管户数
"""))

# fmt: on

TABLES: tuple[Table, ...] = (
    BRANCHES, STAFF, CUSTOMERS, ACCOUNTS, PRODUCTS, HOLDINGS, BALANCES, MOVES, CONSENTS, CONTACTS, COMPLAINTS,
    QUARANTINE,
    OWN_CONTACTS, OWN_CONSENTS, PROMISES, PAUSES, CONFIRMED, COVERS, INTRODUCTIONS, PREFERENCES,
    KEEPERS,     FILES,
    STATE, CUT_OFFS, STANDINGS, MONTH_ENDS, SIGNALS, TRIALS, RATES, OPPORTUNITIES, PLANS, AHEAD, PRICES, QUOTAS,
)  # fmt: skip
"""All of them, in the order in which a night fills them."""
