"""Committed random draws that anyone can run again: panels, door numbers, call-backs.

Whoever draws publishes `commit(seed)` first; only then is the list of candidates closed, and with it a public
text that nobody could know before. Afterwards the seed is published, and the draw follows from it:
each candidate gets the SHA-256 of "seed:public:candidate", and the smallest are drawn. In a shell:

    printf '%s' SEED | sha256sum                     # is the published commitment
    printf '%s' SEED:PUBLIC:CANDIDATE | sha256sum    # the candidate's lot
"""

from collections.abc import Sequence
from hashlib import sha256

from zhagen.core.errors import RuleError

SEED_BYTES = 32
"""Length of a seed; shorter ones could be found by trying."""


def commit(seed: bytes) -> str:
    """Return what is published before the candidates are known: the SHA-256 of the seed's hex text.

    Raises:
        RuleError: "draw.seed_length".

    >>> commit(bytes(32))[:16]
    '60e05bd1b195af2f'
    """
    if len(seed) != SEED_BYTES:
        raise RuleError("draw.seed_length", length=len(seed), right=SEED_BYTES)
    return sha256(seed.hex().encode()).hexdigest()


def lot(seed: bytes, candidate: str, *, public: str = "") -> str:
    """Return the lot of a candidate as hex; the smallest lots are drawn."""
    return sha256(f"{seed.hex()}:{public}:{candidate}".encode()).hexdigest()


def ranking(seed: bytes, population: Sequence[str], *, public: str = "") -> list[str]:
    """Return all candidates in the order of their lots; those after the drawn are the substitutes in order.

    Args:
        seed: The 32 secret bytes of the commitment.
        population: Ids of the candidates, in any order, each once.
        public: A text fixed after the commitment, such as the log's root when the list was closed, so that
            the holder of the seed could not choose a seed to fit the list.

    Raises:
        RuleError: "draw.candidate_twice".
    """
    if len(set(population)) != len(population):
        twice = sorted(each for each in set(population) if population.count(each) > 1)
        raise RuleError("draw.candidate_twice", candidates="、".join(twice))
    return sorted(population, key=lambda candidate: (lot(seed, candidate, public=public), candidate))


def draw(seed: bytes, population: Sequence[str], count: int, *, public: str = "") -> list[str]:
    """Return the drawn candidates, first lot first; arguments as in `ranking`.

    Raises:
        RuleError: "draw.candidate_twice" or "draw.too_few_candidates".

    >>> draw(bytes(32), ["3-101", "3-102", "3-201", "3-202"], 2)
    ['3-201', '3-102']
    """
    if not 0 <= count <= len(population):
        raise RuleError("draw.too_few_candidates", candidates=len(population), wanted=count)
    return ranking(seed, population, public=public)[:count]


def verify_draw(
    commitment: str, seed: bytes, population: Sequence[str], drawn: Sequence[str], *, public: str = ""
) -> None:
    """Check a published draw against its commitment.

    Raises:
        RuleError: "draw.seed_not_committed" or "draw.result_differs", or what `draw` raises.
    """
    if commit(seed) != commitment.strip().lower():
        raise RuleError("draw.seed_not_committed", commitment=commitment)
    expected = draw(seed, population, len(drawn), public=public)
    if expected != list(drawn):
        raise RuleError("draw.result_differs", expected="、".join(expected), drawn="、".join(drawn))
