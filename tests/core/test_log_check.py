"""The check of an exported log names the line, the event or the root where something is wrong."""

import random

import pytest

from tests.core.log_world import (
    KEY,
    ORIGIN,
    SEED,
    a_log,
    an_event,
    edit,
    exported,
    forged,
    fork,
    grown,
    numbered,
    signed_root,
)
from zhagen.core.checkpoint import Checkpoint, PublicKey, public_key, sign
from zhagen.core.errors import RuleError
from zhagen.core.log_check import MOST_FINDINGS, check_log
from zhagen.core.log_form import checkpoint_line, header_line
from zhagen.core.merkle import leaf_hash, root_of

LOG = a_log(random.Random(1), 12)
LINES = exported(LOG, root_sizes=(4, 8, 12))
OUTSIDE = [("receipt.txt", signed_root(LOG))]
"""Line 1 is the header, then events 1-4, a root (6), events 5-8, a root (11), events 9-12, a root (16)."""


def found(lines: list[bytes], **options) -> list[tuple[str, dict]]:
    report = check_log(lines, **({"keys": [KEY]} | options))
    return [(error.code, error.figures) for error in report.findings]


def codes(lines: list[bytes], **options) -> set[str]:
    return {code for code, _ in found(lines, **options)}


def noted(lines: list[bytes], **options) -> list[str]:
    return [note.code for note in check_log(lines, **options).notes]


def test_a_sound_log_gives_its_size_and_root_and_nothing_else() -> None:
    report = check_log([line + b"\r\n" for line in LINES] + [b"\n"], outside=OUTSIDE, keys=[KEY])

    assert (report.findings, report.notes, report.size) == ((), (), 12)
    assert report.root == root_of(leaf_hash(event.leaf) for event in LOG)


def test_an_edited_event_is_named_with_its_line() -> None:
    lines = list(LINES)
    lines[7] = lines[7].replace(b'"kind":"', b'"kind":"x')

    assert ("log.event_edited", {"line": 8, "number": 6}) in found(lines)
    first = ("log.history_rewritten", {"where": "log:11", "root_size": 8, "first": 1})
    assert first in found(lines)


def test_a_dropped_event_is_named_by_the_line_where_it_is_missing() -> None:
    lines = LINES[:7] + LINES[8:]

    assert ("log.event_misplaced", {"line": 8, "number": 7, "expected": 6}) in found(lines)
    assert ("log.cut_short", {"expected": 12, "size": 11}) in found(lines)
    assert sum(code == "log.event_misplaced" for code, _ in found(lines)) == 1


def test_two_swapped_events_are_named() -> None:
    lines = list(LINES)
    lines[7], lines[8] = lines[8], lines[7]

    places = [figures["line"] for code, figures in found(lines) if code == "log.event_misplaced"]
    assert places == [8, 9, 10]


def test_an_event_missing_from_its_objects_stream_is_named_even_when_all_is_renumbered() -> None:
    stream = next(event.stream for event in LOG if event.seq == 3)
    kept = [event for event in LOG if (event.stream, event.seq) != (stream, 2)]

    ((code, figures),) = found(exported(kept))

    assert code == "log.stream_broken"
    assert (figures["stream"], figures["seq"], figures["expected"]) == (stream, 3, 2)


def test_a_cut_tail_is_found_by_the_root_outside_and_the_missing_events_are_counted() -> None:
    lines = exported(LOG[:9])

    figures = {"where": "receipt.txt", "root_size": 12, "size": 9, "missing": 3}
    assert found(lines, outside=OUTSIDE) == [("log.events_missing", figures)]
    assert found(lines) == []


def test_a_rewritten_history_is_bounded_by_the_roots_outside() -> None:
    rewritten = numbered([*LOG[:6], *forged(random.Random(2), LOG[6:], fork)[:6]])
    outside = [(f"root {size}", signed_root(LOG, size)) for size in (2, 5, 9, 12)]
    report = found(exported(rewritten), outside=outside)

    assert report == [("log.history_rewritten", {"where": "root 9", "root_size": 9, "first": 6})]


def test_two_signed_roots_of_one_size_that_differ_are_a_fork() -> None:
    other = forged(random.Random(3), LOG, edit)[:12]
    lines = exported(LOG, root_sizes=(12,))

    report = found(lines, outside=[("notice.txt", signed_root(other))])

    assert ("log.forked", {"where": "notice.txt", "other": "log:14", "root_size": 12}) in report


