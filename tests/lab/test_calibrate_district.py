"""Planted districts of the real model: intervals cover what was planted; what is too little or too strange is said."""

from dataclasses import replace

import numpy as np
import pytest

from tests import proofs
from tests.lab import calibration_page
from zhagen.core.errors import RuleError
from zhagen.lab.calibrate.calibrate import calibrate, make_table
from zhagen.lab.calibrate.effort import TABLE_ALONE, Effort
from zhagen.lab.calibrate.moments import CODES, MOMENTS, Answers, Record, as_recorded
from zhagen.lab.calibrate.params import posterior_params
from zhagen.lab.calibrate.planted import a_setting, check, coverage, plant, prove
from zhagen.lab.calibrate.posterior import read_posterior, write_posterior
from zhagen.lab.calibrate.setting import CODES as PARAMETERS
from zhagen.lab.calibrate.setting import FREE, WHOLE, Setting
from zhagen.lab.model.levers import base_levers
from zhagen.lab.model.params import prior
from zhagen.lab.model.world import World

PLANTED_FULL = 100
PLANTED = proofs.size(10, PLANTED_FULL)
QUICK = replace(TABLE_ALONE, table=1000, foretell=100, draws=400)


@pytest.fixture(scope="module")
def table():
    return make_table(a_setting(), QUICK.table)


@pytest.fixture(scope="module")
def known(table):
    planted = plant(a_setting(), 0, seed=7)
    return planted, calibrate(planted.district, QUICK, table=table)


@pytest.mark.campaign
def test_intervals_of_ninety_percent_cover_what_was_planted(table):
    found = calibration_page.proved(PLANTED) if proofs.is_full() else prove(PLANTED, QUICK, table=table)

    assert found.districts == PLANTED
    assert found.intervals >= 3 * PLANTED
    assert 0.85 - found.slack_of_few <= found.share <= 0.95 + found.slack_of_few
    assert all(width < 0.95 for _, _, width in found.by_parameter.values())
    assert found.foretold[1] >= 0.8 * found.foretold[0]
    proofs.found(
        "planted districts", size=PLANTED, full=PLANTED_FULL, intervals=found.intervals,
        covered_bp=round(found.share * 10_000), error_bp=round(found.error * 10_000),
    )  # fmt: skip


def test_the_page_of_planted_districts_is_what_the_runs_found():
    kept = calibration_page.read()

    assert calibration_page.PAGE.read_text("utf-8") == calibration_page.page(kept), (
        "python -m tests.lab.calibration_page --page"
    )
    assert set(calibration_page.SOURCES) == set(CODES)


def test_a_posterior_says_what_it_is_made_of_and_what_stays_on_the_prior(known):
    _, posterior = known

    assert posterior.is_calibrated
    assert {each.name for each in posterior.parameters} >= {"h_line", "quota_units"}
    assert "kappa" in posterior.on_prior
    assert set(posterior.on_prior) | {each.name for each in posterior.parameters} == set(WHOLE.names)
    assert posterior.made.communities == 40
    assert len(posterior.made.table) == len(posterior.digest) == 64
    assert set(posterior.record) | set(posterior.not_told) == set(CODES)
    assert {each.moment for each in posterior.foretold} < {each.code for each in MOMENTS}


def test_a_file_of_a_posterior_is_read_back_whole_and_refused_when_altered(known, tmp_path):
    _, posterior = known
    file = tmp_path / "posterior.json"

    write_posterior(posterior, file)

    assert read_posterior(file) == posterior
    for old, new in (("h_line", "h_lead"), ('"format": 1', '"format": 2'), ("{", "[")):
        (tmp_path / "other.json").write_text(file.read_text().replace(old, new, 1))
        with pytest.raises(RuleError) as refused:
            read_posterior(tmp_path / "other.json")
        assert refused.value.code == "calibration.no_posterior"


def test_experiments_draw_calibrated_parameters_together_and_the_rest_from_the_prior(known):
    _, posterior = known

    found = posterior_params(posterior, 500, seed=3)
    names = [each.name for each in posterior.parameters]
    places = [PARAMETERS.index(name) for name in names]
    rest = [place for place in range(len(PARAMETERS)) if place not in places]

    assert {tuple(row) for row in found[:, places]} <= {tuple(row) for row in posterior.draws}
    assert np.array_equal(found[:, rest], prior(500, 3)[:, rest])
    assert np.array_equal(posterior_params(posterior, 500, seed=3), found)
    with pytest.raises(RuleError) as refused:
        posterior_params(replace(posterior, made=replace(posterior.made, prior="other")), 5, seed=3)
    assert refused.value.code == "calibration.other_model"


def test_below_thirty_communities_or_twenty_four_months_nothing_is_called_calibrated():
    for communities, months, reasons in ((29, 36, ("few_communities",)), (30, 23, ("few_months",))):
        setting = Setting(World.synthetic(communities, 10, 2), base_levers(), months, seed=1)
        whole = plant(a_setting(), 0, seed=7).district
        district = replace(whole, setting=setting, months_served=months)

        posterior = calibrate(district, QUICK)

        assert posterior.reasons == reasons
        assert not posterior.is_calibrated
        assert posterior.on_prior == WHOLE.names
        assert np.array_equal(posterior_params(posterior, 20, seed=3), prior(20, 3))


