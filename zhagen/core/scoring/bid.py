"""Score the bids of a round: exact marks, a declared tie-break, and the reasons for each place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from zhagen.core.errors import RuleError
from zhagen.core.exact import BP, half_up, mean_of
from zhagen.core.scoring.bid_terms import Bid, BidScheme, Criterion, CriterionKind
from zhagen.core.scoring.reason import Reason
from zhagen.core.trace import Trace


@dataclass(frozen=True, slots=True)
class CriterionMark:
    """What one bid got for one criterion: `mark_bp` of `full_bp`."""

    criterion: str
    mark_bp: Fraction
    full_bp: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class RankedBid:
    """A valid bid with its place and marks."""

    rank: int
    key: str
    amount_fen: int
    total_bp: Fraction
    marks: tuple[CriterionMark, ...]
    trace: Trace


@dataclass(frozen=True, slots=True)
class RejectedBid:
    """An invalid bid and each reason."""

    key: str
    reasons: tuple[Reason, ...]


class TieBreak(StrEnum):
    """What put bids of equal totals in order."""

    PRICE = "price"
    QUALITY = "quality"
    DRAW = "draw"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Tie:
    """Bids with equal totals, and the last means that was needed to order them."""

    keys: tuple[str, ...]
    settled_by: TieBreak


class Outcome(StrEnum):
    """What follows from the scores."""

    RANKED = "ranked"
    TOO_FEW = "too_few"
    EXPLANATION_NEEDED = "explanation_needed"
    DRAW_NEEDED = "draw_needed"


@dataclass(frozen=True, slots=True)
class BidResult:
    """The scored round; `ranking` is final only with the outcome RANKED.

    Args:
        outcome: What follows.
        ranking: Valid bids, best first.
        rejected: Invalid bids with reasons.
        ties: Every group of equal totals.
        questions: Abnormal prices that wait for the panel's word, by bid key.
        why: Reason of an outcome other than RANKED.
        inputs: What was scored, so that a reason can ask "what if".
    """

    outcome: Outcome
    ranking: tuple[RankedBid, ...]
    rejected: tuple[RejectedBid, ...]
    ties: tuple[Tie, ...]
    questions: Mapping[str, Reason]
    why: Reason | None
    inputs: tuple[tuple[Bid, ...], tuple[Criterion, ...], BidScheme]

    @property
    def winner(self) -> RankedBid | None:
        """The first of a final ranking."""
        return self.ranking[0] if self.outcome is Outcome.RANKED else None


def score_bids(bids: Sequence[Bid], criteria: Sequence[Criterion], scheme: BidScheme) -> BidResult:
    """Rank the valid bids by exact marks with a reason for each place.

    Raises:
        RuleError: "bid.weights_not_full", "bid.price_scored_at_fixed_price", "bid.mark_missing",
            "bid.mark_out_of_range", "bid.figure_missing", "bid.drawn_twice", "bid.amount_not_positive".
    """
    check_criteria(criteria, scheme)
    rejected = tuple(_rejected(bid, scheme) for bid in bids if _faults(bid, scheme))
    gone = {bid.key for bid in rejected}
    standing = [bid for bid in bids if bid.key not in gone]
    questions, turned_down = _price_questions(standing, scheme)
    standing = [bid for bid in standing if bid.key not in turned_down]
    rejected += tuple(RejectedBid(key, (reason,)) for key, reason in turned_down.items())
    ranking, ties = _rank(standing, criteria, scheme)
    outcome, why = _outcome(ranking, ties, questions, scheme)
    inputs = (tuple(bids), tuple(criteria), scheme)
    return BidResult(outcome, ranking, rejected, ties, questions, why, inputs)


def check_criteria(criteria: Sequence[Criterion], scheme: BidScheme) -> None:
    """Refuse a scoring table that cannot be used: weights must make 100 points.

    Raises:
        RuleError: "bid.weights_not_full", "bid.price_scored_at_fixed_price", "bid.range_empty".
    """
    total = sum(criterion.weight_bp for criterion in criteria)
    if total != BP or any(criterion.weight_bp <= 0 for criterion in criteria):
        raise RuleError("bid.weights_not_full", total_bp=total)
    priced = any(criterion.kind is CriterionKind.PRICE for criterion in criteria)
    if priced and scheme.fixed_price_fen is not None:
        raise RuleError("bid.price_scored_at_fixed_price")
    for criterion in criteria:
        if criterion.kind is CriterionKind.PANEL and criterion.high <= criterion.low:
            raise RuleError("bid.range_empty", criterion=criterion.label or criterion.name)


def _faults(bid: Bid, scheme: BidScheme) -> list[Reason]:
    if bid.amount_fen <= 0:
        raise RuleError("bid.amount_not_positive", bid=bid.key)
    reasons = [Reason(code, {}, scheme.sources.get(code, "")) for code in bid.faults]
    if bid.amount_fen > scheme.budget_fen:
        figures = {"amount_fen": bid.amount_fen, "budget_fen": scheme.budget_fen}
        reasons.append(Reason("bid.over_budget", figures, scheme.sources.get("budget", "")))
    fixed = scheme.fixed_price_fen
    if fixed is not None and bid.amount_fen != fixed:
        reasons.append(Reason("bid.not_the_fixed_price", {"amount_fen": bid.amount_fen, "fixed_fen": fixed}))
    return reasons


def _rejected(bid: Bid, scheme: BidScheme) -> RejectedBid:
    return RejectedBid(bid.key, tuple(_faults(bid, scheme)))


def _price_questions(bids: Sequence[Bid], scheme: BidScheme) -> tuple[dict[str, Reason], dict[str, Reason]]:
    limit = scheme.abnormal_below_bp
    if limit is None or not bids:
        return {}, {}
    mean = mean_of(bid.amount_fen for bid in bids)
    asked: dict[str, Reason] = {}
    refused: dict[str, Reason] = {}
    for bid in bids:
        if bid.low_price_accepted or bid.amount_fen * BP >= mean * limit:
            continue
        figures = {"amount_fen": bid.amount_fen, "mean_fen": half_up(mean), "limit_bp": limit}
        source = scheme.sources.get("abnormal_below", "")
        if bid.low_price_accepted is None:
            asked[bid.key] = Reason("bid.price_to_explain", figures, source)
        else:
            refused[bid.key] = Reason("bid.price_not_explained", figures, source)
    return asked, refused


def _rank(
    bids: Sequence[Bid], criteria: Sequence[Criterion], scheme: BidScheme
) -> tuple[tuple[RankedBid, ...], tuple[Tie, ...]]:
    if len(set(scheme.draw_order)) != len(scheme.draw_order):
        raise RuleError("bid.drawn_twice")
    marked = {bid.key: tuple(_mark(bid, criterion, bids, scheme) for criterion in criteria) for bid in bids}
    totals = {key: sum((mark.mark_bp for mark in marks), Fraction(0)) for key, marks in marked.items()}
    quality = {key: _quality(marks, criteria) for key, marks in marked.items()}
    drawn = {key: place for place, key in enumerate(scheme.draw_order)}
    ordered = sorted(
        bids,
        key=lambda bid: (
            -totals[bid.key],
            bid.amount_fen,
            -quality[bid.key],
            drawn.get(bid.key, len(drawn)),
            bid.key,
        ),
    )
    ties = tuple(
        Tie(tuple(bid.key for bid in group), _settled_by(group, quality, drawn))
        for _, grouped in groupby(ordered, key=lambda bid: totals[bid.key])
        if len(group := list(grouped)) > 1
    )
    ranking = tuple(
        RankedBid(
            rank, bid.key, bid.amount_fen, totals[bid.key], marked[bid.key],
            Trace(
                "bid.total", totals[bid.key], "bp", rule="sum of the marks", rows=(f"bid:{bid.key}",),
                children=tuple(mark.trace for mark in marked[bid.key]),
            ),
        )
        for rank, bid in enumerate(ordered, start=1)
    )  # fmt: skip
    return ranking, ties


def _quality(marks: Sequence[CriterionMark], criteria: Sequence[Criterion]) -> Fraction:
    pairs = zip(marks, criteria, strict=True)
    return sum((mark.mark_bp for mark, line in pairs if line.kind is CriterionKind.PANEL), Fraction(0))


def _settled_by(group: Sequence[Bid], quality: Mapping[str, Fraction], drawn: Mapping[str, int]) -> TieBreak:
    """Return the last means that was needed anywhere in the group."""
    if len({bid.amount_fen for bid in group}) == len(group):
        return TieBreak.PRICE
    if len({(bid.amount_fen, quality[bid.key]) for bid in group}) == len(group):
        return TieBreak.QUALITY
    return TieBreak.DRAW if all(bid.key in drawn for bid in group) else TieBreak.OPEN


def _outcome(
    ranking: Sequence[RankedBid], ties: Sequence[Tie], questions: Mapping[str, Reason], scheme: BidScheme
) -> tuple[Outcome, Reason | None]:
    if len(ranking) < scheme.min_responsive:
        figures = {"valid": len(ranking), "least": scheme.min_responsive}
        source = scheme.sources.get("min_responsive", "")
        return Outcome.TOO_FEW, Reason("bid.too_few_valid", figures, source)
    if questions:
        return Outcome.EXPLANATION_NEEDED, next(iter(questions.values()))
    for tie in ties:
        if tie.settled_by is TieBreak.OPEN:
            return Outcome.DRAW_NEEDED, Reason("bid.tie_needs_a_draw", {"bids": ", ".join(tie.keys)})
    return Outcome.RANKED, None


def _mark(bid: Bid, criterion: Criterion, bids: Sequence[Bid], scheme: BidScheme) -> CriterionMark:
    if criterion.kind is CriterionKind.PRICE:
        return _mark_price(bid, criterion, bids, scheme)
    if criterion.kind is CriterionKind.MOST:
        return _mark_most(bid, criterion, bids, scheme)
    return _mark_panel(bid, criterion, scheme)


def _rounded(value: Fraction, scheme: BidScheme) -> Fraction:
    step = scheme.round_to_bp
    return value if step is None else Fraction(half_up(value / step) * step)


def _mark_price(bid: Bid, criterion: Criterion, bids: Sequence[Bid], scheme: BidScheme) -> CriterionMark:
    lowest = min(other.amount_fen for other in bids)
    mark = _rounded(Fraction(lowest * criterion.weight_bp, bid.amount_fen), scheme)
    children = (
        Trace("bid.lowest_price", lowest, "fen", rule="lowest valid price",
              rows=tuple(f"bid:{other.key}" for other in bids if other.amount_fen == lowest)),
        Trace("bid.price", bid.amount_fen, "fen", rows=(f"bid:{bid.key}",)),
    )  # fmt: skip
    trace = Trace(criterion.name, mark, "bp", rule="lowest price ÷ price × weight", children=children)
    return CriterionMark(criterion.name, mark, criterion.weight_bp, trace)


def _figure(bid: Bid, criterion: Criterion) -> int:
    figure = bid.figures.get(criterion.name)
    if figure is None or figure < 0:
        raise RuleError("bid.figure_missing", bid=bid.key, criterion=criterion.label or criterion.name)
    return figure


def _mark_most(bid: Bid, criterion: Criterion, bids: Sequence[Bid], scheme: BidScheme) -> CriterionMark:
    most = max(_figure(other, criterion) for other in bids)
    own = _figure(bid, criterion)
    mark = _rounded(Fraction(own * criterion.weight_bp, most) if most else Fraction(0), scheme)
    children = (
        Trace("bid.most", most, "count", rule="largest valid figure"),
        Trace("bid.figure", own, "count", rows=(f"bid:{bid.key}",)),
    )
    trace = Trace(criterion.name, mark, "bp", rule="figure ÷ largest figure × weight", children=children)
    return CriterionMark(criterion.name, mark, criterion.weight_bp, trace)


def _mark_panel(bid: Bid, criterion: Criterion, scheme: BidScheme) -> CriterionMark:
    marks = [mark for mark in bid.marks if mark.criterion == criterion.name]
    line = criterion.label or criterion.name
    if not marks:
        raise RuleError("bid.mark_missing", bid=bid.key, criterion=line)
    for each in marks:
        if not criterion.low <= each.mark <= criterion.high:
            raise RuleError(
                "bid.mark_out_of_range",
                criterion=line,
                mark=each.mark,
                low=criterion.low,
                high=criterion.high,
            )
    counted = sorted(each.mark for each in marks)
    if scheme.drop_extremes and len(counted) >= scheme.drop_from_members:
        counted = counted[1:-1]
    mark = _rounded(mean_of(counted) * criterion.weight_bp / criterion.high, scheme)
    children = tuple(
        Trace("bid.panel_mark", each.mark, "points", rows=(f"mark:{bid.key}/{criterion.name}/{each.member}",))
        for each in marks
    )
    dropped = len(marks) - len(counted)
    rule = "mean of marks × weight ÷ highest mark" + (", highest and lowest dropped" if dropped else "")
    trace = Trace(criterion.name, mark, "bp", rule=rule, children=children)
    return CriterionMark(criterion.name, mark, criterion.weight_bp, trace)
