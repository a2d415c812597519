"""The second lock by itself: the pages' own login, no filter at all, and no foreign row. Reliability A3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection, models, transaction
from psycopg import sql

from guanhu.apps.customers.models import Account, ContactPoint, Customer, Fact, Relation
from guanhu.apps.customers.prospects.queries import presented
from guanhu.apps.people import rows
from guanhu.apps.people.models import Staff
from guanhu.cli import postgres
from guanhu.rules.access import Reach, Role
from tests.reach.rows import Look, Row, everything, looking, looks, may_see, refused, scoped_models, seen
from tests.reach.world import World

pytestmark = [pytest.mark.slow, pytest.mark.long]

TELLS_APART = {"customers_case"}
"""Tables of which the login itself may read two columns, to find out to whom a request is bound."""
READ_BY_NO_PAGE = {"customers_ledgerpart"}
"""Tables into which pages put rows and of which they read none."""
OF_LIBRARIES = ("auth_", "axes_", "django_", "otp_")
ABOUT_NO_CUSTOMER = {
    "catalog_product", "customers_filecount", "customers_ledgerimport", "people_branch", "people_clearing",
    "people_clearingpart", "people_cover", "people_night", "people_passwordused", "people_recoverycode",
    "people_rolegrant", "people_secondfactor", "people_signin", "people_staff",
}  # fmt: skip
"""Tables that say nothing of a customer and may stand open to every page."""

Admin = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def rowset(past_all_locks: Admin) -> dict[type[models.Model], list[Row]]:
    """Every row of every scoped table, past all locks."""
    return {model: everything(past_all_locks, model) for model in scoped_models()}


Rowset = dict[type[models.Model], list[Row]]


def differences(bank: World, rowset: Rowset) -> Iterator[str]:
    """Where some colleague sees other rows than those in her reach, with no filter in the way."""
    for look in looks(bank):
        with looking(look):
            for model, known in rowset.items():
                table = model._meta.db_table
                shown, due = seen(model), {row.pk for row in known if may_see(look, table, row)}
                if shown and shown - due:
                    yield f"{table}: {look} sees {len(shown - due)} foreign rows"
                if due - (shown or set()):
                    yield f"{table}: {look} misses {len(due - (shown or set()))} rows of her own"


def test_every_scoped_table_holds_rows_and_somebody_sees_some_and_somebody_none(bank: World, rowset: Rowset):
    assert len(rowset) >= 16
    assert [model.__name__ for model, known in rowset.items() if not known] == []
    every = list(looks(bank))
    for model, known in rowset.items():
        sizes = {sum(may_see(look, model._meta.db_table, row) for row in known) for look in every}
        assert 0 in sizes, model
        assert max(sizes) > 0 or model._meta.db_table in READ_BY_NO_PAGE, model


def test_with_the_filter_removed_nobody_sees_a_foreign_row_and_nobody_misses_an_own_one(bank: World, rowset: Rowset):
    assert list(differences(bank, rowset)) == []


def test_every_reach_has_a_reader_and_every_reader_is_bound(bank: World):
    assert set(rows.READERS) == set(Reach)
    with connection.cursor() as cursor:
        cursor.execute("select rolname from pg_roles where rolsuper or rolbypassrls")
        assert {name for (name,) in cursor.fetchall()} & {*rows.READERS.values(), "guanhu_app", "guanhu_owner"} == set()


def test_without_a_context_there_is_no_row(bank: World, rowset: Rowset):
    for model in rowset:
        assert not seen(model) or model._meta.db_table in TELLS_APART, model
        with transaction.atomic():
            for reader in sorted({*rows.READERS.values()} - {"guanhu_feeds", "guanhu_cases"}):
                with connection.cursor() as cursor:
                    cursor.execute("select set_config('role', %s, true)", [reader])
                assert not seen(model), f"{model._meta.db_table} as {reader}"
            transaction.set_rollback(True)


def test_of_a_request_a_page_without_context_reads_its_number_and_nothing_else(bank: World):
    if any(model._meta.db_table == "customers_case" for model in scoped_models()):
        assert refused("select number from customers_case")
        assert refused("select asks from customers_case")


def test_whose_number_was_presented_is_all_the_login_sees_and_only_while_it_looks(bank: World, past_all_locks: Admin):
    """A walk-in is recognised by phone or identity number before the request is bound to her. P15."""
    teller = next(
        look.viewer for look in looks(bank) if look.viewer.role is Role.COUNTER and look.viewer.reach is Reach.ONE
    )
    mine = {person.relation: person for person in bank.persons if person.of in ("", "counter")}
    for relation, found in (("own", True), ("branch", True), ("unkept", True), ("sister", False), ("region", False)):
        key = mine[relation].key
        for typed in (f"1375{key}{key:03}"[:11], f"36010219630305{key}"):
            with transaction.atomic():
                assert (presented(teller, typed).number == f"C{key:06d}") is found, (relation, typed)
                assert not seen(Customer)
    told = past_all_locks.execute("select encode(value_hash, 'hex') from customers_contactpoint limit 1").fetchone()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('app.presented', %s, true)", told)
        assert [len(seen(model) or ()) for model in (Customer, ContactPoint, Account, Fact)] == [1, 1, 0, 0]


def keeper(bank: World) -> Look:
    """The keeper with her own and covered customers."""
    return next(look for look in looks(bank) if look.viewer.role is Role.KEEPER and look.viewer.reach is Reach.OWN)


def state() -> tuple[str, int, int]:
    """As whom we read now, over which connection, and how many customers."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user, pg_backend_pid(), (select count(*) from customers_customer)")
        name, backend, count = cursor.fetchone()
        return name, backend, count


