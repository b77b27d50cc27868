"""A part of a file, as players ask for it."""

import pytest
from django.test import RequestFactory

from zhagen.platform.ranges import ranged_answer

TEXT = b"0123456789"


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("", 200, TEXT, None),
        ("bytes=0-1", 206, b"01", "bytes 0-1/10"),
        ("bytes=8-", 206, b"89", "bytes 8-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-99", 206, TEXT, "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-2", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=-", 200, TEXT, None),
        ("bytes=0-1,3-4", 200, TEXT, None),
        ("lines=0-1", 200, TEXT, None),
    ],
)
def test_a_part_is_given_as_it_was_asked_for(asked, status, content, told):
    request = RequestFactory().get("/", headers={"Range": asked} if asked else {})

    answer = ranged_answer(request, TEXT, "audio/mp4")

    assert (answer.status_code, answer.content, answer.headers.get("Content-Range")) == (
        status,
        content,
        told,
    )
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Cache-Control"] == "private, no-store"
