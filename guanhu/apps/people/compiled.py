"""Questions asked all day: each is put into SQL once, and asked again with other values.

Putting a queryset into SQL takes longer than answering it. A function under ``@compiled`` says its queryset as ever,
with ``seen_by(viewer)`` where rows belong to customers. It is called once for each kind of viewer, with a ``Slot`` in
the place of each value; what Django makes of it is kept as long as the process lives. Decision 0023.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BooleanField, Expression, Func, IntegerField, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable

from guanhu.apps.people.scope import ScopedQuerySet
from guanhu.rules.access import Viewer

Params = ParamSpec("Params")
Row = TypeVar("Row")

ALL: list[Compiled[Any, Any]] = []
"""Every compiled question of the program."""


class Compiled(Generic[Params, Row]):
    """A question that is put into SQL once: what is given by place is a value of it, what by name is part of it."""

    def __init__(self, question: Callable[Params, Any]) -> None:
        self.question = question
        self._known: dict[Hashable, _Statement] = {}
        update_wrapper(self, question)
        ALL.append(self)

    def __call__(self, *values: Params.args, **parts: Params.kwargs) -> list[Row]:
        """The rows that answer it."""
        return cast("list[Row]", self._statement(values, parts).rows(values))

    def first(self, *values: Params.args, **parts: Params.kwargs) -> Row | None:
        """The first row of the answer; null where there is none."""
        return next(iter(self(*values, **parts)), None)

    def _statement(self, values: Sequence[Any], parts: Mapping[str, Any]) -> _Statement:
        kind = (*map(_kind, values), *parts.items())
        known = self._known.get(kind)
        if known is None:
            places: Any = (_place(n, value) for n, value in enumerate(values))
            known = self._known[kind] = _Statement(self.question(*places, **parts))
        return known


def compiled(row: type[Row]) -> Callable[[Callable[Params, Any]], Compiled[Params, Row]]:
    """A function that says a queryset becomes one that answers it with such rows, in SQL made once.

    It must not look at a value given by place, only say where it stands; what it looks at is given by name.
    """
    return Compiled


# ---------------------------------------------------------------- values and their places


class Slot(Expression):
    """The place of a value in a question; ``of`` takes the value out of those it is asked with."""

    def __init__(self, name: str, of: Callable[[Sequence[Any]], Any]) -> None:
        super().__init__()
        self.name, self.of = name, of

    def as_sql(self, compiler: object, connection: object) -> Any:
        """A place to be filled each time."""
        return "%s", [self]

    @property
    def identity(self) -> tuple[object, ...]:
        """Two places are the same when they take the same value."""
        return type(self), self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slot) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.identity)


class Alone(Slot):
    """The place of the only one of a list: an equality, which the database plans once; a list it plans each time."""


def _kind(value: object) -> Hashable:
    """What of a value decides which SQL is made."""
    if isinstance(value, Viewer):
        return value.role, value.post, value.reach, len(value.covered), len(value.region)
    return value is None, isinstance(value, list) and len(value) == 1


def _place(n: int, value: Any) -> Any:
    """What stands for the value while the SQL is made; null stays null, it has SQL of its own."""
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 1:
        return Alone(str(n), lambda values: values[n][0])
    if not isinstance(value, Viewer):
        return Slot(str(n), lambda values: values[n])
    single = {field: Slot(f"{n}.{field}", partial(_of, n, field)) for field in _SINGLE}
    several = {
        field: tuple(Slot(f"{n}.{field}.{at}", partial(_of, n, field, at)) for at in range(len(getattr(value, field))))
        for field in _SEVERAL
    }
    return replace(value, **single, **several)  # type: ignore[arg-type]


_SINGLE = ("staff_no", "staff_id", "branch_id", "name", "branch_no", "number")
_SEVERAL = ("covered", "region")


def _of(n: int, field: str, *told: Any) -> Any:
    *at, values = told
    found = getattr(values[n], field)
    return found[at[0]] if at else found


class AnyOf(Func):
    """Is the field one of these? As one value, however many they are: ``filter(AnyOf("customer_id", keys))``."""

    template, arg_joiner, output_field = "%(expressions)s)", " = any(", BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *told: Any, **more: Any) -> Any:
        """One of a list; with a single one in it, equal to that."""
        if isinstance(self.source_expressions[1], Alone):
            more |= {"template": "%(expressions)s", "arg_joiner": " = "}
        return super().as_sql(compiler, connection, *told, **more)


class Count(Func):
    """How many rows the question has, as its one row."""

    template, output_field = "count(*)", IntegerField()


# ---------------------------------------------------------------- the SQL


class _Statement:
    """What Django made of a question: its SQL, where each value goes, and how its rows are read."""

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        if isinstance(queryset, ScopedQuerySet):
            queryset.require_scope()
        made: Any = queryset.query.get_compiler(using=queryset.db)
        try:
            self._sql, params = made.as_sql()
        except EmptyResultSet:  # nobody may see any of it, whatever the values
            self._sql, params = "", ()
            return
        self._params = tuple(params)
        self._db = queryset.db
        columns = [column for column, *_ in made.select[: made.col_count]]
        if made.has_composite_fields(columns):
            raise TypeError(f"{queryset.model.__name__}: a key of several columns is not read here")
        self._width = made.col_count
        self._converted = [(at, told, column) for at, (told, column) in made.get_converters(columns).items()]
        self._read = _reader(queryset, made)

    def rows(self, values: Sequence[Any]) -> list[Any]:
        """The rows for these values, as the queryset would give them."""
        if not self._sql:
            return []
        filled = tuple(each.of(values) if isinstance(each, Slot) else each for each in self._params)
        connection: Any = connections[self._db]
        rows: list[Any] = connection.ask(self._sql, filled)
        if rows and len(rows[0]) > self._width:  # what was asked for the order alone
            rows = [row[: self._width] for row in rows]
        if self._converted:
            rows = [self._as_python(row, connection) for row in rows]
        return self._read(rows)

    def _as_python(self, row: Sequence[Any], connection: Any) -> tuple[Any, ...]:
        told = list(row)
        for at, converters, column in self._converted:
            for convert in converters:
                told[at] = convert(told[at], column, connection)
        return tuple(told)


# ---------------------------------------------------------------- the rows


def _reader(queryset: Any, made: Any) -> Callable[[list[Any]], list[Any]]:
    """How rows of the database become what the queryset would give: records, tuples, or values."""
    kind = queryset._iterable_class
    if kind is FlatValuesListIterable:
        return lambda rows: [row[0] for row in rows]
    if kind is ValuesListIterable:
        return lambda rows: rows
    if kind is not ModelIterable:
        raise TypeError(f"{kind.__name__} is not read here: records, values_list or one flat value")
    told = made.klass_info
    one = _record_of(told["model"], told["select_fields"], made.select, queryset.db)
    along = _along(told, made.select, queryset.db)
    beside = list((made.annotation_col_map or {}).items())
    return partial(_records, one, along, beside)


def _records(
    one: Callable[[Any], Any], along: list[Callable[[Any, Any], None]], beside: list[tuple[str, int]], rows: list[Any]
) -> list[Any]:
    """Each row as a record, with the records asked along and what was worked out beside."""
    found = []
    for row in rows:
        record = one(row)
        for other in along:
            other(row, record)
        for name, at in beside:
            setattr(record, name, row[at])
        found.append(record)
    return found


def _along(told: Mapping[str, Any], select: Sequence[Any], db: str) -> list[Callable[[Any, Any], None]]:
    """What puts beside a record those that were asked along with it, and beside them those along with them."""
    return [_beside(other, select, db) for other in told.get("related_klass_infos", ())]


def _beside(told: Mapping[str, Any], select: Sequence[Any], db: str) -> Callable[[Any, Any], None]:
    if told["from_parent"]:
        raise TypeError(f"{told['model'].__name__}: a record in two tables is not read here")
    columns, key = told["select_fields"], told["model"]._meta.pk.attname
    at = next(each for each in columns if select[each][0].target.attname == key)
    one, along = _record_of(told["model"], columns, select, db), _along(told, select, db)
    put, put_back = told["local_setter"], told["remote_setter"]

    def beside(row: Any, record: Any) -> None:
        if row[at] is None:
            put(record, None)
            return
        other = one(row)
        for further in along:
            further(row, other)
        put(record, other)
        put_back(other, record)

    return beside


def _record_of(model: type[Model], columns: Sequence[int], select: Sequence[Any], db: str) -> Callable[[Any], Any]:
    """How a row becomes a record of this model; what was left out of the question is asked for when it is wanted."""
    first, end = columns[0], columns[-1] + 1
    names = [select[at][0].target.attname for at in range(first, end)]
    if model.__init__ is not Model.__init__:
        return lambda row: model.from_db(db, names, row[first:end])

    def record(row: Any) -> Model:
        new = model.__new__(model)
        state = ModelState()
        state.adding, state.db = False, db
        vars(new).update(zip(names, row[first:end], strict=True), _state=state)
        return new

    return record
