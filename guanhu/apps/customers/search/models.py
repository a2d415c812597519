"""What customers are found by, made of their names and numbers: looked up by its beginning, never shown."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer, one_of, rows_of
from guanhu.rules.access import OF_ONE, WIDE
from guanhu.rules.search import FoundBy


class SearchKey(Scoped):
    """查找键: one text a customer is found by at its beginning; made anew when her name or number changes.

    Branch and keeper are the customer's, kept so by a trigger, so that a search walks through no others' keys. Row
    security asks the customer herself, and so does whoever is told a name.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.IDENTIFY, Keep.WHILE_CUSTOMER, kind=MaskKind.HIDDEN, key=MaskKind.HIDDEN
    )
    IMPERSONAL = ("id", "customer", "branch", "keeper", "whole")

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    branch = models.ForeignKey(Branch, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    keeper = models.ForeignKey(
        Staff, models.DO_NOTHING, null=True, blank=True, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField("查找依据", max_length=12, choices=[(one.value, one.zh) for one in FoundBy])
    whole = models.BooleanField("从头开始")
    key = models.CharField("查找键", max_length=60, db_collation="C")

    class Meta:
        indexes = [
            models.Index(fields=("keeper", "whole", "key", "customer"), name="search_key_of_keeper"),
            models.Index(fields=("branch", "whole", "key", "customer"), name="search_key_of_branch"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.customer_id}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """The keys of her branches' customers where she sees branches; those of whom she keeps at her own desk alone.

        Not both at once: an index is walked in order for one of them, never for the one or the other.
        """
        if viewer.reach in WIDE:
            return one_of("branch_id", viewer.branches)
        return Q(pk__in=[]) if viewer.reach in OF_ONE else rows_of(viewer)
