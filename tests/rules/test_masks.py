import pytest

from guanhu.rules.kinds import CustomerKind
from guanhu.rules.masks import COMPOUND_SURNAMES, mask_account, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("赵桂芳", "赵*芳"),
        ("张伟", "张*"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳修", "欧阳*"),
        ("司马相如", "司马**"),
        ("欧阳", "欧*"),
        ("李", "*"),
        ("王晓明明", "王**明"),
        ("㛃文静", "㛃*静"),
        ("阿依古丽·买买提", "阿**丽·买*提"),
        ("Jan Novák", "J* N*"),
        ("Madonna", "M*"),
        ("  赵桂芳 ", "赵*芳"),
        ("", ""),
    ],
)
def test_a_name_shows_only_what_the_branch_may_read_in_a_list(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize("name", ["清屿云帆贸易有限公司", "欧阳商行", "Jan Novák s.r.o."])
def test_a_company_is_no_person_and_is_shown_in_full(name: str) -> None:
    assert mask_name(name, CustomerKind.CORPORATE) == name
    assert mask_name(name, CustomerKind.PERSONAL) != name


def test_the_given_name_never_stands_in_a_masked_one() -> None:
    for surname in COMPOUND_SURNAMES:
        assert mask_name(f"{surname}文静") == f"{surname}**"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812342716", "138 **** 2716"),
        ("+86 138-1234-2716", "138 **** 2716"),
        ("0086 13812342716", "138 **** 2716"),
        ("0571-88886666", "**** 6666"),
        ("+420 601 234 567", "**** 4567"),
        ("95588", "****"),
        ("", "****"),
    ],
)
def test_a_phone_shows_three_and_four_digits(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_an_identity_number_shows_the_first_three_and_the_last_four() -> None:
    assert mask_id("33010219900101123X") == "330***********123X"
    assert mask_id("A1234567") == "********"


def test_an_account_shows_the_last_four() -> None:
    assert mask_account("6222 0212 3456 6789") == "**** 6789"
    assert mask_account("1234567") == "****"
