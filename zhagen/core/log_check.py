"""Check an exported event log: find any edit, drop, swap, insertion, cut and fork, and say where.

What is inside the file shows clumsy changes, event by event. A change by someone who rewrites all hashes
shows only against a root kept outside: then the check says between which events the history was changed.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec

from zhagen.core.checkpoint import Checkpoint, PublicKey, Signature, is_signed_by, parse, parse_public_key
from zhagen.core.errors import RuleError
from zhagen.core.log_form import FORM
from zhagen.core.merkle import Frontier, extend, leaf_hash

MOST_FINDINGS = 100
"""Findings listed; beyond them only their number is given."""

_EVENT = re.compile(rb'\{"event":(\{.*\}),"leaf":"([0-9a-f]{64})","number":(\d{1,12})\}')
_STREAM = re.compile(rb'"seq":(\d{1,12}),"stream":"([^"\\]*)"\}$')
"""The end of nearly every event; the rest is parsed as JSON, which takes ten times as long."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Args:
        size: Number of events read.
        root: Root hash over them.
        findings: What is wrong; each names its line, event or root.
        notes: What could not be checked.
    """

    size: int
    root: bytes
    findings: tuple[RuleError, ...]
    notes: tuple[RuleError, ...]


@dataclass(frozen=True, slots=True)
class _Root:
    where: str
    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]
    is_outside: bool


@dataclass(slots=True)
class _Reading:
    """What was read so far; the only thing that changes during a check."""

    name: str
    origin: str = ""
    stated_size: int = 0
    keys: tuple[PublicKey, ...] = ()
    leaves: list[bytes] = field(default_factory=list)
    last_number: int = 0
    last_seq: dict[str, int] = field(default_factory=dict)
    roots: list[_Root] = field(default_factory=list)
    findings: list[RuleError] = field(default_factory=list)
    hidden: int = 0

    def find(self, code: str, **figures: object) -> None:
        """Add a finding, up to the most that are listed."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(RuleError(code, source="", **figures))
        else:
            self.hidden += 1


def check_log(
    lines: Iterable[bytes],
    *,
    name: str = "log",
    outside: Sequence[tuple[str, str]] = (),
    keys: Sequence[PublicKey] = (),
) -> Report:
    """Check an exported log.

    Args:
        lines: Lines of the file, with or without their line ends.
        name: Name of the file, for the findings.
        outside: Roots kept outside the host: where each is from and its text.
        keys: Public keys from elsewhere; without them those in the file are used and the report says so.

    Raises:
        RuleError: What was given is not a log or not a root: "log.no_log_file", "log.key_malformed",
            "log.checkpoint_malformed" or "log.signature_malformed".
    """
    reading = _Reading(name)
    _read(reading, lines)
    for where, text in outside:
        reading.roots.append(_Root(where, *parse(text), is_outside=True))
    if reading.stated_size != len(reading.leaves):
        reading.find("log.cut_short", expected=reading.stated_size, size=len(reading.leaves))
    _check_signatures(reading, tuple(keys) or reading.keys)
    _check_forks(reading)
    root = _check_roots(reading)
    if reading.hidden:
        reading.findings.append(RuleError("log.more_findings", count=reading.hidden))
    return Report(
        len(reading.leaves), root, tuple(reading.findings), tuple(_notes(reading, has_keys=bool(keys)))
    )


def _read(reading: _Reading, lines: Iterable[bytes]) -> None:
    place = 0
    for place, raw in enumerate(lines, start=1):
        line = raw.rstrip(b"\r\n")
        if place == 1:
            _read_header(reading, line)
        elif line.startswith(b'{"event":'):
            _read_event(reading, place, line)
        elif line.startswith(b'{"checkpoint":'):
            _read_checkpoint(reading, place, line)
        elif line:
            reading.find("log.line_broken", line=place)
    if not place:
        raise RuleError("log.no_log_file")


def _read_header(reading: _Reading, line: bytes) -> None:
    try:
        header = json.loads(line)
        if header["form"] != FORM:
            raise RuleError("log.no_log_file")
        reading.origin, reading.stated_size = str(header["origin"]), int(header["size"])
        texts = [str(text) for text in header["keys"]]
    except (ValueError, KeyError, TypeError) as error:
        raise RuleError("log.no_log_file") from error
    reading.keys = tuple(parse_public_key(text) for text in texts)


