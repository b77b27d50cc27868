"""Past rounds, evaluations and annual reviews as cases for a replay: by their frozen rules, without names."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import gcd
from typing import Any

from zhagen.core.draws import ranking
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.bid import Outcome
from zhagen.delivery.actions.annual_review import months_served
from zhagen.delivery.facts_work import Period
from zhagen.delivery.measures import measures_of
from zhagen.delivery.models import AnnualReview, Evaluation
from zhagen.lab.past_cases import (
    Kind,
    PastBid,
    PastCases,
    PastCriterion,
    PastGrade,
    PastMeasure,
    PastReview,
    PastRound,
    frozen_values,
    past_items,
    past_terms,
)
from zhagen.lab.rejudge import Change
from zhagen.lab.replay import JUDGES, is_as_decided
from zhagen.parties.rules import rules_for, thawed
from zhagen.procurement.actions.contract import contract_rules, sealed_terms
from zhagen.procurement.actions.score import core_bids, marked_criteria
from zhagen.procurement.actions.tender import scoring_table
from zhagen.procurement.models import Bid, Contract, Tender


@dataclass
class _Shelf:
    """Cases as they are taken, with their frozen rules; those that do not give what was decided are counted."""

    rules: dict[str, Rules] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    left_out: int = 0

    def key_of(self, rules: Rules) -> str:
        key = self.keys.setdefault(rules.digest, f"r{len(self.keys) + 1}")
        self.rules[key] = rules
        return key

    def kept(self, kind: Kind, cases: Iterable[Any]) -> tuple[Any, ...]:
        found = []
        for case in cases:
            before = self.rules[case.rules]
            try:
                is_right = is_as_decided(kind, case, JUDGES[kind](case, Change(before, before)))
            except RuleError:  # its frozen rules are of an older form
                is_right = False
            if is_right:
                found.append(case)
            self.left_out += not is_right
        random.SystemRandom().shuffle(found)
        return tuple(found)


def past_cases(today: dt.date) -> PastCases:
    """Return all rounds, evaluations and reviews that were judged, in no order."""
    shelf = _Shelf()
    rounds = shelf.kept(Kind.ROUND, _rounds(shelf))
    grades = shelf.kept(Kind.GRADE, _grades(shelf))
    reviews = shelf.kept(Kind.REVIEW, _reviews(shelf))
    rules = {key: frozen_values(each) for key, each in shelf.rules.items()}
    return PastCases(f"{today:%Y-%m}", rules, rounds, grades, reviews, shelf.left_out)


def _rounds(shelf: _Shelf) -> Iterator[PastRound]:
    """Yield the rounds that were ranked, and those that failed for want of bids though all had their marks."""
    opened = Tender.objects.filter(opened_at__isnull=False, rules__isnull=False).exclude(result={})
    for tender in opened.select_related("plan").order_by("pk"):
        is_ranked = tender.result.get("outcome") == Outcome.RANKED
        if is_ranked or (tender.result.get("outcome") == Outcome.TOO_FEW and _is_marked(tender)):
            yield _round(tender, shelf.key_of(thawed(tender.rules_id)))


def _is_marked(tender: Tender) -> bool:
    lines = {str(line.order) for line in marked_criteria(tender)}
    bids = core_bids(tender)
    return bool(bids) and all({mark.criterion for mark in each.marks} == lines for each in bids)


def _round(tender: Tender, rules: str) -> PastRound:
    bids = {each.key: each for each in core_bids(tender)}
    order = sorted(bids, key=lambda key: (bids[key].amount_fen, key))
    drawn = ranking(bytes.fromhex(tender.draw_seed), list(bids), public=f"{tender.draw_public}:tie")
    unit = gcd(
        tender.plan.budget_fen, tender.fixed_price_fen or 0, *(each.amount_fen for each in bids.values())
    )
    newcomers = _newcomers(tender)
    return PastRound(
        rules=rules,
        method=tender.method,
        budget=tender.plan.budget_fen // unit,
        fixed_price=tender.fixed_price_fen // unit if tender.fixed_price_fen else None,
        criteria=tuple(
            PastCriterion(each.name, each.kind, each.weight_bp, each.low, each.high)
            for each in scoring_table(tender)
        ),
        bids=tuple(
            PastBid(
                price=bids[key].amount_fen // unit,
                figures=dict(bids[key].figures),
                marks=_marks(bids[key].marks),
                low_price_accepted=bids[key].low_price_accepted,
                drawn=drawn.index(key),
                is_newcomer=key in newcomers,
            )
            for key in order
        ),
        outcome=Outcome(tender.result["outcome"]),
        winner=order.index(tender.result["ranking"][0]["bid"]) if tender.result.get("ranking") else None,
    )


def _marks(marks: Iterable[Any]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for each in marks:
        found.setdefault(each.criterion, []).append(each.mark)
    return {criterion: tuple(sorted(given)) for criterion, given in found.items()}


def _newcomers(tender: Tender) -> set[str]:
    """Return the bids of agencies that had no contract in the round's communities when it was published."""
    before = Contract.objects.filter(
        communities__in=tender.plan.communities.all(), starts_on__lt=tender.published_at.date()
    ).values_list("agency_id", flat=True)
    return {
        str(pk)
        for pk in Bid.objects.filter(tender=tender).exclude(agency__in=before).values_list("pk", flat=True)
    }


