"""How services are judged: evaluation, portrait, self-evaluation, annual review, the community's load."""

from zhagen.core.reach import BUYERS_EYES, CONTRACT_READERS, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

EVALUATION_READERS = {**CONTRACT_READERS, R.EVALUATOR: S.ORGANISATION}

EVALUATION: Lines = {
    "evaluation.list": EVALUATION_READERS,
    "evaluation.view": EVALUATION_READERS,
    "evaluation.trace": EVALUATION_READERS,
    "evaluation.plan": {R.HANDLER: S.OFFICE},
    "evaluation.draw": {R.HANDLER: S.OFFICE, R.EVALUATOR: S.ORGANISATION},
    "evaluation.check_draw": {R.PUBLIC: S.PUBLISHED},
    "evaluation.ask": {R.EVALUATOR: S.ORGANISATION},
    "evaluation.answer_by_code": {R.PUBLIC: S.ALL},
    "evaluation.draft": {R.EVALUATOR: S.ORGANISATION},
    "evaluation.request_review": {R.AGENCY_HEAD: S.ORGANISATION},
    "evaluation.explain_review": {R.EVALUATOR: S.ORGANISATION},
    "evaluation.answer_review": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
    "evaluation.press_review": {R.SYSTEM: S.ALL},
    "evaluation.finalise": {R.HANDLER: S.OFFICE, R.SYSTEM: S.ALL},
    "evaluation.revise": {R.EVALUATOR: S.ORGANISATION},
    "evaluation.sign_revision": {R.CHIEF: S.OFFICE},
}

SELF_EVALUATION: Lines = {
    "self_evaluation.list": each(BUYERS_EYES, S.OFFICE),
    "self_evaluation.view": each(BUYERS_EYES, S.OFFICE),
    "self_evaluation.make": {R.HANDLER: S.OFFICE},
}

PORTRAIT: Lines = {
    "portrait.view": CONTRACT_READERS,
    "portrait.public": {R.PUBLIC: S.PUBLISHED},
}

ANNUAL_REVIEW: Lines = {
    "annual_review.list": CONTRACT_READERS,
    "annual_review.view": CONTRACT_READERS,
    "annual_review.public": {R.PUBLIC: S.PUBLISHED},
    "annual_review.open": {R.HANDLER: S.OFFICE, R.SYSTEM: S.ALL},
    "annual_review.advise": {R.HANDLER: S.OFFICE, R.SYSTEM: S.ALL},
    "annual_review.decide": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "annual_review.carry_out": {R.HANDLER: S.OFFICE},
    "annual_review.check_correction": {R.HANDLER: S.OFFICE},
}

LINES: Lines = {
    **EVALUATION,
    **SELF_EVALUATION,
    **PORTRAIT,
    **ANNUAL_REVIEW,
}
