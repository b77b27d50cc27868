"""The policy lab: rehearsals, drafts of rules, what came of forecasts."""

from zhagen.core.reach import OVERSIGHT, STREET, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

EYES = each((*STREET, *OVERSIGHT), S.OFFICE)
"""Rehearsals are the office's own preparation: never public, never shown to those whom they are about."""

DESK = {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE}
DECIDES = {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE}

LAB_RUN: Lines = {
    "lab_run.list": EYES,
    "lab_run.view": EYES,
    "lab_run.ask": DESK,
    "lab_run.cancel": DESK,
    "lab_run.resume": DESK,
    "lab_run.work": {R.SYSTEM: S.ALL},
}

RULE_DRAFT: Lines = {
    "rule_draft.list": EYES,
    "rule_draft.view": EYES,
    "rule_draft.draw_up": DESK,
    "rule_draft.drop": DESK,
    "rule_draft.adopt": DECIDES,
    "rule_draft.withdraw": DECIDES,
    "rule_draft.restore": DESK,
    "rule_draft.take_effect": {R.SYSTEM: S.ALL},
}
"""One person draws up, a second records the decision: the action holds that."""

FORECAST: Lines = {
    "forecast.list": each((R.CHIEF, R.LEADER, R.AUDITOR), S.OFFICE),
    "forecast.view": each((R.CHIEF, R.LEADER, R.AUDITOR), S.OFFICE),
    "forecast.score": {R.SYSTEM: S.ALL},
}

LINES: Lines = {**LAB_RUN, **RULE_DRAFT, **FORECAST}
