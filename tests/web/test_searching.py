"""查找: one box; the page without a script, the list under the palette, who has it and what leaves."""

import re

import pytest
from django.test import Client

from tests.audit.conftest import entries
from tests.cast import Cast
from tests.offices import OFFICES, Offices
from tests.web.conftest import HTMX, signed_in, text

pytestmark = pytest.mark.slow


def rows(page: str) -> list[str]:
    """Who stands in the list of a page."""
    return re.findall(r'<li class="hit"><a href="[^"]+">([^<]+)</a>', page)


def test_the_page_finds_whom_the_words_mean_and_says_by_what(shen: Client, cast: Cast):
    page = text(shen.post("/search/", {"words": " zgf "}))
    assert rows(page) == ["赵*芳"]
    assert f'href="/customers/{cast.zhao}/"' in page
    assert "拼音首字母" in page
    assert "找到 1 位" in page
    assert "赵桂芳" not in page


def test_the_palette_gets_the_list_alone(shen: Client, cast: Cast):
    part = text(shen.post("/search/", {"words": "zhaoguifagn"}, **HTMX))
    assert "<html" not in part
    assert f'data-href="/customers/{cast.zhao}/"' in part
    assert "拼音 · 相近" in part
    assert 'role="option"' in part


def test_before_anything_is_typed_it_says_how_to_search(shen: Client):
    page = text(shen.get("/search/"))
    assert "三个字母就能找到人" in page
    assert rows(page) == []
    assert text(shen.post("/search/", {"words": ""}, **HTMX)).strip() == ""


@pytest.mark.parametrize("words", ["zzz", "13812342717", "孙敏", "吴莲", "sunmin", "C000104", "' or 1=1 --", "%"])
def test_who_is_not_there_and_who_is_anothers_look_the_same(shen: Client, cast: Cast, words: str):
    def shape(page: str) -> str:
        return re.sub(r'value="[^"]*"|「[^」]*」', "", page.split('id="main"')[1].split("</main>")[0])

    nobody = text(shen.post("/search/", {"words": "qqq"}))
    other = text(shen.post("/search/", {"words": words}))
    if words == "C000104":  # a number one slip away from her own customers'
        assert "吴*" not in other
    else:
        assert shape(other) == shape(nobody)
        assert "没有找到" in other


def test_an_address_never_searches(shen: Client):
    assert rows(text(shen.get("/search/", {"words": "zgf"}))) == []


def test_every_page_has_the_box_and_the_places_of_its_colleague(shen: Client):
    page = text(shen.get("/today/"))
    palette = page.split('id="cmd"')[1]
    assert 'hx-post="/search/"' in palette
    assert 'data-href="/customers/"' in palette
    assert 'class="omni" href="/search/"' in page


def test_whoever_may_see_no_customer_has_the_commands_and_no_search(offices: Offices, cast: Cast):
    for staff_no, (*_, role) in OFFICES.items():
        page = text(signed_in(staff_no, role).get("/account/"))
        found = signed_in(staff_no, role).post("/search/", {"words": "zgf"})
        assert ('hx-post="/search/"' in page) is (found.status_code == 200), staff_no
        assert 'id="cmd-account"' in page
        assert "赵桂芳" not in text(found)


def test_what_is_typed_stands_in_no_record_in_no_address_and_on_no_page(shen: Client, cast: Cast):
    answer = shen.post("/search/", {"words": "13812342716"})
    assert not any("13812342716" in row["record"] for row in entries())
    assert "13812342716" not in str(answer.headers) + text(answer)
    assert 'href="/search/?' not in text(answer)
