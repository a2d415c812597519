"""What may not stand in free text: numbers of somebody's, and what opens accounts."""

import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from guanhu.rules.notes import NoteFault, note_fault, note_faults, without_consent
from tests.rules import labelled_notes
from tests.rules.labelled_notes import HARD, INDIRECT, Note, notes

NUMBERS = (
    "手机 13812342716", "138 1234 2716", "138-1234-2716", "身份证360102196303050428", "36010219630305042X",
    "卡号 6222 0212 3456 7890 123", "１３８１２３４２７１６", "微信同号13812342716，晚上回",
)  # fmt: skip
SECRETS = ("密码 123456", "取款密码是 8848", "验证码：937201", "PIN 4321", "口令为 0000", "password: 112233")
FINE = (
    "", "每周三下午去合唱团", "想存 2000000 元", "2026-11-24 生日", "2026-11-24 至 2026-12-01 出国", "住 3 栋 1201",
    "改密码要到柜面", "忘了密码，来柜面重置", "电话 8 分 20 秒", "尾号 0428", "存单 50 万，12 月 1 日到期",
    "1987 年结婚，2027 年满 40 年",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fault"),
    [*((text, NoteFault.NUMBER) for text in NUMBERS), *((text, NoteFault.SECRET) for text in SECRETS),
     *((text, None) for text in FINE)],
)  # fmt: skip
def test_numbers_and_secrets_are_told_from_sums_and_days(text: str, fault: NoteFault | None) -> None:
    assert note_fault(text) is fault


def test_a_detector_that_sees_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guanhu.rules.notes._RUN", __import__("re").compile("(?!)"))
    assert [text for text in NUMBERS if note_fault(text) is NoteFault.NUMBER] == []


# ---------------------------------------------------------------- measured on labelled notes (C12)

LEAST_RECALL, LEAST_PRECISION = 0.95, 0.80


@cache
def labelled() -> tuple[Note, ...]:
    """Notes of which it is known what they hold."""
    told = [(kind, text) for texts_by in (HARD, INDIRECT) for kind, texts in texts_by.items() for text in texts]
    return (*notes(), *(Note(text, frozenset({kind} if kind else ())) for kind, text in told))


def measured(found: Callable[[str], tuple[NoteFault, ...]]) -> dict[str, tuple[float, float]]:
    """Recall and precision of each kind of fault over the labelled notes."""
    told = [({fault.value for fault in found(note.text)}, note.holds) for note in labelled()]
    answer = {}
    for fault in NoteFault:
        hit = sum(fault in said and fault in holds for said, holds in told)
        held, said_so = sum(fault in holds for _, holds in told), sum(fault in said for said, _ in told)
        answer[fault.value] = (hit / held, hit / said_so if said_so else 0.0)
    return answer


def test_the_labelled_notes_are_two_thousand_of_every_kind_and_made_apart_from_the_detector() -> None:
    assert len(labelled()) >= 2_000
    assert all(sum(fault in note.holds for note in labelled()) >= 100 for fault in NoteFault)
    assert sum(not note.holds for note in labelled()) >= 700
    source = Path(labelled_notes.__file__).read_text(encoding="utf-8")
    assert "import guanhu" not in source
    assert "from guanhu" not in source


@pytest.mark.slow
def test_of_two_thousand_labelled_notes_hardly_one_is_missed_and_few_are_blamed_for_nothing() -> None:
    for kind, (recall, precision) in measured(note_faults).items():
        assert recall >= LEAST_RECALL, f"{kind}: recall {recall:.3f}"
        assert precision >= LEAST_PRECISION, f"{kind}: precision {precision:.3f}"


@pytest.mark.parametrize("blind", ["_TREATED", "_ILLNESS", "_BELIEF", "_SCHOOL", "_RUN", "_SECRET"])
def test_a_detector_blind_to_one_thing_misses_the_mark(monkeypatch: pytest.MonkeyPatch, blind: str) -> None:
    monkeypatch.setattr(f"guanhu.rules.notes.{blind}", re.compile("(?!)"))
    assert any(recall < LEAST_RECALL for recall, _ in measured(note_faults).values())


def test_a_detector_that_blames_everything_misses_the_mark() -> None:
    assert all(precision < LEAST_PRECISION for _, precision in measured(lambda text: tuple(NoteFault)).values())


def test_health_and_belief_are_kept_by_consent_and_nothing_else_is() -> None:
    every = tuple(NoteFault)
    assert without_consent((NoteFault.HEALTH, NoteFault.BELIEF), consented=True) is None
    assert without_consent((NoteFault.HEALTH,), consented=False) is NoteFault.HEALTH
    assert without_consent(every, consented=True) is NoteFault.SECRET
    assert without_consent((NoteFault.CHILD,), consented=True) is NoteFault.CHILD


def test_a_long_text_is_looked_through_in_no_time() -> None:
    began = time.perf_counter()
    note_faults("她说身体一直都很好，孩子在小学门口，" * 28)
    assert time.perf_counter() - began < 0.1
