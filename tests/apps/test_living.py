"""Important dates are written down, changed and removed; every wording stays, and only the keeper reads names."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection, models

from guanhu.apps.customers.living import actions, queries
from guanhu.apps.customers.living.models import Fact, ImportantDay
from guanhu.apps.customers.living.shapes import DayWords
from guanhu.apps.customers.living.wordings import actions as wordings
from guanhu.apps.people import vault
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.work.file import queries as files
from guanhu.rules.access import Reach, Role
from guanhu.rules.kinds import Calendar
from guanhu.rules.living import DateKind, Whose
from tests.cast import LI, ZHAO, Cast
from tests.factories import NOW, TODAY

WEDDING = DayWords(DateKind.WEDDING, Whose.SELF, Calendar.SOLAR, 1, 18, year=1987, person="林建年", about="红宝石婚")
MOTHER = DayWords(DateKind.BIRTHDAY, Whose.PARENT, Calendar.LUNAR, 4, 30, leap=True)


def keep(cast: Cast, said: DayWords, **more):
    actions.keep_day(**{"by": cast.shen, "customer": cast.zhao, "said": said, "today": TODAY, "now": NOW, **more})


def kept(cast: Cast):
    return queries.days_of(cast.shen, ZHAO)


@pytest.mark.practice("P2", "P136")
def test_a_date_stands_in_the_file_at_its_next_day(cast: Cast):
    keep(cast, WEDDING)
    (day,) = [each for each in files.rest(cast.shen, cast.zhao).dates if each.kept]
    assert (day.on, day.days, day.kept.now.said, day.kept.now.who) == (date(2027, 1, 18), 55, WEDDING, "沈知微")


@pytest.mark.practice("P1")
def test_a_change_hides_nothing_the_wording_before_is_kept_with_who_and_when(cast: Cast):
    keep(cast, WEDDING)
    (first,) = kept(cast)
    keep(cast, replace(WEDDING, day=19), item=first.item, version=1)
    (now,) = kept(cast)
    assert (now.version, now.now.said.day, [each.said.day for each in now.before]) == (2, 19, [18])
    assert now.before[0].who == "沈知微"


def may_write(table: str) -> set[tuple[str, str]]:
    """Which of the pages' logins and readers may write a table in which way, column by column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select r, p from unnest(array['guanhu_app', 'guanhu_pages', 'guanhu_own', 'guanhu_area', 'guanhu_one']) r,"
            " unnest(array['insert', 'update']) p where has_any_column_privilege(r, %s, p) union select r, 'delete'"
            " from unnest(array['guanhu_app', 'guanhu_pages', 'guanhu_own', 'guanhu_area', 'guanhu_one']) r"
            " where has_table_privilege(r, %s, 'delete') or has_table_privilege(r, %s, 'truncate')",
            [table] * 3,
        )
        return set(cursor.fetchall())


@pytest.mark.practice("P1")
@pytest.mark.parametrize("model", [ImportantDay, Fact])
def test_the_pages_own_login_can_change_or_delete_no_wording(cast: Cast, model: type[models.Model]):
    assert may_write(model._meta.db_table) == {("guanhu_own", "insert")}


@pytest.mark.parametrize(
    ("table", "right"),
    [("work_touch", ("guanhu_own", "update")), ("people_signin", ("guanhu_pages", "delete"))],
)
def test_a_right_too_many_would_be_seen(cast: Cast, table: str, right: tuple[str, str]):
    assert right in may_write(table)


def test_a_removed_date_is_off_the_file_and_its_history_stays(cast: Cast):
    keep(cast, WEDDING)
    (first,) = kept(cast)
    for _twice in range(2):
        actions.remove_day(by=cast.shen, customer=cast.zhao, item=first.item, version=1, now=NOW)
    assert kept(cast) == ()
    rows = ImportantDay.objects.for_system("a test").order_by("version")
    assert [(row.version, row.removed, row.said()) for row in rows] == [(1, False, WEDDING), (2, True, WEDDING)]


def test_the_same_form_twice_is_once(cast: Cast):
    for _twice in range(2):
        keep(cast, WEDDING)
    (first,) = kept(cast)
    changed = replace(WEDDING, about="")
    for _twice in range(2):
        keep(cast, changed, item=first.item, version=1)
    assert [each.version for each in kept(cast)] == [2]


@pytest.mark.parametrize("said", [replace(WEDDING, day=20), None], ids=["changed", "removed"])
def test_who_comes_second_is_told_who_was_first(cast: Cast, said: DayWords | None):
    keep(cast, WEDDING)
    (first,) = kept(cast)
    keep(cast, replace(WEDDING, day=19), item=first.item, version=1)
    cover = replace(cast.zhou, covered=(cast.shen.staff_id,))
    about = {"by": cover, "customer": cast.zhao, "item": first.item, "version": 1, "now": NOW}
    with pytest.raises(Conflict, match="沈知微 已先改了这一条") as refused:
        actions.keep_day(said=said, today=TODAY, **about) if said else actions.remove_day(**about)
    assert [each.field for each in refused.value.differences] == (["day"] if said else [])
    assert [each.now.said.day for each in kept(cast)] == [19]


