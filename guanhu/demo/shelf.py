"""What the invented bank sells, with the drawbacks that must be told (P159)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from guanhu.rules.kinds import ProductKind, RiskLevel

KINDS: tuple[ProductKind, ...] = tuple(ProductKind)
"""Kinds by number: an account's kind is its place here."""

CURRENT, DEPOSIT, WEALTH, FUND, INSURANCE, LOAN = range(6)


@dataclass(frozen=True)
class Product:
    """One product: its term is in months for deposits and loans, in days for the rest."""

    no: str
    name: str
    kind: int
    risk: RiskLevel
    months: int
    days: int
    rate_bp: int
    weight: float
    drawbacks: str


def _p(
    no: str, name: str, kind: int, risk: str, months: int, days: int, rate_bp: int, weight: float, drawbacks: str
) -> Product:
    return Product(no, name, kind, RiskLevel(risk), months, days, rate_bp, weight, drawbacks)


_EARLY = "提前支取按活期计息，利息损失较大"
PRODUCTS: tuple[Product, ...] = (
    _p("D003", "三个月定期存款", DEPOSIT, "R1", 3, 90, 85, 2, _EARLY),
    _p("D006", "六个月定期存款", DEPOSIT, "R1", 6, 180, 110, 5, _EARLY),
    _p("D012", "一年期定期存款", DEPOSIT, "R1", 12, 365, 145, 22, _EARLY),
    _p("D024", "两年期定期存款", DEPOSIT, "R1", 24, 730, 175, 12, _EARLY),
    _p("D036", "三年期定期存款", DEPOSIT, "R1", 36, 1095, 215, 18, _EARLY),
    _p("D060", "五年期定期存款", DEPOSIT, "R1", 60, 1826, 220, 4, _EARLY),
    _p("L036", "三年期大额存单", DEPOSIT, "R1", 36, 1095, 235, 6, "二十万元起存；转让时可能低于本金加利息"),
    _p("L060", "五年期大额存单", DEPOSIT, "R1", 60, 1826, 275, 2, "二十万元起存；五年内利率上升不随之调整"),
    _p("W090", "稳享 90 天理财", WEALTH, "R2", 0, 90, 215, 4, "不保本，净值会波动；到期前不能赎回"),
    _p("W180", "稳享 180 天理财", WEALTH, "R2", 0, 180, 235, 8, "不保本，净值会波动；到期前不能赎回"),
    _p("W365", "安盈一年理财", WEALTH, "R2", 0, 365, 265, 8, "不保本；一年内不能赎回，急用钱时不合适"),
    _p("W730", "远航两年固收增强", WEALTH, "R3", 0, 730, 330, 4, "含少量股票，净值可能一段时间低于本金"),
    _p("W000", "日日安现金管理", WEALTH, "R1", 0, 0, 165, 6, "不是存款；单日快速赎回限一万元"),
    _p("G060", "储蓄国债（电子式）", WEALTH, "R1", 60, 1826, 193, 2, "提前兑取扣利息并收手续费"),
    _p("F001", "澄明债券基金", FUND, "R2", 0, 0, 0, 5, "债市下跌时会亏损；七日内赎回收惩罚性费用"),
    _p("F002", "澄明均衡混合基金", FUND, "R3", 0, 0, 0, 4, "可能亏损本金，宜持有三年以上"),
    _p("F003", "澄明成长股票基金", FUND, "R4", 0, 0, 0, 2, "波动大，可能亏损三成以上"),
    _p("I060", "安心年金（趸交五年）", INSURANCE, "R1", 60, 1826, 0, 4, "是保险不是存款；前五年退保有损失"),
    _p("I120", "福满年年两全险", INSURANCE, "R1", 120, 3652, 0, 2, "是保险不是存款；提前退保有损失"),
    _p("M240", "住房按揭贷款", LOAN, "R1", 240, 7305, 335, 0, "提前还款须预约；利率每年重定"),
    _p("M036", "消费分期贷款", LOAN, "R1", 36, 1095, 420, 0, "提前结清不退已收利息"),
    _p("M012", "小微经营贷款", LOAN, "R1", 24, 730, 385, 0, "到期须还本后再用"),
)
"""The shelf, by number."""

NO = {product.no: place for place, product in enumerate(PRODUCTS)}
KIND = np.array([p.kind for p in PRODUCTS])
MONTHS = np.array([p.months for p in PRODUCTS])
TERM = np.array([p.days for p in PRODUCTS])
RATE = np.array([p.rate_bp for p in PRODUCTS])
RISK = np.array([int(p.risk[1]) for p in PRODUCTS])
WEIGHT = np.array([float(p.weight) for p in PRODUCTS])
FLOOR = np.array([2 if p.no.startswith("L") else 0 for p in PRODUCTS]) * 10_000_000
"""The least amount, in fen: 20万 for a large certificate."""
