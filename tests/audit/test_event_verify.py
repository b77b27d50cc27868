"""The live database is checked with the code that auditors run, and each change behind its back is named."""

import json
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.audit.test_event_record import AT, BY, note
from tests.cast import make_organisation
from zhagen.audit import roots, triggers
from zhagen.audit.export import check_live, erase_payload, export_log
from zhagen.audit.models import Event, EventPayload, Leaf, LogKey, Pending, SignedRoot, TreeState
from zhagen.audit.record import record
from zhagen.audit.sealer import seal_pending
from zhagen.core.checkpoint import is_signed_by, parse
from zhagen.core.log_check import check_log
from zhagen.platform.clock import now
from zhagen.platform.due import run_due
from zhagen.platform.tx import write_tx
from zhagen.web import manage


@pytest.fixture
def log(monkeypatch, tmp_path):
    """Ten events of two organisations and a signed root outside; the triggers are off, as for a DBA."""
    monkeypatch.setenv("ZHAGEN_ROOTS", str(tmp_path / "roots"))
    for name in ("青禾社工", "柳岸社工"):
        note(make_organisation(name), times=5, amount_fen=100)
    root = roots.sign_root(at=AT, reason="tick")
    triggers.remove(connection)
    return root


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def codes(**options) -> set[str]:
    return {error.code for error in check_live(**options).findings}


def test_a_sound_database_gives_no_finding(log) -> None:
    report = check_live(outside=[("mail", log.text)], keys=[roots.current_key()])

    assert (report.findings, report.notes, report.size) == ((), (), 10)


def test_an_empty_database_is_sound() -> None:
    assert check_live().findings == ()


def test_an_exported_file_is_checked_as_the_database_is(log) -> None:
    report = check_log(export_log(), outside=[("mail", log.text)], keys=[roots.current_key()])

    assert (report.findings, report.notes) == ((), ())


def test_an_edited_event_is_named(log) -> None:
    event = Leaf.objects.get(number=4).event
    sql("UPDATE audit_event SET actor_key = '8' WHERE id = %s", db_id(event))

    found = check_live().findings
    assert ("log.event_edited", 4) in [(error.code, error.figures.get("number")) for error in found]


def db_id(event: Event) -> str:
    return event.pk.hex if connection.vendor == "sqlite" else str(event.pk)


def test_an_edited_payload_is_named(log) -> None:
    EventPayload.objects.filter(event=Leaf.objects.get(number=3).event).update(text='{"amount_fen":999}')

    (error,) = check_live().findings
    assert (error.code, error.figures["number"]) == ("log.payload_edited", 3)


def test_a_payload_that_is_no_json_any_more_is_named(log) -> None:
    EventPayload.objects.filter(event=Leaf.objects.get(number=3).event).update(text="{")

    assert codes() == {"log.payload_edited"}


def test_an_erased_payload_is_no_finding(log) -> None:
    erase_payload(Leaf.objects.get(number=3).event)

    assert not EventPayload.objects.filter(event__leaf__number=3).exists()
    assert codes(outside=[("mail", log.text)]) == set()


def test_an_event_inserted_behind_the_program_is_named(log) -> None:
    Event.objects.create(stream="parties.organisation:9", stream_seq=1, kind="x", at=AT, commitment="00")

    assert codes() == {"log.event_unsealed"}


def test_a_tail_cut_from_all_tables_is_found_by_the_root_outside(log) -> None:
    SignedRoot.objects.all().delete()
    gone = list(Leaf.objects.filter(number__gt=6).values_list("event_id", flat=True))
    Leaf.objects.filter(number__gt=6).delete()
    EventPayload.objects.filter(event__in=gone).delete()
    Event.objects.filter(pk__in=gone).delete()
    rebuild_tree()

    assert codes() == set()
    (error,) = check_live(outside=[("mail", log.text)]).findings
    assert (error.code, error.figures["missing"]) == ("log.events_missing", 4)


def test_a_history_rewritten_with_all_hashes_is_found_by_the_root_outside(log) -> None:
    SignedRoot.objects.all().delete()
    sql("UPDATE audit_event SET kind = 'forged' WHERE stream_seq = 2")
    rebuild_tree()

    assert codes() == set()
    assert codes(outside=[("mail", log.text)]) == {"log.history_rewritten"}


def rebuild_tree() -> None:
    """What a DBA with the source would do."""
    order = [leaf.event for leaf in Leaf.objects.select_related("event").order_by("number")]
    Leaf.objects.all().delete()
    TreeState.objects.update(size=0, peaks="")
    for event in order:
        Pending.objects.create(event=event)
    seal_pending()