def test_a_district_that_the_model_cannot_make_stays_uncalibrated(table):
    planted = plant(a_setting(), 0, seed=7)
    strange = dict(planted.district.before.values, quits_line=4.0)
    district = replace(planted.district, before=Record(strange, planted.district.before.answers))

    posterior = calibrate(district, QUICK, table=table)

    assert posterior.unreachable == ("quits_line",)
    assert "unreachable" in posterior.reasons
    assert np.array_equal(posterior_params(posterior, 20, seed=3), prior(20, 3))


def test_a_last_year_that_is_missed_takes_the_badge_away(table):
    planted = plant(a_setting(), 0, seed=7)
    other = {code: value * 3 for code, value in planted.district.last_year.values.items()}
    district = replace(planted.district, last_year=Record(other, planted.district.last_year.answers))
    silent = replace(planted.district, last_year=Record({}, {}))

    assert calibrate(district, QUICK, table=table).reasons == ("last_year_missed",)
    assert calibrate(silent, QUICK, table=table).reasons == ("nothing_held_out",)


def test_moments_that_a_district_cannot_tell_are_left_out_and_named(table):
    planted = plant(a_setting(), 0, seed=7)
    before = planted.district.before
    few = Record({code: before.values[code] for code in ("quits_line", "done_month")}, {})

    posterior = calibrate(replace(planted.district, before=few), QUICK, table=table)
    nothing = calibrate(replace(planted.district, before=Record({}, {})), QUICK, table=table)

    assert set(posterior.record) == {"quits_line", "done_month"}
    assert "a_committee" in posterior.on_prior
    assert "resolved" in posterior.not_told
    assert nothing.reasons == ("nothing_identified",)


def test_waves_and_generations_of_the_real_model_go_on_after_a_stop_with_the_same_digest(tmp_path):
    setting = replace(a_setting(), world=World.synthetic(30, 8, 2), months=24, burn_in=12)
    effort = Effort(table=250, waves=1, per_wave=50, generations=1, per_generation=50, draws=40, foretell=40)
    district = plant(setting, 1, seed=7).district

    once = calibrate(district, effort, path=tmp_path / "runs.npz")
    again = calibrate(district, effort, path=tmp_path / "runs.npz")
    anew = calibrate(district, effort)

    assert once.digest == again.digest == anew.digest
    assert once.fit.runs > 250


def test_the_held_out_months_are_of_the_same_run_and_take_no_part_in_the_fit():
    setting = replace(a_setting(), burn_in=12)
    values, numbers = prior(3, 1), np.arange(3)

    whole = replace(setting, months=24).simulate(values, numbers)
    longer = replace(setting, months=36)

    assert np.array_equal(replace(longer, months=24).simulate(values, numbers), whole)
    assert not np.array_equal(longer.simulate_last_year(values, numbers), whole)
    assert np.array_equal(
        longer.simulate_last_year(values, numbers),
        replace(setting, burn_in=36, months=24).simulate(values, numbers),
    )


def test_asking_more_people_leaves_less_noise_and_no_answer_moves_a_register():
    moments = np.tile([5.0 if code == "done_month" else 0.3 for code in CODES], (500, 1))
    numbers = np.arange(500)

    few, many = (
        as_recorded(moments, numbers, {"recognition": Answers(count)}, seed=1, discrepancy=0)
        for count in (50, 5000)
    )
    at = CODES.index("recognition")

    assert few[:, at].std() == pytest.approx((0.3 * 0.7 / 50) ** 0.5, rel=0.1)
    assert many[:, at].std() == pytest.approx((0.3 * 0.7 / 5000) ** 0.5, rel=0.1)
    assert np.array_equal(np.delete(few, at, axis=1), np.delete(moments, at, axis=1))


def test_parameters_that_the_prior_fixes_are_never_calibrated():
    setting = a_setting()
    numbers = np.arange(5)

    whole = setting.filled(np.full((5, 1), 0.05), (PARAMETERS.index("h_line"),), numbers)

    assert np.delete(whole, PARAMETERS.index("h_line"), 1).tolist() == (
        np.delete(setting.from_prior(numbers), PARAMETERS.index("h_line"), 1).tolist()
    )
    assert set(whole[:, PARAMETERS.index("h_line")]) == {0.05}
    assert len(FREE) < len(PARAMETERS)


def test_coverage_counts_each_interval_and_knows_its_own_error(known):
    planted, posterior = known
    wrong = replace(planted, truth=np.full_like(planted.truth, 99.0))

    both = coverage([check(planted, posterior), check(wrong, posterior)])

    assert both.intervals == 2 * len(posterior.parameters)
    assert both.share <= 0.5
    assert both.error > 0.2


def test_planted_districts_that_were_done_are_not_done_again(table):
    done = []
    whole = prove(2, QUICK, table=table, told=done.append)

    assert prove(2, QUICK, kept={each.number: each for each in done}) == whole
    assert prove(2, QUICK, table=table, kept={0: done[0]}) == whole
    assert len({each.digest for each in done}) == 2
