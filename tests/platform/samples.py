"""Our own sample files, good and bad, made in memory; nothing is downloaded."""

import io
import zipfile
from random import Random


def picture(kind="JPEG", size=(320, 200), **options):
    """Return a picture of soft random patches, the same at every size."""
    from PIL import Image

    patches = Image.frombytes("RGB", (12, 8), Random(7).randbytes(12 * 8 * 3))
    image = patches.resize(size, Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo_with_place():
    """Return a JPEG whose metadata names a place, a camera and a person."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F] = "CAMERA-SECRET"
    exif[0x9C9D] = "王小明".encode("utf-16le")
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x0112] = 6
    return picture(exif=exif)


def workbook(rows=(("姓名", "金额"), ("甲", 1))):
    """Return an xlsx with these rows."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write(line, place, value)
    return out.getvalue()


def word_paper(text="说明"):
    """Return a docx with one paragraph."""
    from docx import Document

    out = io.BytesIO()
    paper = Document()
    paper.add_paragraph(text)
    paper.save(out)
    return out.getvalue()


def pdf(extra=b""):
    """Return a PDF of one empty page."""
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R" + extra + b">>endobj\n"
    body += b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    body += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    return body + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def repacked(office, changes):
    """Return an office file with parts added or replaced: name → bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(office)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            if name not in changes:
                made.writestr(name, source.read(name))
        for name, content in changes.items():
            made.writestr(name, content)
    return out.getvalue()


def mutated(content, random: Random):
    """Return the bytes cut, flipped, doubled or with a stretch of noise."""
    way = random.randrange(4)
    place = random.randrange(1, len(content))
    if way == 0:
        return content[:place]
    if way == 1:
        broken = bytearray(content)
        for _ in range(random.randrange(1, 60)):
            broken[random.randrange(len(broken))] = random.randrange(256)
        return bytes(broken)
    if way == 2:
        return content[:place] + content[place // 2 :]
    return content[:place] + random.randbytes(random.randrange(1, 400)) + content[place:]
