"""Two rulebooks compared: pairing, directions, who loses, and what is never told."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.lab.labs import BASE, REFORM, SPAN, WORLD, a_rulebook, a_setup
from zhagen.cli.speaking import Speaker
from zhagen.core.errors import RuleError
from zhagen.lab.calibrate.calibrate import prior_hash
from zhagen.lab.calibrate.posterior import Fit, Made, Parameter, Posterior
from zhagen.lab.experiments.compare import Change, compare
from zhagen.lab.experiments.estimate import Direction, Estimate, Sides, amount_of, estimate, sides_of
from zhagen.lab.experiments.losers import COMMUNITIES_LEAST, GroupKind
from zhagen.lab.experiments.outlook import look_ahead
from zhagen.lab.experiments.posterior import posterior_draws
from zhagen.lab.experiments.results import from_json, to_json
from zhagen.lab.experiments.setup import PARAM_AT, Draws, Setup, prior_draws
from zhagen.lab.honesty import Badge
from zhagen.lab.model.run import Cases, run_cases
from zhagen.lab.model.world import World
from zhagen.lab.outcomes import OUTCOMES, Outcome
from zhagen.lab.words import told

ZH, EN = Speaker("zh"), Speaker("en")


@pytest.fixture(scope="module")
def found():
    return compare(BASE, REFORM, a_setup())


def calibrated(setup):
    return replace(setup, draws=Draws(setup.draws.params, Badge.CALIBRATED, "calibration"))


def test_a_difference_is_that_of_rows_with_the_same_draw_and_the_same_random_numbers(found):
    setup, by_rulebook = a_setup(), []
    for ruleset in (BASE, REFORM):
        rows = Cases(
            np.array([ruleset.levers] * 8),
            np.repeat(setup.draws.params, 2, axis=0),
            np.tile(np.arange(2, dtype=np.int64), 4),
        )
        measured = run_cases(rows, WORLD, seed=SPAN.seed, months=SPAN.months, burn_in=SPAN.burn_in)
        by_rulebook.append(measured.values["resolved"].reshape(4, 2))
    difference = by_rulebook[1] - by_rulebook[0]

    amount = found.change("resolved").difference.amount

    assert amount.mean == pytest.approx(difference.mean(), abs=1e-15)
    assert amount.p05 == pytest.approx(np.quantile(difference.mean(axis=1), 0.05), abs=1e-15)
    assert amount.seed_error == pytest.approx(np.std(difference.mean(axis=0), ddof=1) / np.sqrt(2), abs=1e-15)
    assert found.change("resolved").base.mean == pytest.approx(by_rulebook[0].mean(), abs=1e-15)


def test_a_rulebook_compared_with_itself_changes_nothing_in_any_draw():
    same = compare(BASE, replace(BASE, name="again"), a_setup())

    assert same.levers == ()
    assert all(each.difference.sides == Sides(0, 0, 4) for each in same.changes)
    assert {each.direction for each in same.changes} == {Direction.SAME}
    assert not same.losers


def test_the_stamp_lets_anyone_make_the_result_again(found):
    again = compare(BASE, REFORM, a_setup())
    other = compare(BASE, REFORM, a_setup(span=replace(SPAN, seed=8)))

    assert again == found
    assert found.stamp.seed == SPAN.seed
    assert found.stamp.rulebooks == (BASE.hash, REFORM.hash)
    assert other.stamp.digest != found.stamp.digest
    assert other.stamp.parameters != found.stamp.parameters


@pytest.mark.parametrize(
    ("sides", "direction"),
    [
        ((8, 2, 0), Direction.UP),
        ((2, 8, 0), Direction.DOWN),
        ((0, 2, 8), Direction.SAME),
        ((79, 21, 0), Direction.UNCERTAIN),
        ((80, 10, 10), Direction.UP),
        ((5, 5, 0), Direction.UNCERTAIN),
        ((0, 0, 1), Direction.SAME),
    ],
)
def test_a_direction_is_uncertain_once_more_than_a_fifth_of_the_draws_disagree(sides, direction):
    assert Sides(*sides).direction is direction


def test_replications_are_averaged_before_draws_are_counted():
    differences = np.array([[3.0, -1.0], [-3.0, 1.0], [0.0, 0.0], [np.nan, 1.0]])

    found = estimate(Outcome("x", 1), differences)

    assert found.sides == Sides(1, 1, 1)
    assert amount_of(np.full((2, 3), np.nan)) is None
    assert sides_of(np.array([1e-14, -1e-14])) == Sides(0, 0, 2)


def test_leakage_is_a_direction_and_nowhere_a_number(found):
    leakage = found.change("leakage")
    whole = json.loads(to_json(found))["content"]
    told_of = [each for each in whole["changes"] if each["outcome"] == "leakage"]

    assert leakage.difference.amount is leakage.base is leakage.reform is None
    assert told_of[0]["difference"]["amount"] is None
    assert not [each for each in whole["groups"] if each["outcome"] == "leakage"]


def test_who_loses_is_told_of_strata_streets_and_kinds_of_agencies(found):
    kinds = {each.kind for each in found.groups}
    loser = next(each for each in found.groups if each.kind is GroupKind.AGENCY and each.loses)

    assert kinds == set(GroupKind)
    assert loser.sides.down >= 4
    assert loser in found.losers


def test_a_street_of_few_communities_is_not_told_of():
    few = COMMUNITIES_LEAST - 1
    world = World(np.array([0] * 6 + [1] * few), 4)

    found = compare(BASE, REFORM, a_setup(2, 1, world=world))

    assert {each.group for each in found.groups if each.kind is GroupKind.STREET} == {0}


def test_a_direction_that_imitating_agencies_turn_round_is_uncertain():
    change = Change("trust", 1, Estimate(Sides(4, 0, 0), None), None, None)

    assert change.direction is Direction.UP
    assert replace(change, if_imitating=Direction.UP).direction is Direction.UP
    assert replace(change, if_imitating=Direction.DOWN).direction is Direction.UNCERTAIN
    both = compare(BASE, REFORM, a_setup(2, 1), both_behaviours=True)
    assert all(each.if_imitating is not None for each in both.changes)


def test_uncalibrated_words_tell_directions_and_draws_but_no_amounts(found):
    for speaker in (ZH, EN):
        lines = told(found, speaker)
        said = "\n".join(lines[4:])

        assert "%" not in said
        assert "4" in said
        amounts = [
            each.difference.amount
            for each in found.changes
            if each.difference.amount and each.difference.amount.mean
        ]
        assert len(amounts) > 15
        assert not [each for each in amounts if f"{each.mean:.4g}" in said]
    assert "未校准" in told(found, ZH)[1]
    assert any("不得作为事前绩效评估" in line for line in told(found, ZH))


def test_calibrated_words_tell_amounts_with_their_spread_over_draws():
    found = compare(BASE, REFORM, calibrated(a_setup()))

    said = "\n".join(told(found, EN))
    assert f"mean change {found.change('resolved').difference.amount.mean:.4g}" in said
    assert "Not calibrated" not in said
    assert "[calibrated]" in said


def test_levels_of_one_rulebook_are_shown_only_once_calibrated():
    plain, fitted = (look_ahead(BASE, each) for each in (a_setup(2, 1), calibrated(a_setup(2, 1))))

    assert len(told(fitted, EN)) > len(told(plain, EN)) + 10
    assert {each.outcome: each.amount for each in plain.levels}["leakage"] is None


def test_a_rulebook_that_breaks_the_law_says_so_first():
    unlawful = replace(REFORM, findings=("legal.post_is_employment",))

    found = compare(BASE, unlawful, a_setup(2, 1))

    assert found.stamp.honesty[0] == "experiment.honesty.illegal"


def test_a_result_comes_back_from_its_file_and_is_refused_once_changed(found):
    text = to_json(found)
    edited = text.replace('"up": 4', '"up": 3', 1)

    assert from_json(text) == found
    assert json.loads(text)["watermark"].startswith("政策实验室推演，未校准")
    for broken, code in [
        (edited, "experiment.changed_file"),
        ("{}", "experiment.bad_file"),
        ("not json", "experiment.bad_file"),
        ('{"kind": "comparison"}', "experiment.bad_file"),
    ]:
        with pytest.raises(RuleError) as caught:
            from_json(broken)
        assert caught.value.code == code


def test_parameters_that_come_with_a_rulebook_are_held_in_all_its_draws():
    pressed = replace(BASE, name="pressed", assumed={"pi": 0.9})

    found = compare(BASE, pressed, a_setup(2, 1))

    assert found.change("need_match").difference.sides.same == 0
    assert from_json(to_json(found)) == found
    assert pressed.hash != BASE.hash


@pytest.mark.parametrize(
    ("setup", "base", "code"),
    [
        (Setup(WORLD, Draws(np.empty((0, 3)))), BASE, "experiment.no_draws"),
        (Setup(WORLD, Draws(np.ones((1, 3)))), BASE, "experiment.wrong_length"),
        (Setup(WORLD, prior_draws(1, 1), replace(SPAN, burn_in=36)), BASE, "experiment.bad_months"),
        (Setup(WORLD, prior_draws(1, 1), SPAN), replace(BASE, levers=(1.0,)), "experiment.wrong_length"),
        (Setup(WORLD, prior_draws(1, 1), SPAN), replace(BASE, assumed={"x": 1.0}), "experiment.unknown_code"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_is_computed(setup, base, code):
    with pytest.raises(RuleError) as caught:
        compare(base, REFORM, setup)

    assert caught.value.code == code


def test_every_outcome_reported_has_its_name_and_is_measured(found):
    measured = {each.outcome for each in found.changes} | {each.outcome for each in found.groups}

    assert {each.code for each in OUTCOMES} == measured | {"shock_coverage"}
    for each in OUTCOMES:
        assert ZH(f"experiment.outcome.{each.code}") != EN(f"experiment.outcome.{each.code}")


def a_posterior(reasons=(), snapshot="s" * 64):
    parameters = tuple(Parameter(code, 0.0, 1.0, 0.2, 0.3, 0.4, 0.2) for code in ("mu", "omega"))
    made = Made(1, "0", snapshot, "r", prior_hash(), "t", 40, 36)
    draws = ((0.11, 0.31), (0.12, 0.32))
    return Posterior(reasons, made, Fit(), parameters, {}, {}, (), (), (), draws)


def test_draws_of_a_calibration_hold_what_was_calibrated_and_leave_the_rest_to_the_prior():
    fitted = posterior_draws(a_posterior(), "s" * 64, 4, 7)
    none = posterior_draws(a_posterior(("few_communities",)), "s" * 64, 4, 7)

    pairs = {tuple(row) for row in fitted.params[:, [PARAM_AT["mu"], PARAM_AT["omega"]]]}
    assert pairs == {(0.11, 0.31), (0.12, 0.32)}
    assert (fitted.params[:, PARAM_AT["pi"]] == none.params[:, PARAM_AT["pi"]]).all()
    assert (fitted.badge, none.badge) == (Badge.CALIBRATED, Badge.UNCALIBRATED)
    assert np.array_equal(none.params, prior_draws(4, 7).params)
    stamp = compare(BASE, REFORM, replace(a_setup(), draws=fitted)).stamp
    assert stamp.calibration == a_posterior().digest


def test_a_calibration_is_not_lent_to_another_district():
    with pytest.raises(RuleError) as caught:
        posterior_draws(a_posterior(), "", 4, 7)

    assert caught.value.code == "experiment.other_district"


def test_a_rehearsed_emergency_has_an_outcome_of_its_own():
    found = compare(BASE, REFORM, a_setup(2, 1, span=replace(SPAN, shock_month=30)))

    assert found.change("shock_coverage").difference.sides.same == 0
    assert found.stamp.shock_month == 30


def test_one_changed_lever_is_named_in_words():
    found = compare(BASE, a_rulebook("longer", term=36), a_setup(2, 1))

    assert [each.code for each in found.levers] == ["term"]
    assert any("服务期" in line and "12 → 36" in line for line in told(found, ZH))
