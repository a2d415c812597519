"""随手记: what may not stand, or only by her own consent, in what a colleague writes about a person. C12; PIPL 28–31.

Numbers and what opens accounts have places of their own or none; of a child under fourteen only an age band is kept;
health and belief only with a purpose and the customer's separate consent. Words are looked for by their make and their
neighbours more than by lists: 肺炎 and 炎热, 礼拜堂 and 下礼拜 are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guanhu.rules.kinds import Kind


class NoteFault(Kind):
    """随手记里的毛病: what was found in free text that has its own place, or none."""

    SECRET = "secret", "密码或验证码", "A password or a code"
    NUMBER = "number", "证件、卡号或电话", "An identity, card or phone number"
    CHILD = "child", "不满十四岁孩子的姓名、学校、生日或年龄", "A child's name, school, birthday or age"
    HEALTH = "health", "健康状况", "Health"
    BELIEF = "belief", "宗教信仰", "Belief"


BY_CONSENT = (NoteFault.HEALTH, NoteFault.BELIEF)
"""May be kept for a purpose the customer agreed to; all others may not."""
LONGEST_FIGURE = 10
"""Digits in a row that may be a sum or a date; longer runs are somebody's number."""
_CHINESE_DIGIT = "〇零一二三四五六七八九幺两"
_RUN = re.compile(rf"\d(?:[ \-.·]?\d){{{LONGEST_FIGURE},}}[xX]?|[{_CHINESE_DIGIT}]{{{LONGEST_FIGURE + 1},}}")
_MONEY = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d{2}(?=元)")
_KEYWORD = r"(?:密码|口令|验证码|校验码|动态码|短信码|交易码|卡密|password|passcode|pin码?)"
_SECRET = re.compile(
    rf"{_KEYWORD}(?:(?!尾号|存|转|金额|期|号|排|等|办|额)[^\d。；a-z]){{0,10}}"
    r"(?:[a-z]*\d[a-z\d@#!]{2,11}(?![\d年月日号次天万元.\-/])|[a-z]{3,}\d+)"
    rf"|{_KEYWORD}(?:就|还|都|一直|统一|全)?(?:是|用|为|设成|设的是|设为|等于)(?:的)?"
    r"(?:[她他老儿女孩孙].{0,4})?(?:生日|手机|电话|身份证|证件|门牌|车牌|结婚|名字|六个|后六位|尾号)"
    rf"|(?:\d{{4,8}})(?:是|就是|为|做)?(?:[她他]的?|取款|登录|银行卡|手机银行|卡的?)*{_KEYWORD}",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^。；;！!？?\n]+")

# ---------------------------------------------------------------- health

