"""Voice notes made by hand, each with words about the place and device in it."""

import io
import struct
import wave

from zhagen.platform.sounds import page_checksum

SECRET = b"QINGHE-GPS-31.2304"


def a_wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x01\x02" * 400)
    plain = out.getvalue()
    told = b"LIST" + struct.pack("<I", len(SECRET)) + SECRET
    return b"RIFF" + struct.pack("<I", len(plain) - 8 + len(told)) + plain[8:] + told


def an_mp3() -> bytes:
    frame = b"\xff\xfb\x50\x00" + b"\x11" * (144 * 64_000 // 44_100 - 4)
    return b"ID3\x04\0\0\0\0\0" + bytes([len(SECRET)]) + SECRET + frame * 4 + b"TAG" + SECRET.ljust(125)


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


def an_m4a(handler: bytes = b"soun") -> bytes:
    told = box(b"udta", box(b"\xa9xyz", SECRET))
    hdlr = box(b"hdlr", b"\0" * 8 + handler + b"\0" * 12 + SECRET)
    media = box(
        b"mdia", box(b"mdhd", b"\0\0\0\0" + b"\x7b" * 8 + b"\0" * 12) + hdlr + box(b"minf", box(b"stbl", b""))
    )
    track = box(b"trak", box(b"tkhd", b"\0\0\0\0" + b"\x7b" * 8 + b"\0" * 72) + media)
    moov = box(b"moov", box(b"mvhd", b"\1\0\0\0" + b"\x7b" * 16 + b"\0" * 80) + track + told)
    return box(b"ftyp", b"M4A \0\0\0\0") + box(b"mdat", b"sound" * 20) + moov + box(b"uuid", SECRET)


def a_page(number: int, body: bytes) -> bytes:
    segments = bytes([255] * (len(body) // 255) + [len(body) % 255])
    head = (
        b"OggS\0"
        + bytes([2 if number == 0 else 0])
        + b"\0" * 8
        + b"\7\0\0\0"
        + struct.pack("<I", number)
        + b"\0" * 4
    )
    page = head + bytes([len(segments)]) + segments + body
    return page[:22] + struct.pack("<I", page_checksum(page)) + page[26:]


def an_ogg() -> bytes:
    vendor = struct.pack("<I", 4) + b"test"
    comments = struct.pack("<II", 1, len(SECRET)) + SECRET
    sound = [a_page(number, b"sound" * 30) for number in (2, 3)]
    return (
        a_page(0, b"OpusHead\1\1" + b"\0" * 9) + a_page(1, b"OpusTags" + vendor + comments) + b"".join(sound)
    )


VOICES = {"wav": a_wav, "mp3": an_mp3, "m4a": an_m4a, "ogg": an_ogg}