@pytest.mark.parametrize("commits", [True, False])
def test_the_context_ends_with_its_transaction_on_the_same_connection(bank: World, commits: bool):
    before = state()
    with transaction.atomic():
        rows.look_as(keeper(bank).viewer)
        inside = state()
        transaction.set_rollback(not commits)
    assert inside[0] == "guanhu_own"
    assert inside[2] > 0
    assert state() == before == ("guanhu_app", inside[1], 0)


def test_outside_of_a_transaction_looking_opens_nothing(bank: World):
    rows.look_as(keeper(bank).viewer)
    assert state()[2] == 0


# ---------------------------------------------------------------- writing


TIES_ACROSS = """
    select r.id, r.other_id, mine.branch_id from customers_relation r
    join customers_customer mine on mine.key = r.customer_id join customers_customer theirs on theirs.key = r.other_id
    where theirs.branch_id = %s and mine.branch_id <> theirs.branch_id and theirs.cleared_on is null
"""


def test_who_keeps_the_other_side_follows_also_where_the_mover_does_not_see_it(bank: World, past_all_locks: Admin):
    head = next(look for look in looks(bank) if look.viewer.role is Role.HEAD and look.viewer.reach is Reach.BRANCH)
    across = past_all_locks.execute(TIES_ACROSS, [head.viewer.branch_id]).fetchall()
    with looking(head):
        unseen = [one for one in across if one[0] not in (seen(Relation) or ())]
    assert unseen
    for tie, moved, branch in unseen:
        with looking(head), connection.cursor() as cursor:
            cursor.execute("update customers_customer set keeper_id = %s where key = %s", [head.viewer.staff_id, moved])
            assert (cursor.rowcount, tie in (seen(Relation) or ())) == (1, False)
            cursor.execute("select set_config('app.branches', %s, true)", [str(branch)])
            cursor.execute("select keeper_id from customers_relation where id = %s", [tie])
            assert cursor.fetchall() == [(head.viewer.staff_id,)]


def literals(admin: Admin, model: type[models.Model], row: Row) -> dict[str, str]:
    """A row's columns as SQL, but for its key and its public id."""
    kept = [field.column for field in model._meta.concrete_fields if field.column not in ("id", "public_id")]
    told = sql.SQL(", ").join(sql.SQL("quote_nullable({}::text)").format(sql.Identifier(name)) for name in kept)
    words = sql.SQL("select {} from {} where {} = %s").format(
        told, sql.Identifier(model._meta.db_table), sql.Identifier(str(model._meta.pk.column))
    )
    values = admin.execute(words, [row.pk]).fetchone()
    assert values is not None
    copy = dict(zip(kept, values, strict=True))
    return {**copy, **({"key": str(9_000_000 + int(row.pk))} if "key" in copy else {})}


