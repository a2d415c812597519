"""The named customers of 沈知微's list: what they own and what happened to them, told day by day."""

from __future__ import annotations

from dataclasses import dataclass, field

from guanhu.rules.kinds import Channel, Outcome, Stage


@dataclass(frozen=True)
class Lot:
    """One holding: product, amount in 万, first and last day, and a rate where it differs from the shelf's."""

    product: str
    wan: float
    start: str
    due: str = ""
    rate_bp: int = 0


@dataclass(frozen=True)
class Event:
    """One thing that happened: money in or out (万, bank by number), a purchase, a complaint or a contact."""

    day: str
    what: str
    wan: float = 0
    bank: int = 0
    text: str = ""
    channel: Channel = Channel.CALL
    outcome: Outcome = Outcome.REACHED
    seconds: int = 0
    at: str = "10:00"
    until: str = ""


@dataclass(frozen=True)
class Persona:
    """One named customer."""

    name: str
    female: bool
    birth: str
    occupation: str
    community: int
    stage: Stage
    risk: int
    income: int
    """Yuan a month."""
    current_wan: float
    lots: tuple[Lot, ...] = ()
    events: tuple[Event, ...] = ()
    lunar: bool = False
    marketing: bool = True
    opened: str = "2016-03-11"
    quiet: bool = False
    tags: tuple[str, ...] = field(default=())


def _call(day: str, at: str, seconds: int, text: str, outcome: Outcome = Outcome.REACHED) -> Event:
    return Event(day, "contact", text=text, at=at, seconds=seconds, outcome=outcome)


def _meet(day: str, at: str, text: str, outcome: Outcome = Outcome.REACHED) -> Event:
    return Event(day, "contact", text=text, at=at, seconds=1800, outcome=outcome, channel=Channel.MEETING)


def _note(day: str, at: str, text: str) -> Event:
    return Event(day, "contact", text=text, at=at, outcome=Outcome.SENT, channel=Channel.MESSAGE)


ZHAO = Persona(
    "赵桂芳", True, "1963-10-17", "退休教师", 6, Stage.RELIED_ON, 2, 7800, 7.8,
    lots=(
        Lot("D036", 50, "2023-12-01", "2026-12-01", 260), Lot("L060", 60, "2023-05-16", "2028-05-16", 275),
        Lot("I060", 20, "2026-09-30", "2031-09-30"), Lot("G060", 10, "2023-07-10", "2028-07-10"),
        Lot("D012", 20, "2024-07-08", "2025-07-08", 165), Lot("W180", 40, "2025-08-14", "2026-02-10"),
        Lot("W180", 40, "2026-02-11", "2026-08-10"), Lot("W180", 40, "2026-08-12", "2027-02-08"),
        Lot("D003", 20, "2025-07-08", "2025-10-08"), Lot("D006", 20, "2025-10-09", "2026-04-09"),
    ),
    events=(
        _call("2025-07-03", "09:50", 410, "提醒 20 万一年期 7 月 8 日到期。赵老师说照旧存短一点，外孙女可能用钱。"),
        _meet("2025-07-08", "10:05", "到期续存三个月定期 20 万。聊起师苑合唱团的演出。", Outcome.CLOSED),
        Event("2025-08-12", "in", 38, 2, "年金满期转回"),
        _call("2025-08-13", "10:20", 365, "核对 38 万是本人转入，想放半年；讲了两种 R2 产品的不足。", Outcome.BOOKED),
        _meet("2025-10-09", "09:40", "20 万到期，续六个月。", Outcome.CLOSED),
        _call("2026-02-10", "10:10", 288, "稳享 40 万到账，节前问候；第二天来续。", Outcome.CLOSED),
        _note("2026-02-13", "09:05", "春节祝福，已回复“谢谢小沈，全家平安”。"),
        _call("2026-04-09", "09:55", 240, "20 万到期转活期备用，外孙女六月要交学费。"),
        _meet("2026-08-12", "09:50", "稳享 180 天续做 40 万，同时说好 12 月那笔 50 万到时再看。", Outcome.CLOSED),
        _note("2026-09-24", "16:12", "中秋祝福，两分钟后回复“谢谢小沈”。"),
        _meet("2026-09-30", "10:15", "趸交年金 20 万，已当面讲清前五年退保有损失。", Outcome.CLOSED),
        _meet("2026-10-28", "09:50", "贵宾室。聊外孙女留学，答应帮问换汇流程，10-29 已回复办好。"),
        _call("2026-11-10", "16:40", 0, "未接。下午常去合唱团，以后改上午打。", Outcome.NO_ANSWER),
        _call("2026-11-12", "10:05", 500, "接通。50 万 12 月 1 日到期，说“随时能取一点就放心”，问两年期利率。"),
    ),
    lunar=True, opened="2009-04-21",
)  # fmt: skip

