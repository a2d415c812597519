"""查找: everybody in reach is found by name, by sound in every reading, by number, and told by what; nobody else is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from pypinyin import Style, pinyin

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.models import Customer, SearchKey
from guanhu.apps.customers.search import actions, queries, sounds
from guanhu.rules.access import Permission, Role, Viewer, require
from guanhu.rules.search import FoundBy, Nearness
from tests.audit.conftest import entries
from tests.cast import CUSTOMERS, ZHAO, Cast
from tests.conftest import IN_FULL
from tests.factories import customer_row

pytestmark = pytest.mark.slow

PHONES = {ZHAO: "13812342716"}
SURNAMES = {
    "单": ("shan", "dan", "chan"), "曾": ("zeng", "ceng"), "仇": ("qiu", "chou"), "解": ("xie", "jie"),
    "朴": ("piao", "pu"), "区": ("ou", "qu"), "查": ("zha", "cha"), "盖": ("ge", "gai"), "缪": ("miao", "mou"),
    "翟": ("zhai", "di"), "乐": ("yue", "le"), "覃": ("qin", "tan"), "员": ("yun", "yuan"), "冼": ("xian",),
    "尉迟": ("yuchi", "weichi"), "万俟": ("moqi", "wanqi"), "长孙": ("zhangsun",), "吕": ("lv", "lü"),
}  # fmt: skip


def names(viewer: Viewer, words: str) -> list[str]:
    """Whom the words find, masked as a list shows them."""
    return [hit.name for hit in queries.search(viewer, words).hits]


def head(cast: Cast) -> Viewer:
    """秦岚 before the branch's customers."""
    return require(replace(cast.qin, role=Role.HEAD), Permission.BOOK_READ)


def let_in(*rows: dict[str, Any]) -> None:
    """Let these customers in beside the cast."""
    customers.take_in({"customers": [*CUSTOMERS, *rows]})


# ---------------------------------------------------------------- by what somebody is found


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("赵桂芳", FoundBy.NAME), ("桂芳", FoundBy.NAME), ("芳", FoundBy.NAME), ("zhaoguifang", FoundBy.SOUND),
        ("zhao", FoundBy.SOUND), ("ZHAO GUI", FoundBy.SOUND), ("guif", FoundBy.SOUND), ("zgf", FoundBy.INITIALS),
        ("gf", FoundBy.INITIALS), ("zhaoguifagn", FoundBy.SOUND), ("C000101", FoundBy.NUMBER),
        ("2716", FoundBy.TAIL), ("138 1234 2716", FoundBy.PHONE), ("360102196303050428", FoundBy.IDENTITY),
        ("360102 19630305 0428", FoundBy.IDENTITY),
    ],
)  # fmt: skip
def test_she_is_found_and_it_is_said_by_what(cast: Cast, typed: str, by: FoundBy):
    (hit,) = queries.search(cast.shen, typed).hits
    assert (hit.public_id, hit.name, hit.by, hit.near) == (cast.zhao, "赵*芳", by, typed == "zhaoguifagn")


@pytest.mark.parametrize("typed", ["C00010", "000101", "c0001"])
def test_a_customer_number_is_found_by_its_beginning_with_its_letter_or_without(cast: Cast, typed: str):
    assert "赵*芳" in names(cast.shen, typed)


@pytest.mark.parametrize(("surname", "read"), [(one, read) for one, ways in SURNAMES.items() for read in ways])
def test_a_surname_is_found_in_every_reading(cast: Cast, surname: str, read: str):
    let_in(customer_row(900, name=f"{surname}明"))
    assert [hit.name[:1] for hit in queries.search(cast.shen, f"{read}ming").hits] == [surname[:1]]


@pytest.mark.parametrize(
    ("name", "read"), [("王乐", "wangyue"), ("王乐", "wangle"), ("李行", "lihang"), ("李行", "lixing")]
)
def test_a_given_name_is_found_in_every_reading(cast: Cast, name: str, read: str):
    let_in(customer_row(900, name=name))
    assert f"{name[0]}*" in names(cast.shen, read)


@pytest.mark.parametrize(
    "typed",
    ["13812342717", "1381234271", "138123427166", "13812324716", "360102196303050429", "36010219630305042", "271",
     "0428", "zgff", "zhoa", "zhaoguifabg1", "", "  ", "%", "_", "' or '1'='1", "\\", "*"],
)  # fmt: skip
def test_a_slip_in_a_phone_or_an_identity_number_finds_nobody_nor_does_a_sign_of_sql(cast: Cast, typed: str):
    assert "赵*芳" not in names(cast.shen, typed)


