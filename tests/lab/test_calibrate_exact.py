"""The inference is held to a model whose posterior is known in closed form: a linear one with normal noise."""

import numpy as np
import pytest

from zhagen.lab.calibrate.adjust import draws
from zhagen.lab.calibrate.box import Box, log_prior
from zhagen.lab.calibrate.effort import TABLE_ALONE, Effort
from zhagen.lab.calibrate.history import LIMIT, match
from zhagen.lab.calibrate.infer import identified, infer, unreachable
from zhagen.lab.calibrate.question import Question, generator, prior_runs, simulated
from zhagen.lab.calibrate.regress import fit, with_products
from zhagen.lab.calibrate.smc import sample

MIX = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0], [0, 0.3, 0.7], [0.2, 0.2, 0.2]])
NOISE = np.array([0.15, 0.3, 0.5, 0.3, 0.4, 0.2])
COVARIANCE = np.linalg.inv(MIX.T @ np.diag(NOISE**-2) @ MIX)
BOX = Box(("first", "second", "third"), np.full(3, -2.0), np.full(3, 2.0))


CHANCE = generator(99).standard_normal((50_021, 6)) * NOISE


def linear(values, numbers):
    return values @ MIX.T + CHANCE[numbers % len(CHANCE)]


WIDE = Box(BOX.names, np.full(3, -4.0), np.full(3, 4.0))
MOMENTS = ("u", "v", "w", "x", "y", "z")
QUESTION = Question(BOX, MOMENTS, linear, np.zeros(6))


def asked(record, *, box=BOX, simulate=linear):
    return Question(box, MOMENTS, simulate, record)


def exact_mean(record):
    """Return the closed form far from the ends of the box, where the flat prior does not cut the normal posterior."""
    return COVARIANCE @ (MIX.T @ (record / NOISE**2))


def planted(number, *, inner=1.0):
    truth = BOX.of_unit(0.5 + inner * (generator(5, number).random((1, 3)) - 0.5))
    return truth[0], linear(truth, np.array([10**9 + number]))[0]


def covers(found, truth):
    low, high = np.quantile(found, [0.05, 0.95], axis=0)
    return (low <= truth) & (truth <= high)


def test_waves_and_generations_reproduce_mean_and_width_of_the_exact_posterior():
    effort = Effort(
        table=2000, waves=3, per_wave=800, generations=6, per_generation=500, near=0.5, draws=2000
    )
    misses, widths = [], []
    for number in range(4):
        _, record = planted(number, inner=0.4)

        found = infer(asked(record, box=WIDE), effort, seed=number)

        sd = np.sqrt(np.diag(COVARIANCE))
        misses.append((found.draws.mean(axis=0) - exact_mean(record)) / sd)
        widths.append(found.draws.std(axis=0) / sd)
        assert found.waves >= 1
        assert found.left < 0.7
        assert found.effective > 100
        assert found.unreachable == ()

    assert np.abs(misses).max() < 0.4
    assert np.mean(widths, axis=0) == pytest.approx(np.ones(3), abs=0.12)


def test_intervals_of_ninety_percent_read_off_one_table_cover_nine_truths_in_ten():
    table = prior_runs(QUESTION, 4000, seed=1)
    inside = []
    for number in range(200):
        truth, record = planted(number)

        found = infer(asked(record), TABLE_ALONE, seed=number, table=table)

        inside.append(covers(found.draws, truth))

    assert 0.87 <= np.mean(inside) <= 0.94  # 600 intervals: two standard errors are .025


def test_intervals_after_waves_and_generations_cover_nine_truths_in_ten():
    table = prior_runs(QUESTION, 1000, seed=1)
    effort = Effort(waves=2, per_wave=500, generations=4, per_generation=300, near=0.5)
    inside = []
    for number in range(40):
        truth, record = planted(number)

        found = infer(asked(record), effort, seed=number, table=table)

        inside.append(covers(found.draws, truth))

    assert 0.82 <= np.mean(inside) <= 0.97  # 120 intervals: two and a half standard errors are .07


