"""Voice notes: known by content, small, kept without what a phone writes into them of place, time and device.

Four kinds that phones record and every browser plays: m4a, mp3, wav, Ogg Opus. Nothing is decoded: the
container is walked in a limited child, what carries words about the recording is blanked or left out, and a
file with pictures moving in it is no voice note.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhagen.core.errors import RuleError
from zhagen.platform.child import MEBIBYTE, Limits, run_limited
from zhagen.platform.files import sha256_hex

MOST_BYTES = 8 * MEBIBYTE
"""Some five minutes of the largest voice notes; a smaller limit than other files: it is heard, not read."""

CONTENT_TYPES = {"m4a": "audio/mp4", "mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg"}
LIMITS = Limits(wall_seconds=10, memory_bytes=512 * MEBIBYTE, file_bytes=32 * MEBIBYTE)


@dataclass(frozen=True, slots=True)
class Sound:
    """A voice note as it may be kept.

    Args:
        content: The copy without metadata.
        content_type: One of `CONTENT_TYPES`.
        original_sha256: SHA-256 of the uploaded bytes.
    """

    content: bytes
    content_type: str
    original_sha256: str


def take_sound(content: bytes) -> Sound:
    """Return an uploaded voice note as it is kept.

    Raises:
        RuleError: "upload.empty", "upload.too_large", "upload.not_a_sound", "upload.damaged", or one of the child.
    """
    if not content:
        raise RuleError("upload.empty")
    if len(content) > MOST_BYTES:
        raise RuleError(
            "upload.too_large", mebibytes=-(-len(content) // MEBIBYTE), most=MOST_BYTES // MEBIBYTE
        )
    outcome = run_limited("zhagen.platform.sounds:clean_in_child", content, {}, LIMITS)
    return Sound(outcome.target, CONTENT_TYPES[outcome.answer["kind"]], sha256_hex(content))


def clean_in_child(source: Path, target: Path, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the voice note without its metadata; runs in the child."""
    content = source.read_bytes()
    kind = sniff_sound(content)
    try:
        target.write_bytes(_CLEAN[kind](content))
    except (struct.error, IndexError, RecursionError) as error:
        raise RuleError("upload.damaged", reason=str(error)[:120]) from None
    return {"kind": kind}


def sniff_sound(content: bytes) -> str:
    """Return "m4a", "mp3", "wav" or "ogg" by the first bytes.

    Raises:
        RuleError: "upload.not_a_sound".
    """
    if content[4:8] == b"ftyp":
        return "m4a"
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "wav"
    if content[:4] == b"OggS" and b"OpusHead" in content[:64]:
        return "ogg"
    if content[:3] == b"ID3" or _frame_length(content[:4]):
        return "mp3"
    raise RuleError("upload.not_a_sound", allowed=", ".join(CONTENT_TYPES))


# ---- wav: what is heard stands in two chunks


def _clean_wav(content: bytes) -> bytes:
    kept, place = {}, 12
    while place + 8 <= len(content):
        name, size = content[place : place + 4], int.from_bytes(content[place + 4 : place + 8], "little")
        if name in (b"fmt ", b"data") and name not in kept:
            kept[name] = content[place + 8 : place + 8 + size]
        place += 8 + size + size % 2
    if set(kept) != {b"fmt ", b"data"} or not kept[b"data"]:
        raise RuleError("upload.damaged", reason="wav without sound")
    body = b"".join(
        name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2)
        for name, part in ((name, kept[name]) for name in (b"fmt ", b"data"))
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


# ---- mp3: tags stand before and behind the frames

