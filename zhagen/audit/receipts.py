"""Receipts of events: the code on a slip, the event behind a code, the proof that it is in the log."""

import datetime as dt
from dataclasses import dataclass

from django.db import models

from zhagen.audit.models import Event, Leaf, SignedRoot, Tile
from zhagen.audit.record import stream_of
from zhagen.audit.sealer import TILE_HEIGHT
from zhagen.core.log_receipt import code_of, hex_of, receipt_text
from zhagen.core.merkle import inclusion_proof, leaf_hash, node_hash

_AFTER_HEX = "g"
"""Sorts after every hex digit: the end of a range of hashes with one beginning."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What somebody who handed something in keeps: the code of its event, and the root once one is signed."""

    code: str
    at: dt.datetime
    root: SignedRoot | None


def handed_in(obj: models.Model, *kinds: str) -> HandedIn | None:
    """Return the receipt of the newest event of these kinds on an object; None if there is none."""
    events = Event.objects.filter(stream=stream_of(obj), kind__in=kinds).select_related("leaf")
    event = events.order_by("-stream_seq").first()
    if event is None:
        return None
    is_sealed = hasattr(event, "leaf")
    return HandedIn(receipt_for(event), event.at, covering_root(event) if is_sealed else None)


def receipt_for(event: Event) -> str:
    """Return the receipt code of an event, also before it is sealed."""
    return code_of(leaf_hash(event.logged.leaf).hex())


def event_of(code: str) -> Event | None:
    """Return the sealed event of a receipt code; None if there is none.

    Raises:
        RuleError: "log.code_malformed".
    """
    start = hex_of(code)
    found = Leaf.objects.filter(hash__gte=start, hash__lt=start + _AFTER_HEX).select_related("event").first()
    return found.event if found else None


def covering_root(event: Event) -> SignedRoot | None:
    """Return the oldest signed root that covers an event; None until one is signed."""
    return SignedRoot.objects.filter(size__gte=event.leaf.number).order_by("size", "pk").first()


def receipt_file(event: Event, root: SignedRoot) -> bytes:
    """Return the file that proves offline that the event is under a signed root."""
    number = event.leaf.number
    proof = inclusion_proof(stored_node, number - 1, root.size)
    return receipt_text(event.logged.leaf, number, proof, root.text)


def stored_node(level: int, index: int) -> bytes:
    """Return the hash of a complete subtree from the stored leaves and tiles."""
    stored = level // TILE_HEIGHT * TILE_HEIGHT
    width = 1 << level - stored
    hashes = _stored(stored, index * width, width)
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def _stored(level: int, first: int, count: int) -> list[bytes]:
    if level == 0:
        rows = Leaf.objects.filter(number__gt=first, number__lte=first + count).order_by("number")
    else:
        rows = Tile.objects.filter(level=level, index__gte=first, index__lt=first + count).order_by("index")
    return [bytes.fromhex(each) for each in rows.values_list("hash", flat=True)]
