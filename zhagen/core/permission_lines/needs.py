"""Needs of residents, and the rounds in which they are asked."""

from zhagen.core.reach import STREET, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

NEED: Lines = {
    "need.raise": {R.PUBLIC: S.ALL},
    "need.status": {R.PUBLIC: S.ALL},
    "need.say": {R.PUBLIC: S.ALL},
    "need.public": {R.PUBLIC: S.ALL},
    "need.support": {R.PUBLIC: S.PUBLISHED},
    "need.record": {R.HANDLER: S.OFFICE, R.COMMUNITY: S.COMMUNITY},
    "need.import": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "need.list": each((*STREET, R.AUDITOR), S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "need.view": each((*STREET, R.AUDITOR), S.OFFICE)
    | {R.COMMUNITY: S.COMMUNITY, R.EVALUATOR: S.ORGANISATION},
    "need.summary": each((*STREET, R.AUDITOR), S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "need.triage": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "need.assign": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
    "need.clear": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "need.merge": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "need.contact": each(STREET, S.OFFICE) | {R.COMMUNITY: S.ASSIGNED, R.EVALUATOR: S.ORGANISATION},
    "need.erase": {R.HANDLER: S.OFFICE},
    "need.receipt": {R.COMMUNITY: S.ASSIGNED},
    "need.hear": {R.COMMUNITY: S.COMMUNITY, R.EVALUATOR: S.ORGANISATION},
    "need.plan": each(STREET, S.OFFICE) | {R.SYSTEM: S.ALL},
    "need.serve": each(STREET, S.OFFICE) | {R.SYSTEM: S.ALL},
    "need.ask": each(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY, R.SYSTEM: S.ALL},
    "need.count_silence": {R.SYSTEM: S.ALL},
    "need.escalate": {R.SYSTEM: S.ALL},
}

NEED_ROUND: Lines = {
    "need_round.list": each((*STREET, R.AUDITOR), S.OFFICE)
    | {R.COMMUNITY: S.COMMUNITY, R.EVALUATOR: S.ORGANISATION},
    "need_round.view": each((*STREET, R.AUDITOR), S.OFFICE)
    | {R.COMMUNITY: S.COMMUNITY, R.EVALUATOR: S.ORGANISATION},
    "need_round.open": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "need_round.answer": {R.EVALUATOR: S.ORGANISATION},
    "need_round.close": {R.EVALUATOR: S.ORGANISATION},
    "need_round.door": {R.PUBLIC: S.ALL},
}

DOOR: Lines = {
    "door.add": {R.HANDLER: S.OFFICE, R.COMMUNITY: S.COMMUNITY},
}

LINES: Lines = {
    **DOOR,
    **NEED,
    **NEED_ROUND,
}
