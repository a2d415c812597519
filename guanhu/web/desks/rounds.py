"""一轮分户: its figures, the list of who changes and why, and every step the head or the second person takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.people import policy
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.portfolio import queries
from guanhu.apps.portfolio.claims.queries import claims_of
from guanhu.apps.portfolio.rounds import actions
from guanhu.apps.portfolio.shapes import RoundSeen
from guanhu.apps.work import queries as work
from guanhu.rules.access import Permission, may
from guanhu.rules.kinds import Tier
from guanhu.rules.portfolio import CHANGING, needs_second_person
from guanhu.rules.rounds import Protection, RoundState
from guanhu.web.decisions import BecauseForm, LimitForm, PinForm, PublishForm
from guanhu.web.forms import TellingForm
from guanhu.web.lists import Filter
from guanhu.web.pages import Request, Toast, found, go, page, parts
from guanhu.web.splits import drawn, kept_share, moved_share, orphaned, protected, says, shorts, tiles, title, within

ONLY = ("disputed", "pinned", "differs", *(tier.value for tier in Tier))
LARGEST_START = 6
WHOLE = {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
"""What tells a script to put the whole page where one line was asked for."""
NOTHING: dict[str, Any] = {"said": None, "errors": {}, "where": "", "wrong": "", "typed": {}}


def show(request: Request, round_id: UUID) -> HttpResponse:
    """One round: before and after, the list of who changes, and what may be done with it now."""
    words = {
        "opened": _("这一轮已开始"), "limits": _("约束已改，重新求解后见效"), "pinned": _("已记下，重新求解后见效"),
        "solved": _("已求解，新的一版在下面"), "submitted": _("已提请复核"),
        "published": _("已发布，相关同事的名单变动里已有"),
        "sent_back": _("已退回，可以修改后再提请"), "reverted": _("已撤回，客户回到原管户人"), "dropped": _("已作废"),
    }  # fmt: skip
    done = request.GET.get("done", "")
    start = _start(request)
    if request.htmx and start:
        return _rest(request, round_id, start)
    if request.htmx and request.GET.get("part") == "acts":
        return parts(
            request, "parts/one_acts.html", **_drawn(request, found(queries.round_of(request.viewer, round_id)))
        )
    return _page(request, round_id, said=Toast(words[done]) if done in words else None)


def limits(request: Request, round_id: UUID) -> HttpResponse:
    """Whom this round protects, and how many it may move."""
    form = LimitForm(request.POST)
    return _decide(
        request, round_id, form, "limits",
        lambda told: actions.limit(
            by=request.viewer, round_id=round_id, protects=told["protects"], moves=told["moves"]
        ),
    )  # fmt: skip


def solve(request: Request, round_id: UUID) -> HttpResponse:
    """The next proposal, with what has been claimed and pinned since."""
    return _decide(
        request, round_id, None, "solved",
        lambda _told: actions.solve(by=request.viewer, round_id=round_id, now=request.now),
    )  # fmt: skip


def pin(request: Request, round_id: UUID, member_id: UUID) -> HttpResponse:
    """Say who keeps this customer, or let go of it; a script gets the one line back, and asks for the buttons."""
    form = PinForm(request.POST)
    answer = _decide(
        request, round_id, form, "pinned",
        lambda told: actions.pin(
            by=request.viewer, round_id=round_id, member_id=member_id, keeper=told["keeper"], now=request.now
        ),
        then=f"#m-{member_id}",
    )  # fmt: skip
    if not request.htmx:
        return answer
    if answer.status_code in (409, 422):  # the whole page in place of the line
        for name, value in WHOLE.items():
            answer.headers[name] = value
        return answer
    it = found(queries.round_of(request.viewer, round_id))
    move = found(queries.move_of(request.viewer, round_id, member_id))
    part = parts(request, "parts/one_move.html", move=move, **_drawn(request, it))
    part.headers["HX-Trigger"] = "pinned"
    return part


def submit(request: Request, round_id: UUID) -> HttpResponse:
    """Publish the proposal that was looked at, or lay it before the second person; the word is typed to confirm."""
    form = PublishForm(request.POST)
    if request.POST.get("sure", "").strip() != _("发布"):
        return _page(request, round_id, status=422, errors={"sure": _("输入“发布”两个字再确认")}, where="publish")
    state = "submitted" if _needs_second(request, round_id) else "published"
    return _decide(
        request, round_id, form, state,
        lambda told: actions.submit(by=request.viewer, round_id=round_id, number=told["number"], now=request.now),
        where="publish",
    )  # fmt: skip


def _needs_second(request: Request, round_id: UUID) -> bool:
    return needs_second_person(found(queries.round_of(request.viewer, round_id)).kind, policy.in_force())


def approve(request: Request, round_id: UUID) -> HttpResponse:
    """The second person's word: the round is published."""
    return _decide(
        request, round_id, None, "published",
        lambda _told: actions.approve(by=request.viewer, round_id=round_id, now=request.now),
    )  # fmt: skip


def send_back(request: Request, round_id: UUID) -> HttpResponse:
    """The second person wants it otherwise, and says why."""
    return _decide(
        request, round_id, BecauseForm(request.POST), "sent_back",
        lambda told: actions.send_back(by=request.viewer, round_id=round_id, because=told["because"]),
    )  # fmt: skip


def revert(request: Request, round_id: UUID) -> HttpResponse:
    """Take a published round back while there is time."""
    return _decide(
        request, round_id, BecauseForm(request.POST), "reverted",
        lambda told: actions.revert(by=request.viewer, round_id=round_id, because=told["because"], now=request.now),
    )  # fmt: skip


