"""Reading: one person in every table of the database, in the rows kept aside and in the trail.

Counting runs under the night's login over everything. What is told to the person is read a second time, bound to her
number in the database itself, so that a way gone wrong shows nothing of anybody else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Count, Max, Min, Q, TextField
from django.db.models.functions import Cast
from django.utils.timezone import localdate, localtime

from guanhu.apps.audit.canonical import person_id
from guanhu.apps.audit.models import Entry
from guanhu.apps.customers.cases.shapes import Column, Hit, Person, Section
from guanhu.apps.customers.cases.ways import NUMBER, others, ways
from guanhu.apps.customers.models import Account, ContactPoint, Customer, Quarantined, Source
from guanhu.apps.people import vault
from guanhu.apps.people.alarms.models import Looked
from guanhu.apps.people.personal import Personal
from guanhu.apps.people.rows import look_as, look_as_nobody
from guanhu.apps.people.scope import Scoped, Viewer
from guanhu.rules.cases import Whereabouts, spoken
from guanhu.rules.identifiers import account_form, email_form, identity_form, phone_form
from guanhu.rules.kinds import TrailAction
from guanhu.rules.privacy import Keep, MaskKind
from guanhu.rules.retention import term_of

UNTOLD = frozenset(
    {"customers.CaseCopy", "customers.Finding", "customers.Reveal", "customers.Hold", "customers.Notice"}
)
"""Tables that are counted and not told: copies of what is told here, and what colleagues did about her."""
OF_OTHERS = frozenset({"beat"})
"""Fields that speak of somebody else, too."""


def person_of(customer_no: str, key: int) -> Person:
    """By what a person is found, as far as her file tells; without a file by her number alone."""
    row = Customer.objects.for_system("a person's own request").filter(customer_no=customer_no).first()
    if row is None:
        return Person(key, customer_no, frozenset(), "", known=False)
    found = [identity_form(vault.open(row, "id_no") or ""), email_form(vault.open(row, "email") or "")]
    for account in Account.objects.for_system("a person's own request").filter(customer=row):
        found += [account_form(vault.open(account, name) or "") for name in ("account_no", "card_no")]
    for point in ContactPoint.objects.for_system("a person's own request").filter(customer=row):
        found.append(phone_form(vault.open(point, "value") or ""))
    return Person(row.key, customer_no, frozenset(filter(None, found)), row.name, known=True)


def same_identity(person: Person) -> list[str]:
    """Other customer numbers under the same identity document."""
    rows = Customer.objects.for_system("a person's own request")
    hashes = rows.filter(key=person.key).exclude(id_no_hash=None).values_list("id_no_hash", flat=True)
    others = rows.filter(id_no_hash__in=list(hashes)).exclude(key=person.key)
    return list(others.order_by(NUMBER).values_list(NUMBER, flat=True))


# ---------------------------------------------------------------- counting


def tables() -> dict[type[models.Model], str]:
    """Every table in which somebody may be found, with the way to her."""
    return ways()


def counted(model: type[models.Model], way: str, person: Person) -> Hit:
    """How many rows of one table are hers or name her, and of which days."""
    rows = _rows(model)
    mine = _mine(way, person)
    names = [field.name for field in model._meta.concrete_fields]
    days = [field.name for field in model._meta.concrete_fields if isinstance(field, models.DateField)]
    days = ["night__day"] if "night" in names else days
    told = rows.filter(mine).aggregate(
        rows=Count("pk"), **({"first": Min(days[0]), "last": Max(days[0])} if days else {})
    )
    return Hit(
        Whereabouts.DATABASE, model._meta.db_table, _title(model), told["rows"] + _naming(rows, model, mine, person),
        _day(told.get("first")), _day(told.get("last")),
    )  # fmt: skip


def _mine(way: str, person: Person) -> Q:
    return Q(**{way: person.customer_no if way.endswith(NUMBER) else person.key})


def _naming(rows: Any, model: type[models.Model], mine: Q, person: Person) -> int:
    """Rows of others that point to her, or hold her key in what they were reasoned from."""
    count: int = sum(rows.exclude(mine).filter(Q(**{way: person.key})).count() for way in others(model))
    for field in model._meta.concrete_fields:
        if isinstance(field, models.JSONField) and model._meta.label not in UNTOLD:
            texts = rows.exclude(mine).annotate(text=Cast(field.name, TextField()))
            count += texts.filter(text__contains=str(person.key)).count()
    return count


def _rows(model: type[models.Model]) -> Any:
    manager: Any = model._default_manager
    return manager.for_system("a person's own request") if issubclass(model, Scoped) else manager.all()


def _title(model: type[models.Model]) -> str:
    """The record's own word: its docstring begins with it."""
    return (model.__doc__ or model._meta.label).strip().split(":")[0].split("：")[0][:80]


def _day(when: date | datetime | None) -> date | None:
    return localdate(when) if isinstance(when, datetime) else when


def kept_aside(person: Person) -> Iterator[tuple[Quarantined, dict[str, Any], bool]]:
    """The rows kept aside that hold a number of hers (sure) or her name alone, opened, in order."""
    numbers = {person.customer_no, *person.numbers}
    rows = Quarantined.objects.for_system("a person's own request").filter(
        Q(raw__isnull=False) | Q(value__isnull=False)
    )
    for row in rows.order_by("day", "file", "row", "pk").iterator(chunk_size=2000):
        cells = json.loads(vault.open(row, "raw") or "{}")
        texts = {str(cell) for cell in (*cells.values(), vault.open(row, "value")) if cell}
        if numbers & {form for text in texts for form in (text.strip(), *_forms(text))}:
            yield row, cells, True
        elif person.name and person.name in texts:
            yield row, cells, False


