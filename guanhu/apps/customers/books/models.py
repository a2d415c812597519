"""名单视图: how somebody wants to see the list, kept under a name: conditions, order, columns, groups."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.people.personal import Personal
from guanhu.apps.people.scope import Scoped, Viewer
from guanhu.rules.lists import LONGEST, ViewScope


class SavedView(Scoped):
    """名单视图: one way to see the list, one's own, or shared with a branch by its head, or with the bank.

    It holds what is asked, never whom it finds; whoever opens it sees her own customers, by what she may ask.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("id", "public_id", "owner", "branch", "shared", "title", "asks", "order", "columns", "layout",
                  "pinned", "opens_first", "saved_at", "removed_at")  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    shared = models.CharField("谁能用", max_length=8, choices=[(word.value, word.zh) for word in ViewScope])
    title = models.CharField("名称", max_length=24)
    asks = models.CharField("条件", max_length=LONGEST, blank=True, db_default="")
    order = models.CharField("顺序", max_length=20, blank=True, db_default="")
    columns = models.CharField("列", max_length=200, blank=True, db_default="")
    layout = models.CharField("展示方式", max_length=20, blank=True, db_default="")
    pinned = models.BooleanField("放在名单上方", db_default=True)
    opens_first = models.BooleanField("打开名单时先用它", db_default=False)
    saved_at = models.DateTimeField("保存时刻")
    removed_at = models.DateTimeField("移除时刻", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(shared__in=[word.value for word in ViewScope]), name="saved_view_scope_known"
            ),
            models.CheckConstraint(condition=Q(opens_first=False) | Q(shared="own"), name="saved_view_first_is_own"),
            models.UniqueConstraint(
                fields=("owner", "shared", "title"), condition=Q(removed_at=None), name="saved_view_title_once"
            ),
            models.UniqueConstraint(
                fields=("owner",), condition=Q(removed_at=None, opens_first=True), name="saved_view_one_first"
            ),
        ]
        indexes = [
            models.Index(fields=("branch",), condition=Q(shared="branch", removed_at=None), name="saved_view_branch"),
            models.Index(fields=("shared",), condition=Q(shared="bank", removed_at=None), name="saved_view_bank"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """One's own, those of one's branch, those of the bank; on pages that read customers alone."""
        if viewer.reach.value not in ("own", "branch", "region"):
            return Q(pk__in=[])
        shared = Q(shared=ViewScope.BRANCH.value, branch_id=viewer.branch_id) | Q(shared=ViewScope.BANK.value)
        return Q(owner_id=viewer.staff_id) | shared
