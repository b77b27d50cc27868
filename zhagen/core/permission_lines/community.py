"""Meetings of a community."""

from zhagen.core.reach import AGENCY, BUYERS_EYES, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

MEETING: Lines = {
    "meeting.list": each(BUYERS_EYES, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY} | each(AGENCY, S.ORGANISATION),
    "meeting.view": each(BUYERS_EYES, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY} | each(AGENCY, S.ORGANISATION),
    "meeting.record": {R.COMMUNITY: S.COMMUNITY},
    "meeting.record_part": {R.COMMUNITY: S.COMMUNITY},
}

LINES: Lines = {**MEETING}
