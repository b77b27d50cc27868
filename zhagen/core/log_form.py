"""The exported event log as text: how its lines are written, byte for byte (docs/reference/log-format.md)."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

FORM = "zhagen-log/1"
"""Name of the form in the header of an exported log."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """What the log says of one event; commitments, no personal data.

    Args:
        event_id: UUID of the event.
        stream: The object it belongs to, such as `procurement.tender:<id>`.
        seq: Its place in that stream, from 1.
        kind: What was done, such as "tender.published".
        actor_key: Key of who did it; empty for the public.
        at: Moment of receipt, aware.
        commitment: Hex SHA-256 of the salted figures behind it.
    """

    event_id: str
    stream: str
    seq: int
    kind: str
    actor_key: str
    at: dt.datetime
    commitment: str

    @property
    def leaf(self) -> bytes:
        """The bytes that are hashed: canonical JSON, the time in UTC to the microsecond."""
        at = self.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
        return canonical(
            {
                "actor": self.actor_key,
                "at": at,
                "commitment": self.commitment,
                "id": self.event_id,
                "kind": self.kind,
                "seq": self.seq,
                "stream": self.stream,
            }
        )


def canonical(value: object) -> bytes:
    """Return the one JSON text of a value: sorted keys, no spaces, UTF-8.

    >>> canonical({"b": 1, "a": "需求"}).decode()
    '{"a":"需求","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def commitment(salt: str, figures: Mapping[str, object]) -> str:
    """Return the commitment to an event's figures: hex SHA-256 of the salt and their canonical JSON."""
    return commitment_of_text(salt, canonical(figures).decode())


def commitment_of_text(salt: str, text: str) -> str:
    """Return the commitment to figures whose canonical JSON is at hand."""
    return sha256((salt + text).encode()).hexdigest()


def header_line(origin: str, size: int, keys: tuple[str, ...]) -> bytes:
    """Return the first line: form, name of the log, number of events, its public keys, the newest last."""
    return canonical({"form": FORM, "keys": list(keys), "origin": origin, "size": size})


def event_line(number: int, leaf: bytes, leaf_hash_hex: str) -> bytes:
    """Return the line of an event: its number from 1, its bytes, and the leaf hash that was sealed."""
    return b'{"event":%b,"leaf":"%b","number":%d}' % (leaf, leaf_hash_hex.encode(), number)


def checkpoint_line(text: str) -> bytes:
    """Return the line of a signed root."""
    return canonical({"checkpoint": text})
