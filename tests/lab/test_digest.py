"""The lab's figures are the same bits on any processor, in any process; they change only where it is meant."""

import itertools

import pytest

from tests import proofs
from tests.lab.digest_runs import GROUPS, KEPT, kept, marks, of_a_child, small_run
from tests.lab.test_kernel import SMALL, some_cases
from zhagen.core.allocation.compiled import COMPILED
from zhagen.lab.runner import Engine, Span, run_all

IS_CAMPAIGN = proofs.is_full()
RENEW = f"meant? python -m tests.lab.digest_runs --keep, and read the diff of {KEPT.name}"


def moved(found):
    """Return the outcomes whose bits are not those kept, and those that are new or gone."""
    whole = kept()
    return sorted(name for name in whole.keys() | found.keys() if whole.get(name) != found.get(name))


@pytest.mark.parametrize("compiled", [False, True])
def test_no_figure_of_the_model_has_moved(compiled):
    assert moved(marks(small_run(compiled=compiled))) == [], RENEW


def test_a_process_without_vector_units_and_with_other_hashes_gives_the_same_bits():
    child = of_a_child(compiled=False, units=False, hash_seed=7)

    assert moved(child["marks"]) == []


@pytest.mark.campaign
def test_processor_process_hash_order_and_blocks_leave_no_bit_changed():
    """In CI the cuts into blocks alone: each other way compiles the loops anew or starts processes."""
    ways, wrong, felt = 0, [], set()
    for block, workers in itertools.product((1, 5, 14), (1, 2, 3) if IS_CAMPAIGN else (1,)):
        found = run_all(
            some_cases(), SMALL, Span(seed=3, months=40, burn_in=12, shock_month=20),
            engine=Engine(workers=workers, block=block), wanted=GROUPS[1:],
        )  # fmt: skip
        ways += 1
        wrong += [(block, workers, name) for name in moved(marks(found))]
    readers = (False, True) if COMPILED else (False,)
    for compiled, units, seed in itertools.product(readers, (True, False), (0, 1)) if IS_CAMPAIGN else ():
        child = of_a_child(compiled=compiled, units=units, hash_seed=seed)
        ways += 1
        wrong += [(compiled, units, seed, name) for name in moved(child["marks"])]
        felt.add((compiled, units, tuple(child["canaries"])))
    assert wrong == []
    proofs.found(
        "ways to run the lab's model", size=ways, full=17, differences=len(wrong),
        figures_that_do_feel_the_vector_units=_felt(felt),
    )  # fmt: skip


def _felt(felt):
    """Return for how many of the readers switching the vector units off changed what may depend on them."""
    with_units = {(compiled, seen) for compiled, units, seen in felt if units}
    return sum((compiled, seen) not in with_units for compiled, units, seen in felt if not units)