def test_a_root_signed_by_another_key_is_refused() -> None:
    stranger = bytes(32)

    assert codes(exported(LOG, root_sizes=(12,), seed=stranger)) == {"log.signature_wrong"}
    assert codes(LINES, outside=[("receipt.txt", signed_root(LOG, seed=stranger))]) == {"log.signature_wrong"}


def test_after_a_rotation_of_keys_the_older_one_still_counts() -> None:
    newer = public_key(ORIGIN, bytes(32))

    assert codes(LINES, keys=[newer, KEY]) == set()
    assert codes(LINES, keys=[newer]) == {"log.signature_wrong"}


def test_a_root_of_another_log_is_named() -> None:
    report = found(LINES, outside=[("receipt.txt", signed_root(LOG, origin="other-street"))])

    figures = {"where": "receipt.txt", "origin": "other-street", "expected": ORIGIN}
    assert report == [("log.origin_differs", figures)]


@pytest.mark.parametrize(
    "line",
    [
        b"garbage",
        b'{"event":',
        b'{"event":{},"leaf":"00","number":1}',
        b'{"checkpoint":1}',
        b'{"checkpoint":',
    ],
)
def test_a_broken_line_is_named(line: bytes) -> None:
    assert ("log.line_broken", {"line": 3}) in found([*LINES[:2], line, *LINES[2:]])


def test_an_event_without_stream_is_broken_but_keeps_its_place() -> None:
    leaf = b'{"stream":"a"}'
    line = b'{"event":%b,"leaf":"%b","number":1}' % (leaf, leaf_hash(leaf).hex().encode())

    assert found([header_line(ORIGIN, 1, ()), line]) == [("log.line_broken", {"line": 2})]


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"[]",
        b"not json",
        b'{"form":"zhagen-log/9","keys":[],"origin":"x","size":0}',
        b'{"form":"zhagen-log/1"}',
        b'{"form":"zhagen-log/1","keys":[],"origin":"x","size":"many"}',
    ],
)
def test_a_file_that_is_no_log_is_refused(first: bytes) -> None:
    with pytest.raises(RuleError) as caught:
        check_log([first, *LINES[1:]])
    assert caught.value.code == "log.no_log_file"


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(RuleError) as caught:
        check_log([])
    assert caught.value.code == "log.no_log_file"


def test_an_outside_root_that_is_none_is_refused() -> None:
    with pytest.raises(RuleError) as caught:
        check_log(LINES, outside=[("receipt.txt", "hello")])
    assert caught.value.code == "log.checkpoint_malformed"


def test_the_report_says_what_it_could_not_check() -> None:
    grown_lines = exported(grown(random.Random(4), LOG, 3))

    assert noted(LINES) == ["log.no_outside_root", "log.key_from_file"]
    assert noted(grown_lines, outside=OUTSIDE, keys=[KEY]) == ["log.events_after_root"]
    assert noted([header_line(ORIGIN, 0, ())]) == ["log.no_outside_root", "log.signatures_not_checked"]


def test_without_pynacl_roots_are_compared_and_the_report_says_that_signatures_were_not(monkeypatch) -> None:
    monkeypatch.setattr("zhagen.core.log_check.find_spec", lambda name: None)
    foreign = signed_root(LOG[:5], seed=bytes(32))

    report = check_log(LINES, outside=[("receipt.txt", foreign)], keys=[KEY])

    assert [note.code for note in report.notes] == ["log.events_after_root", "log.signatures_not_checked"]
    assert report.findings == ()


def test_a_file_full_of_faults_is_listed_up_to_a_limit() -> None:
    rng = random.Random(5)
    lines = exported([an_event(rng, LOG[0].at) for _ in range(400)])
    report = check_log(lines)

    assert len(report.findings) == MOST_FINDINGS + 1
    assert report.findings[-1].code == "log.more_findings"


def test_the_empty_root_is_the_root_of_an_empty_log() -> None:
    empty = sign(Checkpoint(ORIGIN, 0, root_of([])), SEED, name=ORIGIN)
    wrong = sign(Checkpoint(ORIGIN, 0, bytes(32)), SEED, name=ORIGIN)

    assert codes([header_line(ORIGIN, 0, ()), checkpoint_line(empty)]) == set()
    assert codes([header_line(ORIGIN, 0, ()), checkpoint_line(wrong)]) == {"log.history_rewritten"}


def test_a_malformed_key_in_the_header_is_refused() -> None:
    with pytest.raises(RuleError) as caught:
        check_log([header_line(ORIGIN, 0, (str(PublicKey("x", b"short")),))])
    assert caught.value.code == "log.key_malformed"
