"""Who rewrites every hash and holds the signing key is still found with one root that was kept outside."""

import random
from collections import Counter

import pytest

from tests import proofs
from tests.core.log_world import KEY, TAMPERINGS, a_log, exported, forged, grown, signed_root
from zhagen.core.log_check import check_log

FULL = 10_000
TRIALS = proofs.size(600, FULL)


@pytest.mark.campaign
def test_every_tampering_is_found_with_one_outside_root_and_none_without() -> None:
    rng = random.Random(20261123)
    found, without = Counter(), Counter()
    for trial in range(TRIALS):
        way = TAMPERINGS[trial % len(TAMPERINGS)]
        log = a_log(rng, rng.randint(2, 60))
        outside = [("receipt", signed_root(log))]
        rewritten = forged(rng, log, way)
        lines = exported(rewritten, root_sizes=(len(rewritten) // 2, len(rewritten)))
        found[way.__name__] += bool(check_log(lines, outside=outside, keys=[KEY]).findings)
        without[way.__name__] += bool(check_log(lines, keys=[KEY]).findings)

    assert found.total() == TRIALS, found
    assert without.total() == 0, without
    proofs.found("tamperings", size=TRIALS, full=FULL, found_with_one_root=found.total(), found_without=0)


def test_an_honest_log_that_only_grew_is_never_accused() -> None:
    rng = random.Random(7)
    for _ in range(150):
        log = a_log(rng, rng.randint(1, 60))
        outside = [("early", signed_root(log, rng.randint(0, len(log)))), ("late", signed_root(log))]
        lines = exported(grown(rng, log, rng.randrange(6)), root_sizes=(1, len(log)))

        assert not check_log(lines, outside=outside, keys=[KEY]).findings
