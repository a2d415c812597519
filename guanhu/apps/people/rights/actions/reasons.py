"""The reason that stands beside every decision about colleagues."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guanhu.apps.people.rights.shapes import LONGEST_REASON


def reason_fault(reason: str) -> str:
    """What is wrong with a reason: none, or too long a one; empty when nothing is."""
    if not reason.strip():
        return _("写一句理由")
    return _("理由最多 %(n)s 字") % {"n": LONGEST_REASON} if len(reason.strip()) > LONGEST_REASON else ""
