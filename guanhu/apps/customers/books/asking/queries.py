"""What a list may be asked by and put in order by: each trait as the stored answers it reads, and who may ask it.

Nobody may ask by what she may not read: an order or a condition would tell it bit by bit (reliability A2, A5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Collate, NullIf, Substr
from django.db.models.lookups import Exact, In, IsNull

from guanhu.apps.customers.models import Consent, Customer, Holding, Standing
from guanhu.apps.people import policy
from guanhu.apps.people.compiled import compiled
from guanhu.apps.people.models import Staff
from guanhu.apps.people.scope import Viewer, one_of
from guanhu.rules.access import ROLE_OF_POST, Reach, Role
from guanhu.rules.kinds import Calendar, ConsentPurpose, Entitlement, Stage
from guanhu.rules.lists import AMOUNTS, ASKED, Condition, ConsentWord, Order, Trait
from guanhu.rules.lunar import next_birthday
from guanhu.rules.privacy import Form, MaskKind, form_of

READS: dict[Trait, tuple[Any, tuple[str, ...]]] = {
    Trait.TIER: (Standing, ("tier",)),
    Trait.ENTITLEMENT: (Standing, ("entitlement",)),
    Trait.STAGE: (Customer, ("stage",)),
    Trait.KIND: (Customer, ("kind",)),
    Trait.KEEPER: (Customer, ("keeper",)),
    Trait.BALANCE: (Standing, ("balance_fen",)),
    Trait.AVERAGE: (Standing, ("average_fen",)),
    Trait.BAND: (Standing, ()),
    Trait.NET: (Standing, ("in30_fen", "out30_fen")),
    Trait.IN30: (Standing, ("in30_fen",)),
    Trait.OUT30: (Standing, ("out30_fen",)),
    Trait.GAP: (Standing, ("gap_fen",)),
    Trait.WORTH: (Standing, ("value_fen",)),
    Trait.SILENT: (Standing, ("last_contact_on",)),
    Trait.AGE: (Customer, ("birth_on",)),
    Trait.BIRTHDAY: (Customer, ("birth_on",)),
    Trait.MATURES: (Holding, ("matures_on",)),
    Trait.MARKETING: (Consent, ("purpose", "granted", "changed_on")),
    Trait.OPENED: (Customer, ("opened_on",)),
    Trait.NAME: (Customer, ("name",)),
}
"""Of which record and fields each trait is told; of a band only what everybody reads."""
MEASURED = tuple(trait for trait, (model, _) in READS.items() if model is Standing)
"""Traits a night measures: whom it did not measure has none of them."""
HIGHEST = 2**62


@dataclass(frozen=True)
class Place:
    """Where the fields stand from the rows asked on: before those of the night's measure, and of the customer."""

    standing: str
    customer: str

    @property
    def key(self) -> str:
        """The customer's key."""
        return "customer_id" if self.customer else "pk"


ON_STANDINGS, ON_CUSTOMERS = Place("", "customer__"), Place("now__", "")


def may_ask(viewer: Viewer, trait: Trait) -> bool:
    """May this viewer ask by it: does she read all it is told of, plainly, of everybody in her reach?"""
    form = form_of(viewer)
    if form is Form.FULL:
        return True
    model, fields = READS[trait]
    masks = [model.PERSONAL[field].mask for field in fields if field in model.PERSONAL]
    return form is Form.MASKED and all(mask is MaskKind.OPEN for mask in masks)


def askable(viewer: Viewer) -> tuple[Trait, ...]:
    """What this viewer may put into a condition: bands where she reads no amounts, keepers where there are more."""
    full = form_of(viewer) is Form.FULL
    idle = {Trait.BAND} if full else set()
    idle |= {Trait.KEEPER} if viewer.reach is Reach.OWN and not viewer.covered else set()
    return tuple(trait for trait in ASKED if trait not in idle and may_ask(viewer, trait))


def orders(viewer: Viewer) -> tuple[Trait, ...]:
    """By what this viewer may put the list in order."""
    return tuple(trait for trait in ORDERS if may_ask(viewer, trait))


def first_order(viewer: Viewer) -> Order:
    """The order of a list nobody put in order: by assets, or by tier for who may not read amounts."""
    return Order(Trait.AVERAGE, falling=True) if form_of(viewer) is Form.FULL else Order(Trait.TIER)


def keepers(viewer: Viewer) -> list[tuple[str, str]]:
    """Whose customers the list may hold: staff number and name, of her branches and whom she covers."""
    return _keepers(viewer)


