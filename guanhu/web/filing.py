"""Forms of the ties between customers; the action checks what they mean."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from guanhu.apps.customers.relations.shapes import TieWords
from guanhu.rules.relations import Bond, Introduced


class RelationForm(forms.Form):
    """A tie to another customer: whom, as what, one household, who brought whom; to be taken off, or put back.

    ``who``: words to find her by; ``other``: the one who was chosen; ``version``: the wording that was seen.
    """

    item = forms.UUIDField(required=False)
    version = forms.IntegerField(min_value=0, required=False)
    removed = forms.BooleanField(required=False)
    again = forms.BooleanField(required=False)
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

    @property
    def messages(self) -> dict[str, str]:
        """The first complaint about each field."""
        return {name: str(errors[0]) for name, errors in self.errors.items()}
