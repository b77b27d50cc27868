"""The model equals its closed forms and shows the study's facts, each broken by the loss of its mechanism."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests import proofs
from zhagen.lab.facts import closed_forms
from zhagen.lab.facts.catalogue import Variant, facts, variants, verifications
from zhagen.lab.facts.check import check, hold_share, judge_all, judge_fact, shaken
from zhagen.lab.facts.claims import outcomes_of
from zhagen.lab.facts.closed_forms import CLOSED_FORMS
from zhagen.lab.facts.results import read_report, report_text
from zhagen.lab.facts.runs import District, Setting, plan_of, run_plan
from zhagen.lab.fingerprint import fingerprint
from zhagen.lab.model import effort, record, service, staff, year
from zhagen.lab.model import fields as f
from zhagen.lab.model.world import World
from zhagen.lab.runner import Engine

REPLICATIONS_FULL, DRAWS_FULL = 200, 100
REPLICATIONS = proofs.size(10, REPLICATIONS_FULL)
DRAWS = proofs.size(1, DRAWS_FULL)
LEVEL = "full" if proofs.is_full() else "quick"
DISTRICT = District()
SMALL = District(World.synthetic(communities=20, agencies=8, streets=2))
TWO = Setting(2)


@pytest.mark.campaign
def test_every_closed_form_is_met_every_fact_holds_and_breaks_without_its_mechanism() -> None:
    report = check(LEVEL, DISTRICT, replications=REPLICATIONS)

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
    held = hold_share(wanted, DRAWS, DISTRICT)

    assert set(held) == {each.code for each in wanted} | {"all", "draws"}
    assert held["all"] <= min(share for name, share in held.items() if name.startswith("S"))
    shares = {name: f"{share:.0%}" for name, share in held.items() if name != "draws"}
    proofs.found("facts under random parameters", size=DRAWS, full=DRAWS_FULL, **shares)


def test_every_claim_reads_outcomes_that_the_model_gives() -> None:
    given = run_plan({"base": variants()["base"]}, TWO, SMALL)["base"]
    read = {
        outcome
        for fact in facts().values()
        for claim in fact.claims + fact.quick
        for outcome, _ in outcomes_of(claim)
    }

    assert read - set(given) == set()


def test_runs_that_mean_the_same_are_run_once_and_an_ablation_is_laid_over_all() -> None:
    plan = plan_of([facts()["S7"]], "full")
    runs = run_plan(plan, TWO, SMALL)

    assert set(plan) == {"base", "free_favours", "S7/base", "S7/free_favours"}
    assert plan["S7/base"].params == {"omega": 0}
    assert runs["S7/base"] is runs["free_favours"]


def test_a_pack_changes_what_a_run_finds_and_the_base_is_as_found() -> None:
    runs = run_plan({name: variants()[name] for name in ("base", "R5")}, TWO, SMALL)

    assert variants()["base"].levers == {}
    assert not np.array_equal(runs["base"]["resolved"], runs["R5"]["resolved"])


def test_a_fact_whose_ablation_does_nothing_does_not_pass() -> None:
    fact = facts()["S1"]
    runs = run_plan({"base": variants()["base"], "S1/base": variants()["base"]}, TWO, SMALL)

    with_power = judge_fact(replace(fact, ablation=None), runs, "full")
    without_power = judge_fact(fact, runs, "full")

    assert with_power.passed
    assert without_power.holds
    assert not without_power.passed


def scaled(true, factor=1.001):
    return lambda *given: true(*given) * factor


def overspent(true):
    def wrong(worth, cost, hours):
        *spent, price = true(worth, cost, hours)
        return (*(each * 1.0001 for each in spent), price)

    return wrong


def raised(true, place, by):
    def wrong(x, *given):
        true(x, *given)
        x[place] += by

    return wrong


FAULTS = {
    "V1": (effort, "share_out", overspent),
    "V2": (effort, "sprint", scaled),
    "V5": (effort, "share_out", overspent),
    "V6": (staff, "turn_over", lambda true: lambda x, u, *rest: true(x, u * 0.97, *rest)),
    "V8": (
        effort,
        "share_out",
        lambda true: lambda worth, cost, hours: true((0.1 - worth[0], *worth[1:]), cost, hours),
    ),
    "V9": (effort, "worth_of_ties", scaled),
    "V10": (service, "take_closed", lambda true: raised(true, f.STOCK, 1e-9)),
    "V11": (year, "weighted_bp", partial),
    "V12": (year, "settle", lambda true: raised(true, f.PAID, 1e-9)),
}
"""A small fault for each closed form that calls a submodel; what a whole run must equal is broken below."""


@pytest.mark.parametrize("code", FAULTS)
def test_a_closed_form_notices_a_small_fault(code, monkeypatch) -> None:
    module, name, fault = FAULTS[code]
    monkeypatch.setattr(module, name, fault(getattr(module, name)))

    assert not CLOSED_FORMS[code]().holds


def test_a_fee_just_off_the_formula_is_noticed(monkeypatch) -> None:
    true = record.add_year

    def wrong(x, acc, p, lv, kept, c):
        true(x, acc, p, lv, kept * 1.001, c)

    monkeypatch.setattr(record, "add_year", wrong)

    assert not CLOSED_FORMS["V7"]().holds


def test_a_run_that_depends_on_its_block_or_cuts_too_rarely_is_noticed(monkeypatch) -> None:
    true = closed_forms.run_cases

    def by_block(cases, world, **span):
        found = true(cases, world, **span)
        return replace(
            found, values={code: each + len(cases.replications) for code, each in found.values.items()}
        )

    monkeypatch.setattr(closed_forms, "run_cases", by_block)

    assert not CLOSED_FORMS["V4"]().holds
    assert not CLOSED_FORMS["V3"]().holds


def test_random_parameters_are_the_same_for_the_same_draw_and_move_what_the_prior_moves() -> None:
    assert shaken(3) == shaken(3)
    assert shaken(3) != shaken(4)
    assert "capacity" not in shaken(3)
    assert shaken(3)["pi"] <= 0.95


def test_a_kept_report_reads_back_as_it_was(tmp_path: Path) -> None:
    report = check("quick", SMALL, replications=2, codes=["S1"])
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


def test_a_fact_that_wants_more_replications_has_runs_of_its_own() -> None:
    few, many = facts()["S1"], replace(facts()["S2"], least=3)
    runs, verdicts = judge_all([many, few], "quick", 2, SMALL)

    assert [each.code for each in verdicts] == ["S2", "S1"]
    assert len(runs["base"]["spell"]) == 2
    assert len(runs["S2/base"]["spell"]) == 3


def test_a_run_is_the_same_in_any_block_and_alone() -> None:
    plan = {name: variants()[name] for name in ("base", "R1", "start")}
    single = replace(SMALL, engine=Engine(workers=1, block=1))
    together, apart = run_plan(plan, TWO, SMALL), run_plan(plan, TWO, single)
    alone = run_plan({"R1": plan["R1"]}, Setting(1, first=1), SMALL)

    assert fingerprint(dict(together["start"])) == fingerprint(dict(apart["start"]))
    assert all(np.array_equal(together["R1"][code], each) for code, each in apart["R1"].items())
    assert all(together["R1"][code][1] == each[0] for code, each in alone["R1"].items())


def test_no_amount_of_leakage_is_shown_or_kept() -> None:
    report = check("quick", SMALL, replications=2, codes=["S16"])

    assert report.verdicts[0].figures[:2] == facts()["S16"].claims[:2]
    assert all("leakage" not in run for run in report.means.values())
