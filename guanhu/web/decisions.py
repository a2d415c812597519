"""Forms of decisions about colleagues and who keeps whom: a cover, a role, a move, a round. The action checks them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from guanhu.rules.access import Role
from guanhu.rules.kinds import Post
from guanhu.rules.rounds import Acquaintance, HandoverStep, Protection, RoundKind
from guanhu.web.forms import TellingForm
from guanhu.web.freetext import FreeText

DATE_LIKE = {"invalid": gettext_lazy("日期写成 2026-11-24 的样子")}
CHOOSE = {"required": gettext_lazy("选一位同事"), "invalid": gettext_lazy("选一位同事")}
LONGEST = 200


def _choose(words: Any) -> dict[str, Any]:
    """Whatever is wrong with a choice, one sentence says what to do."""
    return dict.fromkeys(("required", "invalid", "invalid_choice"), words)


class Decision(TellingForm):
    """A decision with its reason; ``why`` is the action's ``reason``."""

    why = FreeText(max_length=LONGEST, error_messages={"required": gettext_lazy("写一句理由")})


class CoverForm(Decision):
    """Who keeps whose customers, from when to when."""

    giver = forms.UUIDField(error_messages=CHOOSE)
    taker = forms.UUIDField(error_messages=CHOOSE)
    from_on = forms.DateField(error_messages={"required": gettext_lazy("填从哪天起"), **DATE_LIKE})
    to_on = forms.DateField(error_messages={"required": gettext_lazy("填到哪天止"), **DATE_LIKE})


class ProposalForm(Decision):
    """Which role, from when to when."""

    role = forms.ChoiceField(
        choices=[(code, code) for code in Role],
        error_messages={"required": gettext_lazy("选一个角色"), "invalid_choice": gettext_lazy("选一个角色")},
    )
    from_on = forms.DateField(error_messages={"required": gettext_lazy("填从哪天起"), **DATE_LIKE})
    until_on = forms.DateField(required=False, error_messages=DATE_LIKE)


class MoveForm(Decision):
    """To which branch."""

    branch = forms.UUIDField(
        error_messages={"required": gettext_lazy("选一个网点"), "invalid": gettext_lazy("选一个网点")}
    )


class RoundForm(TellingForm):
    """分户方案: which post is split anew, why, and from when on; ``leaver``: who will keep nobody any more."""

    post = forms.ChoiceField(
        choices=[(code, code) for code in Post], error_messages=_choose(gettext_lazy("选一个岗位"))
    )
    round_kind = forms.ChoiceField(
        choices=[(code, code) for code in RoundKind if code is not RoundKind.CUSTOMER],
        error_messages=_choose(gettext_lazy("选一个种类")),
    )
    effective_on = forms.DateField(required=False, error_messages=DATE_LIKE)
    because = FreeText(max_length=LONGEST, required=False)
    leaver = forms.UUIDField(required=False, error_messages=CHOOSE)
    claims = forms.BooleanField(required=False)


class LimitForm(TellingForm):
    """How many a round may move, and whom it protects."""

    moves = forms.IntegerField(error_messages=_choose(gettext_lazy("填最多变更几户")))
    protects = forms.MultipleChoiceField(choices=[(code, code) for code in Protection], required=False)


class PinForm(TellingForm):
    """Who is to keep this customer whatever the solver would; nobody: let go of it."""

    keeper = forms.UUIDField(required=False, error_messages=CHOOSE)


class PublishForm(TellingForm):
    """Which proposal was looked at."""

    number = forms.IntegerField(min_value=1)


class BecauseForm(TellingForm):
    """Why a round goes back, is dropped or taken back; the action asks for the words."""

    because = FreeText(max_length=LONGEST, required=False)


class KeeperForm(BecauseForm):
    """Which colleague a customer would rather have."""

    keeper = forms.UUIDField(error_messages=CHOOSE)


class ClaimForm(TellingForm):
    """Whom one asks for, how well one knows her and from where."""

    customer = forms.CharField(max_length=40, required=False)
    known = forms.ChoiceField(
        choices=[(code, code) for code in Acquaintance], error_messages=_choose(gettext_lazy("选出熟悉的程度"))
    )
    because = FreeText(max_length=120, required=False)


class StepForm(TellingForm):
    """Which step of a handover was done, and what the customer said."""

    step = forms.ChoiceField(choices=[(code, code) for code in HandoverStep])
    note = FreeText(max_length=LONGEST, required=False)


def in_form(errors: dict[str, str]) -> dict[str, str]:
    """What an action says, under the names of the form."""
    return {"why" if name == "reason" else name: said for name, said in errors.items()}
