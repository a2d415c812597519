"""What of colleagues, their sessions and the trail falls due, and when."""

from __future__ import annotations

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import F, Q

from guanhu.apps.audit.models import Entry
from guanhu.apps.people.alarms.models import Alarm, Leaving, Looked
from guanhu.apps.people.falling import Falling
from guanhu.apps.people.models import Cover, PasswordUsed, RecoveryCode, RoleGrant, SecondFactor, SignIn, Staff
from guanhu.rules.privacy import Keep

_SIGNED = "谁签的字要看得出：留证里的工号指到这里"

FALLING: tuple[Falling, ...] = (
    Falling(Looked, Keep.TWELVE_MONTHS, "每日查看量", "day"),
    Falling(Alarm, Keep.TWELVE_MONTHS, "已答复的异常提醒", "answered_at", due=Q(answered_at__isnull=False)),
    Falling(Leaving, Keep.WHILE_STAFF, "离岗预告", "last_on"),
    Falling(SignIn, Keep.TWELVE_MONTHS, "登录记录", "started_at", due=Q(ended_at__isnull=False)),
    Falling(AccessAttempt, Keep.TWELVE_MONTHS, "登录失败计数", "attempt_time"),
    Falling(AccessFailureLog, Keep.TWELVE_MONTHS, "登录失败记录", "attempt_time"),
    Falling(AccessLog, Keep.TWELVE_MONTHS, "登录流水", "attempt_time"),
    Falling(Session, Keep.TWELVE_MONTHS, "过期会话", "expire_date"),
    Falling(SecondFactor, Keep.WHILE_STAFF, "动态码密钥", "staff__left_on"),
    Falling(RecoveryCode, Keep.WHILE_STAFF, "恢复码摘要", "staff__left_on"),
    Falling(PasswordUsed, Keep.WHILE_STAFF, "旧密码摘要", "staff__left_on"),
    Falling(Cover, Keep.WHILE_STAFF, "代管", "giver__left_on"),
    Falling(RoleGrant, Keep.WHILE_STAFF, "授权", "staff__left_on"),
    Falling(
        Staff, Keep.WHILE_STAFF, "离岗员工的姓名与电话", "left_on",
        due=~Q(name=F("staff_no")) | ~Q(phone="") | ~Q(licence_no=""),
        blank={
            "name": F("staff_no"), "phone": "", "licence_no": "", "licence_until": None, "leave_from_on": None,
            "leave_to_on": None, "last_login": None,
        },
        stays={"staff_no": _SIGNED, "post": _SIGNED, "capability": "夜间排过的名单要能重算", "left_on": "期限由此起算"},
    ),
    Falling(Entry, Keep.THIRTY_SIX_MONTHS, "留痕：导出封存之前不清理", "at", counted_only=True),
)  # fmt: skip