def test_an_action_that_asks_for_no_version_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    keep(cast, WEDDING)
    (first,) = kept(cast)
    keep(cast, replace(WEDDING, day=19), item=first.item, version=1)
    monkeypatch.setattr(wordings, "_require_same_version", lambda *told: None)
    keep(cast, replace(WEDDING, day=20), item=first.item, version=1)
    assert [each.now.said.day for each in kept(cast)] == [20], "the second wrote over what she had not seen"


def test_what_was_removed_meanwhile_is_not_brought_back_unseen(cast: Cast):
    keep(cast, WEDDING)
    (first,) = kept(cast)
    actions.remove_day(by=cast.shen, customer=cast.zhao, item=first.item, version=1, now=NOW)
    with pytest.raises(Conflict, match="已先移除"):
        keep(cast, replace(WEDDING, day=20), item=first.item, version=1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (replace(WEDDING, month=2, day=30), "day"),
        (replace(WEDDING, leap=True), "day"),
        (replace(WEDDING, year=2027), "year"),
        (replace(WEDDING, about="回电 13812342716"), "about"),
        (replace(WEDDING, year=1899), "year"),
        (replace(WEDDING, kind=DateKind.OTHER, about=""), "about"),
        (replace(WEDDING, kind=DateKind.BIRTHDAY), "kind"),  # her own, which the bank's system says
        (replace(WEDDING, kind=DateKind.BIRTHDAY, whose=Whose.CHILD, year=2015), "year"),
        (replace(WEDDING, kind=DateKind.BIRTHDAY, whose=Whose.CHILD, year=None), "year"),
        (replace(WEDDING, kind=DateKind.OTHER, whose=Whose.GRANDCHILD), "kind"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(cast: Cast, said: DayWords, field: str):
    with pytest.raises(Refused) as refused:
        keep(cast, said)
    assert list(refused.value.errors) == [field]
    assert kept(cast) == ()


@pytest.mark.practice("P136")
def test_a_grown_childs_birthday_and_a_leap_month_are_kept(cast: Cast):
    keep(cast, replace(WEDDING, kind=DateKind.BIRTHDAY, whose=Whose.CHILD, year=1988))
    keep(cast, MOTHER)
    assert {each.now.said.whose for each in kept(cast)} == {Whose.CHILD, Whose.PARENT}


def test_a_file_is_no_heap(cast: Cast):
    for day in range(1, 31):
        keep(cast, replace(WEDDING, day=day))
    with pytest.raises(Refused, match="先移除不用的再加"):
        keep(cast, replace(WEDDING, day=31))


def test_another_customers_date_cannot_be_named(cast: Cast):
    keep(cast, WEDDING)
    (first,) = kept(cast)
    with pytest.raises(Invisible):
        keep(cast, WEDDING, customer=cast.li, item=first.item, version=1)
    assert queries.days_of(cast.shen, LI) == ()
    assert queries.days_of(cast.zhou, ZHAO) == ()


def test_names_and_notes_lie_sealed_to_their_wording(cast: Cast):
    keep(cast, WEDDING)
    with connection.cursor() as cursor:
        cursor.execute("select t::text from customers_importantday t")
        lies = str(cursor.fetchall())
    assert "林建年".encode().hex() not in lies
    row = ImportantDay.objects.for_system("a test").get()
    assert vault.open(row, "person") == "林建年"
    row.version = 2
    with pytest.raises(vault.SealBroken):
        vault.open(row, "person")


@pytest.mark.parametrize("role", [Role.HEAD, Role.COACH])
def test_who_does_not_keep_her_reads_no_name_no_note_and_no_history(cast: Cast, role: Role):
    keep(cast, WEDDING)
    (first,) = kept(cast)
    keep(cast, replace(WEDDING, day=19), item=first.item, version=1)
    other = replace(cast.shen, staff_id=10_000, staff_no="H01", role=role, reach=Reach.BRANCH)
    rest = files.rest(other, cast.zhao)
    assert "林建年" not in repr(rest)
    assert "红宝石婚" not in repr(rest)
    days = [each.kept for each in rest.dates if each.kept]
    assert [(day.now.said.person, day.before) for day in days] == ([("****", ())] if role is Role.HEAD else [])
    assert "file_write" not in rest.allowed


def test_a_file_that_forgets_to_mask_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    keep(cast, WEDDING)
    monkeypatch.setattr(DayWords, "masked", lambda said: said)
    other = replace(cast.shen, staff_id=10_000, staff_no="H01", role=Role.HEAD, reach=Reach.BRANCH)
    assert "林建年" in repr(files.rest(other, cast.zhao))
