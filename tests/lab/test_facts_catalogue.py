"""The catalogue of facts is whole, names what exists, and holds no result."""

import re
from importlib import import_module

import numpy as np
import pytest

from zhagen.core.errors import RuleError
from zhagen.lab.facts.catalogue import (
    DIMENSIONS,
    facts,
    find,
    mechanisms,
    submodels,
    variants,
    verifications,
)
from zhagen.lab.facts.claims import Judged, judge, outcomes_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_mechanism_fact_and_closed_form_has_its_entry() -> None:
    assert list(mechanisms()) == [f"M{n}" for n in range(1, 46)]
    assert list(facts()) == [f"S{n}" for n in range(1, 26)]
    assert list(verifications()) == [f"V{n}" for n in range(1, 13)]


def test_every_mechanism_names_submodels_and_tests_that_exist() -> None:
    known = set(facts()) | set(verifications()) | set(DIMENSIONS)
    for each in mechanisms().values():
        assert each.submodels, each.code
        assert set(each.submodels) <= set(submodels()), each.code
        assert each.tests, each.code
        assert set(each.tests) <= known, each.code


def test_every_fact_is_named_by_a_mechanism() -> None:
    named = {code for each in mechanisms().values() for code in each.tests}

    assert set(facts()) - named == set()


def test_every_submodel_names_a_function_that_exists() -> None:
    for each in submodels().values():
        module, _, name = each.function.rpartition(".")

        assert callable(getattr(import_module(module), name)), each.function


def test_both_languages_are_filled_and_told_apart() -> None:
    entries = [*mechanisms().values(), *facts().values(), *verifications().values(), *submodels().values()]
    entries += [each.ablation for each in facts().values() if each.ablation]
    for each in entries:
        assert CHINESE.search(each.zh), each
        assert each.en, each
        assert not CHINESE.search(each.en), each


def test_every_emergent_fact_has_an_ablation_and_near_inputs_are_said_so() -> None:
    near_inputs = {code for code, each in facts().items() if each.kind == "in"}

    assert near_inputs == {"S1", "S2", "S8", "S11", "S15", "S16", "S17"}
    assert [code for code, each in facts().items() if each.kind == "em" and not each.ablation] == []


def test_every_claim_reads_runs_of_the_stated_set() -> None:
    for each in facts().values():
        for claim in each.claims + each.quick:
            found = outcomes_of(claim)

            assert found, claim
            assert {run for _, run in found} <= set(variants()), claim


def test_a_run_made_of_packs_has_their_levers() -> None:
    five = variants()["R5"]

    assert five.levers["merit"] == variants()["R1"].levers["merit"]
    assert five.levers["audit"] == variants()["R4"].levers["audit"]
    assert five.levers["seat"] == 0.5


def test_an_entry_is_found_by_its_code_whatever_its_case() -> None:
    assert find("s7") is facts()["S7"]
    assert find(" M31 ") is mechanisms()["M31"]
    with pytest.raises(RuleError) as refused:
        find("S26")

    assert refused.value.code == "lab.no_such_entry"


RUNS = {
    "base": {"a": np.array([1.0, 2.0, 3.0]), "b": np.array([1.0, 1.0, 1.0])},
    "high": {"a": np.array([2.0, 3.1, 4.1]), "b": np.array([0.0, 2.0, 1.3])},
}


def of(claim: str) -> Judged:
    return judge(claim, RUNS)


def test_a_claim_compares_means_and_shows_both_sides() -> None:
    found = of("a.high > 1.5 * a.base")

    assert found.holds
    assert found.shown == "a.high = 3.067 > 1.5 * a.base = 3"
    assert not of("a.high > 1.6 * a.base").holds
    assert of(".5 < b.base <= 1").holds
    assert not of(".5 < b.base < 1").holds


def test_a_sure_claim_wants_the_whole_interval_of_the_pairs_on_its_side() -> None:
    assert of("sure(a.high - a.base) > .9").holds
    assert of("b.high - b.base > .05").holds
    assert not of("sure(b.high - b.base) > .05").holds
    assert of("sure(a.high - a.base) > .98").holds
    assert not of("sure3(a.high - a.base) > .98").holds


def test_a_claim_whose_outcome_is_no_number_fails() -> None:
    runs = {"base": {"a": np.array([np.nan, 1.0])}}

    assert not judge("a.base < 2", runs).holds
    assert not judge("a.base >= 2", runs).holds


@pytest.mark.parametrize("claim", ["a.base", "a.base == 1", "open(a.base) < 1", "a.base ** 2 < 1"])
def test_whatever_is_no_comparison_of_outcomes_is_refused(claim: str) -> None:
    with pytest.raises(ValueError, match=r"no comparison|not read"):
        of(claim)
