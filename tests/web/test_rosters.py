"""系统名单 as it is read: each list with its count and what to do, down to the customers."""

import pytest

from tests.cast import Cast
from tests.web.conftest import signed_in, text

pytestmark = [pytest.mark.slow, pytest.mark.practice("P17")]


def test_every_list_has_its_count_and_leads_to_its_customers(cast: Cast):
    shen = signed_in("S01")
    page = text(shen.get("/rosters/"))
    assert "没问过营销授权" in page
    assert 'href="/rosters/list/?list=silent"' in page
    assert 'href="/quality/files/"' in page
    listed = text(shen.get("/rosters/list/?list=silent"))
    assert f"/customers/{cast.li}/" in listed
    assert "李建华" not in listed.split('id="main"')[1]
    assert "这份名单今天没有人" in text(shen.get("/rosters/list/?list=outflow"))
    assert "本月新客户" in text(shen.get("/rosters/list/?list=nothing&after=x"))
    head = text(signed_in("S04").get("/rosters/"))
    assert 'href="/quality/files/"' not in head
