"""What keepers wrote down after a contact, in the short sentences people really type."""

from __future__ import annotations

from guanhu.demo.touch import BIRTHDAY, COMPLAINT, DUE, FESTIVAL, INFLOW, LINE, ROUTINE, SILENT
from guanhu.rules.kinds import Channel, Outcome

ELDER, FIRM, DEMOLITION = 100, 101, 102
"""The same reason in other people's lives: pensioners, companies, households of the demolition."""

_NO_ANSWER = (
    "未接。",
    "未接，下午再试。",
    "没人接，改发消息。",
    "响铃后转语音信箱。",
    "第二次未接，换上午打。",
    "关机。",
)
_DECLINED = (
    "说不需要，语气客气。",
    "说钱另有安排，别再打了。",
    "在忙，说以后再说。",
    "嫌利率低，已买别家的。",
    "说有事自己会来网点。",
)
_HUNG_UP = ("听到是银行就挂了。", "说了一句在开会，挂断。", "没等说完就挂了，过几天再联系。")
_ABUSED = ("说话难听，已致歉，近期不再打扰。",)
_BRIEF = ("在开车，说回头打来。", "正忙，约改天。", "信号不好，没说成。", "在外地，回来再联系。")

_TALK: dict[int, tuple[str, ...]] = {
    ROUTINE: (
        "问候近况，聊了孩子上学。",
        "提醒防诈骗，客户说收到过可疑短信。",
        "介绍自己是新的管户人，已加微信。",
        "说工作忙，晚上看手机银行。",
        "聊到想换个大点的房子，明年再看。",
        "说平时用手机银行，转账限额想调高，已告知办法。",
        "问提前还房贷划不划算，帮着算了一遍。",
        "生意一般，周转金多留活期。",
        "问理财能不能随时取，介绍了现金管理类的限额。",
        "客户提到妹妹在他行买了保险，想比一比。",
        "回访上月购买的产品，没有疑问。",
        "说柜面等得久，建议预约号，已登记意见。",
        "想给父母办存单，问要带什么证件。",
        "近期要出差，回来再细聊。",
    ),
    ELDER: (
        "问候身体，客户刚做完体检，都好。",
        "提醒防诈骗，老人说邻居差点被骗，一起讲了一遍。",
        "问了养老金到账时间，已说明。",
        "老人担心存款安全，解释了存款保险。",
        "刚退休，问钱放哪里稳当又能随时取。",
        "聊孙子上小学，说接送忙。",
        "身体不太好，近期不谈产品，只问候。",
        "手机银行字太小，约好到店教大字版。",
        "老伴住院，嘱咐急用钱可以打给我。",
        "说合唱团国庆有演出，请我们去看。",
        "介绍自己是新的管户人，老人记下了电话。",
        "问存单能不能写两个人的名字，已解释。",
    ),
    FIRM: (
        "拜访财务，聊回款周期，下月有一笔工程款。",
        "问代发工资批量文件格式，已发模板。",
        "公司要开分店，想了解经营贷。",
        "财务换人，重新建立联系。",
        "老板出差，与会计约下周对账。",
        "问承兑贴现价格，答应第二天回复。",
        "年检材料需要银行证明，已协助。",
        "近期货款压得多，活期留得少。",
    ),
    DEMOLITION: (
        "补偿款到账，核对是本人账户；一家人还没商量好，先放活期。",
        "旧渡里这户要留一部分买安置房，其余想存稳的。",
        "补偿款到了就有人上门推销，提醒防骗，约子女一起来。",
        "老人怕钱被骗，讲了只在网点办、不告诉任何人卡上的数字。",
        "安置房明年交房，想一年期以内，随时能用一点。",
    ),
    DUE: (
        "{product} {wan} 万快到期，客户说到时来网点办。",
        "提醒 {wan} 万到期，倾向续存，想看两年期。",
        "{product}到期，客户比较了别家利率，还没定。",
        "{wan} 万到期要用一部分装修，剩下续存。",
        "{wan} 万到期，孩子买房可能用，下周再确认。",
        "说明到期不办会按活期计息，客户约了时间。",
        "{product}到期，想分成两笔，一半短一半长。",
        "客户问 {wan} 万能不能随时取一点，讲了通知存款。",
    ),
    COMPLAINT: (
        "就投诉当面致歉，约定三天内答复。",
        "已说明处理进度，客户情绪缓和。",
        "核实经过，责任在我行，已赔礼。",
        "回访投诉办理，客户表示认可。",
    ),
    INFLOW: (
        "核对大额转入是本人操作；卖房款，暂放活期。",
        "转入资金已核实安全，打算三个月内买房。",
        "货款回笼，月底还要付出去一半。",
        "问了资金用途，愿意听短期产品。",
        "年终奖到账，想留一部分活期，其余稳妥存。",
    ),
    LINE: (
        "说明再有几万就到贵宾线，客户说他行有一笔下月到期。",
        "邀请到店体验贵宾服务，答应来看看。",
        "客户在意机场权益，愿意转一部分过来。",
        "说别处的钱动不了，以后再说。",
    ),
    SILENT: (
        "好久没来往，客户说工资改到别家了。",
        "卡找不到了，教了补办。",
        "搬家后离得远，平时用别家。",
        "客户说没人联系过，今天才知道有客户经理。",
        "账户还留着，年底会用。",
    ),
    BIRTHDAY: (
        "生日问候，客户很高兴。",
        "打电话祝生日，聊到孙子满月。",
    ),
    FESTIVAL: ("节日问候。",),
}
_MEETING = ("到店面谈。", "贵宾室面谈。", "上门拜访。", "在社区活动遇到。")
_BOOKED = ("约好{weekday}到店。", "约{weekday}上午面谈。", "下周见面细说，已记日程。")
_CLOSED = ("当天已办妥。", "已来网点办理。", "手机银行操作，协助完成。")
_MESSAGE: dict[int, tuple[str, ...]] = {
    ROUTINE: (
        "防诈骗提醒。",
        "发送服务介绍。",
        "发送本周金融资讯。",
        "发送网点营业时间调整通知。",
    ),
    DUE: (
        "到期提醒：{product} {wan} 万。",
        "短信提醒 {wan} 万即将到期。",
    ),
    COMPLAINT: ("已发致歉短信，告知受理编号。",),
    INFLOW: ("大额变动安全提醒。",),
    LINE: (
        "贵宾权益介绍。",
        "邀请参加沙龙。",
    ),
    SILENT: ("久未联系，发送问候与网点电话。",),
    BIRTHDAY: (
        "生日祝福。",
        "生日祝福，客户回复谢谢。",
    ),
    FESTIVAL: (
        "{festival}祝福。",
        "{festival}问候，已回复。",
    ),
}
_AS_SENT = {ELDER: ROUTINE, FIRM: ROUTINE, DEMOLITION: INFLOW}
_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五")