def test_lists_sort_a_surname_as_it_is_usually_read_and_a_company_has_one_reading():
    company = "重庆长行乐业有限公司"
    due = {"单雄信": "shanxiongxin", "曾国": "zengguo", "尉迟恭": "yuchigong", "吕布": "lvbu", "": "",
           "Anna Li": "annali", company: "chongqingzhangxingleyeyouxiangongsi"}  # fmt: skip
    assert {name: sounds.usual(name) for name in due} == due
    assert len(sounds.readings(company)) == 1


def test_the_best_stands_first_and_slips_only_where_nothing_is_exact(cast: Cast):
    told = {900: "张伟", 901: "张伟明", 902: "老张伟", 903: "张微微", 904: "章伟"}
    let_in(*(customer_row(key, name=name) for key, name in told.items()))
    near = [(one.nearness, one.customer) for one in queries.nearest(cast.shen, "zhangwei")]
    assert [one for one in near if one[1] in told] == [
        (Nearness.EXACT, 900), (Nearness.EXACT, 904), (Nearness.PREFIX, 901), (Nearness.PREFIX, 903),
        (Nearness.PART, 902),
    ]  # fmt: skip
    slip = [(one.nearness, one.customer) for one in queries.nearest(cast.shen, "zhagnwei")]
    assert slip == [(Nearness.TYPO, 900), (Nearness.TYPO, 902), (Nearness.TYPO, 904)]


def test_a_company_is_found_by_any_part_of_its_name(cast: Cast):
    let_in(customer_row(900, name="星湖（南昌）纸业有限公司", kind="corporate"))
    for typed in ("纸业", "zhiye", "xhncz", "zyyx", "南昌"):
        assert [one.customer for one in queries.nearest(cast.shen, typed)] == [900], typed


def test_no_more_than_twenty_are_shown_and_it_says_so(cast: Cast):
    let_in(*(customer_row(key, name="钱多") for key in range(900, 960)))
    found = queries.search(cast.shen, "qianduo")
    assert (len(found.hits), found.more) == (20, True)
    assert queries.search(cast.shen, "zhao").more is False


# ---------------------------------------------------------------- whom one may see


def test_nobody_finds_a_foreign_customer_and_the_head_finds_all_of_her_branch(cast: Cast):
    for typed in ("孙敏", "sunmin", "sm", "C000103"):
        assert "孙*" not in names(cast.shen, typed)
        assert "孙*" in names(cast.zhou, typed)
        assert "孙*" in names(head(cast), typed)
    assert names(head(cast), "吴莲") == []
    assert [hit.keeper for hit in queries.search(head(cast), "孙敏").hits] == ["周予安"]


def test_whom_one_covers_is_found_like_ones_own(cast: Cast):
    covering = replace(cast.shen, covered=(cast.yan.staff_id,))
    assert names(covering, "wulian") == ["吴*"]


def test_a_customer_who_changes_hands_is_found_by_the_other_one(cast: Cast):
    customers.take_in({"customers": [{**CUSTOMERS[0], "keeper_no": "S02"}]})
    assert (names(cast.shen, "zhaoguifang"), names(cast.zhou, "zhaoguifang")) == ([], ["赵*芳"])


def test_without_the_trigger_she_would_be_found_by_nobody(cast: Cast):
    with connection.cursor() as cursor:
        cursor.execute("update customers_searchkey set keeper_id = null where customer_id = %s", [ZHAO])
    assert names(cast.shen, "zhaoguifang") == []


def test_a_changed_name_is_found_and_the_old_one_is_not(cast: Cast):
    customers.take_in({"customers": [{**CUSTOMERS[0], "name": "钱多多"}]})
    assert (names(cast.shen, "zhaoguifang"), names(cast.shen, "qianduo")) == ([], ["钱*多"])
    assert actions.renew() == 0


def test_the_same_list_again_makes_no_key_anew(cast: Cast):
    before = set(SearchKey.objects.for_system("a test").values_list("pk", flat=True))
    let_in()
    assert set(SearchKey.objects.for_system("a test").values_list("pk", flat=True)) == before


# ---------------------------------------------------------------- the trail and the cost


def test_what_was_typed_is_on_the_trail_as_a_hash_and_whom_it_showed(cast: Cast):
    before = len(entries("B1"))
    queries.search(cast.shen, "13812342716")
    queries.search(cast.shen, "zhaogf")
    shown, searched, *_ = entries("B1")[before:]
    assert (shown["action"], len(shown["people"]), searched["action"]) == ("list_view", 1, "search")
    assert searched["told"]["after"]["words"]
    assert not any(word in row["record"] for row in entries("B1") for word in ("13812342716", "zhaogf"))


