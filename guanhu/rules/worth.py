"""What a contact is worth, in the numbers a bank may change: margins, chances, ways, the rhythm, duties (P54–P57)."""

from __future__ import annotations

from dataclasses import dataclass, field

from guanhu.rules.kinds import Channel, ProductKind, Reason, SignalKind, Tier
from guanhu.rules.preferences import PreferenceNumbers


@dataclass(frozen=True)
class Lift:
    """What a contact changes: the chance of success with and without it, in basis points."""

    with_contact_bp: int
    without_bp: int

    @property
    def gain_bp(self) -> int:
        """The share by which a contact raises the chance of success."""
        return self.with_contact_bp - self.without_bp


def _lifts() -> dict[SignalKind, Lift]:
    return {
        SignalKind.MATURITY: Lift(8200, 6500),
        SignalKind.NEAR_LINE: Lift(1600, 500),
        SignalKind.OUTFLOW: Lift(2500, 800),
        SignalKind.LARGE_MOVE: Lift(3000, 1200),
        SignalKind.DORMANT: Lift(900, 200),
        SignalKind.OTHER_BANK: Lift(1200, 400),
        SignalKind.DATES: Lift(150, 50),
    }


@dataclass(frozen=True)
class WorthNumbers(PreferenceNumbers):
    """Priors, until outcomes teach better ones; part of the policy."""

    margin_bp: dict[ProductKind, int] = field(
        default_factory=lambda: {
            ProductKind.CURRENT: 100,
            ProductKind.DEPOSIT: 100,
            ProductKind.WEALTH: 60,
            ProductKind.FUND: 80,
            ProductKind.INSURANCE: 300,
            ProductKind.LOAN: 200,
        }
    )
    lifts: dict[SignalKind, Lift] = field(default_factory=_lifts)
    channel_factor_bp: dict[Channel, int] = field(
        default_factory=lambda: {Channel.MESSAGE: 3_500, Channel.CALL: 10_000, Channel.MEETING: 14_000}
    )
    routine_fen: dict[Tier, int] = field(default_factory=lambda: {Tier.A: 60_00, Tier.B: 20_00, Tier.C: 6_00})
    routine_weight_bp: int = 10_000
    routine_half_days: int = 10
    """How much the tiers' rhythm counts beside money, and what waiting leaves half of; ``./do bench weight`` prices."""
    duty_fen: dict[Reason, int] = field(default_factory=lambda: {Reason.PROMISE: 80_00, Reason.COMPLAINT: 200_00})
    recent_contact_fen: int = 15_00
    """What a further contact loses when the customer was already reached inside the cap's window."""
