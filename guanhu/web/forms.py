"""Plain forms: what was typed, checked and turned into an action's keywords. The action checks what it means."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanhu.apps.customers.living.shapes import DayWords, FactWords
from guanhu.apps.work.learning.actions import PLAIN
from guanhu.apps.work.shapes import NextStep
from guanhu.rules.access import Role
from guanhu.rules.kinds import Calendar, Channel, Kind, Outcome, Refusal, Stage, TrailAction, VisitPurpose
from guanhu.rules.living import MARKS, AgeBand, DateKind, FactKind, HeardFrom, NeedDepth, NeedFacet, NeedType, Whose
from guanhu.rules.policy import WAN
from guanhu.rules.privacy import RevealPurpose
from guanhu.web.freetext import FreeText

MINUTE = 60
SHORT_NUMBER = 7
"""Digits of a number of wordings, and one."""
LARGEST_WAN = 100_000


class TellingForm(forms.Form):
    """A form that tells of each field what is wrong with it first."""

    @property
    def messages(self) -> dict[str, str]:
        """The first complaint about each field."""
        return {name: str(errors[0]) for name, errors in self.errors.items()}


class SignInForm(forms.Form):
    """Staff number and password."""

    staff_no = forms.CharField(max_length=40, error_messages={"required": gettext_lazy("请填工号")})
    password = forms.CharField(max_length=200, strip=False, error_messages={"required": gettext_lazy("请填密码")})


class CodeForm(forms.Form):
    """Six digits from the phone, or a recovery code."""

    code = forms.CharField(max_length=40, error_messages={"required": gettext_lazy("请填动态码")})


class PasswordForm(forms.Form):
    """The password one has, and twice the one to come."""

    current = forms.CharField(max_length=200, strip=False, error_messages={"required": gettext_lazy("请填现在的密码")})
    new = forms.CharField(max_length=200, strip=False, error_messages={"required": gettext_lazy("请填新密码")})
    again = forms.CharField(max_length=200, strip=False, error_messages={"required": gettext_lazy("请再填一遍新密码")})

    def clean(self) -> dict[str, Any]:
        """The new one was typed the same twice."""
        kept = super().clean() or {}
        if kept.get("new") and kept.get("again") and kept["new"] != kept["again"]:
            self.add_error("again", _("两遍新密码不一样"))
        return kept


class NoteForm(forms.Form):
    """Something that was taken off a file, to be put back."""

    customer = forms.UUIDField()
    kind = forms.ChoiceField(choices=[("dates", "dates"), ("facts", "facts")])
    item = forms.UUIDField()
    version = forms.IntegerField(min_value=1)


class ConfirmForm(forms.Form):
    """Who one is, once more: the password or the code."""

    proof = forms.CharField(max_length=200, strip=False, error_messages={"required": gettext_lazy("请填写后再确认")})


def _optional(kind: type[Kind]) -> forms.ChoiceField:
    """A closed list from which nothing need be chosen."""
    return forms.ChoiceField(choices=[("", ""), *((code, code) for code in kind)], required=False)


class RoleForm(forms.Form):
    """The role to put on."""

    role = forms.ChoiceField(choices=[(role.value, role.value) for role in Role])


OWN_FIELDS = {
    Outcome.NO_ANSWER: ("retry_on", "retry_at"),
    Outcome.DECLINED: ("refusal", "no_marketing"),
    Outcome.BOOKED: ("meeting_on", "meeting_at", "meeting_place"),
    Outcome.CLOSED: ("product", "amount_wan"),
}
"""What belongs to one outcome alone; left over from another choice it is dropped."""
MISSING = ("retry_on", "retry_at", "meeting_on", "meeting_at", "amount_wan")


class _Shared(dict[str, forms.Field]):
    """The fields of a form sent all day long and changed by nobody: one set for all who fill it in, not a copy each."""

    def __deepcopy__(self, _known: object) -> _Shared:
        return self


class OutcomeForm(TellingForm):
    """What came of a contact; only what belongs to the chosen outcome is kept."""

    outcome = forms.ChoiceField(
        choices=[(code, code) for code in Outcome], error_messages={"required": gettext_lazy("先选一个结果")}
    )
    channel = forms.ChoiceField(choices=[(code, code) for code in Channel])
    request_key = forms.CharField(max_length=64)
    version = forms.IntegerField(min_value=0)
    said = FreeText(max_length=500, required=False)
    minutes = forms.IntegerField(min_value=0, max_value=600, required=False)
    seconds = forms.IntegerField(min_value=0, max_value=59, required=False)
    no_marketing = forms.BooleanField(required=False)
    refusal = forms.ChoiceField(choices=[("", ""), *((code, code) for code in Refusal)], required=False)
    retry_on = forms.DateField(required=False)
    retry_at = forms.TimeField(required=False)
    meeting_on = forms.DateField(required=False)
    meeting_at = forms.TimeField(required=False)
    meeting_place = FreeText(max_length=60, required=False)
    product = FreeText(max_length=100, required=False)
    amount_wan = forms.CharField(max_length=20, required=False)
    learnt_kind = _optional(FactKind)
    learnt = FreeText(max_length=200, required=False)

    def clean_amount_wan(self) -> int | None:
        """万元 as typed, in fen."""
        typed = str(self.cleaned_data["amount_wan"]).replace(",", "").strip()
        if not typed:
            return None
        try:
            wan = Decimal(typed)
        except InvalidOperation:
            raise forms.ValidationError(_("金额请填数字，单位万，如 12.5")) from None
        if not wan.is_finite() or not 0 < wan <= LARGEST_WAN:
            raise forms.ValidationError(_("金额要大于 0，不超过 100,000 万"))
        return int(wan * WAN)

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen outcome needs."""
        kept = super().clean() or {}
        for outcome, names in OWN_FIELDS.items():
            if kept.get("outcome") != outcome:
                kept.update({name: None if name in MISSING else "" for name in names})
        needs = {
            Outcome.DECLINED: ("refusal", _("选一个拒绝原因")),
            Outcome.BOOKED: ("meeting_on", _("填约见的日期")),
            Outcome.CLOSED: ("amount_wan", _("填成交金额")),
        }
        name, says = needs.get(kept.get("outcome", ""), ("", ""))
        if name and not kept.get(name) and name not in self.errors:
            self.add_error(name, says)
        return kept

    @property
    def talked_seconds(self) -> int | None:
        """Minutes and seconds together; null when neither was written."""
        minutes, seconds = self.cleaned_data.get("minutes"), self.cleaned_data.get("seconds")
        return None if minutes is None and seconds is None else (minutes or 0) * MINUTE + (seconds or 0)


