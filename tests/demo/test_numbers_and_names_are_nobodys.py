"""Names are invented, numbers cannot be anyone's, and rare characters travel unharmed."""

import numpy as np
import pytest

from guanhu.demo import names
from guanhu.demo.cast import KEEPERS, OTHERS, STAFF, list_lengths
from guanhu.demo.people import population
from guanhu.demo.personas import PERSONAS

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_is_valid(number: str) -> bool:
    return "10X98765432"[sum(int(d) * w for d, w in zip(number, WEIGHTS, strict=False)) % 11] == number[17]


def luhn_is_valid(number: str) -> bool:
    digits = [int(d) for d in reversed(number)]
    return sum(d if place % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for place, d in enumerate(digits)) % 10 == 0


@pytest.fixture(scope="module")
def people():
    return population(np.random.default_rng(3), 7200)


def test_no_identity_number_has_a_right_check_digit_or_a_real_area():
    numbers = [names.identity_no(i, "1968-03-02") for i in range(2000)]
    assert all(len(n) == 18 and n.startswith("99") and not identity_is_valid(n) for n in numbers)


def test_the_check_of_identity_numbers_knows_a_right_one():
    assert identity_is_valid("11010519491231002X")


def test_no_card_number_passes_the_luhn_test():
    numbers = [names.card_no(i) for i in range(3000)]
    assert all(len(n) == 19 and n.startswith("9") and not luhn_is_valid(n) for n in numbers)
    assert luhn_is_valid("4111111111111111")


def test_no_phone_is_a_mobile_and_none_is_given_twice():
    phones = [names.phone_no(i) for i in range(20_000)]
    assert all(len(p) == 11 and p.startswith("10") for p in phones)
    assert len(set(phones)) == len(phones)


def test_account_numbers_are_unique():
    assert len({names.account_no(i) for i in range(30_000)}) == 30_000


def test_compound_surnames_and_rare_characters_are_there(people):
    text = "".join(people.name)
    assert any(name.startswith(("欧阳", "司马", "诸葛", "令狐")) for name in people.name)
    assert "䶮" in text
    assert any(ord(letter) > 0xFFFF for letter in text)
    assert text.encode("gb18030").decode("gb18030") == text


def test_companies_are_named_as_companies(people):
    firms = [people.name[i] for i in np.flatnonzero(people.company)]
    assert len(firms) > 250
    assert all(name.endswith("公司") for name in firms)


def test_shen_zhiwei_keeps_612_of_7200(people):
    lengths = np.bincount(people.keeper)
    assert lengths.tolist() == list_lengths(7200) == [keeper.customers for keeper in KEEPERS]
    assert (lengths[0], lengths.sum(), len(KEEPERS)) == (612, 7200, 12)
    assert KEEPERS[0].name == "沈知微"


def test_the_cast_is_complete():
    assert {"沈知微", "周予安", "秦岚", "顾怀远", "严书衡"} <= {one.name for one in STAFF}
    assert all(one.customers == 0 for one in OTHERS)
    assert len({one.no for one in STAFF}) == len(STAFF)
    assert [one.post.value for one in STAFF if one.name == "秦岚"] == ["head"]


def test_the_named_customers_come_first_and_are_kept_by_shen(people):
    assert people.name[: len(PERSONAS)] == [persona.name for persona in PERSONAS]
    assert set(people.keeper[: len(PERSONAS)].tolist()) == {0}
    assert people.name[0] == "赵桂芳"


@pytest.mark.parametrize("customers", [300, 1000, 7199])
def test_lists_of_a_smaller_bank_add_up(customers):
    assert sum(list_lengths(customers)) == customers


def test_a_fifth_of_the_customers_holds_about_four_fifths(people):
    wealth = np.sort(people.wealth)[::-1]
    assert 0.72 < wealth[:1440].sum() / wealth.sum() < 0.88


def test_families_share_a_home_and_a_surname(people):
    children = np.flatnonzero(people.parent >= 0)
    assert len(children) > 400
    for child in children.tolist():
        elder = people.parent[child]
        assert people.name[child][0] == people.name[elder][0]
        assert (people.community[child], people.house[child]) == (people.community[elder], people.house[elder])
        assert people.branch[child] == people.branch[elder]


def test_nobody_is_paid_by_someone_who_is_no_company(people):
    bosses = np.unique(people.employer[people.employer >= 0])
    assert len(bosses) > 20
    assert people.company[bosses].all()
