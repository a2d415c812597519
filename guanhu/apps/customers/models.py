"""The customer's file, what the bank delivered about it, and what the last nights answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.customers.aside.models import Quarantined as Quarantined
from guanhu.apps.customers.books.models import SavedView as SavedView
from guanhu.apps.customers.cases.models import Case as Case
from guanhu.apps.customers.duplicates.models import Merge as Merge
from guanhu.apps.customers.duplicates.models import NotSame as NotSame
from guanhu.apps.customers.exports.models import Export as Export
from guanhu.apps.customers.exports.models import ExportFile as ExportFile
from guanhu.apps.customers.ledgers.models import LedgerEntry as LedgerEntry
from guanhu.apps.customers.ledgers.models import LedgerImport as LedgerImport
from guanhu.apps.customers.living.models import Fact as Fact
from guanhu.apps.customers.living.models import ImportantDay as ImportantDay
from guanhu.apps.customers.living.models import words_of as words
from guanhu.apps.customers.notices.models import Notice as Notice
from guanhu.apps.customers.numbers.models import Reveal as Reveal
from guanhu.apps.customers.prospects.models import Prospect as Prospect
from guanhu.apps.customers.quality.models import FileCount as FileCount
from guanhu.apps.customers.relations.models import Relation as Relation
from guanhu.apps.customers.search.models import SearchKey as SearchKey
from guanhu.apps.customers.serving.models import Course as Course
from guanhu.apps.customers.serving.models import Intention as Intention
from guanhu.apps.customers.serving.models import Offer as Offer
from guanhu.apps.customers.uploads.models import LedgerPart as LedgerPart
from guanhu.apps.customers.uploads.models import LedgerRefusal as LedgerRefusal
from guanhu.apps.customers.uploads.models import LedgerUpload as LedgerUpload
from guanhu.apps.customers.visits.models import Visit as Visit
from guanhu.apps.people.models import Branch, Night, Staff
from guanhu.apps.people.personal import DataPurpose, Keep, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer, rows_of
from guanhu.apps.people.vault import LookupField, SealedField
from guanhu.rules.access import Reach
from guanhu.rules.kinds import Calendar, CustomerKind, Stage
from guanhu.rules.privacy import MaskKind as M


class Source(models.TextChoices):
    """Who says so: the bank's files or a colleague in this product."""

    BANK = "bank", "银行"
    OWN = "own", "本系统"