_ILLNESS = re.compile(
    r"(?<![毛弊语通])病(?=[了重倒危情历愈故])|(?<![毛弊语通看])(?:[^\s，。、；的了吗过得在有无没是就要怕防种]{1,5})"
    r"(?:癌|瘤|肿瘤|结节|综合征|综合症|硬化|梗死|梗塞|血栓|骨折|衰竭|溃疡|脱垂|突出|偏瘫|瘫痪|增生|出血|结石|息肉|下垂|缺血|贫血|曲张|疏松|不齐|耳鸣|疱疹|[荨湿皮红]疹|麻疹|风湿|"
    r"(?<!热)(?<!发)炎(?![热夏黄帝凉])|(?<!热)(?<!急)症(?![结状])|(?<![毛弊语通看治得发生疾])病(?![毒房床友菌假人从号例害虫句树急]))"
)
_TREATED = re.compile(
    r"(?:摔|跌|扭|撞)(?:断|伤|坏|骨|了(?:腿|腰|胳膊|手|脚|一跤))|下不了床|(?:患|罹患)(?:有|了|上|过)?[^\s，。；]{1,8}|染上\S{1,6}病|"
    r"(?<![信舍记值觉来过吃取获])得(?:了|过|上了?)(?!积分|奖|便宜|实惠|空|闲|益|罪|到|票|第|一笔|信|利|票)[^\s，。；换的]{2,6}(?=，|。|；|$|以后|之后|好)|[^\s，。；]{2,6}(?:又|老|旧病)犯了|旧疾|复发|预产期|切(?:了|除)(?:\S{0,4})|"
    r"肿瘤医院|动(?:了)?手术|不离(?:身|药)|脑子里长|"
    r"核磁|核磁共振|彩超|B超|造影|增强CT|拍了?CT|做CT|截肢|假肢|义肢|助听器|听不见|看不见了|良性|恶性|要切|切掉|怀(?:了)?(?:孕|上)|二胎(?:刚|快|要生)|三胎|"
    r"头晕|眩晕|激素|精神(?:\S{0,2})(?:不正常|失常|异常)|监护人|试管(?:婴儿)?|钢板|钢钉|(?:基本|几乎|完全)?听不(?:到|清)|吞咽|插着?管|鼻饲|"
    r"康复(?:医院|中心|病区)|(?:血糖|血压)\S{0,4}忽高忽低|重症|ICU|抢救|"
    r"长了(?:个|块|点)?(?:东西|肿|包|囊)|车祸|眼底|病危|医生(?:说|让|叮嘱|建议)(?!\S{0,3}买)|大夫说|疗养院|心绞痛|肿块|囊肿|截瘫|腿脚(?:\S{0,2})(?:不便|不利|不好|不灵)|"
    r"化疗|放疗|透析|搭桥|支架|起搏器|心梗|脑梗|中风|卒中|流产|怀孕|孕期|备孕|保胎|坐月子|产后|残疾|失明|失聪|听力下降|"
    r"轮椅|抑郁|焦虑症|失眠|精神分裂|自闭|痴呆|糊涂得认不得人|帕金森|艾滋|乙肝|丙肝|甲亢|痛风|哮喘|癫痫|"
    r"(?:血压|血糖|血脂|尿酸|转氨酶|胆固醇|眼压|心率)(?:一直|又|有点|也|还|都|很|偏|太|比较)*(?:高|低|不稳|不正常|升|超)|"
    r"高血压|高血糖|高血脂|三高|糖尿|(?:做|动|开)(?:了|过|完|个|一个|一次|的)*(?:\S{0,6})(?:手术|大刀|胃镜|肠镜|活检)|"
    r"(?:手术|住院|出院|开刀|复查|病休|病假|病退|确诊|看急诊|抢救|康复治疗|打胰岛素|吊水|挂水|输液)(?!医疗|险|保险|津贴|费用型|补充|部|楼)|"
    r"(?:吃|服|用|开|打|配)(?:着|了|过)?(?:\S{0,4})(?:降压药|降糖药|中药|西药|药(?!店|材|业|厂|房生|企|品|膳|酒|学))|"
    r"(?:身体|腰|腿|腿脚|膝盖|心脏|胃|肝|肾|肺|眼睛|视力|耳朵|听力|颈椎|腰椎|关节|嗓子|头)(?:一直|最近|也|又|都|老是|老|总|有点|越来越|很|不太|不大|经常|常常)*"
    r"(?:不好|不舒服|疼|痛|不行|差|不方便|有问题|出了问题|出了毛病|不利索|看不清|听不清)|"
    r"(?:身体|体检)(?:\S{0,4})(?:异常|指标不|查出|抱恙|欠佳)|查出(?:\S{0,8})(?:癌|瘤|病|结节|阴影|异常)|"
    r"走路(?:\S{0,4})(?:拄|不稳|要人扶)|拄拐|卧床|瘫在床|耳背|老花|白内障|青光眼|记性(?:很|越来越)?差|过敏(?!原)|感冒|发烧|咳嗽|肺气肿|手抖"
)
_NOT_OF_HER = re.compile(
    r"(?:重疾|大病|疾病|医疗|健康|住院|意外|寿|养老|防癌|百万医疗|惠民)[^\s，。；]{0,4}(?:险|保险|保障|保|计划|津贴|保单|理赔金)|"
    r"(?:癌|瘤|病|症|炎|药|手术|住院)[^\s，。；]{0,3}(?:险|保险|基金会|医院上班|科(?:医生|护士|主任|大夫|上班|工作)|研究所|药企|防治所|控制中心)|"
    r"手术(?:刀|器械|床|室(?:护士|上班|工作))|[^\s，。；]{0,4}药(?:厂|企|房|店|业|材)|"
    r"(?:病房|疾控|防疫|护理|康复)[^\s，。；]{0,3}(?:上班|工作|护士|医生|专业|中心上)|"
    r"病毒|职业病|心病|通病|弊病|毛病|语病|相思病|公主病|强迫症似|选择困难症|拖延症|症结|热症|恐惧症似|炎热|发炎症候"
)

