"""Matching: a building that raises so much itself gets as much again, up to a limit, out of one pot."""

from collections.abc import Mapping
from dataclasses import dataclass

from zhagen.core.rulebook.layer import FULL_BP
from zhagen.core.rulebook.rules import Rules


@dataclass(frozen=True, slots=True)
class MatchingTerms:
    """What is matched.

    Args:
        from_fen: Least that residents raise themselves.
        share_bp: Fen of matching for 10,000 fen raised.
        most_fen: Most for one proposal.
        pot_fen: Most for all together.
    """

    from_fen: int
    share_bp: int
    most_fen: int
    pot_fen: int


def matched(own: Mapping[str, int], costs: Mapping[str, int], terms: MatchingTerms) -> dict[str, int]:
    """Return each proposal's matching in fen; where the pot is too small, all get the same part of theirs.

    Own money and matching together never exceed a proposal's cost.

    Args:
        own: Proposal → fen that its residents raise.
        costs: Proposal → its whole cost in fen.
        terms: The cycle's terms.
    """
    wanted = {key: _wanted(raised, costs[key], terms) for key, raised in own.items()}
    total = sum(wanted.values())
    if total <= terms.pot_fen:
        return wanted
    return {key: fen * terms.pot_fen // total for key, fen in wanted.items()}


def _wanted(raised_fen: int, cost_fen: int, terms: MatchingTerms) -> int:
    if raised_fen <= 0 or raised_fen < terms.from_fen:
        return 0
    return min(raised_fen * terms.share_bp // FULL_BP, terms.most_fen, max(cost_fen - raised_fen, 0))


def terms_by_rule(pot_fen: int, rules: Rules) -> MatchingTerms:
    """Return the rulebook's terms of matching for a pot; a cycle may freeze others."""
    return MatchingTerms(
        rules.fen("fund.matching_from"),
        rules.int("fund.matching_share"),
        rules.fen("fund.matching_max"),
        pot_fen,
    )
