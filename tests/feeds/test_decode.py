"""Encodings and packings: text is read exactly as it was written, or the file is refused; nothing is ever guessed."""

import contextlib
import gzip
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanhu.feeds import decode
from guanhu.feeds.errors import DeliveryRefused


def text_of(path: Path, declared: str | None = None) -> str:
    """The file as the door reads it."""
    return b"".join(decode.Source(path, decode.encoding_of(path, declared)).blocks()).decode("utf-8")


HANZI = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
RARE = st.sampled_from("𠮷𠀀𡈼䶮㛃堃喆淼燚〇·")
NAMES = st.text(st.one_of(HANZI, RARE), min_size=1, max_size=6)
EVERYDAY = st.text(
    st.sampled_from([sign for sign in map(chr, range(0x4E00, 0x9FA6)) if sign.encode("gb2312", "ignore")]),
    min_size=1, max_size=6,
)  # fmt: skip
KEPT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.mark.slow
@settings(parent=KEPT, max_examples=100)
@given(st.lists(NAMES, min_size=50, max_size=50))
def test_five_thousand_names_come_back_as_written_in_both_encodings(tmp_path: Path, names: list[str]) -> None:
    text = "name\n" + "".join(f"{name}\n" for name in names)
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        assert text_of(path, "gb18030" if encoding == "gb18030" else "utf-8") == text


@pytest.mark.slow
@settings(parent=KEPT, max_examples=200)
@given(
    st.one_of(st.lists(EVERYDAY, min_size=1, max_size=20), st.lists(NAMES, min_size=20, max_size=20)),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_an_undeclared_encoding_is_found_or_the_file_refused_but_never_misread(
    tmp_path: Path, names: list[str], encoding: str
) -> None:
    """Any names of everyday signs; of rare ones at least twenty, for a few can read as others of the other encoding."""
    text = "name\n" + "".join(f"{name}\n" for name in names)
    path = tmp_path / "names.csv"
    path.write_bytes(text.encode(encoding))
    both_ways = readings(path.read_bytes())
    if text in both_ways and len(both_ways) == 1:
        assert text_of(path) == text
        return
    try:
        assert text_of(path) == text
    except DeliveryRefused:
        assert len(both_ways) == 2, "only what reads both ways may be refused"


@pytest.mark.parametrize(("name", "encoding"), [("愦傽", "gb18030"), ("㴃@", "utf-8")])
def test_a_few_rare_signs_that_read_both_ways_are_refused(tmp_path: Path, name: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"name\n{name}\n".encode(encoding))
    assert len(readings(path.read_bytes())) == 2
    with pytest.raises(DeliveryRefused, match="编码不明"):
        text_of(path)


def test_a_short_file_of_everyday_signs_is_utf8_also_with_a_dot_in_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for text in ("测试支行\n", "艾力·买买提江，八字开头\n"):
        path.write_bytes(text.encode())
        assert text_of(path) == text


def readings(data: bytes) -> set[str]:
    """What these bytes say in each encoding that fits."""
    found = set()
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            found.add(data.decode(encoding))
    return found


def test_what_reads_both_ways_is_refused_until_declared(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("茅\n".encode("gb18030"))
    assert path.read_bytes().decode("utf-8") == "é\n"
    with pytest.raises(DeliveryRefused, match="编码不明"):
        text_of(path)
    assert text_of(path, "gb18030") == "茅\n"
    assert text_of(path, "utf-8") == "é\n"


def test_a_mark_of_utf8_settles_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("é\n".encode("utf-8-sig"))
    assert text_of(path) == "é\n"


@pytest.mark.parametrize("data", [b"\xff\xfea\x00\n\x00\xff\n", b"abc\x80\xff\n", b"\xc3\n", b"\x81\x20\n"])
def test_what_is_neither_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(DeliveryRefused, match="既不是"):
        text_of(path)


def test_a_declared_encoding_must_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("赵桂芳\n".encode("gb18030"))
    with pytest.raises(DeliveryRefused, match="不是清单所写的编码"):
        text_of(path, "utf-8")


def test_characters_across_blocks_stay_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "BLOCK", 7)
    text = "".join(f"赵{n}桂芳𠮷,{n}\n" for n in range(40))
    for encoding in ("utf-8", "gb18030"):
        for pack, packed in {"": bytes, ".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}.items():
            path = tmp_path / f"a.csv{pack}"
            path.write_bytes(packed(text.encode(encoding)))
            assert text_of(path) == text


def test_packed_in_several_frames_is_read_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.zst"
    path.write_bytes(b"".join(zstandard.ZstdCompressor().compress(part) for part in (b"a\n", b"b\n", b"c\n")))
    assert text_of(path) == "a\nb\nc\n"
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a\n") + gzip.compress(b"b\n"))
    assert text_of(tmp_path / "a.csv.gz") == "a\nb\n"


@pytest.mark.parametrize("pack", [".gz", ".zst"])
def test_a_pack_cut_anywhere_is_refused(tmp_path: Path, pack: str) -> None:
    text = "".join(f"{n},{n * 7919 % 1000}\n" for n in range(2000)).encode()
    whole = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}[pack](text)
    path = tmp_path / f"a.csv{pack}"
    for cut in range(0, len(whole), len(whole) // 50):
        path.write_bytes(whole[:cut])
        if pack == ".gz" and cut == 0:
            continue
        with pytest.raises(DeliveryRefused, match="不完整或已损坏"):
            list(decode.plain(path))


def test_seals_tell_the_file_and_its_text(tmp_path: Path) -> None:
    one, other = tmp_path / "a.csv.gz", tmp_path / "b.csv"
    one.write_bytes(gzip.compress(b"a\n", mtime=0))
    other.write_bytes(b"a\n")
    assert decode.seal(one) != decode.seal(other)
    assert decode.plain_seal(one) == decode.plain_seal(other) == decode.seal(other)
