import json
import subprocess
import sys
from pathlib import Path

import pytest

from zhagen.__main__ import main

ROOT = Path(__file__).parents[2]
STREET = "990101001000"
LOCAL = """[layer]
name = "demo_qinghe"
place = "990101001000"
title_zh = "青禾街道"
title_en = "Qinghe"
parent = "demo"

[community.tasks_max]
unit = "count"
source = "会议纪要〔2026〕2号"
values = [{ from = 2026-01-01, value = 2 }]
"""


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main(words)
        except SystemExit as stop:
            code = int(str(stop.code))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def file(tmp_path):
    def write(text: str) -> str:
        path = tmp_path / "local.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_show_prints_the_values_in_force_with_source_and_mark(run):
    code, out, _ = run("rulebook", "show", "contract.term", "--on", "2026-03-01", "--place", STREET)

    assert code == 0
    assert "contract.term_max  服务合同一般期限上限：12 个月" in out
    assert "财政部令第102号" in out
    assert "共 2 条" in out
    english = run(
        "rulebook", "show", "claim.payment_max", "--on", "2026-03-01", "--place", "11", "--lang", "en"
    )[1]
    assert "TO BE CONFIRMED" in english


def test_show_in_json_is_the_snapshot(run):
    code, out, _ = run("rulebook", "show", "--on", "2026-03-01", "--place", STREET, "--json")

    data = json.loads(out)
    assert code == 0
    assert data["values"]["community.tasks_max"]["layer"] == "demo_qinghe"
    assert data["on"] == "2026-03-01"


def test_an_unknown_name_is_refused_with_what_to_do(run):
    for words in (("show", "contract.tern"), ("explain", "contract.tern")):
        code, out, err = run("rulebook", *words, "--on", "2026-03-01")
        assert (code, out) == (1, "")
        assert "没有名为“contract.tern”的规则" in err


def test_check_accepts_the_shipped_rulebooks_and_a_right_file(run, file):
    code, out, _ = run("rulebook", "check")
    assert (code, out.count("没有问题")) == (0, 5)

    code, out, _ = run("rulebook", "check", file(LOCAL))
    assert (code, out.count("\n")) == (0, 1)
    assert "demo_qinghe 层，1 条规则" in out
    assert run("rulebook", "check", file(LOCAL), "--json")[:2] == (0, "[]\n")


def test_check_refuses_a_broken_file_with_file_line_key_and_what_would_be_right(run, file):
    name = file(LOCAL.replace('unit = "count"', 'unit = "counts"'))

    code, out, err = run("rulebook", "check", name)

    assert (code, out) == (1, "")
    assert f"{name} 第 9 行 community.tasks_max.unit：单位“counts”不认识" in err
    code, out, _ = run("rulebook", "check", name, "--json")
    assert code == 1
    assert [(each["code"], each["line"]) for each in json.loads(out)] == [("rulebook.bad_unit", "9")]


def test_check_refuses_a_file_that_loosens_the_law(run, file):
    values = "values = [{ from = 2026-01-01, value = 60 }]"
    name = file(f'{LOCAL}\n[contract.term_ceiling]\nunit = "months"\nsource = "x"\n{values}\n')

    code, _, err = run("rulebook", "check", name, "--lang", "en")

    assert code == 1
    assert "line 16, contract.term_ceiling: 60 is looser than the 36 above (months)" in err
    assert "财政部令第102号" in err


def test_a_file_that_cannot_be_read_is_a_wrong_use(run, tmp_path):
    (tmp_path / "gbk.toml").write_bytes("规则".encode("gbk"))

    for words in (("rulebook", "check"), ("rulebook", "check", "--json"), ("calendar", "check")):
        for name in ("none.toml", "gbk.toml"):
            code, _, err = run(*words, str(tmp_path / name))
            assert code == 2
            assert "读不了文件" in err


def test_diff_tells_days_places_and_files_apart(run, file):
    by_day = run("rulebook", "diff", "--on", "2024-01-01", "--place", STREET, "--to-on", "2026-01-01")
    by_place = run("rulebook", "diff", "--on", "2026-03-01", "--to-place", STREET)
    by_file = run(
        "rulebook", "diff", "--on", "2026-03-01", "--place", STREET, "--to-file", file(LOCAL), "--json"
    )

    assert "tender.selection.bid_period_min  比选：响应期限（日）：5 " in by_day[1]
    assert "值相同，依据或核对状态不同" in by_place[1]
    changed = {each["name"]: each for each in json.loads(by_file[2] or by_file[1])}
    assert changed["community.tasks_max"]["after"]["value"] == 2
    assert {by_day[0], by_place[0], by_file[0]} == {0}


