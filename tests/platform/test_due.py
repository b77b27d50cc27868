"""The registry of what falls due."""

import datetime as dt

import pytest

from zhagen.platform import due as module
from zhagen.platform.due import DueOutcome, due, run_due

NOW = dt.datetime(2026, 5, 4, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch):
    monkeypatch.setattr(module, "_registry", {})


def test_every_function_runs_with_the_moment_and_says_how_much_it_changed():
    seen = []

    @due("need.overdue")
    def overdue(now):
        seen.append(now)
        return 3

    outcomes = run_due(NOW)

    assert seen == [NOW]
    assert outcomes == [DueOutcome("need.overdue", 3)]


def test_one_that_fails_is_reported_and_the_others_still_run():
    @due("a.broken")
    def broken(now):
        raise ValueError("no such row")

    @due("b.whole")
    def whole(now):
        return 1

    broken_outcome, whole_outcome = run_due(NOW)

    assert broken_outcome.error == "ValueError: no such row"
    assert whole_outcome == DueOutcome("b.whole", 1)


def test_two_functions_of_one_name_are_refused():
    due("need.overdue")(lambda now: 0)

    with pytest.raises(ValueError, match=r"need\.overdue"):
        due("need.overdue")(lambda now: 0)
