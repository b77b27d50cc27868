"""A receipt code given with an action finds its event later and proves it against a signed root."""

import pytest

from tests.audit.test_event_record import AT, note
from tests.cast import make_organisation
from zhagen.audit.models import Event, Leaf
from zhagen.audit.receipts import covering_root, event_of, handed_in, receipt_file, receipt_for, stored_node
from zhagen.audit.roots import current_key, sign_root
from zhagen.audit.sealer import seal_pending
from zhagen.core.errors import RuleError
from zhagen.core.log_receipt import check_receipt
from zhagen.core.merkle import nodes_of


def test_a_code_finds_its_event_and_no_other() -> None:
    events = note(make_organisation("青禾社工"), times=20)
    seal_pending()

    for event in events:
        assert event_of(receipt_for(event)) == event
    assert event_of("0000-0000-0000") is None
    with pytest.raises(RuleError, match=r"log\.code_malformed"):
        event_of("what?")


def test_the_code_is_known_before_the_seal_and_stays() -> None:
    (event,) = note(make_organisation("青禾社工"))
    before = receipt_for(event)
    seal_pending()

    assert receipt_for(Event.objects.get(pk=event.pk)) == before


def test_no_root_covers_an_event_before_one_is_signed() -> None:
    (event,) = note(make_organisation("青禾社工"))
    seal_pending()
    assert covering_root(event) is None

    signed = sign_root(at=AT, reason="bid.received")
    sign_root(at=AT, reason="tick")
    assert covering_root(event) == signed


def test_who_handed_something_in_gets_the_code_at_once_and_the_root_when_it_is_signed() -> None:
    agency = make_organisation("青禾社工")
    events = note(agency, times=2)
    before = handed_in(agency, events[1].kind)
    signed = sign_root(at=AT, reason="tick")
    after = handed_in(agency, events[1].kind)

    assert before is not None
    assert after is not None
    assert before.code == after.code == receipt_for(events[1])
    assert (before.root, after.root) == (None, signed)
    assert handed_in(agency, "claim.submitted") is None


def test_the_file_of_a_receipt_proves_its_event_also_across_stored_tiles() -> None:
    events = note(make_organisation("青禾社工"), times=700)
    root = sign_root(at=AT, reason="tick")

    for event in (events[0], events[255], events[256], events[511], events[699]):
        proved = check_receipt(receipt_file(event, root), keys=[current_key()])
        assert proved["id"] == str(event.pk)


def test_stored_subtrees_are_those_of_the_whole_tree() -> None:
    note(make_organisation("青禾社工"), times=1100)
    seal_pending()
    leaves = [bytes.fromhex(each) for each in Leaf.objects.order_by("number").values_list("hash", flat=True)]

    node_at = nodes_of(leaves)
    for level, index in ((0, 1099), (3, 5), (7, 7), (8, 3), (9, 1), (10, 0)):
        assert stored_node(level, index) == node_at(level, index)


def test_a_proof_reads_the_database_at_most_twice_a_level(django_assert_max_num_queries) -> None:
    events = note(make_organisation("青禾社工"), times=1000)
    root = sign_root(at=AT, reason="tick")
    event = Event.objects.select_related("leaf").get(pk=events[500].pk)

    with django_assert_max_num_queries(20):
        receipt_file(event, root)