def _read_event(reading: _Reading, line: int, text: bytes) -> None:
    found = _EVENT.fullmatch(text)
    if found is None:
        reading.leaves.append(leaf_hash(text))
        reading.last_number += 1
        reading.find("log.line_broken", line=line)
        return
    leaf, number = found[1], int(found[3])
    reading.leaves.append(leaf_hash(leaf))
    if number != reading.last_number + 1:
        reading.find("log.event_misplaced", line=line, number=number, expected=reading.last_number + 1)
    reading.last_number = number
    if reading.leaves[-1].hex().encode() != found[2]:
        reading.find("log.event_edited", line=line, number=number)
    _follow_stream(reading, line, number, leaf)


def _follow_stream(reading: _Reading, line: int, number: int, leaf: bytes) -> None:
    end = _STREAM.search(leaf)
    try:
        event = {"stream": end[2].decode(), "seq": end[1]} if end else json.loads(leaf)
        stream, seq = str(event["stream"]), int(event["seq"])
    except (ValueError, KeyError, TypeError):
        reading.find("log.line_broken", line=line)
        return
    expected = reading.last_seq.get(stream, 0) + 1
    if seq != expected:
        figures = {"line": line, "number": number, "stream": stream, "seq": seq, "expected": expected}
        reading.find("log.stream_broken", **figures)
    reading.last_seq[stream] = seq


def _read_checkpoint(reading: _Reading, line: int, text: bytes) -> None:
    try:
        checkpoint, signatures = parse(str(json.loads(text)["checkpoint"]))
    except (ValueError, KeyError, RuleError):
        reading.find("log.line_broken", line=line)
        return
    reading.roots.append(_Root(f"{reading.name}:{line}", checkpoint, signatures, is_outside=False))


def _check_signatures(reading: _Reading, keys: tuple[PublicKey, ...]) -> None:
    for root in reading.roots:
        if root.checkpoint.origin != reading.origin:
            origin = root.checkpoint.origin
            reading.find("log.origin_differs", where=root.where, origin=origin, expected=reading.origin)
        if not keys or not _can_check_signatures():
            continue
        if not any(is_signed_by(root.checkpoint, root.signatures, key) for key in keys):
            reading.find("log.signature_wrong", where=root.where, key=" / ".join(key.name for key in keys))


def _check_forks(reading: _Reading) -> None:
    first_of_size: dict[int, _Root] = {}
    for root in reading.roots:
        size = root.checkpoint.size
        other = first_of_size.setdefault(size, root)
        if other.checkpoint.root != root.checkpoint.root:
            reading.find("log.forked", where=root.where, other=other.where, root_size=size)


def _check_roots(reading: _Reading) -> bytes:
    """Compare every root with the events; return the root over all events read."""
    frontier, sound_size, size = Frontier(), 0, len(reading.leaves)
    contradicted: set[bool] = set()
    for root in sorted(reading.roots, key=lambda each: each.checkpoint.size):
        root_size = root.checkpoint.size
        if root_size > size:
            missing = root_size - size
            figures = {"where": root.where, "root_size": root_size, "size": size, "missing": missing}
            reading.find("log.events_missing", **figures)
            continue
        frontier, _ = extend(frontier, reading.leaves[frontier.size : root_size])
        if frontier.root == root.checkpoint.root:
            sound_size = root_size if root.is_outside else sound_size
        elif root.is_outside not in contradicted:
            contradicted.add(root.is_outside)
            first = sound_size + 1
            reading.find("log.history_rewritten", where=root.where, root_size=root_size, first=first)
    return extend(frontier, reading.leaves[frontier.size :])[0].root


def _notes(reading: _Reading, *, has_keys: bool) -> Iterable[RuleError]:
    outside = [root.checkpoint.size for root in reading.roots if root.is_outside]
    if not outside:
        yield RuleError("log.no_outside_root")
    elif max(outside) < len(reading.leaves):
        newest = max(outside)
        yield RuleError("log.events_after_root", count=len(reading.leaves) - newest, root_size=newest)
    if not (has_keys or reading.keys) or not _can_check_signatures():
        yield RuleError("log.signatures_not_checked")
    elif not has_keys:
        yield RuleError("log.key_from_file")


def _can_check_signatures() -> bool:
    return find_spec("nacl") is not None