def test_a_search_asks_two_questions_whatever_is_typed_and_however_many_there_are(cast: Cast):
    def asked(words: str) -> int:
        with CaptureQueriesContext(connection) as told:
            queries.nearest(cast.shen, words)
            queries._told(cast.shen, [ZHAO])
        return len(told)

    few = {asked(words) for words in ("z", "zhao", "zhaoguifagn", "2716", "13812342716", "nobody", "赵")}
    let_in(*(customer_row(key, name="钱多") for key in range(900, 1100)))
    assert few | {asked(words) for words in ("qian", "qianduo", "钱")} == {2}


@pytest.mark.parametrize("words", ["zhaoguifagn", "C000110", "13812342716", "2716", "360102196303050428", "赵"])
def test_the_one_question_is_the_same_put_into_sql_once_or_each_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, words: str
):
    honest, asked = queries._keys, []

    def both(*values: Any, **parts: Any) -> list[Any]:
        asked.append((honest(*values, **parts), list(honest.question(*values, **parts))))
        return asked[-1][0]

    monkeypatch.setattr(queries, "_keys", both)
    for viewer in (cast.shen, head(cast), replace(cast.shen, covered=(cast.zhou.staff_id,))):
        queries.nearest(viewer, words)
    assert [sorted(told) == sorted(plain) and bool(told) for told, plain in asked] == [True] * 3


# ---------------------------------------------------------------- against brute force

MANY, ASKED = (2_400, 130) if IN_FULL else (800, 45)
FIRST = 5_000
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国志文玉红梅春海林云龙波乐行重长朝传"
FAMILY = "王李张刘陈杨赵黄周吴徐孙单曾仇解查盖覃翟乐朴任"


@dataclass(frozen=True)
class One:
    """A customer as the oracle knows her."""

    key: int
    name: str
    number: str
    phone: str
    identity: str
    keeper: str
    branch: str


def population(seed: int) -> list[One]:
    """Some thousand customers of three keepers in two branches, with names that are easily taken for one another."""
    dice = random.Random(seed)
    keepers = (("S01", "B1"), ("S02", "B1"), ("S03", "B2"))
    made = []
    for key in range(FIRST, FIRST + MANY):
        keeper, branch = dice.choice(keepers)
        name = dice.choice(FAMILY) + "".join(dice.choice(GIVEN) for _ in range(dice.choice((1, 2, 2))))
        made.append(One(key, name, f"C{key:06d}", f"139{key:08d}", f"36010219700101{key:04d}", keeper, branch))
    return made


@cache
def spoken(name: str) -> set[tuple[str, ...]]:
    """Every reading of a name, syllable by syllable, straight from pypinyin and the table of surnames."""
    ways = [set(pinyin(sign, style=Style.NORMAL, heteronym=True)[0]) for sign in name]
    ways[0] |= {sounds.SURNAMES[name[0]]} if name[0] in sounds.SURNAMES else set()
    return set(product(*ways))


def one_apart(a: str, b: str) -> bool:
    """Does one insertion, deletion, replacement or exchange of neighbours lead from one to the other?"""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    at = next((n for n in range(min(len(a), len(b))) if a[n] != b[n]), min(len(a), len(b)))
    x, y = a[at:], b[at:]
    return x[1:] == y[1:] or x[1:] == y or x == y[1:] or (x[2:] == y[2:] and x[:2] == y[1::-1])


def judged(one: One, typed: str) -> Nearness | None:
    """How near what was typed comes to this customer; null where it does not find her."""
    several = spoken(one.name)
    wholes = {"".join(way) for way in several} | {"".join(s[0] for s in way) for way in several}
    wholes |= {one.name, one.number.lower()}
    heard = {"".join(way[at:]) for way in several for at in range(1, len(one.name))}
    letters = {"".join(s[0] for s in way[at:]) for way in several for at in range(1, len(one.name) - 1)}
    parts = heard | letters | {one.name[at:] for at in range(1, len(one.name))} | {one.number[1:]}
    if typed in wholes | {one.phone, one.phone[-4:], one.identity}:
        return Nearness.EXACT
    if any(whole.startswith(typed) for whole in wholes):
        return Nearness.PREFIX
    if any(part.startswith(typed) for part in parts):
        return Nearness.PART
    if typed.isascii() and typed.isalpha() and len(typed) >= 5:
        return Nearness.TYPO if any(one_apart(typed, it) for it in heard | {"".join(w) for w in several}) else None
    if sum(sign.isdigit() for sign in typed) >= 6 and len(typed) <= 20:
        return Nearness.TYPO if any(one_apart(typed, it) for it in (one.number.lower(), one.number[1:])) else None
    return None


