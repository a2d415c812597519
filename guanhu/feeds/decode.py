"""From a file as it lies to UTF-8 text: unpacked, its encoding proven, never altered on the way."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard

from guanhu.feeds.errors import refused

BLOCK = 1 << 24
_EVERYDAY = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*")
"""The signs of GB 2312, as GB18030 writes them."""


@dataclass(frozen=True)
class Source:
    """A file of the delivery, ready to be read."""

    path: Path
    encoding: str = "utf-8"

    @property
    def file(self) -> str:
        """Its name, as problems show it."""
        return self.path.name

    def blocks(self) -> Iterator[bytes]:
        """The text in UTF-8, in blocks that end at a line's end (but the last, if the file does not)."""
        decode = _decoder(self.file, self.encoding)
        first = True
        for block in _whole_lines(plain(self.path)):
            if first and block.startswith(codecs.BOM_UTF8):
                block = block[len(codecs.BOM_UTF8) :]
            first = False
            yield decode(block)


def seal(path: Path) -> str:
    """SHA-256 of the file as it lies."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plain_seal(path: Path) -> str:
    """SHA-256 of the file unpacked."""
    digest = hashlib.sha256()
    for block in plain(path):
        digest.update(block)
    return digest.hexdigest()


def plain(path: Path) -> Iterator[bytes]:
    """The bytes of the file, unpacked if it ends in ``.gz`` or ``.zst``; a broken pack refuses the delivery."""
    unpack = {".gz": _gunzip, ".zst": _unzstd}.get(path.suffix, _as_it_lies)
    try:
        yield from unpack(path)
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise refused(path.name, "file/packed", "压缩文件不完整或已损坏", suggestion="请重新传送") from error


def _as_it_lies(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _gunzip(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as file:
        while block := file.read(BLOCK):
            yield block


def _unzstd(path: Path) -> Iterator[bytes]:
    """Frame after frame; a frame that does not end is a truncated file."""
    opened = zstandard.ZstdDecompressor().decompressobj()
    begun = False
    for packed in _as_it_lies(path):
        rest = packed
        while rest:
            begun = True
            yield opened.decompress(rest)
            rest = opened.unused_data if opened.eof else b""
            if opened.eof:
                opened, begun = zstandard.ZstdDecompressor().decompressobj(), False
    if begun or path.stat().st_size == 0:
        raise EOFError


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes cut after line ends; neither UTF-8 nor GB18030 uses that byte inside a character."""
    rest = b""
    for block in blocks:
        cut = block.rfind(b"\n") + 1
        if cut:
            yield rest + block[:cut]
            rest = block[cut:]
        else:
            rest += block
    if rest:
        yield rest


def _decoder(file: str, encoding: str) -> Callable[[bytes], bytes]:
    """How a block of this encoding becomes UTF-8, or refuses."""

    def from_gb18030(block: bytes) -> bytes:
        if block.isascii():
            return block
        text = block.decode("gb18030")
        if text.encode("gb18030") != block:
            raise refused(file, "file/encoding", "有字符按 GB18030 读出后不能原样写回", suggestion="请改用 UTF-8")
        return text.encode("utf-8")

    return from_gb18030 if encoding == "gb18030" else bytes


def encoding_of(path: Path, declared: str | None = None) -> str:
    """UTF-8 or GB18030, proven on every byte; what fits neither refuses the delivery.

    What fits both is UTF-8 where that alone gives everyday signs (those of GB 2312); else it refuses the delivery, too.
    """
    if declared is not None:
        if not _fits(path, declared)[0]:
            raise refused(path.name, "file/encoding", f"文件不是清单所写的编码 {declared}")
        return declared
    utf8, settled = _fits(path, "utf-8")
    if utf8 and settled:
        return "utf-8"
    gb18030 = _fits(path, "gb18030")[0]
    if utf8 and gb18030 and _is_everyday(path, "utf-8") and not _is_everyday(path, "gb18030"):
        return "utf-8"
    if utf8 and gb18030:
        raise refused(path.name, "file/encoding", "编码不明：按 UTF-8 与 GB18030 都读得通",
                      suggestion="请在清单中写明 encoding")  # fmt: skip
    if not utf8 and not gb18030:
        raise refused(path.name, "file/encoding", "既不是 UTF-8 也不是 GB18030", suggestion="请检查传送是否损坏")
    return "utf-8" if utf8 else "gb18030"


def _fits(path: Path, encoding: str) -> tuple[bool, bool]:
    """Can every byte be read so; does that settle it, by a mark at the beginning or for want of anything but ASCII?"""
    foreign = marked = False
    for n, block in enumerate(_whole_lines(plain(path))):
        marked = marked or (n == 0 and block.startswith(codecs.BOM_UTF8))
        if block.isascii():
            continue
        foreign = True
        try:
            block.decode(encoding)
        except UnicodeDecodeError:
            return False, False
    return True, marked or not foreign


def _is_everyday(path: Path, encoding: str) -> bool:
    """Does it read, in this encoding, as nothing but signs of GB 2312? Text read wrongly is full of rare ones."""
    written = (block.decode(encoding).encode("gb18030") for block in _whole_lines(plain(path)))
    return all(_EVERYDAY.fullmatch(block) for block in written)
