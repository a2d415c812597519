"""Who may see whom, written down a second time from the permission matrix of the specification (reliability.md §7).

It knows nothing of ``guanhu.rules.access``: roles, permissions and relations are plain words here, so that a slip in
the product's table is a difference and not an agreement. A person in no role is anonymous.
"""

from __future__ import annotations

KEPT = frozenset({"own", "fresh", "cover"})
BRANCH = KEPT | {"branch", "unkept"}
NOBODY: frozenset[str] = frozenset()
BUSINESS = ("counter", "keeper", "head", "region", "bank", "coach")
ADMINISTRATIVE = ("data", "audit", "system", "security", "privacy")
EVERYWHERE = BRANCH | {"ended_cover", "recalled_cover", "coming_cover", "sister", "region", "other_region"}
EVERYBODY = dict.fromkeys((*BUSINESS, *ADMINISTRATIVE), NOBODY)

MATRIX: dict[str, dict[str, frozenset[str]]] = {
    "account": EVERYBODY,
    "trail_own": EVERYBODY,
    "today_read": {"keeper": KEPT},
    "today_write": {"keeper": KEPT},
    "call": {"keeper": KEPT},
    "stage_write": {"keeper": KEPT},
    "file_write": {"keeper": KEPT},
    "book_read": {"keeper": KEPT, "head": BRANCH, "coach": BRANCH},
    "view_write": {"keeper": KEPT, "head": BRANCH, "coach": BRANCH},
    "customer_read": {"keeper": KEPT, "head": BRANCH, "coach": BRANCH},
    "reveal": {"keeper": KEPT, "head": BRANCH},
    "marketing_write": {"keeper": KEPT, "head": BRANCH},
    "relation_write": {"keeper": KEPT, "head": BRANCH},
    "ledger_import": {"keeper": KEPT, "head": BRANCH},
    "merge": {"keeper": KEPT, "head": BRANCH},
    "bin": {"keeper": KEPT, "head": BRANCH},
    "counter_open": {"counter": BRANCH - {"cover"}},
    "export_ask": {"keeper": KEPT, "head": BRANCH},
    "export_approve": dict.fromkeys(("head", "region", "bank", "privacy"), NOBODY),
    "export_read": {"audit": NOBODY},
    "counter_find": {"counter": BRANCH - {"cover"}},
    "quality_read": {
        "keeper": KEPT,
        "head": BRANCH,
        "coach": BRANCH,
        "region": BRANCH | {"sister", "region"},
        "bank": NOBODY,
    },
    "quality_list": {"keeper": KEPT, "head": BRANCH},
    "rates_read": dict.fromkeys(("head", "region", "bank", "coach"), NOBODY),
    "visit_write": {"counter": BRANCH - {"cover"}},
    "notice_read": {"keeper": KEPT},
    "cover_write": {"head": BRANCH},
    "review_read": {"head": BRANCH, "coach": BRANCH},
    "round_read": {"head": BRANCH, "region": BRANCH | {"sister", "region"}},
    "round_write": {"head": BRANCH},
    "round_approve": {"region": NOBODY},
    "claim_write": {"keeper": frozenset({"own", "fresh", "branch", "unkept"})},
    "handover_write": {"keeper": KEPT},
    "staff_read": dict.fromkeys(("head", "bank", "data", "system", "security", "audit"), NOBODY),
    "session_read": dict.fromkeys(("system", "security", "audit"), NOBODY),
    "staff_write": dict.fromkeys(("system", "security"), NOBODY),
    "staff_move": {"security": NOBODY},
    "role_propose": dict.fromkeys(("head", "bank", "data", "security"), NOBODY),
    "role_approve": {"security": NOBODY},
    "quarantine_read": dict.fromkeys(("data", "audit"), NOBODY),
    "case_open": {**dict.fromkeys(("counter", "keeper", "head"), frozenset({"own"})), "privacy": EVERYWHERE},
    "case_read": {"privacy": EVERYWHERE},
    "case_write": {"privacy": EVERYWHERE},
    "retention_read": dict.fromkeys(("data", "privacy", "audit"), NOBODY),
    "retention_propose": {"data": NOBODY},
    "retention_approve": {"privacy": NOBODY},
    "trail_read": {"audit": NOBODY},
    "count_read": {
        "keeper": KEPT,
        "head": BRANCH,
        "coach": BRANCH,
        "region": BRANCH | {"sister", "region"},
    },
    "flag_explain": {"keeper": KEPT},
    "flag_answer": {"head": BRANCH, "region": BRANCH | {"sister", "region"}},
    "alarm_read": dict.fromkeys(("audit", "security"), NOBODY),
    "alarm_write": dict.fromkeys(("audit", "security"), NOBODY),
}
"""Permission → role → the relations in which a customer may stand to whoever asks; none: it is about no customer."""
ONE = ("counter_find", "counter_open", "visit_write", "case_read", "case_write")
"""Permissions to see a single customer: the one the request names, and no other."""
HERE = frozenset({"own", "fresh", "branch", "unkept"})
"""Colleagues of one's own branch stand so to each other."""


def reach(permission: str, role: str) -> frozenset[str] | None:
    """The relations this role sees through this permission; null where it may not ask at all."""
    if permission == "public":
        return NOBODY
    granted = MATRIX[permission].get(role)
    if granted is None and role in BUSINESS:
        granted = MATRIX[permission].get("keeper")
    return granted


def allowed(permission: str, role: str, relation: str, kind: str = "customer") -> bool:
    """May somebody in this role do this to what stands so to her? ``relation`` empty: to nobody in particular.

    ``kind``: what is named: a customer, a colleague, a cover, a role proposed, an export of one's own, one
    that another asks for, a ledger brought, a flag on a colleague, or something of the whole bank.
    """
    seen = reach(permission, role)
    if seen is None or not relation or kind == "customer":
        return seen is not None and (not relation or relation in seen)
    if kind == "export":
        return relation in ("own", "fresh")
    if kind == "asked":
        return relation == "fresh" or (role == "head" and relation in ("branch", "unkept"))
    if kind == "proposal":
        return relation == "fresh"
    if kind == "round":
        return relation in HERE or (role == "region" and relation in ("sister", "region"))
    if kind == "review":
        return relation in HERE - {"own"}
    if kind == "flag":
        leads = permission != "flag_explain" and role in ("head", "coach", "region")
        over = HERE | ({"sister", "region"} if role == "region" else set())
        return relation in over if leads else relation == "own"
    if kind == "upload":
        return relation in ("own", "fresh")
    at_home = kind == "cover" or (kind == "colleague" and role == "head")
    return relation in HERE if at_home else relation != "deleted"
