"""Whether a panel may judge: its make-up, its ties, and marks too far apart to stand without a word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.exact import BP, share_bp
from zhagen.core.flags.tie import DeclaredTie, TiePath, blocked_by_ties
from zhagen.core.scoring.bid_terms import Bid, Criterion, CriterionKind
from zhagen.core.scoring.reason import Reason


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a panel: party key, and whether as an expert."""

    key: str
    is_expert: bool


@dataclass(frozen=True, slots=True)
class PanelRules:
    """What a panel must be, from the rulebook by method.

    Args:
        least: Fewest members.
        must_be_odd: Whether the number must be odd.
        expert_share_bp: Least share of experts, rounded as shares are: 6,667 = two of three; 0 = none asked.
        source: Article or internal rule.
    """

    least: int
    must_be_odd: bool
    expert_share_bp: int
    source: str = ""


def check_panel(members: Sequence[Member], rules: PanelRules) -> None:
    """Refuse a panel of wrong make-up.

    Raises:
        RuleError: "panel.too_small", "panel.not_odd", "panel.too_few_experts", "panel.member_twice";
            several at once as SeveralRulesError.
    """
    size = len(members)
    experts = sum(member.is_expert for member in members)
    faults: list[RuleError] = []
    if len({member.key for member in members}) != size:
        faults.append(RuleError("panel.member_twice"))
    if size < rules.least:
        faults.append(RuleError("panel.too_small", source=rules.source, size=size, least=rules.least))
    if rules.must_be_odd and size % 2 == 0:
        faults.append(RuleError("panel.not_odd", source=rules.source, size=size))
    if share_bp(experts, size) < rules.expert_share_bp:
        faults.append(
            RuleError(
                "panel.too_few_experts",
                source=rules.source,
                experts=experts,
                size=size,
                least_bp=rules.expert_share_bp,
            )
        )
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise SeveralRulesError(faults)


def recusals(
    people: Iterable[str],
    bidders: Sequence[str],
    ties: Sequence[DeclaredTie],
    opened_on: date,
    look_back_years: int,
) -> dict[str, tuple[TiePath, ...]]:
    """Return who must step aside, each with the chains that say so."""
    found = {person: blocked_by_ties(person, bidders, ties, opened_on, look_back_years) for person in people}
    return {person: paths for person, paths in found.items() if paths}


def marks_to_discuss(
    bids: Sequence[Bid], criteria: Sequence[Criterion], spread_bp: int
) -> tuple[tuple[str, str, Reason], ...]:
    """Return (bid, criterion, reason) wherever members lie further apart than a share of the range.

    Args:
        bids: Bids with the marks of all members.
        criteria: The scoring table.
        spread_bp: Widest distance that needs no discussion, as a share of the criterion's range in bp.
    """
    found: list[tuple[str, str, Reason]] = []
    for bid in bids:
        for criterion in criteria:
            marks = [mark.mark for mark in bid.marks if mark.criterion == criterion.name]
            if criterion.kind is not CriterionKind.PANEL or not marks:
                continue
            spread, limit = max(marks) - min(marks), (criterion.high - criterion.low) * spread_bp
            if spread * BP > limit:
                figures = {
                    "criterion": criterion.label or criterion.name,
                    "low": min(marks),
                    "high": max(marks),
                }
                found.append((bid.key, criterion.name, Reason("panel.marks_far_apart", figures)))
    return tuple(found)
