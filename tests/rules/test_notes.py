"""What may not stand in free text: numbers of somebody's, and what opens accounts."""

import pytest

from guanhu.rules.notes import NoteFault, note_fault

NUMBERS = (
    "手机 13812342716", "138 1234 2716", "138-1234-2716", "身份证360102196303050428", "36010219630305042X",
    "卡号 6222 0212 3456 7890 123", "１３８１２３４２７１６", "微信同号13812342716，晚上回",
)  # fmt: skip
SECRETS = ("密码 123456", "取款密码是 8848", "验证码：937201", "PIN 4321", "口令为 0000", "password: 112233")
FINE = (
    "", "每周三下午去合唱团", "想存 2000000 元", "2026-11-24 生日", "2026-11-24 至 2026-12-01 出国", "住 3 栋 1201",
    "改密码要到柜面", "忘了密码，来柜面重置", "电话 8 分 20 秒", "尾号 0428", "存单 50 万，12 月 1 日到期",
    "1987 年结婚，2027 年满 40 年",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fault"),
    [*((text, NoteFault.NUMBER) for text in NUMBERS), *((text, NoteFault.SECRET) for text in SECRETS),
     *((text, None) for text in FINE)],
)  # fmt: skip
def test_numbers_and_secrets_are_told_from_sums_and_days(text: str, fault: NoteFault | None) -> None:
    assert note_fault(text) is fault


def test_a_detector_that_sees_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guanhu.rules.notes._RUN", __import__("re").compile("(?!)"))
    assert [text for text in NUMBERS if note_fault(text) is NoteFault.NUMBER] == []
