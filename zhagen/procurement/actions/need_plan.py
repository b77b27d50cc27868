"""What a plan does to the needs it serves."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.core.lifecycle.need import NEED, NeedState
from zhagen.core.types import Actor
from zhagen.procurement.models import Need, Plan


def mark_planned(plan: Plan, *, by: Actor, now: dt.datetime) -> None:
    """Mark the needs of a submitted plan; call it inside the plan's action."""
    _move(plan, "plan", NeedState.TO_BUY, by, now)


def mark_unplanned(plan: Plan, *, by: Actor, now: dt.datetime) -> None:
    """Give the needs of a dropped plan back to the list; call it inside the plan's action."""
    _move(plan, "unplan", NeedState.PLANNED, by, now)


def _move(plan: Plan, move: str, state: str, by: Actor, now: dt.datetime) -> None:
    for need in Need.objects.select_for_update().filter(plans=plan, state=state):
        need.state = NEED.after(move, need.state)
        need.save(update_fields=["state"])
        record(f"need.{move}ned", need, by=by, at=now, payload={"plan": plan.number})
