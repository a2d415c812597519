"""系统名单 as it is read: each list with its count and what to do, down to the customers."""

from pathlib import Path

import pytest

from tests.apps.ledgers.brought import taken, written
from tests.cast import ZHAO, Cast
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


def test_a_file_that_was_brought_stands_below_with_whose_it_is(cast: Cast, tmp_path: Path):
    shen = signed_in("S01")
    assert "还没有带入名单" in text(shen.get("/rosters/"))
    batch = taken(cast.shen, written(tmp_path, f"客户号,系统推荐\nC{ZHAO:06d},高潜\n")).batch
    page = text(shen.get("/rosters/"))
    assert "沈知微 带入 · 文件 1 行" in page
    assert f'href="/rosters/list/?list={batch}"' in page
    listed = text(shen.get(f"/rosters/list/?list={batch}"))
    assert f"/customers/{cast.zhao}/" in listed
    assert f"/customers/{cast.li}/" not in listed
    assert f"/customers/{cast.zhao}/" not in text(signed_in("S02").get(f"/rosters/list/?list={batch}"))
