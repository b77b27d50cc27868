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
    "acceptance.write_form": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "acceptance.add_scan": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "acceptance.deem": {R.SYSTEM: S.ALL},
}

WORKERS = (R.STATION_LEAD, R.SOCIAL_WORKER)
OWN_WORK = {R.STATION_LEAD: S.ORGANISATION, R.SOCIAL_WORKER: S.ASSIGNED}
"""A worker writes down his own work; the lead also that of the station, from paper."""

STAFFING: Lines = {
    "staffing.list": CONTRACT_READERS,
    "staffing.place": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "staffing.end": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "staffing.state_wages": {R.AGENCY_HEAD: S.ORGANISATION},
    "staffing.answer_paperwork": each(WORKERS, S.ASSIGNED),
    "staffing.write_card": {R.AGENCY_HEAD: S.ORGANISATION} | OWN_WORK,
    "staffing.door_card": each(AGENCY, S.ORGANISATION) | {R.COMMUNITY: S.COMMUNITY},
}

ACTIVITY: Lines = {
    "activity.list": CONTRACT_READERS,
    "activity.view": CONTRACT_READERS,
    "activity.log": OWN_WORK,
    "activity.withdraw": OWN_WORK,
    "activity.add_photo": OWN_WORK,
    "activity.open_check_in": OWN_WORK,
    "activity.check_in": {R.PUBLIC: S.ALL},
}

CASE: Lines = {
    "case.list": OWN_WORK | {R.SUPERVISOR: S.ORGANISATION},
    "case.view": OWN_WORK | {R.SUPERVISOR: S.ORGANISATION},
    "case.contact": OWN_WORK,
    "case.open": OWN_WORK,
    "case.write": OWN_WORK,
    "case.close": OWN_WORK,
    "case.hand_over": {R.STATION_LEAD: S.ORGANISATION},
}

OFF_PLAN: Lines = {
    "off_plan.list": CONTRACT_READERS,
    "off_plan.view": CONTRACT_READERS,
    "off_plan.record": OWN_WORK,
    "off_plan.finish": OWN_WORK,
    "off_plan.decline": OWN_WORK,
    "off_plan.withdraw": OWN_WORK,
    "off_plan.ask": each(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "off_plan.settle": each(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "off_plan.settle_by_code": {R.PUBLIC: S.ALL},
    "off_plan.remind": {R.SYSTEM: S.ALL},
}

SUPERVISION: Lines = {
    "supervision.list": each((*AGENCY, R.SUPERVISOR), S.ORGANISATION) | each(BUYERS_EYES, S.OFFICE),
    "supervision.log": {R.SUPERVISOR: S.ORGANISATION},
    "supervision.confirm": each(WORKERS, S.ASSIGNED),
}

LOAD: Lines = {
    "load.view": each(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "load.rate": {R.COMMUNITY: S.COMMUNITY},
}

MONTH: Lines = {
    "month.view": CONTRACT_READERS,
}

CLOSING: Lines = {
    "closing.view": CONTRACT_READERS,
    "closing.write": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
}

LINES: Lines = {
    **ACCEPTANCE,
    **STAFFING,
    **ACTIVITY,
    **CASE,
    **OFF_PLAN,
    **SUPERVISION,
    **LOAD,
    **MONTH,
    **CLOSING,
}
