"""Forms of the evening and of days ahead: what becomes of a line, a review, a comment, a contact on a day, a goal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from guanhu.rules.kinds import Channel
from guanhu.web.forms import TellingForm
from guanhu.web.freetext import FreeText


class SettleForm(TellingForm):
    """What becomes of a line that was not done: moved to a day or dropped until one, and why."""

    how = forms.ChoiceField(choices=[("move", "move"), ("drop", "drop")])
    until = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("日期写成 2026-12-01 这样")})
    reason = FreeText(max_length=200, error_messages={"required": gettext_lazy("写一句原因")})


class RestForm(TellingForm):
    """Why everything that is left waits for tomorrow."""

    reason = FreeText(max_length=200, error_messages={"required": gettext_lazy("写一句原因")})


class ReviewForm(TellingForm):
    """The two questions of an evening."""

    best = FreeText(max_length=500, required=False)
    missed = FreeText(max_length=500, required=False)


class ArrangeForm(TellingForm):
    """A contact on a day: when, by which way, and what for."""

    due_on = forms.DateField(
        error_messages={"required": gettext_lazy("选一天"), "invalid": gettext_lazy("日期写成 2026-12-01 这样")}
    )
    at = forms.TimeField(required=False, error_messages={"invalid": gettext_lazy("时间写成 14:30 这样")})
    channel = forms.ChoiceField(choices=[(code, code) for code in Channel])
    purpose = FreeText(max_length=120, error_messages={"required": gettext_lazy("写明为了什么")})


class GoalForm(TellingForm):
    """What a week is to bring."""

    week_on = forms.DateField()
    contacts = forms.IntegerField(
        error_messages={"required": gettext_lazy("填一个数"), "invalid": gettext_lazy("填一个数")}
    )
    meetings = forms.IntegerField(
        error_messages={"required": gettext_lazy("填一个数"), "invalid": gettext_lazy("填一个数")}
    )
    goal = FreeText(max_length=200, required=False)


class CommentForm(TellingForm):
    """What is said to a review."""

    comment = FreeText(max_length=300, error_messages={"required": gettext_lazy("写一句评语")})
