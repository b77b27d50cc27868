"""A child process ends with its crash, its loop or its greed; the parent only hears of it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zhagen.core.errors import RuleError
from zhagen.platform.child import MEBIBYTE, Limits, run_limited, run_watched


def run(name, limits=Limits(wall_seconds=5, memory_bytes=512 * MEBIBYTE, file_bytes=8 * MEBIBYTE)):  # noqa: B008
    return run_limited(f"tests.platform.child_tasks:{name}", b"abc", {"word": "根"}, limits)


def test_a_task_gets_its_source_and_gives_answer_and_target():
    outcome = run("echo")

    assert (outcome.answer, outcome.target) == ({"seen": "根"}, b"ABC")


def test_a_refusal_keeps_its_code_source_and_figures():
    with pytest.raises(RuleError) as caught:
        run("refuse")

    assert (caught.value.code, caught.value.source, caught.value.figures) == (
        "upload.empty",
        "x",
        {"figure": 7},
    )


@pytest.mark.parametrize(
    ("task", "code"),
    [
        ("sleep", "child.too_slow"),
        ("loop", "child."),
        ("hoard", "child.too_big"),
        ("crash", "child.failed"),
        ("fill_disk", "child.failed"),
    ],
)
def test_a_runaway_task_is_ended_and_named(task, code):
    began = time.monotonic()

    with pytest.raises(RuleError, match=code):
        run(task, Limits(wall_seconds=2, memory_bytes=512 * MEBIBYTE, file_bytes=8 * MEBIBYTE))

    assert time.monotonic() - began < 4


def test_a_second_child_waits_for_the_first_and_then_says_busy(monkeypatch):
    from zhagen.platform import child

    monkeypatch.setattr(child, "_QUEUE_SECONDS", 0.05)
    with child._ONE_AT_A_TIME, pytest.raises(RuleError, match=r"child\.busy"):
        run("echo")

    assert run("echo").target == b"ABC"


def test_a_child_leaves_no_file_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run("echo")
    with pytest.raises(RuleError):
        run("crash")

    assert list(tmp_path.iterdir()) == []


def test_the_server_imports_none_of_the_heavy_libraries():
    script = (
        "import sys\n"
        "import django\n"
        "django.setup()\n"
        "from zhagen.platform import charts, documents, files, fonts, pdf, photos, qr, sheet_files, sheets\n"
        "from zhagen.platform import small_charts, table_files, tables, uploads, word_templates\n"
        "heavy = 'xlsxwriter PIL docx docxtpl jinja2 lxml typst vl_convert python_calamine segno numpy'\n"
        "print([name for name in heavy.split() if name in sys.modules])\n"
    )

    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "zhagen.web.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env=environment
    )

    assert done.stdout.strip() == "[]"


def test_the_child_sees_no_secret_of_the_server(monkeypatch):
    monkeypatch.setenv("ZHAGEN_SECRET_KEY", "s3cret")

    assert "ZHAGEN_SECRET_KEY" not in run("tell_environment").answer


WATCHED = Limits(wall_seconds=30, memory_bytes=512 * MEBIBYTE, file_bytes=8 * MEBIBYTE)


def watched(name, look, limits=WATCHED, **arguments):
    task = f"tests.platform.child_tasks:{name}"
    return run_watched(task, b"abc", {"word": "根", **arguments}, limits, look=look)


def is_alive(pid):
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_watched_task_answers_like_any_other():
    assert watched("echo", lambda: True).target == b"ABC"


def test_a_watched_task_is_stopped_with_all_that_it_started(tmp_path):
    told = tmp_path / "pid"

    with pytest.raises(RuleError, match=r"child\.stopped"):
        watched("start_another", lambda: not told.exists(), told=str(told))

    until = time.monotonic() + 5
    while is_alive(int(told.read_text())) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(int(told.read_text()))


def test_a_watched_task_has_its_clock_too():
    with pytest.raises(RuleError, match=r"child\.too_slow"):
        watched("sleep", lambda: True, Limits(wall_seconds=1, memory_bytes=512 * MEBIBYTE))
