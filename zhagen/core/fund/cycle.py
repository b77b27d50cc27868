"""What must hold before a fund cycle opens and before each of its steps; what its hash covers."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.terms import Completion, Rule, Terms, Utility, utility_of
from zhagen.core.amounts import FEN_PER_YUAN
from zhagen.core.errors import RuleError
from zhagen.core.fund.quota import clearing_on
from zhagen.core.rulebook.layer import FULL_BP
from zhagen.core.rulebook.rules import Rules, canonical_json

WHOLE_BP = FULL_BP
"""Residents and experts together."""


@dataclass(frozen=True, slots=True)
class CycleDates:
    """The days of a cycle."""

    opened_on: date
    ideas_until_on: date
    vote_from_on: date
    vote_until_on: date
    clearing_on: date


def check_stage(stage: str, below: str, rules: Rules) -> None:
    """Refuse a stage that the rulebook does not know, or one not directly above the stage it takes from.

    Raises:
        RuleError: "fund_cycle.stage_unknown", "fund_cycle.stage_not_above".
    """
    stages = rules.texts("fund.stages")
    for each in (stage, *([below] if below else [])):
        if each not in stages:
            raise RuleError("fund_cycle.stage_unknown", stage=each, known="、".join(stages))
    if below and stages.index(stage) != stages.index(below) + 1:
        raise RuleError("fund_cycle.stage_not_above", stage=stage, below=below)


def check_dates(dates: CycleDates, year: int, rules: Rules) -> None:
    """Refuse dates out of order, too short a time for ideas or the vote, or a clearing after the rule's day.

    Raises:
        RuleError: "fund_cycle.dates_out_of_order", "fund_cycle.ideas_too_short",
            "fund_cycle.vote_too_short", "fund_cycle.clearing_too_late".
    """
    days = (dates.opened_on, dates.ideas_until_on, dates.vote_from_on, dates.vote_until_on, dates.clearing_on)
    if list(days) != sorted(days) or dates.ideas_until_on == dates.vote_from_on:
        raise RuleError("fund_cycle.dates_out_of_order")
    open_days = (dates.ideas_until_on - dates.opened_on).days
    if open_days < rules.int("fund.ideas_min"):
        raise RuleError("fund_cycle.ideas_too_short", days=open_days, least=rules.int("fund.ideas_min"))
    check_vote_days(dates.vote_from_on, dates.vote_until_on, dates.clearing_on, rules)
    latest = clearing_on(year, rules)
    if dates.clearing_on > latest:
        source = rules.value("fund.clearing_month").source
        raise RuleError("fund_cycle.clearing_too_late", latest=latest.isoformat(), source=source)


def check_vote_days(from_on: date, until_on: date, clearing_on: date, rules: Rules) -> None:
    """Refuse days of a vote that are too few, or that reach beyond the clearing.

    Args:
        from_on: First day on which a ballot may be cast.
        until_on: Last such day.
        clearing_on: Day on which unspent money is cleared.
        rules: In force for the cycle.

    Raises:
        RuleError: "fund_cycle.dates_out_of_order", "fund_cycle.vote_too_short".
    """
    if until_on >= clearing_on:
        raise RuleError("fund_cycle.dates_out_of_order")
    days, least = max((until_on - from_on).days + 1, 0), rules.int("fund.vote_min")
    if days < least:
        raise RuleError("fund_cycle.vote_too_short", days=days, least=least)


def check_weights(resident_bp: int, expert_bp: int, rules: Rules) -> None:
    """Refuse weights that are not the whole, or experts who weigh more than the rule lets them.

    Raises:
        RuleError: "fund_cycle.weights_not_whole", "fund_cycle.experts_too_heavy".
    """
    if resident_bp + expert_bp != FULL_BP or min(resident_bp, expert_bp) < 0:
        raise RuleError("fund_cycle.weights_not_whole", sum_bp=resident_bp + expert_bp)
    if expert_bp > rules.int("fund.expert_weight_max"):
        raise RuleError(
            "fund_cycle.experts_too_heavy", weight_bp=expert_bp, most_bp=rules.int("fund.expert_weight_max")
        )


def check_vote_terms(
    vote_type: str, rule: str, utility: str, completion: str, *, seed_needed: bool, seed: str
) -> None:
    """Refuse vote terms that no count could follow.

    Raises:
        RuleError: "allocation.utility_not_for_votes", "allocation.completion_not_for_rule",
            "fund_cycle.seed_missing".
    """
    terms = Terms(Rule(rule), Utility(utility), Completion(completion))
    utility_of(terms, VoteType(vote_type))
    if seed_needed and not seed.strip():
        raise RuleError("fund_cycle.seed_missing")


def check_list_days(listed_on: date, vote_from_on: date, rules: Rules) -> None:
    """Refuse a vote that begins before the list has been public long enough.

    Raises:
        RuleError: "fund_cycle.list_too_short".
    """
    days, least = (vote_from_on - listed_on).days, rules.int("fund.list_public_min")
    if days < least:
        raise RuleError("fund_cycle.list_too_short", days=days, least=least)


def check_cost(lines: Sequence[int], own_fen: int, stage: str, rules: Rules) -> int:
    """Return a proposal's cost from its lines in fen; what the fund pays may not exceed the stage's ceiling.

    Raises:
        RuleError: "proposal.no_cost_lines", "proposal.own_exceeds_cost", "proposal.over_ceiling".
    """
    cost = sum(lines)
    if cost <= 0:
        raise RuleError("proposal.no_cost_lines")
    if not 0 <= own_fen < cost:
        raise RuleError("proposal.own_exceeds_cost", own_fen=own_fen, cost_fen=cost)
    most = rules.table("fund.proposal_max")[stage] * FEN_PER_YUAN
    if cost - own_fen > most:
        source = rules.value("fund.proposal_max").source
        raise RuleError("proposal.over_ceiling", asked_fen=cost - own_fen, most_fen=most, source=source)
    return cost


def co_signs_needed(stage: str, rules: Rules) -> int:
    """Return how many neighbours must stand behind an idea before it becomes a proposal."""
    return rules.table("fund.co_signs_min")[stage]


def digest_of(terms: Mapping[str, object]) -> str:
    """Return the SHA-256 of a cycle's frozen terms: rule, utility, completion, ties, weights, limits, dates, money."""
    return hashlib.sha256(canonical_json(dict(terms))).hexdigest()


def dates_as_text(dates: CycleDates) -> dict[str, str]:
    """Return a cycle's days as texts, for its frozen terms."""
    return {name: day.isoformat() for name, day in asdict(dates).items()}


def check_theme(theme: str, rules: Rules) -> None:
    """Refuse a theme that the rulebook does not know.

    Raises:
        RuleError: "fund_cycle.theme_unknown".
    """
    if theme not in rules.texts("fund.themes"):
        raise RuleError("fund_cycle.theme_unknown", theme=theme)


def weights_by_rule(rules: Rules) -> tuple[int, int]:
    """Return the weights of residents and experts that the rulebook proposes, in basis points."""
    weights = rules.table("fund.track_weights")
    return weights["resident"], weights["expert"]