def writes(admin: Admin, model: type[models.Model], row: Row) -> Iterator[tuple[str, str]]:
    """Every way to write this row or one like it, as SQL."""
    table, key = model._meta.db_table, f"\"{model._meta.pk.column}\" = '{row.pk}'"
    copy = literals(admin, model, row)
    yield "insert", inserting(table, copy)
    yield "delete", f"delete from {table} where {key}"
    for name, value in copy.items():
        yield f"update {name}", f"update {table} set {_quoted(name)} = {value} where {key}"


def inserting(table: str, copy: dict[str, str]) -> str:
    """A row with these columns put into a table."""
    return f"insert into {table} ({', '.join(map(_quoted, copy))}) values ({', '.join(copy.values())})"


def _quoted(name: str) -> str:
    return f'"{name}"'


def written(bank: World, rowset: Rowset, admin: Admin) -> Iterator[str]:
    """Writes of rows out of reach that the database took."""
    for look in looks(bank):
        if look.viewer.reach not in (Reach.OWN, Reach.BRANCH, Reach.STAFF, Reach.SELF, Reach.CASE) or (
            look.viewer.role not in (Role.KEEPER, Role.HEAD, Role.SECURITY, Role.PRIVACY)
        ):
            continue
        with looking(look):
            for model, known in rowset.items():
                foreign = next((row for row in known if not may_see(look, model._meta.db_table, row)), None)
                for way, statement in writes(admin, model, foreign) if foreign else ():
                    if not refused(statement.replace("%", "%%")):
                        yield f"{model._meta.db_table}: {look} may {way}"


def test_no_foreign_row_can_be_written_changed_or_removed(bank: World, rowset: Rowset, past_all_locks: Admin):
    assert list(written(bank, rowset, past_all_locks)) == []


def test_an_own_row_cannot_be_handed_to_a_foreign_customer(bank: World, rowset: Rowset, past_all_locks: Admin):
    look = keeper(bank)
    theirs = next(person.key for person in bank.persons if person.relation == "other_region")
    with looking(look):
        for model, known in rowset.items():
            table, names = model._meta.db_table, {field.attname for field in model._meta.concrete_fields}
            mine = next((row for row in known if may_see(look, table, row)), None)
            if mine and "customer_id" in names and model is not Customer:
                pk = model._meta.pk.column
                assert refused(f"update {table} set customer_id = {theirs} where {pk} = '{mine.pk}'"), table
                copy = {**literals(past_all_locks, model, mine), "customer_id": str(theirs)}
                assert refused(inserting(table, copy).replace("%", "%%")), f"{table}: a row about somebody else's"


def test_what_a_keeper_writes_about_her_own_goes_through(bank: World, rowset: Rowset, past_all_locks: Admin):
    look, taken = keeper(bank), set()
    with looking(look):
        for model, known in rowset.items():
            mine = next((row for row in known if may_see(look, model._meta.db_table, row)), None)
            ways = writes(past_all_locks, model, mine) if mine else ()
            taken |= {f"{way.split()[0]} {model.__name__}" for way, said in ways if _goes(said)}
    assert {"insert Consent", "insert StageRecord", "update Customer", "update Touch", "update Promise"} <= taken
    assert not {one for one in taken if one.startswith("delete")}