# ---------------------------------------------------------------- belief

_BELIEF = re.compile(
    r"信(?:\S{0,1})(?:佛|教|主(?!要|任|动|管|人|意|席|页|持)|基督|耶稣|天主|伊斯兰|道教|上帝|菩萨)|"
    r"(?:佛教|道教|基督教|天主教|伊斯兰教|东正教|藏传|密宗|新教|犹太教|喇嘛)|穆斯林|回教|基督徒|教徒|佛教徒|信徒|居士(?!林)|皈依|受洗|受戒|"
    r"洗礼(?!过的|了一)|教友|教会(?!员|了|我|她|他|你|大家|孩子|客户|怎)|弥撒|祷告|祈祷|团契|查经|诵经|念佛|拜佛|礼佛|供佛|佛堂|佛龛|佛像|供(?:着|奉)?(?:\S{0,3})(?:观音|菩萨|佛)|一炷香|斋日|十字架|圣经|古兰经|佛经|经文|转山|转经|朝拜|唱诗|聚礼|头香|牧师|神父|念珠|阿弥陀佛|拜的是|(?:请|找)(?:\S{0,2})(?:道士|和尚|法师)|住持|方丈|道观里|"
    r"念经(?!济)|抄经|"
    r"吃斋|斋戒|斋月|封斋|开斋|清真(?!寺)|打坐禅修|禅修|法会|放生|初一十五(?:\S{0,4})(?:烧香|吃素|上香|拜)|"
    r"(?:烧香|上香|拜拜|进香|还愿|求签|做礼拜|做法事|朝圣|朝觐)|"
    r"(?:去|到|在|上|常跑|往)(?:\S{0,6})(?:教堂|寺庙|寺院|寺里|庙里|清真寺|道观|禅寺|礼拜堂)(?!附近|旁|对面|后面|门口|边上|路|街|那边|那条|隔壁|站)"
    r"(?:\S{0,6})(?:礼拜|做|拜|烧|祈|住持|义工|帮忙|听|念|还|上|修|唱|聚)|(?:寺院|道观|庙里|山上)(?:\S{0,2})修行|宗教|信仰(?!财富|长期|价值)"
)
_NOT_BELIEF = re.compile(
    r"(?:下|上|这|每|本|周|个)(?:个)?礼拜|礼拜[一二三四五六天日]|佛山|佛跳墙|佛手|佛系|迷信|普洱|菩提路|弥勒县|清真路"
)

# ---------------------------------------------------------------- children

