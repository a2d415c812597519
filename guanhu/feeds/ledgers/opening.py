"""Before a ledger is read: is it what it says, and may it be unpacked? Judged from its directory, checked again after.

Nothing is written to a folder, nothing is followed, no formula and no macro is run. Reliability A13.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator

from guanhu.feeds.ledgers.limits import LedgerRefused, Limits, refusal

ZIP, OLE, GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b"
PACKED = (ZIP, b"PK\x05\x06", GZIP, OLE, b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
FOREIGN = (*PACKED, b"%PDF", b"MZ", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")
"""How files begin that are no text, whatever their name says."""

BLOCK = 1 << 20
_PACKED_NAME = re.compile(r"\.(?:zip|gz|tgz|bz2|xz|7z|rar|zst|tar|jar|xlsx|xlsm|xlsb|xls|docx)$", re.I)
_ACTIVE_NAME = re.compile(r"vbaproject|macrosheets|activex|embeddings|ctrlprops|customui", re.I)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)", re.I)
_OUTSIDE = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*\bTargetMode\s*=\s*[\"']External[\"'][^>]*>", re.I)
_HYPERLINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']")
_CELL = re.compile(rb"<(?:\w+:)?(?:c|row)\b[^>]*?\br\s*=\s*[\"']([A-Z]*)([0-9]+)[\"']")
_WIDEST_PLAIN = re.compile(rb"\br\s*=\s*[\"'](?:[A-Z]{3,}|[I-Z][A-Z])[0-9]|\br\s*=\s*[\"'][A-Z]*[0-9]{6,}")
"""References far out, found quickly: then each is worked out."""
_XLS_MACROS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "Macros", "VBA\0"))


def kind_of(file: str, head: bytes) -> str:
    """``xlsx``, ``xls``, ``csv`` or ``csv.gz``: by its name, if its first bytes agree."""
    name = file.lower()
    if name.endswith((".xlsm", ".xlsb", ".xltm", ".xlam")):
        raise refusal(file, "macro", "带宏的工作簿不收", "请另存为 xlsx 或 CSV")
    wanted = {".xlsx": ZIP, ".xls": OLE, ".gz": GZIP}
    for ending, mark in wanted.items():
        if name.endswith(ending):
            if not head.startswith(mark):
                raise refusal(file, "kind", f"内容不是 {ending} 文件", "请用表格软件打开后另存，再上传")
            return "csv.gz" if ending == ".gz" else ending[1:]
    if not name.endswith((".csv", ".txt", ".tsv")):
        raise refusal(file, "kind", "只收 xlsx、xls、CSV（可用 .gz 压缩）", "请用表格软件另存为 xlsx 或 CSV")
    _must_be_text(file, head)
    return "csv"


def _must_be_text(file: str, head: bytes) -> None:
    begins = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(FOREIGN) or begins[:5].lower() in (b"<?xml", b"<html", b"<!doc", b"<tabl"):
        raise refusal(file, "kind", "内容不是文本表格", "请用表格软件打开后另存为 CSV，再上传")


def gunzipped(file: str, raw: bytes, limits: Limits) -> bytes:
    """The text of a ``.gz``: stopped as soon as it grows beyond the limits."""
    most = min(limits.unpacked_bytes, len(raw) * limits.ratio)
    whole, opened, rest = io.BytesIO(), zlib.decompressobj(31), raw
    try:
        while rest and not opened.eof:
            whole.write(opened.decompress(rest, BLOCK))
            rest = opened.unconsumed_tail
            if whole.tell() > most:
                raise refusal(file, "bomb", "解压后过大", "请去掉压缩再上传")
        whole.write(opened.flush())
    except zlib.error:
        raise refusal(file, "packed", "压缩文件不完整或已损坏", "请重新压缩") from None
    if not opened.eof or opened.unused_data:
        raise refusal(file, "packed", "压缩文件不完整，或后面还有别的内容", "请重新压缩")
    text = whole.getvalue()
    if text.startswith(PACKED):
        raise refusal(file, "nested", "压缩文件里还是压缩文件", "请解开后再上传")
    _must_be_text(file, text[:16])
    return text


def check_xls(file: str, raw: bytes) -> None:
    """An old workbook: refused where it carries macros."""
    if any(mark in raw for mark in _XLS_MACROS):
        raise refusal(file, "macro", "带宏的工作簿不收", "请另存为 xlsx 或 CSV")


def check_xlsx(file: str, raw: bytes, limits: Limits) -> None:
    """A new workbook: its directory judged first, then each part unpacked within the limits and thrown away again."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            _judge_directory(file, raw, parts, limits)
            unpacked = 0
            for part in parts:
                for _ in _unpacked(file, archive, part, limits):
                    unpacked += len(_)
                    if unpacked > limits.unpacked_bytes:
                        raise refusal(file, "bomb", "解压后过大", "请另存为 CSV")
    except LedgerRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError):
        raise refusal(file, "packed", "工作簿不完整或已损坏", "请用表格软件打开后另存") from None


