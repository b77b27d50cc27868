"""The community office's own load: what Zhagen asks of it in a month, and its yearly rating."""

import datetime as dt
from dataclasses import dataclass

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor, Role
from zhagen.delivery.models import LoadRating, OffPlanTask, Opinion
from zhagen.parties.actor import user_key
from zhagen.parties.models import Appointment, Notice, Place
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit, scopes_place
from zhagen.platform.tx import write_tx
from zhagen.procurement.models import Contract


@dataclass(frozen=True, slots=True)
class MonthLoad:
    """What Zhagen asked of a community office in a month, and the most it may ask."""

    confirmations: int
    opinions: int
    notices: int
    most: int

    @property
    def total(self) -> int:
        """All tasks together."""
        return self.confirmations + self.opinions + self.notices

    @property
    def is_full(self) -> bool:
        """Whether no further task may be asked this month."""
        return self.total >= self.most


def month_load(place: Place, on: dt.date) -> MonthLoad:
    """Return what was asked of a community office in the month of a day."""
    first = on.replace(day=1)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    span = tuple(dt.datetime.combine(day, dt.time(), SHANGHAI) for day in (first, after))
    people = Appointment.objects.filter(place=place, role=Role.COMMUNITY).values("user_id")
    written = OffPlanTask.objects.filter(
        place=place, asker=OffPlanTask.Asker.COMMUNITY, is_raised_by_asker=False
    )
    return MonthLoad(
        confirmations=written.filter(recorded_at__gte=span[0], recorded_at__lt=span[1]).count(),
        opinions=Opinion.objects.filter(
            heard_by__in=people, heard_at__gte=span[0], heard_at__lt=span[1]
        ).count(),
        notices=Notice.objects.filter(
            recipient__in=people, due_on__isnull=False, sent_at__gte=span[0], sent_at__lt=span[1]
        ).count(),
        most=rules_for(place.code, on).int("community.tasks_max"),
    )


@write_tx
def rate_load(
    contract: Contract, place: Place, rating: int, *, remark: str = "", by: Actor, now: dt.datetime
) -> LoadRating:
    """Rate once a year how much extra load an agency brought: 5 = none, 1 = much.

    Raises:
        RuleError: "load.rated", "load.rating_wrong", "permission.denied".
    """
    permit(by, "load.rate", contract)
    if not scopes_place(by, "load.rate", place.code) or not contract.communities.filter(pk=place.pk).exists():
        raise RuleError("permission.denied", action="load.rate")
    if rating not in range(1, 6):
        raise RuleError("load.rating_wrong", rating=rating)
    year = now.astimezone(SHANGHAI).year
    if LoadRating.objects.filter(contract=contract, place=place, year=year).exists():
        raise RuleError("load.rated", year=year)
    rated = LoadRating.objects.create(
        contract=contract, place=place, year=year, rating=rating, remark=remark,
        rated_by_id=user_key(by), rated_at=now,
    )  # fmt: skip
    record("load.rated", contract, by=by, at=now, payload={"place": place.code, "rating": rating})
    return rated
