"""Whatever its size, an upload never touches the disk before a rule has seen it."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from zhagen.core.errors import RuleError
from zhagen.platform import uploads_sealed
from zhagen.platform.uploads_sealed import MEBIBYTE, MOST_BYTES, MemoryOnlyUploadHandler

CANARY = b"canary-of-the-sealed-bid "


def request_with(**files: bytes):
    named = {field: SimpleUploadedFile(f"{field}.pdf", content) for field, content in files.items()}
    request = RequestFactory().post("/", {"note": "说明", **named})
    request.upload_handlers = [MemoryOnlyUploadHandler(request)]
    return request


def test_the_site_uses_this_handler_alone() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["zhagen.platform.uploads_sealed.MemoryOnlyUploadHandler"]


def test_a_large_upload_is_whole_and_opens_no_file_for_writing(monkeypatch) -> None:
    monkeypatch.setattr("tempfile.NamedTemporaryFile", None)
    monkeypatch.setattr("tempfile.mkstemp", None)
    content = CANARY * 500_000

    request = request_with(bid=content, plan=b"%PDF-")

    assert request.FILES["bid"].read() == content
    assert (request.FILES["plan"].size, request.FILES["bid"].size) == (5, len(content))
    assert request.POST["note"] == "说明"
    assert not hasattr(request.FILES["bid"], "temporary_file_path")


def test_a_file_beyond_the_limit_says_so_and_the_other_fields_are_kept(monkeypatch) -> None:
    monkeypatch.setattr(uploads_sealed, "MOST_BYTES", MEBIBYTE)
    request = request_with(bid=b"x" * (3 * MEBIBYTE), plan=b"small")

    assert request.POST["note"] == "说明"
    assert request.FILES["plan"].read() == b"small"
    assert request.FILES["bid"].size == 3 * MEBIBYTE
    for attempt in (request.FILES["bid"].read, lambda: list(request.FILES["bid"].chunks())):
        with pytest.raises(RuleError) as caught:
            attempt()
        assert (caught.value.code, caught.value.figures) == ("upload.too_large", {"mebibytes": 3, "most": 1})


def test_the_limit_counts_all_files_of_a_request(monkeypatch) -> None:
    monkeypatch.setattr(uploads_sealed, "MOST_BYTES", MEBIBYTE)
    request = request_with(one=b"x" * 700_000, two=b"y" * 700_000, three=b"z" * 300_000)

    assert request.FILES["one"].read() == b"x" * 700_000
    with pytest.raises(RuleError):
        request.FILES["two"].read()
    assert request.FILES["three"].read() == b"z" * 300_000


def test_the_largest_bid_fits() -> None:
    assert MOST_BYTES > 50 * MEBIBYTE
