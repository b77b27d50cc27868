"""Frozen rows of the agency's part in the life of a community, as the community side recorded it."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from zhagen.community.models import AgencyPart, Meeting
from zhagen.core.indicators.community import LoadRating as RatingRow
from zhagen.core.indicators.community import MeetingPart, Part
from zhagen.core.lifecycle.off_plan import OffPlanState
from zhagen.core.types import Role
from zhagen.delivery.facts_work import Period
from zhagen.delivery.models import Activity, Attendance, LoadRating, OffPlanTask
from zhagen.parties.models import Appointment
from zhagen.procurement.models import Contract

UNSEEN = (Activity.Kind.CASE, Activity.Kind.VISIT)
"""Contacts of two people, where nobody else is by."""


def _meetings(contract: Contract, period: Period) -> Q:
    return Q(place__in=contract.communities.all(), held_on__range=(period.from_on, period.until_on))


def meeting_parts(contract: Contract, period: Period) -> list[MeetingPart]:
    """Return the agency's part in the meetings of the communities it serves.

    A meeting is about its own project when it was about any contract of this agency.
    """
    own = set(Contract.objects.filter(agency=contract.agency_id).values_list("pk", flat=True))
    meetings = Meeting.objects.filter(_meetings(contract, period))
    parts = AgencyPart.objects.filter(agency=contract.agency_id, meeting__in=meetings)
    recorders = _community_side(meetings.values_list("recorded_by_id", flat=True))
    return [
        MeetingPart(
            key=str(each.meeting_id),
            held_on=each.meeting.held_on,
            is_own_project=each.meeting.about_contract in own,
            part=_part(each),
            by_community=each.meeting.recorded_by_id in recorders,
            is_election=each.meeting.is_election,
        )
        for each in parts.select_related("meeting").order_by("meeting__held_on", "pk")
    ]


def _part(row: AgencyPart) -> Part:
    if row.took_task:
        return Part.TOOK_TASK
    if row.spoke:
        return Part.SPOKE
    return Part.PRESENT if row.was_present else Part.INVITED


def _community_side(users: Iterable[object]) -> set[object]:
    held = Appointment.objects.filter(user__in=list(users), role=Role.COMMUNITY)
    return set(held.values_list("user_id", flat=True))


def meetings_held(contract: Contract, period: Period) -> int:
    """Return the meetings outside its own projects, elections aside, that the communities held."""
    own = Contract.objects.filter(agency=contract.agency_id).values("pk")
    held = Meeting.objects.filter(_meetings(contract, period), is_election=False)
    return held.exclude(about_contract__in=own).count()


def load_ratings(contract: Contract, year: int) -> list[RatingRow]:
    """Return the community offices' ratings of a year."""
    given = LoadRating.objects.filter(contract=contract, year=year).order_by("place_id")
    return [RatingRow(str(each.pk), each.place_id, each.rating) for each in given]


def days_present(contract: Contract, period: Period) -> set[dt.date]:
    """Return the days on which a worker was there.

    A session counts by a participant's own check-in, a favour by its asker's word, a meeting by the community's
    record; a visit and a contact with a case count as logged, for nobody checks in there and what was said stays
    closed. Logging them every day pays little: the portrait caps what one input alone can add.
    """
    span = (period.from_on, period.until_on)
    checked_in = Attendance.objects.filter(
        activity__contract=contract, activity__is_withdrawn=False, activity__held_on__range=span
    ).exclude(way=Attendance.Way.PAPER)
    alone = Activity.objects.filter(
        contract=contract, is_withdrawn=False, kind__in=UNSEEN, held_on__range=span
    )
    confirmed = OffPlanTask.objects.filter(
        contract=contract, state=OffPlanState.CONFIRMED, done_on__range=span
    )
    seen = AgencyPart.objects.filter(
        agency=contract.agency_id,
        was_present=True,
        meeting__in=Meeting.objects.filter(_meetings(contract, period)),
    )
    return {
        *checked_in.values_list("activity__held_on", flat=True),
        *alone.values_list("held_on", flat=True),
        *confirmed.values_list("done_on", flat=True),
        *seen.values_list("meeting__held_on", flat=True),
    }
