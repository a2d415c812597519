"""Two thousand notes as a branch writes them, each with what is in it: made of sentences, apart from the detector.

Nothing here is read by the product and nothing of ``guanhu.rules.notes`` is read here: what a keeper might write was
thought out by itself, illnesses, temples and schools by their own names. Whoever mends the detector leaves this alone.
Everybody in it is invented; numbers are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Dice = random.Random
Made = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Note:
    """What was written, and which kinds of thing are in it that may not simply be kept."""

    text: str
    holds: frozenset[str]


def _all(text: str) -> tuple[str, ...]:
    """What stands in a text between bars and ends of lines."""
    return tuple(part.strip() for line in text.strip().splitlines() for part in line.split("|"))


WHO = _all("""
    客户 | 她 | 他 | 老伴 | 她爱人 | 先生 | 母亲 | 父亲 | 岳母 | 公公 | 妹妹 | 赵阿姨 | 李叔 | 本人 | 婆婆
    哥哥
""")
ILL = _all("""
    糖尿病 | 高血压 | 冠心病 | 乳腺癌 | 胃溃疡 | 肺炎 | 腰椎间盘突出 | 骨质疏松 | 膝关节炎 | 白内障 | 脑梗
    房颤 | 甲状腺结节 | 肾结石 | 帕金森 | 阿尔茨海默症 | 类风湿 | 胆囊息肉 | 荨麻疹 | 抑郁症 | 带状疱疹
    静脉曲张 | 湿疹 | 过敏性鼻炎 | 心律不齐 | 贫血 | 前列腺增生 | 耳鸣 | 美尼尔综合征 | 肝硬化 | 尿毒症
    哮喘 | 痛风 | 胃下垂 | 颈椎病 | 心肌缺血 | 肠息肉 | 青光眼 | 乙肝 | 肺结节
""")
ILLNESS = _all("""
    {who}查出{ill}，正在治 | {who}有{ill}，每天吃药 | {who}得了{ill}，最近心情不好 | {who}说{ill}又犯了
    {who}{ill}好多年了 | {who}刚做完{ill}的手术 | {who}因为{ill}住院，先不约见 | {who}的{ill}在省医院复查
    {who}患{ill}，走不了远路 | 去年确诊{ill}，{who}把存单都提前取了 | {who}一直吃{ill}的药，花销大
""")
FRAIL = _all("""
    {who}上个月摔断了腿，下不了床 | {who}刚出院，在家休养 | {who}做了心脏搭桥 | {who}怀孕五个月，下半年生
    {who}血压一直偏高 | {who}膝盖疼，不爱走楼梯 | {who}在做化疗，费用每月两万 | {who}每周透析三次
    {who}听力不好，打电话要大声 | {who}眼睛看不清，字要放大 | {who}身体不好，少打扰
    {who}记性越来越差，医生说是早期痴呆 | {who}坐轮椅来的，走无障碍通道 | {who}失眠好几年，靠药睡觉
    {who}刚流产，情绪低 | {who}中风后右手不便，签字慢 | {who}体检有两项指标不正常 | {who}要去北京开刀
""")
BELIEF = _all("""
    {who}信佛多年 | {who}是基督徒，周日不接电话 | {who}每周日去教堂做礼拜 | {who}初一十五都去庙里烧香
    {who}全家信天主教 | {who}是虔诚的佛教徒，家里设了佛堂 | {who}是穆斯林，送礼别送猪肉制品
    {who}吃斋念佛，别约饭 | 斋月期间{who}白天不吃东西 | {who}皈依了，法号不便写 | {who}是教会的义工，常去查经
    {who}每天诵经两小时，上午别打 | {who}受洗以后每周参加团契 | {who}常去寺里做法会
    {who}信主，反感烧香的话题 | {who}跟教友一起来办的卡 | {who}正月要去普陀山朝圣还愿
    {who}信奉道教，看黄历办事 | {who}家里供着菩萨，天天上香 | {who}做弥撒的时间固定在周六晚
