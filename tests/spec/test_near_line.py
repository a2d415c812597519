"""临界: within reach of the next line."""

import pytest

from guanhu.engine.signals import near_line


@pytest.mark.practice("P133")
def test_from_thirty_wan_on_the_fifty_of_vip_is_near(signal):
    signal(near_line, day="2026-03-02", people="""
        customer | average     | gap
        刚到     | 30万        | 20万
        差一点   | 29.9999万   | 0.0001万
        靠近     | 48.6万      | 1.4万
        到了     | 50万        | 150万
    """, gives={"刚到": "20万", "差一点": "0.0001万", "靠近": "1.4万"})  # fmt: skip


@pytest.mark.practice("P132")
def test_near_means_within_forty_percent_below_and_the_highest_has_no_next(signal):
    signal(near_line, day="2026-03-02", people="""
        customer | average | gap
        六成     | 120万   | 80万
        不到     | 119万   | 81万
        最高     | 700万   |
        没有     | 0万     | 5万
    """, gives={"六成": "80万"}, because={"line": "platinum", "line_fen": 200_0000_00})  # fmt: skip