def test_explain_says_who_spoke_who_won_and_what_comes(run, file):
    words = ("rulebook", "explain", "contract.term_ceiling", "--on", "2021-03-01", "--place", "990101002000")

    code, out, _ = run(*words)
    data = json.loads(run(*words, "--json")[1])

    assert code == 0
    assert "全国：36，2020-03-01 起，生效" in out
    assert "柳湾街道（虚构）：当日没有值，尚未施行" in out
    assert "以后：2022-01-01 起为 24（demo_liuwan）" in out
    assert [each["outcome"] for each in data["spoke"]] == ["won", "not_yet"]
    assert data["coming"][0]["on"] == "2022-01-01"
    lists = json.loads(run("rulebook", "explain", "need.private_kinds", "--on", "2026-03-01", "--json")[1])
    assert "illness" in lists["spoke"][0]["value"]


def test_explain_of_a_day_without_a_value_says_so(run, file):
    words = ("rulebook", "explain", "contract.term_max", "--on", "1999-01-01")

    for more in ((), ("--json",)):
        code, out, err = run(*words, *more)
        assert code == 1
        assert "没有生效的值" in err
        assert "2020-03-01" in out
    ended = file(LOCAL + "until = 2026-06-30\n")
    _, out, _ = run(
        "rulebook", "explain", "community.tasks_max", "--on", "2026-03-01", "--place", STREET, "--file", ended
    )
    assert "以后：2026-07-01 起为 4（national）" in out


def test_what_ends_without_a_successor_is_said_to_end(run, tmp_path):
    text = (ROOT / "zhagen/rulebooks/national.toml").read_text(encoding="utf-8")
    head = "[tie.look_back]\n"
    path = tmp_path / "national.toml"
    path.write_text(text.replace(head, head + "until = 2026-12-31\n"), encoding="utf-8")
    words = ("rulebook", "explain", "tie.look_back", "--on", "2026-03-01", "--file", str(path))

    assert "以后：2027-01-01 起为 —（—）" in run(*words)[1]
    assert json.loads(run(*words, "--json")[1])["coming"] == [{"on": "2027-01-01", "voice": None}]


def test_reference_prints_the_document_of_the_docs_folder(run):
    code, out, _ = run("rulebook", "reference")

    assert (code, out.splitlines()[0]) == (0, "# Rulebooks")


def test_a_holiday_year_is_checked_before_it_is_added(run, tmp_path):
    shipped = ROOT / "zhagen/rulebooks/holidays/2026.toml"
    wrong = tmp_path / "2027.toml"
    wrong.write_text(
        shipped.read_text(encoding="utf-8").replace("2026-02-14", "2026-02-13"), encoding="utf-8"
    )

    code, out, _ = run("calendar", "check", str(shipped))
    assert code == 0
    assert "2026 年，放假 33 天，调休上班 6 天" in out
    code, _, err = run("calendar", "check", str(wrong), str(shipped))
    assert code == 1
    assert "2026-02-13 不是周末" in err


def test_a_wrong_command_line_is_a_wrong_use(run):
    for words in (
        ("rulebook", "show"),
        ("rulebook", "show", "--on", "soon"),
        ("rulebook", "show", "--on", "2026-03-01", "--place", "1"),
        ("lab",),
    ):
        assert run(*words)[0] == 2


def test_the_language_follows_the_environment(run, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")

    assert "no problem found" in run("rulebook", "check")[1]


def test_commands_on_files_start_without_django():
    script = (
        "import sys; from zhagen.__main__ import main; main(['rulebook', 'check']);"
        "sys.exit(any(name.partition('.')[0] == 'django' for name in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()


def test_a_closed_pipe_ends_a_command_quietly():
    command = f"{sys.executable} -m zhagen rulebook show --on 2026-03-01 | head -n 1"

    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, check=False)

    assert b"Traceback" not in done.stderr
