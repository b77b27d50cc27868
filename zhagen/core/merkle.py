"""The Merkle tree of the event log after RFC 9162: hashes, growth, proofs and their verification.

A leaf is the bytes of one event. Positions count from 0, sizes are numbers of leaves, hashes are 32 bytes.
A complete subtree is named by its level (0 is a leaf, level k covers 2**k leaves) and its index in the level.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

NodeAt = Callable[[int, int], bytes]
"""Reads the hash of the complete subtree at (level, index)."""


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree: level, index in that level, hash."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed to grow a tree and to know its root.

    Args:
        size: Number of leaves.
        peaks: Hashes of the complete subtrees on the right edge, largest first: one for each set bit of size.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The root hash of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf (RFC 9162 2.1.1)."""
    return sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 9162 2.1.1)."""
    return sha256(_NODE + left + right).digest()


def extend(frontier: Frontier, leaves: Iterable[bytes]) -> tuple[Frontier, list[Node]]:
    """Return the tree grown by leaf hashes, and the inner complete subtrees that this completed."""
    size, peaks, completed = frontier.size, list(frontier.peaks), []
    for leaf in leaves:
        carry, level, node = size, 0, leaf
        while carry & 1:
            node = node_hash(peaks.pop(), node)
            carry >>= 1
            level += 1
            completed.append(Node(level, carry, node))
        peaks.append(node)
        size += 1
    return Frontier(size, tuple(peaks)), completed


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes.

    >>> root_of([leaf_hash(b"a"), leaf_hash(b"b")]) == node_hash(leaf_hash(b"a"), leaf_hash(b"b"))
    True
    """
    return extend(Frontier(), leaves)[0].root


def nodes_of(leaves: Sequence[bytes]) -> NodeAt:
    """Return a reader of the complete subtrees over leaf hashes held in memory."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def inclusion_proof(node_at: NodeAt, index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root of the first `size` leaves (RFC 9162 2.1.3.1)."""
    if not 0 <= index < size:
        raise IndexError(index)
    proof, first, stop = [], 0, size
    while stop - first > 1:
        middle = first + _left_width(stop - first)
        if index < middle:
            proof.append(_subtree(node_at, middle, stop))
            stop = middle
        else:
            proof.append(_subtree(node_at, first, middle))
            first = middle
    return proof[::-1]


def consistency_proof(node_at: NodeAt, old_size: int, size: int) -> list[bytes]:
    """Return the hashes showing that the first `old_size` leaves are the older tree (RFC 9162 2.1.4.1)."""
    if not 0 <= old_size <= size:
        raise IndexError(old_size)
    if old_size in {0, size}:
        return []
    proof, first, stop, is_old_root = [], 0, size, True
    while stop > old_size:
        middle = first + _left_width(stop - first)
        if old_size <= middle:
            proof.append(_subtree(node_at, middle, stop))
            stop = middle
        else:
            proof.append(_subtree(node_at, first, middle))
            first, is_old_root = middle, False
    if not is_old_root:
        proof.append(_subtree(node_at, first, stop))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf hash at `index` of that tree (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            place, last = _climb_left(place, last)
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the new tree only adds to the old (RFC 9162 2.1.4.2).

    Args:
        old: Size and root of the older tree.
        new: Size and root of the newer tree.
        proof: The hashes from `consistency_proof`.
    """
    (old_size, old_root), (size, root) = old, new
    if not 0 <= old_size <= size:
        return False
    if old_size in {0, size}:
        is_same = old_root == (root if old_size == size else EMPTY_ROOT)
        return is_same and not proof
    steps = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not steps:
        return False
    return _climb_both(old_size - 1, size - 1, steps) == (old_root, root)


def _climb_both(place: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return the old and the new root that the steps lead to; None if their number does not fit."""
    while place & 1:
        place, last = place >> 1, last >> 1
    old_found = found = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old_found, found = node_hash(step, old_found), node_hash(step, found)
            place, last = _climb_left(place, last)
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return (old_found, found) if last == 0 else None


def _climb_left(place: int, last: int) -> tuple[int, int]:
    """Skip the levels where a node on the right edge has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _subtree(node_at: NodeAt, first: int, stop: int) -> bytes:
    """Return the hash over the leaves from `first` to before `stop`, `first` being aligned to their tree."""
    hashes = []
    while first < stop:
        level = (stop - first).bit_length() - 1
        hashes.append(node_at(level, first >> level))
        first += 1 << level
    found = hashes.pop()
    while hashes:
        found = node_hash(hashes.pop(), found)
    return found


def _left_width(size: int) -> int:
    """Return the largest power of two below `size`, which is above 1."""
    return 1 << (size - 1).bit_length() - 1
