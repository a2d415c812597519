"""到期规则: what of a table falls due under one kind of keeping. Each app declares its own in ``retention.py``.

A personal field that is named by no rule fails the build. Rules are carried out in the order in which the apps declare
them, from the highest app down, so that what hangs on a row goes before the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import make_aware

from guanhu.rules.privacy import Keep
from guanhu.rules.retention import ClearingWay

AS_OF = "as of"
"""Stands in ``blank`` for the day as of which is cleared."""


@dataclass(frozen=True)
class Falling:
    """One rule: rows of the table whose ``since`` lies before the line of ``keep`` are deleted, or lose some fields."""

    model: type[models.Model]
    keep: Keep
    title: str
    since: str = ""
    """The field its days are counted from, as Django spells the way there; empty: a night replaces the rows."""
    or_since: str = ""
    """A second field: rows of two persons fall due by whichever comes first."""
    due: Q = field(default_factory=Q)
    """What must hold besides."""
    blank: Mapping[str, Any] | None = None
    """What stands in which field afterwards; null: the row goes."""
    stays: Mapping[str, str] = field(default_factory=dict)
    """Personal fields that are not blanked, each with the reason."""
    person: str = ""
    """The way to the customer's key, for legal holds; empty where no customer is meant."""
    counted_only: bool = False
    """Nothing is cleared here, only told."""

    @property
    def table(self) -> str:
        """The table's name in the database."""
        return self.model._meta.db_table

    @property
    def way(self) -> ClearingWay:
        """What becomes of what falls due."""
        if self.counted_only:
            return ClearingWay.COUNT
        return ClearingWay.DELETE if self.blank is None else ClearingWay.BLANK

    def before(self, line: date) -> Q:
        """The rows that have fallen due when this is the first day that has not."""
        moment: date | datetime = make_aware(datetime.combine(line, time())) if self._of_moments() else line
        begun = Q(**{f"{self.since}__lt": moment})
        return self.due & (begun | Q(**{f"{self.or_since}__lt": moment}) if self.or_since else begun)

    def _of_moments(self) -> bool:
        model: Any = self.model
        found: Any = None
        for step in self.since.split("__"):
            found = model._meta.get_field(step)
            model = found.related_model
        return isinstance(found, models.DateTimeField)