@compiled(tuple)
def _keepers(viewer: Viewer) -> Any:
    rows = Staff.objects.filter(one_of("branch_id", viewer.branches) | one_of("pk", viewer.keepers), is_active=True)
    return (
        rows.filter(post__in=[post for post, role in ROLE_OF_POST.items() if role is Role.KEEPER])
        .order_by("staff_no")
        .values_list("staff_no", "name")
    )


# ---------------------------------------------------------------- in order


def _ranks(field: str, words: Any) -> Any:
    return Case(*(When(**{field: word.value}, then=Value(n)) for n, word in enumerate(words)), default=Value(-1))


ORDERS: dict[Trait, Any] = {
    Trait.AVERAGE: lambda at: F(at.standing + "average_fen"),
    Trait.BALANCE: lambda at: F(at.standing + "balance_fen"),
    Trait.NET: lambda at: F(at.standing + "in30_fen") - F(at.standing + "out30_fen"),
    Trait.IN30: lambda at: F(at.standing + "in30_fen"),
    Trait.OUT30: lambda at: F(at.standing + "out30_fen"),
    Trait.GAP: lambda at: Coalesce(F(at.standing + "gap_fen"), Value(HIGHEST)),
    Trait.WORTH: lambda at: F(at.standing + "value_fen"),
    Trait.TIER: lambda at: F(at.standing + "tier"),
    Trait.ENTITLEMENT: lambda at: _ranks(at.standing + "entitlement", Entitlement),
    Trait.STAGE: lambda at: _ranks(at.customer + "stage", Stage),
    Trait.SILENT: lambda at: Coalesce(F(at.standing + "last_contact_on"), Value(date.min)),
    Trait.AGE: lambda at: Collate(
        Coalesce(NullIf(F(at.customer + "birth_on"), Value("")), Value("9"), output_field=TextField()), "C"
    ),
    Trait.OPENED: lambda at: F(at.customer + "opened_on"),
    Trait.NAME: lambda at: Collate(F(at.customer + "name_pinyin"), "C"),
}
"""What each order looks at; nothing in it is null, so that a page can begin after any line."""
BACKWARDS = (Trait.SILENT, Trait.AGE)
"""Orders that grow as what they look at, a day, goes back."""


def goes_down(order: Order) -> bool:
    """Does what the order looks at fall from line to line?"""
    return order.falling is not (order.trait in BACKWARDS)


# ---------------------------------------------------------------- conditions


def which(viewer: Viewer, conditions: tuple[Condition, ...], at: Place, night: int | None, today: date) -> Q:
    """The rows of whom all these conditions hold."""
    held = Q()
    for one in conditions:
        held &= _held(viewer, one, at, night, today)
    return held


def _held(viewer: Viewer, one: Condition, at: Place, night: int | None, today: date) -> Q:
    if one.trait in SPECIAL:
        special: Q = SPECIAL[one.trait](viewer, one, at, night, today)
        return special
    prefix = at.standing if one.trait in MEASURED else at.customer
    field = prefix + {Trait.WORTH: "value_fen"}.get(one.trait, READS[one.trait][1][0])
    if one.trait in AMOUNTS:
        return Q(**{f"{field}__isnull": True}) if one.lacks else _within(field, one.low, one.high)
    named = Q(**{f"{field}__in": one.values})
    return ~named if one.other else named


def _within(field: str, low: Any, high: Any) -> Q:
    """Between two bounds, both included; null is not."""
    told = Q(**{f"{field}__isnull": False})
    told &= Q(**{f"{field}__gte": low}) if low is not None else Q()
    return told & (Q(**{f"{field}__lte": high}) if high is not None else Q())


def _keeper(viewer: Viewer, one: Condition, at: Place, night: int | None, today: date) -> Q:
    field = at.customer + "keeper"
    if one.lacks:
        return Q(**{field: None})
    named = Q(**{f"{field}__staff_no__in": one.values})
    return Q(**{field: None}) | ~named if one.other else named


def _band(viewer: Viewer, one: Condition, at: Place, night: int | None, today: date) -> Q:
    """The assets lie between two neighbouring lines of the policy: what whoever reads no amount is told."""
    lines = (None, *policy.in_force().amount_bands, None)
    bands = [int(value) for value in one.values if int(value) < len(lines) - 1]
    named = Q(pk__in=[])
    for band in bands:
        low, high = lines[band], lines[band + 1]
        named |= _within(at.standing + "balance_fen", low, None if high is None else high - 1)
    return ~named if one.other else named


