"""What falls due in delivery: acceptances left unanswered are deemed accepted."""

import datetime as dt

from zhagen.core.lifecycle.acceptance import AcceptanceState
from zhagen.core.types import SYSTEM
from zhagen.delivery.actions.acceptance import deem_accepted
from zhagen.delivery.models import Acceptance
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.due import due


@due("delivery.deem_acceptances")
def deem_acceptances(now: dt.datetime) -> int:
    """Deem accepted what nobody answered within the days of the contract."""
    waiting = Acceptance.objects.filter(
        state__in=(AcceptanceState.REQUESTED, AcceptanceState.USERS_ASKED),
        deemed_on__lt=now.astimezone(SHANGHAI).date(),
    )
    for acceptance in waiting:
        deem_accepted(acceptance, by=SYSTEM, now=now)
    return len(waiting)
