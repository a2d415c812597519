"""资料质量 and the files to be filled, as they are read: by item, by colleague, down to the file."""

import pytest

from guanhu.apps.customers.living import actions
from guanhu.apps.customers.living.shapes import FactWords
from guanhu.apps.people.models import Staff
from guanhu.rules.living import FactKind, HeardFrom
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.offices import Offices
from tests.web.conftest import HTMX, signed_in, text

pytestmark = [pytest.mark.slow, pytest.mark.practice("P13")]


def test_a_keeper_goes_from_the_report_to_the_file_that_lacks_it_and_fills_it(cast: Cast):
    shen = signed_in("S01")
    report = text(shen.get("/quality/"))
    assert "2 户，平均完整度" in report
    assert 'href="/quality/files/?item=interest"' in report
    lacking = text(shen.get("/quality/files/?item=interest"))
    assert "赵*芳" in lacking
    assert f"/customers/{cast.zhao}/" in lacking
    assert "孙*" not in lacking
    said = FactWords(FactKind.INTEREST, "合唱团", HeardFrom.CUSTOMER, TODAY)
    actions.keep_fact(by=cast.shen, customer=cast.zhao, said=said, today=TODAY, now=NOW)
    assert f"/customers/{cast.zhao}/" not in text(shen.get("/quality/files/?item=interest"))


def test_a_head_compares_her_keepers_and_lists_the_files_of_one(cast: Cast):
    qin = signed_in("S04")
    report = text(qin.get("/quality/"))
    zhou, yan = (Staff.objects.get(staff_no=no).public_id for no in ("S02", "S03"))
    assert f'href="/quality/files/?keeper={zhou}"' in report
    assert str(yan) not in report
    listed = text(qin.get(f"/quality/files/?keeper={zhou}"))
    assert "周予安 · 待补的档案" in listed
    assert f"keeper={zhou}&amp;item=need" in listed
    assert "周予安 · 缺需求或该核对的档案" in text(qin.get(f"/quality/files/?keeper={zhou}&item=need"))
    for asked in ("", f"?keeper={yan}", "?keeper=x"):
        assert "先选管户人" in text(qin.get(f"/quality/files/{asked}"))


def test_the_bank_sees_its_branches_and_no_file(offices: Offices, cast: Cast):
    bank = signed_in(offices.bank.staff_no, "bank")
    report = text(bank.get("/quality/"))
    assert "按网点" in report
    assert "云岭支行" in report
    assert "/quality/files/" not in report


@pytest.mark.practice("P5")
def test_the_file_and_the_book_say_how_complete_it_is(cast: Cast):
    shen = signed_in("S01")
    rest = text(shen.get(f"/customers/{cast.zhao}/rest/", **HTMX))
    assert "档案完整度" in rest
    assert "缺：需求" in rest
    assert "完整度" in text(shen.get("/customers/?cols=balance,complete"))
