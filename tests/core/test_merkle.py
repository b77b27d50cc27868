"""The Merkle tree agrees with RFC 9162 by definition and with pymerkle, and refuses forgeries."""

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import proofs
from zhagen.core.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    extend,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_of,
    root_of,
    verify_consistency,
    verify_inclusion,
)

FULL = 25_000
ROUNDS = proofs.size(1_500, FULL)
"""Four forged proofs a round."""

EVENTS = st.lists(st.binary(max_size=12), max_size=70)


def slow_root(events: list[bytes]) -> bytes:
    """The definition itself (RFC 9162 2.1.1)."""
    if not events:
        return sha256(b"").digest()
    if len(events) == 1:
        return sha256(b"\x00" + events[0]).digest()
    k = 1
    while k * 2 < len(events):
        k *= 2
    return sha256(b"\x01" + slow_root(events[:k]) + slow_root(events[k:])).digest()


def slow_path(index: int, events: list[bytes]) -> list[bytes]:
    """The definition itself (RFC 9162 2.1.3.1)."""
    if len(events) == 1:
        return []
    k = 1
    while k * 2 < len(events):
        k *= 2
    if index < k:
        return [*slow_path(index, events[:k]), slow_root(events[k:])]
    return [*slow_path(index - k, events[k:]), slow_root(events[:k])]


def slow_subproof(size: int, events: list[bytes], *, is_old_root: bool) -> list[bytes]:
    """The definition itself (RFC 9162 2.1.4.1)."""
    if size == len(events):
        return [] if is_old_root else [slow_root(events)]
    k = 1
    while k * 2 < len(events):
        k *= 2
    if size <= k:
        return [*slow_subproof(size, events[:k], is_old_root=is_old_root), slow_root(events[k:])]
    return [*slow_subproof(size - k, events[k:], is_old_root=False), slow_root(events[:k])]


@given(EVENTS)
def test_the_root_is_that_of_the_recursive_definition(events: list[bytes]) -> None:
    assert root_of(map(leaf_hash, events)) == slow_root(events)


@given(EVENTS, st.integers(0, 70))
def test_growing_in_two_steps_gives_the_same_tree_as_in_one(events: list[bytes], cut: int) -> None:
    leaves = [leaf_hash(event) for event in events]

    half, first_nodes = extend(Frontier(), leaves[:cut])
    whole, second_nodes = extend(half, leaves[cut:])

    assert whole == extend(Frontier(), leaves)[0]
    assert whole.size == len(leaves)
    node_at = nodes_of(leaves)
    for node in first_nodes + second_nodes:
        assert node_at(node.level, node.index) == node.hash


@given(EVENTS.filter(bool), st.data())
def test_an_inclusion_proof_is_that_of_the_definition_and_verifies(events: list[bytes], data) -> None:
    size = data.draw(st.integers(1, len(events)))
    index = data.draw(st.integers(0, size - 1))
    leaves = [leaf_hash(event) for event in events]

    proof = inclusion_proof(nodes_of(leaves), index, size)

    assert proof == slow_path(index, events[:size])
    assert verify_inclusion(leaves[index], index, size, proof, slow_root(events[:size]))


@given(EVENTS, st.data())
def test_a_consistency_proof_is_that_of_the_definition_and_verifies(events: list[bytes], data) -> None:
    size = data.draw(st.integers(0, len(events)))
    old_size = data.draw(st.integers(0, size))
    leaves = [leaf_hash(event) for event in events]

    proof = consistency_proof(nodes_of(leaves), old_size, size)

    if old_size:
        assert proof == slow_subproof(old_size, events[:size], is_old_root=True)
    old, new = (old_size, slow_root(events[:old_size])), (size, slow_root(events[:size]))
    assert verify_consistency(old, new, proof)