def _net(viewer: Viewer, one: Condition, at: Place, night: int | None, today: date) -> Q:
    """Compared without a difference: what came in is at least what went out and the bound."""
    came, went = at.standing + "in30_fen", F(at.standing + "out30_fen")
    held = Q(**{f"{came}__isnull": False})
    held &= Q(**{f"{came}__gte": went + one.low}) if one.low is not None else Q()
    return held & (Q(**{f"{came}__lte": went + one.high}) if one.high is not None else Q())


def _silent(viewer: Viewer, one: Condition, at: Place, night: int | None, today: date) -> Q:
    """So many days without a contact; who was never spoken to is silent without end."""
    field = at.standing + "last_contact_on"
    never = Q(**{f"{field}__isnull": True})
    if one.lacks:
        return never
    since = None if one.high is None else today - timedelta(one.high)
    until = None if one.low is None else today - timedelta(one.low)
    spoken = _within(field, since, until)
    return spoken | never if one.high is None else spoken


def _age(viewer: Viewer, one: Condition, at: Place, night: int | None, today: date) -> Q:
    """By the date the bank wrote, as the list tells the age; who has none has no age."""
    field = at.customer + "birth_on"
    held = Q(**{f"{field}__gt": "0"})
    held &= Q(**{f"{field}__lte": _years_ago(today, one.low)}) if one.low is not None else Q()
    return held & (Q(**{f"{field}__gt": _years_ago(today, one.high + 1)}) if one.high is not None else Q())


def _years_ago(today: date, years: int) -> str:
    return f"{today.year - years:04}-{today:%m-%d}"


def _birthday(viewer: Viewer, one: Condition, at: Place, night: int | None, today: date) -> Q:
    """The next birthday falls into one of these months, by the calendar it is kept in."""
    at_day = Substr(F(at.customer + "birth_on"), 6, 5)
    calendar = at.customer + "birth_calendar"
    solar = Q(**{calendar: Calendar.SOLAR.value}) & _is_in(Substr(F(at.customer + "birth_on"), 6, 2), _months(one))
    days = tuple(day for day, month in _lunar_year(today).items() if str(month) in one.values)
    lunar = Q(**{calendar: Calendar.LUNAR.value}) & _is_in(at_day, days)
    told = Q(**{f"{at.customer}birth_on__gt": "0"})
    return told & ~(solar | lunar) if one.other else told & (solar | lunar)


def _months(one: Condition) -> tuple[str, ...]:
    return tuple(f"{int(month):02}" for month in one.values)


def _is_in(what: Any, values: tuple[str, ...]) -> Q:
    return Q(In(what, list(values))) if values else Q(pk__in=[])


@lru_cache(maxsize=4)
def _lunar_year(today: date) -> dict[str, int]:
    """In which month each day of the lunar year, as ``month-day``, is celebrated next."""
    return {
        f"{month:02}-{day:02}": next_birthday(today, calendar=Calendar.LUNAR, month=month, day=day).month
        for month in range(1, 13)
        for day in range(1, 31)
    }


def _matures(viewer: Viewer, one: Condition, at: Place, night: int | None, today: date) -> Q:
    """Something she holds matures between so many days from today."""
    held = Holding.objects.seen_by(viewer).filter(night_id=night, customer_id=OuterRef(at.key))
    last = today + timedelta(366 if one.high is None else one.high)
    return Q(Exists(held.filter(matures_on__gte=today + timedelta(one.low or 0), matures_on__lte=last)))


def _marketing(viewer: Viewer, one: Condition, at: Place, night: int | None, today: date) -> Q:
    """The word in force: the latest, of the same day the refusal (``Consent.in_force``)."""
    words = Consent.objects.seen_by(viewer).filter(customer_id=OuterRef(at.key), purpose=ConsentPurpose.MARKETING.value)
    last = Subquery(words.order_by("-changed_on", "granted", "-pk").values("granted")[:1])
    said = {ConsentWord.YES: Value(True), ConsentWord.NO: Value(False)}
    named = Q(pk__in=[])
    for word in ConsentWord:
        if (word in one.values) is not one.other:
            named |= Q(Exact(last, said[word])) if word in said else Q(IsNull(last, True))
    return named


SPECIAL: dict[Trait, Any] = {
    Trait.KEEPER: _keeper, Trait.BAND: _band, Trait.NET: _net, Trait.SILENT: _silent, Trait.AGE: _age,
    Trait.BIRTHDAY: _birthday, Trait.MATURES: _matures, Trait.MARKETING: _marketing,
}  # fmt: skip
"""Conditions that are more than one field's own."""
