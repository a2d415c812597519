"""Forms of decisions about colleagues: a cover, a role, a move, a reason. The action checks what they mean."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from guanhu.rules.access import Role
from guanhu.web.forms import TellingForm
from guanhu.web.freetext import FreeText

DATE_LIKE = {"invalid": gettext_lazy("日期写成 2026-11-24 的样子")}
CHOOSE = {"required": gettext_lazy("选一位同事"), "invalid": gettext_lazy("选一位同事")}
LONGEST = 200


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


def in_form(errors: dict[str, str]) -> dict[str, str]:
    """What an action says, under the names of the form."""
    return {"why" if name == "reason" else name: said for name, said in errors.items()}
