"""The money that a community runs itself: cycles, ideas, proposals, decisions, grants."""

from zhagen.core.reach import AGENCY, BUYERS_EYES, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

WORKERS = (R.STATION_LEAD, R.SOCIAL_WORKER)
COACHES = each(AGENCY, S.ORGANISATION)
"""The agency that coaches the cycle."""

HOUSE = {R.COMMUNITY: S.COMMUNITY}
EYES = each(BUYERS_EYES, S.OFFICE) | HOUSE | {R.OVERSEER: S.COMMUNITY} | COACHES

MINUTES = each(BUYERS_EYES, S.OFFICE) | HOUSE | {R.OVERSEER: S.COMMUNITY}
"""Signed minutes bear names: the coaching agency does not read them."""

FUND_CYCLE: Lines = {
    "fund_cycle.list": EYES,
    "fund_cycle.view": EYES,
    "fund_cycle.public_list": {R.PUBLIC: S.PUBLISHED},
    "fund_cycle.public": {R.PUBLIC: S.PUBLISHED},
    "fund_cycle.draft": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "fund_cycle.change": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "fund_cycle.open": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
    "fund_cycle.end_ideas": {R.HANDLER: S.OFFICE, **HOUSE, R.SYSTEM: S.ALL},
    "fund_cycle.propose": {R.HANDLER: S.OFFICE, **HOUSE, R.SYSTEM: S.ALL},
    "fund_cycle.publish_list": {R.HANDLER: S.OFFICE, **HOUSE},
    "fund_cycle.stop": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
}

IDEA: Lines = {
    "idea.raise": {R.PUBLIC: S.PUBLISHED},
    "idea.follow": {R.PUBLIC: S.ALL},
    "idea.co_sign": {R.PUBLIC: S.PUBLISHED},
    "idea.record": {R.HANDLER: S.OFFICE} | HOUSE | each(WORKERS, S.ORGANISATION),
    "idea.list": EYES,
    "idea.view": EYES,
    "idea.contact": HOUSE | each(WORKERS, S.ORGANISATION),
    "idea.write_down": {R.HANDLER: S.OFFICE} | HOUSE | each(WORKERS, S.ORGANISATION),
    "idea.show": HOUSE | each(WORKERS, S.ORGANISATION),
    "idea.take_up": HOUSE | each(WORKERS, S.ORGANISATION),
    "idea.decline": HOUSE,
    "idea.shelve": HOUSE | each(WORKERS, S.ORGANISATION),
}

PROPOSAL: Lines = {
    "proposal.write": HOUSE | each(WORKERS, S.ORGANISATION),
    "proposal.change": HOUSE | each(WORKERS, S.ORGANISATION),
    "proposal.declare_tie": HOUSE | each(WORKERS, S.ORGANISATION),
    "proposal.submit": HOUSE | each(WORKERS, S.ORGANISATION),
    "proposal.withdraw": HOUSE | each(WORKERS, S.ORGANISATION),
    "proposal.list": EYES | {R.EXPERT: S.OFFICE},
    "proposal.view": EYES | {R.EXPERT: S.OFFICE},
    "proposal.check_cost": {R.HANDLER: S.OFFICE, R.FINANCE: S.OFFICE, **HOUSE},
    "proposal.check_list": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, **HOUSE},
    "proposal.return": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.FINANCE: S.OFFICE, **HOUSE},
    "proposal.score": {R.EXPERT: S.OFFICE},
    "proposal.public_list": {R.PUBLIC: S.PUBLISHED},
    "proposal.public": {R.PUBLIC: S.PUBLISHED},
}
"""The writer never checks; who is tied neither checks nor scores: the actions hold that."""

DECISION: Lines = {
    "proposed_list.view": EYES | {R.EXPERT: S.OFFICE},
    "proposed_list.public": {R.PUBLIC: S.ALL},
    "list_decision.party": HOUSE,
    "list_decision.assembly": HOUSE,
    "list_decision.street": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
    "decision_scan.add": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE, **HOUSE},
    "decision_scan.download": MINUTES,
    "proposal.strike": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, **HOUSE},
    "grant.make": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
}
"""Each body records its own decision: the community's for party and residents, the street's for the street."""

LIBRARY: Lines = {
    "library.list": EYES,
    "library.public": {R.PUBLIC: S.PUBLISHED},
    "library.reopen_proposal": HOUSE | each(WORKERS, S.ORGANISATION),
    "library.reopen_idea": HOUSE | each(WORKERS, S.ORGANISATION),
}

GUARD: Lines = {
    "fund_guard.view": {
        R.OVERSEER: S.COMMUNITY,
        R.COMMUNITY: S.COMMUNITY,
        **each((R.CHIEF, R.LEADER, R.AUDITOR, R.DISCIPLINE), S.OFFICE),
    },
}

LINES: Lines = {**FUND_CYCLE, **IDEA, **PROPOSAL, **DECISION, **LIBRARY, **GUARD}
