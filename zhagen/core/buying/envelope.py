"""The content of a sealed bid: its figures and its file as one run of bytes with one hash.

A random code lies inside, so that nobody finds a price by trying prices against the hash on the receipt.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256

from zhagen.core.errors import RuleError

FORMAT = "zhagen-bid/1"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the form of a bid asks for.

    Args:
        price_fen: Price offered.
        hours: Service hours offered; None where the round does not ask.
        summary: Summary of the service plan (策划书).
        code: Random hex text that only the bidder and the sealed content know.
    """

    price_fen: int
    hours: int | None
    summary: str
    code: str


def pack(figures: Figures, file: bytes) -> bytes:
    """Return the content to be sealed."""
    head = {"format": FORMAT, **asdict(figures), "file": sha256(file).hexdigest(), "size": len(file)}
    text = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n" + file


def unpack(content: bytes) -> tuple[Figures, bytes]:
    """Return the figures and the file of an opened bid.

    Raises:
        RuleError: "bid.content_damaged".
    """
    head, _, file = content.partition(b"\n")
    try:
        plain = json.loads(head)
        figures = Figures(plain["price_fen"], plain["hours"], plain["summary"], plain["code"])
        is_whole = plain["format"] == FORMAT and plain["file"] == sha256(file).hexdigest()
    except (ValueError, KeyError, TypeError) as error:
        raise RuleError("bid.content_damaged") from error
    if not is_whole:
        raise RuleError("bid.content_damaged")
    return figures, file


def content_digest(content: bytes) -> str:
    """Return the hash that stands on the receipt."""
    return sha256(content).hexdigest()
