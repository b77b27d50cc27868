"""Photos: known by content, limited before decoding, kept only as a copy without metadata.

The pixels are decoded in a limited child. The original's SHA-256 goes into the audit event; the original
does not stay.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhagen.core.errors import RuleError
from zhagen.platform.child import MEBIBYTE, Limits, run_limited
from zhagen.platform.files import sha256_hex

MOST_BYTES = 15 * MEBIBYTE
MOST_PIXELS = 60_000_000
"""About 9,000 × 6,700: the largest phone cameras of today."""

MOST_SIDE = 20_000
KEPT_SIDE = 1600
"""Longer side of the kept copy: enough to judge an activity, small enough for a phone."""

KEPT_QUALITY = 82
NEAR_DUPLICATE_BITS = 6
"""Two photos whose 64-bit hashes differ in at most so many bits are shown to a person as perhaps the same."""

LIMITS = Limits(wall_seconds=15, memory_bytes=1024 * MEBIBYTE, file_bytes=32 * MEBIBYTE)
_KINDS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo ready to keep.

    Args:
        content: The copy to keep: JPEG, upright, without metadata.
        original_sha256: SHA-256 of the uploaded bytes.
        difference_hash: 64 bits; near-duplicates differ in few.
        width: Of the kept copy, in pixels.
        height: Of the kept copy, in pixels.
    """

    content: bytes
    original_sha256: str
    difference_hash: int
    width: int
    height: int


def take_photo(uploaded: bytes) -> Photo:
    """Return an uploaded photo as it is kept.

    Raises:
        RuleError: "upload.empty", "upload.too_large", "upload.not_a_photo", "upload.too_many_pixels",
            "upload.damaged", or a code of the child.
    """
    if not uploaded:
        raise RuleError("upload.empty")
    if len(uploaded) > MOST_BYTES:
        raise RuleError(
            "upload.too_large", mebibytes=-(-len(uploaded) // MEBIBYTE), most=MOST_BYTES // MEBIBYTE
        )
    outcome = run_limited("zhagen.platform.photos:reencode_in_child", uploaded, {}, LIMITS)
    answer = outcome.answer
    return Photo(
        content=outcome.target,
        original_sha256=sha256_hex(uploaded),
        difference_hash=int(answer["difference_hash"], 16),
        width=answer["width"],
        height=answer["height"],
    )


def reencode_in_child(source: Path, target: Path, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Decode, turn upright, shrink and write the photo again as JPEG; runs in the child."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # our own limit below speaks to the person
    try:
        with Image.open(io.BytesIO(source.read_bytes()), formats=_KINDS) as image:
            _check_size(image.width, image.height)
            image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image)
    except RuleError:
        raise
    except Image.UnidentifiedImageError:
        raise RuleError("upload.not_a_photo") from None
    except (OSError, SyntaxError, ValueError, EOFError, TypeError) as error:
        raise RuleError("upload.damaged", reason=str(error)[:120]) from None
    kept = _on_white(upright)
    kept.thumbnail((KEPT_SIDE, KEPT_SIDE))
    kept.save(target, "JPEG", quality=KEPT_QUALITY, optimize=True)
    return {"difference_hash": f"{difference_hash(kept):016x}", "width": kept.width, "height": kept.height}


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE or not width * height:
        raise RuleError("upload.too_many_pixels", width=width, height=height, most=MOST_PIXELS // 1_000_000)


def _on_white(image: Any) -> Any:
    """Return fresh RGB pixels: transparency on white, no metadata carried along."""
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        background = Image.new("RGBA", image.size, "white")
        background.alpha_composite(image)
        image = background
    fresh = Image.new("RGB", image.size)
    fresh.paste(image.convert("RGB"))
    return fresh


def difference_hash(image: Any) -> int:
    """Return 64 bits: in a 9 × 8 grey miniature, whether each pixel is darker than its right neighbour."""
    from PIL import Image

    grey = image.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] < grey[row * 9 + column + 1])
    return bits


def hash_distance(one: int, other: int) -> int:
    """Return in how many bits two difference hashes differ."""
    return (one ^ other).bit_count()
