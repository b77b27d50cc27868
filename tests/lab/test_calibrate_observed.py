"""A snapshot's tables become moments in the model's units, before the held-out year and within it."""

import json
import sys
import time
from dataclasses import replace
from signal import SIGINT
from subprocess import PIPE, Popen

import numpy as np
import pytest

from tests.lab.snapshots import a_snapshot, snapshot_of
from zhagen.cli.calibrating import in_words
from zhagen.cli.run import main
from zhagen.lab.calibrate.calibrate import Least, district_of, setting_of
from zhagen.lab.calibrate.observed import records, world_of
from zhagen.lab.calibrate.planted import plant
from zhagen.lab.calibrate.posterior import read_posterior
from zhagen.lab.calibrate.setting import Setting
from zhagen.lab.guard import Bin
from zhagen.lab.model.levers import LEVERS, base_levers
from zhagen.lab.model.world import World
from zhagen.lab.snapshot import Asked, Audited, Evaluated, Leavings, Part, Spread, write_snapshot


def test_leavings_become_quits_a_job_year_and_none_of_the_last_year_counts():
    rows = (
        Leavings("lead", 0, 11, 480, 6), Leavings("lead", 12, 23, 480, 10), Leavings("lead", 24, 35, 480, 40),
        Leavings("worker", 20, 26, 300, 90),
    )  # fmt: skip

    before, last = records(a_snapshot(leavings=rows))

    assert before.values["quits_lead"] == pytest.approx(12 * 16 / 960)
    assert last.values["quits_lead"] == pytest.approx(1.0)
    assert "quits_line" not in before.values | last.values  # the window lies on both sides of the cut


def test_grades_of_several_windows_are_pooled():
    rows = (
        Evaluated(0, 11, Spread(30, 8000, 1000), Spread(30, 4000, 500), 10, 30),
        Evaluated(12, 23, Spread(10, 6000, 500), Spread(10, 2000, 500), 50, 5),
        Evaluated(24, 35, Spread(10, 1000, 500), None, None, None),
    )

    before, last = records(a_snapshot(evaluated=rows))

    assert before.values["score"] == pytest.approx(0.75)
    assert before.values["passed"] == pytest.approx(35 / 40)
    assert before.values["resolved"] == pytest.approx(0.35)
    assert before.values["score_quality"] == pytest.approx(0.2)
    assert last.values["score"] == pytest.approx(0.1)
    assert "passed" not in last.values


def test_what_doors_and_participants_say_keeps_how_many_were_asked():
    rows = (
        Asked("knows_agency", 0, 11, Spread(100, 2000, 4000)), Asked("knows_agency", 12, 23, Spread(300, 4000, 4900)),
        Asked("satisfied", 0, 23, Spread(80, 300, 100)), Asked("satisfied", 24, 35, Spread(40, 500, 0)),
    )  # fmt: skip
    audits = (Audited(0, 23, 900, 120, 30), Audited(24, 35, 900, 60, None))

    before, last = records(a_snapshot(asked=rows, audited=audits))

    assert before.values["recognition"] == pytest.approx(0.35)
    assert before.answers["recognition"].count == 400
    assert before.values["satisfaction"] == pytest.approx(0.5)
    assert before.answers["satisfaction"].sd == pytest.approx(0.25)
    assert before.values["padding"] == pytest.approx(0.25)
    assert last.values["satisfaction"] == pytest.approx(1.0)
    assert "padding" not in last.values


def test_tables_without_months_are_of_the_whole_record():
    snapshot = a_snapshot(
        served=(40,) * 36, spells_ended=(Bin(0, 11, 12), Bin(12, None, 24)),
        targets=(Bin(1, 3, 10), Bin(10, 12, 10), Bin(13, None, 20)), affiliated=Part(10, 40),
        committees=Spread(20, 300, 80), margins=Spread(6, 420, 100),
    )  # fmt: skip

    before, last = records(snapshot)

    assert before.values["changes"] == pytest.approx(36 / 120)
    assert before.values["done_month"] == pytest.approx((10 * 2 + 10 * 11 + 20 * 12) / 40)
    assert before.values["affiliated"] == pytest.approx(0.25)
    assert before.values["committee_trust"] == pytest.approx(0.5)
    assert before.values["bid_margin"] == pytest.approx(0.042)
    assert before.values["favours"] == pytest.approx(0.1)
    assert set(last.values) & {"changes", "done_month", "affiliated"} == set()


def test_the_world_has_the_snapshots_streets_and_where_a_mix_is_hidden_the_districts_own():
    snapshot = a_snapshot()

    world = world_of(snapshot)
    setting = setting_of(snapshot, base_levers(), seed=1)

    assert world.communities == 40
    assert np.bincount(world.streets).tolist() == [21, 19]
    assert world.need_mix.sum(axis=0) == pytest.approx(np.ones(40))
    assert (world.need_mix > 0).all() or world.need_mix[:, 0].tolist() == pytest.approx(
        [9 / 22, 8 / 22, 0, 5 / 22]
    )
    assert setting.levers[[each.code for each in LEVERS].index("buy")] == pytest.approx(38 / 40)
    assert world_of(a_snapshot(mix=())).need_mix is None


