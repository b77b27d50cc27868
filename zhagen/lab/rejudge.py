"""One past case judged by a rule, with exactly the functions that judge live ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from zhagen.core.exact import BP
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.bid import BidResult, score_bids
from zhagen.core.scoring.bid_terms import Criterion, CriterionKind
from zhagen.core.scoring.defaults import (
    bid_scheme,
    default_renewal_terms,
    default_scheme,
    renewal_measured_min,
)
from zhagen.core.scoring.evaluation import Item, Scheme, grade
from zhagen.core.scoring.renewal import Term, advise_renewal
from zhagen.lab.past_cases import (
    PastGrade,
    PastReview,
    PastRound,
    bids_of,
    criteria_of,
    key_of,
    measures_of,
    scheme_of,
    terms_of,
)


@dataclass(frozen=True, eq=False)
class Change:
    """The rules that cases froze, and those by which to judge them; the same twice for what was decided."""

    before: Rules
    after: Rules

    @cached_property
    def schemes(self) -> tuple[Scheme, Scheme]:
        """What both propose as evaluation scheme."""
        return default_scheme(self.before), default_scheme(self.after)

    @cached_property
    def terms(self) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """What both propose as renewal terms."""
        return default_renewal_terms(self.before), default_renewal_terms(self.after)


def judge_round(past: PastRound, change: Change) -> BidResult:
    """Score a past round under other rules.

    The scoring table stood in the notice; only where its price weight would lie outside the new limits is
    it moved to the nearest, the other lines keeping their proportions.
    """
    order = sorted(range(len(past.bids)), key=lambda at: past.bids[at].drawn)
    scheme = bid_scheme(change.after, past.method, budget_fen=past.budget, fixed_price_fen=past.fixed_price)
    scheme = replace(scheme, draw_order=tuple(key_of(at) for at in order))
    return score_bids(bids_of(past), _reweighted(past, change), scheme)


def winner_of(result: BidResult) -> int | None:
    """Return which of a past round's bids came first; None where none did."""
    return int(result.winner.key) if result.winner else None


def _reweighted(past: PastRound, change: Change) -> tuple[Criterion, ...]:
    table = criteria_of(past)
    if _limits(past, change.before) == _limits(past, change.after):
        return table
    own = sum(line.weight_bp for line in table if line.kind is CriterionKind.PRICE)
    low, high = _limits(past, change.after)
    price = min(max(own, low), high)
    if price == own or not 0 < own < BP:
        return table
    weights = _whole_weights(
        [
            Fraction(line.weight_bp * price, own)
            if line.kind is CriterionKind.PRICE
            else Fraction(line.weight_bp * (BP - price), BP - own)
            for line in table
        ]
    )
    moved = (replace(line, weight_bp=weight) for line, weight in zip(table, weights, strict=True))
    return tuple(line for line in moved if line.weight_bp)


def _limits(past: PastRound, rules: Rules) -> tuple[int, int]:
    least, most = (rules.keyed("price", past.method, end) for end in ("weight_min", "weight_max"))
    return rules.int(least), rules.int(most)


def _whole_weights(exact: Sequence[Fraction]) -> list[int]:
    """Return whole weights with the sum of the exact ones; the largest remainders are rounded up."""
    whole = [int(each) for each in exact]
    left = int(sum(exact)) - sum(whole)
    by_rest = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in by_rest[:left]:
        whole[at] += 1
    return whole


@dataclass(frozen=True, slots=True)
class Regraded:
    """A past evaluation graded again: score, grade, and the grade's place from the best (None = no grade)."""

    score_bp: int | None
    band: str
    rank: int | None


def judge_grade(past: PastGrade, change: Change) -> Regraded:
    """Grade a past evaluation under other rules; what the contract had agreed on its own stays."""
    scheme = scheme_under(past, change)
    found = grade(scheme, measures_of(past.measures))
    ranks = {band.code: at for at, band in enumerate(scheme.bands)}
    return Regraded(found.score_bp, found.band, ranks.get(found.band))


def scheme_under(past: PastGrade, change: Change) -> Scheme:
    """Return a sealed scheme with each part that came from the rulebook as the new one would propose it."""
    sealed, (proposed, new) = scheme_of(past), change.schemes
    came = _came_from(sealed, proposed)
    return Scheme(
        new.items if came["items"] and _by_name(new) != _by_name(proposed) else sealed.items,
        new.bands if came["bands"] else sealed.bands,
        new.measured_min_bp if came["measured_min_bp"] else sealed.measured_min_bp,
    )


def _came_from(sealed: Scheme, proposed: Scheme) -> dict[str, bool]:
    return {
        "items": _by_name(sealed) == _by_name(proposed),
        "bands": sealed.bands == proposed.bands,
        "measured_min_bp": sealed.measured_min_bp == proposed.measured_min_bp,
    }


def _by_name(scheme: Scheme) -> list[Item]:
    return sorted(scheme.items, key=lambda item: item.name)


def has_own_scheme(past: PastGrade, change: Change) -> bool:
    """Return whether a contract had agreed on another scheme than its rulebook proposed."""
    return not all(_came_from(scheme_of(past), change.schemes[0]).values())


def judge_review(past: PastReview, change: Change) -> Advice | None:
    """Return what a past review would advise under other rules; None = not yet known."""
    before, after = change.before, change.after
    sealed, (proposed, new) = terms_of(past), change.terms
    terms = new if _same_terms(sealed, proposed) and not _same_terms(new, proposed) else sealed
    least = past.measured_min
    if least == renewal_measured_min(before, proposed):
        least = min(renewal_measured_min(after, new), len(terms))
    most, moved = past.months_most, after.int("contract.term_ceiling")
    found = advise_renewal(
        terms,
        measures_of(past.measures),
        measured_min=least,
        months_served=past.months_served,
        months_most=most if moved == before.int("contract.term_ceiling") else moved,
    )
    return found.advice


def has_own_terms(past: PastReview, change: Change) -> bool:
    """Return whether a contract had agreed on other renewal terms than its rulebook proposed."""
    proposed = change.terms[0]
    least = renewal_measured_min(change.before, proposed)
    return not _same_terms(terms_of(past), proposed) or past.measured_min != least


def _same_terms(one: Sequence[Term], other: Sequence[Term]) -> bool:
    return sorted(one, key=lambda term: term.name) == sorted(other, key=lambda term: term.name)
