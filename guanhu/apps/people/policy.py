"""The numbers the bank goes by: by day the same as by night."""

from __future__ import annotations

from django.conf import settings

from guanhu.rules.policy import Policy


def in_force() -> Policy:
    """The policy of this bank: what is shipped with what its ``policy.json`` changes, as the night reads it."""
    policy: Policy = settings.GUANHU_POLICY
    return policy
