"""`zhagen lab run|compare|sweep|ablate|morris|sobol` as somebody types them, on a tiny district."""

import io
import json
import subprocess
import sys

import pytest

from tests.lab.snapshots import a_snapshot
from zhagen.__main__ import main
from zhagen.cli.lab_inputs import newest_day, values_of
from zhagen.cli.progress import Progress
from zhagen.core.errors import RuleError
from zhagen.lab.experiments.results import from_json
from zhagen.lab.experiments.setup import LEVER_AT
from zhagen.lab.snapshot import write_snapshot

TINY = [
    "--communities",
    "12",
    "--agencies",
    "5",
    "--streets",
    "2",
    "--draws",
    "3",
    "-R",
    "2",
    "--months",
    "30",
    "--burn-in",
    "12",
    "--workers",
    "1",
]
REFORM = """[reform]
title_zh = "多留几年"
title_en = "Stay longer"

[off_plan.credit_max]
value = 1000
"""


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")

    def run(*words):
        try:
            code = main(["lab", words[0], *TINY, *words[1:]])
        except SystemExit as stop:
            code = int(str(stop.code))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_compare_tells_directions_draws_and_rules_of_honesty_in_both_languages(run):
    code, zh, _ = run("compare", "base", "R5")
    _, en, _ = run("compare", "base", "R5", "--lang", "en")

    assert code == 0
    assert "base → R5：会怎样变" in zh
    assert "【未校准】3 组参数 × 2 次重复" in zh
    assert "需求得到解决：上升（好），3 组参数中有 3 组如此。" in zh
    assert "不得作为事前绩效评估引用" in zh
    assert "needs resolved: up (better), in 3 of 3 draws." in en
    assert "%" not in zh.partition("怎样读这份推演")[0]


def test_results_are_written_and_a_second_run_computes_nothing(run, tmp_path):
    first = run("compare", "base", "R1", "-o", str(tmp_path))
    second = run("compare", "base", "R1", "-o", str(tmp_path))

    assert first[:2] == second[:2]
    assert "12/12 已算完" in second[2]
    result = from_json((tmp_path / "compare.json").read_text("utf-8"))
    assert result.stamp.digest[:12] in first[1]
    page = (tmp_path / "compare.html").read_text("utf-8")
    assert result.stamp.digest in page
    assert page.startswith("<!doctype html>")


def test_json_is_the_result_and_nothing_else(run):
    code, out, _ = run("compare", "base", "R1", "--json")

    whole = json.loads(out)
    assert code == 0
    assert whole["kind"] == "comparison"
    assert whole["watermark"].startswith("政策实验室推演，未校准")
    assert from_json(out).reform.name == "R1"


def test_the_size_of_blocks_changes_nothing_of_a_result(run):
    usual, small = (
        run("compare", "base", "R1", "--json"),
        run("compare", "base", "R1", "--json", "--block", "1"),
    )

    assert usual[1] == small[1]


def test_a_file_of_changed_values_is_rehearsed_over_the_rulebook_in_force(run, tmp_path):
    file = tmp_path / "reform.toml"
    file.write_text(REFORM, encoding="utf-8")

    code, out, _ = run("compare", "live", str(file))
    broken = tmp_path / "broken.toml"
    broken.write_text(REFORM.replace("credit_max", "credit_mox"), encoding="utf-8")

    assert code == 0
    assert "live → 多留几年" in out
    code, _, err = run("compare", "live", str(broken))
    assert code == 1
    assert "broken.toml" in err


def test_a_pack_is_put_into_the_rulebook_in_force_as_far_as_it_can_say_it(run):
    _, out, _ = run("compare", "live", "live+R3")

    assert "live → live+R3" in out
    assert "服务期" not in out


def test_an_assumption_holds_under_both_rulebooks(run):
    result = from_json(
        run("compare", "base", "R1", "--assume", "thin_staff", "--assume", "pi=0.5", "--json")[1]
    )

    assert result.base.assumed == result.reform.assumed == {"capacity": 0.7, "pi": 0.5}
    for word, code in [
        ("nope", "没有|不认识"),
        ("nope=1", "不认识"),
        ("pi=2", "不能是 2"),
        ("pi=x", "看不懂取值"),
        ("pi=nan", "不能是 nan"),
    ]:
        exit_code, _, err = run("compare", "base", "R1", "--assume", word)
        assert exit_code == 1
        assert any(each in err for each in code.split("|"))


def test_a_kept_result_is_told_again_in_the_other_language_and_refused_once_changed(run, tmp_path):
    first = run("compare", "base", "R1", "-o", str(tmp_path), "--lang", "en")
    kept, page = tmp_path / "compare.json", tmp_path / "again.html"

    english = show(run, str(kept), "--lang", "en")
    chinese = show(run, str(kept), "--html", str(page))
    kept.write_text(kept.read_text("utf-8").replace('"R1"', '"R2"'), encoding="utf-8")
    changed = show(run, str(kept))

    assert english[:2] == first[:2]
    assert "base → R1：会怎样变" in chinese[1]
    assert "会怎样变" in page.read_text("utf-8")
    assert changed[0] == 1
    assert "被改动过" in changed[2]


