"""What we offer for each need, for one customer and the whole list; and the one plan made for a customer."""

from dataclasses import replace
from datetime import date

import pytest

from guanhu.apps.customers.living import actions as living
from guanhu.apps.customers.living import queries as facts
from guanhu.apps.customers.living.shapes import FactWords
from guanhu.apps.customers.serving import actions, queries
from guanhu.apps.customers.serving.shapes import CourseWords, OfferWords
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.work.file import queries as files
from guanhu.rules.access import Reach, Role
from guanhu.rules.living import FactKind, HeardFrom, NeedDepth, NeedFacet, NeedType
from guanhu.rules.serving import CanOffer, CourseKind, CourseState
from tests.cast import LI, ZHAO, Cast
from tests.factories import NOW, TODAY

NEED = FactWords(FactKind.NEED, "急用时能取一部分", HeardFrom.CUSTOMER, TODAY, need_type=NeedType.MAINTENANCE,
                 need_depth=NeedDepth.EXPLICIT, need_facet=NeedFacet.AHEAD)  # fmt: skip
OFFER = OfferWords(CanOffer.YES, "三年期定存", "20万通知存款")
STEP = CourseWords(CourseKind.STEP, "到期前约谈", "沈知微", date(2026, 12, 1))


def wanting(cast: Cast, customer=None, key: int = ZHAO):
    """A need of hers, and its item."""
    living.keep_fact(by=cast.shen, customer=customer or cast.zhao, said=NEED, today=TODAY, now=NOW)
    return facts.facts_of(cast.shen, key)[0].item


def offer(cast: Cast, item, said: OfferWords = OFFER, **more) -> None:
    actions.keep_offer(**{"by": cast.shen, "customer": cast.zhao, "item": item, "said": said, "now": NOW, **more})


def course(cast: Cast, said: CourseWords = STEP, **more) -> None:
    actions.keep_course(**{"by": cast.shen, "customer": cast.zhao, "said": said, "now": NOW, **more})


@pytest.mark.practice("P9")
def test_a_need_stands_beside_what_we_offer_for_it_and_keeps_what_was_said_before(cast: Cast):
    item = wanting(cast)
    (want,) = files.rest(cast.shen, cast.zhao).wants
    assert (want.need.now.said.text, want.offer) == ("急用时能取一部分", None)
    for _twice in range(2):
        offer(cast, item)
    later = OfferWords(CanOffer.NOT_YET, instead="市惠民保")
    offer(cast, item, later, version=1)
    (want,) = files.rest(cast.shen, cast.zhao).wants
    assert (want.offer.now.said, [each.said for each in want.offer.before]) == (later, [OFFER])
    with pytest.raises(Conflict):
        offer(cast, item, version=1, by=replace(cast.zhou, covered=(cast.shen.staff_id,)))


@pytest.mark.practice("P9")
@pytest.mark.parametrize(
    ("said", "field"),
    [(OfferWords(CanOffer.NOT_YET, what="以后有"), "instead"), (OfferWords(CanOffer.YES), "what"),
     (replace(OFFER, what="卡号 6222020200001122"), "what")],
)  # fmt: skip
def test_an_offer_that_says_nothing_or_holds_a_number_is_refused(cast: Cast, said: OfferWords, field: str):
    with pytest.raises(Refused) as refused:
        offer(cast, wanting(cast), said)
    assert list(refused.value.errors) == [field]


def test_only_a_need_of_hers_is_answered(cast: Cast):
    item = wanting(cast)
    interest = replace(NEED, kind=FactKind.INTEREST, need_type=None, need_depth=None, need_facet=None)
    for told in ({"item": cast.zhao}, {"customer": cast.li}, {"by": cast.zhou}):
        with pytest.raises(Invisible):
            offer(cast, **{"item": item, **told})
    living.keep_fact(by=cast.shen, customer=cast.zhao, said=interest, today=TODAY, now=NOW, item=item, version=1)
    with pytest.raises(Invisible):
        offer(cast, item)


@pytest.mark.practice("P9")
def test_the_table_of_the_whole_list_has_every_need_of_ones_own_and_nobody_elses(cast: Cast, monkeypatch):
    offer(cast, wanting(cast))
    wanting(cast, cast.li, LI)
    table = queries.wants_page(cast.shen, None)
    assert [(row.name, [want.offer is None for want in row.wants]) for row in table.rows] == [
        ("赵*芳", [False]), ("李*华", [True])
    ]  # fmt: skip
    assert queries.wants_page(cast.zhou, None).rows == ()
    monkeypatch.setattr(queries, "PAGE", 1)
    first = queries.wants_page(cast.shen, None)
    assert [row.name for row in queries.wants_page(cast.shen, first.after).rows] == ["李*华"]
    assert queries.wants_page(cast.shen, cast.li).rows == ()


@pytest.mark.practice("P174")
def test_a_plan_is_goals_then_steps_by_their_day_and_what_is_over_stands_behind(cast: Cast):
    course(cast, replace(STEP, text="后一步", due_on=date(2026, 12, 20)))
    course(cast)
    course(cast, CourseWords(CourseKind.GOAL, "到期留住八成"))
    course(cast, replace(STEP, text="先办的", state=CourseState.REACHED, result="见了面"))
    assert [each.now.said.text for each in queries.course_of(cast.shen, ZHAO)] == [
        "到期留住八成", "到期前约谈", "后一步", "先办的"
    ]  # fmt: skip


@pytest.mark.practice("P174")
@pytest.mark.parametrize(
    ("said", "field"),
    [(replace(STEP, due_on=None), "due_on"), (replace(STEP, state=CourseState.DROPPED), "result"),
     (replace(STEP, text=""), "text"), (replace(STEP, owner="13812342716"), "owner")],
)  # fmt: skip
def test_a_step_without_its_day_its_words_or_its_result_is_refused(cast: Cast, said: CourseWords, field: str):
    with pytest.raises(Refused) as refused:
        course(cast, said)
    assert list(refused.value.errors) == [field]


def test_a_line_of_the_plan_is_changed_taken_off_and_not_named_by_others(cast: Cast):
    course(cast)
    (line,) = queries.course_of(cast.shen, ZHAO)
    course(cast, replace(STEP, owner="秦岚"), item=line.item, version=1)
    with pytest.raises(Invisible):
        course(cast, item=line.item, version=2, customer=cast.li)
    actions.remove_course(by=cast.shen, customer=cast.zhao, item=line.item, version=2, now=NOW)
    assert queries.course_of(cast.shen, ZHAO) == ()


@pytest.mark.parametrize(("role", "lines"), [(Role.HEAD, ["****"]), (Role.COACH, [])])
def test_who_does_not_keep_her_reads_no_words_of_the_plan_or_the_offers(cast: Cast, role: Role, lines: list[str]):
    offer(cast, wanting(cast))
    course(cast)
    other = replace(cast.qin, role=role, reach=Reach.BRANCH)
    card, told = files.course(other, cast.zhao)
    assert [each.now.said.text for each in told] == lines
    assert not [word for word in ("通知存款", "约谈", "急用") if word in repr((card, told))]


def test_a_plan_that_forgets_to_mask_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    course(cast)
    monkeypatch.setattr(CourseWords, "masked", lambda said: said)
    assert "约谈" in repr(files.course(replace(cast.qin, role=Role.HEAD, reach=Reach.BRANCH), cast.zhao))