""")
CHILDREN = _all("""
    孙子 | 孙女 | 外孙 | 外孙女 | 小儿子 | 小女儿 | 儿子 | 女儿 | 孩子 | 侄女 | 双胞胎
""")
SCHOOLS = _all("""
    育才小学 | 红谷滩实验小学 | 阳光幼儿园 | 金色摇篮幼儿园 | 师大附小 | 百花洲小学 | 松柏小学
    市直机关幼儿园
""")
NAMES = _all("""
    乐乐 | 小宇 | 晨晨 | 林子轩 | 周雨桐 | 豆豆 | 朵朵 | 王梓涵 | 安安 | 陈一诺
""")
CHILD = _all("""
    {child}今年{age}岁，很黏她 | {child}在{school}读书 | {child}上{school}，四点半要去接
    {child}读小学{grade}年级，想存教育金 | {child}叫{name}，{age}岁 | {child}{age}岁了，下月过生日
    {child}刚上幼儿园{klass} | {child}才{months}个月大，夜里闹 | {child}马上小升初，{age}岁
    给{age}岁的{child}开了卡 | {child}在{school}{grade}年级{room}班
""")
SMALL = _all("""
    孙子 | 外孙女 | 宝宝 | 小孙女 | 二宝 | 外孙
""")
CHILD_BY_NAME = _all("""
    {small}小名{name}，是她的心头肉 | {small}叫{name}，见面可以聊 | {small}的生日是{month}月{day}号，记得祝福
    {small}{month}月出生，属龙
""")
SECRETS = _all("""
    取款密码是{pin}，怕忘让我记着 | 密码{pin} | 手机银行登录密码 {word}{pin} | 验证码是{code}，已替她输入
    她把密码设成了{pin} | 卡密码就是她生日 | 密码：{pin}，别外传 | 网银口令{word}{pin} | 短信验证码 {code}
    密码用的老伴手机号后六位 | {pin}是取款密码 | 动态码报给我了：{code} | 支付密码改成{pin}了
    密码写在纸上：{pin} | 她说密码还是{pin} | 存折密码跟身份证后六位一样，密码是身份证后六位
""")
NUMBERS = _all("""
    新手机{phone} | 身份证{idno} | 卡号{card} | 回拨{spaced} | 工资卡 {cards}
    儿媳电话{phone}，找不到人就打她 | 身份证号：{idno}，已核 | 她微信就是手机号{phone} | 转到{card}这张卡
    备用号 {dashed} | 证件{idno}明年到期 | 他行账号{card}，要转过去
""")
CLEAN = _all("""
    下周三上午十点来网点续定期 | 每周二四去合唱团，下午方便 | 喜欢喝绿茶，不爱喝咖啡
    定期50万12月1日到期，倾向续两年 | 说话爽快，不喜欢绕弯子 | 儿子在深圳上班，一年回来两次
    女儿大学毕业，准备考公务员 | 想换辆车，预算20万 | 在青山湖边开了家面馆，生意不错 | 老家在九江，爱吃辣
    退休教师，有两套房 | 对手续费敏感，先讲清楚 | 周末爱钓鱼，聊鱼竿能聊半天 | 嫌手机银行字小，教了放大
    他行有30万理财春节后到期 | 工资5号到账，6号还房贷 | 跟同事一起来的，介绍了两位 | 不接陌生号码，先发消息
    要准备外孙女的教育金，问了年金 | 家里有小孩，四点以后忙 | 女儿结婚用钱，取走15万 | 想给孩子存一笔钱
    问大额存单利率，答了1.9% | 12月出国旅游，需要换汇 | 上次等了四十分钟，有意见 | 公司做建材，年底回款
    股票亏了一些，不想再碰基金 | 老客户，1998年就在我们这开户 | 下午三点后打，别在午休
    对接单位财务，代发32人 | 看重安全，收益少一点没关系 | 已讲清提前支取按活期计息 | 会用微信，常看朋友圈
    送过日历，很高兴 | 想要一个保管箱 | 换了新地址，已请她带证件来更新 | 约好25号下午两点在贵宾室
    爱看书，正在读红楼梦 | 准备把活期转一部分做通知存款 | 喜欢打太极，早上六点就起 | 家人的事不愿多说
