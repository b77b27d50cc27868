"""What a bidder is told: its marks beside the winner's, and what would have changed the result."""

from dataclasses import dataclass, replace
from fractions import Fraction

from zhagen.core.errors import RuleError
from zhagen.core.scoring.bid import BidResult, Outcome, RankedBid, score_bids
from zhagen.core.scoring.bid_terms import Bid, Criterion, CriterionKind
from zhagen.core.scoring.reason import Reason

_MOST_TIMES = 10
"""A figure more than ten times the largest offer is no advice."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One criterion: own mark, the winner's, the most there was; all in bp."""

    criterion: str
    own_bp: Fraction
    winner_bp: Fraction
    full_bp: int


@dataclass(frozen=True, slots=True)
class LoserReasons:
    """The reasons to one bidder that was not chosen.

    Args:
        key: The bid.
        rank: Its place; None if it was rejected.
        winner: Key of the winner; None if the round has none.
        gap_bp: How far its total lies behind the winner's.
        comparisons: Criterion by criterion, in the order of the notice.
        rejected_for: Why it was invalid.
        round_failed_for: Why the round has no winner.
        would_have_won: Single changes, each enough by itself, all else equal.
    """

    key: str
    rank: int | None
    winner: str | None
    gap_bp: Fraction
    comparisons: tuple[Comparison, ...]
    rejected_for: tuple[Reason, ...]
    round_failed_for: Reason | None
    would_have_won: tuple[Reason, ...]


def reasons_to_loser(result: BidResult, bid_key: str) -> LoserReasons:
    """Return why a bid was not chosen.

    Raises:
        RuleError: "bid.unknown" or "bid.is_the_winner".
    """
    winner = result.winner
    for rejected in result.rejected:
        if rejected.key == bid_key:
            won = winner.key if winner else None
            return LoserReasons(bid_key, None, won, Fraction(0), (), rejected.reasons, result.why, ())
    own = next((bid for bid in result.ranking if bid.key == bid_key), None)
    if own is None:
        raise RuleError("bid.unknown", bid=bid_key)
    if winner is None:
        return LoserReasons(bid_key, own.rank, None, Fraction(0), (), (), result.why, ())
    if own.key == winner.key:
        raise RuleError("bid.is_the_winner", bid=bid_key)
    return LoserReasons(
        bid_key, own.rank, winner.key, winner.total_bp - own.total_bp,
        tuple(
            Comparison(mine.criterion, mine.mark_bp, theirs.mark_bp, mine.full_bp)
            for mine, theirs in zip(own.marks, winner.marks, strict=True)
        ),
        (), None, _would_have_won(result, own, winner),
    )  # fmt: skip


def _would_have_won(result: BidResult, own: RankedBid, winner: RankedBid) -> tuple[Reason, ...]:
    bids, criteria, _ = result.inputs
    bid = next(each for each in bids if each.key == own.key)
    found: list[Reason | None] = []
    for criterion, mark in zip(criteria, own.marks, strict=True):
        if criterion.kind is CriterionKind.PRICE:
            found.append(_price_to_win(result, bid))
        elif criterion.kind is CriterionKind.MOST:
            found.append(_figure_to_win(result, bid, criterion))
        else:
            more = winner.total_bp - own.total_bp
            if mark.mark_bp + more <= mark.full_bp:
                figures = {"criterion": criterion.label or criterion.name, "more_bp": more}
                found.append(Reason("bid.more_marks_would_win", figures))
    return tuple(reason for reason in found if reason is not None)


def _wins_with(result: BidResult, changed: Bid) -> bool:
    bids, criteria, scheme = result.inputs
    changed = replace(changed, low_price_accepted=True)
    scored = score_bids([changed if each.key == changed.key else each for each in bids], criteria, scheme)
    first = scored.ranking[0] if scored.outcome in {Outcome.RANKED, Outcome.EXPLANATION_NEEDED} else None
    return first is not None and first.key == changed.key


def _price_to_win(result: BidResult, bid: Bid) -> Reason | None:
    """Return the highest price that would have won: a lower own price never costs a place."""
    low, high = 1, bid.amount_fen
    if not _wins_with(result, replace(bid, amount_fen=low)):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _wins_with(result, replace(bid, amount_fen=middle)):
            low = middle
        else:
            high = middle
    return Reason("bid.lower_price_would_win", {"price_fen": low, "amount_fen": bid.amount_fen})


def _figure_to_win(result: BidResult, bid: Bid, criterion: Criterion) -> Reason | None:
    """Return the smallest figure that would have won, up to ten times the largest offer."""
    name = criterion.name
    figures = [each.figures.get(name, 0) for each in result.inputs[0]]
    low, high = bid.figures[name], max([*figures, 1]) * _MOST_TIMES

    def wins(figure: int) -> bool:
        return _wins_with(result, replace(bid, figures={**bid.figures, name: figure}))

    if not wins(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if wins(middle) else (middle, high)
    said = {"criterion": criterion.label or name, "figure": high, "own": bid.figures[name]}
    return Reason("bid.higher_figure_would_win", said)