def _goes(statement: str) -> bool:
    """Not refused for want of rights; that a row like it is there already is another matter."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.replace("%", "%%"), None)
            return cursor.rowcount > 0
    except Exception as error:
        return isinstance(error.__cause__, psycopg.errors.UniqueViolation)


def test_an_export_is_decided_in_one_s_own_name_by_who_did_not_ask(bank: World):
    words = (
        "update customers_export set state = 'refused', decided_by_id = {}, decided_in = 9, decided_role = 'x' where {}"
    )
    me = "(select id from people_staff where staff_no = current_setting('app.staff'))"
    other = "(select id from people_staff where staff_no = 'K5')"
    theirs, mine = f"state = 'asked' and asked_by_id <> {me}", f"asked_by_id = {me}"
    taken: dict[str, set[str]] = {}
    for look in looks(bank):
        with looking(look):
            ways = {"in my name": words.format(me, theirs), "in another's": words.format(other, theirs),
                    "my own": words.format(me, mine)}  # fmt: skip
            for way, statement in ways.items():
                if _goes(statement):
                    taken.setdefault(way, set()).add(look.viewer.reach.value)
    assert taken == {"in my name": {"branch", "region", "exports"}}


def test_who_asked_may_not_write_an_approval_into_the_request(bank: World):
    with looking(keeper(bank)):
        for column in ("approved", "until", "decided_by_id", "decided_at", "digest", "columns", "rows", "selection"):
            assert stopped(f"update customers_export set {column} = null")


TELL = ("insert into customers_notice (customer_id, to_id, by_id, what, at) select key, {to}, {by}, 'touch', now() "
        "from customers_customer where keeper_id = {keeper} limit 1")  # fmt: skip
FORGED = {"in another's name": ("{covered}", "{other}"), "to somebody else": ("{other}", "{own}")}
"""Notices nobody may write: to whom, by whom."""


def forged(bank: World) -> list[str]:
    """The notices about a covered customer that the database takes and should not."""
    look = keeper(bank)
    own, covered = look.viewer.staff_id, look.viewer.covered[0]
    other = Staff.objects.exclude(pk__in=(own, covered)).order_by("pk")[0].pk
    keys = {"own": own, "covered": covered, "other": other}
    with looking(look):
        assert not refused(TELL.format(to=covered, by=own, keeper=covered))
        return [
            said
            for said, (to, by) in FORGED.items()
            if not refused(TELL.format(to=to.format(**keys), by=by.format(**keys), keeper=covered))
        ]


def test_a_keeper_is_told_in_ones_own_name_and_nobody_else_is(bank: World):
    assert forged(bank) == []


def test_a_notice_that_anybody_may_write_is_seen(bank: World, postgres_server: postgres.Server, own_database: str):
    hole = "create policy hole on customers_notice for insert to guanhu_own with check (true)"
    with broken(postgres_server, own_database, hole, "drop policy hole on customers_notice"):
        assert forged(bank) == [*FORGED]


# ---------------------------------------------------------------- the catalogue of the database itself


def catalogue(admin: Admin) -> list[str]:
    """What the database's own catalogue says against row security."""
    tables = admin.execute(
        "select c.relname, c.relrowsecurity, c.relforcerowsecurity,"
        " exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        "  and (a.attname ~ '^(customer|account)(_id|_no|_key)?$' or a.attname = 'person')),"
        " (select count(*) from pg_policy p where p.polrelid = c.oid)"
        " from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
    ).fetchall()
    scoped = {model._meta.db_table for model in scoped_models()}
    found = []
    for name, on, forced, of_customers, policies in tables:
        known = name in ABOUT_NO_CUSTOMER or name.startswith(OF_LIBRARIES)
        if name in scoped and not (on and forced and policies):
            found.append(f"{name}: scoped, and row security is not on, not forced or without a policy")
        if of_customers and not (on and forced):
            found.append(f"{name}: holds rows of customers without row security")
        if not on and not known:
            found.append(f"{name}: nobody has said that it stands open to every page")
    open_to_all = admin.execute(
        "select tablename, policyname, roles::text[] from pg_policies where schemaname = 'public'"
        " and (qual = 'true' or with_check = 'true') and not roles && '{guanhu_audit}'"
    ).fetchall()
    bound = {"guanhu_own", "guanhu_area", "guanhu_one", "guanhu_self", "guanhu_pages", "public"}
    return found + [f"{table}: {policy} lets everybody in" for table, policy, them in open_to_all if bound & {*them}]


def test_every_table_of_customers_has_row_security_on_forced_and_with_policies(bank: World, past_all_locks: Admin):
    assert catalogue(past_all_locks) == []


def test_no_view_and_no_function_leads_around_the_rows(bank: World, past_all_locks: Admin):
    views = past_all_locks.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')"
    ).fetchall()
    assert views == []
    definers = past_all_locks.execute(
        "select proname, proowner::regrole::text, proconfig from pg_proc"
        " where pronamespace = 'public'::regnamespace and prosecdef order by proname"
    ).fetchall()
    assert {name: owner for name, owner, _ in definers} == {
        "audit_append": "guanhu_audit",
        "audit_seal": "guanhu_audit",
        "customers_relations_follow": "guanhu_owner",  # a trigger: sets who keeps the other side, answers nothing
        "customers_standings_follow": "guanhu_owner",  # a trigger: sets whose a standing is, answers nothing
        "portfolio_assigned": "guanhu_owner",  # a trigger: writes down who kept whom, answers nothing
        "portfolio_pool": "guanhu_owner",  # so many of the common pool of one's branch, the same ones all day
        "portfolio_claimable": "guanhu_owner",  # whom a keeper names in full, while her branch's claims are open
    }
    assert all("search_path=pg_catalog, pg_temp" in (config or []) for _, _, config in definers)