def _one(texts: tuple[str, ...], luck: int) -> str:
    return texts[luck % len(texts)]


def note(*, reason: int, channel: Channel, outcome: Outcome, talked: bool, luck: int, product: str = "定期",
         wan: str = "", festival: str = "节日") -> str:  # fmt: skip
    """The note of one contact; ``luck`` is any whole number and chooses the words."""
    facts = {"product": product, "wan": wan, "festival": festival, "weekday": _one(_WEEKDAYS, luck // 7)}
    if channel is Channel.MESSAGE:
        return _one(_MESSAGE[_AS_SENT.get(reason, reason)], luck).format(**facts)
    short = {
        Outcome.NO_ANSWER: _NO_ANSWER, Outcome.DECLINED: _DECLINED, Outcome.HUNG_UP: _HUNG_UP, Outcome.ABUSED: _ABUSED,
    }.get(outcome)  # fmt: skip
    if short:
        return _one(short, luck)
    if not talked:
        return _one(_BRIEF, luck)
    text = _one(_TALK[reason], luck)
    if channel is Channel.MEETING:
        text = _one(_MEETING, luck // 3) + text
    if outcome is Outcome.BOOKED:
        text += _one(_BOOKED, luck // 5)
    if outcome is Outcome.CLOSED:
        text += _one(_CLOSED, luck // 5)
    return text.format(**facts)