""")
NEAR = _all("""
    下礼拜三再来签字 | 礼拜天不上班，周一回电 | 想了解重疾险和百万医疗险 | 在市医院药剂科上班
    女婿是心内科医生 | 开药店的，流水大 | 做药材生意，旺季要周转 | 忘了密码，来柜面重置
    密码输错三次锁了卡，已解 | 来改密码，排队久 | 教她不要把密码告诉别人 | 去佛山看女儿，下月回
    家住教堂旁边的小区 | 在清真寺附近开超市 | 女儿念经济学，明年留学 | 儿子教会了她视频通话
    天气太炎热，改天再来 | 说我们的毛病是排队慢 | 资金周转有点紧，不是大问题 | 信不过短信，要当面说
    信用卡额度要提 | 合同写得清楚，很满意 | 尾号0428的存单到期 | 金额1,280,000.00元，两年期
    2026-11-24至2026-12-01出差 | 电话打了8分20秒 | 儿子今年36岁，做工程 | 外孙女在墨尔本读大学
    孙子上大学了，要汇生活费 | 女儿是小学老师 | 媳妇在幼儿园当老师 | 在小学门口开文具店
    问了住院津贴险，嫌贵 | 想给老伴加一份住院医疗 | 保安说系统病毒影响了叫号机 | 得了积分换的油
    查出账上少了三块利息，已说明 | 嫌药费贵的亲戚来借钱，她没借 | 开了一家健身房 | 想做手术刀片的外贸生意
    讲诚信，说主要看人 | 有座寺院路的门面出租 | 1998年开户，2026年满28年 | 订单编号尾数0091
    说话有礼貌，不烧钱 | 感冒药厂的采购，月月代发 | 银行卡换芯片，老卡剪角 | 验证码收不到，换了手机卡后好了
""")
TAILS = (
    "",
    "",
    "",
    *_all("，下周再联系 | ，已记下 | ，语气平和 | ，别在上午打 | ，当面说的 | 。想续存 | ，约了周五 | ，让我别多问"),
)
HEADS = ("", "", "", *_all("电话里说， | 今天来网点， | 聊到家里， | 上次说过， | 微信说，"))
AGES = (*map(str, range(2, 13)), "三", "六", "十一")


def _fill(dice: Dice, template: str) -> str:
    """A sentence with everything in it drawn."""
    digits: Callable[[int], str] = lambda n: "".join(dice.choices("0123456789", k=n))  # noqa: E731
    phone = dice.choice(("138", "139", "186", "157")) + digits(8)
    idno = "36010219" + str(dice.randint(40, 99)) + f"{dice.randint(1, 12):02}{dice.randint(1, 28):02}" + digits(3)
    card = "62" + digits(dice.choice((14, 17)))
    told = {
        "who": dice.choice(WHO), "ill": dice.choice(ILL), "child": dice.choice(CHILDREN),
        "small": dice.choice(SMALL),
        "school": dice.choice(SCHOOLS), "name": dice.choice(NAMES), "age": dice.choice(AGES),
        "grade": dice.choice("一二三四五六"), "klass": dice.choice(("小班", "中班", "大班")),
        "room": dice.choice("1234"),
        "months": str(dice.randint(2, 18)), "month": str(dice.randint(1, 12)), "day": str(dice.randint(1, 28)),
        "pin": digits(6), "code": digits(dice.choice((4, 6))),
        "word": dice.choice(("zhao", "Abc", "xx")),
        "phone": phone, "spaced": " ".join((phone[:3], phone[3:7], phone[7:])),
        "dashed": "-".join((phone[:3], phone[3:7], phone[7:])),
        "idno": idno + dice.choice("0123456789X"), "card": card,
        "cards": " ".join(card[n : n + 4] for n in range(0, len(card), 4)),
    }  # fmt: skip
    return template.format(**told)


def _made(dice: Dice, kind: str) -> Made:
    """One sentence of a kind, with what is in it."""
    templates = {
        "health": (*ILLNESS, *FRAIL), "belief": BELIEF, "child": (*CHILD, *CHILD_BY_NAME), "secret": SECRETS,
        "number": NUMBERS, "clean": CLEAN, "near": NEAR,
    }[kind]  # fmt: skip
    return _fill(dice, dice.choice(templates)), frozenset() if kind in ("clean", "near") else frozenset({kind})


def notes(count: int = 2_000, seed: int = 20261124) -> Iterator[Note]:
    """So many notes: half hold something, a tenth of those two things; the rest are ordinary or only look like it."""
    dice = random.Random(seed)
    for _ in range(count):
        kind = dice.choices(
            ("health", "belief", "child", "secret", "number", "clean", "near"), (14, 9, 11, 8, 8, 30, 20)
        )[0]
        text, holds = _made(dice, kind)
        if dice.random() < 0.3:
            more, further = _made(dice, dice.choice(("clean", "near", "health", "number")) if holds else "clean")
            text, holds = f"{text}。{more}", holds | further
        yield Note(f"{dice.choice(HEADS)}{text}{dice.choice(TAILS)}", holds)


HARD: dict[str, tuple[str, ...]] = {
    "health": _all("""
    阿姨说胃切了三分之二，吃不了硬的 | 老李脑子里长了东西，下周动手术 | 她爱人走路要拄拐了
    最近瘦得厉害，刚从肿瘤医院回来，在等报告 | 预产期在三月，四月以后再约 | 她妈瘫在床上五年了
    说心脏放了两个支架 | 花粉过敏，别送花 | 降压药不离身 | 下个礼拜做完手术再说
