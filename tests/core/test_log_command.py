"""`zhagen log …` on files: what it prints and its exit codes, and the verifier in one file."""

import json
import random
import subprocess
import sys

import pytest

from tests.core.log_world import KEY, a_log, edit, exported, forged, signed_root
from zhagen.cli.log import verifier_source
from zhagen.cli.run import main
from zhagen.core.draws import commit, draw

LOG = a_log(random.Random(1), 12)
SEED = bytes(range(32))


@pytest.fixture
def files(tmp_path):
    (tmp_path / "log.jsonl").write_bytes(b"\n".join(exported(LOG, root_sizes=(5, 12))))
    forged_log = forged(random.Random(2), LOG, edit)
    (tmp_path / "forged.jsonl").write_bytes(b"\n".join(exported(forged_log, root_sizes=(5,))))
    (tmp_path / "root.txt").write_text(signed_root(LOG))
    (tmp_path / "key.txt").write_text(f"{KEY}\n")
    (tmp_path / "doors.txt").write_text("1-101\n1-102\n\n2-101\n")
    return tmp_path


def test_a_sound_file_is_0_in_both_languages(files, capsys) -> None:
    options = ["--root", str(files / "root.txt"), "--key", str(KEY)]

    assert main(["log", "verify", str(files / "log.jsonl"), *options, "--lang", "zh"]) == 0
    assert capsys.readouterr().out.startswith("日志完好：12 条事件")
    assert main(["log", "verify", str(files / "log.jsonl"), *options, "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("The log is sound: 12 events")


def test_a_forged_file_is_1_and_says_where(files, capsys) -> None:
    words = ["log", "verify", str(files / "forged.jsonl"), "--root", str(files / "root.txt"), "--lang", "en"]

    assert main(words) == 1
    out = capsys.readouterr().out
    assert "something was edited, deleted, inserted or swapped" in out
    assert "NOT sound" in out


def test_the_root_and_key_may_be_typed_or_in_files(files, capsys) -> None:
    typed = signed_root(LOG).replace("\n", "\\n")
    words = [
        "log",
        "verify",
        str(files / "log.jsonl"),
        "--root",
        typed,
        "--key",
        str(files / "key.txt"),
        "--json",
    ]

    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["notes"] == []


@pytest.mark.parametrize(
    "words",
    [
        ["missing.jsonl"],
        ["root.txt"],
        ["log.jsonl", "--root", "missing.txt"],
        ["log.jsonl", "--root", "doors.txt"],
        ["log.jsonl", "--key", "doors.txt"],
    ],
)
def test_what_cannot_be_checked_is_2_with_a_reason(files, capsys, monkeypatch, words: list[str]) -> None:
    monkeypatch.chdir(files)

    assert main(["log", "verify", *words]) == 2
    assert capsys.readouterr().err.strip()


def test_a_draw_is_checked_from_its_published_parts(files, capsys) -> None:
    drawn = draw(SEED, ["1-101", "1-102", "2-101"], 2, public="root 17")
    words = ["log", "draw", commit(SEED), SEED.hex(), str(files / "doors.txt"), *drawn, "--public", "root 17"]

    assert main(words) == 0
    assert main([*words[:-1], "root 18"]) == 1
    assert main(["log", "draw", commit(SEED), "no hex", str(files / "doors.txt"), *drawn]) == 1


def test_the_verifier_in_one_file_needs_nothing_of_the_product(files) -> None:
    (files / "verify.py").write_text(verifier_source())

    def run(*names: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "verify.py", *names]
        return subprocess.run(command, cwd=files, capture_output=True, text=True, check=False)

    assert "import zhagen" not in verifier_source()
    assert "from zhagen" not in verifier_source()
    sound, bad = run("log.jsonl", "root.txt"), run("forged.jsonl", "root.txt")
    assert (sound.returncode, bad.returncode) == (0, 1), sound.stderr + bad.stderr
    assert sound.stdout.strip().endswith("sound")
    assert "log.history_rewritten" in bad.stdout


def test_the_verifier_in_one_file_runs_on_the_standard_library_alone(files) -> None:
    blocked = "import sys; sys.modules['nacl'] = None; sys.argv[1:] = ['log.jsonl', 'root.txt']\n"
    (files / "verify.py").write_text(blocked + verifier_source())

    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"], cwd=files, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "log.signatures_not_checked" in done.stdout


def test_the_verifier_command_prints_that_file(capsys) -> None:
    assert main(["log", "verifier"]) == 0
    assert capsys.readouterr().out == verifier_source()
