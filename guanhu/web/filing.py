"""Forms of the ties between customers and of what we do for one; the action checks what they mean."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from guanhu.apps.customers.relations.shapes import TieWords
from guanhu.apps.customers.serving.shapes import CourseWords, IntentionWords, OfferWords
from guanhu.rules.relations import Bond, Introduced
from guanhu.rules.serving import CanOffer, CourseKind, CourseState, Intent
from guanhu.web.forms import TellingForm
from guanhu.web.freetext import FreeText


class RelationForm(TellingForm):
    """A tie to another customer: whom, as what, one household, who brought whom; to be taken off, or put back.

    ``who``: words to find her by; ``other``: the one who was chosen; ``version``: the wording that was seen.
    """

    item = forms.UUIDField(required=False)
    version = forms.IntegerField(min_value=0, required=False)
    removed = forms.BooleanField(required=False)
    back = forms.BooleanField(required=False)
    who = forms.CharField(max_length=60, required=False)
    other = forms.UUIDField(required=False)
    bond = forms.ChoiceField(choices=[(code, code) for code in Bond],
                             error_messages={"required": gettext_lazy("选对方是客户的什么人")})  # fmt: skip
    household = forms.BooleanField(required=False)
    introduced = forms.ChoiceField(choices=[("", ""), *((code, code) for code in Introduced)], required=False)

    @property
    def said(self) -> TieWords:
        """The wording the form holds."""
        kept = self.cleaned_data
        introduced = Introduced(kept["introduced"]) if kept["introduced"] else None
        return TieWords(Bond(kept["bond"]), kept["household"], introduced)


class OfferForm(TellingForm):
    """What is said to a need: ``item`` is the need's; ``version`` the wording that was seen, nought for none."""

    item = forms.UUIDField(
        error_messages={"required": gettext_lazy("选一条需求"), "invalid": gettext_lazy("选一条需求")}
    )
    version = forms.IntegerField(min_value=0, required=False)
    can = forms.ChoiceField(choices=[(code, code) for code in CanOffer],
                            error_messages={"required": gettext_lazy("选能不能提供")})  # fmt: skip
    bought = FreeText(max_length=100, required=False)
    offered = FreeText(max_length=200, required=False)
    instead = FreeText(max_length=200, required=False)

    @property
    def said(self) -> OfferWords:
        """The wording the form holds."""
        kept = self.cleaned_data
        return OfferWords(CanOffer(kept["can"]), kept["bought"], kept["offered"], kept["instead"])


class IntentionForm(TellingForm):
    """What she will do when something matures: ``item`` is the holding's; ``version`` the wording that was seen."""

    item = forms.UUIDField()
    version = forms.IntegerField(min_value=0, required=False)
    intent = forms.ChoiceField(choices=[(code, code) for code in Intent],
                               error_messages={"required": gettext_lazy("选一项意向")})  # fmt: skip
    business = FreeText(max_length=100, required=False)
    come_on = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("日期写成 2026-11-24 的样子")})
    come_at = forms.TimeField(required=False, error_messages={"invalid": gettext_lazy("时间写成 10:30 的样子")})

    @property
    def said(self) -> IntentionWords:
        """The wording the form holds."""
        kept = self.cleaned_data
        return IntentionWords(Intent(kept["intent"]), kept["business"], kept["come_on"], kept["come_at"])


class CourseForm(TellingForm):
    """A goal or a step of the plan for a customer: new, its next wording, or to be taken off."""

    item = forms.UUIDField(required=False)
    version = forms.IntegerField(min_value=0, required=False)
    removed = forms.BooleanField(required=False)
    course_kind = forms.ChoiceField(choices=[(code, code) for code in CourseKind],
                                    error_messages={"required": gettext_lazy("选目标或步骤")})  # fmt: skip
    text = FreeText(max_length=200, required=False)
    owner = FreeText(max_length=40, required=False)
    due_on = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("日期写成 2026-11-24 的样子")})
    course_state = forms.ChoiceField(choices=[("", ""), *((code, code) for code in CourseState)], required=False)
    came = FreeText(max_length=200, required=False)

    @property
    def said(self) -> CourseWords:
        """The wording the form holds."""
        kept = self.cleaned_data
        state = CourseState(kept["course_state"] or CourseState.OPEN)
        return CourseWords(
            CourseKind(kept["course_kind"]), kept["text"], kept["owner"], kept["due_on"], state, kept["came"]
        )
