"""资料质量: how complete the files in reach are, by item and by colleague or branch, down to the files to be filled."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from guanhu.apps.customers.quality.report import queries
from guanhu.apps.customers.quality.shapes import Filled, Part, Sums
from guanhu.apps.people import policy
from guanhu.apps.work import queries as work
from guanhu.rules.access import Permission, Reach, may
from guanhu.rules.completeness import FULL_BP
from guanhu.rules.kinds import FileItem
from guanhu.web.completeness import meter_view
from guanhu.web.drawing import url_of
from guanhu.web.lists import Filter
from guanhu.web.pages import Request, page
from guanhu.web.words import share, word


@dataclass(frozen=True)
class Bar:
    """One item: how far it is filled, and how many files lack it or have it old."""

    word: str
    known_bp: int
    share: str
    missing: int
    stale: int
    href: str
    """Where the files stand that lack it; empty where the viewer may not list them."""


@dataclass(frozen=True)
class PartLine:
    """One colleague or branch."""

    name: str
    files: int
    share: str
    share_bp: int
    worst: str
    doubles: int
    href: str


def quality(request: Request) -> HttpResponse:
    """The report: all files in reach, and part by part."""
    told = queries.report(request.viewer)
    own = request.viewer.reach is Reach.OWN
    lists = may(request.viewer, Permission.QUALITY_LIST) is not None
    parts = [_part(part, lists and not own) for part in told.parts]
    return page(
        request, "desks/quality.html", here="quality", told=told, own=own, share=share(told.whole.share_bp),
        bars=[_bar(one, own and lists) for one in told.whole.items], parts=[] if own else parts,
        same_phone=told.whole.doubles["same_phone"], same_id=told.whole.doubles["same_id"],
        months=policy.in_force().file_stale_days, of_branches=request.viewer.reach not in (Reach.OWN, Reach.BRANCH),
    )  # fmt: skip


def to_fill(request: Request) -> HttpResponse:
    """Which files to fill: one's own, or those of one colleague of the branch; all that lack enough, or one item."""
    at = work.morning(request.viewer)
    item = next((one for one in FileItem if one.value == request.GET.get("item", "")), None)
    keeper = None if request.viewer.reach is Reach.OWN else _id_of(request.GET.get("keeper", ""))
    found = queries.to_fill(request.viewer, at.now, keeper=keeper, item=item) if at else None
    rows = [(row, meter_view(row.meter, item)) for row in found.rows] if found else []
    return page(
        request, "desks/to_fill.html", here="quality", at=at, found=found, rows=rows,
        filters=_filters(keeper, item) if found else (), title=_title(found.keeper if found else "", item),
    )  # fmt: skip


def _filters(keeper: UUID | None, item: FileItem | None) -> tuple[Filter, ...]:
    """All that lack enough, or those that lack one item; of the same keeper."""
    of = f"keeper={keeper}" if keeper else ""
    asked = [(None, _("完整度不够")), *((one, word(one)) for one in FileItem)]
    return tuple(Filter(said, -1, _address(of, f"item={one.value}" if one else ""), one is item) for one, said in asked)


def _address(*asked: str) -> str:
    told = "&".join(each for each in asked if each)
    return url_of("to_fill") + (f"?{told}" if told else "")


def _title(keeper: str, item: FileItem | None) -> str:
    what = _("缺%(what)s或该核对的档案") % {"what": word(item)} if item else _("待补的档案")
    return f"{keeper} · {what}" if keeper else what


def _bar(one: Filled, lists: bool) -> Bar:
    known_bp = FULL_BP * one.known // one.files if one.files else 0
    href = _address(f"item={one.item.value}") if lists and (one.missing or one.stale) else ""
    return Bar(word(one.item), known_bp, share(known_bp), one.missing, one.stale, href)


def _part(part: Part, lists: bool) -> PartLine:
    href = _address(f"keeper={part.keeper}") if lists and part.keeper else ""
    sums = part.sums
    return PartLine(part.name or _("还没有管户人"), sums.files, share(sums.share_bp), sums.share_bp, _worst(sums),
                    sum(sums.doubles.values()), href)  # fmt: skip


def _worst(sums: Sums) -> str:
    """Which item is missing in the most files."""
    lacking = max(sums.items, key=lambda one: one.missing, default=None)
    if lacking is None or not lacking.missing:
        return ""
    return _("%(what)s缺 %(n)s 户") % {"what": word(lacking.item), "n": lacking.missing}


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
