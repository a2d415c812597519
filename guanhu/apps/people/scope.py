"""Nobody reads rows until someone says who is looking.

``Model.objects.seen_by(viewer)`` is the door for people, ``for_system(reason)`` the other one. Every other way
to read, count, change or delete many rows raises ``Unscoped``. Following a foreign key, ``save`` and deleting
one instance go through Django's base manager and still work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce, wraps
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import BooleanField, Case, Q, When

from guanhu.rules.access import OF_ONE, WIDE, Reach, Viewer

__all__ = ["Scoped", "ScopedManager", "ScopedQuerySet", "Unscoped", "Viewer", "one_of", "rows_of"]


class Unscoped(RuntimeError):
    """Rows were asked for before anyone said who is looking."""


def _guarded(method: str) -> Callable[..., Any]:
    """The queryset's own method, refused while nobody has said who is looking."""
    original = getattr(models.QuerySet, method)

    @wraps(original)
    def ask_first(self: ScopedQuerySet, *args: Any, **kwargs: Any) -> Any:
        self.require_scope()
        return original(self, *args, **kwargs)

    return ask_first


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that reads nothing until it is told for whom."""

    _scope: str = ""

    def seen_by(self, viewer: Viewer, *, walked: bool = False) -> Self:
        """Only the rows this person may see.

        ``walked``: the question has a condition of its own as narrow as this, and an order that an index holds; each
        row is looked at on the way. Said as a case, of which the database expects half, lest it take the two conditions
        for unrelated, expect nobody, and put everybody in order first.
        """
        visible = self.model.visible_to(viewer)
        narrowed = self.filter(Case(When(visible, then=True), output_field=BooleanField()) if walked else visible)
        narrowed._scope = f"staff {viewer.staff_no}"
        return narrowed

    def for_system(self, reason: str) -> Self:
        """All rows, for a job of the system; the reason stays with the query."""
        if not reason.strip():
            raise Unscoped("for_system needs a reason")
        opened: Self = self._chain()  # type: ignore[attr-defined]
        opened._scope = f"system: {reason}"
        return opened

    def require_scope(self) -> None:
        """Refuse while nobody has said who is looking."""
        if not self._scope:
            raise Unscoped(f"{self.model.__name__}: say seen_by(viewer) or for_system(reason) first")

    def _clone(self) -> Self:
        copy: Self = super()._clone()  # type: ignore[misc]
        copy._scope = self._scope
        return copy

    def _combinator_query(self, combinator: str, *other_qs: Any, all: bool = False) -> Any:
        for other in other_qs:
            if isinstance(other, ScopedQuerySet):
                other.require_scope()
        return super()._combinator_query(combinator, *other_qs, all=all)  # type: ignore[misc]

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """As the right side of a filter: only with a scope."""
        self.require_scope()
        return super().resolve_expression(*args, **kwargs)

    def _merge_scope(self, other: Any) -> None:
        """Two sets joined by | & ^ must both be scoped, else the wider one would win."""
        self.require_scope()
        if isinstance(other, ScopedQuerySet):
            other.require_scope()

    def __or__(self, other: Any) -> Any:
        self._merge_scope(other)
        return super().__or__(other)

    def __and__(self, other: Any) -> Any:
        self._merge_scope(other)
        return super().__and__(other)

    def __xor__(self, other: Any) -> Any:
        self._merge_scope(other)
        return super().__xor__(other)

    _fetch_all = _guarded("_fetch_all")
    iterator = _guarded("iterator")
    aiterator = _guarded("aiterator")
    count = _guarded("count")
    exists = _guarded("exists")
    contains = _guarded("contains")
    aggregate = _guarded("aggregate")
    explain = _guarded("explain")
    raw = _guarded("raw")
    update = _guarded("update")
    bulk_update = _guarded("bulk_update")
    delete = _guarded("delete")
    _raw_delete = _guarded("_raw_delete")


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The manager of every model whose rows belong to customers."""


class Scoped(models.Model):
    """A model whose rows are seen by some colleagues only; says by whom in ``visible_to``."""

    objects = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """Which rows this person may see: those of the customers in her reach."""
        return rows_of(viewer, "customer__")


def rows_of(viewer: Viewer, customer: str = "") -> Q:
    """The customers in the viewer's reach; ``customer``: the way from the row to its customer, as Django spells it.

    The first of two locks: the database holds the same rows by itself (``cli/sql/rows.sql``). Reliability A2, A3.
    """
    mine = one_of(f"{customer}keeper_id", viewer.keepers)
    if viewer.reach is Reach.OWN:
        return mine
    if viewer.reach in WIDE:
        return mine | one_of(f"{customer}branch_id", viewer.branches)
    if viewer.reach in OF_ONE:
        here = one_of(f"{customer}branch_id", viewer.branches) if viewer.branches else Q()
        return here & Q(**{f"{customer}customer_no": viewer.number})
    return Q(pk__in=[])


def one_of(field: str, keys: Sequence[int]) -> Q:
    """The rows whose field is one of these keys; none where there is no key."""
    return reduce(or_, (Q(**{field: key}) for key in keys), Q()) if keys else Q(pk__in=[])
