import json

import pytest

from tests.lab.snapshots import a_snapshot
from zhagen.__main__ import main
from zhagen.cli import shipped
from zhagen.lab.legal import Level
from zhagen.lab.snapshot import Part, write_snapshot

WHERE = ("--on", "2026-03-02", "--place", "990101001000")
FILE = (
    '[reform]\ntitle_zh = "试行"\n[contract.term_ceiling]\nvalue = 24\n[off_plan.credit_max]\nvalue = 2000\n'
)


@pytest.fixture
def run(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = main(["lab", "reform", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def file(tmp_path):
    def write(text: str, name: str = "r.toml") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_a_reform_is_told_what_it_changes_moves_and_owes_to_the_law(run, file):
    code, out, _ = run("check", file(FILE), *WHERE, "--lang", "zh")

    assert code == 0
    assert "contract.term_ceiling  具备条件时服务合同期限上限（个月）：36 → 24" in out
    assert "杠杆 计划外请求算作工作量的比例：0.4 → 0.8" in out
    assert "可以提请采纳" in out
    assert "[有条件] 服务期 24 个月" in out
    assert out.endswith("没有禁止事项。\n")
    english = run("check", file(FILE), *WHERE, "--lang", "en")[1]
    assert "[on conditions] A term of 24 months" in english
    assert not any(
        "一" <= char <= "鿿" for line in english.splitlines() if line.startswith("  lever") for char in line
    )


def test_what_the_model_is_not_meant_for_is_told(run, file):
    code, out, _ = run(
        "check", file("[reform]\n[sample.participants_max]\nvalue = 5000\n"), *WHERE, "--lang", "zh"
    )

    assert code == 0
    assert "超出模型适用范围，按范围的边界计算：核实的比例" in out


def test_a_forbidden_reform_ends_with_one(run, file):
    code, out, _ = run(
        "check", file("[reform]\n[practice.post_based]\nvalue = true\n"), *WHERE, "--lang", "zh"
    )

    assert code == 1
    assert "[禁止] 按岗位用人属于直接用工，不是购买服务" in out
    assert "第十条第五项，2020-03-01 起施行" in out


def test_what_is_not_the_office_s_to_change_is_refused_with_file_and_line(run, file):
    code, out, err = run(
        "check", file("[reform]\n[contract.term_ceiling]\nvalue = 60\n"), *WHERE, "--lang", "zh"
    )

    assert (code, out) == (1, "")
    assert "r.toml 第 2 行 contract.term_ceiling" in err
    assert "财政部令第102号" in err


def test_machines_get_hashes_levers_and_findings(run, file):
    code, out, _ = run("check", file(FILE), *WHERE, "--json")

    told = json.loads(out)
    assert code == 0
    assert told["is_adoptable"]
    assert not told["is_blocked"]
    assert told["levers"]["credit"] == {"before": 0.4, "after": 0.8}
    assert {len(told[name]) for name in ("reform", "rulebook_before", "rulebook_after", "facts")} == {64}
    assert told["rulebook_before"] != told["rulebook_after"]
    assert {each["code"] for each in told["findings"]} >= {
        "legal.term_needs_grounds",
        "legal.signed_contracts_stay",
    }


def test_a_longer_ceiling_needs_a_document_with_its_number(run, file):
    statutes = (
        '[[statute]]\npath = "contract.term_ceiling"\nvalue = 60\ndocument = "某办法"\nnumber = "{}"\n'
        "in_force_on = 2026-01-01\n"
    )
    reform = file("[reform]\n[contract.term_ceiling]\nvalue = 48\n")

    named = run(
        "check",
        reform,
        "--on",
        "2026-03-02",
        "--statutes",
        file(statutes.format("财政部令第999号"), "s.toml"),
    )
    unnamed = run(
        "check",
        reform,
        "--on",
        "2026-03-02",
        "--statutes",
        file(statutes.format(""), "t.toml"),
        "--lang",
        "zh",
    )

    assert named[0] == 0
    assert unnamed[0] == 1
    assert "须有文件名称和文号" in unnamed[2]


def test_levers_and_packs_are_listed_and_a_pack_is_written_as_a_reform(run, file):
    facts = file("[minimum_wage]\nvalue = 4000\n", "f.toml")

    assert "term  服务期（月）：36" in run("levers", *WHERE, "--lang", "zh")[1]
    assert json.loads(run("levers", *WHERE, "--json")[1])["levers"]["wage"] == 0.8
    listed = run("packs", "--lang", "zh")[1]
    assert "R6  R6 岗位制" in listed
    assert "多元主义" not in listed
    assert "不是建议" in run("packs", "--research", "--lang", "zh")[1]
    text = run("write", "R4", *WHERE)[1]
    assert "value = 240" in text
    code, out, _ = run("check", file(text), *WHERE, "--facts", facts, "--lang", "zh")
    assert code == 1
    assert "低于当地最低工资 4000 元" in out
    assert run("write", "R9", *WHERE)[0] == 1


def test_a_snapshot_of_the_district_gives_its_own_figures(run, file):
    taken = file(write_snapshot(a_snapshot(off_plan=Part(9_000, 99_000))), "s.json")

    assert json.loads(run("levers", *WHERE, "--json", "--snapshot", taken)[1])["levers"]["credit"] == 1


def test_each_level_has_its_word():
    assert [level for level in Level if f"legal_level.{level}" not in shipped.catalogue()] == []
