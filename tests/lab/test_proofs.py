"""Real effect outranks perfect paper; stated intervals cover the truth. Full size: bench/ and campaign."""

import ast
from datetime import date
from pathlib import Path

import pytest

import zhagen.core
from zhagen.cli import shipped
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.defaults import default_scheme, portrait_rules
from zhagen.lab.proofs import cover_world, coverage_bp, rank_world

RULES = Rules(shipped.layers(), "990101001000", date(2026, 5, 31))
SCHEME, PORTRAIT = default_scheme(RULES), portrait_rules(RULES)
KINDS = {
    "activity.confirmed_share", "clustered_share", "evaluation.score", "need.met_share",
    "need.sampled_met_share", "portrait.needs_first", "portrait.trust", "survey.knows_share",
    "survey.knows_work_share", "survey.trust_mean",
}  # fmt: skip
"""Every kind of interval that the product states; the other parts of the portrait are counted in full."""


def ranked(worlds: int) -> tuple[int, int]:
    found = [rank_world(seed, SCHEME) for seed in range(worlds)]
    return sum(each.is_right for each in found), sum(each.is_right_by_paper for each in found)


def covered(worlds: int) -> dict[str, tuple[int, int]]:
    return coverage_bp(each for seed in range(worlds) for each in cover_world(seed, SCHEME, PORTRAIT))


def test_in_five_worlds_real_effect_outranks_perfect_paper_and_counting_paper_gets_it_wrong() -> None:
    right, right_by_paper = ranked(5)

    assert right == 5
    assert right_by_paper == 0


@pytest.mark.campaign
def test_in_95_of_100_worlds_real_effect_outranks_perfect_paper() -> None:
    right, right_by_paper = ranked(100)

    assert right >= 95
    assert right_by_paper < 50


def test_in_sixty_worlds_no_stated_interval_is_far_from_its_ninety_percent() -> None:
    found = covered(60)

    assert set(found) == KINDS
    for kind, (share, count) in found.items():
        tolerance = 500 if count >= 250 else 1_200
        assert abs(share - 9_000) <= tolerance, (kind, share, count)


@pytest.mark.campaign
def test_in_500_worlds_stated_intervals_cover_the_truth_in_87_to_93_percent() -> None:
    found = covered(500)

    assert set(found) == KINDS
    assert {kind: share for kind, (share, _) in found.items() if not 8_700 <= share <= 9_300} == {}


def test_no_function_of_the_core_can_see_what_is_planted() -> None:
    for source in Path(zhagen.core.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.startswith("zhagen.lab")], source
