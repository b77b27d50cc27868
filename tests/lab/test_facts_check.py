"""The model equals its closed forms and shows the study's facts, each broken by the loss of its mechanism."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests import proofs
from zhagen.lab.facts import closed_forms
from zhagen.lab.facts.catalogue import Variant, facts, variants, verifications
from zhagen.lab.facts.check import check, hold_share, judge_fact, shaken
from zhagen.lab.facts.claims import outcomes_of
from zhagen.lab.facts.closed_forms import CLOSED_FORMS
from zhagen.lab.facts.results import read_report, report_text
from zhagen.lab.facts.runs import Setting, plan_of, run_plan
from zhagen.lab.model import effort
from zhagen.lab.model.world import World

REPLICATIONS_FULL, DRAWS_FULL = 200, 100
REPLICATIONS = proofs.size(10, REPLICATIONS_FULL)
DRAWS = proofs.size(1, DRAWS_FULL)
LEVEL = "full" if proofs.is_full() else "quick"
SMALL = Setting(2, 1, World.synthetic(communities=20, agencies=8, streets=2), {})


@pytest.mark.campaign
def test_every_closed_form_is_met_every_fact_holds_and_breaks_without_its_mechanism() -> None:
    report = check(LEVEL, replications=REPLICATIONS)

    assert [each.code for each in report.verdicts] == [*verifications(), *facts()]
    assert [(each.code, each.figures, each.broken_by) for each in report.verdicts if not each.passed] == []
    emergent = {code for code, each in facts().items() if each.kind == "em"}
    broken = {each.code for each in report.verdicts if each.broken_by}
    assert emergent <= broken
    proofs.found(
        "facts of the lab",
        size=REPLICATIONS,
        full=REPLICATIONS_FULL,
        passed=len(report.verdicts),
        broken_by_ablation=len(broken),
    )


@pytest.mark.campaign
def test_the_share_of_random_parameter_vectors_under_which_each_fact_holds_is_found() -> None:
    wanted = list(facts().values()) if proofs.is_full() else [facts()[code] for code in ("S1", "S13")]
    held = hold_share(wanted, draws=DRAWS, seed=1)

    assert set(held) == {each.code for each in wanted} | {"all", "draws"}
    assert held["all"] <= min(share for name, share in held.items() if name.startswith("S"))
    shares = {name: f"{share:.0%}" for name, share in held.items() if name != "draws"}
    proofs.found("facts under random parameters", size=DRAWS, full=DRAWS_FULL, **shares)


def test_every_claim_reads_outcomes_that_the_model_gives() -> None:
    given = run_plan({"base": variants()["base"]}, SMALL)["base"]
    read = {
        outcome
        for fact in facts().values()
        for claim in fact.claims + fact.quick
        for outcome, _ in outcomes_of(claim)
    }

    assert read - set(given) == set()


def test_runs_that_mean_the_same_are_run_once_and_an_ablation_is_laid_over_all() -> None:
    plan = plan_of([facts()["S7"]], "full")
    runs = run_plan(plan, SMALL)

    assert set(plan) == {"base", "free_favours", "S7/base", "S7/free_favours"}
    assert plan["S7/base"].params == {"omega": 0}
    assert runs["S7/base"] is runs["free_favours"]


def test_a_pack_changes_what_a_run_finds_and_the_base_is_as_found() -> None:
    runs = run_plan({name: variants()[name] for name in ("base", "R5")}, SMALL)

    assert variants()["base"].levers == {}
    assert not np.array_equal(runs["base"]["resolved"], runs["R5"]["resolved"])


def test_a_fact_whose_ablation_does_nothing_does_not_pass() -> None:
    fact = facts()["S1"]
    runs = run_plan({"base": variants()["base"], "S1/base": variants()["base"]}, SMALL)

    with_power = judge_fact(replace(fact, ablation=None), runs, "full")
    without_power = judge_fact(fact, runs, "full")

    assert with_power.passed
    assert without_power.holds
    assert not without_power.passed


@pytest.mark.parametrize("code", ["V1", "V5"])
def test_a_solver_that_is_wrong_is_caught(code, monkeypatch) -> None:
    true = effort.share_out

    def wrong(worth, cost, hours):
        *spent, price = true(worth, cost, hours)
        return (*(each * 1.0001 for each in spent), price)

    monkeypatch.setattr(closed_forms.effort, "share_out", wrong)

    assert not CLOSED_FORMS[code]().holds


def test_random_parameters_are_the_same_for_the_same_draw_and_move_what_the_prior_moves() -> None:
    assert shaken(3) == shaken(3)
    assert shaken(3) != shaken(4)
    assert "capacity" not in shaken(3)
    assert shaken(3)["pi"] <= 0.95


def test_a_kept_report_reads_back_as_it_was(tmp_path: Path) -> None:
    report = check("quick", replications=2, codes=["S1"])
    kept = tmp_path / "kept.json"
    kept.write_text(report_text(report), "utf-8")
    again = read_report(kept)

    assert again is not None
    assert again.verdicts == report.verdicts
    assert report_text(again) == kept.read_text("utf-8")
    assert {"code", "rulebook", "parameters", "digest", "seed"} <= set(json.loads(kept.read_text("utf-8")))


def test_a_variant_is_what_its_file_says() -> None:
    assert variants()["start_low"] == Variant(
        "start_low", params={"committee_start": 0.05}, months=30, burn_in=15
    )
