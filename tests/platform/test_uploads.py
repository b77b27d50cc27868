"""Uploads are known by content, checked in a limited child, refused with a clear reason."""

import io
import resource
import struct
import zlib
from random import Random

import pytest

from tests import proofs
from tests.platform import samples
from zhagen.core.errors import RuleError
from zhagen.platform.files import sha256_hex
from zhagen.platform.photos import NEAR_DUPLICATE_BITS, hash_distance, take_photo
from zhagen.platform.uploads import MOST_BYTES, check_office, sniff, take_upload

GOOD = {
    "jpg": samples.picture(),
    "png": samples.picture("PNG"),
    "webp": samples.picture("WEBP"),
    "pdf": samples.pdf(),
    "docx": samples.word_paper(),
    "xlsx": samples.workbook(),
    "csv": "姓名,金额\n甲,1\n".encode(),
}
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r9" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="http://198.51.100.7/x" TargetMode="External"/></Relationships>'
)


def png_that_claims(width, height):
    """Return a small PNG whose header claims any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    )  # fmt: skip


def many_parts():
    return samples.repacked(GOOD["xlsx"], {f"xl/media/{i}.txt": b"x" for i in range(2_001)})


def bomb():
    return samples.repacked(GOOD["docx"], {"word/media/a.xml": b"<a>" + b" " * 30_000_000 + b"</a>"})


def claims_to_be_small():
    """A bomb whose directory lies about the size."""
    data = bytearray(bomb())
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/media/a.xml"))
    data[place + 24 : place + 28] = struct.pack("<I", 100)
    return bytes(data)


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
BAD = {
    "empty": (b"", "upload.empty"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>, x", "upload.unknown_kind"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "upload.unknown_kind"),
    "svg with mark": (b"\xef\xbb\xbf <svg>,</svg>", "upload.unknown_kind"),
    "program": (b"MZ\x90\x00\x03,\n" + bytes(100), "upload.unknown_kind"),
    "plain zip": (samples.repacked(GOOD["xlsx"], {})[:20], "upload.unknown_kind"),
    "old doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "upload.old_office"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + bytes(200), "upload.heic"),
    "cut jpg": (GOOD["jpg"][: len(GOOD["jpg"]) // 2], "upload.damaged"),
    "jpg in name only": (b"\xff\xd8\xff\xe0" + b"hello" * 50, "upload."),
    "huge claim": (png_that_claims(60_000, 60_000), "upload.too_many_pixels"),
    "long claim": (png_that_claims(25_000, 2), "upload.too_many_pixels"),
    "cut pdf": (GOOD["pdf"][:-10], "upload.damaged"),
    "pdf script": (samples.pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "upload.active_content"),
    "pdf hidden": (samples.pdf(b"/OpenAction<</S/J#61vaScript>>"), "upload.active_content"),
    "pdf packed": (
        samples.pdf(b">>endobj 9 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n"
                    + zlib.compress(b"<</S/Launch>>") + b"\nendstream endobj<<"),
        "upload.active_content",
    ),
    "pdf locked": (samples.pdf(b"/Encrypt 4 0 R"), "upload.encrypted"),
    "cut xlsx": (GOOD["xlsx"][:-40], "upload.damaged"),
    "many parts": (many_parts(), "upload.too_many_parts"),
    "bomb": (bomb(), "upload.bomb_ratio"),
    "lying bomb": (claims_to_be_small(), "upload."),
    "macro": (samples.repacked(GOOD["xlsx"], {"xl/vbaProject.bin": b"x"}), "upload.macros"),
    "embedded": (samples.repacked(GOOD["docx"], {"word/embeddings/oleObject1.bin": b"x"}), "upload.macros"),
    "entity": (samples.repacked(GOOD["docx"], {"word/document.xml": ENTITY}), "upload.entities"),
    "wide entity": (
        samples.repacked(GOOD["docx"], {"word/document.xml": ENTITY.decode().encode("utf-16")}),
        "upload.entities",
    ),
    "entity elsewhere": (samples.repacked(GOOD["docx"], {"word/other.dat": ENTITY}), "upload.entities"),
    "remote template": (
        samples.repacked(
            GOOD["docx"], {"word/_rels/settings.xml.rels": RELS.format(kind="attachedTemplate").encode()}
        ),
        "upload.outside_link",
    ),
    "dde": (
        samples.repacked(GOOD["docx"], {"word/footer9.xml": b"<w:instrText> DDEAUTO c:\\x </w:instrText>"}),
        "upload.active_content",
    ),
    "escaping part": (samples.repacked(GOOD["xlsx"], {"../evil": b"x"}), "upload.damaged"),
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_file_is_known_by_its_content(kind):
    upload = take_upload(GOOD[kind])

    assert sniff(GOOD[kind]) == kind
    assert upload.original_sha256 == sha256_hex(GOOD[kind])
    assert upload.kind == ("jpg" if kind in ("png", "webp") else kind)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_a_named_reason(name):
    content, code = BAD[name]

    with pytest.raises(RuleError) as caught:
        take_upload(content)

    assert caught.value.code.startswith(code)


def test_a_kind_that_this_page_does_not_take_is_named():
    with pytest.raises(RuleError) as caught:
        take_upload(GOOD["pdf"], allowed=("jpg", "png"))

    assert caught.value.figures == {"found": "pdf", "allowed": "jpg, png"}


def test_a_file_above_the_limit_is_refused_with_both_figures():
    with pytest.raises(RuleError) as caught:
        take_upload(b"a,b\n" + bytes(MOST_BYTES))

    assert caught.value.figures == {"mebibytes": 31, "most": 30}


def test_a_link_to_a_page_and_printer_settings_are_nothing_to_refuse(tmp_path):
    path = tmp_path / "x.docx"
    changes = {"word/_rels/a.rels": RELS.format(kind="hyperlink").encode(), "xl/printerSettings1.bin": b"x"}
    path.write_bytes(samples.repacked(GOOD["docx"], changes))

    check_office(path, "docx")


def test_the_kept_photo_has_no_metadata_and_stands_upright():
    from PIL import Image

    photo = take_photo(samples.photo_with_place())

    kept = Image.open(io.BytesIO(photo.content))
    assert (kept.width, kept.height) == (photo.width, photo.height) == (200, 320)
    assert not kept.getexif()
    assert b"CAMERA-SECRET" not in photo.content
    assert b"Exif" not in photo.content


def test_a_large_photo_is_kept_small():
    photo = take_photo(samples.picture(size=(4000, 3000)))

    assert (photo.width, photo.height) == (1600, 1200)


def test_the_same_photo_sent_again_smaller_and_harder_packed_is_near():
    one = take_photo(samples.picture(size=(1600, 1200)))
    again = take_photo(samples.picture(size=(800, 600), quality=40))
    mirrored = take_photo(_mirrored(samples.picture(size=(1600, 1200))))

    assert hash_distance(one.difference_hash, again.difference_hash) <= NEAR_DUPLICATE_BITS
    assert hash_distance(one.difference_hash, mirrored.difference_hash) > NEAR_DUPLICATE_BITS


def _mirrored(content):
    from PIL import Image, ImageOps

    out = io.BytesIO()
    ImageOps.mirror(Image.open(io.BytesIO(content))).save(out, "PNG")
    return out.getvalue()


def _computed():
    """Seconds computed here and in children that have ended: a busy machine does not make a file worse."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def survive(kind, count, seed):
    random, slowest, codes = Random(f"{kind}-{seed}"), 0.0, set()
    for _ in range(count):
        content = samples.mutated(GOOD[kind], random)
        began = _computed()
        try:
            take_upload(content)
        except RuleError as error:
            codes.add(error.code.split(".")[0])
        slowest = max(slowest, _computed() - began)
    assert slowest < 5
    assert codes <= {"upload", "child"}


@pytest.mark.campaign
@pytest.mark.parametrize("kind", GOOD)
def test_broken_files_are_taken_or_refused_and_crash_nothing(kind):
    count = proofs.size(5, 500)

    survive(kind, count, "ci")
    proofs.found(f"broken files: {kind}", size=count, full=500, crashes=0)


def test_every_refusal_has_its_text_in_both_languages():
    import re
    import tomllib
    from pathlib import Path

    import zhagen

    package = Path(zhagen.__file__).parent
    known = {}
    for file in (package / "rulebooks" / "messages").glob("*.toml"):
        known |= tomllib.loads(file.read_text("utf-8"))
    raised = set()
    for file in (package / "platform").glob("*.py"):
        raised |= set(re.findall(r"RuleError\(\s*\"([a-z_.]+)\"", file.read_text("utf-8")))
    missing = {code for code in raised if not {"zh", "en"} <= set(known.get(code, {}))}
    assert not missing
    assert len(raised) > 15