def test_a_district_knows_its_snapshot_and_its_months_of_service():
    snapshot = a_snapshot(served=(0,) * 20 + (38,) * 16)

    district = district_of(snapshot, setting_of(snapshot, base_levers(), seed=1), Least(), "rules")

    assert district.months_served == 16
    assert (district.snapshot, district.rulebook) == (snapshot.digest, "rules")


QUICK_BASE = ("--rulebook", "base", "--quick")


def run(tmp_path, snapshot, *words):
    file = tmp_path / "snapshot.json"
    file.write_text(write_snapshot(snapshot), encoding="utf-8")
    return main(["lab", "calibrate", str(file), "-o", str(tmp_path / "p.json"), *words])


def test_the_command_says_first_that_too_small_a_district_stays_uncalibrated(tmp_path, capsys):
    snapshot = a_snapshot(streets=(20,), mix=(), served=(18,) * 36)

    assert run(tmp_path, snapshot, "--lang", "zh") == 0
    first, second, *_ = capsys.readouterr().out.splitlines()

    assert first.startswith("未校准")
    assert "20" in second
    assert "30" in second
    assert not read_posterior(tmp_path / "p.json").is_calibrated
    assert run(tmp_path, snapshot, "--lang", "en") == 2
    assert "p.json" in capsys.readouterr().err
    assert run(tmp_path, snapshot, "--overwrite", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["badge"], told["reasons"]) == ("uncalibrated", ["few_communities"])


SMALL = Setting(World.synthetic(30, 10, 2), base_levers(), months=24, seed=5)


def told(tmp_path, capsys, snapshot, *words):
    table = str(tmp_path / "runs.npz")
    assert run(tmp_path, snapshot, *QUICK_BASE, "--table", table, "--overwrite", *words) == 0
    return capsys.readouterr().out


def test_a_planted_district_goes_through_its_file_to_a_badge_and_into_an_experiment(tmp_path, capsys):
    district = plant(SMALL, 3, seed=9).district
    snapshot = snapshot_of(district.before, district.last_year, 24, (15, 15), 10)

    said = json.loads(told(tmp_path, capsys, snapshot, "--json"))
    posterior = read_posterior(tmp_path / "p.json")
    assert (said["badge"], said["digest"]) == ("calibrated", posterior.digest)
    assert posterior.made.snapshot == snapshot.digest
    assert "不得作为事前绩效评估引用" in (tmp_path / "p.json").read_text("utf-8")

    assert told(tmp_path, capsys, snapshot, "--lang", "zh").startswith("已校准")
    assert read_posterior(tmp_path / "p.json") == posterior

    files = ["--snapshot", str(tmp_path / "snapshot.json"), "--posterior", str(tmp_path / "p.json")]
    few = ["--draws", "3", "-R", "1", "--months", "24", "--burn-in", "12", "--workers", "1"]
    assert main(["lab", "compare", "base", "R1", *files, *few, "--json"]) == 0
    stamp = json.loads(capsys.readouterr().out)["content"]["stamp"]
    assert (stamp["badge"], stamp["calibration"]) == ("calibrated", posterior.digest)

    strange = replace(posterior, reasons=("unreachable",), unreachable=("quits_line",))
    lines = in_words(strange, district, "en")
    assert lines[0].startswith("Uncalibrated")
    assert "quits_line" in lines[1]
    assert any("not used" in line for line in lines)


def test_what_a_snapshot_says_of_moments_is_what_was_put_in():
    district = plant(
        Setting(World.synthetic(30, 10, 2), base_levers(), months=24, seed=5), 3, seed=9
    ).district

    before, last = records(snapshot_of(district.before, district.last_year, 24, (15, 15), 10))

    for found, wanted in ((before, district.before), (last, district.last_year)):
        assert set(found.values) == set(wanted.values)
        for code, value in found.values.items():
            assert value == pytest.approx(wanted.values[code], abs=0.6 if code == "done_month" else 0.006), (
                code
            )


def test_a_command_stopped_by_hand_says_whether_its_runs_are_kept(tmp_path):
    district = plant(SMALL, 3, seed=9).district
    snapshot = snapshot_of(district.before, district.last_year, 24, (15, 15), 10)
    (tmp_path / "s.json").write_text(write_snapshot(snapshot), encoding="utf-8")
    table = tmp_path / "runs.npz"
    words = [
        "lab",
        "calibrate",
        "s.json",
        "-o",
        "p.json",
        "--table",
        table.name,
        "--rulebook",
        "base",
        "--lang",
        "en",
    ]

    with Popen([sys.executable, "-m", "zhagen", *words], cwd=tmp_path, stderr=PIPE, text=True) as process:
        while not table.exists() and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(SIGINT)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert said.splitlines()[-1].startswith("Stopped. The runs made so far are in the --table file")
    assert table.exists()
    assert not (tmp_path / "p.json").exists()