def show(run, *words):
    """Run `show`, which takes none of the tiny district's options."""
    kept, TINY[:] = TINY[:], []
    try:
        return run("show", *words)
    finally:
        TINY[:] = kept


def test_a_snapshot_gives_the_district_and_how_much_of_it_is_served(run, tmp_path):
    file = tmp_path / "district.json"
    file.write_text(write_snapshot(a_snapshot()), encoding="utf-8")

    code, out, _ = run("compare", "live", "live+R4", "--snapshot", str(file), "--json")

    result = from_json(out)
    assert code == 0
    assert result.base.levers[LEVER_AT["buy"]] == result.reform.levers[LEVER_AT["buy"]] == 38 / 40
    assert {each.group for each in result.groups if each.kind == "street"} == {0, 1}


def test_a_rulebook_that_breaks_the_law_stands_under_a_banner(run):
    posts = run("compare", "base", "R6")[1].splitlines()
    lawful = run("compare", "base", "R3")[1].splitlines()

    assert posts[1].startswith("注意：其中的规则突破了法定限度")
    assert not lawful[1].startswith("注意")


def test_run_counts_outcomes_and_shows_no_level_uncalibrated(run):
    code, out, _ = run("run", "base")

    assert code == 0
    assert "未校准时不显示数量" in out


def test_sweep_moves_a_lever_or_a_whole_rulebook(run):
    lever, path = run("sweep", "base", "term", "6:36:10"), run("sweep", "base", "--to", "R1", "--steps", "3")

    assert lever[0] == path[0] == 0
    assert "服务期（月） 从 6 到 36" in lever[1]
    assert "从 base 一步步走到 R1" in path[1]


def test_ablate_and_the_two_ways_of_sensitivity_answer(run):
    ablated = run("ablate", "base", "R1")
    screened = run("morris", "base", "--levers", "term,merit", "--points", "2", "--draws", "1")
    parted = run("sobol", "base", "--params", "mu,omega", "--points", "2", "--draws", "1")

    assert [each[0] for each in (ablated, screened, parted)] == [0, 0, 0]
    assert "靠什么起作用" in ablated[1]
    assert "Morris" in screened[1]
    assert "Sobol" in parted[1]


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (("compare", "base", "nope"), "没有叫“nope”的规则", "no rulebook “nope”"),
        (("sweep", "base", "term", "a:b"), "看不懂取值", "Cannot read the values"),
        (("sweep", "base", "nope", "1,2,3"), "模型没有“nope”", "The model has no “nope”"),
        (("sweep", "base", "term", "6,48,60"), "不能是 48", "cannot be 48"),
        (("sobol", "base", "--levers", "term,merit", "--points", "6"), "2 的幂", "power of two"),
        (("ablate", "base", "base"), "没有区别", "the same to the model"),
        (("compare", "base", "R1", "--burn-in", "99"), "须大于预热月数", "must be more than the burn-in"),
    ],
)
def test_what_cannot_be_done_is_said_in_both_languages(run, words, zh, en):
    answers = [run(*words, "--lang", each) for each in ("zh", "en")]

    assert {code for code, _, _ in answers} == {1}
    assert zh in answers[0][2]
    assert en in answers[1][2]


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(run, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("zhagen.lab.runner.run_block", interrupt)
    kept, unkept = run("compare", "base", "R1", "-o", str(tmp_path)), run("compare", "base", "R1")

    assert kept[0] == unkept[0] == 130
    assert "同样的命令" in kept[2]
    assert "加上 -o" in unkept[2]


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_computed(run, tmp_path):
    (tmp_path / "file").write_text("")

    code, _, err = run("compare", "base", "R1", "-o", str(tmp_path / "file"))

    assert code == 1
    assert "不能" in err or "写不了" in err


def test_progress_is_a_bar_on_a_terminal_and_a_few_lines_elsewhere():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen, file = Terminal(), io.StringIO()
    for stream in (screen, file):
        told = Progress("en", stream)
        for done in range(0, 101, 10):
            told(done, 100)

    assert screen.getvalue().count("\r") == 11
    assert screen.getvalue().endswith("\n")
    assert 3 <= len(file.getvalue().splitlines()) <= 5
    assert "100/100" in file.getvalue()


def test_a_run_taken_up_again_says_what_was_done_before():
    stream = io.StringIO()

    Progress("zh", stream)(40, 100)

    assert "接着上次：40/100" in stream.getvalue()


def test_the_commands_are_told_without_loading_the_model():
    code = "import sys, zhagen.cli.lab_experiments; sys.exit(any(each.startswith('zhagen.lab') for each in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("text", ["", "1:2", "1:2:0", "2:1:1", "x", "0:1:0.0000001", "1:nan:1", "0:inf:1"])
def test_values_that_make_no_sense_are_refused(text):
    with pytest.raises(RuleError) as caught:
        values_of(text)

    assert caught.value.code == "experiment.bad_range"


def test_the_day_of_the_law_is_that_of_the_newest_value_that_ships():
    assert newest_day().year >= 2025
