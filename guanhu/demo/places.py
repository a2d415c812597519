"""The invented city: communities, employers' trades, and the other banks money comes from and goes to."""

from __future__ import annotations

CITY = "清屿市"

COMMUNITIES: tuple[tuple[str, ...], ...] = (
    ("旧渡里", "星湖花园", "听澜苑", "文昌里", "柳岸新村", "邮电宿舍", "师苑小区", "荷风雅居", "渡口街", "湖东公寓"),
    ("望澜一村", "望澜二村", "海棠湾", "盐仓巷", "船厂宿舍", "晴川府", "白塔路", "新港家园", "潮音里", "瞭望坡"),
    ("松渡新城", "松涛苑", "石桥头", "茶亭街", "农机宿舍", "翠谷花园", "东篱小区", "梅岭路", "百果园", "双塔村"),
)
"""By branch; the first of 星湖 is the one being pulled down (拆迁)."""

PULLED_DOWN = 0
"""The community of the demolition, by number, in the first branch."""

OTHER_BANKS = ("", "云岭银行", "海岳银行", "晋川银行", "民丰村镇银行", "长亭商业银行", "北辰银行")
"""Invented banks; the empty one is our own."""

CHANNELS = ("", "手机银行", "柜面", "自助机", "网上银行", "刷卡", "快捷支付", "系统批量")
"""How a movement was made."""

MOBILE, COUNTER, MACHINE, WEB, SWIPE, QUICK, BATCH = range(1, 8)

OCCUPATIONS_YOUNG = ("工程师", "护士", "销售", "公务员", "教师", "店长", "设计师", "快递站长", "会计", "文员")
OCCUPATIONS_MID = ("个体工商户", "教师", "医生", "公务员", "企业职工", "会计", "司机", "工程师", "企业主", "技师")
OCCUPATIONS_OLD = ("退休教师", "退休职工", "退休干部", "退休医生", "务农", "个体工商户", "退休工程师")