OutcomeForm.base_fields = _Shared(OutcomeForm.base_fields)


def steps_of(values: list[str]) -> tuple[NextStep, ...]:
    """The next contacts that were left checked; a value nobody offered is refused by the action."""
    made = []
    for value in values:
        due_on, channel, purpose, at = [*value.split("|"), "", "", ""][:4]
        try:
            made.append(NextStep(date.fromisoformat(due_on), Channel(channel), purpose, _time(at)))
        except ValueError:
            raise forms.ValidationError(_("下一步写得不对，请刷新后再选")) from None
    return tuple(made)


def confirmed_of(values: list[str]) -> tuple[tuple[UUID, int], ...]:
    """The known facts that were ticked, each with the wording it was; what nobody offered is left out."""
    made = []
    for value in values:
        item, _bar, version = value.partition("|")
        if version.isdecimal() and len(version) < SHORT_NUMBER:
            with suppress(ValueError):
                made.append((UUID(item), int(version)))
    return tuple(made)


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


class DeferForm(forms.Form):
    """Why a contact waits."""

    reason = FreeText(max_length=200, error_messages={"required": gettext_lazy("写一句顺延的原因")})


class RevealForm(TellingForm):
    """Which masked value is to be read in full, and why; an account's as ``account_no:`` and its public id."""

    what = forms.CharField(max_length=60, error_messages={"required": gettext_lazy("选一项要看的")})
    purpose = forms.ChoiceField(
        choices=[(code, code) for code in RevealPurpose],
        error_messages={"required": gettext_lazy("选一个目的"), "invalid_choice": gettext_lazy("选一个目的")},
    )
    words = FreeText(max_length=100, required=False)

    def clean_what(self) -> tuple[str, UUID | None]:
        """The field, and the account where it is one's."""
        field, _colon, account = str(self.cleaned_data["what"]).partition(":")
        try:
            return field, UUID(account) if account else None
        except ValueError:
            raise forms.ValidationError(_("选一项要看的")) from None


