from dataclasses import replace
from datetime import date

import pytest

from guanhu.rules.access import Reach, Role, Viewer
from guanhu.rules.kinds import CustomerKind
from guanhu.rules.masks import (
    COMPOUND_SURNAMES,
    age_band,
    amount_band,
    in_form,
    mask_account,
    mask_address,
    mask_birth,
    mask_email,
    mask_id,
    mask_name,
    mask_phone,
)
from guanhu.rules.policy import SHIPPED
from guanhu.rules.privacy import BY_REVEAL, DataClass, Form, MaskKind, form_of, narrower


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
        ("１３８１２３４２７１６", "138 **** 2716"),
        ("0571-88886666", "0571 **** 66"),
        ("+86 571 8888 6666", "0571 **** 66"),
        ("010 88886666", "010 **** 66"),
        ("020-8888666", "020 **** 66"),
        ("+420 601 234 567", "**** 4567"),
        ("400-800-8000", "**** 8000"),
        ("95588", "****"),
        ("", "****"),
    ],
)
def test_a_mobile_shows_three_and_four_digits_and_a_landline_its_area_and_two(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("33010219900101123X", "330***********123X"),
        ("330102900101123", "330********1123"),
        ("E12345678", "E******78"),
        ("A1234567", "A*****67"),
        ("H12", "****"),
        ("", ""),
    ],
)
def test_an_identity_number_shows_three_and_four_and_a_passport_one_and_two(number: str, shown: str) -> None:
    assert mask_id(number) == shown


def test_an_account_shows_the_last_four() -> None:
    assert mask_account("6222 0212 3456 6789") == "**** 6789"
    assert mask_account("1234567") == "****"


@pytest.mark.parametrize(
    ("address", "shown"),
    [("zhao.gf@example.com", "z***@example.com"), ("z@example.com", "***@example.com"), ("赵桂芳", "***"), ("", "")],
)
def test_an_email_shows_one_letter_and_its_house(address: str, shown: str) -> None:
    assert mask_email(address) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("南昌市东湖区青山路 8 号", "南昌市东湖区***"),
        ("江西省南昌市东湖区青山路", "江西省南昌市东湖区***"),
        ("浙江省义乌市稠城街道 3 号", "浙江省义乌市***"),
        ("河北省石家庄市正定县常山路", "河北省石家庄市正定县***"),
        ("内蒙古自治区呼伦贝尔市鄂温克族自治旗巴彦路", "内蒙古自治区呼伦贝尔市鄂温克族自治旗***"),
        ("上海市浦东新区世纪大道", "上海市浦东新区***"),
        ("南昌市青山小区 8 号", "南昌市***"),
        ("苏州市苏州工业园区星湖街", "苏州市***"),
        ("赵家村 12 组", "***"),
        ("Národní 12, Praha 1", "***"),
        ("", ""),
    ],
)
def test_an_address_shows_its_district_and_no_more(address: str, shown: str) -> None:
    assert mask_address(address) == shown


def test_a_birth_date_shows_month_and_day_or_ten_years() -> None:
    assert mask_birth("1963-03-05") == "03-05"
    assert mask_birth("") == ""
    day = date(2026, 3, 4)
    assert age_band("1963-03-05", day) == "60–69 岁"
    assert age_band("1956-03-05", day) == "60–69 岁"
    assert age_band("1956-03-04", day) == "70–79 岁"
    assert age_band("2026-03-05", day, "en") == "0–9"
    assert (age_band("", day), age_band("1963-03-05", None)) == ("", "")


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (0, "1万以下", "below ¥10k"),
        (999_999, "1万以下", "below ¥10k"),
        (1_000_000, "1万–5万", "¥10k–¥50k"),
        (186_400_000, "100万–500万", "¥1m–¥5m"),
        (500_000_000, "500万以上", "¥5m and above"),
        (-1, "1万以下", "below ¥10k"),
        (None, "", ""),
    ],
)
def test_an_amount_is_told_as_a_band(fen: int | None, zh: str, en: str) -> None:
    lines = SHIPPED.amount_bands
    assert (amount_band(fen, lines), amount_band(fen, lines, "en")) == (zh, en)


VALUES = {
    MaskKind.NAME: ("赵桂芳", "赵*芳"),
    MaskKind.IDENTITY: ("360102196303050428", "360***********0428"),
    MaskKind.PHONE: ("13812342716", "138 **** 2716"),
    MaskKind.EMAIL: ("zhao@example.com", "z***@example.com"),
    MaskKind.ADDRESS: ("南昌市东湖区青山路", "南昌市东湖区***"),
    MaskKind.ACCOUNT: ("6222021234566780", "**** 6780"),
    MaskKind.BIRTH: ("1963-03-05", "03-05"),
    MaskKind.AMOUNT: (186_400_000, "100万–500万"),
    MaskKind.OPEN: ("C2", "C2"),
    MaskKind.KEEPER: ("外孙女在读研", "****"),
    MaskKind.SEALED: ('{"附加信息": {"爱好": "垂钓"}}', "****"),
    MaskKind.HIDDEN: ("zhaoguifang", ""),
}
BANDS = {MaskKind.BIRTH: "60–69 岁", MaskKind.AMOUNT: "100万–500万"}


def test_every_mask_is_tried() -> None:
    assert set(VALUES) == set(MaskKind)


@pytest.mark.parametrize("mask", MaskKind)
@pytest.mark.parametrize("form", Form)
def test_a_value_is_given_as_clearly_as_its_class_and_the_form_allow(mask: MaskKind, form: Form) -> None:
    value, masked = VALUES[mask]
    told = {"on": date(2026, 11, 24), "lines": SHIPPED.amount_bands}
    wanted = {
        Form.FULL: masked if mask in BY_REVEAL or mask is MaskKind.HIDDEN else value,
        Form.MASKED: masked,
        Form.BAND: BANDS.get(mask, ""),
        Form.NONE: "",
    }[form]
    assert in_form(value, DataClass.C2, mask, form, **told) == wanted
    assert in_form(value, DataClass.C3, mask, form, **told) == ""
    assert in_form(None, DataClass.C2, mask, form, **told) == ""


def test_what_is_the_banks_own_is_shown_as_it_is() -> None:
    assert in_form("2009-04-01", DataClass.C1, MaskKind.OPEN, Form.MASKED) == "2009-04-01"
    assert in_form("2009-04-01", DataClass.C1, MaskKind.OPEN, Form.NONE) == ""


def test_the_less_clear_of_two_forms_holds() -> None:
    for n, one in enumerate(Form):
        for m, other in enumerate(Form):
            assert narrower(one, other) is list(Form)[max(n, m)]


def test_a_viewer_reads_her_own_in_full_and_others_as_her_role_allows() -> None:
    own = Viewer("S01", 1, 1, "wealth", "沈知微")
    told = {(reach, role): form_of(replace(own, reach=reach, role=role)) for reach in Reach for role in Role}
    assert {role: form for (reach, role), form in told.items() if reach is Reach.BRANCH and form is not Form.FULL} == {
        Role.COACH: Form.MASKED
    }
    assert {told[Reach.OWN, role] for role in Role} == {Form.FULL}
    assert {told[Reach.REGION, role] for role in Role} == {Form.BAND}
    assert {told[reach, role] for reach in (Reach.ONE, Reach.CASE) for role in Role} == {Form.MASKED}
    rest = {Reach.NOBODY, Reach.SELF, Reach.STAFF, Reach.FEEDS, Reach.TRAIL}
    assert {told[reach, role] for reach in rest for role in Role} == {Form.NONE}