"""),
    "": _all("""
    大夫不让她激动 | 医院职工，代发在我行 | 卖医疗器械的，账期长 | 信得过我们支行 | 清明去扫墓，不在本地
    主任信任她，让她管账 | 儿子三十岁，还没对象 | 外孙女博士毕业 | 女儿十五岁，学画画
    家里孩子还小，晚上不方便 | 有个孙辈，逢年过节来 | 存单号尾数 2716 | 共计 12,345,678.90 元
    密码记得住，不用写 | 密码八位数，太复杂 | 口令卡丢了，要补 | 她让我帮忙记密码，我没记
    说验证码 5 分钟有效 | 肝火旺，说话冲 | 心病是儿子的婚事 | 治家严，孩子都怕她 | 生意有了起色，像大病初愈
    她说我们排队久是老毛病 | 股市症状明显，先观望 | 糖吃多了怕胖，不送糖 | 对海鲜忌口
"""),
    "belief": _all("""
    信教，周日上午不要打 | 家里摆了佛龛 | 每年去五台山住半个月寺院修行 | 做礼拜不接电话
"""),
    "child": _all("""
    两个娃，一个七岁一个四岁 | 孙子上二年级了，功课紧 | 孩子刚满月 | 孙女六岁半，学钢琴
    小孙子喊豆豆，七月生的
"""),
    "number": _all("""
    一三八一二三四二七一六是她新号 | 138.1234.2716
"""),
    "secret": _all("""
    她的卡密：881204 | pin 8812 | 网银密码Zhao1963!
"""),
}
"""Written by hand: what is easily missed, and what only looks like it. Empty: nothing is in it."""

INDIRECT: dict[str, tuple[str, ...]] = {
    "health": _all("""
    舅舅肝上长了个东西要切 | 她上午去做核磁，下午才有空 | 腿脚不利索，上门服务 | 正在保胎，躺着不能动
    妹夫车祸后截肢 | 她胆固醇高，不吃油腻 | 去年得过带状疱疹，疼得睡不着 | 听不见，靠助听器
    老父亲痴呆，走丢过 | 医生说是良性的，不用切 | 每天打胰岛素 | 心脏装了起搏器 | 她有哮喘，受不了烟味
    甲状腺切除了一半 | 二胎刚怀上，不能劳累 | 眼底出血，字看不清 | 最近老是头晕，血糖忽高忽低
    刚从重症室转到普通病房 | 他得的是尿道结石，打了碎石 | 她在吃激素，脸都肿了
    大嫂精神不太正常，签字要监护人 | 做试管三次都没成 | 骨头里打了钢板 | 肠胃不好，吃不得凉
    常年卧病，没法来网点 | 左耳基本听不到 | 老人家吞咽困难，插着管 | 心律失常，装了起搏器
    白血病，孩子捐的骨髓 | 她月子里落下的腰疼 | 最近住在康复医院 | 视网膜脱落刚手术
