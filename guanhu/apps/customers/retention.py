"""What of customers, their requests and the bank's broken rows falls due, and when; and who has left.

Of a person who left nothing stays but her key, by which what must be kept as evidence still hangs together: the key is
made of the bank's number with the bank's secret and tells nobody who she was.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from guanhu.apps.customers.cases.models import Case, CaseCopy, Finding, Hold
from guanhu.apps.customers.cases.queries import superseded, taken_back
from guanhu.apps.customers.ledgers.queries import without_entries
from guanhu.apps.customers.models import (
    Account,
    Complaint,
    Consent,
    ContactPoint,
    Course,
    Customer,
    Export,
    ExportFile,
    Fact,
    Holding,
    ImportantDay,
    Intention,
    LedgerEntry,
    LedgerImport,
    LedgerPart,
    LedgerRefusal,
    LedgerUpload,
    Merge,
    MonthEnd,
    Notice,
    Offer,
    Prospect,
    Quarantined,
    Relation,
    Reveal,
    SearchKey,
    StageRecord,
    Standing,
    Visit,
)
from guanhu.apps.people.falling import AS_OF, Falling
from guanhu.rules.privacy import Keep

LEFT = "customer__left_on"
_NOBODY = Concat(Value("~"), Cast("key", CharField()))

FALLING: tuple[Falling, ...] = (
    Falling(LedgerEntry, Keep.WHILE_CUSTOMER, "离开客户的台账条目", LEFT, person="customer_id"),
    Falling(LedgerEntry, Keep.TWELVE_MONTHS, "台账条目", "told_on", person="customer_id"),
    Falling(LedgerPart, Keep.FOURTEEN_DAYS, "上传的台账片段", "upload__touched_at"),
    Falling(LedgerRefusal, Keep.FOURTEEN_DAYS, "上传台账的拒收行", "upload__touched_at"),
    Falling(LedgerUpload, Keep.FOURTEEN_DAYS, "上传的台账", "touched_at"),
    Falling(LedgerImport, Keep.TWELVE_MONTHS, "已无条目的台账导入", "touched_at", due=Q(without_entries())),
    Falling(Notice, Keep.THIRTY_DAYS, "给管户人的提醒", "at", person="customer_id"),
    Falling(Visit, Keep.FIVE_YEARS, "来访", "day_on", person="customer_id"),
    Falling(Reveal, Keep.THIRTY_DAYS, "查看完整信息的计数", "at", person="customer_id"),
    Falling(Finding, Keep.FIVE_YEARS, "个案的查找结果", "case__closed_on"),
    Falling(CaseCopy, Keep.THIRTY_DAYS, "个人信息副本", "made_on"),
    Falling(Hold, Keep.FIVE_YEARS, "已解除的冻结", "lifted_on", person="customer_id"),
    Falling(Case, Keep.FIVE_YEARS, "已办结的个案", "closed_on"),
    Falling(Export, Keep.THIRTY_SIX_MONTHS, "导出申请", "asked_at"),
    Falling(Quarantined, Keep.THIRTY_DAYS, "隔离行的原值", "day", due=Q(value__isnull=False) | Q(raw__isnull=False),
            blank={"value": None, "raw": None}),
    Falling(ContactPoint, Keep.WHILE_CUSTOMER, "离开客户的联系方式", LEFT, person="customer_id"),
    Falling(SearchKey, Keep.WHILE_CUSTOMER, "离开客户的查找键", LEFT, person="customer_id"),
    Falling(ImportantDay, Keep.WHILE_CUSTOMER, "离开客户的重要日子", LEFT, person="customer_id"),
    Falling(Fact, Keep.WHILE_CUSTOMER, "离开客户的了解", LEFT, person="customer_id"),
    Falling(Merge, Keep.WHILE_CUSTOMER, "离开客户的合并", LEFT, due=Q(joined__left_on__isnull=False),
            person="customer_id"),
    Falling(Prospect, Keep.TWELVE_MONTHS, "潜在客户", "opened_on"),
    Falling(Offer, Keep.WHILE_CUSTOMER, "离开客户的需求回应", LEFT, person="customer_id"),
    Falling(Intention, Keep.WHILE_CUSTOMER, "离开客户的到期意向", LEFT, person="customer_id"),
    Falling(Course, Keep.WHILE_CUSTOMER, "离开客户的一户一策", LEFT, person="customer_id"),
    Falling(Relation, Keep.WHILE_CUSTOMER, "离开客户的关系", LEFT, or_since="other__left_on", person="customer_id"),
    Falling(MonthEnd, Keep.WHILE_CUSTOMER, "离开客户的月末时点", LEFT, person="customer_id"),
    Falling(Account, Keep.WHILE_CUSTOMER, "离开客户的账户", LEFT, person="customer_id"),
    Falling(StageRecord, Keep.FIVE_YEARS, "已被取代的客情记录", "stage_on",
            due=Q(superseded()) | Q(customer__left_on__isnull=False),
            person="customer_id"),
    Falling(Complaint, Keep.FIVE_YEARS, "已办结的投诉", "closed_on", person="customer_id"),
    Falling(Consent, Keep.CONSENT, "撤回已久的同意", "changed_on", due=Q(granted=True) & Q(taken_back()),
            person="customer_id"),
    Falling(Customer, Keep.WHILE_CUSTOMER, "离开客户的身份资料", "left_on", due=Q(cleared_on=None), person="key",
            blank={
                "customer_no": _NOBODY, "name": _NOBODY, "name_pinyin": "", "id_no": None, "id_no_hash": None,
                "found_as": "", "gender": "", "birth_on": "", "occupation": "", "address": None, "email": None,
                "email_hash": None,
                "risk_grade": "", "risk_on": None, "stage": "known", "stage_on": None, "keeper": None,
                "cleared_on": AS_OF,
            },
            stays={"birth_calendar": "没有生日，历法不说明任何人"}),
    Falling(Standing, Keep.TWO_NIGHTS, "当日面貌"),
    Falling(Holding, Keep.TWO_NIGHTS, "持有"),
    Falling(ExportFile, Keep.EXPORT, "导出文件"),
)  # fmt: skip


_ABSENT = """
    UPDATE customers_customer AS mine SET left_on = found.left_on FROM (
        SELECT one.key, CASE
            WHEN count(theirs.key) > 0 AND count(theirs.key) = count(theirs.closed_on) THEN max(theirs.closed_on)
            WHEN NOT (one.key = ANY(%(listed)s)) THEN coalesce(one.left_on, %(day)s)
        END AS left_on
        FROM customers_customer AS one LEFT JOIN customers_account AS theirs ON theirs.customer_id = one.key
        WHERE one.cleared_on IS NULL OR one.key = ANY(%(listed)s) GROUP BY one.key
    ) AS found WHERE mine.key = found.key AND mine.left_on IS DISTINCT FROM found.left_on
"""


_STILL_HERE = """
    UPDATE customers_customer AS mine SET left_on = NULL FROM customers_customer AS other
    WHERE mine.left_on IS NOT NULL AND other.left_on IS NULL AND mine.cleared_on IS NULL
      AND (other.merged_into_id = mine.key OR other.key = mine.merged_into_id
           OR other.merged_into_id = mine.merged_into_id)
"""
"""Whose files were merged into one is a customer while any of her numbers is."""


def note_departures(day: date, listed: Collection[int]) -> int:
    """Write down when each customer left, as of a delivery: every account closed, or not on its list.

    Who is listed again with an open account is a customer as before, also when everything of her had been cleared.
    Returns how many changed. The rule is ``rules.retention.left_on``.
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET cleared_on = NULL WHERE cleared_on IS NOT NULL AND key = ANY(%s)",
                       [list(listed)])  # fmt: skip
        cursor.execute(_ABSENT, {"day": day, "listed": list(listed)})
        changed = cursor.rowcount
        cursor.execute(_STILL_HERE)
        return changed
