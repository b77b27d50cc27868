"""An event is recorded with its action or not at all, sealed into the tree, and never changed afterwards."""

import datetime as dt
import json
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import make_organisation
from zhagen.audit import triggers
from zhagen.audit.models import Event, EventPayload, Leaf, LogKey, Pending, SignedRoot, Tile, TreeState
from zhagen.audit.record import record
from zhagen.audit.sealer import seal_pending
from zhagen.core.log_form import LoggedEvent, commitment
from zhagen.core.merkle import inclusion_proof, leaf_hash, nodes_of, root_of, verify_inclusion
from zhagen.core.types import SYSTEM, Actor
from zhagen.platform.tx import batch, write_tx

AT = dt.datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=dt.UTC)
BY = Actor(key="7", name="陈立文", grants=())


@write_tx
def note(obj, times: int = 1, **payload) -> list[Event]:
    return [row_of(record("organisation.noted", obj, by=BY, at=AT, payload=payload)) for _ in range(times)]


def row_of(logged: LoggedEvent) -> Event:
    """Return the row that a recorded event has, or will have at the end of its batch."""
    return Event(
        pk=uuid.UUID(logged.event_id), stream=logged.stream, stream_seq=logged.seq, kind=logged.kind,
        actor_key=logged.actor_key, at=logged.at, commitment=logged.commitment,
    )  # fmt: skip


@write_tx
def note_and_fail(obj) -> None:
    record("organisation.noted", obj, by=BY, at=AT)
    raise ZeroDivisionError


def leaves() -> list[bytes]:
    return [bytes.fromhex(each) for each in Leaf.objects.order_by("number").values_list("hash", flat=True)]


def test_an_event_is_sealed_when_its_action_is_done() -> None:
    (event,) = note(make_organisation("青禾社工"), amount_fen=1200)
    seal_pending()

    state = TreeState.objects.get(pk=1)
    assert (event.leaf.number, state.size, Pending.objects.count()) == (1, 1, 0)
    assert state.frontier.root == leaf_hash(Event.objects.get(pk=event.pk).logged.leaf)


def test_on_sqlite_the_seal_is_in_the_same_transaction() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL seals from the runner")
    note(make_organisation("青禾社工"), times=3)

    assert (Leaf.objects.count(), Pending.objects.count()) == (3, 0)


def test_a_failed_action_leaves_no_event_and_no_leaf() -> None:
    obj = make_organisation("青禾社工")
    with pytest.raises(ZeroDivisionError):
        note_and_fail(obj)
    note(obj)
    seal_pending()

    assert [event.stream_seq for event in Event.objects.all()] == [1]
    assert Leaf.objects.count() == 1


def test_each_object_counts_its_own_events_from_one() -> None:
    first, second = make_organisation("青禾社工"), make_organisation("柳岸社工")
    note(first, times=2)
    note(second)
    note(first)

    assert [
        e.stream_seq for e in Event.objects.filter(stream__endswith=str(first.pk)).order_by("stream_seq")
    ] == [
        1,
        2,
        3,
    ]
    assert Event.objects.get(stream__endswith=str(second.pk)).stream_seq == 1


def test_a_batch_is_sealed_whole_at_its_end() -> None:
    obj = make_organisation("青禾社工")
    with batch():
        for _ in range(5):
            note(obj)
        assert Leaf.objects.count() == 0
    seal_pending()

    assert Leaf.objects.count() == 5
    assert TreeState.objects.get(pk=1).frontier.root == root_of(leaves())


def test_the_tree_of_600_events_proves_each_from_its_stored_tiles() -> None:
    obj = make_organisation("青禾社工")
    note(obj, times=300)
    note(obj, times=300)
    seal_pending()

    found, state = leaves(), TreeState.objects.get(pk=1)
    node_at = nodes_of(found)
    assert [(t.level, t.index, t.hash) for t in Tile.objects.order_by("index")] == [
        (8, 0, node_at(8, 0).hex()),
        (8, 1, node_at(8, 1).hex()),
    ]
    proof = inclusion_proof(node_at, 431, 600)
    assert verify_inclusion(found[431], 431, 600, proof, state.frontier.root)
    streams = [leaf.event.stream_seq for leaf in Leaf.objects.select_related("event").order_by("number")]
    assert streams == list(range(1, 601))


def test_the_event_holds_a_commitment_and_the_erasable_payload_the_figures() -> None:
    (event,) = note(make_organisation("青禾社工"), amount_fen=1200, share=0.1, held_on=AT.date())

    payload = EventPayload.objects.get(event=event)
    assert payload.figures == {"amount_fen": 1200, "share": 0.1, "held_on": "2026-11-23"}
    assert commitment(payload.salt, payload.figures) == event.commitment
    assert b"1200" not in event.logged.leaf

    payload.delete()
    assert Event.objects.get(pk=event.pk).commitment == event.commitment


def test_the_leaf_is_the_same_when_read_back_from_the_database() -> None:
    (event,) = note(make_organisation("青禾社工"))

    read = Event.objects.get(pk=event.pk).logged.leaf
    assert read == event.logged.leaf
    assert json.loads(read)["at"] == "2026-11-23T01:02:03.456789+00:00"


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        record("organisation.noted", make_organisation("青禾社工"), by=SYSTEM, at=AT.replace(tzinfo=None))


@pytest.mark.parametrize("model", [Event, EventPayload, Leaf, Tile, LogKey, SignedRoot])
@pytest.mark.parametrize("operation", ["update", "delete"])
def test_the_database_refuses_to_change_the_log(model, operation: str) -> None:
    triggers.install(connection)
    note(make_organisation("青禾社工"), times=257)
    seal_pending()
    LogKey.objects.create(text="key", first_used_at=AT)
    SignedRoot.objects.create(size=1, root="00", reason="tick", signed_at=AT, text="text")
    field = model._meta.pk.column
    table = model._meta.db_table
    statement = f"UPDATE {table} SET {field} = {field}" if operation == "update" else f"DELETE FROM {table}"

    def attempt() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    if (model, operation) == (EventPayload, "delete"):
        attempt()
        assert not EventPayload.objects.exists()
        return
    with pytest.raises(DatabaseError, match="append-only"):
        attempt()
    assert model.objects.exists()


def test_the_triggers_can_be_removed_and_installed_again() -> None:
    triggers.remove(connection)
    note(make_organisation("青禾社工"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET kind = 'forged'")
    triggers.install(connection)
    triggers.install(connection)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(kind="forged again")
