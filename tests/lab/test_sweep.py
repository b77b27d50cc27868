"""Sweeps with their tipping point, and what carries an effect."""

from dataclasses import replace

import numpy as np
import pytest

from tests.lab.labs import BASE, REFORM, a_rulebook, a_setup
from zhagen.cli.speaking import Speaker
from zhagen.core.errors import RuleError
from zhagen.lab.experiments.ablation import PartKind, ablate, mechanisms
from zhagen.lab.experiments.compare import compare
from zhagen.lab.experiments.estimate import Direction
from zhagen.lab.experiments.results import from_json, to_json
from zhagen.lab.experiments.setup import LEVER_AT, PARAM_AT, WEIGHTS, Draws
from zhagen.lab.experiments.sweep import at_value, between, sweep_lever, sweep_path, tipping_of
from zhagen.lab.honesty import Badge
from zhagen.lab.outcomes import Outcome
from zhagen.lab.report import html_of
from zhagen.lab.words import told

ZH, EN = Speaker("zh"), Speaker("en")
ANY = Outcome("x", 1)


@pytest.fixture(scope="module")
def path():
    return sweep_path(BASE, REFORM, 4, a_setup())


@pytest.fixture(scope="module")
def ablation():
    return ablate(BASE, REFORM, a_setup(3, 2))


def test_the_end_of_a_path_is_the_comparison_of_its_ends(path):
    whole = compare(BASE, REFORM, a_setup())

    for curve in path.curves:
        assert curve.whole == whole.change(curve.outcome).difference
    assert path.values == (0.0, pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0)


def test_the_steepest_step_is_marked_with_the_draws_that_have_it_too():
    planted = np.array(
        [[0.0, 0.0, 0.0, 0.0], [0.1, 0.1, 0.1, 0.7], [0.9, 0.8, 0.9, 0.8], [1.0, 0.9, 1.0, 0.9]]
    )

    found = tipping_of(ANY, planted, (0, 1, 2, 3))

    assert (found.step, found.low, found.high, found.agreeing) == (1, 1.0, 2.0, 3)
    assert found.stands_out
    assert found.gain_share == pytest.approx(0.6 / 0.95)


def test_a_wide_step_is_not_steep_for_being_wide():
    found = tipping_of(ANY, np.array([[0.0], [1.0], [4.0]]), (0, 1, 10))

    assert found.step == 0


def test_a_straight_or_flat_line_has_no_step_that_stands_out():
    straight = tipping_of(ANY, np.array([[0.0], [1.0], [2.0]]), (0, 1, 2))

    assert not straight.stands_out
    assert tipping_of(ANY, np.zeros((3, 2)), (0, 1, 2)) is None


def test_the_way_of_leakage_is_told_without_any_amount(path):
    leakage = path.curve("leakage")

    assert all(point.level is None and point.difference.amount is None for point in leakage.points)
    assert leakage.tipping is None or leakage.tipping.gain_share is None


def test_a_weight_takes_its_share_from_the_other_weights():
    swept = at_value(BASE, "w_need", 4000.0)

    weights = [swept.levers[LEVER_AT[code]] for code in WEIGHTS]
    assert sum(weights) == pytest.approx(10_000)
    assert weights == pytest.approx([4800, 0, 4000, 900, 300])
    assert at_value(BASE, "w_out", 10_000.0).levers[LEVER_AT["w_sat"]] == 0


def test_what_switches_halfway_is_named_before_a_steep_step_is_read(path):
    assert path.switches == ("merit",)
    assert any(line.startswith("以下各项在路程一半处一次切换") and "续签" in line for line in told(path, ZH))


def test_what_is_one_of_some_ways_changes_at_once_halfway():
    reform = a_rulebook("r", vote=2, fund=0.2)

    below, above = (between(BASE, reform, share) for share in (0.4, 0.6))

    assert [each.levers[LEVER_AT["vote"]] for each in (below, above)] == [0, 2]
    assert below.levers[LEVER_AT["fund"]] == pytest.approx(0.08)


@pytest.mark.parametrize(
    ("lever", "values", "code"),
    [
        ("nope", (1, 2, 3), "experiment.unknown_code"),
        ("term", (1, 2, 37), "experiment.out_of_range"),
        ("term", (1, 2), "experiment.bad_steps"),
        ("term", (3, 2, 1), "experiment.bad_steps"),
        ("term", (1, 1, 2), "experiment.bad_steps"),
    ],
)
def test_values_that_cannot_be_swept_are_refused(lever, values, code):
    with pytest.raises(RuleError) as caught:
        sweep_lever(BASE, lever, values, a_setup(1, 1))

    assert caught.value.code == code