def _forms(text: str) -> tuple[str, ...]:
    """One cell in the forms of the numbers it may be."""
    return identity_form(text), phone_form(text), account_form(text), email_form(text)


def in_the_trail(person: Person) -> tuple[Hit, list[tuple[Any, ...]]]:
    """How often the trail speaks of her, the last records one by one, and all of them for herself without names."""
    number = person_id(settings.GUANHU_TRAIL_KEY, person.key)
    rows = Entry.objects.filter(Q(person=number) | Q(people__contains=[number]))
    told = rows.aggregate(rows=Count("seq"), first=Min("at"), last=Max("at"))
    most = settings.GUANHU_POLICY.case_trail_lines
    names = ("at", "actor", "action", "unit", "chain", "seq")
    last = list(rows.order_by("-at", "-chain", "-seq")[:most].values_list(*names))
    where = tuple([f"{localtime(at):%Y-%m-%d %H:%M}", actor, action, f"{chain} {seq}"]
                  for at, actor, action, _unit, chain, seq in last)  # fmt: skip
    hit = Hit(Whereabouts.TRAIL, Entry._meta.db_table, _title(Entry), told["rows"], _day(told["first"]),
              _day(told["last"]), where)  # fmt: skip
    lines = [(f"{localtime(at):%Y-%m-%d %H:%M}", TrailAction(action).zh, unit) for at, _who, action, unit, *_ in last]
    return hit, lines


def among_alarms(person: Person) -> Hit:
    """On how many colleagues' days she was looked at for no reason that is on record."""
    number = person_id(settings.GUANHU_TRAIL_KEY, person.key)
    told = Looked.objects.filter(unplanned__contains=[number]).aggregate(
        rows=Count("pk"), first=Min("day"), last=Max("day")
    )
    return Hit(Whereabouts.TRAIL, Looked._meta.db_table, _title(Looked), told["rows"], told["first"], told["last"])


# ---------------------------------------------------------------- told to the person


def sections(viewer: Viewer, person: Person) -> list[Section]:
    """What the database holds about her, table by table; ``viewer`` is bound to her number, and so is the database."""
    told = []
    with transaction.atomic():
        look_as(viewer)
        for model, way in tables().items():
            if model._meta.label not in UNTOLD and issubclass(model, Scoped):
                rows = list(model.objects.seen_by(viewer).filter(_mine(way, person)).order_by("pk"))
                if rows:
                    told.append(_section(model, rows))
        look_as_nobody()
    return told


def _section(model: type[models.Model], rows: list[Any]) -> Section:
    fields = [field for field in model._meta.concrete_fields if _is_told(model, field)]
    declared: dict[str, Personal] = model.PERSONAL  # type: ignore[attr-defined]
    purposes = dict.fromkeys(one.purpose.zh for one in declared.values())
    keeps = dict.fromkeys(one.keep for one in declared.values())
    terms = [term_of(Keep(keep), settings.GUANHU_POLICY) for keep in keeps]
    sources = dict.fromkeys(Source(row.source).label for row in rows) if hasattr(rows[0], "source") else {}
    return Section(
        title=_title(model), place=Whereabouts.DATABASE.zh, source="、".join(map(str, sources)) or _made_by(model),
        purpose="、".join(purposes), keep="、".join(term.keep.zh for term in terms),
        basis="；".join(term.basis for term in terms),
        columns=tuple(_column(field, declared.get(field.name)) for field in fields),
        rows=tuple(tuple(_value(row, field) for field in fields) for row in rows),
    )  # fmt: skip


def _is_told(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    """Her own data, and not what only ties our tables together or speaks of others."""
    declared: dict[str, Personal] = model.PERSONAL  # type: ignore[attr-defined]
    if field.name in declared:
        return declared[field.name].mask is not MaskKind.HIDDEN and field.name not in OF_OTHERS
    ties = field.is_relation or field.primary_key or field.name.endswith("_key") or field.name == "public_id"
    return not ties and field.name not in ("request_key", "search_fault") and not field.name.startswith("search_")


def _column(field: models.Field[Any, Any], told: Personal | None) -> Column:
    return Column(str(field.verbose_name), told.klass.value if told else "c1", told.mask.value if told else "open")


def _value(row: Any, field: models.Field[Any, Any]) -> Any:
    value = getattr(row, field.attname)
    if isinstance(value, vault.Sealed):
        return vault.open(row, field.name) or ""
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    if field.choices and value:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list) and isinstance(field, ArrayField):
        return [_plain(field.name, each) for each in value]
    return _plain(field.name, value)


def _plain(name: str, value: Any) -> Any:
    if value is None or isinstance(value, int | str):
        return spoken(name, value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _made_by(model: type[models.Model]) -> str:
    """Where a table's rows come from when they do not say it themselves."""
    if model is Customer or model is Account or model._meta.model_name == "complaint":
        return "银行送数"
    return "夜间计算" if "night" in {field.name for field in model._meta.concrete_fields} else "本系统记录"
