"""Every address, its view and the permission it asks for: one table, and the one wrapper around each view."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.cache import patch_vary_headers

from guanhu.apps.audit import trail
from guanhu.apps.people.errors import Invisible, MovedTo
from guanhu.apps.people.rows import look_as, look_as_nobody
from guanhu.apps.people.signing.shapes import Ended
from guanhu.rules.access import Denied, Permission, require
from guanhu.rules.kinds import Owed, TrailAction
from guanhu.web.desks import (
    account,
    alarms,
    allocation,
    board,
    book,
    bulk,
    cases,
    claims,
    colleagues,
    counter,
    counting,
    covers,
    customer,
    daybook,
    duplicates,
    evening,
    exports,
    fit,
    habits,
    handovers,
    imports,
    lines,
    living,
    login,
    notices,
    outcomes,
    prepare,
    prospects,
    quality,
    quarantine,
    relations,
    reserve,
    retention,
    reviews,
    rosters,
    rounds,
    search,
    serving,
    today,
    visitors,
    week,
)
from guanhu.web.desks import trail as trail_desk
from guanhu.web.door import (
    address_of,
    agent_of,
    attend,
    is_confirmed,
    keep_storable,
    to_confirm,
    to_sign_in,
    to_what_is_owed,
)
from guanhu.web.pages import View, go

READ, WRITE, BOTH = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")
P = Permission


@dataclass(frozen=True)
class Route:
    """One address of the site, and the one permission it asks for."""

    address: str
    name: str
    view: View
    permission: Permission
    methods: tuple[str, ...]
    number: Callable[..., str] | None = None
    """For reaches to a single customer: which customer number this request is bound to."""
    early: bool = False
    """Opens before what is owed is done: an old password, a second factor to set up."""
    with_code: bool = False
    """Opens only in a session in which the second factor was shown, whatever the role."""
    confirmed: bool = False
    """Opens only for somebody who has shown a short while ago who she is."""


ROUTES: tuple[Route, ...] = (
    Route("", "home", login.home, P.ACCOUNT, READ),
    Route("login", "sign_in", login.sign_in, P.PUBLIC, BOTH),
    Route("login/code", "code", login.code, P.PUBLIC, BOTH),
    Route("logout", "sign_out", login.sign_out, P.ACCOUNT, WRITE, early=True),
    Route("language", "language", login.language, P.PUBLIC, WRITE),
    Route("theme", "theme", login.theme, P.PUBLIC, WRITE),
    Route("account/", "account", account.account, P.ACCOUNT, READ),
    Route("account/role", "role", account.role, P.ACCOUNT, WRITE),
    Route("account/told", "told", account.told, P.ACCOUNT, WRITE),
    Route("account/password", "password", account.password, P.ACCOUNT, BOTH, early=True),
    Route("account/factor", "factor", account.factor, P.ACCOUNT, BOTH, early=True),
    Route("account/codes", "codes", account.codes, P.ACCOUNT, WRITE, confirmed=True),
    Route("account/confirm", "confirm", account.confirm, P.ACCOUNT, BOTH, early=True),
    Route("today/", "today", today.workbench, P.TODAY_READ, READ),
    Route("today/undo/<uuid:touch_id>/", "undo", today.undo, P.TODAY_WRITE, WRITE),
    Route("today/undo-deferral/<uuid:deferral_id>/", "undo_defer", today.undo_defer, P.TODAY_WRITE, WRITE),
    Route("today/tomorrow/", "tomorrow", week.tomorrow, P.TODAY_READ, READ),
    Route("today/tomorrow/confirm/", "tomorrow_confirm", week.confirm, P.TODAY_WRITE, WRITE),
    Route("today/reserve/", "reserve", reserve.spare, P.TODAY_READ, READ),
    Route("today/log/", "log", daybook.mine, P.TODAY_READ, READ),
    Route("today/week/", "week", week.week, P.TODAY_READ, READ),
    Route("today/week/find/", "week_find", week.find, P.TODAY_READ, WRITE),
    Route("today/week/goal/", "week_goal", week.goal, P.TODAY_WRITE, WRITE),
    Route("today/week/<uuid:public_id>/", "arrange", week.arrange, P.TODAY_WRITE, WRITE),
    Route("today/week/cancel/<uuid:promise_id>/", "cancel", week.cancel, P.TODAY_WRITE, WRITE),
    Route("today/week/resume/<uuid:deferral_id>/", "resume", week.resume, P.TODAY_WRITE, WRITE),
    Route("today/review/", "review", evening.review, P.TODAY_READ, READ),
    Route("today/review/write/", "review_write", evening.write, P.TODAY_WRITE, WRITE),
    Route("today/review/rest/", "review_rest", evening.rest, P.TODAY_WRITE, WRITE),
    Route("today/review/<uuid:public_id>/", "settle", evening.settle, P.TODAY_WRITE, WRITE),
    Route("today/<uuid:public_id>/", "brief", today.brief, P.TODAY_READ, READ),
    Route("today/<uuid:public_id>/outcome/", "record", today.record, P.TODAY_WRITE, WRITE),
    Route("today/<uuid:public_id>/call/", "call", today.call, P.CALL, WRITE),
    Route("today/<uuid:public_id>/defer/", "defer", today.defer, P.TODAY_WRITE, WRITE),
    Route("trail/", "trail", trail_desk.trail, P.TRAIL_READ, READ),
    Route("trail/find/", "trail_find", trail_desk.trail, P.TRAIL_READ, WRITE),
    Route("trail/check/", "trail_check", trail_desk.check, P.TRAIL_READ, WRITE),
    Route("account/actions/", "own_actions", trail_desk.mine, P.TRAIL_OWN, READ),
    Route("counter/", "counter", counter.counter, P.COUNTER_FIND, BOTH, number=counter.number_of),
    Route("counter/prospect/", "open_prospect", counter.prospect, P.COUNTER_OPEN, WRITE, number=counter.number_of),
    Route("prospects/", "prospects", prospects.prospects, P.BIN, READ),
    Route("prospects/bin/", "bin", prospects.removed, P.BIN, READ),
    Route("prospects/remove/", "remove_prospects", prospects.remove, P.BIN, WRITE),
    Route("prospects/restore/", "restore_prospects", prospects.restore, P.BIN, WRITE),
    Route("prospects/notes/restore/", "restore_note", prospects.restore_note, P.FILE_WRITE, WRITE),
    Route("counter/visit/", "visit", counter.visit, P.VISIT_WRITE, WRITE, number=counter.number_of),
    Route("rosters/", "rosters", rosters.rosters, P.BOOK_READ, READ),
    Route("rosters/list/", "roster", rosters.roster, P.BOOK_READ, READ),
    Route("visitors/", "visitors", visitors.visitors, P.BOOK_READ, READ),
    Route("visitors/<uuid:public_id>/mark/", "mark_visitor", visitors.mark, P.FILE_WRITE, WRITE),
    Route("fit/", "fit", fit.fit, P.BOOK_READ, READ),
    Route("counting/", "counting", counting.counting, P.COUNT_READ, READ),
    Route("counting/<uuid:flag_id>/", "flag", counting.flag, P.COUNT_READ, READ),
    Route("counting/<uuid:flag_id>/explain/", "flag_explain", counting.explain, P.FLAG_EXPLAIN, WRITE),
    Route("counting/<uuid:flag_id>/answer/", "flag_answer", counting.answer, P.FLAG_ANSWER, WRITE),
    Route("habits/", "habits", habits.habits, P.COUNT_READ, READ),
    Route("outcomes/", "outcomes", outcomes.outcomes, P.RATES_READ, READ),
    Route("quality/", "quality", quality.quality, P.QUALITY_READ, READ),
    Route("quality/files/", "to_fill", quality.to_fill, P.QUALITY_LIST, READ),
    Route("notices/", "notices", notices.notices, P.NOTICE_READ, READ),
    Route("notices/read/", "notices_read", notices.read, P.NOTICE_READ, WRITE),
    Route("team/reviews/", "reviews", reviews.reviews, P.REVIEW_READ, READ),
    Route("team/log/<uuid:staff_id>/", "colleague_log", daybook.colleague, P.REVIEW_READ, READ),
    Route("team/reviews/<uuid:review_id>/comment/", "comment", reviews.comment, P.REVIEW_READ, WRITE),
    Route("team/covers/", "covers", covers.covers, P.COVER_WRITE, BOTH),
    Route("team/covers/<uuid:cover_id>/end/", "end_cover", covers.end, P.COVER_WRITE, WRITE),
    Route("staff/", "colleagues", colleagues.colleagues, P.STAFF_READ, READ),
    Route("staff/find/", "colleagues_find", colleagues.colleagues, P.STAFF_READ, WRITE),
    Route("staff/<uuid:staff_id>/", "colleague", colleagues.colleague, P.STAFF_READ, READ),
    Route("staff/<uuid:staff_id>/propose/", "propose", colleagues.propose, P.ROLE_PROPOSE, WRITE),
    Route("staff/<uuid:staff_id>/<uuid:grant_id>/approve/", "approve", colleagues.approve, P.ROLE_APPROVE, WRITE),
    Route("staff/<uuid:staff_id>/<uuid:grant_id>/refuse/", "refuse", colleagues.refuse, P.ROLE_APPROVE, WRITE),
    Route("staff/<uuid:staff_id>/<uuid:proposal_id>/withdraw/", "withdraw", colleagues.withdraw, P.ROLE_PROPOSE, WRITE),
    Route("staff/<uuid:staff_id>/<uuid:grant_id>/end/", "end_role", colleagues.end_role, P.ROLE_APPROVE, WRITE),
    Route("staff/<uuid:staff_id>/lock/", "lock", colleagues.lock, P.STAFF_WRITE, WRITE),
    Route("staff/<uuid:staff_id>/unlock/", "unlock", colleagues.unlock, P.STAFF_WRITE, WRITE),
    Route("staff/<uuid:staff_id>/session/", "end_session", colleagues.end_session, P.STAFF_WRITE, WRITE),
    Route("staff/<uuid:staff_id>/factor/", "reset_factor", colleagues.reset_factor, P.STAFF_WRITE, WRITE),
    Route("staff/<uuid:staff_id>/move/", "move", colleagues.move, P.STAFF_MOVE, WRITE),
    Route("imports/", "imports", imports.imports, P.LEDGER_IMPORT, BOTH),
    Route("imports/<uuid:upload_id>/", "import", imports.where, P.LEDGER_IMPORT, READ),
    Route("imports/<uuid:upload_id>/progress/", "import_progress", imports.progress, P.LEDGER_IMPORT, READ),
    Route("imports/<uuid:upload_id>/columns/", "import_columns", imports.columns, P.LEDGER_IMPORT, BOTH),
    Route("imports/<uuid:upload_id>/trial/", "import_trial", imports.trial, P.LEDGER_IMPORT, BOTH),
    Route("imports/<uuid:upload_id>/refused/", "import_refused", imports.refused, P.LEDGER_IMPORT, READ),
    Route("imports/<uuid:upload_id>/writing/", "import_writing", imports.writing, P.LEDGER_IMPORT, BOTH),
    Route("imports/<uuid:upload_id>/drop/", "import_drop", imports.drop, P.LEDGER_IMPORT, WRITE),
    Route("quarantine/", "quarantine", quarantine.quarantine, P.QUARANTINE_READ, READ),
    Route("cases/", "cases", cases.cases, P.CASE_OPEN, BOTH),
    Route("cases/<uuid:case_id>/", "case", cases.case, P.CASE_READ, READ, number=cases.number_of),
    Route("cases/<uuid:case_id>/progress/", "case_progress", cases.progress, P.CASE_READ, READ, number=cases.number_of),
    Route("cases/<uuid:case_id>/preview/", "case_preview", cases.preview, P.CASE_READ, READ, number=cases.number_of),
    Route("cases/<uuid:case_id>/search/", "case_search", cases.search, P.CASE_WRITE, WRITE, number=cases.number_of),
    Route("cases/<uuid:case_id>/settle/", "case_settle", cases.settle, P.CASE_WRITE, WRITE, number=cases.number_of),
    Route("cases/<uuid:case_id>/copy/", "case_copy", cases.copy, P.CASE_WRITE, WRITE, number=cases.number_of),
    Route("cases/<uuid:case_id>/hold/", "case_hold", cases.hold, P.CASE_WRITE, WRITE, number=cases.number_of),
    Route("cases/<uuid:case_id>/lift/", "case_lift", cases.lift, P.CASE_WRITE, WRITE, number=cases.number_of),
    Route("retention/", "retention", retention.retention, P.RETENTION_READ, READ),
    Route("retention/propose/", "clearing_propose", retention.propose, P.RETENTION_PROPOSE, WRITE),
    Route("retention/<uuid:clearing_id>/approve/", "clearing_approve", retention.approve, P.RETENTION_APPROVE, WRITE),
    Route("retention/<uuid:clearing_id>/decline/", "clearing_decline", retention.decline, P.RETENTION_APPROVE, WRITE),
    Route("retention/<uuid:clearing_id>/withdraw/", "clearing_withdraw", retention.decline, P.RETENTION_PROPOSE, WRITE),
    Route("alarms/", "alarms", alarms.alarms, P.ALARM_READ, READ),
    Route("alarms/<uuid:alarm_id>/answer/", "alarm_answer", alarms.answer, P.ALARM_WRITE, WRITE),
    Route("alarms/leaving/", "leaving", alarms.leaving, P.STAFF_WRITE, WRITE),
    Route("allocation/", "allocation", allocation.allocation, P.ROUND_READ, READ),
    Route("allocation/open/", "round_open", allocation.open_round, P.ROUND_WRITE, WRITE),
    Route("allocation/stability/", "stability", allocation.stability, P.ROUND_READ, READ),
    Route("allocation/pool/", "pool", allocation.common_pool, P.ROUND_WRITE, READ),
    Route("allocation/<uuid:round_id>/", "round", rounds.show, P.ROUND_READ, READ),
    Route("allocation/<uuid:round_id>/proof/", "round_proof", allocation.proof, P.ROUND_READ, READ),
    Route("allocation/<uuid:round_id>/limits/", "round_limits", rounds.limits, P.ROUND_WRITE, WRITE),
    Route("allocation/<uuid:round_id>/pin/<uuid:member_id>/", "round_pin", rounds.pin, P.ROUND_WRITE, WRITE),
    Route("allocation/<uuid:round_id>/solve/", "round_solve", rounds.solve, P.ROUND_WRITE, WRITE),
    Route("allocation/<uuid:round_id>/submit/", "round_submit", rounds.submit, P.ROUND_WRITE, WRITE),
    Route("allocation/<uuid:round_id>/approve/", "round_approve", rounds.approve, P.ROUND_APPROVE, WRITE),
    Route("allocation/<uuid:round_id>/back/", "round_send_back", rounds.send_back, P.ROUND_APPROVE, WRITE),
    Route("allocation/<uuid:round_id>/revert/", "round_revert", rounds.revert, P.ROUND_WRITE, WRITE),
    Route("allocation/<uuid:round_id>/drop/", "round_drop", rounds.drop, P.ROUND_WRITE, WRITE),
    Route("claims/", "claims", claims.claims, P.CLAIM_WRITE, READ),
    Route("claims/find/", "claims_find", claims.find, P.CLAIM_WRITE, WRITE),
    Route("claims/add/", "claim", claims.add, P.CLAIM_WRITE, WRITE),
    Route("claims/<uuid:claim_id>/withdraw/", "withdraw_claim", claims.withdraw, P.CLAIM_WRITE, WRITE),
    Route("handovers/", "handovers", handovers.handovers, P.HANDOVER_WRITE, READ),
    Route("handovers/<uuid:handover_id>/step/", "handover_step", handovers.step, P.HANDOVER_WRITE, WRITE),
    Route("exports/", "exports", exports.exports, P.EXPORT_ASK, READ),
    Route("exports/new/", "export_form", exports.form, P.EXPORT_ASK, BOTH, with_code=True),
    Route("exports/ask/", "export_ask", exports.ask, P.EXPORT_ASK, WRITE, with_code=True),
    Route("exports/approvals/", "approvals", exports.approvals, P.EXPORT_APPROVE, READ),
    Route("exports/approvals/<uuid:asked_id>/", "approval", exports.approval, P.EXPORT_APPROVE, READ),
    Route(
        "exports/approvals/<uuid:asked_id>/approve/",
        "export_approve",
        exports.approve,
        P.EXPORT_APPROVE,
        WRITE,
        with_code=True,
    ),
    Route(
        "exports/approvals/<uuid:asked_id>/refuse/",
        "export_refuse",
        exports.refuse,
        P.EXPORT_APPROVE,
        WRITE,
        with_code=True,
    ),
    Route("exports/all/", "exports_all", exports.everything, P.EXPORT_READ, READ),
    Route("exports/<uuid:export_id>/", "export", exports.export, P.EXPORT_ASK, READ),
    Route("exports/<uuid:export_id>/make/", "export_make", exports.make, P.EXPORT_ASK, WRITE, with_code=True),
    Route("exports/<uuid:export_id>/file/", "export_file", exports.take, P.EXPORT_ASK, WRITE, with_code=True),
    Route("exports/<uuid:export_id>/withdraw/", "export_withdraw", exports.withdraw, P.EXPORT_ASK, WRITE),
    Route("search/", "search", search.search, P.BOOK_READ, BOTH),
    Route("customers/", "book", book.book, P.BOOK_READ, READ),
    Route("customers/find/", "find", book.book, P.BOOK_READ, WRITE),
    Route("customers/duplicates/", "duplicates", duplicates.duplicates, P.MERGE, READ),
    Route("customers/duplicates/<uuid:merge_id>/split/", "split", duplicates.split, P.MERGE, WRITE),
    Route("customers/<uuid:public_id>/same/<uuid:other_id>/", "pair", duplicates.pair, P.MERGE, READ),
    Route("customers/<uuid:public_id>/same/<uuid:other_id>/merge/", "merge", duplicates.merge, P.MERGE, WRITE),
    Route("customers/<uuid:public_id>/same/<uuid:other_id>/apart/", "not_same", duplicates.not_same, P.MERGE, WRITE),
    Route("customers/views/", "view_save", book.save_view, P.VIEW_WRITE, WRITE),
    Route("customers/views/remove/", "view_remove", book.remove_view, P.VIEW_WRITE, WRITE),
    Route("customers/defer/", "book_defer", bulk.defer, P.TODAY_WRITE, WRITE),
    Route("customers/defer/undo/", "book_undefer", bulk.undo, P.TODAY_WRITE, WRITE),
    Route("customers/<uuid:public_id>/", "customer", customer.customer, P.CUSTOMER_READ, READ),
    Route("customers/<uuid:public_id>/rest/", "customer_rest", customer.rest, P.CUSTOMER_READ, READ),
    Route("customers/<uuid:public_id>/marketing/", "marketing", customer.marketing, P.MARKETING_WRITE, WRITE),
    Route("customers/<uuid:public_id>/reveal/", "reveal", customer.reveal, P.REVEAL, WRITE),
    Route("customers/<uuid:public_id>/dates/", "dates", living.dates, P.FILE_WRITE, WRITE),
    Route("customers/<uuid:public_id>/facts/", "facts", living.facts, P.FILE_WRITE, WRITE),
    Route("customers/<uuid:public_id>/line/", "book_line", lines.line, P.FILE_WRITE, BOTH),
    Route("customers/<uuid:public_id>/move/", "stage_move", board.move, P.STAGE_WRITE, WRITE),
    Route("customers/<uuid:public_id>/timeline/", "timeline", customer.timeline, P.CUSTOMER_READ, READ),
    Route("customers/wants/", "wants", serving.wants, P.FILE_WRITE, READ),
    Route("customers/<uuid:public_id>/offers/", "offers", serving.offers, P.FILE_WRITE, WRITE),
    Route("customers/<uuid:public_id>/intentions/", "intentions", serving.intentions, P.FILE_WRITE, WRITE),
    Route("customers/<uuid:public_id>/course/", "course", serving.course, P.CUSTOMER_READ, READ),
    Route("customers/<uuid:public_id>/course/keep/", "keep_course", serving.keep_course, P.FILE_WRITE, WRITE),
    Route("customers/<uuid:public_id>/change-keeper/", "change_keeper", customer.change_keeper, P.ROUND_WRITE, WRITE),
    Route("customers/<uuid:public_id>/prepare/", "prepare", prepare.prepare, P.TODAY_READ, READ),
    Route("customers/<uuid:public_id>/relations/", "relations", relations.relations, P.RELATION_WRITE, WRITE),
    Route("customers/<uuid:public_id>/stage/", "stage", customer.stage, P.STAGE_WRITE, WRITE),
)


def guarded(route: Route) -> Callable[..., HttpResponse]:
    """The view with its guard: sign in first, the permission asked for, one transaction, the invisible as 404."""

    @wraps(route.view)
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method not in route.methods:
            return HttpResponseNotAllowed(route.methods)
        keep_storable(request)
        with trail.during(_source(request)):
            try:
                response = _first(route, request) or _answer(route, request, kwargs)
            except MovedTo as there:
                response = go(request, reverse("customer", args=[there.public_id]))
            except (Invisible, Denied, Http404) as absent:
                _note_refused(route, request, kwargs)
                raise Http404 from absent
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        return response

    view.route = route  # type: ignore[attr-defined]
    return view


def _first(route: Route, request: HttpRequest) -> HttpResponse | None:
    """What has to be done before this address opens: signing in, what is owed, a code, showing who one is."""
    if route.permission is Permission.PUBLIC:
        return None
    there = attend(request)
    if isinstance(there, Ended):
        return to_sign_in(request)
    request.present = there  # type: ignore[attr-defined]
    request.viewer = there.viewer  # type: ignore[attr-defined]
    if there.owes and not route.early:
        return to_what_is_owed(request, there.owes)
    if route.with_code and not there.has_code:
        return to_what_is_owed(request, Owed.SECOND_FACTOR)
    return to_confirm(request) if route.confirmed and not is_confirmed(request) else None


def _answer(route: Route, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
    """The view in one transaction, in which the database shows what this viewer may see, and nothing else.

    What was looked at and done is on the trail before the answer leaves; without the trail there is no answer.
    """
    with trail.recording():
        if route.permission is not Permission.PUBLIC:
            number = route.number(request, **kwargs) if route.number else ""
            request.viewer = require(request.viewer, route.permission, number=number)  # type: ignore[attr-defined]
            look_as(request.viewer)  # type: ignore[attr-defined]
        response = route.view(request, **kwargs)
    if connection.in_atomic_block:
        look_as_nobody()
    return response


def _note_refused(route: Route, request: HttpRequest, kwargs: dict[str, Any]) -> None:
    """Put on the trail who asked for what is not hers or not there: the two look the same there, too."""
    viewer = getattr(request, "viewer", None)
    if viewer is not None:
        asked = str(next(iter(kwargs.values()), ""))
        trail.note(viewer, TrailAction.REFUSED, object=(route.name, asked), result="refused")


def _source(request: HttpRequest) -> trail.Source:
    """From where a request comes, for the trail."""
    return trail.Source(
        session=request.session.session_key or "",
        address=address_of(request),
        device=agent_of(request),
        request_id=getattr(request, "request_id", ""),
        at=request.now,  # type: ignore[attr-defined]
    )


def addresses(routes: Iterable[tuple[str, Route]]) -> list[URLPattern | URLResolver]:
    """The addresses as a tree by their parts: to find one, those that begin otherwise are not looked through, and
    those are looked through first below which most lie.
    """
    below: dict[str, list[tuple[str, Route]]] = {}
    ends = []
    for rest, route in routes:
        part, slash, further = rest.partition("/")
        if further:
            below.setdefault(part + slash, []).append((further, route))
        else:
            ends.append(path(rest, guarded(route), name=route.name))
    many_first = sorted(below.items(), key=lambda each: -len(each[1]))
    return [*ends, *(path(part, include(addresses(those))) for part, those in many_first)]


urlpatterns = addresses((route.address, route) for route in ROUTES)
