"""Eight at once on the same few chains: no gap, no double, and the order of the numbers is the order of the chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from tests.audit.conftest import Login
from tests.audit.test_rights_of_the_database import RECORD

pytestmark = pytest.mark.slow
WRITERS, EACH = 8, 120


def test_eight_writers_leave_chains_without_a_gap(login: Login):
    connections = [login("guanhu_app") for _ in range(WRITERS)]

    def write(number: int) -> list[tuple[str, int]]:
        given = []
        for n in range(EACH):
            chain = f"B{(number + n) % 3}"
            with connections[number].transaction(force_rollback=n % 10 == 9):
                row = connections[number].execute(
                    "select audit_append(%s, %s)", [chain, RECORD.format(actor=f"W{number}-{n}")]
                )
                seq = row.fetchone()[0]
            if n % 10 != 9:
                given.append((chain, seq))
        return given

    with ThreadPoolExecutor(WRITERS) as pool:
        given = [pair for written in pool.map(write, range(WRITERS)) for pair in written]
    assert len(given) == len(set(given)) == WRITERS * EACH * 9 // 10
    rows = (
        login("guanhu_night").execute("select chain, seq, prev, hash from audit_entry order by chain, seq").fetchall()
    )
    assert sorted(given) == [(chain, seq) for chain, seq, _, _ in rows]
    for before, after in pairwise(rows):
        if before[0] == after[0]:
            assert (after[1], after[2]) == (before[1] + 1, before[3])
        else:
            assert after[1:3] == (1, bytes(32))


def test_a_number_drawn_before_the_lock_is_found_out_of_order(login: Login):
    """The twin: what a serial column does, which is why the number comes from the head under the lock."""
    admin = login("postgres")
    admin.execute("create sequence drawn")
    try:
        first, second = login("guanhu_night"), login("guanhu_night")
        admin.execute("grant usage on sequence drawn to guanhu_night")
        early = first.execute("select nextval('drawn')").fetchone()[0]
        late = second.execute("select nextval('drawn')").fetchone()[0]
        second.execute("select audit_append('B1', %s)", [RECORD.format(actor=str(late))])
        first.execute("select audit_append('B1', %s)", [RECORD.format(actor=str(early))])
        actors = [row[0] for row in admin.execute("select actor from audit_entry where chain = 'B1' order by seq")]
        assert actors == [str(late), str(early)] != sorted(actors)
    finally:
        admin.execute("drop sequence drawn")
