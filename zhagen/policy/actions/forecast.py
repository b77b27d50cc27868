"""What came of forecasts: stored directions beside the platform's own indicators, once a rule has been in force."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet
from django.urls import reverse

from zhagen.audit.record import record
from zhagen.core.calendar import after
from zhagen.core.exact import half_up
from zhagen.core.forecast import Direction, Ends, Verdict, judged, moved
from zhagen.core.lifecycle.rule_draft import RuleDraftState
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import SYSTEM, Role
from zhagen.delivery.facts_work import Period
from zhagen.delivery.measures import measures_of
from zhagen.parties.actions.notice import Note, notify, people_at
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.policy.models import Forecast, RuleDraft
from zhagen.procurement.models import Contract

AFTER, CONTRACTS_MIN = "lab.forecast_after", "lab.forecast_contracts_min"


@dataclass(frozen=True, slots=True)
class Twin:
    """The indicator of the live platform that an outcome of the lab is about.

    Args:
        indicator: Its name.
        turned: Whether it falls where the outcome rises.
    """

    indicator: str
    turned: bool = False


TWINS: Mapping[str, Twin] = {
    "resolved": Twin("need.met_share"),
    "satisfaction": Twin("survey.satisfied_share"),
    "trust": Twin("survey.trust_mean"),
    "presence": Twin("staffing.tenure_days"),
    "quits_line": Twin("staffing.turnover"),
    "padding": Twin("activity.confirmed_share", turned=True),
    "participation": Twin("community.other_meetings"),
}
"""Outcomes without a twin are told as unknown: nothing live measures them."""

TURNED = {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}


def score_due(now: dt.datetime) -> int:
    """Score the forecasts whose months have passed, each once; return how many."""
    on = now.astimezone(SHANGHAI).date()
    made = 0
    in_force = RuleDraft.objects.filter(state=RuleDraftState.IN_FORCE, run__isnull=False)
    for draft in in_force.select_related("place", "run"):
        scored = set(draft.forecasts.values_list("after_months", flat=True))
        for months in sorted(rules_for(draft.place_id, on).table(AFTER).values()):
            if months not in scored and after(draft.from_on, months, "months") <= on:
                score_forecast(draft, months, now=now)
                made += 1
    return made


@write_tx
def score_forecast(draft: RuleDraft, months: int, *, now: dt.datetime) -> Forecast:
    """Set each direction of a draft's rehearsal beside what was measured before and since.

    Only the street as a whole is looked at, never one agency; with too few contracts nothing is concluded.
    """
    rules = rules_for(draft.place_id, now.astimezone(SHANGHAI).date())
    before, since = _windows(draft.from_on, months)
    then, now_ = (_measured(draft, period, rules) for period in (before, since))
    lines = [_line(each, then, now_) for each in draft.run.result["outcomes"]]
    verdicts = [line["verdict"] for line in lines]
    forecast = Forecast.objects.create(
        draft=draft,
        place=draft.place,
        after_months=months,
        lines=lines,
        hits=verdicts.count(Verdict.HIT),
        misses=verdicts.count(Verdict.MISS),
        unknowns=verdicts.count(Verdict.UNKNOWN),
        made_at=now,
    )
    permit(SYSTEM, "forecast.score", forecast)
    payload = {"hits": forecast.hits, "misses": forecast.misses, "unknowns": forecast.unknowns}
    record("forecast.scored", forecast, by=SYSTEM, at=now, payload=payload)
    note = Note(
        "forecast.scored",
        reverse("forecast_view", args=[forecast.pk]),
        figures={"number": draft.number, "months": months, **payload},
    )
    notify(note, to=people_at(draft.place_id, Role.CHIEF, Role.LEADER), now=now)
    return forecast


def _windows(from_on: dt.date, months: int) -> tuple[Period, Period]:
    """Return the span before a day and the span since, equally long."""
    day = dt.timedelta(days=1)
    until = after(from_on, months, "months") - day
    length = until - from_on
    return Period(from_on - day - length, from_on - day), Period(from_on, until)


def _measured(draft: RuleDraft, period: Period, rules: Rules) -> dict[str, Ends]:
    """Return indicator → mean ends of the intervals over the street's contracts; those with too few are left out."""
    found: dict[str, list[Ends]] = {}
    for contract in _contracts(draft, period):
        measures = measures_of(contract, period, confidence_bp=rules.int("sample.confidence"))
        for twin in TWINS.values():
            measure = measures.get(twin.indicator)
            if measure is not None and measure.low is not None and measure.high is not None:
                found.setdefault(twin.indicator, []).append((measure.low, measure.high))
    least = rules.int(CONTRACTS_MIN)
    return {name: _mean(ends) for name, ends in found.items() if len(ends) >= least}


def _contracts(draft: RuleDraft, period: Period) -> QuerySet[Contract]:
    in_time = Contract.objects.filter(starts_on__lte=period.until_on, ends_on__gte=period.from_on)
    return in_time.filter(place=draft.place).exclude(state="draft")


def _mean(ends: list[Ends]) -> Ends:
    lows, highs = zip(*ends, strict=True)
    return half_up(Fraction(sum(lows), len(ends))), half_up(Fraction(sum(highs), len(ends)))


def _line(
    said: Mapping[str, object], before: Mapping[str, Ends], since: Mapping[str, Ends]
) -> dict[str, object]:
    """Return one outcome: what was forecast, what was measured, what came of it."""
    code, forecast = str(said["outcome"]), Direction(str(said["direction"]))
    twin = TWINS.get(code)
    went = None
    if twin is not None and twin.indicator in before and twin.indicator in since:
        went = moved(before[twin.indicator], since[twin.indicator])
        went = TURNED.get(went, went) if twin.turned else went
    return {
        "outcome": code,
        "forecast": forecast,
        "indicator": twin.indicator if twin else "",
        "before": before.get(twin.indicator) if twin else None,
        "since": since.get(twin.indicator) if twin else None,
        "went": went,
        "verdict": judged(forecast, went),
    }
