"""Free text: whatever a colleague types in her own words is looked at before it is kept. Reliability C12."""

from __future__ import annotations

from typing import Any

from django import forms

from guanhu.apps.customers.living.actions import not_to_be_written


class FreeText(forms.CharField):
    """Words of one's own; refused where they hold a number, a secret, a child's data, health or belief."""

    def clean(self, value: Any) -> str:
        """The text as typed, or what was found in it and where that goes."""
        text: str = super().clean(value)
        wrong = not_to_be_written(text=text)
        if wrong:
            raise forms.ValidationError(wrong["text"])
        return text
