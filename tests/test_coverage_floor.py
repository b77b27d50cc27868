"""The gate on coverage names what was missed and lets nothing through."""

import pytest

from tests.coverage_floor import Demand, demanded, missed, share_elsewhere

DEMAND = Demand(("zhagen/core/*", "zhagen/*/actions/*"), 90.0)


def file(lines=(), branches=(), *, run=10, there=10):
    return {
        "missing_lines": list(lines),
        "missing_branches": [list(each) for each in branches],
        "summary": {"num_statements": there, "num_branches": 0, "covered_lines": run, "covered_branches": 0},
    }


def test_every_missed_line_and_branch_of_core_and_actions_is_named():
    report = {
        "zhagen/core/money.py": file(),
        "zhagen/core/buying/plan.py": file([217], [(215, 217), (217, 219)]),
        "zhagen/delivery/actions/closing.py": file([], [(40, -30)]),
        "zhagen/delivery/views/closing.py": file([9], [(8, 9)]),
    }

    assert list(missed(report, DEMAND)) == [
        "zhagen/core/buying/plan.py:217: never run",
        "zhagen/core/buying/plan.py:215: never went to line 217",
        "zhagen/delivery/actions/closing.py:40: never went out of the function",
    ]


def test_the_share_elsewhere_counts_neither_core_nor_actions():
    report = {
        "zhagen/core/money.py": file(run=10),
        "zhagen/web/urls.py": file(run=3, there=4),
        "zhagen/parties/models/tie.py": file(run=9, there=12),
    }

    assert share_elsewhere(report, DEMAND) == 75.0


@pytest.mark.parametrize(
    "path", ["zhagen/core/needs.py", "zhagen/core/allocation/ties.py", "zhagen/parties/actions/tie.py"]
)
def test_what_the_design_holds_whole_is_held_whole(path):
    assert demanded().is_whole(path)
    assert not demanded().is_whole("zhagen/parties/views/tie.py")
    assert 80 < demanded().floor < 100
