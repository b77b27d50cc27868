"""Meetings of a community, and the agency's part in them as the community side recorded it."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from zhagen.audit.record import record
from zhagen.community.models import AgencyPart, Meeting
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.parties.actor import user_key
from zhagen.parties.models import Organisation, Place
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx


@dataclass(frozen=True)
class MeetingDraft:
    """A meeting that was held."""

    place: Place
    kind: str
    title: str
    held_on: dt.date
    minutes: str = ""
    is_election: bool = False
    about_contract: UUID | None = None


@write_tx
def record_meeting(draft: MeetingDraft, *, by: Actor, now: dt.datetime) -> Meeting:
    """Record a meeting that the community held.

    Raises:
        RuleError: "meeting.in_future".
    """
    permit(by, "meeting.record", draft.place)
    if draft.held_on > now.astimezone(SHANGHAI).date():
        raise RuleError("meeting.in_future", day=str(draft.held_on))
    meeting = Meeting.objects.create(recorded_by_id=user_key(by), recorded_at=now, **vars(draft))
    record("meeting.recorded", meeting, by=by, at=now, payload={"kind": draft.kind})
    return meeting


@dataclass(frozen=True)
class Part:
    """What an agency did at a meeting."""

    was_invited: bool
    was_present: bool
    spoke: bool
    took_task: str = ""


@write_tx
def record_part(
    meeting: Meeting, agency: Organisation, part: Part, *, by: Actor, now: dt.datetime
) -> AgencyPart:
    """Record an agency's part; only the community side may.

    Raises:
        RuleError: "meeting.part_recorded", "meeting.absent_but_spoke".
    """
    permit(by, "meeting.record_part", meeting)
    if (part.spoke or part.took_task) and not part.was_present:
        raise RuleError("meeting.absent_but_spoke")
    if AgencyPart.objects.filter(meeting=meeting, agency=agency).exists():
        raise RuleError("meeting.part_recorded", agency=agency.name)
    recorded = AgencyPart.objects.create(meeting=meeting, agency=agency, **vars(part))
    record("meeting.part_recorded", meeting, by=by, at=now, payload={"agency": str(agency.pk), **vars(part)})
    return recorded
