"""Scoring terms as plain data for the sealed documents of a round or contract, and back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.scoring.acceptance import Promise
from zhagen.core.scoring.bid_terms import Criterion, CriterionKind
from zhagen.core.scoring.evaluation import Band, Item, Missing, Scheme
from zhagen.core.scoring.renewal import Term

Plain = dict[str, Any]


def _plain(thing: Any) -> Plain:
    return {
        name: value.value if isinstance(value, StrEnum) else value for name, value in asdict(thing).items()
    }


def criteria_to_plain(criteria: Iterable[Criterion]) -> list[Plain]:
    """Return a scoring table as plain data."""
    return [_plain(criterion) for criterion in criteria]


def criteria_from_plain(plain: Sequence[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """Return the scoring table that `criteria_to_plain` wrote."""
    return tuple(Criterion(**{**each, "kind": CriterionKind(each["kind"])}) for each in plain)


def scheme_to_plain(scheme: Scheme) -> Plain:
    """Return an evaluation scheme as plain data."""
    return {
        "items": [_plain(item) for item in scheme.items],
        "bands": [_plain(band) for band in scheme.bands],
        "measured_min_bp": scheme.measured_min_bp,
    }


def scheme_from_plain(plain: Mapping[str, Any]) -> Scheme:
    """Return the scheme that `scheme_to_plain` wrote."""
    items = tuple(Item(**{**each, "missing": Missing(each["missing"])}) for each in plain["items"])
    bands = tuple(Band(**each) for each in plain["bands"])
    return Scheme(items, bands, plain.get("measured_min_bp", 0))


def terms_to_plain(terms: Iterable[Term]) -> list[Plain]:
    """Return renewal terms as plain data."""
    return [_plain(term) for term in terms]


def terms_from_plain(plain: Sequence[Mapping[str, Any]]) -> tuple[Term, ...]:
    """Return the renewal terms that `terms_to_plain` wrote."""
    return tuple(Term(**{**each, "if_missed": Advice(each["if_missed"])}) for each in plain)


def promises_to_plain(promises: Iterable[Promise]) -> list[Plain]:
    """Return deliverables as plain data."""
    return [_plain(promise) for promise in promises]


def promises_from_plain(plain: Sequence[Mapping[str, Any]]) -> tuple[Promise, ...]:
    """Return the deliverables that `promises_to_plain` wrote."""
    return tuple(Promise(**each) for each in plain)
