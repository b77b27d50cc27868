"""Morris and Sobol: on planted models the known answer, on the model a result that comes back the same."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.lab.labs import BASE, REFORM, a_setup
from zhagen.cli.speaking import Speaker
from zhagen.core.errors import RuleError
from zhagen.lab.experiments import sensitivity
from zhagen.lab.experiments.estimate import Direction
from zhagen.lab.experiments.factors import lever_factors, moved, param_factors, reform_factors
from zhagen.lab.experiments.results import from_json, to_json
from zhagen.lab.experiments.sensitivity import Question, morris, sobol
from zhagen.lab.experiments.setup import LEVER_AT, WEIGHTS, Grid
from zhagen.lab.words import told

pytest.importorskip("SALib", reason="没有安装 SALib：pip install 'zhagen[lab]' / SALib is not installed")
THREE = lever_factors(["audit", "credit", "seat"])


def planted(formula):
    """Return a stand-in for the model's run: one outcome, a formula of the lever vectors."""

    def run(variants, _setup, *, engine):
        points = np.array([each.levers for each in variants])
        values = formula(*(points[:, LEVER_AT[code]] for code in ("audit", "credit", "seat")))
        results = SimpleNamespace(values={"trust": values}, digest="planted")
        return Grid(results, (len(points), 1, 1), frozenset({"trust"}))

    return run


def test_sobol_finds_the_indices_of_a_formula_known_in_closed_form(monkeypatch):
    # 4a + 2b: variances 16/12 and 4/12, so first = total = .8 and .2; the third does nothing
    monkeypatch.setattr(sensitivity, "run_grid", planted(lambda a, b, c: 4 * a + 2 * b + 0 * c))

    found = {each.factor: each for each in sobol(Question(BASE, THREE), 512, a_setup(1, 1)).indices}

    for factor, index in (("audit", 0.8), ("credit", 0.2), ("seat", 0.0)):
        assert found[factor].first == pytest.approx(index, abs=0.03)
        assert found[factor].total == pytest.approx(index, abs=0.03)
    assert not found["seat"].is_clear


def test_sobol_tells_an_interaction_from_what_each_does_alone(monkeypatch):
    # (a - 1/2)(b - 1/2): nothing alone, everything together
    monkeypatch.setattr(sensitivity, "run_grid", planted(lambda a, b, c: (a - 0.5) * (b - 0.5) + 0 * c))

    found = {each.factor: each for each in sobol(Question(BASE, THREE), 1024, a_setup(1, 1)).indices}

    assert found["audit"].first == pytest.approx(0, abs=0.12)
    assert found["audit"].total == pytest.approx(1, abs=0.12)


def test_morris_tells_strength_direction_and_dependence(monkeypatch):
    monkeypatch.setattr(
        sensitivity, "run_grid", planted(lambda a, b, c: 4 * a - 2 * b + (a - 0.5) * (c - 0.5))
    )

    result = morris(Question(BASE, THREE), 40, a_setup(1, 1))
    found = {each.factor: each for each in result.effects}

    assert [each.factor for each in result.ranked("trust")] == ["audit", "credit", "seat"]
    assert found["audit"].direction is Direction.UP
    assert found["credit"].direction is Direction.DOWN
    assert found["credit"].spread == pytest.approx(0, abs=1e-9)
    assert found["seat"].direction is Direction.UNCERTAIN
    assert found["audit"].strength / found["credit"].strength == pytest.approx(2, abs=0.2)


def test_an_outcome_that_nothing_moves_has_no_indices(monkeypatch):
    monkeypatch.setattr(sensitivity, "run_grid", planted(lambda a, b, c: 0 * (a + b + c)))

    assert sobol(Question(BASE, THREE), 8, a_setup(1, 1)).indices == ()


@pytest.mark.parametrize(
    "question",
    [
        Question(BASE, lever_factors(["term", "vote", "w_need", "w_out"])),
        Question(BASE, reform_factors(BASE, REFORM), REFORM),
        Question(BASE, param_factors(["mu", "omega"])),
        Question(BASE, param_factors(["mu", "omega"]), REFORM),
    ],
    ids=["levers", "reform", "params", "params of an effect"],
)
def test_levers_and_parameters_are_varied_on_the_model_itself(question):
    setup = a_setup(1, 2)
    screened, parted = morris(question, 2, setup), sobol(question, 2, setup)

    names = {each.name for each in question.factors}
    assert {each.factor for each in screened.effects} == {each.factor for each in parted.indices} == names
    for each in (screened, parted):
        assert from_json(to_json(each)) == each
        assert "%" not in "\n".join(told(each, Speaker("zh"))[4:])
    assert morris(question, 2, setup) == screened


def test_weights_are_brought_to_their_sum_wherever_they_are_varied():
    factors = lever_factors(["w_out", "w_need"])

    for point in ((0.0, 0.0), (1.0, 1.0), (0.3, 0.9)):
        levers = moved(BASE, factors, np.array(point)).levers
        assert sum(levers[LEVER_AT[code]] for code in WEIGHTS) == pytest.approx(10_000)


def test_what_is_one_of_some_ways_takes_each_way_with_an_equal_share():
    (vote,) = lever_factors(["vote"])

    assert [vote.values(at)["vote"] for at in (0.0, 0.25, 0.5, 0.99, 1.0)] == [0, 1, 2, 3, 3]


def test_a_reform_varies_its_levers_between_base_and_reform_and_its_weights_together():
    factors = reform_factors(BASE, REFORM)

    assert {each.name for each in factors} == {"term", "merit", "credit", "weights"}
    ends = [moved(BASE, factors, np.full(len(factors), at)).levers for at in (0.0, 1.0)]
    assert ends[0] == pytest.approx(BASE.levers)
    assert ends[1] == pytest.approx(REFORM.levers)


@pytest.mark.parametrize(
    ("run", "factors", "points", "code"),
    [
        (sobol, THREE, 12, "experiment.bad_points"),
        (sobol, THREE, 1, "experiment.bad_points"),
        (morris, THREE[:1], 4, "experiment.too_few_factors"),
        (morris, (), 4, "experiment.too_few_factors"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(run, factors, points, code):
    with pytest.raises(RuleError) as caught:
        run(Question(BASE, tuple(factors)), points, a_setup(1, 1))

    assert caught.value.code == code


def test_unknown_levers_and_parameters_are_refused_by_name():
    for make in (lever_factors, param_factors):
        with pytest.raises(RuleError) as caught:
            make(["nope"])
        assert caught.value.code == "experiment.unknown_code"


def test_without_salib_the_way_to_install_it_is_said(monkeypatch):
    def absent(_name):
        raise ImportError

    monkeypatch.setattr(sensitivity, "import_module", absent)
    with pytest.raises(RuleError) as caught:
        sobol(Question(BASE, THREE), 8, a_setup(1, 1))

    assert caught.value.figures == {"package": "SALib", "extra": "lab"}