def _judge_directory(file: str, raw: bytes, parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    """What the directory alone tells: how many, how large, what they are called."""
    if not parts or len(parts) > limits.members:
        raise refusal(file, "members", f"内含文件超过 {limits.members} 个", "请另存为 CSV")
    if sum(part.file_size for part in parts) > min(limits.unpacked_bytes, max(len(raw), 1) * limits.ratio):
        raise refusal(file, "bomb", "解压后过大", "请另存为 CSV")
    names = [part.filename for part in parts]
    if len({name.lower() for name in names}) < len(names) or min(part.header_offset for part in parts) != 0:
        raise refusal(file, "packed", "工作簿的目录与内容不符", "请用表格软件打开后另存")
    _judge_offsets(file, parts)
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise refusal(file, "kind", "不是 Excel 工作簿", "请用表格软件另存为 xlsx 或 CSV")
    for part in parts:
        _judge_part(file, part, limits)


def _judge_offsets(file: str, parts: list[zipfile.ZipInfo]) -> None:
    """Parts lie one behind the other: a bomb of overlapping parts does not."""
    after = 0
    for part in sorted(parts, key=lambda one: one.header_offset):
        if part.header_offset < after:
            raise refusal(file, "bomb", "内含的文件互相重叠", "请用表格软件打开后另存")
        after = part.header_offset + 30 + len(part.orig_filename.encode("utf-8")) + part.compress_size


def _judge_part(file: str, part: zipfile.ZipInfo, limits: Limits) -> None:
    """One part by its name, its kind and what it says of its size."""
    name = part.filename
    if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or "\\" in name or ":" in name or "\0" in name:
        raise refusal(file, "path", "内含文件的路径越界", "请用表格软件打开后另存")
    if stat.S_ISLNK(part.external_attr >> 16):
        raise refusal(file, "link", "内含指向别处的链接", "请用表格软件打开后另存")
    if part.flag_bits & 1:
        raise refusal(file, "locked", "工作簿加了密码", "请去掉打开密码后再上传")
    if _ACTIVE_NAME.search(name):
        raise refusal(file, "macro", "带宏、控件或内嵌对象的工作簿不收", "请另存为 CSV")
    if "externallinks/" in name.lower():
        raise refusal(file, "outside", "工作簿链接到别的文件", "请断开链接（数据 → 编辑链接）后另存")
    if _PACKED_NAME.search(name):
        raise refusal(file, "nested", "工作簿里还有压缩文件", "请去掉附件后另存")
    if part.file_size > BLOCK and part.file_size > max(part.compress_size, 1) * limits.ratio:
        raise refusal(file, "bomb", "解压后过大", "请另存为 CSV")


def _unpacked(file: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> Iterator[bytes]:
    """One part in blocks, each looked at: never more than its directory says."""
    seen, tail = 0, b""
    with archive.open(part) as opened:
        while block := opened.read(BLOCK):
            if seen == 0 and block.startswith(PACKED):
                raise refusal(file, "nested", "工作簿里还有压缩文件", "请去掉附件后另存")
            seen += len(block)
            if seen > part.file_size:
                raise refusal(file, "bomb", "解压后比目录所写的大", "请用表格软件打开后另存")
            _look_at(file, part.filename, tail + block, limits)
            tail = block[-512:]
            yield block


def _look_at(file: str, name: str, text: bytes, limits: Limits) -> None:
    """A stretch of a part: no entities, no way out, no cell beyond the rows and columns there may be."""
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return
    if _DOCTYPE.search(text):
        raise refusal(file, "entity", "内含 XML 实体", "请用表格软件打开后另存")
    if name.endswith(".rels") and any(not _HYPERLINK.search(one) for one in _OUTSIDE.findall(text)):
        raise refusal(file, "outside", "工作簿链接到别的文件", "请断开链接（数据 → 编辑链接）后另存")
    if "/worksheets/" in name and _WIDEST_PLAIN.search(text):
        for letters, digits in _CELL.findall(text):
            check_size(file, int(digits), _column(letters), limits)


def _column(letters: bytes) -> int:
    """``A`` → 1, ``IV`` → 256."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def check_size(file: str, rows: int, columns: int, limits: Limits) -> None:
    """Refuse a sheet with more rows or columns than there may be; twenty lines more for titles and headings."""
    if columns > limits.columns:
        raise refusal(file, "columns", f"超过 {limits.columns} 列", "请删去用不到的列（空列也算）")
    if rows > limits.rows + 20:
        raise refusal(file, "rows", f"超过 {limits.rows:,} 行", "请分成几个文件")
