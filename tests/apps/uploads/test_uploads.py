"""A ledger brought in a browser goes from step to step, each done beside the pages. P14; reliability A13, C1, C13."""

from __future__ import annotations

import pytest

from guanhu.apps.customers.uploads import queries
from guanhu.apps.customers.uploads.shapes import UploadState as S
from tests.apps.ledgers.brought import in_force
from tests.apps.uploads.brought import at, bring, columns, counts, kept, seen, work, write
from tests.cast import Cast

pytestmark = [pytest.mark.practice("P14"), pytest.mark.slow]

LEDGER = """客户号,姓名,手机,爱好,联系日期,联系人,联系内容
C000101,赵桂芬,13900000000,垂钓,2026-01-05,周予安,说好三月再来
,何山,13700000001,摄影,,,
,何水,137000,,,,
C000102,李建华,,,,,
"""


def test_a_ledger_is_opened_mapped_tried_and_written(cast: Cast):
    upload = bring(cast.shen, LEDGER)
    opened = seen(cast.shen, upload)
    assert (opened.state, opened.rows, opened.told.file, opened.told.encoding) == (S.COLUMNS, 4, "台账.csv", "utf-8")
    assert opened.told.columns["手机"] == "phone"
    columns(cast.shen, upload)
    assert counts(seen(cast.shen, upload)) == (2, 0, 1, 1)
    assert in_force() == []
    assert counts(write(cast.shen, upload)) == (2, 0, 1, 1)
    assert seen(cast.shen, upload).state is S.WRITTEN
    assert len(in_force()) == 2
    assert kept() == (0, 1)
    assert work() == []
    assert [row.value for row in queries.refusals(at(cast.shen), upload).rows] == [None]
