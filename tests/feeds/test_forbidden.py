"""C3 data never enters: the row is set aside, the value is in no frame, no raw row, no message."""

import json
import random
from pathlib import Path

import pytest

from guanhu.engine import backend
from guanhu.feeds import door
from guanhu.feeds.forbidden import has_forbidden_value, is_forbidden_name
from guanhu.feeds.intake import Intake
from tests.feeds.bank import DAY, KEYS, deliver, small_bank

NAMES = [
    "pin", "PIN", "pin_block", "PinBlock", "password", "login_pwd", "passwd", "cvv", "CVV2", "cvn2", "cvc", "card_cvv",
    "track2", "track_2_data", "mag_stripe", "icc_data", "fingerprint", "face_image", "iris", "voiceprint", "otp",
    "sms_code", "card_expiry", "expiry_date", "biometric", "密码", "取款密码", "卡有效期", "磁道信息",
    "指纹特征", "人脸照片",
]  # fmt: skip
INNOCENT = [
    "name", "pinyin", "spinning", "opinion", "tracking_no", "expired_loans", "surface", "branch_no", "chip_count",
    "licence_until", "matures_on", "shopping", "option", "occupation", "card_no", "verified", "有效",
    "客户评价", "到期日",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_column_says_by_its_name_that_it_is_forbidden(name: str) -> None:
    assert is_forbidden_name(name)


@pytest.mark.parametrize("name", INNOCENT)
def test_an_ordinary_column_is_not_suspected(name: str) -> None:
    assert not is_forbidden_name(name)


@pytest.mark.parametrize(
    "text",
    ["客户说要五万块", "电话 13800138000", "6222021234567890123", "身份证 11010119800101123X", "2026-11-24 10:30 回访",
     "pinned 2026", "忘记密码，已重置", "理财 100000 到期", "=SUM(A1)", "密码问题已处理 3 次"],
)  # fmt: skip
def test_an_ordinary_note_is_not_suspected(text: str) -> None:
    assert not has_forbidden_value(text)


def seeded(dice: random.Random, number: int) -> tuple[str, str]:
    """A value of class C3 and the secret part of it."""
    card = "62" + "".join(dice.choices("0123456789", k=17))
    secret = "".join(dice.choices("0123456789", k=6))
    track = f"{card}={dice.randint(2500, 2912)}{secret}{number:04d}"
    block = "0" + dice.choice("4C") + "".join(dice.choices("0123456789ABCDEF", k=12)) + dice.choice("ABCDEF") + "7"
    texts = [
        (f"客户密码是{secret}", secret),
        (f"CVV {secret[:3]}", f"CVV {secret[:3]}"),
        (f"PIN:{secret}", secret),
        (f"验证码：{secret}", secret),
        (track, track),
        (f"%B{card}^WANG/FANG^2512{secret}", secret),
        (block, block),
        (f";{track}?", track),
    ]
    return texts[number % len(texts)]


def everything(intake: Intake) -> str:
    """All that the door lets out, as one text."""
    frames = {name: backend.rows(frame) for name, frame in [*intake.tables.items(), *intake.persons.items()]}
    kept = [(repr(one.problem), repr(one.more), one.raw) for one in intake.problems]
    return json.dumps([frames, kept, intake.notices, intake.receipt()], default=str, ensure_ascii=False)


@pytest.mark.slow
def test_five_hundred_seeded_values_are_five_hundred_refused_rows_without_residue(tmp_path: Path) -> None:
    dice = random.Random(20261124)
    bank = small_bank()
    note, secrets = bank["contacts"][0], []
    bank["contacts"] = [note | {"contact_no": "K0"}]
    for number in range(500):
        text, secret = seeded(dice, number)
        bank["contacts"].append(note | {"contact_no": f"K{number + 1}", "note": text})
        secrets.append(secret)
    intake = door.receive(deliver(tmp_path, bank), day=DAY, keys=KEYS)
    assert len(intake.problems) == 500
    assert {kept.problem.rule for kept in intake.problems} == {"c3/value"}
    told = everything(intake)
    assert [secret for secret in secrets if secret in told] == []
    assert "note" not in intake.problems[0].raw
    assert intake.problems[0].raw["contact_no"] == "K1"


@pytest.mark.slow
@pytest.mark.parametrize("note", ["①pin 735519", "²pin：735519", "pin 735519\n", "客户报了密码７３５５１９"])
@pytest.mark.parametrize("seconds", ["120", "two minutes"])
def test_however_it_is_written_it_is_withheld_beside_other_faults_too(tmp_path: Path, note: str, seconds: str) -> None:
    bank = small_bank()
    bank["contacts"] = [bank["contacts"][0] | {"note": note, "seconds": seconds}]
    intake = door.receive(deliver(tmp_path, bank), day=DAY, keys=KEYS)
    (kept,) = intake.problems
    assert {"c3/value"} <= {problem.rule for problem in (kept.problem, *kept.more)}
    assert "note" not in kept.raw
    told = everything(intake)
    assert [secret for secret in ("735519", "７３５５１９") if secret in told] == []


@pytest.mark.slow
def test_a_row_with_a_value_in_a_forbidden_column_is_set_aside_without_it(tmp_path: Path) -> None:
    bank = small_bank()
    bank["complaints"] = [bank["complaints"][0] | {"complaint_no": f"X{n}"} for n in range(3)]
    bank["complaints"][1]["card_pin"] = "735519"
    intake = door.receive(deliver(tmp_path, bank, extra={"complaints": ["card_pin"]}), day=DAY, keys=KEYS)
    (kept,) = intake.problems
    assert (kept.problem.row, kept.problem.column, kept.problem.rule) == (3, "card_pin", "c3/column")
    assert "735519" not in everything(intake)
    assert len(intake.persons["complaints"]) == 2
    assert any("card_pin" in notice for notice in intake.notices)


@pytest.mark.slow
def test_a_broken_line_of_a_file_with_a_forbidden_column_is_not_kept(tmp_path: Path) -> None:
    folder = deliver(tmp_path, extra={"complaints": ["card_pin"]})
    path = folder / "complaints.csv"
    head = path.read_text("utf-8").splitlines()[0]
    path.write_text(f"{head}\nX1,C2,2026-11-20,,排队久,735519,more\n", "utf-8")
    intake = door.receive(folder, day=DAY, keys=KEYS)
    assert intake.problems[0].raw == {}
    assert "735519" not in everything(intake)


@pytest.mark.slow
def test_the_banks_own_numbers_are_not_taken_for_a_pin_block(tmp_path: Path) -> None:
    bank = small_bank()
    bank["transactions"][0]["move_no"] = "04ABCDEF01234567"
    assert not door.receive(deliver(tmp_path, bank), day=DAY, keys=KEYS).problems
