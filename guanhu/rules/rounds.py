"""分户: the words of a round, and the numbers a bank may change about it (P42–P51, P8)."""

from __future__ import annotations

from dataclasses import dataclass, field

from guanhu.rules.introductions import IntroductionNumbers
from guanhu.rules.kinds import Kind, Post, Stage, Tier


class Protection(Kind):
    """信任保护: why a customer does not change her keeper without approval (P48)."""

    STAGE = "stage", "习惯及以上阶段", "Habit or closer"
    CONTACTS = "contacts", "近 90 天常有有效联系", "Often spoken with in 90 days"
    PROMISE = "promise", "已约下次联系", "A contact is promised"
    MATURITY = "maturity", "30 天内有到期", "Money matures within 30 days"
    HOUSEHOLD = "household", "家人受保护", "One of the household is protected"


class RoundKind(Kind):
    """分户方案的种类: why customers are split anew (P46, P51)."""

    FIRST = "first", "首次分户", "First split"
    MONTHLY = "monthly", "月度微调", "Monthly fine-tune"
    QUARTERLY = "quarterly", "季度大调", "Quarterly rebalance"
    LEAVER = "leaver", "离岗交接", "A colleague leaves"
    JOINER = "joiner", "新人接户", "A colleague joins"
    CUSTOMER = "customer", "客户申请更换", "Asked for by the customer"


class RoundState(Kind):
    """分户方案到了哪一步: from the claims of the staff to what is in force, or taken back."""

    CLAIMING = "claiming", "认领中", "Claims are open"
    DRAFT = "draft", "草案", "Draft"
    APPROVAL = "approval", "待复核", "Awaiting approval"
    DUE = "due", "待生效", "Awaiting its day"
    IN_FORCE = "in_force", "已生效", "In force"
    REVERTED = "reverted", "已撤回", "Taken back"
    DROPPED = "dropped", "已作废", "Dropped"


class Acquaintance(Kind):
    """熟悉程度: how well a colleague knows whom she asks to keep (P45)."""

    SEEN = "seen", "见过几次", "Met a few times"
    WELL = "well", "常有来往", "In touch often"
    CLOSE = "close", "熟识，信得过", "Close, trusted"


class HandoverStep(Kind):
    """交接三步: what is done so that a customer does not feel left (P8)."""

    TOLD = "told", "原管户人告知", "Told by the one before"
    MET = "met", "双人面访", "Met by both"
    BEGUN = "begun", "新管户人破冰", "First contact of the new one"


@dataclass(frozen=True)
class RoundNumbers(IntroductionNumbers):
    """What binds a customer to her keeper, how much a round may change, how long things take; part of the policy."""

    trust_stage: Stage = Stage.HABIT
    """From this stage on a customer is protected."""
    trust_contacts: int = 3
    trust_contact_days: int = 90
    trust_maturity_days: int = 30
    trust_stage_bp: dict[Stage, int] = field(
        default_factory=lambda: {
            Stage.KNOWN: 500, Stage.ACCEPTED: 2_500, Stage.HABIT: 6_000, Stage.RELIED_ON: 8_000, Stage.FRIEND: 9_000,
        }
    )  # fmt: skip
    trust_contact_bp: int = 1_000
    """What each effective contact of the last 90 days adds, as far as three of them."""
    balance_maturity_days: int = 91
    round_moves_bp: dict[RoundKind, int] = field(
        default_factory=lambda: {
            RoundKind.FIRST: 10_000, RoundKind.MONTHLY: 300, RoundKind.QUARTERLY: 1_500, RoundKind.LEAVER: 300,
            RoundKind.JOINER: 1_500, RoundKind.CUSTOMER: 0,
        }
    )  # fmt: skip
    """Of the customers with a keeper so many may change her without need, in one round of each kind."""
    round_within_ppm: int = 1_000
    """Below a deviation of 0.1 % nobody is moved any more."""
    round_first_within_ppm: int = 10
    """A first round, which may move everybody, goes on to a hundred-thousandth."""
    round_tries: int = 2_000_000
    """So many exchanges are tried to spare trust; 0: none. A third of a second in a branch of ten thousand."""
    round_claims_count_bp: int = 1_000
    round_claims_asset_bp: int = 1_500
    claim_bp: dict[Acquaintance, int] = field(
        default_factory=lambda: {Acquaintance.SEEN: 4_000, Acquaintance.WELL: 7_000, Acquaintance.CLOSE: 10_000}
    )
    capability_from_bp: int = 8_000
    capability_to_bp: int = 13_000
    round_ahead_days: int = 5
    """So many working days before a month begins its round lies there as a proposal."""
    round_again_days: int = 5
    """A round for who came or left does not come again by itself within so many days, whatever became of it."""
    round_quiet_days: int = 30
    """And for so long not where the head has dropped it."""
    round_second_person: tuple[RoundKind, ...] = (RoundKind.FIRST, RoundKind.QUARTERLY)
    """Rounds that take a second person's word before they are published."""
    round_undo_hours: int = 24
    handover_days: dict[HandoverStep, int] = field(
        default_factory=lambda: {HandoverStep.TOLD: 0, HandoverStep.MET: 5, HandoverStep.BEGUN: 7}
    )
    """Days from the change on by which each of the three steps is done."""
    post_capacity: dict[Post, int] = field(
        default_factory=lambda: {Post.WEALTH: 600, Post.RELATIONSHIP: 600, Post.LOBBY: 600}
    )
    """So many customers one colleague can serve; whom nobody keeps yet beyond that stays in the common pool."""
    post_of_tier: dict[Tier, Post] = field(
        default_factory=lambda: {Tier.A: Post.WEALTH, Tier.B: Post.WEALTH, Tier.C: Post.LOBBY}
    )
    """Which post is offered a person nobody keeps; firms go to the relationship managers."""
    watch_days: int = 30
    watch_from_days: int = 7
    watch_drop_bp: int = 5_000
    """Less than half the contacts of the thirty days before, and at least a week gone: somebody looks."""
    pool_days: dict[Tier, int] = field(default_factory=lambda: {Tier.A: 7, Tier.B: 30, Tier.C: 91})
    """So long one of the pool may stay without a contact before she goes to the next round."""
    pool_views_day: int = 20
    """So many of the pool a colleague is told a day, the same ones all day."""
    recycle_days: dict[Tier, int] = field(default_factory=lambda: {Tier.A: 91, Tier.B: 182, Tier.C: 366})
    """Without an effective contact for so long a customer is named to the head for the pool or another keeper."""
