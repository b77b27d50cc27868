"""What is delivered and how it is judged."""

from zhagen.core.reach import CONTRACT_READERS, Lines, Reach
from zhagen.core.types import Role

R, S = Role, Reach

ACCEPTANCE: Lines = {
    "acceptance.list": CONTRACT_READERS,
    "acceptance.view": CONTRACT_READERS,
    "acceptance.request": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "acceptance.resubmit": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "acceptance.hear": {R.HANDLER: S.OFFICE, R.COMMUNITY: S.COMMUNITY},
    "acceptance.decide": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "acceptance.deem": {R.SYSTEM: S.ALL},
}

LINES: Lines = {
    **ACCEPTANCE,
}
