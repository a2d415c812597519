"""The picture of close persons: at most six cards, in one sentence for who cannot see it, nothing without one."""

from uuid import UUID

import pytest
from django.utils import translation

from guanhu.apps.customers.living.shapes import FactWords, Kept, Version
from guanhu.rules.living import AgeBand, FactKind, HeardFrom, Whose
from guanhu.web.kin import CENTRE, HEIGHT, PLACES, RADIUS, WIDTH, kin_of
from tests.factories import NOW, TODAY


def learnt(**said):
    words = FactWords(**{"kind": FactKind.FAMILY, "text": "市一中", "heard_from": HeardFrom.CUSTOMER,
                         "heard_on": TODAY, "whose": Whose.SPOUSE, "person": "林建年", **said})  # fmt: skip
    return Kept(UUID(int=1), 1, Version(words, "沈知微", NOW), ())


PUPIL = {"whose": Whose.GRANDCHILD, "person": "", "text": "", "band": AgeBand.PUPIL}


@pytest.mark.practice("P176")
def test_close_persons_stand_around_the_customer_with_two_lines_of_words():
    kin = kin_of([learnt(), learnt(**PUPIL), learnt(kind=FactKind.INTEREST)])
    assert [(card.name, card.what) for card in kin.cards] == [("林建年", "配偶 · 市一中"), ("孙辈", "6–13 岁")]
    assert (kin.sentence, kin.more) == ("关系图：林建年（配偶 · 市一中）、孙辈（6–13 岁）", 0)
    with translation.override("en"):
        assert kin_of([learnt(**PUPIL)]).sentence.endswith("Grandchild (6–13)")


def test_who_has_nobody_has_no_picture():
    assert kin_of([learnt(kind=FactKind.INTEREST)]) is None


def test_the_picture_is_no_taller_than_who_is_in_it():
    assert [kin_of([learnt(person=f"亲友{n}") for n in range(many)]).height for many in (1, 3, 4)] == [141, 141, 226]


def test_more_than_six_are_in_the_list_alone():
    kin = kin_of([learnt(person=f"亲友{n}") for n in range(8)])
    assert (len(kin.cards), kin.more) == (6, 2)
    assert "亲友7" in kin.sentence


def test_no_card_lies_on_another_or_on_the_middle():
    for n, (x, y) in enumerate(PLACES):
        for other_x, other_y in PLACES[n + 1 :]:
            assert abs(x - other_x) >= WIDTH or abs(y - other_y) >= HEIGHT
        across = max(x - CENTRE[0], 0, CENTRE[0] - x - WIDTH)
        down = max(y - CENTRE[1], 0, CENTRE[1] - y - HEIGHT)
        assert across**2 + down**2 > RADIUS**2


@pytest.mark.parametrize(
    ("text", "shown"), [("省人民医院心内科护士长", "配偶 · 省人民…"), ("", "配偶"), ("教师", "配偶 · 教师")]
)
def test_what_does_not_fit_on_a_line_is_cut(text: str, shown: str):
    (card,) = kin_of([learnt(text=text)]).cards
    assert card.what == shown