def _says(words: Any) -> dict[str, Any]:
    """Whatever is wrong with a number, one sentence says what to write."""
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), words)


Member = TypeVar("Member", bound=Kind)


def _member(kind: type[Member], code: str) -> Member | None:
    return kind(code) if code else None


class DayForm(TellingForm):
    """An important date: new, the next wording of one, or to be taken off; ``version`` is the wording that was seen."""

    item = forms.UUIDField(required=False)
    version = forms.IntegerField(min_value=0, required=False)
    removed = forms.BooleanField(required=False)
    date_kind = forms.ChoiceField(choices=[(code, code) for code in DateKind])
    whose = forms.ChoiceField(choices=[(code, code) for code in Whose])
    calendar = forms.ChoiceField(choices=[(code, code) for code in Calendar])
    month = forms.IntegerField(min_value=1, max_value=12, error_messages=_says(gettext_lazy("月份填 1 到 12")))
    day = forms.IntegerField(min_value=1, max_value=31, error_messages=_says(gettext_lazy("日子填 1 到 31")))
    leap = forms.BooleanField(required=False)
    year = forms.IntegerField(required=False, error_messages=_says(gettext_lazy("年份填四位数，如 1963")))
    person = forms.CharField(max_length=40, required=False)
    about = forms.CharField(max_length=100, required=False)

    def said(self, today: date, contacts: Mapping[UUID, date]) -> DayWords:
        """The wording the form holds."""
        kept = self.cleaned_data
        return DayWords(
            DateKind(kept["date_kind"]), Whose(kept["whose"]), Calendar(kept["calendar"]), kept["month"], kept["day"],
            kept["leap"], kept["year"], kept["person"], kept["about"],
        )  # fmt: skip


class FactForm(TellingForm):
    """Something learnt: new, its next wording, or to be taken off; what is a need's alone is dropped elsewhere."""

    item = forms.UUIDField(required=False)
    version = forms.IntegerField(min_value=0, required=False)
    removed = forms.BooleanField(required=False)
    fact_kind = forms.ChoiceField(choices=[(code, code) for code in FactKind])
    fact = forms.CharField(max_length=200, required=False)
    heard_from = forms.ChoiceField(choices=[(code, code) for code in HeardFrom])
    heard_on = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("日期写成 2026-11-24 的样子")})
    contact = forms.UUIDField(required=False)
    whose = forms.ChoiceField(choices=[(code, code) for code in Whose], required=False)
    person = forms.CharField(max_length=40, required=False)
    band = _optional(AgeBand)
    need_type = _optional(NeedType)
    need_depth = _optional(NeedDepth)
    need_facet = _optional(NeedFacet)
    found_how = forms.CharField(max_length=200, required=False)
    kept_for = forms.CharField(max_length=100, required=False)
    consented = forms.BooleanField(required=False)

    def said(self, today: date, contacts: Mapping[UUID, date]) -> FactWords:
        """The wording the form holds; ``contacts``: the days of those that may be its evidence."""
        kept = self.cleaned_data
        need, family = kept["fact_kind"] == FactKind.NEED, kept["fact_kind"] == FactKind.FAMILY
        return FactWords(
            FactKind(kept["fact_kind"]), kept["fact"], HeardFrom(kept["heard_from"]),
            contacts.get(kept["contact"], kept["heard_on"] or today), kept["contact"],
            Whose(kept["whose"] or Whose.SELF),
            kept["person"] if family else "", _member(AgeBand, kept["band"]) if family else None,
            _member(NeedType, kept["need_type"]) if need else None,
            _member(NeedDepth, kept["need_depth"]) if need else None,
            _member(NeedFacet, kept["need_facet"]) if need else None, kept["found_how"] if need else "",
            kept["kept_for"] if kept["consented"] else "",
        )  # fmt: skip


