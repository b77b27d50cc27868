"""`zhagen allocate` on files: its JSON, its words, its exit codes."""

import gzip
import json
import os

import pytest

from tests.core.elections import COURTYARD
from zhagen.cli.run import main
from zhagen.cli.write_votes import write_whole
from zhagen.core.allocation.pabulib import read_sections, unpack
from zhagen.core.errors import RuleError


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


HEAD = (
    "META\nkey;value\nbudget;10,5\nvote_type;{type}\nunit;一社区\nrule;greedy\nPROJECTS\nproject_id;cost;name;votes\n"
    'a;3;"灯; 两盏";9\nb;4.5;椅;1\nVOTES\nvoter_id;age;vote'
)
BALLOTS = {
    "approval": "\n1;30;a\n2;41;a,b\n3;;\n",
    "choose-1": "\n1;30;a\n2;41;b\n3;;b\n",
    "ordinal": "\n1;30;b,a\n2;41;a\n3;;b\n",
    "cumulative": ";points\n1;30;a,b;2,1\n2;41;a;3\n3;;b;1.5\n",
    "scoring": ";points\n1;30;b,a;5,1\n2;41;a;3\n3;;b;2\n",
}


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("vote_type", BALLOTS)
def test_a_counted_vote_is_written_with_its_winners_and_loses_nothing(tmp_path, capsys, vote_type, packed):
    read, written = tmp_path / "in.pb", tmp_path / f"out.pb{packed}"
    read.write_text(HEAD.format(type=vote_type) + BALLOTS[vote_type], encoding="utf-8")

    found = answer(capsys, str(read), "--completion", "add1u", "--write", str(written))

    before = read_sections(read.read_bytes(), "in.pb")
    after = read_sections(unpack(written.read_bytes(), "out.pb"), "out.pb")
    assert [row.fields for row in after.votes] == [row.fields for row in before.votes]
    assert after.vote_columns == before.vote_columns
    selected = {row.fields["project_id"] for row in after.projects if row.fields["selected"] == "1"}
    assert selected == set(found["winners"]) != set()
    assert after.meta == {**before.meta, "rule": "equal-shares", "utility": after.meta["utility"],
                          "completion": "add1u", "tie_breaking": "cost"}  # fmt: skip
    assert answer(capsys, str(written), "--completion", "add1u")["winners"] == found["winners"]


def test_a_file_is_not_written_over_unless_asked(tmp_path, file, capsys) -> None:
    written = tmp_path / "out.pb"
    written.write_text("mine", encoding="utf-8")

    assert main(["allocate", file, "--write", str(written), "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert "exists already" in said.err
    assert not said.out
    assert written.read_text(encoding="utf-8") == "mine"
    assert main(["allocate", file, "--write", str(written), "--overwrite"]) == 0
    assert written.read_text(encoding="utf-8").startswith("META\n")
    assert sorted(os.listdir(tmp_path)) == ["out.pb", "yard.pb.gz"]


def test_a_file_that_appeared_meanwhile_is_left_as_it_is(tmp_path) -> None:
    written = tmp_path / "out.pb"
    written.write_text("mine", encoding="utf-8")

    with pytest.raises(RuleError) as caught:
        write_whole(written, "META\n", overwrite=False)

    assert caught.value.code == "cli.file_exists"
    assert written.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["none/out.pb", ""])
def test_a_place_where_nothing_can_be_written_is_named(tmp_path, file, capsys, name) -> None:
    assert main(["allocate", file, "--write", str(tmp_path / name), "--lang", "en"]) == 2
    assert "Cannot write" in capsys.readouterr().err


def test_a_disk_that_refuses_is_told(tmp_path) -> None:
    with pytest.raises(RuleError) as caught:
        write_whole(tmp_path / "none" / "out.pb", "META\n", overwrite=True)

    assert caught.value.code == "cli.cannot_write"