def _frozen_rules(contract: Contract) -> Rules:
    """Return the rules that a contract froze; for one that began elsewhere those of its first day."""
    return contract_rules(contract) or rules_for(contract.place_id, contract.starts_on)


def _grades(shelf: _Shelf) -> Iterator[PastGrade]:
    drafted = Evaluation.objects.filter(drafted_at__isnull=False).select_related("contract").order_by("pk")
    for each in drafted:
        if "measures" not in each.result:  # sealed without what it rests on: it cannot be judged again
            shelf.left_out += 1
            continue
        scheme = sealed_terms(each.contract).scheme
        items, bands = past_items(scheme)
        yield PastGrade(
            rules=shelf.key_of(_frozen_rules(each.contract)),
            items=items,
            bands=bands,
            measured_min_bp=scheme.measured_min_bp,
            measures={name: _measure(plain) for name, plain in each.result["measures"].items()},
            score_bp=each.result["score_bp"],
            band=each.result["band"],
        )


def _measure(plain: dict[str, Any]) -> PastMeasure:
    return PastMeasure(plain["value"], plain["low"], plain["high"], plain["count"])


def _reviews(shelf: _Shelf) -> Iterator[PastReview]:
    advised = AnnualReview.objects.exclude(trace={}).select_related("contract").order_by("pk")
    for each in advised:
        terms = sealed_terms(each.contract)
        yield PastReview(
            rules=shelf.key_of(_frozen_rules(each.contract)),
            terms=past_terms(terms.renewal),
            measured_min=terms.renewal_measured_min,
            measures=_review_measures(each),
            months_served=each.trace.get("months_served", months_served(each.contract, each.period_until)),
            months_most=each.trace["months_most"],
            advice=Advice(each.advice) if each.advice else None,
        )


def _review_measures(review: AnnualReview) -> dict[str, PastMeasure]:
    """Return what the review had measured, and what else can be measured of its year.

    What its terms read is taken from the sealed trace: late entries have not changed the advice.
    """
    until = dt.date.fromisoformat(review.trace["measured_on"])
    rules = _frozen_rules(review.contract)
    found = {
        name: PastMeasure(each.value, each.low, each.high, each.count)
        for name, each in measures_of(
            review.contract, Period(review.period_from, until), confidence_bp=rules.int("sample.confidence")
        ).items()
    }
    least = {term.indicator: term.min_count for term in sealed_terms(review.contract).renewal}
    for sealed in review.trace["terms"]:
        name, live = sealed["indicator"], found.get(sealed["indicator"])
        if live is None or live.value != sealed["value"]:
            count = least.get(name, 1) if sealed["value"] is not None else 0
            found[name] = PastMeasure(sealed["value"], sealed["low"], sealed["high"], count)
    return found
