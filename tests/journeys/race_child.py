"""Races of delivery and payment in a process of its own, by the harness of the races of buying.

    python -m tests.journeys.race_child claim 10 [without-guard]

Two claims on one instalment never take more than acceptance released; an off-plan task is confirmed once,
however many of the asking side answer at the same moment.
"""

import json
import sys
import time

from tests.procurement.race_child import PAUSE_SECONDS, THREADS, at_once, bare, start


def slow_after(function):
    """Widen the window between checking and writing."""

    def slowed(*args, **kwargs):
        found = function(*args, **kwargs)
        time.sleep(PAUSE_SECONDS)
        return found

    return slowed


class Unasked:
    """Instalments whose conditional update no longer asks for its condition."""

    def __init__(self, model):
        self.model, self.objects = model, self

    def filter(self, *, pk, **conditions):
        return self.model.objects.filter(pk=pk)

    def select_for_update(self):
        return self.model.objects.all()


def race_claim(people, number: int, has_guard: bool) -> dict:
    from django.db.models import Sum

    from tests.procurement.builders_contract import NOW, a_contract
    from zhagen.procurement.actions import claim
    from zhagen.procurement.models import Claim, Instalment

    part = a_contract(people).instalments.get(order=1)
    by, submit = people["agency_head"].actor, bare(claim.submit_claim, has_guard)
    claim.Instalment = Instalment if has_guard else Unasked(Instalment)
    ends = at_once([lambda: submit(part, 5_000_000, invoice_no="1", by=by, now=NOW) for _ in range(THREADS)])
    claim.Instalment = Instalment
    part.refresh_from_db()
    asked = Claim.objects.filter(instalment=part).aggregate(all=Sum("amount_fen"))["all"]
    told = {"done": 2, "claim.more_than_payable": THREADS - 2}
    return {"ends": ends, "is_right": asked == part.claimed_fen == 10_000_000 and ends == told}


def race_off_plan(people, number: int, has_guard: bool) -> dict:
    from tests.delivery.builders import AT, a_task
    from zhagen.audit.models import Event
    from zhagen.delivery.actions import off_plan

    task = a_task(people)
    by, before = people["community"].actor, Event.objects.count()
    confirm = bare(off_plan.confirm_task, has_guard)
    ends = at_once([lambda: confirm(task, by=by, now=AT) for _ in range(THREADS)])
    kept = Event.objects.count() - before
    return {"ends": ends, "is_right": kept == 1 and ends == {"done": 1, "lifecycle.not_now": THREADS - 1}}


RACES = {"claim": race_claim, "off_plan": race_off_plan}


def widen(has_guard: bool) -> None:
    """Put a pause between what the actions read and what they write; without guard, let any state be written over."""
    from types import SimpleNamespace

    from zhagen.core.lifecycle.off_plan import OFF_PLAN, OffPlanState
    from zhagen.delivery.actions import off_plan
    from zhagen.procurement.actions import claim

    claim.check_claim_amount = slow_after(claim.check_claim_amount)
    every = {move: (tuple(OffPlanState), target) for move, (_, target) in OFF_PLAN.moves.items()}
    off_plan.OFF_PLAN = SimpleNamespace(
        after=slow_after(OFF_PLAN.after), moves=OFF_PLAN.moves if has_guard else every
    )


def main() -> None:
    start()
    from tests.cast import cast

    people, count, has_guard = cast(), int(sys.argv[2]), "without-guard" not in sys.argv
    widen(has_guard)
    rounds = [RACES[sys.argv[1]](people, number, has_guard) for number in range(count)]
    wrong = [each["ends"] for each in rounds if not each["is_right"]]
    print(json.dumps({"rounds": count, "wrong": wrong}))


if __name__ == "__main__":
    main()