PERSONAS: tuple[Persona, ...] = (
    ZHAO,
    Persona("李淑华", True, "1974-05-06", "会计", 1, Stage.HABIT, 2, 8600, 3.1, (
        Lot("D036", 30, "2023-11-25", "2026-11-25", 260),), (
        _call("2026-03-19", "15:20", 45, "说不要再打电话推产品，已登记拒收营销；到期提醒可以发。", Outcome.DECLINED),
    ), marketing=False),
    Persona("孙慧敏", True, "1985-08-30", "店长", 4, Stage.ACCEPTED, 3, 12000, 8.6, (
        Lot("W090", 15, "2026-08-21", "2026-11-19"),), (
        Event("2026-11-20", "complaint", text="理财到期资金到账慢，柜面说法前后不一，要求书面答复"),
    )),
    Persona("钱振国", False, "1968-02-19", "企业主", 5, Stage.HABIT, 3, 26000, 9.8, (
        Lot("W365", 120, "2025-11-25", "2026-11-25"),), (
        _call("2026-11-18", "10:32", 316, "理财 120 万 25 日到期，在等建材款，约 24 日 10:30 回电。", Outcome.BOOKED),
        _call("2026-10-26", "10:30", 205, "提前一个月告知到期，愿意看看一年期。"),
    )),
    Persona("周治平", False, "1960-09-02", "退休干部", 3, Stage.FRIEND, 2, 9200, 6.5, (
        Lot("D036", 80, "2023-11-24", "2026-11-24", 260),), (
        _meet("2026-11-06", "14:10", "来网点取药顺路坐坐，80 万到期想留 20 万给儿子装修。"),
        _call("2026-11-17", "09:40", 260, "再次确认 24 日到期，上午过来办。", Outcome.BOOKED),
    )),
    Persona("吴秀莲", True, "1971-03-28", "个体工商户", 4, Stage.RELIED_ON, 3, 15000, 44.0, (
        Lot("D012", 38, "2026-03-02", "2027-03-02"),), (
        Event("2026-11-04", "out", 12, 1), Event("2026-11-11", "out", 11, 1), Event("2026-11-18", "out", 9, 1),
        _call("2026-09-15", "09:30", 190, "摊位续租，近期进货多。"),
    )),
    Persona("郑晓东", False, "1988-06-14", "工程师", 9, Stage.HABIT, 4, 21000, 12.9, (
        Lot("W365", 20, "2026-05-20", "2027-05-20"), Lot("F002", 14, "2025-06-03")), (
        _call("2026-10-20", "18:20", 150, "知道差几万就够贵宾线，年底奖金发了再说。"),
    )),
    Persona("冯若兰", True, "1979-12-05", "医生", 8, Stage.KNOWN, 2, 16000, 5.0, (
        Lot("D012", 20, "2026-06-08", "2027-06-08"),), (
        _note("2026-11-12", "09:10", "认领短信：介绍自己和工号。"),
        _call("2026-11-16", "12:10", 80, "第一次通电话，值班忙，约了有空来领答谢礼。"),
    )),
    Persona("褚玉琴", True, "1969-04-11", "务农", 0, Stage.ACCEPTED, 2, 4200, 2.3, (), (
        Event("2026-11-23", "in", 160, 4, "旧渡里征收补偿款"),
        _call("2026-11-13", "10:15", 220, "旧渡里签了协议，补偿款月底前到账，担心被骗，讲了防诈要点。"),
    )),
    Persona("陈海涛", False, "1981-01-23", "个体工商户", 2, Stage.HABIT, 3, 18000, 31.0, (
        Lot("W180", 24, "2026-09-01", "2027-02-28"),), (
        Event("2026-11-03", "out", 9, 2), Event("2026-11-10", "out", 8, 2), Event("2026-11-17", "out", 7, 2),
        Event("2026-06-12", "complaint", text="手机银行限额调整未通知，货款迟付", until="2026-06-30"),
    )),
    Persona("王春芬", True, "1966-07-19", "退休职工", 5, Stage.KNOWN, 1, 4600, 4.2, (
        Lot("D012", 22, "2026-01-12", "2027-01-12"),), (
        _note("2026-11-20", "09:12", "认领短信已送达。"),
    )),
    Persona("卫志军", False, "1992-10-08", "工程师", 7, Stage.ACCEPTED, 3, 14000, 6.8, (), (
        Event("2026-11-14", "in", 20, 3, "卖车款"),
    )),
    Persona("许国良", False, "1990-02-27", "销售", 6, Stage.KNOWN, 3, 0, 7.4, (), (
        _call("2026-08-17", "11:05", 0, "三次未接，改发消息。", Outcome.NO_ANSWER),
    ), quiet=True),
    Persona("韩博文", False, "1995-11-25", "设计师", 9, Stage.ACCEPTED, 3, 11000, 3.6, (), ()),
    Persona("何福生", False, "1965-05-30", "退休职工", 3, Stage.FRIEND, 2, 6100, 7.7, (
        Lot("I060", 30, "2021-12-06", "2026-12-06"), Lot("D024", 40, "2025-02-18", "2027-02-18")), (
        _meet("2026-11-19", "15:00", "保险 30 万 12 月满期，问能不能换成两年定期。"),
    )),
    Persona("沈雪梅", True, "1977-09-09", "教师", 6, Stage.RELIED_ON, 3, 13500, 9.4, (
        Lot("D036", 35, "2024-05-20", "2027-05-20"), Lot("F001", 12, "2025-03-04")), (
        _call("2026-11-05", "16:20", 340, "说两位同事想问大额存单，愿意引荐。"),
    )),
    Persona("孔文英", True, "1958-01-02", "退休医生", 6, Stage.HABIT, 2, 8800, 6.0, (
        Lot("D024", 45, "2024-11-23", "2026-11-23", 205), Lot("D060", 30, "2022-08-15", "2027-08-15")), (
        _call("2026-10-23", "10:00", 180, "11 月 23 日到期，说到时看利率。"),
    ), lunar=True),
    Persona("尤宝珍", True, "1982-10-16", "护士", 1, Stage.KNOWN, 2, 9800, 6.1, (), (), lunar=True),
)  # fmt: skip
"""In this order they are the first customers of the bank; all are kept by 沈知微."""