class Customer(Scoped):
    """客户: who it is and who keeps her. The key is the lake's; the number is the bank's."""

    PERSONAL: ClassVar[dict[str, Personal]] = {
        **personal(DataPurpose.IDENTIFY, Keep.WHILE_CUSTOMER, customer_no=M.OPEN, name=M.NAME, name_pinyin=M.HIDDEN,
                   id_no=M.IDENTITY, id_no_hash=M.HIDDEN, found_as=M.HIDDEN),
        **personal(DataPurpose.CARE, Keep.WHILE_CUSTOMER, gender=M.OPEN, birth_on=M.BIRTH, birth_calendar=M.OPEN,
                   occupation=M.OPEN, stage=M.OPEN, stage_on=M.OPEN),
        **personal(DataPurpose.CONTACT, Keep.WHILE_CUSTOMER, address=M.ADDRESS, email=M.EMAIL, email_hash=M.HIDDEN),
        **personal(DataPurpose.SUITABILITY, Keep.WHILE_CUSTOMER, risk_grade=M.OPEN, risk_on=M.OPEN),
    }  # fmt: skip
    IMPERSONAL = ("key", "public_id", "kind", "opened_on", "branch", "keeper", "kept_by", "left_on", "cleared_on",
                  "merged_into")  # fmt: skip

    key = models.BigIntegerField("代理键", primary_key=True)
    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    customer_no = models.CharField("客户号", max_length=40, unique=True)
    name = models.CharField("姓名或户名", max_length=120)
    name_pinyin = models.CharField("姓名拼音", max_length=200, blank=True, db_default="")
    kind = models.CharField("个人或对公", max_length=12, choices=words(CustomerKind))
    gender = models.CharField("性别", max_length=4, blank=True, db_default="")
    birth_on = models.CharField("出生日期，按其历法", max_length=10, blank=True, db_default="")
    birth_calendar = models.CharField(
        "生日历法", max_length=8, choices=words(Calendar), db_default=Calendar.SOLAR.value
    )
    id_no = SealedField("证件号码", row=("key",), null=True, blank=True)
    id_no_hash = LookupField(of="id_no", form="identity")
    occupation = models.CharField("职业", max_length=60, blank=True, db_default="")
    address = SealedField("地址", row=("key",), null=True, blank=True)
    email = SealedField("邮箱", row=("key",), null=True, blank=True)
    email_hash = LookupField(of="email", form="email")
    risk_grade = models.CharField("客户风险等级", max_length=2, blank=True, db_default="")
    risk_on = models.DateField("风险评估日", null=True, blank=True)
    opened_on = models.DateField("建户日")
    branch = models.ForeignKey(Branch, models.PROTECT, db_index=False, related_name="customers")
    keeper = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, db_index=False, related_name="customers")
    kept_by = models.CharField("管户人由谁定", max_length=4, choices=Source.choices, db_default=Source.BANK.value)
    stage = models.CharField("客情阶段", max_length=12, choices=words(Stage), db_default=Stage.KNOWN.value)
    stage_on = models.DateField("阶段日期", null=True, blank=True)
    left_on = models.DateField("离开之日", null=True, blank=True)
    cleared_on = models.DateField("清理之日", null=True, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, db_index=False, related_name="+")
    found_as = models.CharField("查找键按此而作", max_length=32, blank=True, db_default="", editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(key__gt=0), name="customer_key_positive"),
            models.CheckConstraint(condition=Q(stage__in=[each.value for each in Stage]), name="customer_stage_known"),
        ]
        indexes = [
            models.Index(fields=("keeper", "cleared_on", "merged_into", "branch"), name="customer_kept"),
            models.Index(fields=("branch", "cleared_on", "merged_into", "keeper"), name="customer_of_branch"),
            models.Index(fields=("keeper", "name_pinyin"), name="customer_keeper_name"),
            models.Index(fields=("id_no_hash",), name="customer_id_no_hash"),
            models.Index(fields=("email_hash",), name="customer_email_hash"),
            models.Index(fields=("merged_into",), condition=~Q(merged_into=None), name="customer_merged_into"),
        ]

    def __str__(self) -> str:
        return self.customer_no

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """The customers in her reach; of whom nothing is left but a key nobody sees."""
        return rows_of(viewer) & Q(cleared_on=None)


class OfCustomer(Scoped):
    """A row that belongs to one customer and is seen by whoever keeps her."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class OfNight(Scoped):
    """A row a night published: it points at its night and its customer without the database holding it back."""

    night = models.ForeignKey(Night, models.DO_NOTHING, db_constraint=False, related_name="+")
    customer = models.ForeignKey(Customer, models.DO_NOTHING, db_constraint=False, related_name="%(class)ss")

    class Meta:
        abstract = True


class ContactPoint(OfCustomer):
    """联系方式: a way to reach a customer, sealed."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CONTACT, Keep.WHILE_CUSTOMER, value=M.PHONE, value_hash=M.HIDDEN, tail_hash=M.HIDDEN
    )
    IMPERSONAL = ("id", "public_id", "customer", "kind", "source")

    class Way(models.TextChoices):
        """What kind of address it is."""

        PHONE = "phone", "手机"

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    kind = models.CharField("种类", max_length=12, choices=Way.choices)
    value = SealedField("号码", row=("customer_id", "kind", "source"))
    value_hash = LookupField(of="value", form="phone")
    tail_hash = LookupField(of="value", form="tail")
    source = models.CharField("来源", max_length=4, choices=Source.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("customer", "kind"), condition=Q(source="bank"), name="contact_point_of_bank"
            ),
        ]
        indexes = [
            models.Index(fields=("value_hash",), name="contact_point_value_hash"),
            models.Index(fields=("tail_hash",), name="contact_point_tail_hash"),
        ]

    def __str__(self) -> str:
        return self.kind


