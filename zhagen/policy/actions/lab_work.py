"""How the machine computes rehearsals: one at a time, in a limited child, going on after a restart."""

import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.lab_run import LAB_RUN, LabRunState
from zhagen.core.rulebook.rules import canonical_json
from zhagen.core.types import SYSTEM
from zhagen.parties.actions.notice import Note, notify
from zhagen.platform.child import MEBIBYTE, Limits, run_watched
from zhagen.platform.clock import now
from zhagen.platform.home import data_home
from zhagen.platform.queue import enqueue_long
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.policy.compute import order_of, progress_in
from zhagen.policy.models import LabRun

LOST_SECONDS = 20
"""A running rehearsal without a sign for so long was cut off by a restart: it is taken up again."""

LIMITS = Limits(wall_seconds=6 * 3600, memory_bytes=8 * 1024 * MEBIBYTE, file_bytes=512 * MEBIBYTE)
"""The compiler and NumPy reserve more address space than they use; the clock stops what never ends."""

TASK = "zhagen.policy.compute:work"


def blocks_of(run: LabRun) -> Path:
    """Return the folder of a rehearsal's computed blocks; it goes once the result is sealed."""
    return data_home() / "lab" / str(run.pk)


@write_tx
def take_next(at: dt.datetime) -> LabRun | None:
    """Return the rehearsal to compute now: one that a restart cut off, else the first in the queue."""
    lost_before = at - dt.timedelta(seconds=LOST_SECONDS)
    running = LabRun.objects.select_for_update().filter(state=LabRunState.RUNNING).first()
    if running is not None:
        if running.beat_at and running.beat_at > lost_before:
            return None
        LabRun.objects.filter(pk=running.pk).update(beat_at=at)
        return running
    run = (
        LabRun.objects.select_for_update().filter(state=LabRunState.QUEUED).order_by("asked_at", "pk").first()
    )
    if run is None:
        return None
    permit(SYSTEM, "lab_run.work", run)
    run.state = LAB_RUN.after("start", run.state)
    run.started_at, run.beat_at = run.started_at or at, at
    run.save(update_fields=["state", "started_at", "beat_at"])
    record("lab_run.started", run, by=SYSTEM, at=at)
    return run


def work() -> LabRun | None:
    """Compute one rehearsal to its end; return it, or None where none waits."""
    try:
        with transaction.atomic():
            run = take_next(now())
    except IntegrityError:  # another worker took one in the same moment
        return None
    if run is None:
        return None
    try:
        made = run_watched(TASK, order_of(run), _arguments(run), LIMITS, look=lambda: _note_progress(run))
    except RuleError as error:
        if error.code != "child.stopped":
            fail_run(run, error.code, at=now())
    except Exception:  # whatever it is, it would come again at each try
        fail_run(run, "child.failed", at=now())
        raise
    else:
        finish_run(run, json.loads(made.target), at=now())
    if LabRun.objects.filter(state=LabRunState.QUEUED).exists():
        enqueue_long("work_lab")
    return run


def _arguments(run: LabRun) -> dict[str, Any]:
    folder = blocks_of(run)
    folder.mkdir(parents=True, exist_ok=True)
    return {"folder": str(folder), "district": str(data_home() / "lab" / run.place_id)}


def _note_progress(run: LabRun) -> bool:
    """Note how far the child is; return whether it is to go on."""
    done, of = progress_in(blocks_of(run))
    run.rows = max(run.rows, of)
    still = LabRun.objects.filter(pk=run.pk, state=LabRunState.RUNNING)
    return bool(still.update(rows_done=done, rows=run.rows, beat_at=now()))


@write_tx
def finish_run(run: LabRun, result: dict[str, Any], *, at: dt.datetime) -> LabRun:
    """Seal the result of a rehearsal; one that was cancelled meanwhile stays cancelled."""
    run = LabRun.objects.select_for_update().get(pk=run.pk)
    if run.state != LabRunState.RUNNING:
        return run
    permit(SYSTEM, "lab_run.work", run)
    run.state = LAB_RUN.after("finish", run.state)
    run.result, run.result_digest = result, digest_of(result)
    run.is_calibrated = bool(result["is_calibrated"])
    run.rows_done, run.beat_at, run.ended_at = run.rows, at, at
    run.save()
    record("lab_run.finished", run, by=SYSTEM, at=at, payload={"digest": run.result_digest})
    _tell(run, "lab_run.done", at)
    shutil.rmtree(blocks_of(run), ignore_errors=True)
    return run


@write_tx
def fail_run(run: LabRun, code: str, *, at: dt.datetime) -> LabRun:
    """Note that a rehearsal could not be computed, and why; one that was cancelled meanwhile stays cancelled."""
    run = LabRun.objects.select_for_update().get(pk=run.pk)
    if run.state != LabRunState.RUNNING:
        return run
    permit(SYSTEM, "lab_run.work", run)
    run.state, run.failure, run.ended_at = LAB_RUN.after("fail", run.state), code, at
    run.save(update_fields=["state", "failure", "ended_at"])
    record("lab_run.failed", run, by=SYSTEM, at=at, payload={"code": code})
    _tell(run, "lab_run.failed", at)
    return run


def digest_of(result: dict[str, Any]) -> str:
    """Return the SHA-256 by which a result is sealed."""
    return hashlib.sha256(canonical_json(result)).hexdigest()


def _tell(run: LabRun, code: str, at: dt.datetime) -> None:
    if run.asked_by is not None:
        figures = {"number": run.number, "title": run.title}
        notify(Note(code, reverse("lab_run_view", args=[run.pk]), figures=figures), to=[run.asked_by], now=at)


def take_up_lost(at: dt.datetime) -> int:
    """Queue the work again where a restart left a rehearsal without a sign, or one waits alone; return how many."""
    lost = LabRun.objects.filter(
        state=LabRunState.RUNNING, beat_at__lt=at - dt.timedelta(seconds=LOST_SECONDS)
    ).count()
    if lost or _waits_unheard():
        enqueue_long("work_lab")
        return max(lost, 1)
    return 0


def _waits_unheard() -> bool:
    """Whether a rehearsal waits while none runs: the queue lost its call with a worker that was killed."""
    states = set(
        LabRun.objects.filter(state__in=(LabRunState.RUNNING, LabRunState.QUEUED)).values_list("state")
    )
    return states == {(LabRunState.QUEUED,)}
