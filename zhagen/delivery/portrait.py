"""社区扎根度 of a contract: four parts with intervals from live rows; no sum, no rank."""

import datetime as dt
from collections.abc import Mapping

from zhagen.core.indicators.measure import Measure
from zhagen.core.indicators.registry import INDICATORS, Word
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.defaults import portrait_rules
from zhagen.core.scoring.portrait import Portrait, draw_portrait
from zhagen.delivery.facts_work import Period
from zhagen.delivery.measures import measures_of
from zhagen.procurement.models import Contract

YEAR = dt.timedelta(days=365)
PEOPLES_WORDS = frozenset({Word.RESIDENT, Word.SAMPLED, Word.WORKER})
"""Figures on what people said: a handful of them could be recognised."""


def portrait_period(contract: Contract, today: dt.date) -> Period:
    """Return the last year of service up to today."""
    until = max(min(today, contract.ends_on), contract.starts_on)
    return Period(max(contract.starts_on, until - YEAR + dt.timedelta(days=1)), until)


def portrait_of(contract: Contract, today: dt.date, rules: Rules) -> Portrait:
    """Return the portrait of an agency in the communities of a contract."""
    return draw_portrait(_measures(contract, today, rules), portrait_rules(rules))


def public_portrait_of(contract: Contract, today: dt.date, rules: Rules) -> Portrait:
    """Return the portrait without figures that fewer people than the publishable group stand behind."""
    measures = publishable(_measures(contract, today, rules), rules.int("sample.published_group_min"))
    return draw_portrait(measures, portrait_rules(rules))


def publishable(measures: Mapping[str, Measure], least: int) -> dict[str, Measure]:
    """Return the measures that may be published: what too few people said is left out."""
    return {
        name: each
        for name, each in measures.items()
        if INDICATORS[name].word not in PEOPLES_WORDS or each.count >= least
    }


def _measures(contract: Contract, today: dt.date, rules: Rules) -> dict[str, Measure]:
    period = portrait_period(contract, today)
    return measures_of(contract, period, confidence_bp=rules.int("sample.confidence"))
