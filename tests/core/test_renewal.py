"""Advice at the annual review: the harshest step of a few terms, milder where an interval straddles."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.errors import RuleError
from zhagen.core.indicators.measure import Measure
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.scoring.renewal import LADDER, Term, Verdict, advise_renewal
from zhagen.core.trace import Trace

MET = Term("met", "need.met_share", 5_000, True, Advice.NOT_RENEW, min_count=20)
LEFT = Term("left", "staffing.turnover", 4_000, False, Advice.CORRECT)


def measure(name: str, value: int, low: int, high: int, count: int = 40) -> Measure:
    return Measure(name, value, low, high, count, "bp", Trace(name, value, "bp", rows=("row:1",)))


def met(value: int, low: int, high: int, **more) -> Measure:
    return measure("need.met_share", value, low, high, **more)


def left(value: int) -> Measure:
    return measure("staffing.turnover", value, value, value)


def advised(*measures: Measure, terms=(MET, LEFT), served: int = 12, most: int = 36, least: int = 0):
    return advise_renewal(
        terms, {each.name: each for each in measures},
        months_served=served, months_most=most, measured_min=least,
    )  # fmt: skip


def test_all_terms_kept_clearly_advises_to_renew_with_certainty() -> None:
    found = advised(met(7_000, 6_000, 8_000), left(4_000))

    assert (found.advice, found.is_certain) == (Advice.RENEW, True)
    assert [result.verdict for result in found.terms] == [Verdict.KEPT, Verdict.KEPT]
    assert found.trace.all_rows() == ("row:1",)


def test_the_harshest_step_of_the_terms_is_advised_with_term_value_and_threshold() -> None:
    found = advised(met(3_000, 2_000, 4_000), left(9_000))

    assert found.advice is Advice.NOT_RENEW
    assert found.reasons[0].code == "renewal.missed"
    assert found.reasons[0].figures == {
        "term": "met", "value": 3_000, "low": 2_000, "high": 4_000, "threshold": 5_000,
    }  # fmt: skip
    assert advised(met(7_000, 6_000, 8_000), left(4_001)).advice is Advice.CORRECT


def test_too_few_measured_terms_advise_nothing_good_or_bad_and_say_what_to_measure() -> None:
    good, bad = advised(left(0), least=2), advised(left(9_000), least=2)

    for found in (good, bad):
        assert (found.advice, found.is_certain, found.missing) == (None, False, (MET,))
        assert found.reasons[-1].code == "renewal.not_yet_known"
        assert found.reasons[-1].figures == {"measured": 1, "terms": 2, "least": 2, "required": 0}
        assert found.trace.value is None
    assert bad.terms[1].verdict is Verdict.MISSED, "the term measured keeps its verdict"
    assert advised(left(0), met(7_000, 6_000, 8_000), least=2).advice is Advice.RENEW


def test_a_required_term_without_data_leaves_the_advice_open_and_stands_first_in_what_to_measure() -> None:
    needed = (replace(LEFT, name="other"), LEFT, replace(MET, is_required=True))
    found = advised(left(0), terms=needed, least=1)

    assert found.advice is None
    assert found.reasons[-1].figures["required"] == 1
    assert advised(terms=needed).missing[0].name == "met"
    assert advised(met(7_000, 6_000, 8_000), terms=needed, least=1).advice is Advice.RENEW


def test_a_term_of_service_used_up_is_said_though_the_advice_is_not_yet_known() -> None:
    found = advised(left(0), least=2, served=36)

    assert found.advice is None
    assert [reason.code for reason in found.reasons[-2:]] == ["renewal.not_yet_known", "renewal.term_used_up"]


def test_more_terms_to_measure_than_there_are_is_refused() -> None:
    with pytest.raises(RuleError) as caught:
        advised(left(0), least=3)

    assert caught.value.code == "renewal.measured_min_wrong"


def test_a_straddled_threshold_is_said_and_advises_one_step_milder() -> None:
    narrowly = advised(met(4_800, 4_000, 5_600), left(0))
    kept = advised(met(5_200, 4_400, 6_000), left(0))

    assert (narrowly.advice, narrowly.is_certain) == (Advice.REPROCURE, False)
    assert narrowly.reasons[0].code == "renewal.missed_narrowly"
    assert (kept.advice, kept.is_certain) == (Advice.RENEW, False)
    assert kept.reasons[0].code == "renewal.kept_narrowly"


def test_a_value_at_the_threshold_keeps_it_in_either_direction() -> None:
    assert advised(met(5_000, 5_000, 5_000), left(4_000)).is_certain
    assert advised(met(5_000, 5_000, 5_000), left(4_000)).advice is Advice.RENEW


def test_what_was_not_measured_speaks_against_nobody() -> None:
    few = advised(met(1_000, 0, 2_000, count=19), left(0))
    none = advised()

    assert (few.advice, few.is_certain) == (Advice.RENEW, False)
    assert few.terms[0].verdict is Verdict.UNMEASURED
    assert (none.advice, none.is_certain) == (None, False)
    assert none.reasons[0].figures["count"] == 0


def test_a_used_up_term_of_service_is_procured_anew_however_good() -> None:
    good = advised(met(9_000, 8_000, 9_500), left(0), served=36)
    bad = advised(met(1_000, 500, 2_000), left(0), served=36)

    assert good.advice is Advice.REPROCURE
    assert good.reasons[-1].code == "renewal.term_used_up"
    assert bad.advice is Advice.NOT_RENEW


def test_a_measure_without_ends_is_taken_as_exact() -> None:
    bare = replace(met(4_900, 0, 0), low=None, high=None)

    assert advised(bare, left(0)).terms[0].verdict is Verdict.MISSED


def test_terms_that_rest_on_nothing_or_on_paper_are_refused() -> None:
    def refusal(*terms: Term) -> str:
        with pytest.raises(RuleError) as caught:
            advised(terms=terms)
        return caught.value.code

    assert refusal() == "renewal.no_terms"
    assert refusal(replace(MET, indicator="x.y")) == "renewal.unknown_indicator"
    assert refusal(replace(MET, indicator="activity.hours")) == "renewal.rests_on_paper"
    assert refusal(replace(MET, if_missed=Advice.RENEW)) == "renewal.miss_without_step"


@given(st.integers(0, 10_000), st.integers(0, 3_000), st.integers(0, 3_000), st.integers(0, 2_000))
def test_a_better_value_is_never_advised_more_harshly(value, down, up, more) -> None:
    def step(shift: int) -> int:
        found = advised(met(value + shift, value + shift - down, value + shift + up), left(0))
        return LADDER.index(found.advice)

    assert step(more) <= step(0)


@given(st.integers(0, 10_000), st.integers(0, 3_000), st.integers(0, 3_000))
def test_a_wider_interval_never_makes_the_advice_harsher(value, down, up) -> None:
    exact, wide = (
        advised(met(value, value, value), left(0)),
        advised(met(value, value - down, value + up), left(0)),
    )

    assert LADDER.index(wide.advice) <= LADDER.index(exact.advice)
