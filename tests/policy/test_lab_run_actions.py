"""Rehearsals: asked, computed once, taken up after a restart, cancelled, sealed; and what a result may never do."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError

from tests.cast import STREET, cast, foreign_cast
from tests.policy.builders import CHANGES, CREDIT, asked, begun, computed
from tests.policy.result import RESULT
from zhagen.audit.models import Event
from zhagen.core.errors import RuleError
from zhagen.lab.reform import rulebook_hash
from zhagen.parties.models import Notice, Place
from zhagen.parties.rules import rules_for, thawed
from zhagen.platform.clock import now
from zhagen.platform.queue import drain
from zhagen.policy.actions import lab_work
from zhagen.policy.actions.lab_run import cancel_run, queue_place, resume_run
from zhagen.policy.actions.lab_work import (
    LOST_SECONDS,
    digest_of,
    fail_run,
    finish_run,
    take_next,
    take_up_lost,
)
from zhagen.policy.models import LabRun

FORM = {
    "self_evaluation.weights": {
        "budget_execution": 2000,
        "output": 4000,
        "benefit": 3000,
        "satisfaction": 1000,
    }
}
LATER = dt.timedelta(seconds=LOST_SECONDS + 1)


@pytest.fixture
def people():
    return cast()


def again(run):
    return LabRun.objects.get(pk=run.pk)


def test_a_question_keeps_its_baseline_and_what_it_changes_by_their_hashes(people):
    run = asked(people)

    rules = rules_for(STREET, run.rules_on)
    assert run.state == "queued"
    assert run.reform == {"values": CHANGES, "practice": {}}
    assert run.baseline_digest == rulebook_hash(rules) == rulebook_hash(thawed(run.rules_id))
    assert run.reform_digest != run.baseline_digest
    assert Event.objects.filter(kind="lab_run.asked").count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({CREDIT: 1000}, "lab_run.nothing_changed"),
        ({"no.such_rule": 1}, "rulebook.unknown_name"),
        (FORM, "rulebook.not_local"),
        ({CREDIT: "much"}, "rulebook.value_type"),
    ],
)
def test_what_is_no_change_of_a_local_rule_is_refused(people, changes, code):
    with pytest.raises(RuleError) as caught:
        asked(people, changes)

    assert caught.value.code == code
    assert not LabRun.objects.exists()


def test_a_reform_that_breaks_a_legal_limit_is_kept_as_such(people):
    run = asked(people, {"practice.post_based": True})

    assert not run.is_lawful
    assert "block" in {each["level"] for each in run.findings}


def test_a_foreign_handler_cannot_ask_for_our_street(people):
    foreign = foreign_cast()

    with pytest.raises(RuleError, match=r"permission\.denied"):
        asked({"handler": foreign["handler"]})


def test_only_so_many_wait_at_once(people):
    for number in range(5):
        asked(people, {CREDIT: 2000 + number})

    with pytest.raises(RuleError, match=r"lab_run\.too_many_waiting"):
        asked(people, {CREDIT: 3000})


def test_the_machine_computes_one_at_a_time_in_the_order_of_asking(people):
    first, second = asked(people), asked(people, {CREDIT: 3000})

    taken, none = take_next(now()), take_next(now())

    assert (taken.pk, none) == (first.pk, None)
    assert (queue_place(first), queue_place(second)) == (0, 1)


def test_a_run_that_a_restart_cut_off_is_taken_up_again_and_no_other(people):
    run = begun(people)

    fresh, lost = take_next(now()), take_next(now() + LATER)

    assert fresh is None
    assert lost.pk == run.pk
    assert again(run).state == "running"
    assert Event.objects.filter(kind="lab_run.started").count() == 1


def test_lost_work_is_queued_again_by_the_clock(people):
    nothing = take_up_lost(now())
    begun(people)

    assert nothing == 0
    assert take_up_lost(now()) == 0
    assert take_up_lost(now() + LATER) == 1


def test_a_queue_that_lost_its_call_is_heard_again(people):
    asked(people)

    assert take_up_lost(now()) == 1


def test_a_result_is_sealed_by_its_hash_and_the_asker_is_told(people):
    run = computed(people)

    assert run.state == "done"
    assert run.result_digest == digest_of(run.result) == digest_of(json.loads(json.dumps(RESULT)))
    assert run.rows_done == run.rows
    assert Notice.objects.get(code="lab_run.done").recipient == people["handler"].user


def test_a_failure_is_told_with_its_code_and_may_go_on(people):
    run = fail_run(begun(people), "child.too_slow", at=now())
    resumed = resume_run(run, by=people["chief"].actor, now=now())

    assert (run.state, run.failure) == ("failed", "child.too_slow")
    assert (resumed.state, resumed.failure) == ("queued", "")
    assert Notice.objects.filter(code="lab_run.failed").count() == 1


def test_a_cancelled_run_stays_cancelled_whatever_its_child_still_brings(people):
    run = begun(people)
    cancel_run(run, by=people["handler"].actor, now=now())

    done, failed = finish_run(run, RESULT, at=now()), fail_run(run, "child.failed", at=now())

    assert done.state == failed.state == again(run).state == "cancelled"
    assert again(run).result == {}


def test_a_finished_run_cannot_be_cancelled(people):
    run = computed(people)

    with pytest.raises(RuleError, match=r"lifecycle\.not_now"):
        cancel_run(run, by=people["handler"].actor, now=now())


def test_a_run_nobody_asked_for_tells_nobody(people):
    run = begun(people)
    LabRun.objects.filter(pk=run.pk).update(asked_by=None)

    finish_run(again(run), RESULT, at=now())

    assert not Notice.objects.exists()


# ── the child ──


def stand_in(monkeypatch, name):
    monkeypatch.setattr(lab_work, "TASK", f"tests.policy.child_tasks:{name}")


@pytest.mark.django_db(databases="__all__", transaction=True)  # the queue closes connections inside one
def test_the_queue_computes_what_waits_one_after_another(people, monkeypatch):
    stand_in(monkeypatch, "quick")
    runs = [asked(people), asked(people, {CREDIT: 3000})]

    drain()

    assert [again(run).state for run in runs] == ["done", "done"]
    assert not lab_work.blocks_of(runs[0]).exists()


@pytest.mark.django_db(databases="__all__", transaction=True)  # the queue closes connections inside one
def test_progress_is_noted_while_the_child_computes_and_a_cancel_ends_it(people, monkeypatch):
    stand_in(monkeypatch, "endless")
    run, seen = asked(people), []

    def look(of):
        going_on = note(of)
        seen.append(again(of).rows_done)
        if going_on and seen[-1]:
            cancel_run(of, by=people["handler"].actor, now=now())
        return going_on

    note = lab_work._note_progress
    monkeypatch.setattr(lab_work, "_note_progress", look)
    drain()

    assert (again(run).state, again(run).failure) == ("cancelled", "")
    assert 7 in seen


@pytest.mark.django_db(databases="__all__", transaction=True)  # the queue closes connections inside one
def test_a_child_that_fails_leaves_a_run_that_says_so(people, monkeypatch):
    stand_in(monkeypatch, "broken")
    run = asked(people)

    drain()

    assert (again(run).state, again(run).failure) == ("failed", "child.failed")


def test_an_unforeseen_fault_of_ours_is_no_endless_loop(people, monkeypatch):
    def fault(*_):
        raise ValueError

    monkeypatch.setattr(lab_work, "order_of", fault)
    run = asked(people)

    with pytest.raises(ValueError):  # noqa: PT011 - the runner logs it
        lab_work.work()

    assert again(run).state == "failed"


def test_no_work_is_no_fault():
    assert lab_work.work() is None


def test_a_second_worker_in_the_same_moment_takes_nothing(people, monkeypatch):
    def taken(_):
        raise IntegrityError

    asked(people)
    monkeypatch.setattr(lab_work, "take_next", taken)

    assert lab_work.work() is None


@pytest.mark.django_db(databases="__all__", transaction=True)  # the queue closes connections inside one
def test_computed_blocks_are_not_computed_again_after_a_restart(people, monkeypatch):
    stand_in(monkeypatch, "counting")
    run = begun(people)
    lab_work.blocks_of(run).mkdir(parents=True)
    (lab_work.blocks_of(run) / "first.block").write_text("done before the restart")
    LabRun.objects.filter(pk=run.pk).update(beat_at=now() - LATER)

    drain()

    assert again(run).result["found"] == ["first.block"]


def test_lab_results_are_read_by_nothing_that_scores():
    from tests.test_architecture import PACKAGE

    readers = [
        file
        for folder in (
            "delivery",
            "procurement",
            "community",
            "core/scoring",
            "core/indicators",
            "integrity",
            "parties",
        )
        for file in (PACKAGE / folder).rglob("*.py")
        if "zhagen.policy" in file.read_text("utf-8") or "zhagen.lab.experiments" in file.read_text("utf-8")
    ]

    assert Place.objects.count() == 0
    assert not readers
