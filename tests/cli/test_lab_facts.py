"""`zhagen lab explain` tells what stands in the catalogue; `zhagen lab check` prints its verdicts."""

import json

import pytest

from zhagen.__main__ import main


@pytest.fixture
def run(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main(words)
        except SystemExit as stop:
            code = int(str(stop.code))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_explaining_a_fact_gives_its_mechanisms_equations_claims_and_ablation(run) -> None:
    code, said, _ = run("lab", "explain", "s7", "--lang", "zh", "--results", "/nowhere.json")

    assert code == 0
    for part in (
        "谈感情才伤感情",
        "M31",
        "zhagen.lab.model.",
        "effort_tie_work.base < .02",
        "涌现",
        "去掉机制",
        "还没有保存的结果",
    ):
        assert part in said, part


def test_a_fact_close_to_an_input_is_called_no_evidence(run) -> None:
    _, said, _ = run("lab", "explain", "S8", "--lang", "en")

    assert "is no evidence" in said


def test_explaining_a_mechanism_gives_the_study_s_words_and_its_tests(run) -> None:
    code, said, _ = run("lab", "explain", "M31", "--lang", "en", "--results", "/nowhere.json")

    assert code == 0
    for part in ("谈感情才伤感情", "陈锋、侯同佳", "ω·(1 − credit)", "Tested by: S7", "No result is kept"):
        assert part in said, part


def test_a_kept_result_is_shown_with_its_seed_and_what_broke_the_fact(run, tmp_path) -> None:
    kept = tmp_path / "results.json"
    verdict = {
        "code": "S7",
        "passed": True,
        "figures": ["effort_tie_work.base = 0 < 0.02"],
        "broken_by": ["x = 1"],
        "holds": True,
    }
    kept.write_text(
        json.dumps(
            {
                "watermark": "",
                "level": "full",
                "replications": 200,
                "seed": 9,
                "code": "1",
                "rulebook": "2",
                "parameters": "3",
                "digest": "4",
                "verdicts": [verdict],
                "means": {},
                "hold": {"S7": 0.75, "draws": 100.0},
            }
        )
    )

    _, said, _ = run("lab", "explain", "S7", "--lang", "en", "--results", str(kept))

    for part in (
        "seed 9",
        "S7 passed  effort_tie_work.base = 0 < 0.02",
        "without the mechanism it fails: x = 1",
        "75% of 100",
    ):
        assert part in said, part


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"verdicts": [{"code": 1, "wrong": 2}]}'])
def test_a_file_that_is_no_result_is_refused_in_words(run, tmp_path, text) -> None:
    kept = tmp_path / "results.json"
    kept.write_text(text)

    code, _, said = run("lab", "explain", "S7", "--lang", "en", "--results", str(kept))

    assert code == 1
    assert "is no result kept by zhagen lab check" in said


def test_a_code_that_nothing_has_is_refused_in_words(run) -> None:
    code, _, said = run("lab", "explain", "S26", "--lang", "zh")

    assert code == 1
    assert "没有“S26”这一条" in said


def test_checking_prints_each_verdict_keeps_the_result_and_ends_with_the_count(run, tmp_path) -> None:
    words = (
        "lab",
        "check",
        "--only",
        "S1",
        "--only",
        "S15",
        "--replications",
        "2",
        "--lang",
        "en",
        "-o",
        str(tmp_path / "results"),
    )
    code, said, _ = run(*words)

    assert code == 0
    assert "not to be cited" in said.splitlines()[0]
    assert said.splitlines()[1].startswith("PASS S1 ")
    assert "spell.base = " in said
    assert "breaks without its mechanism" in said
    assert said.splitlines()[-1] == "2 passed, 0 failed"
    assert json.loads((tmp_path / "results" / "check.json").read_text("utf-8"))["replications"] == 2


def test_a_fact_that_fails_makes_the_command_fail(run, monkeypatch) -> None:
    from zhagen.lab.facts import check

    true = check.judge
    monkeypatch.setattr(check, "judge", lambda claim, runs: true(claim.replace("< 26", "< 2"), runs))
    code, said, _ = run("lab", "check", "--only", "S1", "--replications", "2", "--lang", "zh")

    assert code == 1
    assert said.splitlines()[-1] == "0 passed, 1 failed"


def test_an_unknown_fact_or_a_folder_that_cannot_be_written_is_refused_in_words(run, tmp_path) -> None:
    (tmp_path / "taken").write_text("")
    assert run("lab", "check", "--only", "S26", "--lang", "en")[0] == 1
    code, _, said = run(
        "lab", "check", "--only", "S1", "--replications", "2", "--lang", "en", "-o", str(tmp_path / "taken")
    )

    assert code != 0
    assert "taken" in said
    assert "Traceback" not in said
