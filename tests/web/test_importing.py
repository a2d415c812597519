"""The pages of an import: each step an address, each kept to whoever brought the ledger. P14."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.conf import global_settings
from django.core.files import temp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.http import HttpRequest
from django.test import Client

from guanhu.apps.customers.models import LedgerPart, LedgerUpload
from guanhu.apps.people.rows import look_as
from guanhu.feeds.ledgers.headings import LedgerField
from guanhu.feeds.ledgers.rows import STRUCK
from guanhu.web.imports import masked_sample
from tests.apps.ledgers.brought import in_force
from tests.apps.uploads.brought import at, bring, columns, rows, work
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


def taken_at(address: str, browser: Client, size: int, count: int = 1) -> list[int]:
    """The sizes of the files a view would find, and that nothing was put into a folder meanwhile."""
    found: list[int] = []
    original = BaseHandler.make_view_atomic

    def look(self: BaseHandler, view: Any) -> Any:
        def looking(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            found.extend(one.size or 0 for one in request.FILES.values())
            return original(self, view)(request, *args, **kwargs)

        return looking

    files = {f"f{n}" if n else "ledger": SimpleUploadedFile("a.csv", b"x" * size) for n in range(count)}
    with (
        mock.patch.object(BaseHandler, "make_view_atomic", look),
        mock.patch.object(temp, "NamedTemporaryFile", side_effect=AssertionError("put into a folder")),
    ):
        browser.post(address, files)
    return found


def test_a_file_is_taken_at_one_address_of_somebody_signed_in_and_into_memory_only(
    shen: Client, cast: Cast, settings: Any
):
    settings.GUANHU_POLICY = replace(settings.GUANHU_POLICY, ledger_bytes=4_000_000)
    assert taken_at("/imports/", shen, 3_000_000) == [3_000_000]
    assert taken_at("/imports/", shen, 6_000_000) == [4_000_001]
    for address in ("/customers/find/", "/login", f"/imports/{UUID(int=7)}/columns/"):
        assert taken_at(address, shen, 3_000_000) == []
    assert taken_at("/imports/", Client(), 3_000_000) == []


def test_with_the_handlers_django_ships_a_file_would_be_put_into_a_folder(shen: Client, cast: Cast, settings: Any):
    settings.FILE_UPLOAD_HANDLERS = global_settings.FILE_UPLOAD_HANDLERS
    with pytest.raises(AssertionError, match="put into a folder"):
        taken_at("/customers/find/", shen, 3_000_000)


def test_two_files_or_one_too_large_are_refused_and_nothing_is_kept(shen: Client, cast: Cast, settings: Any):
    settings.GUANHU_POLICY = replace(settings.GUANHU_POLICY, ledger_bytes=1_000_000)
    assert "超过 1 MB" in text(send(shen, "手机\n" + "1" * 1_000_000))
    files = {name: SimpleUploadedFile("a.csv", b"x") for name in ("ledger", "other")}
    assert shen.post("/imports/", files).status_code == 400
    assert shen.post("/imports/", {}).status_code == 422
    assert rows() == []


def test_a_piece_goes_in_through_the_page_and_no_page_reads_one(shen: Client, cast: Cast):
    send(shen)
    with transaction.atomic():
        look_as(at(cast.shen))
        assert LedgerUpload.objects.for_system("past the first lock").count() == 1
        assert LedgerPart.objects.for_system("past the first lock").count() == 0
        look_as(at(cast.zhou))
        assert LedgerUpload.objects.for_system("past the first lock").count() == 0
        transaction.set_rollback(True)
    assert LedgerPart.objects.for_system("test").count() == 1


def test_who_has_no_script_is_led_from_step_to_step_by_addresses(shen: Client, cast: Cast):
    upload = bring(cast.shen, LEDGER)
    here = f"/imports/{upload}/"
    assert shen.get(here).headers["Location"] == f"{here}columns/"
    for later in ("trial", "writing"):
        assert shen.get(f"{here}{later}/").headers["Location"] == f"{here}columns/"
    columns(cast.shen, upload)
    assert shen.get(here).headers["Location"] == f"{here}trial/"
    assert shen.get(f"{here}progress/").headers["Location"] == f"{here}trial/"
    assert shen.post(f"{here}drop/").headers["Location"] == "/imports/?done=dropped"
    assert "文件已删除" in text(shen.get("/imports/?done=dropped"))
    assert shen.get(f"{here}columns/").headers["Location"] == "/imports/"


def test_a_step_that_was_taken_in_another_window_says_so(shen: Client, cast: Cast):
    upload = bring(cast.shen, LEDGER)
    columns(cast.shen, upload)
    asked = {"do": "write"}
    assert shen.post(f"/imports/{upload}/writing/", asked).status_code == 302
    answer = shen.post(f"/imports/{upload}/writing/", asked)
    assert answer.status_code == 409
    assert "另一个窗口" in text(answer)


def test_the_list_to_take_away_holds_places_and_reasons_and_no_value(shen: Client, cast: Cast):
    upload = bring(cast.shen, LEDGER.replace("棋", "=1+1") + ",何川,13700000009,密码是 918273,\n")
    columns(cast.shen, upload)
    answer = shen.get(f"/imports/{upload}/refused/")
    table = answer.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in table[1:]] == [
        ["3", "生日", "birth_on"], ["4", "手机", "phone"], ["5", "爱好", "c3/value"],
    ]  # fmt: skip
    assert [value for value in ("1966-02-30", "137000", "918273", "何") if value in str(table)] == []


def test_the_pages_are_there_in_english(shen: Client, cast: Cast):
    upload = bring(cast.shen, LEDGER)
    shen.cookies["guanhu_language"] = "en"
    assert "Map columns" in text(shen.get(f"/imports/{upload}/columns/"))
    columns(cast.shen, upload)
    page = text(shen.get(f"/imports/{upload}/trial/"))
    assert "Take the last day of the month" in page
    assert "Nothing was written" in page


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "赵桂芳", "赵*芳"), ("phone", "13812342716", "138 **** 2716"),
        ("customer_no", "C00918273", "**** 8273"), ("id_no", "360102196303050428", "360***********0428"),
        ("birth_on", "1963-03-05", "****-03-05"),
        ("birth_on", "九月", "****"), ("email", "zhao@example.com", "z***@example.com"), ("child", "小宝", "****"),
        ("address", "南昌市东湖区青山路 8 号", "南昌市东湖区***"), ("extra", "常拨 13812342716 找她", "常拨 **** 找她"),
        ("contact_note", "说" * 30, "说" * 14 + "…"), ("extra", STRUCK, "已去除"), ("skip", "垂钓", "垂钓"),
    ],
)  # fmt: skip
def test_an_example_shows_the_form_of_a_value_and_not_whose_it_is(field: str, value: str, shown: str):
    assert masked_sample(LedgerField(field), value) == shown
