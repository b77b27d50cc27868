"""Accept an uploaded file: an allow-list by decoded content, every part checked in a limited child (D16).

The name that a browser sends decides nothing. SVG, HTML, macros, links to outside and XML entities are
refused; what is a photo is handed to `photos`, whose copy is the only thing kept.
"""

import contextlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from zhagen.core.errors import RuleError
from zhagen.platform.child import MEBIBYTE, Limits, run_limited
from zhagen.platform.files import sha256_hex
from zhagen.platform.photos import Photo, take_photo

Kind = Literal["jpg", "png", "webp", "pdf", "docx", "xlsx", "csv"]
PHOTO_KINDS: frozenset[Kind] = frozenset({"jpg", "png", "webp"})
ALL_KINDS: tuple[Kind, ...] = ("jpg", "png", "webp", "pdf", "docx", "xlsx", "csv")
CONTENT_TYPES: dict[str, str] = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}

MOST_BYTES = 30 * MEBIBYTE
MOST_MEMBERS = 2_000
MOST_UNPACKED = 300 * MEBIBYTE
MOST_RATIO = 200
"""How many times larger a packed part may grow; real office files stay below 50."""

RATIO_MATTERS_FROM = 1 * MEBIBYTE
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)
LIMITS = Limits(wall_seconds=15, memory_bytes=768 * MEBIBYTE, file_bytes=64 * MEBIBYTE)

_MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_MACRO_PARTS = re.compile(r"vbaProject|vbaData|macrosheets/|activeX/|oleObject", re.IGNORECASE)
_LIVE_FIELD = re.compile(rb"instr(?:Text)?\b[^<>]*[>\"'][^<>]*\bDDE(?:AUTO)?\b", re.IGNORECASE)
_APPLE_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"hevc")
_BLANKS = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OUTSIDE = re.compile(rb"<[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>", re.IGNORECASE)
_HYPERLINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia)\b")
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_PDF_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that passed.

    Args:
        kind: What it is by content.
        content: What to keep; a photo's copy without metadata.
        original_sha256: SHA-256 of the uploaded bytes.
        photo: The photo, where it is one.
    """

    kind: Kind
    content: bytes
    original_sha256: str
    photo: Photo | None = None


def take_upload(content: bytes, *, allowed: tuple[Kind, ...] = ALL_KINDS) -> Upload:
    """Return an uploaded file as it may be kept.

    Raises:
        RuleError: A code that begins with "upload." (what is wrong, with figures), or one of the child.
    """
    if not content:
        raise RuleError("upload.empty")
    if len(content) > MOST_BYTES:
        raise RuleError(
            "upload.too_large", mebibytes=-(-len(content) // MEBIBYTE), most=MOST_BYTES // MEBIBYTE
        )
    kind = sniff(content)
    if kind not in allowed:
        raise RuleError("upload.kind_not_allowed", found=kind, allowed=", ".join(allowed))
    if kind in PHOTO_KINDS:
        photo = take_photo(content)
        return Upload("jpg", photo.content, photo.original_sha256, photo)
    run_limited("zhagen.platform.uploads:check_in_child", content, {"kind": kind}, LIMITS)
    return Upload(kind, content, sha256_hex(content))


def sniff(content: bytes) -> Kind:
    """Return what a file is by its first bytes.

    Raises:
        RuleError: "upload.unknown_kind", "upload.old_office" or "upload.heic".
    """
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise RuleError("upload.old_office")
    if content[4:8] == b"ftyp" and content[8:12] in _APPLE_BRANDS:
        raise RuleError("upload.heic")
    if _looks_like_csv(content):
        return "csv"
    raise RuleError("upload.unknown_kind", allowed=", ".join(ALL_KINDS))


def _office_kind(content: bytes) -> Kind:
    for part, kind in _MAIN_PARTS.items():
        if part.encode() in content:  # names stand unpacked in the zip's directory
            return kind  # type: ignore[return-value]
    raise RuleError("upload.unknown_kind", allowed=", ".join(ALL_KINDS))


def _looks_like_csv(content: bytes) -> bool:
    head = content[:4096]
    if b"\x00" in head or re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<", head):
        return False
    text = decode_csv(content)
    return text is not None and any(mark in text[:4096] for mark in (",", "\t", "，", ";", "\n"))


def decode_csv(content: bytes) -> str | None:
    """Return the text of a csv in UTF-8 (with or without its mark) or GB 18030; None if it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def check_in_child(source: Path, target: Path, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Look into a pdf, docx, xlsx or csv; runs in the child."""
    kind = arguments["kind"]
    if kind in ("docx", "xlsx"):
        check_office(source, kind)
    elif kind == "pdf":
        _check_pdf(source.read_bytes())
    return {}


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise RuleError("upload.damaged", reason="%%EOF")
    pieces = [_PDF_STREAM.sub(b"", content), *_packed_objects(content)]
    for piece in pieces:
        plain = _PDF_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), piece)
        if b"/Encrypt" in plain:
            raise RuleError("upload.encrypted")
        if found := _PDF_ACTIVE.search(plain):
            raise RuleError("upload.active_content", found=found[1].decode())


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """Yield the unpacked object streams of a PDF, in which names can hide."""
    for found in _PDF_STREAM.finditer(content):
        if b"/ObjStm" in content[max(0, found.start() - 512) : found.start()]:
            with contextlib.suppress(zlib.error):
                yield zlib.decompressobj().decompress(found[1], RATIO_MATTERS_FROM * 32)


def check_office(source: Path, kind: str) -> None:
    """Check the parts of an office file: count, size, ratio, macros, links to outside, entities.

    Raises:
        RuleError: "upload.damaged", "upload.too_many_parts", "upload.bomb", "upload.macros",
            "upload.outside_link", "upload.entities", "upload.encrypted".
    """
    try:
        with zipfile.ZipFile(source) as archive:
            _check_directory(archive, kind)
            for member in archive.infolist():
                _check_member(archive, member)
    except _BROKEN_ZIP as error:
        raise RuleError("upload.damaged", reason=str(error)[:120]) from None


def _check_directory(archive: zipfile.ZipFile, kind: str) -> None:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS:
        raise RuleError("upload.too_many_parts", count=len(members), most=MOST_MEMBERS)
    if len(set(names)) != len(names):
        raise RuleError("upload.damaged", reason="duplicate parts")
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise RuleError("upload.damaged", reason="part outside the file")
    if not any(_MAIN_PARTS.get(name) == kind for name in names):
        raise RuleError("upload.damaged", reason=f"no {kind} inside")
    total = sum(member.file_size for member in members)
    if total > MOST_UNPACKED:
        raise RuleError("upload.bomb", mebibytes=total // MEBIBYTE, most=MOST_UNPACKED // MEBIBYTE)
    if macro := next((name for name in names if _MACRO_PARTS.search(name)), None):
        raise RuleError("upload.macros", part=macro)
    if any(member.flag_bits & 1 for member in members):
        raise RuleError("upload.encrypted")


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack one part in pieces, never trusting the size that its header claims."""
    size, tail, is_markup = 0, b"", False
    with archive.open(member) as part:
        while piece := part.read(MEBIBYTE):
            is_markup = is_markup or (not size and piece.lstrip(_BLANKS).startswith(b"<"))
            size += len(piece)
            if size > RATIO_MATTERS_FROM and size > MOST_RATIO * max(member.compress_size, 1):
                ratio = size // max(member.compress_size, 1)
                raise RuleError("upload.bomb_ratio", part=member.filename, ratio=ratio, most=MOST_RATIO)
            if is_markup:
                _check_markup(tail + piece, member.filename)
                tail = piece[-1024:]


def _check_markup(markup: bytes, name: str) -> None:
    plain = markup.replace(b"\x00", b"")  # UTF-16 hides nothing
    if _ENTITY.search(plain):
        raise RuleError("upload.entities", part=name)
    if _LIVE_FIELD.search(plain):
        raise RuleError("upload.active_content", found="DDE")
    if b"macroEnabled" in plain and name == "[Content_Types].xml":
        raise RuleError("upload.macros", part=name)
    if name.endswith(".rels"):
        for link in _OUTSIDE.findall(plain):
            if not _HYPERLINK.search(link):
                raise RuleError("upload.outside_link", part=name)