def test_the_owner_of_the_tables_sees_nothing_without_a_context(
    bank: World, rowset: Rowset, own_database: str, postgres_server: postgres.Server
):
    with psycopg.connect(postgres_server.url(own_database, "owner"), autocommit=True) as owner:
        for model in rowset:
            name = sql.Identifier(model._meta.db_table)
            assert owner.execute(sql.SQL("select count(*) from {}").format(name)).fetchone() == (0,), model


FORBIDDEN = (
    "set role guanhu_night", "set role guanhu_owner", "set role guanhu_audit", "set role postgres",
    "set session authorization guanhu_night",
    "alter table customers_customer disable row level security",
    "alter table customers_customer no force row level security",
    "drop policy own on customers_customer", "create policy all_rows on customers_customer using (true)",
    "alter role guanhu_app bypassrls", "grant guanhu_night to guanhu_app", "select rolpassword from pg_authid",
    "create table public.aside (n int)", "create function public.aside() returns int language sql as 'select 1'",
    "truncate customers_customer", "drop table customers_customer",
    "copy customers_customer to '/tmp/aside'", "select pg_read_file('PG_VERSION')",
    "update audit_entry set actor = ''", "delete from audit_entry", "truncate audit_entry", "drop table audit_entry",
    "alter table audit_entry disable row level security", "insert into audit_chain values ('x', 1, '')",
    "select audit_seal(1, now(), '', '', '')",
)  # fmt: skip


@pytest.mark.parametrize("statement", FORBIDDEN)
@pytest.mark.parametrize("reader", ["", "guanhu_own", "guanhu_area", "guanhu_auditor"])
def test_the_pages_login_cannot_step_out_of_its_rows(bank: World, statement: str, reader: str):
    with transaction.atomic():
        if reader:
            with connection.cursor() as cursor:
                cursor.execute("select set_config('role', %s, true)", [reader])
        assert stopped(statement)
        transaction.set_rollback(True)


def stopped(statement: str) -> bool:
    """Is the statement refused for want of rights?"""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return False
    except Exception as error:
        return isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)


def test_switching_row_security_off_shows_an_error_and_no_row(bank: World):
    with looking(keeper(bank)), connection.cursor() as cursor:
        cursor.execute("set local row_security = off")
        assert stopped("select count(*) from customers_customer")


# ---------------------------------------------------------------- the same harness on broken variants


@contextmanager
def broken(server: postgres.Server, database: str, break_it: str, mend_it: str) -> Iterator[None]:
    """The database with a hole in it."""
    with psycopg.connect(server.url(database, "owner"), autocommit=True) as owner:
        owner.execute(break_it)
        try:
            yield
        finally:
            owner.execute(mend_it)


HOLES = {
    "a table without row security": (
        "alter table work_touch disable row level security", "alter table work_touch enable row level security",
    ),
    "a policy that lets everybody in": (
        "create policy hole on customers_consent to guanhu_own using (true)",
        "drop policy hole on customers_consent",
    ),
}  # fmt: skip


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_is_seen_in_the_rows_and_in_the_catalogue(
    bank: World, rowset: Rowset, past_all_locks: Admin, postgres_server: postgres.Server, own_database: str, hole: str
):
    with broken(postgres_server, own_database, *HOLES[hole]):
        assert any(differences(bank, rowset))
        assert any(catalogue(past_all_locks))
        assert any(written(bank, rowset, past_all_locks))


def test_a_table_that_does_not_hold_its_owner_is_seen(
    bank: World, past_all_locks: Admin, postgres_server: postgres.Server, own_database: str
):
    words = "alter table work_touch {}force row level security"
    with broken(postgres_server, own_database, words.format("no "), words.format("")):
        assert catalogue(past_all_locks) != []


def test_a_new_table_nobody_thought_of_is_seen(
    bank: World, past_all_locks: Admin, postgres_server: postgres.Server, own_database: str
):
    with broken(postgres_server, own_database, "create table aside (customer_id bigint)", "drop table aside"):
        assert len(catalogue(past_all_locks)) == 2
