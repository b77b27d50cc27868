"""What falls due in a round: its deadline."""

import datetime as dt

from zhagen.core.lifecycle.tender import TenderState
from zhagen.core.types import SYSTEM
from zhagen.procurement.actions.tender import close_tender
from zhagen.procurement.models import Tender


def close_passed(now: dt.datetime) -> int:
    """Close the open rounds whose deadline has passed; return how many."""
    passed = list(Tender.objects.filter(state=TenderState.OPEN, closes_at__lte=now))
    for tender in passed:
        close_tender(tender, by=SYSTEM, now=now)
    return len(passed)