"""),
    "belief": _all("""
    她每周五去清真寺聚礼 | 家里早晚一炷香供观音 | 全家受洗成了基督徒 | 在道观里住过三年 | 逢斋日不吃荤
    戴着十字架，周日要去聚会 | 每年去灵隐寺还愿 | 信藏传佛教，要去转山 | 她是教会唱诗班的
    念经的时候手机静音 | 逢初一必去上头香 | 她是佛门居士，少谈钱 | 常听牧师讲道 | 每天五次朝麦加方向祷告
    一家人过圣诞是因为信主 | 在少林寺皈依过 | 不吃荤，拜的是观音 | 请过道士来家里做法
    手上一直戴着念珠，念阿弥陀佛 | 教堂唱诗，周日不约
"""),
    "child": _all("""
    大孙子八岁，小的五岁 | 外孙女在实验幼儿园大班 | 儿子刚上一年级 | 二宝十个月大 | 女儿九岁，弹钢琴考级
    给孙女童童开户，今年读三年级 | 孩子在红旗小学 | 龙凤胎刚满周岁 | 小外甥今年十岁 | 闺女读五年级，成绩好
    给六岁的孙女办压岁钱账户 | 孙子在启明星幼儿园上中班 | 儿子上初一，住校 | 小女儿叫果果，刚换牙
    孩子生下来才四十天 | 两个孙子，一个三年级一个学前班
"""),
    "secret": _all("""
    取款的密码，她说是 880012 | 手机银行的密码是她生日 | 短信码 339021 报给我了 | U盾密码写在背面 123123
    密码就是门牌号 | 她的取款密码 556677，怕忘 | 我帮她记着：密码 0102 | 登录密码Aa112233
    网银密码还是女儿生日 | 验证码她念给我听 4478
"""),
    "number": _all("""
    联系她女儿 15970001234 | 证 360103197205061234 | 卡 6217 0022 3344 5566 778 | 一八六七零零一一二二三
    老公手机186-0011-2233 | 弟弟号码13755558888 | 身份证 36010219880101123X 复印了
    存折号 621700112233445566 | 她单位座机 0791-86661234 转 801 | １５９７００００００１
"""),
    "": _all("""
    药房老板，流水稳定 | 血压计是我们送的礼品 | 女儿在妇幼医院做护士 | 心里踏实，钱放我们这 | 想买防癌险
    她说存定期最安心 | 小学同学聚会上认识的 | 幼儿园园长，代发工资 | 礼拜五不方便 | 寺前街的门面
    高二的孩子，准备出国 | 儿子29岁结婚 | 密码器没电了要换 | 合同号尾号 8812 | 大夫出身，讲话直接
    病房护工介绍来的 | 股票跌得她头疼 | 热心肠，爱帮人 | 信息费能不能免 | 她拜托我盯着利率 | 药品批发公司财务
    护士长介绍的客户 | 医生建议她买国债？不，是理财师建议 | 想给儿子买医疗险 | 礼拜四来过
    跟着旅行团去了峨眉山 | 儿媳在三小当老师 | 博士毕业的女儿 | 密码键盘坏了 | 验证码一直不来 | 卡面尾号 5566
    账户余额 12345678.90 元 | 为人厚道，信得过 | 她说收益低得让人心疼 | 排队排得腰都直不起来 | 这笔钱救急用
    老板脾气大，容易上火 | 学校食堂的承包人 | 教会员工用系统 | 生意不景气，元气大伤
"""),
}
"""What is said in a roundabout way; before the detector had read it, it found two thirds of it (decision 0033)."""
