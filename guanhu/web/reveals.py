"""What is masked on a page and may be read in full: the list to choose from, and one value with its half minute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from guanhu.apps.customers.shapes import Hidden
from guanhu.apps.people.policy import in_force
from guanhu.rules.kinds import Kind
from guanhu.rules.masks import mask_phone
from guanhu.rules.privacy import RevealField, RevealPurpose
from guanhu.web.pages import go
from guanhu.web.words import english


@dataclass(frozen=True)
class Masked:
    """One line of the list: what the form sends, what it is called, how it stands masked."""

    code: str
    word: str
    text: str


@dataclass(frozen=True)
class Told:
    """What became of asking: the value with how it looked before, or why not."""

    word: str = ""
    text: str = ""
    masked: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> int:
        """How long it stands there."""
        return in_force().reveal_seconds


NOTHING = Told()


def masked_of(hidden: Iterable[Hidden]) -> tuple[Masked, ...]:
    """The list of one customer's masked values."""
    return tuple(
        Masked(f"{one.field}:{one.account}" if one.account else one.field, _word(RevealField(one.field)), one.text)
        for one in hidden
    )


def called(phone: str) -> Told:
    """The number for one call."""
    return Told(_word(RevealField.PHONE), phone, mask_phone(phone))


def purposes() -> tuple[tuple[str, str], ...]:
    """The purposes a page offers, with their words."""
    return tuple((each.value, _word(each)) for each in RevealPurpose)


def _word(member: Kind) -> str:
    return member.label("en" if english() else "zh")


def masked_again(response: HttpResponse, address: str) -> HttpResponse:
    """Without a script, too, the page goes back to the masked one after its half minute."""
    response["Refresh"] = f"{in_force().reveal_seconds}; url={address}"
    return response


def confirm_first(request: HttpRequest, back: str) -> HttpResponse:
    """After a burst: first show who is at the desk, then come back here."""
    return go(request, f"{reverse('confirm')}?next={quote(back)}")
