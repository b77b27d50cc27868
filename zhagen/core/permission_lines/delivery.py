"""What is delivered and how it is judged."""

from zhagen.core.reach import AGENCY, BUYERS_EYES, CONTRACT_READERS, STREET, Lines, Reach, each
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

WORKERS = (R.STATION_LEAD, R.SOCIAL_WORKER)

STAFFING: Lines = {
    "staffing.list": CONTRACT_READERS,
    "staffing.place": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "staffing.end": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "staffing.state_wages": {R.AGENCY_HEAD: S.ORGANISATION},
    "staffing.answer_paperwork": each(WORKERS, S.ASSIGNED),
}

ACTIVITY: Lines = {
    "activity.list": CONTRACT_READERS,
    "activity.view": CONTRACT_READERS,
    "activity.log": each(WORKERS, S.ORGANISATION),
    "activity.withdraw": each(WORKERS, S.ORGANISATION),
}

CASE: Lines = {
    "case.list": each(WORKERS, S.ORGANISATION) | {R.SUPERVISOR: S.ORGANISATION},
    "case.view": {R.SOCIAL_WORKER: S.ASSIGNED, R.STATION_LEAD: S.ORGANISATION, R.SUPERVISOR: S.ORGANISATION},
    "case.open": each(WORKERS, S.ORGANISATION),
    "case.write": {R.SOCIAL_WORKER: S.ASSIGNED, R.STATION_LEAD: S.ORGANISATION},
    "case.close": {R.SOCIAL_WORKER: S.ASSIGNED, R.STATION_LEAD: S.ORGANISATION},
}

OFF_PLAN: Lines = {
    "off_plan.list": CONTRACT_READERS,
    "off_plan.view": CONTRACT_READERS,
    "off_plan.record": each(WORKERS, S.ORGANISATION),
    "off_plan.decline": each(WORKERS, S.ORGANISATION),
    "off_plan.withdraw": each(WORKERS, S.ORGANISATION),
    "off_plan.settle": each(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "off_plan.settle_by_code": {R.PUBLIC: S.PUBLISHED},
}

SUPERVISION: Lines = {
    "supervision.list": each((*AGENCY, R.SUPERVISOR), S.ORGANISATION) | each(BUYERS_EYES, S.OFFICE),
    "supervision.log": {R.SUPERVISOR: S.ORGANISATION},
    "supervision.confirm": each(WORKERS, S.ASSIGNED),
}

LINES: Lines = {
    **ACCEPTANCE,
    **STAFFING,
    **ACTIVITY,
    **CASE,
    **OFF_PLAN,
    **SUPERVISION,
}
