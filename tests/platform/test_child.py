"""A child process ends with its crash, its loop or its greed; the parent only hears of it."""

import time

import pytest

from zhagen.core.errors import RuleError
from zhagen.platform.child import MEBIBYTE, Limits, run_limited


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


def test_the_child_sees_no_secret_of_the_server(monkeypatch):
    monkeypatch.setenv("ZHAGEN_SECRET_KEY", "s3cret")

    assert "ZHAGEN_SECRET_KEY" not in run("tell_environment").answer