def test_every_proof_up_to_40_leaves_agrees_with_pymerkle() -> None:
    pymerkle = pytest.importorskip("pymerkle")
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    leaves: list[bytes] = []
    for number in range(40):
        data = f"event {number}".encode()
        oracle.append_entry(data)
        leaves.append(leaf_hash(data))
        assert root_of(leaves) == oracle.get_root()

    node_at = nodes_of(leaves)
    for size in range(1, 41):
        root = root_of(leaves[:size])
        for index in range(size):
            theirs = oracle.prove_inclusion(index + 1, size)
            ours = inclusion_proof(node_at, index, size)
            assert sorted(ours) == sorted(set(theirs.path) - {leaves[index]})
            assert verify_inclusion(leaves[index], index, size, ours, root)
            pymerkle.verify_inclusion(leaves[index], root, theirs)


def mutated(proof: list[bytes], rng: random.Random) -> list[bytes]:
    """One proof changed in one way: a bit, a step more, a step less, two steps swapped."""
    forged = list(proof)
    way = rng.randrange(4)
    if way == 0 and forged:
        at, bit = rng.randrange(len(forged)), rng.randrange(256)
        forged[at] = (int.from_bytes(forged[at], "big") ^ (1 << bit)).to_bytes(32, "big")
    elif way == 1 and forged:
        forged.pop(rng.randrange(len(forged)))
    elif way == 2 and len(forged) > 1:
        at = rng.randrange(len(forged) - 1)
        forged[at], forged[at + 1] = forged[at + 1], forged[at]
    else:
        forged.insert(rng.randint(0, len(forged)), rng.randbytes(32))
    return forged


@pytest.mark.campaign
def test_no_forged_proof_is_accepted() -> None:
    rng = random.Random(20261123)
    leaves = [leaf_hash(rng.randbytes(8)) for _ in range(300)]
    node_at = nodes_of(leaves)
    accepted = 0
    for _ in range(ROUNDS):
        size = rng.randint(2, 300)
        index, old_size = rng.randrange(size), rng.randint(1, size)
        root, old_root = root_of(leaves[:size]), root_of(leaves[:old_size])
        inclusion = mutated(inclusion_proof(node_at, index, size), rng)
        consistency = mutated(consistency_proof(node_at, old_size, size), rng)
        accepted += verify_inclusion(leaves[index], index, size, inclusion, root)
        accepted += verify_consistency((old_size, old_root), (size, root), consistency)
        honest = inclusion_proof(node_at, index, size)
        accepted += verify_inclusion(rng.randbytes(32), index, size, honest, root)
        accepted += verify_inclusion(leaves[index], (index + 1) % size, size, honest, root)

    assert accepted == 0
    proofs.found("forged proofs, four a round", size=ROUNDS, full=FULL, accepted=0)


def test_an_inner_node_cannot_pass_for_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")

    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_place_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(nodes_of([b"x" * 32] * 3), index, size)
    assert not verify_inclusion(b"x" * 32, index, size, [], b"x" * 32)


@pytest.mark.parametrize(("old_size", "size"), [(-1, 3), (4, 3)])
def test_a_newer_tree_is_never_the_older_one(old_size: int, size: int) -> None:
    with pytest.raises(IndexError):
        consistency_proof(nodes_of([b"x" * 32] * 3), old_size, size)
    assert not verify_consistency((old_size, EMPTY_ROOT), (size, EMPTY_ROOT), [])


def test_an_empty_consistency_proof_never_covers_a_grown_tree() -> None:
    assert not verify_consistency((3, b"a" * 32), (5, b"b" * 32), [])
    assert not verify_consistency((2, b"a" * 32), (5, b"b" * 32), [])
    assert not verify_consistency((0, b"a" * 32), (5, b"b" * 32), [])


def test_proofs_of_a_million_events_have_at_most_twenty_hashes() -> None:
    proof = inclusion_proof(lambda level, index: bytes(32), 123_456, 1_000_000)

    assert len(proof) <= 20
