"""他行: money that goes to one other bank again and again (P140); off until the bank records its legal basis."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine.evidence import SIGNAL_COLUMNS, evidence, signal_columns
from guanhu.engine.lake import empty
from guanhu.engine.night import Night
from guanhu.engine.places import first_of
from guanhu.engine.tables import MOVES, SIGNALS
from guanhu.rules.columns import missing, no
from guanhu.rules.kinds import SignalKind
from guanhu.rules.signals import expires_day, is_other_bank


def build(night: Night, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """他行: 1万 and more sent to one other bank in 30 days; the bank that received most is named.

    Nothing is read while the policy names no legal basis. In: people, ``bank/moves``. Out: ``answers/signals``;
    the amount is what went to that bank. P140.
    """
    policy = night.policy
    if not policy.other_bank_legal_basis:
        return empty(SIGNALS).lazy().select(*SIGNAL_COLUMNS)
    days = [night.day - timedelta(days=number) for number in range(policy.other_bank_days)]
    sent = night.lake.read_days(MOVES, days).filter((col("amount_fen") < 0) & no(missing(col("other_bank"))))
    by_bank = sent.group_by("customer", "other_bank").agg(
        (0 - col("amount_fen")).sum().alias("sent_fen"), nw.len().alias("moves")
    )
    large = (
        by_bank.filter(is_other_bank(col("sent_fen"), policy))
        .join(people.select("customer"), on="customer", how="semi")
        .with_columns(banks=nw.len().over("customer"), less=0 - col("sent_fen"))
    )
    most = first_of(large, ["customer"], ["less", "other_bank"])
    why = evidence(
        "other_bank", other_bank=col("other_bank"), sent_fen=col("sent_fen"), moves=col("moves"), banks=col("banks"),
        days=policy.other_bank_days, legal_basis=policy.other_bank_legal_basis,
    )  # fmt: skip
    return most.select(**signal_columns(
        policy.version, SignalKind.OTHER_BANK.value, amount_fen=col("sent_fen"), evidence=why,
        due_day=nw.lit(night.today.day),
        expires_day=nw.lit(expires_day(SignalKind.OTHER_BANK, night.today.day, policy)),
    ))  # fmt: skip
