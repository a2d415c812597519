"""What people read about signing in: why a session ended, until when a door is shut, what is wrong with a password."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from markupsafe import Markup
from segno import make_qr

from guanhu.apps.people.policy import in_force
from guanhu.apps.people.signing.shapes import Ended
from guanhu.rules.kinds import Owed, PasswordFault, SessionEnd
from guanhu.web.words import moment


def place(address: str) -> str:
    """An address as people read it, also where none is known."""
    return address or _("未知地址")


def farewell(told: Ended) -> str:
    """Why one has to sign in again; nothing to say when one left by oneself or never was here."""
    if told.why is None or told.why is SessionEnd.SIGNED_OUT:
        return ""
    if told.why is SessionEnd.REPLACED and told.by:
        return _("你的账号于 %(at)s 在 %(address)s 登录，这里随之退出。不是你本人？请立即联系安全管理员") % {
            "at": moment(told.by.started_at), "address": place(told.by.address),
        }  # fmt: skip
    return _farewells()[told.why]


def _farewells() -> dict[SessionEnd, str]:
    policy = in_force()
    return {
        SessionEnd.IDLE: _("%(n)s 分钟没有操作，已自动退出。重新登录后回到刚才的页面") % {"n": policy.idle_minutes},
        SessionEnd.TOO_LONG: _("登录已满 %(n)s 小时，请重新登录") % {"n": policy.session_hours},
        SessionEnd.REPLACED: _("你的账号在别处登录，这里随之退出。不是你本人？请立即联系安全管理员"),
        SessionEnd.BROWSER: _("浏览器变了，为了账号安全请重新登录"),
        SessionEnd.PLACE: _("网络位置变了，为了账号安全请重新登录"),
        SessionEnd.LEFT: _("此账号已停用。有疑问请联系系统管理员"),
        SessionEnd.MOVED: _("你所在的网点有变动，请重新登录，之后按新网点查看"),
        SessionEnd.ROLE: _("你的角色有变动，请重新登录"),
        SessionEnd.LOCKED: _("此账号已被管理员锁定，请联系安全管理员"),
        SessionEnd.PASSWORD: _("密码已被重置，请用新密码登录"),
        SessionEnd.FACTOR: _("动态码已被重置，登录后请重新绑定"),
        SessionEnd.ENDED: _("管理员结束了这次登录。有疑问请联系安全管理员"),
    }


def what_is_wrong(faults: Iterable[PasswordFault]) -> list[str]:
    """What has to be mended in a new password, one sentence each."""
    policy = in_force()
    told = {
        PasswordFault.SHORT: _("至少 %(n)s 位") % {"n": policy.password_length},
        PasswordFault.CLASSES: _("小写字母、大写字母、数字、符号中至少用 %(n)s 种") % {"n": policy.password_classes},
        PasswordFault.WORD: _("不要含本行、网点、姓名或工号"),
        PasswordFault.KNOWN: _("太常见或是键盘上的连串，容易被猜到"),
        PasswordFault.USED: _("不能与最近 %(n)s 次用过的相同") % {"n": policy.password_history},
    }
    return [told[fault] for fault in faults]


def password_rules() -> list[str]:
    """What a new password must be like, as long as the bank asks for it."""
    policy = in_force()
    asked = {
        PasswordFault.SHORT: policy.password_length,
        PasswordFault.CLASSES: policy.password_classes,
        PasswordFault.WORD: 1,
        PasswordFault.USED: policy.password_history,
    }
    return what_is_wrong(fault for fault, number in asked.items() if number)


def why_owed(owes: Owed | None) -> str:
    """Why this has to be done before anything else."""
    if owes is None:
        return ""
    return {
        Owed.NEW_PASSWORD: _("现在的密码是别人替你设的，换成只有你知道的再开始工作"),
        Owed.OLD_PASSWORD: _("密码已用满 %(n)s 天，换一个再开始工作") % {"n": in_force().password_days},
        Owed.SECOND_FACTOR: _("你的角色需要动态码，绑定手机后再开始工作"),
    }[owes]


def qr(address: str) -> Markup:
    """A picture for the phone's camera, drawn into the page."""
    drawn = make_qr(address, error="m").svg_inline(omitsize=True, border=3, svgclass="qr", lineclass=None)
    return Markup(drawn)  # nosec B704 # squares drawn by the library; no word of anybody is in it