def test_a_sweep_of_one_lever_comes_back_from_its_file_and_is_told():
    found = sweep_lever(BASE, "term", (6, 12, 36), a_setup(2, 1))

    assert from_json(to_json(found)) == found
    assert "服务期（月） 从 6 到 36" in told(found, ZH)[0]
    assert "%" not in "\n".join(told(found, EN)[4:])


def test_every_mechanism_that_can_be_silenced_is_one_of_the_model():
    found = mechanisms()

    assert len({each.code for each in found}) == len(found) > 10
    for each in found:
        assert set(each.params) <= set(PARAM_AT)
        assert set(each.levers) <= set(LEVER_AT)
        assert {str(value) for value in each.params.values() if isinstance(value, str)} <= set(PARAM_AT)
        assert each.params or each.levers
        assert each.zh != each.en


def test_what_is_left_and_what_is_carried_make_the_whole(ablation):
    whole = {each.outcome: each.effect for each in ablation.wholes}

    for part in ablation.parts:
        if part.without.amount:
            sums = part.without.amount.mean + part.carried.amount.mean
            assert sums == pytest.approx(whole[part.outcome].amount.mean, abs=1e-12)


def test_the_whole_of_an_ablation_is_the_plain_comparison(ablation):
    plain = compare(BASE, REFORM, a_setup(3, 2))

    for each in ablation.wholes:
        assert each.effect == plain.change(each.outcome).difference


def test_a_lever_that_does_all_the_work_carries_the_effect():
    only = a_rulebook("only", term=36)

    found = ablate(BASE, only, a_setup(3, 2))

    term = [each for each in found.parts if each.kind is PartKind.LEVER]
    assert {each.code for each in term} == {"term"}
    moved = {each.outcome for each in found.wholes if each.effect.direction in (Direction.UP, Direction.DOWN)}
    assert moved
    assert {each.outcome for each in term if each.carries == 3} >= moved
    assert all("term" in {part.code for part in found.carriers(outcome)} for outcome in moved)


def test_weights_are_put_back_together(ablation):
    levers = {each.code for each in ablation.parts if each.kind is PartKind.LEVER}

    assert "weights" in levers
    assert not levers & set(WEIGHTS)


def test_equal_rulebooks_leave_nothing_to_explain():
    with pytest.raises(RuleError) as caught:
        ablate(BASE, replace(BASE, name="again"), a_setup(1, 1))

    assert caught.value.code == "experiment.same_rulebooks"


@pytest.mark.parametrize("badge", list(Badge))
@pytest.mark.parametrize("speaker", [ZH, EN])
def test_a_report_needs_nothing_else_and_shows_amounts_only_once_calibrated(badge, speaker):
    setup = a_setup(3, 2)
    setup = replace(setup, draws=Draws(setup.draws.params, badge, "x" * 64))
    results = [
        compare(BASE, REFORM, setup), sweep_path(BASE, REFORM, 3, setup), ablate(BASE, a_rulebook("r", term=36), setup),
    ]  # fmt: skip

    for each in results:
        page = html_of(each, speaker)

        assert page.count('class="mark"') == 2
        assert "<script" not in page
        assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
        assert each.stamp.digest in page
        assert all(
            speaker(code)[:20].split("&")[0] in page
            for code in each.stamp.honesty
            if "'" not in speaker(code)[:20]
        )
        if badge is Badge.UNCALIBRATED:
            assert " %" not in page.split("</style>")[1]


def test_a_report_is_well_formed_and_names_are_escaped():
    from html.parser import HTMLParser

    class Checker(HTMLParser):
        stack = []

        def handle_starttag(self, tag, attrs):
            if tag not in ("meta", "circle", "line", "rect", "polygon", "polyline"):
                self.stack.append(tag)

        def handle_endtag(self, tag):
            if tag not in ("circle", "line", "rect", "polygon", "polyline"):
                assert self.stack.pop() == tag

    page = html_of(compare(replace(BASE, name="<b>&"), REFORM, a_setup(2, 1)), ZH)
    checker = Checker()
    checker.feed(page)

    assert checker.stack == []
    assert "<b>&" not in page
