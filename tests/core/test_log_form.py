"""The lines of an exported log are those that docs/reference/log-format.md promises to outsiders."""

import datetime as dt
import hashlib
import json
from zoneinfo import ZoneInfo

from zhagen.core.log_form import LoggedEvent, checkpoint_line, commitment, event_line, header_line

EVENT = LoggedEvent(
    event_id="7c0a1c1e-0000-4000-8000-000000000001",
    stream="procurement.need:42",
    seq=2,
    kind="need.raised",
    actor_key="",
    at=dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")),
    commitment="ab" * 32,
)


def test_the_bytes_of_an_event_never_change() -> None:
    assert EVENT.leaf.decode() == (
        '{"actor":"","at":"2026-11-23T01:00:00.000000+00:00",'
        f'"commitment":"{"ab" * 32}","id":"7c0a1c1e-0000-4000-8000-000000000001",'
        '"kind":"need.raised","seq":2,"stream":"procurement.need:42"}'
    )


def test_any_json_tool_gets_an_events_bytes_from_its_line() -> None:
    line = json.loads(event_line(5, EVENT.leaf, "00" * 32))

    again = json.dumps(line["event"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert again.encode() == EVENT.leaf
    assert (line["number"], line["leaf"]) == (5, "00" * 32)


def test_header_and_root_are_plain_json() -> None:
    header = {"form": "zhagen-log/1", "keys": ["k"], "origin": "扎根", "size": 3}
    assert json.loads(header_line("扎根", 3, ("k",))) == header
    assert json.loads(checkpoint_line("a\nb\n")) == {"checkpoint": "a\nb\n"}


def test_a_commitment_is_the_hash_of_salt_and_canonical_figures() -> None:
    text = '5a17{"amount_fen":1200,"theme":"楼道灯"}'

    assert (
        commitment("5a17", {"theme": "楼道灯", "amount_fen": 1200})
        == hashlib.sha256(text.encode()).hexdigest()
    )
