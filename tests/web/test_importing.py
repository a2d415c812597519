"""The pages of an import: each step an address, each kept to whoever brought the ledger. P14."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.apps.ledgers.brought import in_force
from tests.apps.uploads.brought import rows, work
from tests.cast import Cast
from tests.web.conftest import HTMX, text

pytestmark = [pytest.mark.practice("P14"), pytest.mark.slow]

LEDGER = """客户号,姓名,手机,爱好,生日
C000101,赵桂芬,13900000000,垂钓,
,何山,13700000001,摄影,1966-02-30
,何水,137000,棋,
"""


def send(browser: Client, body: str = LEDGER, name: str = "台账.csv"):
    """The ledger sent from the form."""
    return browser.post("/imports/", {"ledger": SimpleUploadedFile(name, body.encode())})


def test_a_ledger_goes_from_the_form_to_the_file_of_a_customer_and_back(shen: Client, cast: Cast):
    assert "还没有导入过" in text(shen.get("/imports/"))
    answer = send(shen)
    (row,) = rows()
    here = f"/imports/{row.public_id}"
    assert answer.headers["Location"] == f"{here}/columns/"
    assert "正在打开" in text(shen.get(f"{here}/columns/"))
    work()
    page = text(shen.get(f"{here}/columns/"))
    assert "139 **** 0000" in page
    assert "赵*芬" in page
    assert "13900000000" not in page
    said = {f"c{n}": value for n, value in enumerate(["customer_no", "name", "phone", "extra", "birth_on"])}
    assert shen.post(f"{here}/columns/", said).headers["Location"] == f"{here}/trial/"
    assert shen.get(f"{here}/progress/", **HTMX).status_code == 200
    work()
    assert shen.get(f"{here}/progress/", **HTMX).headers["HX-Redirect"] == f"{here}/trial/"
    page = text(shen.get(f"{here}/trial/"))
    assert "1966-02-30" in page
    assert "137000" in page
    answer = shen.post(f"{here}/trial/", {"rule": "birth_on", "place": 5, "way": "month_end"})
    work()
    assert "1966-02-30" not in text(shen.get(f"{here}/trial/"))
    shen.post(f"{here}/trial/", {"line": 4, "place": 3, "cell": "13700000002"})
    work()
    assert "每一行都能收" in text(shen.get(f"{here}/trial/"))
    assert shen.post(f"{here}/writing/", {"do": "write"}).headers["Location"] == f"{here}/writing/"
    work()
    assert "写完了" in text(shen.get(f"{here}/writing/"))
    assert len(in_force()) == 3
    shen.post(f"{here}/writing/", {"do": "undo"})
    work()
    assert "已整批撤回" in text(shen.get(f"{here}/writing/"))
    assert in_force() == []