def drop(request: Request, round_id: UUID) -> HttpResponse:
    """Nothing comes of this round."""
    return _decide(
        request, round_id, BecauseForm(request.POST), "dropped",
        lambda told: actions.drop(by=request.viewer, round_id=round_id, because=told["because"], now=request.now),
    )  # fmt: skip


# ---------------------------------------------------------------- what they have in common


def _decide(
    request: Request, round_id: UUID, form: TellingForm | None, done: str, do: Callable[[dict[str, Any]], Any],
    *, where: str = "", then: str = "",
) -> HttpResponse:  # fmt: skip
    """Do it and come back; or show the round as it stands now, with what was wrong where it was typed."""
    errors = form.messages if form else {}
    place, only = where or done, _only(request.POST.get("only", ""))
    if not errors:
        try:
            do(form.cleaned_data if form else {})
            return go(request, _address(round_id, only, done) + then)
        except Refused as refused:
            errors = refused.errors
        except Conflict as first:
            return _page(request, round_id, status=409, wrong=str(first))
    return _page(request, round_id, status=422, errors=errors, wrong=errors.get("round", ""), where=place,
                 typed=request.POST.dict())  # fmt: skip


def _address(round_id: UUID, only: str = "", done: str = "", start: int = 0) -> str:
    asked = {"only": only, "done": done, "start": str(start) if start else ""}
    told = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    return reverse("round", args=[round_id]) + (f"?{told}" if told else "")


def _only(asked: str) -> str:
    return asked if asked in ONLY else ""


def _start(request: Request) -> int:
    asked = request.GET.get("start", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < LARGEST_START else 0


def _rest(request: Request, round_id: UUID, start: int) -> HttpResponse:
    """The next lines of the list, for a script that puts them below those before."""
    it, only = found(queries.round_of(request.viewer, round_id)), _only(request.GET.get("only", ""))
    moves = found(queries.moves_of(request.viewer, round_id, only=only, start=start))
    return parts(request, "parts/moves_rest.html", moves=moves, more=_more(round_id, only, moves.next),
                 **_drawn(request, it))  # fmt: skip


def _more(round_id: UUID, only: str, start: int | None) -> str:
    return _address(round_id, only, start=start) if start else ""


def _drawn(request: Request, it: RoundSeen) -> dict[str, Any]:
    """What a line of the list is drawn with, and the buttons that depend on what was changed."""
    viewer = request.viewer
    leads = may(viewer, Permission.ROUND_WRITE) is not None
    asked = request.GET.get("only", "") or request.POST.get("only", "")
    how = {
        "says": says, "protected": protected, "only": _only(asked),
        "changing": leads and it.state in CHANGING, "choices": {one.public_id for one in it.colleagues},
        "second": needs_second_person(it.kind, policy.in_force()),
        "leads": leads, "approves": may(viewer, Permission.ROUND_APPROVE) is not None,
        "unsolved": queries.unsolved(viewer, it.public_id) if leads else 0,
    }  # fmt: skip
    return {"it": it, "last": it.last, "how": how}


def _page(request: Request, round_id: UUID, *, status: int = 200, **context: Any) -> HttpResponse:
    viewer, only, start = request.viewer, _only(request.GET.get("only", "")), _start(request)
    it, at = found(queries.round_of(viewer, round_id)), work.morning(viewer)
    leads = may(viewer, Permission.ROUND_WRITE) is not None
    moves = found(queries.moves_of(viewer, round_id, only=only, start=start)) if leads else None
    told = {**NOTHING, **_of_last(request, it), **context}
    return page(
        request, "desks/round.html", here="allocation", status=status, title=title(it), moves=moves, start=start,
        asked=claims_of(viewer, round_id) if leads and it.state is RoundState.CLAIMING else (),
        filters=_filters(it, moves, only) if moves else (),
        more=_more(round_id, only, moves.next) if moves else "", protections=list(Protection),
        share=moved_share(it, it.moves), asking=told["where"] or request.GET.get("ask", ""), at=at,
        today=at.now.today if at else None,
        hours=policy.in_force().round_undo_hours, within=within(),
        **_drawn(request, it), **told,
    )  # fmt: skip


def _of_last(request: Request, it: RoundSeen) -> dict[str, Any]:
    """What is drawn of the last proposal; nothing before there is one."""
    last, leads = it.last, may(request.viewer, Permission.ROUND_WRITE) is not None
    if last is None:
        return {"tiles": (), "lines": (), "shorts": (), "kept": "", "orphaned": 0, "whales": (), "broken": None}
    return {
        "tiles": tiles(it, last), "lines": drawn(last), "shorts": shorts(it, last), "kept": kept_share(it, last),
        "orphaned": orphaned(last),
        "broken": queries.continuity(request.viewer, it.public_id) if leads else None,
        "whales": queries.whales_of(request.viewer, it.public_id, last.whale_fen) if leads else (),
    }  # fmt: skip


def _filters(it: RoundSeen, moves: Any, only: str) -> list[Filter]:
    told = [
        ("", _("全部"), moves.total),
        ("disputed", _("待定"), moves.disputed),
        ("pinned", _("已锁定"), moves.pinned),
        ("differs", _("与上一版不同"), moves.differs or 0),
    ]
    told += [(code, _("%(tier)s 类") % {"tier": code}, many) for code, many in moves.of_tier.items()]
    return [Filter(word, many, _address(it.public_id, code), code == only) for code, word, many in told]