_SMALL = (
    r"(?:小孩子?|娃娃?|宝宝|小宝|大宝|二宝|宝贝|小朋友|小家伙|孙子|孙女儿?|外孙女?|重孙|小儿子|小女儿|双胞胎|龙凤胎)"
)
_YOUNG = re.compile(rf"{_SMALL}|儿子|女儿|闺女|丫头|孩子|侄子|侄女|外甥女?|弟弟的孩子|妹妹的孩子")
_SMALL_ONE = re.compile(_SMALL)
_NUMERAL = {sign: value for value, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}
_AGE = re.compile(r"(?<![\d–\-到至~])(\d{1,2}|[一二三四五六七八九十两]{1,3})(?:周?岁)(?![以]?[上下]|的时候)(?:半|多)?")
_MONTHS = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十两]{1,2})个(?:多)?月大|刚满月|生下来\S{0,3}天|满(?:一)?周岁|满月酒|百日宴|刚出生|周岁(?:酒|宴)|断奶"
)
_SCHOOL = re.compile(
    r"[^\s，。；、的在上读去]{1,8}(?:小学|附小|实小|一小|二小|三小|幼儿园|幼稚园|托儿所|托班|早教中心)|"
    r"[一二三四五六1-6](?:年级|\(\d\)班|年[一二三四五六七八九1-9]班)|(?:小|中|大)班(?![车组长底])|学前班|小升初|初一|七年级|少年宫"
)
_NAMED = re.compile(
    r"(?:名字|小名|大名|乳名|学名|名)?(?:叫做?|名叫|取名|起名|唤作)[“「]?[^\s，。；、的不他她你我了什我们一起床醒]{1,4}|"
    r"(?:喊|唤)(?:作|她|他)?[^\s，。；、的]{2,3}(?=，|。|$)|(?:小名|大名|乳名|学名)(?:是)?[“「]?[^\s，。；、的]{1,4}"
)
_BORN = re.compile(
    r"生日|出生|生于|[是在]\d{4}年\S{0,6}(?:生|出世)|\S{1,2}月(?:底|初|份|中旬)?生的?|属[鼠牛虎兔龙蛇马羊猴鸡狗猪]"
)
_GROWN = re.compile(
    r"大学|高中|高考|初三|中考|读研|研究生|博士|硕士|留学|工作|上班|结婚|成家|出嫁|嫁|娶|参军|当兵|入伍|毕业|创业|做生意|公务员|医生|老师(?!说)|"
    r"(?:1[4-9]|[2-6]\d)(?:周?岁)|(?:十[四五六七八九]|[二三四五六]十\S?)(?:周?岁)|成年|退休|男朋友|女朋友|对象|怀孕|当妈|当爸|媳妇|女婿|大二|大三|大四|大一"
)
_WORKS_THERE = re.compile(
    r"[^\s，。；、]{0,8}(?:小学|附小|实小|幼儿园|托儿所|早教中心)的?(?:\S{0,2}(?:老师|教师|教书|园长|校长|工作|上班|保安|旁|门口|附近|对面))"
)
"""Somebody who works at a school, or lives beside it."""
_YOUNGEST_GROWN = 14


def note_fault(text: str) -> NoteFault | None:
    """The first thing that may not stand in these words, or not without consent; null when they may be kept."""
    return next(iter(note_faults(text)), None)


def note_faults(text: str) -> tuple[NoteFault, ...]:
    """Everything that was found in these words, the gravest first. Reliability C12.

    Full-width digits count as digits. A sum or a date is no number of somebody's.
    """
    return tuple(_found(text.translate(_NARROW)))


def without_consent(faults: tuple[NoteFault, ...], *, consented: bool) -> NoteFault | None:
    """The first of these that may not be kept: with the customer's separate consent health and belief may."""
    return next((each for each in faults if not (consented and each in BY_CONSENT)), None)


def _found(text: str) -> Iterator[NoteFault]:
    if _SECRET.search(text):
        yield NoteFault.SECRET
    if _RUN.search(_MONEY.sub("¥", text)):
        yield NoteFault.NUMBER
    if any(_is_of_a_child(sentence.group()) for sentence in _SENTENCE.finditer(text)):
        yield NoteFault.CHILD
    plain = _NOT_OF_HER.sub("，", text)
    if _ILLNESS.search(plain) or _TREATED.search(plain):
        yield NoteFault.HEALTH
    if _BELIEF.search(_NOT_BELIEF.sub("，", text)):
        yield NoteFault.BELIEF


def _is_of_a_child(sentence: str) -> bool:
    """Does a sentence tell name, school, birthday or age of one who may be under fourteen?"""
    sentence = _WORKS_THERE.sub("，", sentence)
    if not _YOUNG.search(sentence):
        return False
    young = any(_years(each.group(1)) < _YOUNGEST_GROWN for each in _AGE.finditer(sentence))
    if young or _MONTHS.search(sentence) or _SCHOOL.search(sentence):
        return True
    small = _SMALL_ONE.search(sentence) is not None and not _GROWN.search(sentence)
    return small and bool(_NAMED.search(sentence) or _BORN.search(sentence))


def _years(said: str) -> int:
    """So many years, in figures or in words: 8, 八, 十二."""
    if said.isdigit():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    return (_NUMERAL.get(tens, 1) * 10 if ten else 0) + _NUMERAL.get(ones, 0)


_NARROW = {ord("０") + n: str(n) for n in range(10)} | {ord("－"): "-", ord("\u3000"): " "}