def typed_words(people: list[One], seed: int) -> Iterator[str]:
    """What somebody may type who means one of these: right, in part, and with a slip."""
    dice = random.Random(seed)
    for _ in range(ASKED):
        one = dice.choice(people)
        way = dice.choice(sorted(spoken(one.name)))
        sound, initials = "".join(way), "".join(s[0] for s in way)
        number = one.number.lower()
        right = (one.name, one.name[1:], sound, sound[: dice.randint(3, 9)], "".join(way[1:]), initials, number,
                 number[:5], number[1:], one.phone, one.phone[-4:], one.identity, one.name[0])  # fmt: skip
        word = dice.choice(right)
        at, sign = dice.randrange(len(word)), dice.choice("aeginuz0159")
        slips = (word[:at] + word[at + 1 :], word[:at] + sign + word[at:], word[:at] + sign + word[at + 1 :],
                 word[:at] + word[at : at + 2][::-1] + word[at + 2 :])  # fmt: skip
        yield dice.choice((word, word, *slips)) or word


@pytest.fixture
def crowd(cast: Cast) -> list[One]:
    """The crowd, let in."""
    people = population(20261122)
    let_in(*(customer_row(one.key, name=one.name, customer_no=one.number, phone=one.phone, id_no=one.identity,
                          keeper_no=one.keeper, branch_no=one.branch) for one in people))  # fmt: skip
    return people


def differences(cast: Cast, crowd: list[One]) -> Iterator[str]:
    """Where the product finds others than brute force, or puts them elsewhere."""
    covering = replace(cast.shen, covered=(cast.zhou.staff_id,))
    viewers = {
        "own": (cast.shen, lambda one: one.keeper == "S01"),
        "covering": (covering, lambda one: one.keeper in ("S01", "S02")),
        "branch": (head(cast), lambda one: one.branch == "B1"),
    }
    for typed in typed_words(crowd, 7):
        verdicts = {one.key: judged(one, typed) for one in crowd}
        for who, (viewer, sees) in viewers.items():
            due = {one.key: verdicts[one.key] for one in crowd if verdicts[one.key] is not None and sees(one)}
            if Nearness.EXACT in due.values():
                due = {key: near for key, near in due.items() if near is not Nearness.TYPO}
            found = queries.nearest(viewer, typed, most=MANY)
            told = {one.customer: one.nearness for one in found if one.customer >= FIRST}
            if told != due:
                yield f"{who} {typed}: {sorted(set(told.items()) ^ set(due.items()))[:4]}"
            if [one.customer for one in found[:20]] != [one.customer for one in queries.nearest(viewer, typed)]:
                yield f"{who} {typed}: the first twenty are not the twenty nearest"


@pytest.mark.long
def test_everybody_due_is_found_and_nobody_else_as_brute_force_says(cast: Cast, crowd: list[One]):
    assert list(differences(cast, crowd)) == []


def only_usual(token: str) -> tuple[str, ...]:
    return (pinyin(token, style=Style.NORMAL)[0][0],)


def no_slips(typed: str, **lines: int) -> tuple[str, ...]:
    return ()


@pytest.mark.long
@pytest.mark.parametrize("fault", ["a reading is missing", "no slip is forgiven", "no scope"])
def test_a_fault_in_the_search_would_be_found(cast: Cast, sql_anew: None, monkeypatch: pytest.MonkeyPatch, fault: str):
    if fault == "a reading is missing":
        monkeypatch.setattr(sounds, "_ways", only_usual)
    elif fault == "no slip is forgiven":
        monkeypatch.setattr(queries, "slips_of", no_slips)
    else:
        monkeypatch.setattr(SearchKey, "visible_to", classmethod(lambda cls, viewer: Q()))
    people = population(20261122)
    let_in(*(customer_row(one.key, name=one.name, customer_no=one.number, phone=one.phone, id_no=one.identity,
                          keeper_no=one.keeper, branch_no=one.branch) for one in people))  # fmt: skip
    assert next(differences(cast, people), "")


def test_the_book_finds_the_same_people(cast: Cast):
    for typed in ("zgf", "zhaoguifagn", "桂", "2716", "C000101"):
        found = {hit.public_id for hit in queries.search(cast.shen, typed).hits}
        assert {row.public_id for row in books.book(cast.shen, search=typed).rows} == found == {cast.zhao}


def test_of_whom_everything_was_cleared_nothing_is_found_by(cast: Cast):
    with connection.cursor() as cursor:
        cursor.execute("update customers_customer set cleared_on = '2026-11-01' where key = %s", [ZHAO])
    assert names(cast.shen, "zhaoguifang") == []
    assert Customer.objects.for_system("a test").filter(key=ZHAO).exists()