_RATES = (44_100, 48_000, 32_000)
_KBITS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _frame_length(head: bytes) -> int:
    """Return the bytes of a frame of MPEG audio, layer III, with this head; 0 where it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer, rate, bits = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or layer != 1 or rate == 3 or bits in (0, 15):
        return 0
    hertz = _RATES[rate] // {3: 1, 2: 2, 0: 4}[version]
    samples = 144 if version == 3 else 72
    return samples * _KBITS[3 if version == 3 else 2][bits] * 1000 // hertz + (head[2] >> 1 & 1)


def _clean_mp3(content: bytes) -> bytes:
    """Return the frames alone, one behind the other."""
    place, frames = _behind_id3(content), []
    while length := _frame_length(content[place : place + 4]):
        frames.append(content[place : place + length])
        place += length
    if len(frames) < 2:
        raise RuleError("upload.damaged", reason="mp3 without frames")
    return b"".join(frames)


def _behind_id3(content: bytes) -> int:
    """Return where the frames begin: behind the tags, each of which says its size in sevens of bits."""
    place = 0
    while content[place : place + 3] == b"ID3":
        size = content[place + 6 : place + 10]
        if len(size) < 4:
            return len(content)  # broken off within its tag: no frame follows
        a, b, c, d = size
        place += 10 + (a << 21 | b << 14 | c << 7 | d)
    while content[place : place + 1] == b"\0":
        place += 1
    return place


# ---- m4a: boxes in boxes; what is blanked keeps its length, so that no offset moves

_NESTED = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_KEPT = (
    b"ftyp", b"moov", b"mdat", b"trak", b"mdia", b"minf", b"stbl", b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"smhd",
    b"dinf", b"stsd", b"stts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"edts", b"ctts", b"stss", b"sgpd", b"sbgp",
)  # fmt: skip
_TIMED = (b"mvhd", b"tkhd", b"mdhd")
MOST_BOXES = 2_000


def _clean_m4a(content: bytes) -> bytes:
    """Return the file with every box blanked that is not needed to play, and the times of recording at nought."""
    out, seen, handlers = bytearray(content), set(), set()
    for count, (name, start, body, end) in enumerate(_boxes(content, 0, len(content))):
        if count > MOST_BOXES:
            raise RuleError("upload.too_many_parts", count=count, most=MOST_BOXES)
        seen.add(name)
        if name == b"hdlr":
            handlers.add(content[body + 8 : body + 12])
            out[body + 24 : end] = b"\0" * (end - body - 24)  # the name that a device gives its track
        if name in _TIMED:
            times = 16 if content[body] else 8
            out[body + 4 : body + 4 + times] = b"\0" * times
        if name not in _KEPT:
            out[start + 4 : start + 8] = b"free"
            out[body:end] = b"\0" * (end - body)
    if not {b"ftyp", b"moov", b"mdat"} <= seen or b"soun" not in handlers:
        raise RuleError("upload.damaged", reason="m4a without sound")
    if b"vide" in handlers:
        raise RuleError("upload.not_a_sound", allowed=", ".join(CONTENT_TYPES))
    return bytes(out)


def _boxes(content: bytes, place: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield name, start, start of the body and end of each box, those inside others too."""
    while place + 8 <= end:
        size, name = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        body = place + 8
        if size == 1:
            size, body = int.from_bytes(content[body : body + 8], "big"), body + 8
        last = end if size == 0 else place + size
        if not body <= last <= end:
            raise RuleError("upload.damaged", reason="m4a box")
        yield name, place, body, last
        if name in _NESTED:
            yield from _boxes(content, body, last)
        place = last


# ---- Ogg Opus: pages with a checksum each; the second packet holds the words

_POLYNOMIAL = 0x04C11DB7


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = value << 1 ^ _POLYNOMIAL if value & 0x80000000 else value << 1
        table.append(value & 0xFFFFFFFF)
    return table


_CRC = _crc_table()


def page_checksum(page: bytes) -> int:
    """Return the checksum of an Ogg page whose own four bytes of it are nought."""
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _CRC[value >> 24 ^ byte]
    return value


def _clean_ogg(content: bytes) -> bytes:
    """Return the pages with an empty list of comments; a packet of comments over several pages is refused."""
    pages = list(_pages(content))
    if len(pages) < 3:
        raise RuleError("upload.damaged", reason="ogg without sound")
    head, segments, body = pages[1]
    if not body.startswith(b"OpusTags") or segments[-1] == 255 or segments.count(255) != len(segments) - 1:
        raise RuleError("upload.damaged", reason="ogg comments")
    bare = b"OpusTags" + struct.pack("<II", 0, 0)
    body = bare + b"\0" * (len(body) - len(bare))
    page = bytearray(head + segments + body)
    page[22:26] = b"\0" * 4
    page[22:26] = struct.pack("<I", page_checksum(bytes(page)))
    rest = b"".join(head + segments + body for head, segments, body in pages[2:])
    return b"".join(pages[0]) + bytes(page) + rest


def _pages(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    place = 0
    while content[place : place + 4] == b"OggS":
        count = content[place + 26]
        segments = content[place + 27 : place + 27 + count]
        start = place + 27 + count
        end = start + sum(segments)
        if not segments or end > len(content):
            raise RuleError("upload.damaged", reason="ogg page")
        yield content[place : place + 27], segments, content[start:end]
        place = end
    if place < len(content):
        raise RuleError("upload.damaged", reason="ogg page")


_CLEAN: Mapping[str, Callable[[bytes], bytes]] = {
    "m4a": _clean_m4a,
    "mp3": _clean_mp3,
    "wav": _clean_wav,
    "ogg": _clean_ogg,
}