class Account(OfCustomer):
    """账户: its number and card, sealed; what lies on it stands in the lake."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.WEALTH, Keep.WHILE_CUSTOMER, account_no=M.ACCOUNT, account_no_hash=M.HIDDEN, card_no=M.ACCOUNT,
        card_no_hash=M.HIDDEN, kind=M.OPEN, account_class=M.OPEN,
    )  # fmt: skip
    IMPERSONAL = ("key", "public_id", "customer", "opened_on", "closed_on")

    key = models.BigIntegerField("代理键", primary_key=True)
    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    account_no = SealedField("账号", row=("key",))
    account_no_hash = LookupField(of="account_no", form="account")
    card_no = SealedField("卡号", row=("key",), null=True, blank=True)
    card_no_hash = LookupField(of="card_no", form="account")
    kind = models.CharField("产品类别", max_length=20)
    account_class = models.CharField("账户类别", max_length=4, blank=True, db_default="")
    opened_on = models.DateField("开户日")
    closed_on = models.DateField("销户日", null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=("account_no_hash",), name="account_no_hash"),
            models.Index(fields=("card_no_hash",), name="account_card_no_hash"),
        ]

    def __str__(self) -> str:
        return str(self.key)


class Standing(OfNight):
    """当日面貌: tier, entitlement and assets of one customer as one night measured them."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.WEALTH, Keep.TWO_NIGHTS, tier=M.OPEN, entitlement=M.OPEN, balance_fen=M.AMOUNT,
        average_fen=M.AMOUNT, gap_fen=M.AMOUNT, in30_fen=M.AMOUNT, out30_fen=M.AMOUNT, value_fen=M.AMOUNT,
        last_move_on=M.OPEN, last_contact_on=M.OPEN, changed_on=M.OPEN, changes_fen=M.AMOUNT, trust_bp=M.OPEN,
        protection=M.OPEN, maturing_fen=M.AMOUNT, difficulty=M.OPEN,
    )  # fmt: skip
    IMPERSONAL = ("id", "night", "customer", "branch", "keeper", "policy")
    BY_DAY = ("changed_on", "changes_fen")
    """What is read for the line by day alone; null on rows of a night that did not tell it yet."""
    BOND = ("trust_bp", "protection", "maturing_fen", "difficulty")
    """What binds her to her keeper, read when customers are split; empty on rows of a night that did not tell it."""

    branch = models.ForeignKey(Branch, models.DO_NOTHING, db_constraint=False, related_name="+")
    keeper = models.ForeignKey(
        Staff, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    tier = models.CharField("分层", max_length=1)
    entitlement = models.CharField("权益等级", max_length=12)
    balance_fen = models.BigIntegerField("管理资产")
    average_fen = models.BigIntegerField("30 天日均")
    gap_fen = models.BigIntegerField("距下一条权益线", null=True)
    in30_fen = models.BigIntegerField("近 30 天转入")
    out30_fen = models.BigIntegerField("近 30 天转出")
    value_fen = models.BigIntegerField("一年的价值贡献")
    last_move_on = models.DateField("最近一次主动交易", null=True)
    last_contact_on = models.DateField("最近一次有效联系", null=True)
    policy = models.CharField("规则版本", max_length=40)
    changed_on = ArrayField(models.DateField(), verbose_name="近三个月管理资产有变动的日子", null=True)
    changes_fen = ArrayField(models.BigIntegerField(), verbose_name="各变动多少", null=True)
    trust_bp = models.PositiveIntegerField("关系强度，万分之一", null=True)
    protection = models.PositiveSmallIntegerField("为何受信任保护，按位", db_default=0)
    maturing_fen = models.BigIntegerField("下季到期", null=True)
    difficulty = models.PositiveSmallIntegerField("服务难度", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("night", "customer"), name="standing_once_a_night"),
            models.CheckConstraint(
                condition=Q(changed_on__len=F("changes_fen__len")), name="standing_changes_have_days"
            ),
        ]
        indexes = [
            models.Index("night", "branch", models.F("average_fen").desc(), name="standing_by_assets"),
            models.Index("night", "keeper", models.F("average_fen").desc(), name="standing_kept_by_assets"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.tier}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """Those of the customers in her reach; one's own by whose they are, which stands beside them."""
        return rows_of(viewer, "" if viewer.reach is Reach.OWN else "customer__")


class Holding(OfNight):
    """持有: one thing a customer holds, with its terms, as one night saw it."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.WEALTH, Keep.TWO_NIGHTS, product_no=M.OPEN, kind=M.OPEN, amount_fen=M.AMOUNT, started_on=M.OPEN,
        matures_on=M.OPEN, rate_bp=M.OPEN, auto_renew=M.OPEN,
    )  # fmt: skip
    IMPERSONAL = ("id", "night", "customer", "holding_key", "account_key")

    holding_key = models.BigIntegerField("持有的代理键")
    account_key = models.BigIntegerField("账户的代理键")
    product_no = models.CharField("产品号", max_length=40)
    kind = models.CharField("产品类别", max_length=20)
    amount_fen = models.BigIntegerField("本金")
    started_on = models.DateField("起息日")
    matures_on = models.DateField("到期日", null=True)
    rate_bp = models.IntegerField("年利率，万分之一", null=True)
    auto_renew = models.BooleanField("自动转存", db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("night", "holding_key"), name="holding_once_a_night")]
        indexes = [models.Index(fields=("customer", "night"), name="holding_customer")]

    def __str__(self) -> str:
        return f"{self.product_no} {self.amount_fen}"


class MonthEnd(OfCustomer):
    """月末时点: assets at the end of one month and what came in during it."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.WEALTH, Keep.WHILE_CUSTOMER, balance_fen=M.AMOUNT, average_fen=M.AMOUNT, net_fen=M.AMOUNT
    )
    IMPERSONAL = ("id", "customer", "day_on")

    customer = models.ForeignKey(Customer, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    day_on = models.DateField("月末")
    balance_fen = models.BigIntegerField("月末管理资产")
    average_fen = models.BigIntegerField("月末前 30 天日均")
    net_fen = models.BigIntegerField("当月净流入")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("customer", "day_on"), name="month_end_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.day_on}"


class Consent(OfCustomer):
    """授权与拒绝: the bank's word is replaced by each delivery, our own is written once and never changed."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CONSENT, Keep.CONSENT, purpose=M.OPEN, granted=M.OPEN, changed_on=M.OPEN, evidence=M.OPEN
    )
    IMPERSONAL = ("id", "public_id", "customer", "source", "by", "recorded_at")

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    source = models.CharField("来源", max_length=4, choices=Source.choices)
    purpose = models.CharField("用途", max_length=12)
    granted = models.BooleanField("同意")
    changed_on = models.DateField("日期")
    evidence = models.TextField("凭据", blank=True, db_default="")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField("记下的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("customer", "purpose"), condition=Q(source="bank"), name="consent_of_bank"),
            models.CheckConstraint(
                condition=Q(source="bank") | Q(by__isnull=False, recorded_at__isnull=False),
                name="consent_own_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(source="bank") | Q(granted=False) | ~Q(evidence=""), name="consent_own_needs_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.granted}"

    @staticmethod
    def in_force(rows: Iterable[Consent]) -> Consent | None:
        """Of the words for one purpose the latest, of the same day the refusal; null when nobody ever asked."""
        return max(rows, key=lambda row: (row.changed_on, not row.granted, row.pk), default=None)


class StageRecord(OfCustomer):
    """客情阶段的历史: which stage, since when, by whom, and what shows it."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.FIVE_YEARS, stage=M.OPEN, stage_on=M.OPEN, note=M.OPEN
    )
    IMPERSONAL = ("id", "public_id", "customer", "source", "by", "recorded_at")

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    source = models.CharField("来源", max_length=4, choices=Source.choices)
    stage = models.CharField("阶段", max_length=12, choices=words(Stage))
    stage_on = models.DateField("日期")
    note = models.TextField("依据", blank=True, db_default="")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField("记下的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("customer",), condition=Q(source="bank"), name="stage_of_bank"),
            models.CheckConstraint(
                condition=Q(source="bank") | (Q(by__isnull=False, recorded_at__isnull=False) & ~Q(note="")),
                name="stage_own_is_signed_and_shown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.stage_on}"


class Complaint(OfCustomer):
    """投诉: while one is open there is no marketing."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.FIVE_YEARS, opened_on=M.OPEN, closed_on=M.OPEN, subject=M.OPEN
    )
    IMPERSONAL = ("key", "public_id", "customer")

    key = models.BigIntegerField("代理键", primary_key=True)
    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    opened_on = models.DateField("受理日")
    closed_on = models.DateField("办结日", null=True, blank=True)
    subject = models.TextField("事由")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="complaint_closed_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opened_on}"