def test_the_weights_of_moved_particles_bring_back_the_prior_where_the_record_says_nothing():
    silent = Question(
        BOX, ("chance",), lambda values, numbers: linear(values * 0, numbers)[:, :1], np.zeros(1)
    )
    effort = Effort(waves=0, generations=3, per_generation=1500)
    runs = prior_runs(silent, 2000, seed=3)
    matched = match(silent, runs, effort, seed=3)

    moved = sample(silent, matched, effort, seed=3)
    shares = BOX.unit(moved.runs.values)
    mean = np.average(shares, axis=0, weights=moved.weights)
    spread = np.sqrt(np.average((shares - mean) ** 2, axis=0, weights=moved.weights))

    assert moved.generations >= 1
    assert mean == pytest.approx(np.full(3, 0.5), abs=0.06)
    assert spread == pytest.approx(np.full(3, 12**-0.5), abs=0.04)


def test_waves_rule_out_half_the_space_and_never_the_truth():
    table = prior_runs(QUESTION, 1000, seed=1)
    for number in range(20):
        truth, record = planted(number)

        matched = match(asked(record), table, Effort(waves=3, per_wave=500), seed=number)

        assert matched.left < 0.9
        assert matched.keeps(BOX.unit(truth[None]))[0]
        assert matched.keeps(BOX.unit(matched.runs.values)).all()
        assert len(set(matched.runs.numbers)) == len(matched.runs)


def test_a_record_that_no_parameters_can_make_is_named_and_matched_by_nothing():
    table = prior_runs(QUESTION, 1000, seed=1)
    record = np.array([9.0, 9, 9, 0, 0, 0])

    found = infer(asked(record), Effort(waves=2, per_wave=200, generations=0), seed=1, table=table)

    assert found.is_impossible
    assert unreachable(asked(record), table) == ("u", "v", "w")


def test_the_emulators_error_is_what_a_new_run_meets():
    table, new = prior_runs(QUESTION, 400, seed=1), prior_runs(QUESTION, 2000, seed=2)

    line = fit(with_products(BOX.unit(table.values)), table.moments)
    met = np.sqrt(((line.predict(with_products(BOX.unit(new.values))) - new.moments) ** 2).mean(axis=0))

    assert line.spread == pytest.approx(met, rel=0.1)
    assert LIMIT == 3


def test_a_parameter_that_moves_no_moment_is_not_called_identified():
    def without_third(values, numbers):
        return linear(values * np.array([1.0, 1.0, 0.0]), numbers)

    silent = asked(np.zeros(6), simulate=without_third)
    shares = identified(BOX, prior_runs(silent, 1000, seed=1))

    assert shares["first"] > 0.9
    assert shares["second"] > 0.8
    assert shares["third"] < 0.02


def test_the_free_line_keeps_values_inside_their_range_and_its_prior_is_a_density():
    values = BOX.of_unit(generator(1).random((100, 3)))
    line = np.linspace(-40, 40, 400_001)

    assert BOX.of_free(BOX.free(values)) == pytest.approx(values)
    assert np.abs(BOX.of_free(np.full((1, 3), 1e6))).max() <= 2
    assert np.exp(log_prior(line[:, None])).sum() * (line[1] - line[0]) == pytest.approx(1, abs=1e-6)


def test_the_same_seed_gives_the_same_draws_and_another_seed_others():
    _, record = planted(1)
    effort = Effort(table=300, waves=1, per_wave=200, generations=2, per_generation=100, draws=50)

    once, again, other = (infer(asked(record), effort, seed=seed).draws for seed in (1, 1, 2))

    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


def test_draws_stand_in_the_box_and_count_what_was_asked():
    runs = simulated(QUESTION, np.full((50, 3), 1.99) - 0.02 * generator(1).random((50, 3)), 0)
    question = asked(runs.moments[0])
    particles = sample(question, match(question, runs, TABLE_ALONE, seed=1), TABLE_ALONE, seed=1)

    found, effective = draws(question, particles, 20, seed=1)

    assert found.shape == (20, 3)
    assert np.abs(found).max() <= 2
    assert effective <= 50
