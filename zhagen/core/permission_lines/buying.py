"""From the budget line to the award."""

from zhagen.core.reach import BUYERS_EYES, STAFF, STREET, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

HOLDERS = (R.HANDLER, R.FINANCE, R.DISCIPLINE)
"""Who may hold a share of a round's key."""

JUDGES = (R.EXPERT, R.RESIDENT, *STREET)
"""Who may sit on a panel."""

BUDGET: Lines = {
    "budget_line.list": each(BUYERS_EYES, S.OFFICE),
    "budget_line.view": each(BUYERS_EYES, S.OFFICE),
    "budget_line.write": {R.FINANCE: S.OFFICE},
}

PLAN: Lines = {
    "plan.list": each(BUYERS_EYES, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "plan.view": each(BUYERS_EYES, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "plan.draft": {R.HANDLER: S.OFFICE},
    "plan.submit": {R.HANDLER: S.OFFICE},
    "plan.check": {R.CHIEF: S.OFFICE},
    "plan.return": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
    "plan.approve": {R.LEADER: S.OFFICE, R.CHIEF: S.OFFICE},
    "plan.drop": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
}

TENDER: Lines = {
    "tender.list": each(BUYERS_EYES, S.OFFICE),
    "tender.view": each(BUYERS_EYES, S.OFFICE),
    "tender.notice": {R.PUBLIC: S.PUBLISHED},
    "tender.draft": {R.HANDLER: S.OFFICE},
    "tender.hold": each(HOLDERS, S.OFFICE),
    "tender.publish": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "tender.close": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.SYSTEM: S.ALL},
    "tender.draw": {R.HANDLER: S.OFFICE, R.DISCIPLINE: S.OFFICE},
    "tender.open_bids": each(HOLDERS, S.OFFICE),
    "tender.lose_shares": {R.DISCIPLINE: S.OFFICE},
    "tender.score": {R.HANDLER: S.OFFICE},
    "tender.fail": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "tender.cancel": {R.CHIEF: S.OFFICE},
    "tender.step": {R.HANDLER: S.OFFICE},
}

BID: Lines = {
    "bid.offers": {R.AGENCY_HEAD: S.ORGANISATION},
    "bid.submit": {R.AGENCY_HEAD: S.ORGANISATION},
    "bid.view": {R.AGENCY_HEAD: S.ORGANISATION},
    "bid.withdraw": {R.AGENCY_HEAD: S.ORGANISATION},
    "bid.resupply": {R.AGENCY_HEAD: S.ORGANISATION},
    "bid.void": {R.HANDLER: S.OFFICE},
    "bid.file": each(BUYERS_EYES, S.OFFICE)
    | {R.EXPERT: S.ASSIGNED, R.RESIDENT: S.ASSIGNED, R.AGENCY_HEAD: S.ORGANISATION},
}

SEAT: Lines = {
    "seat.list": each(JUDGES, S.ASSIGNED),
    "seat.declare": each(JUDGES, S.ASSIGNED),
    "seat.score": each(JUDGES, S.ASSIGNED),
}

AWARD: Lines = {
    "award.decide": {R.LEADER: S.OFFICE, R.CHIEF: S.OFFICE},
    "award.annul": {R.LEADER: S.OFFICE, R.CHIEF: S.OFFICE},
    "award.record": {R.HANDLER: S.OFFICE},
    "award.result": {R.PUBLIC: S.ALL},  # an award is published as it is made
    "award.view": each(BUYERS_EYES, S.OFFICE),
    "award.reasons": {R.AGENCY_HEAD: S.ORGANISATION},
}

QUERY: Lines = {
    "query.raise": {R.AGENCY_HEAD: S.ORGANISATION},
    "query.record": {R.HANDLER: S.OFFICE},
    "query.list": each(BUYERS_EYES, S.OFFICE) | {R.AGENCY_HEAD: S.ORGANISATION},
    "query.view": each(BUYERS_EYES, S.OFFICE) | {R.AGENCY_HEAD: S.ORGANISATION},
    "query.answer": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
}

PAPER: Lines = {
    "paper.download": each(BUYERS_EYES, S.OFFICE)
    | {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION, R.PUBLIC: S.PUBLISHED},
}

FOLDER: Lines = {
    "paper.add": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.FINANCE: S.OFFICE},
}

TIE: Lines = {
    "tie.list": each((*STAFF, R.RESIDENT), S.ASSIGNED),
    "tie.declare": each((*STAFF, R.RESIDENT), S.ASSIGNED),
    "tie.end": each((*STAFF, R.RESIDENT), S.ASSIGNED),
}

LINES: Lines = {
    **BUDGET,
    **PLAN,
    **TENDER,
    **BID,
    **SEAT,
    **AWARD,
    **QUERY,
    **PAPER,
    **FOLDER,
    **TIE,
}