class ProspectForm(TellingForm):
    """Who came in and is no customer: her name, and what she would like."""

    name = FreeText(max_length=60, error_messages={"required": gettext_lazy("请填姓名")})
    wish = FreeText(max_length=120, required=False)


class VisitForm(TellingForm):
    """What a customer came for, and a few words."""

    visit = forms.ChoiceField(
        choices=[(code, code) for code in VisitPurpose], error_messages={"required": gettext_lazy("选一下客户来办什么")}
    )
    remark = FreeText(max_length=120, required=False)


class MarketingForm(TellingForm):
    """What the customer said about marketing, and what shows it."""

    granted = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    evidence = FreeText(max_length=500, required=False)
    seen = forms.IntegerField(min_value=0, required=False)


class TrailForm(TellingForm):
    """What somebody wants to know of the trail; everything may be left empty."""

    customer = forms.CharField(max_length=40, required=False)
    actor = forms.CharField(max_length=40, required=False)
    action = forms.ChoiceField(choices=[("", ""), *((code, code) for code in TrailAction)], required=False)
    since = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("日期写成 2026-11-24 的样子")})
    until = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("日期写成 2026-11-24 的样子")})
    before = forms.CharField(max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        """The period begins before it ends."""
        kept = super().clean() or {}
        if kept.get("since") and kept.get("until") and kept["since"] > kept["until"]:
            self.add_error("until", _("结束的日期要在开始之后"))
        return kept


class MarkForm(TellingForm):
    """As what somebody who came in is marked, and what shows it."""

    fact_kind = forms.ChoiceField(
        choices=[(code, code) for code in MARKS],
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("选目标客户或潜力客户")),
    )
    fact = forms.CharField(max_length=200, error_messages={"required": gettext_lazy("写一句看中哪一点")})

    def said(self, today: date) -> FactWords:
        """What was seen, as it goes into the file."""
        kept = self.cleaned_data
        return FactWords(FactKind(kept["fact_kind"]), kept["fact"], HeardFrom.SEEN, today)


class LineForm(TellingForm):
    """What may be changed from the list: the stage with what shows it, and one thing learnt; either may be left out."""

    stage = _optional(Stage)
    note = FreeText(max_length=500, required=False)
    fact_kind = forms.ChoiceField(choices=[(code, code) for code in PLAIN])
    fact = forms.CharField(max_length=200, required=False)
    heard_from = forms.ChoiceField(choices=[(code, code) for code in HeardFrom])

    def said(self, today: date) -> FactWords | None:
        """What was learnt; null where nothing was typed."""
        kept = self.cleaned_data
        if not kept["fact"]:
            return None
        return FactWords(FactKind(kept["fact_kind"]), kept["fact"], HeardFrom(kept["heard_from"]), today)


class StageForm(TellingForm):
    """A new stage, and what shows it."""

    stage = forms.ChoiceField(choices=[(code, code) for code in Stage])
    note = FreeText(max_length=500, error_messages={"required": gettext_lazy("写一句依据：客户做了什么")})
