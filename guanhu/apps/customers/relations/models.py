"""One side of a tie between two customers: each wording is a row of its own, seen with its own customer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from guanhu.apps.customers.living.models import WRITING, Wording, words_of
from guanhu.apps.customers.relations.shapes import TieWords
from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import DataPurpose, Keep, Personal, personal
from guanhu.rules.privacy import MaskKind as M
from guanhu.rules.relations import KIN, Bond, Introduced


class Relation(Wording):
    """客户关系: what the other one is to this customer; the other one's file has the same tie, read from her side.

    Who keeps the other one stands beside it, kept by a trigger: outside of one's reach it is all that is told of her.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.WHILE_CUSTOMER, bond=M.OPEN, household=M.OPEN, introduced=M.OPEN
    )
    IMPERSONAL = (*WRITING, "other", "keeper")
    NAME = "relation"

    other = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    bond = models.CharField("是其何人", max_length=12, choices=words_of(Bond))
    household = models.BooleanField("同一家庭，合计资产", db_default=False, default=False)
    introduced = models.CharField(
        "谁介绍谁", max_length=8, choices=words_of(Introduced), blank=True, db_default="", default=""
    )
    keeper = models.ForeignKey(
        Staff, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("customer", "item", "version"), name="relation_version"),
            models.CheckConstraint(condition=~Q(customer=F("other")), name="relation_of_two"),
            models.CheckConstraint(
                condition=Q(household=False) | Q(bond__in=[bond.value for bond in KIN]),
                name="relation_household_is_kin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bond} {self.version}"

    def said(self) -> Any:
        """What this wording says."""
        return TieWords(
            Bond(self.bond), self.household, Introduced(self.introduced) if self.introduced else None
        )  # fmt: skip