def test_a_tree_state_that_was_set_back_is_found(log) -> None:
    TreeState.objects.update(size=0, peaks="")

    assert {"log.cut_short", "log.events_missing"} <= codes()


def test_a_signed_root_beyond_the_end_is_found_even_inside_the_database(log) -> None:
    last = Leaf.objects.order_by("-number").first()
    last.delete()
    EventPayload.objects.filter(event=last.event).delete()
    Event.objects.filter(pk=last.event_id).delete()

    assert {"log.events_missing", "log.cut_short"} <= codes()


def test_a_signed_root_leaves_the_host_as_a_file_once_committed(
    monkeypatch, tmp_path, django_capture_on_commit_callbacks
) -> None:
    monkeypatch.setenv("ZHAGEN_ROOTS", str(tmp_path / "stick"))
    note(make_organisation("青禾社工"))
    with django_capture_on_commit_callbacks(execute=True):
        signed = roots.sign_root(at=AT, reason="bid.opened")

    (file,) = (tmp_path / "stick").iterdir()
    assert file.name == "root-0000000001-20261123T010203Z.txt"
    checkpoint, signatures = parse(file.read_text())
    assert is_signed_by(checkpoint, signatures, roots.current_key())
    assert (checkpoint.size, checkpoint.root.hex()) == (1, signed.root)
    assert LogKey.objects.get().text == str(roots.current_key())


def test_the_signing_key_is_readable_by_its_owner_only() -> None:
    roots.signing_seed()

    mode = stat.S_IMODE((Path(settings.HOME) / "keys" / "log-signing").stat().st_mode)
    assert mode == 0o600


def test_listeners_get_each_root_once(log) -> None:
    heard: list[SignedRoot] = []
    listener = roots.on_signed_root(heard.append)
    try:
        roots.on_signed_root(listener)
        signed = roots.sign_root(at=AT, reason="award.decided")
    finally:
        roots._listeners.remove(listener)

    assert heard == [signed]


def test_a_root_is_due_ten_minutes_after_the_last_if_the_log_grew(log) -> None:
    note(make_organisation("青禾社工"))

    assert roots.sign_root_if_due(at=AT + roots.LONGEST_WAIT / 2) is None
    assert roots.sign_root_if_due(at=AT + roots.LONGEST_WAIT).size == 11
    assert roots.sign_root_if_due(at=AT + 3 * roots.LONGEST_WAIT) is None


@pytest.mark.parametrize("kind", sorted(roots.URGENT))
def test_an_opening_or_award_is_under_a_root_at_the_next_tick(log, kind: str) -> None:
    write_tx(record)(kind, make_organisation("青禾社工"), by=BY, at=AT)

    assert roots.sign_root_if_due(at=AT + roots.LONGEST_WAIT / 10).size == 11
    assert roots.sign_root_if_due(at=AT + roots.LONGEST_WAIT / 5) is None


def test_the_tick_signs_the_root_that_is_due(log) -> None:
    note(make_organisation("青禾社工"))

    counts = [o.count for o in run_due(AT + roots.LONGEST_WAIT) if o.name == "log.root_due"]
    assert (counts, SignedRoot.objects.count()) == ([1], 2)


def test_the_first_root_is_due_at_once() -> None:
    assert roots.sign_root_if_due(at=AT).size == 0


def exit_code(*words: str) -> int:
    return manage.main(words)


def test_the_command_on_the_database_ends_with_0_1_or_2(log, tmp_path, capsys) -> None:
    root = tmp_path / "root.txt"
    root.write_text(log.text)

    assert exit_code("log_verify", "--root", str(root), "--lang", "en") == 0
    assert "The log is sound: 10 events" in capsys.readouterr().out
    sql("UPDATE audit_event SET kind = 'forged' WHERE stream_seq = 2")
    assert exit_code("log_verify", "--root", str(root), "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert {"code": "log.event_edited", "source": "", "line": "3", "number": "2"} in report["findings"]
    assert exit_code("log_verify", "--root", str(tmp_path / "none.txt")) == 2


def test_an_export_carries_its_own_root_and_verifies(log, tmp_path, capsys) -> None:
    file = tmp_path / "log.jsonl"
    assert exit_code("log_export", str(file)) == 0

    report = check_log(file.read_bytes().splitlines(keepends=True))
    assert (report.findings, report.size) == ((), 10)
    assert SignedRoot.objects.last().reason == "export"
    assert str(roots.current_key()) in capsys.readouterr().out
    assert SignedRoot.objects.last().signed_at <= now()
