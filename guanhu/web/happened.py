"""时间线: what was changed in a file in words, and the headings by which it is filtered."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guanhu.rules.living import DateKind, FactKind
from guanhu.rules.relations import Bond
from guanhu.rules.serving import Intent
from guanhu.web.words import label, word

KINDS = ("touch", "money", "signal", "promise", "change")
"""The headings, in order."""


def headings() -> tuple[tuple[str, str], ...]:
    """Every heading with its code; the first one is all of them."""
    words = {"": _("全部"), "touch": _("接触"), "money": _("资金"), "signal": _("信号"), "promise": _("约定"),
             "change": _("变更")}  # fmt: skip
    return tuple(words.items())


def change_words(what: str, kind: str) -> str:
    """One change of the file: 记下了解：兴趣, 营销：同意."""
    if what == "date":
        return _("记下日子：%(kind)s") % {"kind": word(DateKind(kind))}
    if what == "fact":
        return _("记下了解：%(kind)s") % {"kind": word(FactKind(kind))}
    if what == "intention":
        return _("到期意向：%(kind)s") % {"kind": word(Intent(kind))}
    if what in ("tied", "untied"):
        said = _("连上客户：%(kind)s") if what == "tied" else _("移除关系：%(kind)s")
        return said % {"kind": word(Bond(kind))}
    if what in ("granted", "refused"):
        said = _("%(purpose)s：同意") if what == "granted" else _("%(purpose)s：拒绝")
        return said % {"purpose": label("ConsentPurpose", kind)}
    return _("提出投诉") if what == "complaint" else _("投诉办结")
