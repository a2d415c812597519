"""流失: money leaving a customer's accounts far beyond the customer's own and the branch's habits (P138)."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine.evidence import evidence, signal_columns
from guanhu.engine.night import Night
from guanhu.engine.tiers import FAR_YUAN
from guanhu.rules.kinds import SignalKind
from guanhu.rules.signals import adjusted_net_yuan, expires_day, is_outflow


def build(night: Night, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """流失: 30-day net outflow of a tenth of the average and more, three deviations below the customer's own months.

    Both the 30 days and every month are counted after taking away what the whole branch did, so that a season
    accuses nobody; the last closed month does not count while the 30 days reach into it. In: people.
    Out: ``answers/signals``; the amount is the net outflow. P138.
    """
    policy = night.policy
    net, average = col("net30_fen"), col("average_fen")
    adjusted = adjusted_net_yuan(net, average, col("branch_ppm")).clip(-FAR_YUAN, FAR_YUAN)
    spoken = people.with_columns(adjusted_yuan=adjusted).filter(
        is_outflow(net, col("adjusted_yuan"), average, col("months"), col("sum_yuan"), col("squares_yuan"), policy)
    )
    why = evidence(
        "outflow", net_fen=net, average_fen=average, adjusted_yuan=col("adjusted_yuan"),
        usual_yuan=col("sum_yuan") // col("months"), months=col("months"), branch_ppm=col("branch_ppm"),
    )  # fmt: skip
    return spoken.select(**signal_columns(
        policy.version, SignalKind.OUTFLOW.value, amount_fen=0 - net, evidence=why,
        due_day=nw.lit(night.today.day),
        expires_day=nw.lit(expires_day(SignalKind.OUTFLOW, night.today.day, policy)),
    ))  # fmt: skip
