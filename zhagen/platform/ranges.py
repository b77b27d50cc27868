"""A file that a player jumps about in: whole, or the one range of bytes that it asks for (RFC 9110 §14)."""

import re

from django.http import HttpRequest, HttpResponse

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def ranged_answer(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    """Return some bytes to be played in the page; phones play nothing that cannot be asked for in parts.

    Args:
        request: Its header Range names the part; one that cannot be read or is several gets the whole.
        content: The file.
        content_type: What it is.
    """
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store"}
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked.groups() == ("", ""):
        return HttpResponse(content, content_type=content_type, headers=headers)
    first, last = _bounds(asked[1], asked[2], len(content))
    if first > last:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return HttpResponse(content[first : last + 1], status=206, content_type=content_type, headers=headers)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and last byte asked for; the first above the last where there is no such part."""
    if not first:
        return max(size - int(last), 0) if int(last) else size, size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
