"""`zhagen allocate` on files: its JSON, its words, its exit codes."""

import gzip
import json

import pytest

from tests.core.elections import COURTYARD
from zhagen.cli.run import main


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "yard.pb.gz"
    path.write_bytes(gzip.compress(COURTYARD.encode()))
    return str(path)


def answer(capsys, *words: str) -> dict:
    assert main(["allocate", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_json_has_winners_in_order_cost_ties_and_seconds(file, capsys) -> None:
    found = answer(capsys, file, "--rule", "greedy")

    assert found["winners"] == ["lamp", "bench", "garden"]
    assert found["cost"] == 30_000
    assert found["ties"][0] == {"step": 1, "projects": ["bench", "garden", "ramp"], "by": "cost"}
    assert found["seconds"] > 0


@pytest.mark.parametrize("rule", ["equal-shares", "greedy", "greedy-per-cost", "phragmen"])
@pytest.mark.parametrize("tie", ["cost", "votes", "id", "seed:7"])
def test_every_rule_and_tie_rule_is_counted(file, capsys, rule, tie) -> None:
    found = answer(capsys, file, "--rule", rule, "--tie", tie, "--utility", "cost")

    assert found["cost"] <= 30_000
    assert all(set(each) == {"step", "projects", "by"} for each in found["ties"])


@pytest.mark.parametrize("completion", ["none", "add1", "greedy", "add1u"])
def test_every_completion_is_counted_with_a_tie_told(file, capsys, completion) -> None:
    found = answer(capsys, file, "--completion", completion)

    assert found["winners"][:2] == ["lamp", "bench"]
    assert found["ties"][0] == {"step": 1, "projects": ["bench", "garden"], "by": "cost"}


def test_limits_threshold_and_exclusive_projects_are_taken_from_the_command_line(file, capsys) -> None:
    words = ["--rule", "greedy", "--category-limit", "安全=12000", "--district-limit", "2号楼=9000"]
    assert answer(capsys, file, *words)["winners"] == ["lamp", "bench", "paint"]
    assert answer(capsys, file, "--rule", "greedy", "--exclusive", "lamp,ramp")["winners"][0] == "lamp"
    assert answer(capsys, file, "--rule", "greedy", "--min-votes", "5")["winners"] == ["lamp"]


def test_reasons_and_representation_are_in_the_json(file, capsys) -> None:
    found = answer(capsys, file, "--explain", "--by", "building")

    assert found["won"][0] == {"project": "lamp", "votes": 5, "price": "2400", "payments": [["2400", 5]]}
    assert {each["project"] for each in found["lost"]} == {"garden", "ramp"}
    assert found["represented"][0] == {"group": "", "voters": 10, "at_least": [10, 1, 0]}


@pytest.mark.parametrize(
    ("language", "part"), [("zh", "共选出 3 项"), ("en", "3 projects for 24000 of 30000")]
)
def test_people_read_the_outcome_and_reasons_in_their_language(file, capsys, language, part) -> None:
    assert main(["allocate", file, "--explain", "--lang", language]) == 0

    said = capsys.readouterr().out
    assert part in said
    assert "allocation." not in said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--utility", "points"], 1),
        (["--min-votes", "file"], 1),
        (["--category-limit", "水=1"], 1),
        (["--exclusive", "lamp,no"], 1),
        (["--by", "age"], 1),
        (["--rule", "greedy", "--completion", "add1"], 1),
    ],
)
def test_what_cannot_be_counted_is_said(file, capsys, words, code) -> None:
    assert main(["allocate", file, *words, "--lang", "en"]) == code
    assert len(capsys.readouterr().err) > 20


@pytest.mark.parametrize(
    "words", [["--tie", "luck"], ["--tie", "seed"], ["--min-votes", "-1"], ["--category-limit", "x"]]
)
def test_words_that_are_no_option_are_refused(file, words) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["allocate", file, *words])

    assert caught.value.code == 2


def test_a_malformed_or_missing_file_is_named(tmp_path, capsys) -> None:
    bad = tmp_path / "bad.pb"
    bad.write_text(COURTYARD.replace("bench;9000", "bench;cheap"), encoding="utf-8")

    assert main(["allocate", str(bad), "--lang", "en"]) == 1
    assert capsys.readouterr().err.startswith(
        "bad.pb, line 11, cost: “cheap” is no number; expected a number"
    )
    assert main(["allocate", str(tmp_path / "none.pb"), "--lang", "en"]) == 2
