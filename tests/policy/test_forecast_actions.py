"""Forecasts are looked back on once a rule has been in force: hits, misses, unknowns, never one agency."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import cast
from tests.policy.builders import adopted
from zhagen.core.calendar import after
from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.lifecycle.rule_draft import RuleDraftState
from zhagen.lab.outcomes import OUTCOMES
from zhagen.parties.models import Notice
from zhagen.platform.clock import now
from zhagen.policy.actions import forecast as actions
from zhagen.policy.actions.forecast import TWINS, score_due
from zhagen.policy.models import Forecast, RuleDraft


@pytest.fixture
def people():
    return cast()


def at(day):
    return time_machine.travel(dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC), tick=False)


def in_force(people):
    draft = adopted(people)
    RuleDraft.objects.filter(pk=draft.pk).update(state=RuleDraftState.IN_FORCE)
    return RuleDraft.objects.get(pk=draft.pk)


def test_every_twin_is_an_outcome_of_the_lab_and_an_indicator_of_the_platform():
    assert set(TWINS) <= {each.code for each in OUTCOMES}
    assert {each.indicator for each in TWINS.values()} <= set(INDICATORS)


def test_a_forecast_is_scored_after_six_and_twelve_months_each_once(people):
    draft = in_force(people)
    scored = []

    for months in (0, 6, 7, 12):
        with at(after(draft.from_on, months, "months")):
            scored.append(score_due(now()))

    assert scored == [0, 1, 0, 1]
    assert sorted(draft.forecasts.values_list("after_months", flat=True)) == [6, 12]
    assert Notice.objects.filter(code="forecast.scored").count() == 4


def test_without_enough_contracts_everything_is_unknown(people):
    draft = in_force(people)

    with at(after(draft.from_on, 6, "months")):
        score_due(now())

    forecast = Forecast.objects.get()
    assert (forecast.hits, forecast.misses, forecast.unknowns) == (0, 0, len(draft.run.result["outcomes"]))


def test_directions_are_set_beside_what_was_measured_and_turned_where_the_twin_runs_the_other_way():
    said = [{"outcome": code, "direction": "up"} for code in ("resolved", "padding", "coverage", "trust")]
    before = {"need.met_share": (10, 20), "activity.confirmed_share": (50, 60), "survey.trust_mean": (1, 2)}
    since = {"need.met_share": (30, 40), "activity.confirmed_share": (70, 80)}

    lines = {each["outcome"]: each for each in (actions._line(one, before, since) for one in said)}

    assert [lines[code]["verdict"] for code in ("resolved", "padding", "coverage", "trust")] == [
        "hit", "miss", "unknown", "unknown",
    ]  # fmt: skip
    assert lines["padding"]["went"] == "down"


def test_ends_are_averaged_over_the_street_and_too_few_contracts_count_for_nothing(people, monkeypatch):
    class Measured:
        low, high = 10, 30

    draft = in_force(people)
    monkeypatch.setattr(actions, "measures_of", lambda *_, **__: {"need.met_share": Measured})
    period = actions._windows(draft.from_on, 6)[1]
    rules = actions.rules_for(draft.place_id, draft.from_on)

    monkeypatch.setattr(actions, "_contracts", lambda *_: [1, 2])
    few = actions._measured(draft, period, rules)
    monkeypatch.setattr(actions, "_contracts", lambda *_: [1, 2, 3])
    enough = actions._measured(draft, period, rules)

    assert (few, enough) == ({}, {"need.met_share": (10, 30)})


def test_the_two_windows_are_equally_long_and_do_not_touch():
    before, since = actions._windows(dt.date(2026, 3, 1), 6)

    assert before.until_on == dt.date(2026, 2, 28)
    assert (since.from_on, since.until_on) == (dt.date(2026, 3, 1), dt.date(2026, 8, 31))
    assert before.until_on - before.from_on == since.until_on - since.from_on


def test_the_page_is_internal_and_says_so(people):
    draft = in_force(people)
    with at(after(draft.from_on, 6, "months")):
        score_due(now())
    url = reverse("forecast_view", args=[Forecast.objects.get().pk])

    shown = people["chief"].client.get(url).content.decode()
    listed = people["auditor"].client.get(reverse("forecast_list")).content.decode()

    assert "仅供内部" in shown
    assert "无法判断" in shown
    assert draft.number in listed
    assert people["handler"].client.get(url).status_code == 404
    assert people["agency_head"].client.get(url).status_code == 404
